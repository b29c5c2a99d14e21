"""Surveillance of glioblastoma around surgery and after radiation (CNS 2)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import AT_NEXT_TREATMENT, FROM_RADIATION_END, FROM_SURGERY
from spine_vigil.scheduler.editions.vocabulary import (
    MRI,
    Cite,
    Plan,
    Reading,
    Schedule,
    days,
    every,
    months,
    once,
    protocol,
    study,
    weeks,
    years,
)

GLIOBLASTOMA = protocol(
    "cns.glioblastoma",
    "glioblastoma, IDH wild-type",
    Schedule(
        "preoperative",
        Cite("CNS 2.a"),
        study(MRI, at="brain"),
        FROM_SURGERY,
        Plan(phases=(once(days(-2), days(0)),)),
        reading="Within 48 hours before surgery; civil dates",
        others=(
            Reading(
                "any_time_before",
                Plan(phases=(once(days(-90), days(0)),)),
                "The 48 hours bind the study after surgery alone; the one before may lie up to 90 days earlier",
            ),
        ),
    ),
    Schedule(
        "postoperative",
        Cite("CNS 2.a"),
        study(MRI, at="brain"),
        FROM_SURGERY,
        Plan(phases=(once(days(0), days(2)),)),
        reading="Within 48 hours after surgery; civil dates",
    ),
    Schedule(
        "preradiation",
        Cite("CNS 2.b"),
        study(MRI, at="brain"),
        FROM_SURGERY,
        Plan(phases=(once(weeks(3), weeks(5), late=weeks(7)),)),
        stops_at=AT_NEXT_TREATMENT,
        reading="'Every 3 to 5 weeks, post-operatively', for planning radiation: read as one planning study",
        others=(
            Reading(
                "repeating",
                Plan(phases=(every(weeks(3), weeks(5), until=weeks(12)),)),
                "Repeated every 3 to 5 weeks until radiation starts (12 weeks at most)",
            ),
        ),
    ),
    Schedule(
        "postradiation",
        Cite("CNS 2.c"),
        study(MRI, at="brain"),
        FROM_RADIATION_END,
        Plan(
            phases=(once(weeks(3), weeks(6)), every(months(2), months(3), until=years(3)), every(months(2), months(4)))
        ),
    ),
    cite=Cite("CNS 2"),
)

PROTOCOLS = (GLIOBLASTOMA,)
