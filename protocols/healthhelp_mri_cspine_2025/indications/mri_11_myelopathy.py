"""Myelopathy (section MRI 11)."""

from spine_vigil.scheduler.editions.vocabulary import Advice, Cite, Indication, all_of, any_of

INDICATIONS = (
    Indication(
        "myelopathy",
        "myelopathy",
        Cite("MRI 11"),
        leads=("myelopathy_suspected",),
        criterion=all_of("myelopathy_suspected", any_of("neuro_exam_abnormal", "myelopathy_progressing")),
        advice=(Advice("Conservative care is not needed before imaging."),),
    ),
)
