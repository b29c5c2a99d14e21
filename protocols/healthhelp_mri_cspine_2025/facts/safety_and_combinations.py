"""Facts that the contraindications to MRI and the combinations of studies ask for."""

from spine_vigil.scheduler.editions.vocabulary import EVENT, PATIENT, Fact

_SAFETY = ("MRI General Contraindications",)
_CT_AND_MRI = ("Combination CT and MRI cervical spine",)

FACTS = (
    Fact(
        "bmi_exceeds_mri_capability",
        EVENT,
        "the body mass index exceeds what the scanner takes",
        _SAFETY,
        denial="the body mass index does not exceed what the scanner takes",
    ),
    Fact(
        "implanted_device",
        PATIENT,
        (
            "a device of one of six kinds is implanted (aneurysm clip, cochlear implant, implantable defibrillator, "
            "insulin pump, permanent pacemaker or spinal cord stimulator; a hip prosthesis is none of them)"
        ),
        _SAFETY,
        denial=(
            "no device of the six kinds is implanted (aneurysm clip, cochlear implant, implantable defibrillator, "
            "insulin pump, permanent pacemaker, spinal cord stimulator)"
        ),
    ),
    Fact(
        "device_mri_conditional",
        PATIENT,
        "the implanted device is cleared for MRI",
        _SAFETY,
        denial="the implanted device is not cleared for MRI",
    ),
    Fact(
        "bony_and_soft_tissue_abnormality_known",
        EVENT,
        "an abnormality of bone and soft tissue is known",
        _CT_AND_MRI,
        denial="no abnormality of bone and soft tissue is known",
    ),
    Fact(
        "craniocervical_junction_unstable",
        EVENT,
        "the craniocervical junction is unstable",
        _CT_AND_MRI,
        denial="the craniocervical junction is not unstable",
    ),
    Fact(
        "fracture_complex_or_pathological",
        EVENT,
        "a fracture is complex or pathological",
        _CT_AND_MRI,
        denial="no fracture is complex or pathological",
    ),
    Fact(
        "malignant_spine_process",
        EVENT,
        "a malignant process of the spine is suspected or known",
        _CT_AND_MRI,
        denial="no malignant process of the spine is suspected or known",
    ),
    Fact(
        "bony_and_soft_tissue_involved",
        EVENT,
        "both bone and soft tissue are involved",
        _CT_AND_MRI,
        denial="bone and soft tissue are not both involved",
    ),
    Fact(
        "opll_suspected_or_known",
        EVENT,
        "ossification of the posterior longitudinal ligament is suspected or known",
        _CT_AND_MRI,
        denial="ossification of the posterior longitudinal ligament is neither suspected nor known",
    ),
    Fact(
        "staging_evaluation",
        EVENT,
        "the studies are for staging before therapy",
        ("Combination CT and MRI for metastases",),
        denial="the studies are not for staging before therapy",
    ),
)
