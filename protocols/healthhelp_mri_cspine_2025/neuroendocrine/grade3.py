"""Surveillance of grade 3 neuroendocrine tumors by biology and stage (NET 5.a to 5.c)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import AFTER_THERAPY, AFTER_TREATMENT, AT_PROGRESSION
from spine_vigil.protocols.healthhelp_mri_cspine_2025.facts.surveillance import CLINICALLY_INDICATED
from spine_vigil.scheduler.editions.vocabulary import (
    ANYWHERE,
    CT,
    MRI,
    PET_CT,
    PET_MRI,
    SYMPTOMS,
    Cite,
    Plan,
    Schedule,
    as_,
    every,
    months,
    protocol,
    study,
    weeks,
    years,
)

GRADE3_FAVORABLE_RESECTABLE = protocol(
    "neuroendocrine.grade3.favorable.resectable",
    "grade 3 neuroendocrine tumor of favorable biology, resectable",
    Schedule(
        "abdomen_pelvis",
        Cite("NET 5.a.i"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        AFTER_TREATMENT,
        Plan(phases=(every(months(3), months(6), until=years(2)), every(months(6), months(12), until=years(10)))),
        stops_at=AT_PROGRESSION,
        restarts=True,
    ),
    Schedule(
        "chest",
        Cite("NET 5 and 5.a.i"),
        study(CT, at="chest"),
        AFTER_TREATMENT,
        Plan(phases=(as_(SYMPTOMS),), or_if=CLINICALLY_INDICATED),
        stops_at=AT_PROGRESSION,
        restarts=True,
        reading="The head of item 5 adds chest CT as clinically indicated",
    ),
    cite=Cite("NET 5.a.i"),
)

GRADE3_FAVORABLE_UNRESECTABLE = protocol(
    "neuroendocrine.grade3.favorable.unresectable",
    "grade 3 neuroendocrine tumor of favorable biology, unresectable",
    Schedule(
        "abdomen_pelvis",
        Cite("NET 5.a.ii"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        AFTER_THERAPY,
        Plan(phases=(every(weeks(12), weeks(24)),)),
    ),
    Schedule(
        "chest_or_pet",
        Cite("NET 5 and 5.a.ii"),
        study(CT, PET_CT, PET_MRI, at="chest"),
        AFTER_THERAPY,
        Plan(phases=(as_(SYMPTOMS),), or_if=CLINICALLY_INDICATED),
        reading=(
            "The head of item 5 adds chest CT as clinically indicated; read as holding for the PET studies "
            "beside it too"
        ),
    ),
    cite=Cite("NET 5.a.ii"),
)

GRADE3_UNFAVORABLE = protocol(
    "neuroendocrine.grade3.unfavorable",
    "grade 3 neuroendocrine tumor of unfavorable biology",
    Schedule(
        "abdomen_pelvis",
        Cite("NET 5.b.i"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        AFTER_THERAPY,
        Plan(phases=(every(weeks(8), weeks(12)),)),
    ),
    Schedule(
        "pet",
        Cite("NET 5.b.i"),
        study(PET_CT, at=ANYWHERE),
        AFTER_THERAPY,
        Plan(phases=(as_(CLINICALLY_INDICATED),), or_if=SYMPTOMS),
        reading="5.b.iii adds symptoms as a reason of their own",
    ),
    Schedule(
        "chest",
        Cite("NET 5 and 5.b.ii"),
        study(CT, at="chest"),
        AFTER_THERAPY,
        Plan(phases=(as_(SYMPTOMS),), or_if=CLINICALLY_INDICATED),
        reading="The head of item 5 adds chest CT as clinically indicated",
    ),
    cite=Cite("NET 5.b"),
)

GRADE3_LOCOREGIONAL = protocol(
    "neuroendocrine.grade3.locoregional",
    "grade 3 neuroendocrine tumor, locoregional and resectable",
    Schedule(
        "abdomen_pelvis",
        Cite("NET 5.c"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        AFTER_TREATMENT,
        Plan(phases=(every(months(3), months(6), until=years(2)), every(months(6), months(12), until=years(10)))),
        stops_at=AT_PROGRESSION,
        restarts=True,
    ),
    Schedule(
        "chest",
        Cite("NET 5.c"),
        study(CT, at="chest"),
        AFTER_TREATMENT,
        Plan(phases=(as_(CLINICALLY_INDICATED),)),
        stops_at=AT_PROGRESSION,
        restarts=True,
    ),
    cite=Cite("NET 5.c"),
)

PROTOCOLS = (
    GRADE3_FAVORABLE_RESECTABLE,
    GRADE3_FAVORABLE_UNRESECTABLE,
    GRADE3_UNFAVORABLE,
    GRADE3_LOCOREGIONAL,
)
