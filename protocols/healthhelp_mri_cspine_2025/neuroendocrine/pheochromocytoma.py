"""Surveillance of pheochromocytoma and paraganglioma (NET 7)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import AFTER_THERAPY, AT_PROGRESSION, FROM_SURGERY
from spine_vigil.protocols.healthhelp_mri_cspine_2025.facts.surveillance import CLINICALLY_INDICATED
from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    MRI,
    PET_CT,
    PET_MRI,
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

PHEOCHROMOCYTOMA_UNRESECTABLE = protocol(
    "neuroendocrine.pheochromocytoma.unresectable",
    "pheochromocytoma or paraganglioma, unresectable or metastatic",
    Schedule(
        "body",
        Cite("NET 7.a"),
        study(CT, MRI, PET_CT, PET_MRI, at=("chest", "abdomen", "pelvis")),
        AFTER_THERAPY,
        Plan(phases=(every(weeks(12), months(12)),)),
        complements=True,
        reading=(
            "'Every 12 weeks for 12 months' is read as every 12 weeks to 12 months, without end: stopping at a year "
            "cannot be meant for unresectable disease. The four kinds of imaging complement each other (bone-dominant "
            "disease, SSTR before radionuclide therapy)"
        ),
        others=(
            Reading(
                "as_written",
                Plan(phases=(every(weeks(12), until=years(1)),)),
                "Every 12 weeks for 12 months, then no more",
            ),
        ),
    ),
    cite=Cite("NET 7.a"),
)

PHEOCHROMOCYTOMA_RESECTED = protocol(
    "neuroendocrine.pheochromocytoma.resected",
    "pheochromocytoma or paraganglioma, resected",
    Schedule(
        "chest",
        Cite("NET 7.b"),
        study(CT, at="chest"),
        FROM_SURGERY,
        Plan(
            phases=(
                once(weeks(12), months(12), if_=CLINICALLY_INDICATED),
                every(months(6), months(12), until=years(3), if_=CLINICALLY_INDICATED),
                every(months(12), until=years(10), if_=CLINICALLY_INDICATED),
                as_(CLINICALLY_INDICATED),
            )
        ),
        stops_at=AT_PROGRESSION,
        reading="'If clinically indicated' stands before the intervals: read as a condition of all of them",
        others=(
            Reading(
                "as_timed",
                Plan(
                    phases=(
                        once(weeks(12), months(12)),
                        every(months(6), months(12), until=years(3)),
                        every(months(12), until=years(10)),
                        as_(CLINICALLY_INDICATED),
                    )
                ),
                "The intervals hold without a clinical indication",
            ),
        ),
    ),
    Schedule(
        "abdomen_pelvis",
        Cite("NET 7.b"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        FROM_SURGERY,
        Plan(
            phases=(
                once(weeks(12), months(12), if_=CLINICALLY_INDICATED),
                every(months(6), months(12), until=years(3), if_=CLINICALLY_INDICATED),
                every(months(12), until=years(10), if_=CLINICALLY_INDICATED),
                as_(CLINICALLY_INDICATED),
            )
        ),
        stops_at=AT_PROGRESSION,
        reading="'If clinically indicated' stands before the intervals: read as a condition of all of them",
        others=(
            Reading(
                "as_timed",
                Plan(
                    phases=(
                        once(weeks(12), months(12)),
                        every(months(6), months(12), until=years(3)),
                        every(months(12), until=years(10)),
                        as_(CLINICALLY_INDICATED),
                    )
                ),
                "The intervals hold without a clinical indication",
            ),
        ),
    ),
    cite=Cite("NET 7.b"),
)

PROTOCOLS = (
    PHEOCHROMOCYTOMA_UNRESECTABLE,
    PHEOCHROMOCYTOMA_RESECTED,
)
