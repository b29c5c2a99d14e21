"""Inflammatory disease (section MRI 9)."""

from spine_vigil.scheduler.editions.vocabulary import Cite, Indication, all_of, any_of

INDICATIONS = (
    Indication(
        "atlantoaxial_disorder",
        "atlantoaxial disorder",
        Cite("MRI 9.a"),
        leads=("atlantoaxial_disorder_known",),
        criterion=all_of(
            "atlantoaxial_disorder_known",
            any_of("cervical_xray_abnormal", "cervical_xray_inconclusive", "neuro_exam_abnormal"),
        ),
    ),
    Indication(
        "neuroinflammatory",
        "neuroinflammatory condition",
        Cite("MRI 9.b"),
        leads=("neuroinflammatory_condition_suspected_or_known",),
        criterion=all_of(
            "neuroinflammatory_condition_suspected_or_known", "neuro_exam_abnormal", "rheumatology_evaluation_completed"
        ),
    ),
    Indication(
        "rheumatoid_arthritis",
        "rheumatoid arthritis",
        Cite("MRI 9.c"),
        leads=("rheumatoid_arthritis",),
        criterion=all_of(
            "rheumatoid_arthritis", any_of("neuro_exam_abnormal", "xray_subluxation", "cervical_instability_symptoms")
        ),
    ),
    Indication(
        "spondyloarthropathy",
        "spondyloarthropathy",
        Cite("MRI 9.d"),
        leads=("spondyloarthropathy_suspected_or_known",),
        criterion=all_of(
            "spondyloarthropathy_suspected_or_known", "cervical_xray_inconclusive", "rheumatology_evaluation_completed"
        ),
    ),
)
