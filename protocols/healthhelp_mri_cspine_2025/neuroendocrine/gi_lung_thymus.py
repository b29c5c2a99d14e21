"""Surveillance of resected gastrointestinal, lung and thymic neuroendocrine tumors (NET 4)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import AT_PROGRESSION, FROM_SURGERY
from spine_vigil.protocols.healthhelp_mri_cspine_2025.facts import HIGH_GRADE
from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    MRI,
    SYMPTOMS,
    Cite,
    Plan,
    Reading,
    Schedule,
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
    "gastrointestinal or thymic neuroendocrine tumor, resected",
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
        reading="Jejunum, ileum, colon, duodenum, rectum and thymus",
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
    cite=Cite("NET 4.a"),
)

LUNG_THYMUS_RESECTED = protocol(
    "neuroendocrine.lung_thymus_resected",
    "lung or thymic neuroendocrine tumor, resected",
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

PROTOCOLS = (
    GI_THYMUS_RESECTED,
    LUNG_THYMUS_RESECTED,
)
