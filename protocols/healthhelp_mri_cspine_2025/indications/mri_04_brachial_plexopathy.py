"""Brachial plexopathy (section MRI 4)."""

from spine_vigil.scheduler.editions.vocabulary import Cite, Indication, all_of

INDICATIONS = (
    Indication(
        "brachial_plexopathy",
        "brachial plexopathy",
        Cite("MRI 4"),
        leads=("brachial_plexopathy",),
        criterion=all_of("brachial_plexopathy", "plexus_injury_includes_cervical_spine"),
    ),
)
