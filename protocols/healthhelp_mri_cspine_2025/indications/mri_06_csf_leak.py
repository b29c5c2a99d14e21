"""CSF leak (section MRI 6)."""

from spine_vigil.scheduler.editions.vocabulary import Cite, Documented, Indication

INDICATIONS = (
    Indication(
        "csf_leak",
        "leak of cerebrospinal fluid",
        Cite("MRI 6"),
        leads=("csf_leak_suspected",),
        criterion=Documented("csf_leak_suspected"),
    ),
)
