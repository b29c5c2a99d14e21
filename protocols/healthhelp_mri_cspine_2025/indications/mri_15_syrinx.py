"""Syrinx (section MRI 15)."""

from spine_vigil.scheduler.editions.vocabulary import Cite, Indication, all_of, any_of

INDICATIONS = (
    Indication(
        "syrinx",
        "syrinx",
        Cite("MRI 15"),
        leads=("syrinx_suspected_or_known",),
        criterion=all_of(
            "syrinx_suspected_or_known", any_of("syrinx_predisposing_condition", "prior_syrinx_imaging_abnormal")
        ),
    ),
)
