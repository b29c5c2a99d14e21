"""Trauma (section MRI 18)."""

from spine_vigil.scheduler.editions.vocabulary import Cite, Indication, all_of, any_of

INDICATIONS = (
    Indication(
        "trauma_rule",
        "trauma that meets a rule for imaging",
        Cite("MRI 18.a"),
        leads=("nexus_or_ccr_met",),
        criterion=all_of(
            "nexus_or_ccr_met",
            any_of(
                "ct_initial_done",
                all_of("obtunded", "ct_negative"),
                "spine_unstable",
                all_of("cord_or_root_injury_suspected", "ct_negative"),
            ),
        ),
    ),
    Indication(
        "trauma_known_abnormality",
        "trauma with a known abnormality of the spine",
        Cite("MRI 18.b"),
        leads=("trauma",),
        criterion=all_of("trauma", "spinal_abnormality_known"),
    ),
)
