"""The auditor's patients without surveillance: requests for an MRI of the cervical spine for other reasons."""

from __future__ import annotations

from collections.abc import Iterator

Row = dict[str, str]

REASONS = (
    "symptom_onset_date", "conservative_care_start", "conservative_care_end", "cervical_spine_surgery_date",
    "intravascular_stent_date", "weight_loss_pct_6_months", "neck_pain", "symptoms_persist_or_worsen",
    "neck_pain_isolated", "xray_completed", "spinal_tumor_known", "complication_or_recurrence_evaluation",
    "nexus_or_ccr_met", "ct_initial_done", "ct_negative", "obtunded", "trauma", "spinal_abnormality_known",
    "implanted_device", "device_mri_conditional", "scoliosis", "scoliosis_onset_age", "scoliosis_atypical_curve",
    "kyphosis_degrees", "scoliosis_neuro_deficit", "preoperative_planning", "spinal_deformity_progressive",
    "treatment_depends_on_imaging",
)  # fmt: skip
"""Columns of the facts that these requests document."""

PLAIN_SCOLIOSIS = (
    "scoliosis scoliosis_onset_age=13 scoliosis_atypical_curve=false scoliosis_neuro_deficit=false"
    " preoperative_planning=false spinal_deformity_progressive=false treatment_depends_on_imaging=false"
)
"""A scoliosis that gives no reason for imaging, as far as it is documented: the kyphosis is left to say."""

INDICATED = (
    ("2026-03-02", "neck_pain"),
    ("2026-03-02", "neck_pain conservative_care_start=2026-01-05 symptoms_persist_or_worsen"),
    ("2026-02-02", "neck_pain conservative_care_start=2026-01-05 symptoms_persist_or_worsen"),
    (
        "2026-03-02",
        "neck_pain conservative_care_start=2025-05-05 conservative_care_end=2025-07-28 symptoms_persist_or_worsen",
    ),
    ("2026-03-02", "neck_pain birth_date=2015-06-20 neck_pain_isolated xray_completed weight_loss_pct_6_months=12.5"),
    ("2026-03-02", "neck_pain birth_date=2015-06-20 neck_pain_isolated xray_completed symptom_onset_date=2026-02-20"),
    ("2026-05-11", "trauma"),
    ("2026-05-11", "trauma spinal_abnormality_known"),
    ("2026-05-11", "nexus_or_ccr_met ct_initial_done"),
    ("2026-05-11", "nexus_or_ccr_met obtunded ct_negative"),
    ("2026-05-11", "cervical_spine_surgery_date=2026-03-10 complication_or_recurrence_evaluation"),
    ("2026-07-13", "cervical_spine_surgery_date=2026-03-10 complication_or_recurrence_evaluation"),
    ("2026-05-11", "spinal_tumor_known symptoms_new_or_progressing"),
    ("2026-05-11", "trauma spinal_abnormality_known intravascular_stent_date=2026-04-20"),
    ("2026-06-15", "trauma spinal_abnormality_known intravascular_stent_date=2026-04-20"),
    ("2026-05-11", "trauma spinal_abnormality_known implanted_device"),
    ("2026-05-11", "trauma spinal_abnormality_known implanted_device device_mri_conditional=false"),
    ("2026-06-22", "birth_date=2018-04-11 scoliosis scoliosis_onset_age=6"),
    ("2026-06-22", "birth_date=2013-09-30 scoliosis scoliosis_onset_age=11 kyphosis_degrees=42"),
    ("2026-07-20", "birth_date=2010-01-17 scoliosis scoliosis_onset_age=12 preoperative_planning"),
    ("2026-07-20", f"birth_date=2011-11-05 kyphosis_degrees=24 {PLAIN_SCOLIOSIS}"),
    ("2026-09-14", f"birth_date=2012-02-28 {PLAIN_SCOLIOSIS}"),
)
"""Date of each request, and documented facts (true without a value)."""


def other_requests() -> Iterator[Row]:
    """Yield a row for each request, of a patient of its own."""
    for number, (day, documented) in enumerate(INDICATED, start=1):
        yield {
            "patient_id": f"B{number:03}",
            "modality": "MRI",
            "region": "cervical_spine",
            "date": day,
            "status": "requested",
            **{name: value or "true" for name, _, value in (text.partition("=") for text in documented.split())},
        }
