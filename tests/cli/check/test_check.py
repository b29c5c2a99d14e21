"""`vigil check`: the answers and their exit codes. Dates are worked out by hand."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from support.checks import CERVICAL, OSTEOSARCOMA, Run

AROUND_THE_FIRST_WINDOW = [
    # date, grace options, exit, decision, reason, days, why
    ("2022-04-05", (), 1, "outside", "early", -10, "the day before the grace of 9 days begins"),
    ("2022-04-06", (), 0, "within", "within_grace", -9, "the first day of the grace: 90 days / 10"),
    ("2022-04-14", (), 0, "within", "within_grace", -1, "the day before the window"),
    ("2022-04-15", (), 0, "within", "on_schedule", 0, "3 months after the end of treatment"),
    ("2022-04-16", (), 0, "within", "within_grace", 1, "the day after the window"),
    ("2022-04-24", (), 0, "within", "within_grace", 9, "the last day of the grace"),
    ("2022-04-25", (), 0, "within", "overdue", 10, "a late study is a gap in care, and still appropriate"),
    ("2022-04-14", ("--grace-days", "0"), 1, "outside", "early", -1, "strict: no grace before the window"),
    ("2022-04-15", ("--grace-days", "0"), 0, "within", "on_schedule", 0, "strict: the window itself"),
    ("2022-04-16", ("--grace-days", "0"), 0, "within", "overdue", 1, "strict: no grace after the window"),
]


@pytest.mark.parametrize(("day", "grace", "code", "decision", "reason", "days", "why"), AROUND_THE_FIRST_WINDOW)
def test_judges_each_date_around_the_first_window(
    check: Run, day: str, grace: tuple[str, ...], code: int, decision: str, reason: str, days: int, why: str
) -> None:
    outcome = check(*CERVICAL, "--date", day, *OSTEOSARCOMA, *grace, "--format", "json")
    found = outcome.object
    assert (outcome.exit_code, found["decision"], found["reason"], found["days_from_window"]) == (
        code,
        decision,
        reason,
        days,
    ), why
    assert (found["opens"], found["closes"], found["reference_date"]) == ("2022-04-15", "2022-04-15", "2022-01-15")


ANSWERS = [
    # arguments, exit, decision, reason, why
    (["--date", "2022-01-14", *OSTEOSARCOMA], 4, "refer", "before_index", "the day before the end of treatment"),
    (["--date", "2022-01-15", *OSTEOSARCOMA], 1, "outside", "early", "the schedule starts on the index date itself"),
    (["--date", "2022-01-16", *OSTEOSARCOMA], 1, "outside", "early", "the day after the index date"),
    (
        ["--date", "2022-04-15", *OSTEOSARCOMA, "--index", "progression=2022-04-16"],
        0,
        "within",
        "on_schedule",
        "progression lies ahead",
    ),
    (
        ["--date", "2022-04-15", *OSTEOSARCOMA, "--index", "progression=2022-04-15"],
        4,
        "refer",
        "progressed",
        "surveillance presumes controlled disease, from the day of progression on",
    ),
    (
        ["--date", "2022-04-15", *OSTEOSARCOMA, "--index", "progression_date=2022-04-14"],
        4,
        "refer",
        "progressed",
        "the day after progression; the column's name does as well",
    ),
    (
        ["--date", "2022-02-15", *OSTEOSARCOMA, "--fact", "symptoms_new_or_progressing=yes"],
        0,
        "within",
        "symptomatic",
        "symptoms open an extra study",
    ),
    (
        ["--date", "2022-02-15", *OSTEOSARCOMA, "--fact", "symptoms_new_or_progressing=no"],
        1,
        "outside",
        "early",
        "documented absence of symptoms opens nothing",
    ),
    (["--date", "2022-04-15"], 3, "needs_info", "no_route", "no protocol and no indication"),
    (["--date", "2022-04-15", "--protocol", "BONE.OTHER"], 4, "refer", "not_covered", "a situation that is not named"),
    (
        ["--date", "2022-04-15", "--protocol", "neuroendocrine.appendix_small"],
        1,
        "outside",
        "no_surveillance",
        "the guideline asks for none",
    ),
    (
        ["--date", "2022-04-15", "--protocol", "neuroendocrine.hereditary.men2"],
        4,
        "refer",
        "other_guideline",
        "a referral",
    ),
    (
        ["--date", "2022-04-15", "--protocol", "cns.medulloblastoma", "--index", "diagnosis=2022-01-15"],
        1,
        "outside",
        "not_in_protocol",
        "the protocol holds the brain alone",
    ),
    (["--date", "2022-04-15", *OSTEOSARCOMA, "--status", "cancelled"], 0, None, "cancelled", "not judged"),
    (["--date", "2022-04-15", *OSTEOSARCOMA, "--birth-date", "2022-04-16"], 2, "invalid", "bad_row", "before birth"),
    (
        ["--date", "2022-04-15", *OSTEOSARCOMA, "--birth-date", "2022-04-15"],
        3,
        "needs_info",
        "no_index_date",
        "born that day: the study can be read, and the end of treatment before the birth does not count",
    ),
    (["--date", "2022-04-15", *OSTEOSARCOMA, "--birth-date", "2022-01-15"], 0, "within", "on_schedule", "born before"),
]


@pytest.mark.parametrize(("args", "code", "decision", "reason", "why"), ANSWERS)
def test_gives_each_kind_of_answer_its_exit_code(
    check: Run, args: list[str], code: int, decision: str | None, reason: str, why: str
) -> None:
    outcome = check(*CERVICAL, *args, "--format", "json")
    found = outcome.object
    assert (outcome.exit_code, found["decision"], found["reason"]) == (code, decision, reason), why


def test_names_every_date_column_that_would_do_where_no_index_date_is_known(check: Run) -> None:
    args = [
        "--date",
        "2022-04-15",
        "--protocol",
        "bone.osteosarcoma",
        "--primary-site",
        "cervical_spine",
        "--format",
        "json",
    ]
    outcome = check(*CERVICAL, *args)
    assert outcome.exit_code == 3
    assert outcome.object["reason"] == "no_index_date"
    assert outcome.object["missing"] == [
        "treatment_end_date",
        "radiation_end_date",
        "surgery_date",
        "diagnosis_date",
    ]


def test_an_unknown_primary_site_is_what_is_missing(check: Run) -> None:
    args = [
        "--date",
        "2022-04-15",
        "--protocol",
        "bone.osteosarcoma",
        "--index",
        "treatment_end=2022-01-15",
        "--format",
        "json",
    ]
    found = check(*CERVICAL, *args).object
    assert (found["reason"], found["route"], found["missing"]) == (
        "missing_fact",
        "bone.osteosarcoma",
        ["primary_site"],
    )


def test_counts_three_months_from_the_last_day_of_a_month_in_one_addition(check: Run) -> None:
    args = [
        "--protocol",
        "bone.osteosarcoma",
        "--index",
        "treatment_end=2022-01-31",
        "--primary-site",
        "cervical_spine",
    ]
    found = check(*CERVICAL, "--date", "2022-04-30", *args, "--format", "json").object
    assert (found["opens"], found["closes"], found["reason"]) == ("2022-04-30", "2022-04-30", "on_schedule")


PRIORS = [
    # study, priors, date, exit, reason, reference, opens, why
    ("72141", ["2022-04-15"], "2022-07-15", 0, "on_schedule", "2022-04-15", "2022-07-15", "the requested study"),
    (
        "72141",
        ["2022-04-15 CT cervical_spine"],
        "2022-07-15",
        0,
        "on_schedule",
        "2022-04-15",
        "2022-07-15",
        "a CT fits",
    ),
    ("72141", ["2022-04-15 78816"], "2022-07-15", 0, "on_schedule", "2022-04-15", "2022-07-15", "whole-body PET/CT"),
    ("72141", ["2022-04-15 CT chest"], "2022-07-15", 0, "overdue", "2022-01-15", "2022-04-15", "shows another region"),
    ("72141", ["2022-04-15"], "2022-04-16", 1, "early", "2022-04-15", "2022-07-15", "performed the day before"),
    ("72141", ["2022-04-15"], "2022-04-15", 0, "on_schedule", "2022-01-15", "2022-04-15", "never of the same day"),
    (
        "72141",
        ["2022-04-15"],
        "2022-04-14",
        0,
        "within_grace",
        "2022-01-15",
        "2022-04-15",
        "later studies do not count",
    ),
    (
        "72141",
        ["2022-04-15 scheduled"],
        "2022-05-20",
        3,
        "unconfirmed_prior",
        "2022-04-15",
        "2022-07-15",
        "booked only",
    ),
    ("72141", ["2022-04-15 performed"], "2022-05-20", 1, "early", "2022-04-15", "2022-07-15", "the same, performed"),
    (
        "72141",
        ["2022-04-10", "2022-04-15 MRI cervical_spine Scheduled"],
        "2022-05-20",
        1,
        "early",
        "2022-04-15",
        "2022-07-15",
        "early by the performed one alone, whose window opens on 2022-07-10",
    ),
    (
        "0649T cervical_spine",
        ["2022-04-15"],
        "2022-04-30",
        1,
        "early",
        "2022-04-15",
        "2022-07-15",
        "a prior without a study is the diagnostic study beside which the add-on is billed",
    ),
    (
        "0649T cervical_spine",
        ["2022-04-15 0649T cervical_spine"],
        "2022-04-30",
        0,
        "overdue",
        "2022-01-15",
        "2022-04-15",
        "an add-on is never a reference",
    ),
]


@pytest.mark.parametrize(("study", "priors", "day", "code", "reason", "reference", "opens", "why"), PRIORS)
def test_counts_from_earlier_studies(
    check: Run, study: str, priors: list[str], day: str, code: int, reason: str, reference: str, opens: str, why: str
) -> None:
    options = [word for prior in priors for word in ("--prior", prior)]
    outcome = check("--study", study, "--date", day, *OSTEOSARCOMA, *options, "--format", "json")
    found = outcome.object
    assert (outcome.exit_code, found["reason"], found["reference_date"], found["opens"]) == (
        code,
        reason,
        reference,
        opens,
    ), why


def test_says_that_a_prior_on_the_requested_date_does_not_count(check: Run) -> None:
    outcome = check(*CERVICAL, "--date", "2022-04-15", *OSTEOSARCOMA, "--prior", "2022-04-15")
    assert outcome.err == "vigil: the study of 2022-04-15 is not before 2022-04-15 and does not count\n"


def test_a_prior_before_birth_makes_the_request_invalid_rather_than_being_left_out(check: Run) -> None:
    options = ["--birth-date", "2022-04-02", "--prior", "2022-04-01"]
    outcome = check(*CERVICAL, "--date", "2022-04-15", *OSTEOSARCOMA, *options, "--format", "json")
    assert (outcome.exit_code, outcome.object["decision"]) == (2, "invalid")
    assert '--prior "2022-04-01": the event is before the birth date' in outcome.object["explanation"]


CONDITIONAL = [
    ([], 3, "missing_fact", ["clinically_indicated"], "in year 3 the study asks for an indication"),
    (["--fact", "clinically_indicated=true"], 0, "on_schedule", [], "documented"),
    (["--fact", "clinically_indicated=false"], 1, "condition_not_met", [], "documented absent"),
]


@pytest.mark.parametrize(("facts", "code", "reason", "missing", "why"), CONDITIONAL)
def test_a_conditional_phase_asks_for_its_fact(
    check: Run, facts: list[str], code: int, reason: str, missing: list[str], why: str
) -> None:
    args = ["--protocol", "bone.chondrosarcoma.atypical_cartilaginous", "--index", "surgery=2020-01-15"]
    args += ["--primary-site", "cervical_spine", "--prior", "2022-01-10", *facts, "--format", "json"]
    outcome = check(*CERVICAL, "--date", "2023-01-10", *args)
    found = outcome.object
    assert (outcome.exit_code, found["reason"], found["missing"]) == (code, reason, missing), why


READINGS = [
    ([], "on_schedule", "2023-01-15", "6 to 12 months, as the edition reads the sentence"),
    (["--reading", "bone.chordoma/chest=six_monthly"], "overdue", "2022-07-15", "6 months, 92 days late"),
]


@pytest.mark.parametrize(("option", "reason", "closes", "why"), READINGS)
def test_takes_another_reading_on_request(check: Run, option: list[str], reason: str, closes: str, why: str) -> None:
    args = [
        "--date",
        "2022-10-15",
        "--protocol",
        "bone.chordoma",
        "--index",
        "treatment_end=2022-01-15",
        "--format",
        "json",
    ]
    found = check("--study", "CT chest", *args, *option).object
    assert (found["reason"], found["opens"], found["closes"]) == (reason, "2022-07-15", closes), why


def test_loads_neither_a_dataframe_engine_nor_a_calendar_library() -> None:
    program = (
        "import sys\n"
        "from spine_vigil.cli.main import main\n"
        "sys.argv = ['vigil', 'check', '--study', '72141', '--date', '2022-04-15']\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as done:\n"
        "    heavy = {'polars', 'icalendar', 'rich', 'pyarrow', 'hypothesis'} & set(sys.modules)\n"
        "    sys.exit(f'loaded {heavy}' if heavy else 70 + done.code)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (73, "")  # 70 + the exit code of needs_info


def test_another_study_of_the_day_makes_a_combination(check: Run) -> None:
    options = ("--date", "2024-06-01", "--fact", "opll_suspected_or_known=true", "--format", "json")
    alone = json.loads(check(*CERVICAL, *options).out)
    beside = json.loads(check(*CERVICAL, *options, "--also", "CT cervical_spine").out)
    assert (alone["combination"], beside["combination"]) == (None, "supported")
