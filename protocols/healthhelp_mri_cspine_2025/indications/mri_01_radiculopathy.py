"""Radiculopathy (section MRI 1)."""

from spine_vigil.scheduler.editions.vocabulary import Cite, Documented, Indication, not_

INDICATIONS = (
    Indication(
        "radiculopathy",
        "cervical radiculopathy",
        Cite("MRI 1"),
        leads=("radiculopathy_on_emg_or_ncs",),
        criterion=Documented("radiculopathy_on_emg_or_ncs"),
        advice="An EMG is not recommended to find the cause of axial pain.",
        advised=not_("radiculopathy_on_emg_or_ncs"),
    ),
)
