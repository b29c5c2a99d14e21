"""Surveillance of neuroendocrine tumors after potentially curative surgery (NET 5.f)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import FROM_SURGERY
from spine_vigil.scheduler.editions.vocabulary import CT, MRI, Cite, Plan, Schedule, protocol, study, unspecified

CURATIVE_SURGERY = protocol(
    "neuroendocrine.curative_surgery",
    "neuroendocrine tumor after potentially curative surgery",
    Schedule(
        "body",
        Cite("NET 5.f"),
        study(CT, MRI, at=("chest", "abdomen", "pelvis")),
        FROM_SURGERY,
        Plan(phases=(unspecified(),)),
        reading="At least 10 years, longer if high-risk; no interval is given",
    ),
    cite=Cite("NET 5.f"),
)

PROTOCOLS = (CURATIVE_SURGERY,)
