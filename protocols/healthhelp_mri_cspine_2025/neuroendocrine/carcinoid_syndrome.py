"""Surveillance of carcinoid syndrome and carcinoid heart disease (NET 2)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import FROM_DIAGNOSIS
from spine_vigil.protocols.healthhelp_mri_cspine_2025.facts.surveillance import (
    CARCINOID_HEART_DISEASE,
    CLINICALLY_INDICATED,
)
from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    ECHO,
    MRI,
    SYMPTOMS,
    Cite,
    Condition,
    Plan,
    Schedule,
    as_,
    at_least_every,
    every,
    months,
    protocol,
    study,
)

CARCINOID_SYNDROME = protocol(
    "neuroendocrine.carcinoid_syndrome",
    "carcinoid syndrome",
    Schedule(
        "abdomen_pelvis",
        Cite("NET 2.a"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        FROM_DIAGNOSIS,
        Plan(phases=(every(months(3), months(12)),)),
    ),
    Schedule("chest", Cite("NET 2.a"), study(CT, at="chest"), FROM_DIAGNOSIS, Plan(phases=(as_(SYMPTOMS),))),
    Schedule(
        "heart",
        Cite("NET 2.b"),
        study(ECHO, at="heart"),
        FROM_DIAGNOSIS,
        Plan(phases=(every(months(12), months(36)),), or_if=CLINICALLY_INDICATED),
        when=Condition(CARCINOID_HEART_DISEASE, negated=True),
        reading="'Every 1 to 3 years or as clinically indicated': sooner with an indication",
    ),
    Schedule(
        "heart_disease",
        Cite("NET 2.b"),
        study(ECHO, at="heart"),
        FROM_DIAGNOSIS,
        Plan(phases=(at_least_every(months(12)),)),
        when=Condition(CARCINOID_HEART_DISEASE),
        reading="'At least annually' sets no earliest date",
    ),
    cite=Cite("NET 2"),
)

PROTOCOLS = (CARCINOID_SYNDROME,)
