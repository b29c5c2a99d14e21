"""Explanations of indications: what meets them or what fails and by how much, and the advice that fits."""

import pytest
from support.evaluators import decide_as_columns, decide_one_by_one

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.rules.grace import GracePolicy

BOTH = pytest.mark.parametrize("decide", [decide_one_by_one, decide_as_columns], ids=["scalar", "columnar"])
ROW = {"patient_id": "P1", "modality": "MRI", "region": "cervical_spine", "date": "2022-04-01"}

ADULT = {"neck_pain": "true", "birth_date": "1980-01-02"}
CHILD = {"neck_pain": "true", "birth_date": "2012-01-02"}
NO_CARE_YET = {"conservative_care_start": "2022-03-01", "symptoms_worsened_during_care": "false"}
CARE_LONG_AGO = {"conservative_care_start": "2021-03-01", "conservative_care_end": "2021-05-01"}
EMG = " An EMG is not recommended to find the cause of axial pain (MRI 1)."
RED_FLAGS = " Conservative care is not needed before imaging where a child has a red flag."

EXPLAINED = [
    (
        ADULT | NO_CARE_YET,
        (
            "MRI 2, neck pain: not met on 2022-04-01, since active conservative care began on 2022-03-01 and lasted 31"
            " of 42 days; symptoms did not worsen during the current course of conservative care."
        )
        + EMG,
        "by how much care falls short; what is for a child is not said of an adult",
    ),
    (
        ADULT | NO_CARE_YET | {"radiculopathy_on_emg_or_ncs": "false"},
        (
            "MRI 2, neck pain: not met on 2022-04-01, since active conservative care began on 2022-03-01 and lasted 31"
            " of 42 days; symptoms did not worsen during the current course of conservative care."
        ),
        "the advice on EMG does not fit where one is documented",
    ),
    (
        ADULT | CARE_LONG_AGO,
        (
            "MRI 2, neck pain: not met on 2022-04-01, since active conservative care ended on 2021-05-01, more than 6"
            " months before."
        )
        + EMG,
        "the end of care is named once, though it fails two alternatives",
    ),
    (
        CHILD | NO_CARE_YET | {"symptom_onset_date": "2022-02-10", "neck_pain_isolated": "false"},
        (
            "MRI 2, neck pain: not met on 2022-04-01, since active conservative care began on 2022-03-01 and lasted 31"
            " of 42 days; symptoms did not worsen during the current course of conservative care; the symptoms began"
            " on 2022-02-10, less than 3 months before; neck pain is not the only complaint."
        )
        + RED_FLAGS
        + EMG,
        "a child has every alternative, and the advice on red flags",
    ),
    (
        {"pediatric_demyelinating_disease": "true", "ms_suspected_or_known": "false", "birth_date": "1980-01-02"},
        (
            "MRI 10, multiple sclerosis or demyelinating disease of childhood: not met on 2022-04-01, since multiple"
            " sclerosis is neither suspected nor known; the patient is over 21."
        ),
        "an age that alone stands in the way is named",
    ),
    (
        {"complication_or_recurrence_evaluation": "true", "cervical_spine_surgery_date": "2021-12-01"},
        (
            "MRI 13, assessment after surgery: not met on 2022-04-01, since the operation on the cervical spine took"
            " place on 2021-12-01, not within the 90 days before."
        ),
        "a date is told as what happened on it",
    ),
    (
        {"chiari_on_imaging": "true"},
        "MRI 3, Chiari malformation: met on 2022-04-01, since earlier imaging shows a Chiari malformation.",
        "it holds",
    ),
    (
        {"compression_fracture_treated": "true", "neck_pain_new": "false"},
        "MRI 7.b, treated compression fracture with new pain: not met on 2022-04-01, since neck pain is not new.",
        "it does not",
    ),
    (
        {"radiculopathy_on_emg_or_ncs": "true"},
        (
            "MRI 1, cervical radiculopathy: met on 2022-04-01,"
            " since electromyography or a nerve conduction study shows cervical radiculopathy."
        ),
        "it holds, with no advice",
    ),
    (
        {"myelopathy_suspected": "true", "neuro_exam_abnormal": "true"},
        (
            "MRI 11, myelopathy: met on 2022-04-01, since myelopathy is suspected; the neurological examination is"
            " abnormal. Conservative care is not needed before imaging."
        ),
        "it holds, with advice",
    ),
]


@BOTH
def test_an_indication_is_explained_with_its_section_and_advice(decide):
    rows = [ROW | {"patient_id": f"P{number}"} | case for number, (case, _, _) in enumerate(EXPLAINED)]
    results = decide(rows, CURRENT, GracePolicy())
    found = [(r["explanation"], why) for r, (_, _, why) in zip(results, EXPLAINED, strict=True)]
    assert found == [case[1:] for case in EXPLAINED]


@BOTH
def test_the_explanation_of_an_unknown_indication_begins_with_its_section_and_ends_with_its_advice(decide):
    (result,) = decide([ROW | {"myelopathy_suspected": "true"}], CURRENT, GracePolicy())
    assert result["explanation"].startswith("MRI 11, myelopathy: ")
    assert result["explanation"].endswith(" Conservative care is not needed before imaging.")
