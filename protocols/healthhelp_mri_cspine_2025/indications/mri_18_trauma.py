"""Trauma (section MRI 18)."""

from spine_vigil.scheduler.editions.vocabulary import Cite, Indication, IndicationReading, all_of, any_of

CRITERIA_FOR_IMAGING = any_of("nexus_or_ccr_met", "obtunded", "spine_unstable", "cord_or_root_injury_suspected")
TRAUMA_RULE = all_of(
    CRITERIA_FOR_IMAGING,
    any_of(all_of("obtunded", "ct_negative"), "spine_unstable", all_of("cord_or_root_injury_suspected", "ct_negative")),
)
TRAUMA_KNOWN_ABNORMALITY = all_of("trauma", "spinal_abnormality_known")

INDICATIONS = (
    Indication(
        "trauma_rule",
        "trauma that meets a rule for imaging",
        Cite("MRI 18.a"),
        leads=("nexus_or_ccr_met",),
        hints=("trauma", "obtunded", "spine_unstable", "cord_or_root_injury_suspected"),
        criterion=TRAUMA_RULE,
        asks_with="trauma_known_abnormality",
        reading=(
            "An initial CT is how the evaluation begins, no reason of its own; else the two lines that ask for a "
            "negative CT would be empty"
        ),
        others=(
            IndicationReading(
                "initial_ct_suffices",
                all_of(
                    CRITERIA_FOR_IMAGING,
                    any_of(
                        "ct_initial_done",
                        all_of("obtunded", "ct_negative"),
                        "spine_unstable",
                        all_of("cord_or_root_injury_suspected", "ct_negative"),
                    ),
                ),
                "An initial CT is a reason of its own",
            ),
        ),
    ),
    Indication(
        "trauma_known_abnormality",
        "trauma with a known abnormality of the spine",
        Cite("MRI 18.b"),
        leads=("trauma",),
        criterion=TRAUMA_KNOWN_ABNORMALITY,
        asks_with="trauma_rule",
    ),
)
