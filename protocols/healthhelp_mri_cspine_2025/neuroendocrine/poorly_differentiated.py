"""Surveillance of poorly differentiated neuroendocrine and mixed carcinomas (NET 5.e)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import AFTER_THERAPY, AFTER_TREATMENT, AT_PROGRESSION
from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    MRI,
    Cite,
    Plan,
    Schedule,
    every,
    months,
    protocol,
    study,
    weeks,
    years,
)

POORLY_DIFFERENTIATED_UNRESECTABLE = protocol(
    "neuroendocrine.poorly_differentiated.unresectable",
    "poorly differentiated neuroendocrine or mixed carcinoma, unresectable or metastatic",
    Schedule(
        "chest", Cite("NET 5.e.i"), study(CT, at="chest"), AFTER_THERAPY, Plan(phases=(every(weeks(6), weeks(16)),))
    ),
    Schedule(
        "abdomen_pelvis",
        Cite("NET 5.e.i"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        AFTER_THERAPY,
        Plan(phases=(every(weeks(6), weeks(16)),)),
    ),
    cite=Cite("NET 5.e.i"),
)

POORLY_DIFFERENTIATED_RESECTABLE = protocol(
    "neuroendocrine.poorly_differentiated.resectable",
    "poorly differentiated neuroendocrine or mixed carcinoma, resectable",
    Schedule(
        "chest",
        Cite("NET 5.e.ii"),
        study(CT, at="chest"),
        AFTER_TREATMENT,
        Plan(phases=(every(weeks(12), until=years(1)), every(months(6)))),
        stops_at=AT_PROGRESSION,
        restarts=True,
    ),
    Schedule(
        "abdomen_pelvis",
        Cite("NET 5.e.ii"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        AFTER_TREATMENT,
        Plan(phases=(every(weeks(12), until=years(1)), every(months(6)))),
        stops_at=AT_PROGRESSION,
        restarts=True,
    ),
    cite=Cite("NET 5.e.ii"),
)

PROTOCOLS = (
    POORLY_DIFFERENTIATED_UNRESECTABLE,
    POORLY_DIFFERENTIATED_RESECTABLE,
)
