"""Infection (section MRI 8)."""

from spine_vigil.scheduler.editions.vocabulary import Cite, Indication, all_of, any_of

INDICATIONS = (
    Indication(
        "spinal_infection",
        "spinal infection",
        Cite("MRI 8"),
        leads=("spinal_infection_suspected_or_known",),
        hints=("infection_signs", "infection_treatment_active"),
        criterion=all_of(
            "spinal_infection_suspected_or_known",
            any_of(
                "infection_treatment_active",
                "immunosuppressed",
                "prior_infection_imaging_abnormal_or_inconclusive",
                "infection_signs",
            ),
        ),
    ),
)
