"""Contraindications to MRI (section MRI General Contraindications), for studies that have not been performed."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.times import RECENT_STENT
from spine_vigil.scheduler.editions.vocabulary import MRI, PET_MRI, Cite, Contraindication, Documented, all_of, not_

_BY_MRI = frozenset({MRI, PET_MRI})
_SECTION = Cite("MRI General Contraindications")
_MR_SAFETY = "Clear it with MR safety before the study takes place."

CONTRAINDICATIONS = (
    Contraindication(
        "body_mass",
        _SECTION,
        _BY_MRI,
        Documented("bmi_exceeds_mri_capability"),
        hazard="the body mass index exceeds what the scanner takes",
        advice=_MR_SAFETY,
    ),
    Contraindication(
        "stent",
        _SECTION,
        _BY_MRI,
        RECENT_STENT,
        hazard="an intravascular stent was placed within the last 6 weeks",
        advice=_MR_SAFETY,
    ),
    Contraindication(
        "device",
        _SECTION,
        _BY_MRI,
        all_of("implanted_device", not_("device_mri_conditional")),
        hazard="an implanted device is not cleared for MRI",
        lead="implanted_device",
        to_clear="The implanted device must be cleared for MRI first.",
        advice=_MR_SAFETY,
    ),
)
