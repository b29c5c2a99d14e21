"""Surveillance of resected gastrointestinal, lung and thymic neuroendocrine tumors (NET 4)."""

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
    weeks,
    years,
)

GI_THYMUS_RESECTED = protocol(
    "neuroendocrine.gi_thymus_resected",
    "gastrointestinal neuroendocrine tumor, resected",
    Schedule(
        "abdomen_pelvis",
        Cite("NET 4.a"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        FROM_SURGERY,
        Plan(
            phases=(once(months(3), months(12)), every(months(12), months(24), until=years(10))),
            or_if=SYMPTOMS,
            more_often_if=HIGH_GRADE,
        ),
        stops_at=AT_PROGRESSION,
        reading="Jejunum, ileum, colon, duodenum and rectum; a thymus tumor has a protocol of its own",
        others=(
            Reading(
                "ten_years_after_month_12",
                Plan(
                    phases=(once(months(3), months(12)), every(months(12), months(24), until=years(11))),
                    or_if=SYMPTOMS,
                    more_often_if=HIGH_GRADE,
                ),
                "The 10 years count from month 12",
            ),
        ),
    ),
    Schedule(
        "chest",
        Cite("NET 4.b"),
        study(CT, at="chest"),
        FROM_SURGERY,
        Plan(phases=(as_(CLINICALLY_INDICATED),)),
        stops_at=AT_PROGRESSION,
        reading=(
            "Chest CT as clinically indicated for primary gastrointestinal tumors; a thymus tumor has its own protocol"
        ),
    ),
    cite=Cite("NET 4"),
)

LUNG_THYMUS_RESECTED = protocol(
    "neuroendocrine.lung_thymus_resected",
    "lung neuroendocrine tumor, resected",
    Schedule(
        "chest",
        Cite("NET 4.b"),
        study(CT, at="chest"),
        FROM_SURGERY,
        Plan(
            phases=(once(weeks(12), months(12)), every(months(12), months(24), until=years(10))),
            or_if=SYMPTOMS,
            more_often_if=HIGH_GRADE,
        ),
        stops_at=AT_PROGRESSION,
        reading="The interval after month 12 runs to year 10 after surgery",
        others=(
            Reading(
                "ten_years_after_month_12",
                Plan(
                    phases=(once(weeks(12), months(12)), every(months(12), months(24), until=years(11))),
                    or_if=SYMPTOMS,
                    more_often_if=HIGH_GRADE,
                ),
                "The 10 years count from month 12",
            ),
        ),
    ),
    cite=Cite("NET 4.b"),
)

THYMUS_RESECTED = protocol(
    "neuroendocrine.thymus_resected",
    "thymic neuroendocrine tumor, resected",
    Schedule(
        "abdomen_pelvis",
        Cite("NET 4.a"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        FROM_SURGERY,
        Plan(
            phases=(once(months(3), months(12)), every(months(12), months(24), until=years(10))),
            or_if=SYMPTOMS,
            more_often_if=HIGH_GRADE,
        ),
        stops_at=AT_PROGRESSION,
        reading="The thymus stands in both lines: abdomen by 4.a",
        others=(
            Reading(
                "ten_years_after_month_12",
                Plan(
                    phases=(once(months(3), months(12)), every(months(12), months(24), until=years(11))),
                    or_if=SYMPTOMS,
                    more_often_if=HIGH_GRADE,
                ),
                "The 10 years count from month 12",
            ),
        ),
    ),
    Schedule(
        "chest",
        Cite("NET 4.b"),
        study(CT, at="chest"),
        FROM_SURGERY,
        Plan(
            phases=(once(weeks(12), months(12)), every(months(12), months(24), until=years(10))),
            or_if=SYMPTOMS,
            more_often_if=HIGH_GRADE,
        ),
        stops_at=AT_PROGRESSION,
        reading="The thymus stands in both lines: chest by 4.b",
        others=(
            Reading(
                "ten_years_after_month_12",
                Plan(
                    phases=(once(weeks(12), months(12)), every(months(12), months(24), until=years(11))),
                    or_if=SYMPTOMS,
                    more_often_if=HIGH_GRADE,
                ),
                "The 10 years count from month 12",
            ),
        ),
    ),
    cite=Cite("NET 4"),
)

PROTOCOLS = (
    GI_THYMUS_RESECTED,
    LUNG_THYMUS_RESECTED,
    THYMUS_RESECTED,
)
