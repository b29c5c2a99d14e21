"""Occult primary cancer surveillance (section Occult primary)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import FROM_DIAGNOSIS
from spine_vigil.scheduler.editions.vocabulary import ANYWHERE, SYMPTOMS, Cite, Plan, Schedule, as_, protocol, study

OCCULT_PRIMARY = protocol(
    "occult_primary",
    "occult primary cancer",
    Schedule(
        "symptomatic",
        Cite("Occult primary"),
        study(at=ANYWHERE),
        FROM_DIAGNOSIS,
        Plan(phases=(as_(SYMPTOMS),)),
        reading="Long-term surveillance by symptoms alone",
    ),
    cite=Cite("Occult primary"),
)

PROTOCOLS = (OCCULT_PRIMARY,)
