"""Tethered cord (section MRI 16)."""

from spine_vigil.scheduler.editions.vocabulary import Cite, Documented, Indication

INDICATIONS = (
    Indication(
        "tethered_cord",
        "tethered cord",
        Cite("MRI 16"),
        leads=("tethered_cord_suspected_or_known",),
        criterion=Documented("tethered_cord_suspected_or_known"),
    ),
)
