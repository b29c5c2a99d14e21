"""Surveillance of leptomeningeal metastases in brain and spine (CNS 4)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import AFTER_TREATMENT
from spine_vigil.protocols.healthhelp_mri_cspine_2025.facts.surveillance import CLINICALLY_INDICATED
from spine_vigil.scheduler.editions.vocabulary import (
    MRI,
    Cite,
    Plan,
    Reading,
    Schedule,
    as_,
    every,
    months,
    protocol,
    study,
    years,
)

LEPTOMENINGEAL_METASTASES = protocol(
    "cns.leptomeningeal_metastases",
    "leptomeningeal metastases",
    Schedule(
        "brain",
        Cite("CNS 4"),
        study(MRI, at="brain"),
        AFTER_TREATMENT,
        Plan(phases=(every(months(2), months(3), until=years(2)), every(months(6), until=years(5)), every(months(12)))),
        reading="Brain 'and/or' total spine: two schedules with clocks of their own",
    ),
    Schedule(
        "spine",
        Cite("CNS 4"),
        study(MRI, at="total_spine"),
        AFTER_TREATMENT,
        Plan(phases=(every(months(2), months(3), until=years(2)), every(months(6), until=years(5)), every(months(12)))),
        reading="Brain 'and/or' total spine: two schedules with clocks of their own",
        others=(
            Reading(
                "brain_alone_suffices",
                Plan(phases=(as_(CLINICALLY_INDICATED),)),
                "Or: the brain alone is imaged on schedule, the spine when indicated",
            ),
        ),
    ),
    cite=Cite("CNS 4"),
)

PROTOCOLS = (LEPTOMENINGEAL_METASTASES,)
