"""Tumor (section MRI 5)."""

from spine_vigil.scheduler.editions.vocabulary import Cite, Documented, Indication, all_of

INDICATIONS = (
    Indication(
        "tumor_imaging_inconclusive",
        "earlier tumor imaging abnormal or inconclusive",
        Cite("MRI 5.a"),
        leads=("prior_tumor_imaging_abnormal_or_inconclusive",),
        criterion=Documented("prior_tumor_imaging_abnormal_or_inconclusive"),
        advice="X-rays are needed at the initial diagnosis of cancer only.",
    ),
    Indication(
        "spinal_tumor_symptomatic",
        "known spinal tumor with new or progressing symptoms",
        Cite("MRI 5.b"),
        leads=("symptoms_new_or_progressing",),
        criterion=all_of("spinal_tumor_known", "symptoms_new_or_progressing"),
        advice="X-rays are needed at the initial diagnosis of cancer only.",
    ),
)
