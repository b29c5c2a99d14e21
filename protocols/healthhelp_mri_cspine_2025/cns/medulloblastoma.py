"""Surveillance of medulloblastoma (CNS 5)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import AFTER_TREATMENT, AT_PROGRESSION
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
    unspecified,
    years,
)

MEDULLOBLASTOMA = protocol(
    "cns.medulloblastoma",
    "medulloblastoma",
    Schedule(
        "brain",
        Cite("CNS 5"),
        study(MRI, at="brain"),
        AFTER_TREATMENT,
        Plan(phases=(every(months(2), months(3), until=years(2)), unspecified())),
        stops_at=AT_PROGRESSION,
        restarts=True,
        reading=(
            "This edition names the brain alone and gives no interval after 2 years: read as going on at "
            "an interval that the text does not give"
        ),
        others=(
            Reading(
                "as_written",
                Plan(phases=(every(months(2), months(3), until=years(2)),)),
                "Surveillance is over after 2 years",
            ),
        ),
    ),
    cite=Cite("CNS 5"),
)

PROTOCOLS = (MEDULLOBLASTOMA,)
