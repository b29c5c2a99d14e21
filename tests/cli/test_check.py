"""`vigil check`: the answers, their exit codes, and what a reader is told. Dates are worked out by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from spine_vigil.cli.main import main

OSTEOSARCOMA = [
    "--protocol",
    "bone.osteosarcoma",
    "--index",
    "treatment_end=2022-01-15",
    "--primary-site",
    "cervical_spine",
]
CERVICAL = ("--study", "MRI cervical_spine")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run left behind."""

    exit_code: int
    out: str
    err: str

    @property
    def object(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def words(self) -> str:
        """Standard output with its line breaks taken out."""
        return " ".join(self.out.split())


Run = Callable[..., Outcome]


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `vigil check` with the given arguments, in this process."""

    def run(*args: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["vigil", "check", *args])
        code: Any = 0
        try:
            main()
        except SystemExit as done:
            code = done.code or 0
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


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
        0,
        "within",
        "on_schedule",
        "born that day",
    ),
    (["--date", "2022-04-15", *OSTEOSARCOMA, "--birth-date", "2022-04-14"], 0, "within", "on_schedule", "born before"),
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
    assert outcome.object["missing"] == ["treatment_end_date", "surgery_date", "diagnosis_date"]


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


def test_json_holds_the_result_columns_in_order_and_every_route(check: Run) -> None:
    args = "--date 2022-03-22 --protocol cns.glioblastoma --index surgery=2022-01-05 --index radiation_end=2022-03-01"
    found = check("--study", "MRI brain", *args.split(), "--format", "json").object
    names = [
        "decision",
        "reason",
        "timing",
        "route",
        "section",
        "reference_date",
        "opens",
        "closes",
        "days_from_window",
        "next_allowed",
        "missing",
        "combination",
        "explanation",
    ]
    assert list(found) == [*names, "edition", "grace_days", "routes"]
    assert found["edition"] == "healthhelp-mri-cspine-2025"
    assert (found["route"], found["section"], found["grace_days"]) == ("cns.glioblastoma/postradiation", "CNS 2.c", 7)
    assert (found["opens"], found["closes"], found["next_allowed"]) == ("2022-03-22", "2022-04-12", "2022-03-22")
    assert [(r["route"].rpartition("/")[2], r["reason"]) for r in found["routes"]] == [
        ("preoperative", "ended"),
        ("postoperative", "ended"),
        ("preradiation", "ended"),
        ("postradiation", "on_schedule"),
    ]
    assert all(list(r)[: len(names)] == names for r in found["routes"])


def test_json_writes_what_is_empty_as_null_and_missing_as_a_list(check: Run) -> None:
    found = check(*CERVICAL, "--date", "2022-04-15", "--status", "cancelled", "--format", "json").object
    empty = {name for name, value in found.items() if value is None}
    assert empty == {
        *("decision", "timing", "route", "section", "reference_date", "opens", "closes", "days_from_window"),
        *("next_allowed", "combination", "grace_days"),
    }
    assert (found["missing"], found["routes"]) == ([], [])


def test_an_invalid_request_is_an_object_too(check: Run) -> None:
    outcome = check("--study", "72141 brain", "--date", "2022-04-15", "--format", "json")
    found = outcome.object
    assert (outcome.exit_code, found["decision"], found["reason"], found["routes"]) == (2, "invalid", "bad_row", [])
    assert found["explanation"].startswith("--study: 'brain' ")


def test_text_says_all_that_a_navigator_reads_aloud(check: Run) -> None:
    outcome = check(*CERVICAL, "--date", "2022-04-05", *OSTEOSARCOMA)
    assert outcome.exit_code == 1
    for said in (
        "MRI cervical_spine on 2022-04-05 - outside the guideline as encoded: too early.",
        "Why: Bone 5: every 3 months, counted from the end of treatment of 2022-01-15",
        "Window: 2022-04-15, counted from 2022-01-15",
        "Next allowed date: 2022-04-15",
        "Grace: 9 days, not used for this date",
        (
            "Nearest way to qualify: from 2022-04-15 on, or once it is documented that symptoms are new or progressing"
            " (symptoms_new_or_progressing)"
        ),
        "Read as: Same imaging as at the initial work-up",
        "Source: Bone 5 of HealthHelp, 2025 MRI Cervical Spine, reviewed 2025-05-16",
    ):
        assert said in outcome.words
    assert "Routes considered" not in outcome.out  # there is one, and it has been told
    assert max(len(line) for line in outcome.out.splitlines()) <= 100


def test_text_says_that_the_grace_was_used(check: Run) -> None:
    assert "Grace: 9 days, used for this date" in check(*CERVICAL, "--date", "2022-04-06", *OSTEOSARCOMA).words


def test_text_names_each_date_that_would_do(check: Run) -> None:
    args = ["--date", "2022-04-15", "--protocol", "bone.osteosarcoma", "--primary-site", "cervical_spine"]
    assert (
        "It could be within if the following were documented: the date of the end of treatment (treatment_end_date)"
        " or the date of surgery (surgery_date) or the date of the diagnosis (diagnosis_date)"
    ) in check(*CERVICAL, *args).words


def test_text_names_an_unknown_primary_site(check: Run) -> None:
    args = ["--date", "2022-04-15", "--protocol", "bone.osteosarcoma", "--index", "treatment_end=2022-01-15"]
    assert (
        "It could be within if the following were documented: the primary site (primary_site)"
        in check(*CERVICAL, *args).words
    )


def test_text_lists_every_route_where_there_are_several(check: Run) -> None:
    args = "--date 2022-03-22 --protocol cns.glioblastoma --index surgery=2022-01-05 --index radiation_end=2022-03-01"
    words = check("--study", "MRI brain", *args.split()).words
    assert "Routes considered: cns.glioblastoma/preoperative (CNS 2.a) - outside" in words
    assert "cns.glioblastoma/postradiation (CNS 2.c) - within the guideline: on schedule; window 2022-03-22 to" in words


@pytest.mark.parametrize("day", ["2022-04-15", "2022-04-05", "2022-01-14"])
def test_text_says_once_that_outside_is_no_denial(check: Run, day: str) -> None:
    assert check(*CERVICAL, "--date", day, *OSTEOSARCOMA).words.count("It is not a denial") == 1


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
    ("MRT cervical_spine", ["--study", "MRT", "did you mean 'MRI'"]),
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


def test_as_json_a_value_that_cannot_be_read_is_an_invalid_decision(check: Run) -> None:
    outcome = check(*CERVICAL, "--date", "2022-02-30", *OSTEOSARCOMA, "--format", "json")
    found = json.loads(outcome.out)
    assert (outcome.exit_code, found["decision"], found["reason"]) == (2, "invalid", "bad_row")
    assert "'2022-02-30' is not a date" in found["explanation"]


def test_text_names_what_an_indication_waits_for(check: Run) -> None:
    outcome = check(*CERVICAL, "--date", "2024-06-01", "--fact", "myelopathy_suspected=true")
    assert outcome.exit_code == 3
    assert (
        "It would be within if enough of the following were documented: the neurological examination is abnormal"
        " (neuro_exam_abnormal); symptoms or findings of myelopathy are progressing (myelopathy_progressing)"
    ) in outcome.words


def test_another_study_of_the_day_makes_a_combination(check: Run) -> None:
    options = ("--date", "2024-06-01", "--fact", "opll_suspected_or_known=true", "--format", "json")
    alone = json.loads(check(*CERVICAL, *options).out)
    beside = json.loads(check(*CERVICAL, *options, "--also", "CT cervical_spine").out)
    assert (alone["combination"], beside["combination"]) == (None, "supported")
