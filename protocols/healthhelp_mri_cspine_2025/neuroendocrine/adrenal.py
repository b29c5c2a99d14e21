"""Surveillance of adrenal tumors (NET 1)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import AFTER_THERAPY, AFTER_TREATMENT, AT_PROGRESSION
from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    MRI,
    PET_CT,
    SYMPTOMS,
    Cite,
    Plan,
    Schedule,
    every,
    months,
    protocol,
    study,
    years,
)

ADRENAL_LOCALIZED = protocol(
    "neuroendocrine.adrenal.localized",
    "adrenal tumor, localized",
    Schedule(
        "chest",
        Cite("NET 1.a"),
        study(CT, at="chest"),
        AFTER_TREATMENT,
        Plan(phases=(every(months(3), months(12), until=years(5)),), or_if=SYMPTOMS),
        stops_at=AT_PROGRESSION,
        restarts=True,
    ),
    Schedule(
        "abdomen",
        Cite("NET 1.a"),
        study(CT, MRI, at="abdomen"),
        AFTER_TREATMENT,
        Plan(phases=(every(months(3), months(12), until=years(5)),), or_if=SYMPTOMS),
        stops_at=AT_PROGRESSION,
        restarts=True,
    ),
    cite=Cite("NET 1.a"),
)

ADRENAL_ADVANCED = protocol(
    "neuroendocrine.adrenal.advanced",
    "adrenal tumor, locoregional unresectable or metastatic",
    Schedule(
        "chest",
        Cite("NET 1.b"),
        study(CT, PET_CT, at="chest"),
        AFTER_THERAPY,
        Plan(phases=(every(months(3), months(12), until=years(5)),), or_if=SYMPTOMS),
        reading="FDG PET/CT may stand in for both",
    ),
    Schedule(
        "abdomen_pelvis",
        Cite("NET 1.b"),
        study(CT, MRI, PET_CT, at=("abdomen", "pelvis")),
        AFTER_THERAPY,
        Plan(phases=(every(months(3), months(12), until=years(5)),), or_if=SYMPTOMS),
        reading="FDG PET/CT may stand in for both",
    ),
    cite=Cite("NET 1.b"),
)

PROTOCOLS = (
    ADRENAL_LOCALIZED,
    ADRENAL_ADVANCED,
)
