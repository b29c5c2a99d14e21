"""Inflammatory disease (section MRI 9)."""

from spine_vigil.scheduler.editions.vocabulary import Cite, Indication, IndicationReading, all_of, any_of

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
        hints=("xray_subluxation", "cervical_instability_symptoms"),
        criterion=all_of(
            "rheumatoid_arthritis",
            any_of(
                "neuro_exam_abnormal", "xray_subluxation", all_of("xray_completed", "cervical_instability_symptoms")
            ),
        ),
        reading="The X-ray comes before symptoms of instability count",
        others=(
            IndicationReading(
                "symptoms_suffice",
                all_of(
                    "rheumatoid_arthritis",
                    any_of("neuro_exam_abnormal", "xray_subluxation", "cervical_instability_symptoms"),
                ),
                "Symptoms of instability suffice, with or without an X-ray",
            ),
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
        reading="A clearly abnormal X-ray needs no MRI",
        others=(
            IndicationReading(
                "abnormal_counts",
                all_of(
                    "spondyloarthropathy_suspected_or_known",
                    any_of("cervical_xray_inconclusive", "cervical_xray_abnormal"),
                    "rheumatology_evaluation_completed",
                ),
                "A clearly abnormal X-ray counts as an inconclusive one does",
            ),
        ),
    ),
)
