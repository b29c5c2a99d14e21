"""`vigil check`: studies in every form, and options that cannot be read."""

from __future__ import annotations

import pytest
from support.checks import CERVICAL, OSTEOSARCOMA, Run

STUDIES = [
    ("mri CERVICAL_SPINE", "on_schedule", "names are compared without regard to case"),
    ("72141", "on_schedule", "a code for MRI of the cervical spine"),
    ("72141 cervical_spine", "on_schedule", "code and region agree"),
    ("0649T cervical_spine", "on_schedule", "an add-on is judged as the MRI of the region given"),
    ("0649t Cervical_Spine", "on_schedule", "codes too are compared without regard to case"),
    ("MRI total_spine", "on_schedule", "contains the cervical spine"),
    ("MRI brain | cervical_spine", "on_schedule", "regions joined by |"),
    ("MRI lumbar_spine", "other_guideline", "neither the primary site nor a study that the edition covers"),
]


@pytest.mark.parametrize(("study", "reason", "why"), STUDIES)
def test_reads_a_study_in_every_form(check: Run, study: str, reason: str, why: str) -> None:
    found = check("--study", study, "--date", "2022-04-15", *OSTEOSARCOMA, "--format", "json").object
    assert found["reason"] == reason, why


WRONG_OPTIONS = [
    (["--protocol", "bone.osteosarkoma"], ["--protocol", "bone.osteosarkoma", "did you mean 'bone.osteosarcoma'"]),
    (["--primary-site", "cervical_spin"], ["--primary-site", "cervical_spin", "did you mean 'cervical_spine'"]),
    (["--fact", "high_grad=true"], ["--fact", "high_grad", "did you mean 'high_grade'"]),
    (["--fact", "high_grade=perhaps"], ["--fact high_grade", "perhaps", "neither true nor false"]),
    (["--fact", "high_grade"], ["high_grade", "NAME=VALUE"]),
    (["--fact", "high_grade=true", "--fact", "high_grade=false"], ["high_grade", "given twice"]),
    (["--index", "surgry=2022-01-01"], ["surgry", "did you mean 'surgery'"]),
    (["--index", "surgery=2022-02-30"], ["2022-02-30", "a day that exists"]),
    (["--index", "surgery=2022-01-01", "--index", "surgery=2022-01-02"], ["surgery", "given twice"]),
    (["--prior", "15.4.2022"], ['--prior "15.4.2022"', "YYYY-MM-DD"]),
    (["--prior", ""], ["--prior", "not a date"]),
    (["--prior", "2022-01-01 MRI brian"], ["--prior", "brian", "did you mean 'brain'"]),
    (["--prior", "2022-01-01 72141 cancelled"], ["--prior", "performed or scheduled"]),
    (["--reading", "bone.chordoma/chest=monthly"], ["monthly", "six_monthly, annual_ct"]),
    (["--grace-days", "-1"], ["--grace-days", "-1"]),
    (["--status", "done"], ["--status", "done", "performed"]),
    (["--birth-date", "1990-13-01"], ["--birth-date", "1990-13-01"]),
]


@pytest.mark.parametrize(("option", "said"), WRONG_OPTIONS)
def test_a_wrong_option_is_one_message_that_names_it(check: Run, option: list[str], said: list[str]) -> None:
    outcome = check(*CERVICAL, "--date", "2022-04-15", *option)
    assert (outcome.exit_code, outcome.out) == (2, "")
    assert [part for part in said if part not in outcome.err] == []


WRONG_STUDIES = [
    ("MRX cervical_spine", ["--study", "MRX", "known are MRI"]),
    ("MRI cervikal_spine", ["--study", "cervikal_spine", "did you mean 'cervical_spine'"]),
    ("99999", ["--study", "unknown CPT code '99999'"]),
    ("  ", ["the study is empty", "CPT code"]),
]


@pytest.mark.parametrize(("study", "said"), WRONG_STUDIES)
def test_a_study_that_is_not_known_is_one_message(check: Run, study: str, said: list[str]) -> None:
    outcome = check("--study", study, "--date", "2022-04-15")
    assert (outcome.exit_code, outcome.out) == (2, "")
    assert [part for part in said if part not in outcome.err] == []


HALF_STUDIES = [("MRI", "a modality without a region"), ("0649T", "names no region; give the region")]


@pytest.mark.parametrize(("study", "said"), HALF_STUDIES)
def test_half_a_study_cannot_be_judged(check: Run, study: str, said: str) -> None:
    outcome = check("--study", study, "--date", "2022-04-15")
    assert outcome.exit_code == 2
    assert "The request - cannot be read" in outcome.words
    assert said in outcome.words
