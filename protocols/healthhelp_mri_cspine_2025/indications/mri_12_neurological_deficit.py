"""Neurological deficit (section MRI 12)."""

from spine_vigil.scheduler.editions.vocabulary import Cite, Documented, Indication

INDICATIONS = (
    Indication(
        "neurological_deficit",
        "neurological deficit",
        Cite("MRI 12"),
        leads=("neuro_deficit_on_exam",),
        hints=("neuro_exam_abnormal",),
        criterion=Documented("neuro_deficit_on_exam"),
    ),
)
