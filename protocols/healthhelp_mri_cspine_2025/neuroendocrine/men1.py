"""Surveillance of multiple endocrine neoplasia type 1 by organ and as a whole (NET 5.d)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import FROM_DIAGNOSIS
from spine_vigil.protocols.healthhelp_mri_cspine_2025.facts.surveillance import CALCIUM_RISING
from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    MRI,
    SPECT,
    SPECT_CT,
    Cite,
    Plan,
    Schedule,
    as_,
    every,
    months,
    protocol,
    study,
)

MEN1_LUNG_THYMUS = protocol(
    "neuroendocrine.men1.lung_thymus",
    "MEN1, lung and thymus",
    Schedule(
        "chest",
        Cite("NET 5.d.i"),
        study(CT, MRI, at="chest"),
        FROM_DIAGNOSIS,
        Plan(phases=(every(months(12), months(36)),)),
        reading="Prefer imaging without radiation",
    ),
    cite=Cite("NET 5.d.i"),
)

MEN1_PANCREAS = protocol(
    "neuroendocrine.men1.pancreas",
    "MEN1, pancreas",
    Schedule(
        "abdomen_pelvis",
        Cite("NET 5.d.ii"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        FROM_DIAGNOSIS,
        Plan(phases=(every(months(12), months(36)),)),
        reading="Prefer imaging without radiation",
    ),
    cite=Cite("NET 5.d.ii"),
)

MEN1_PARATHYROID = protocol(
    "neuroendocrine.men1.parathyroid",
    "MEN1, parathyroid",
    Schedule(
        "parathyroid",
        Cite("NET 5.d.iii"),
        study(SPECT, SPECT_CT, CT, at="neck"),
        FROM_DIAGNOSIS,
        Plan(phases=(as_(CALCIUM_RISING),)),
        reading="SPECT/CT preferred; 4D-CT is a CT of the neck",
    ),
    cite=Cite("NET 5.d.iii"),
)

MEN1_PITUITARY = protocol(
    "neuroendocrine.men1.pituitary",
    "MEN1, pituitary",
    Schedule(
        "pituitary",
        Cite("NET 5.d.iv"),
        study(MRI, at="pituitary"),
        FROM_DIAGNOSIS,
        Plan(phases=(every(months(36), months(60)),)),
    ),
    cite=Cite("NET 5.d.iv"),
)

MEN1 = protocol(
    "neuroendocrine.men1",
    "multiple endocrine neoplasia type 1, every part of the syndrome",
    Schedule(
        "chest",
        Cite("NET 5.d.i"),
        study(CT, MRI, at="chest"),
        FROM_DIAGNOSIS,
        Plan(phases=(every(months(12), months(36)),)),
        reading="Prefer imaging without radiation. Every part of the syndrome",
    ),
    Schedule(
        "abdomen_pelvis",
        Cite("NET 5.d.ii"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        FROM_DIAGNOSIS,
        Plan(phases=(every(months(12), months(36)),)),
        reading="Prefer imaging without radiation. Every part of the syndrome",
    ),
    Schedule(
        "parathyroid",
        Cite("NET 5.d.iii"),
        study(SPECT, SPECT_CT, CT, at="neck"),
        FROM_DIAGNOSIS,
        Plan(phases=(as_(CALCIUM_RISING),)),
        reading="SPECT/CT preferred; 4D-CT is a CT of the neck. Every part of the syndrome",
    ),
    Schedule(
        "pituitary",
        Cite("NET 5.d.iv"),
        study(MRI, at="pituitary"),
        FROM_DIAGNOSIS,
        Plan(phases=(every(months(36), months(60)),)),
        reading="Every part of the syndrome",
    ),
    cite=Cite("NET 5.d"),
)

PROTOCOLS = (
    MEN1_LUNG_THYMUS,
    MEN1_PANCREAS,
    MEN1_PARATHYROID,
    MEN1_PITUITARY,
    MEN1,
)
