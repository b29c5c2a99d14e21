"""Scoliosis (section MRI 14)."""

from spine_vigil.scheduler.editions.vocabulary import Above, Below, Cite, Indication, all_of, any_of

INDICATIONS = (
    Indication(
        "scoliosis",
        "scoliosis",
        Cite("MRI 14"),
        leads=("scoliosis",),
        hints=("spinal_deformity_progressive",),
        criterion=all_of(
            "scoliosis",
            any_of(
                Below("scoliosis_onset_age", 10),
                "scoliosis_atypical_curve",
                Above("kyphosis_degrees", 30),
                "scoliosis_neuro_deficit",
                "preoperative_planning",
                "spinal_deformity_progressive",
                "treatment_depends_on_imaging",
            ),
        ),
    ),
)
