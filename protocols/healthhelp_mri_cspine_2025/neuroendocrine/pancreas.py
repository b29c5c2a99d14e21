"""Surveillance of resected pancreatic neuroendocrine tumors (NET 6)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import AT_PROGRESSION, FROM_SURGERY
from spine_vigil.protocols.healthhelp_mri_cspine_2025.facts.surveillance import CLINICALLY_INDICATED, HIGH_GRADE
from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    MRI,
    SYMPTOMS,
    Cite,
    Plan,
    Reading,
    Schedule,
    as_,
    every,
    months,
    once,
    protocol,
    study,
    years,
)

PANCREAS_RESECTED = protocol(
    "neuroendocrine.pancreas_resected",
    "pancreatic neuroendocrine tumor, resected",
    Schedule(
        "abdomen",
        Cite("NET 6"),
        study(CT, MRI, at="abdomen"),
        FROM_SURGERY,
        Plan(
            phases=(once(months(3), months(12)), every(months(6), months(12), until=years(10))),
            or_if=SYMPTOMS,
            more_often_if=HIGH_GRADE,
        ),
        stops_at=AT_PROGRESSION,
        reading="The interval after month 12 runs to year 10 after surgery",
        others=(
            Reading(
                "ten_years_after_month_12",
                Plan(
                    phases=(once(months(3), months(12)), every(months(6), months(12), until=years(11))),
                    or_if=SYMPTOMS,
                    more_often_if=HIGH_GRADE,
                ),
                "The 10 years count from month 12",
            ),
        ),
    ),
    Schedule(
        "chest",
        Cite("NET 6"),
        study(CT, at="chest"),
        FROM_SURGERY,
        Plan(phases=(as_(CLINICALLY_INDICATED),)),
        stops_at=AT_PROGRESSION,
    ),
    cite=Cite("NET 6"),
)

PROTOCOLS = (PANCREAS_RESECTED,)
