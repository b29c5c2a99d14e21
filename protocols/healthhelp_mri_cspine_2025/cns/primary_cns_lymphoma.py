"""Surveillance of primary CNS lymphoma (CNS 6)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import AFTER_TREATMENT, AT_PROGRESSION
from spine_vigil.scheduler.editions.vocabulary import (
    MRI,
    SPINAL_PRIMARY_SITE,
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

PRIMARY_CNS_LYMPHOMA = protocol(
    "cns.primary_cns_lymphoma",
    "primary CNS lymphoma",
    Schedule(
        "cns",
        Cite("CNS 6"),
        study(MRI, at=("brain", SPINAL_PRIMARY_SITE)),
        AFTER_TREATMENT,
        Plan(phases=(every(months(2), months(3), until=years(2)), unspecified())),
        stops_at=AT_PROGRESSION,
        restarts=True,
        reading=(
            "The text names no region: read as the brain, and the spine where the primary site is in it; "
            "no interval is given after 2 years"
        ),
        others=(
            Reading(
                "as_written",
                Plan(phases=(every(months(2), months(3), until=years(2)),)),
                "Surveillance is over after 2 years",
            ),
        ),
    ),
    cite=Cite("CNS 6"),
)

PROTOCOLS = (PRIMARY_CNS_LYMPHOMA,)
