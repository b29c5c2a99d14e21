"""Chiari malformation (section MRI 3)."""

from spine_vigil.scheduler.editions.vocabulary import Cite, Documented, Indication

INDICATIONS = (
    Indication(
        "chiari",
        "Chiari malformation",
        Cite("MRI 3"),
        leads=("chiari_on_imaging",),
        criterion=Documented("chiari_on_imaging"),
    ),
)
