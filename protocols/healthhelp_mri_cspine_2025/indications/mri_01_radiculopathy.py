"""Radiculopathy (section MRI 1)."""

from spine_vigil.scheduler.editions.vocabulary import Cite, Documented, Indication

INDICATIONS = (
    Indication(
        "radiculopathy",
        "cervical radiculopathy",
        Cite("MRI 1"),
        leads=("radiculopathy_on_emg_or_ncs",),
        criterion=Documented("radiculopathy_on_emg_or_ncs"),
    ),
)
