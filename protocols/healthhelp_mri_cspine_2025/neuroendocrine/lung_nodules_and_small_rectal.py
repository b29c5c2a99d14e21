"""Surveillance of neuroendocrine lung nodules and small rectal tumors (NET 3)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import AFTER_SURGERY, AT_PROGRESSION, FROM_DIAGNOSIS
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
)

LUNG_NODULES = protocol(
    "neuroendocrine.lung_nodules",
    "multiple lung nodules or tumorlets of neuroendocrine disease",
    Schedule(
        "chest",
        Cite("NET 3.a"),
        study(CT, at="chest"),
        FROM_DIAGNOSIS,
        Plan(phases=(every(months(12), months(24)),), or_if=SYMPTOMS),
        reading=(
            "'If symptoms are new or progressing' opens an extra study and does not gate the timed ones; "
            "nodules or tumorlets in the setting of neuroendocrine disease"
        ),
        others=(
            Reading(
                "symptoms_gate",
                Plan(phases=(every(months(12), months(24), if_=SYMPTOMS),)),
                "Imaged every 12 to 24 months only while symptoms are new or progressing",
            ),
        ),
    ),
    cite=Cite("NET 3.a"),
)

RECTAL_SMALL = protocol(
    "neuroendocrine.rectal_small",
    "rectal neuroendocrine tumor of 1 to 2 cm",
    Schedule(
        "rectum",
        Cite("NET 3.b"),
        study(MRI, at="rectum"),
        AFTER_SURGERY,
        Plan(phases=(once(months(6), months(6)), once(months(12), months(12))), or_if=SYMPTOMS),
        stops_at=AT_PROGRESSION,
        restarts=True,
        reading=(
            "Tumor of 1 to 2 cm. 'If symptoms are new or progressing' opens an extra study and does not "
            "gate the timed ones"
        ),
        others=(
            Reading(
                "symptoms_gate",
                Plan(phases=(once(months(6), months(6), if_=SYMPTOMS), once(months(12), months(12), if_=SYMPTOMS))),
                "Imaged at 6 and 12 months only where symptoms are new or progressing",
            ),
        ),
    ),
    cite=Cite("NET 3.b"),
)

PROTOCOLS = (
    LUNG_NODULES,
    RECTAL_SMALL,
)
