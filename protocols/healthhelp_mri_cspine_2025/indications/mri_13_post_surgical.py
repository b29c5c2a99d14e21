"""After surgery (section MRI 13)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.times import POST_SURGICAL
from spine_vigil.scheduler.editions.vocabulary import Cite, Indication, all_of

INDICATIONS = (
    Indication(
        "post_surgical",
        "assessment after surgery",
        Cite("MRI 13"),
        leads=("complication_or_recurrence_evaluation",),
        hints=(POST_SURGICAL,),
        criterion=all_of(POST_SURGICAL, "complication_or_recurrence_evaluation"),
    ),
)
