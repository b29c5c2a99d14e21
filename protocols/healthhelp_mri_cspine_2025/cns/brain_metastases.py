"""Surveillance of brain metastases (CNS 1)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import AFTER_TREATMENT
from spine_vigil.scheduler.editions.vocabulary import (
    MRI,
    Cite,
    Plan,
    Reading,
    Schedule,
    every,
    months,
    protocol,
    study,
    years,
)

BRAIN_METASTASES = protocol(
    "cns.brain_metastases",
    "brain metastases",
    Schedule(
        "brain",
        Cite("CNS 1"),
        study(MRI, at="brain"),
        AFTER_TREATMENT,
        Plan(
            phases=(
                every(months(2), months(3), until=years(1)),
                every(months(2), months(6), until=years(2)),
                every(months(4), months(6)),
            )
        ),
        reading=(
            "'For 1 to 2 years': between 1 and 2 years either cadence follows the guideline, so the range spans both"
        ),
        others=(
            Reading(
                "switch_at_1_year",
                Plan(phases=(every(months(2), months(3), until=years(1)), every(months(4), months(6)))),
                "The longer interval starts after 1 year",
            ),
            Reading(
                "switch_at_2_years",
                Plan(phases=(every(months(2), months(3), until=years(2)), every(months(4), months(6)))),
                "The longer interval starts after 2 years",
            ),
        ),
    ),
    cite=Cite("CNS 1"),
)

PROTOCOLS = (BRAIN_METASTASES,)
