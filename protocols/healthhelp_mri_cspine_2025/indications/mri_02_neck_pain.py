"""Neck pain (section MRI 2)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.times import CARE_ONGOING, CARE_TRIED, PEDIATRIC
from spine_vigil.scheduler.editions.vocabulary import (
    Above,
    Advice,
    AgeAtMost,
    Cite,
    Indication,
    Since,
    all_of,
    any_of,
    days,
    months,
)

CARE = any_of(all_of(CARE_TRIED, "symptoms_persist_or_worsen"), all_of(CARE_ONGOING, "symptoms_worsened_during_care"))
PEDIATRIC_SUSPICION = all_of(
    PEDIATRIC, Since("symptom_onset_date", months(3)), "inflammation_infection_or_malignancy_suspected"
)
PEDIATRIC_RED_FLAG = all_of(
    PEDIATRIC,
    "neck_pain_isolated",
    "xray_completed",
    any_of(
        AgeAtMost(5),
        "fever",
        "malaise",
        "night_pain",
        "constant_pain",
        Since("symptom_onset_date", days(28), longer=True),
        "postural_change",
        "radicular_pain",
        "morning_stiffness",
        Above("weight_loss_pct_2_months", 5),
        Above("weight_loss_pct_6_months", 10),
    ),
)

INDICATIONS = (
    Indication(
        "neck_pain",
        "neck pain",
        Cite("MRI 2"),
        leads=("neck_pain",),
        criterion=all_of("neck_pain", any_of(CARE, PEDIATRIC_SUSPICION, PEDIATRIC_RED_FLAG)),
        advice=(
            Advice("Conservative care is not needed before imaging where a child has a red flag.", fits=PEDIATRIC),
            Advice(
                "An EMG is not recommended to find the cause of axial pain (MRI 1).",
                unless="radiculopathy_on_emg_or_ncs",
            ),
        ),
    ),
)
