"""`vigil audit` from file to file. Dates are worked out by hand.

Most rows ask for an MRI of the cervical spine in osteosarcoma of the cervical spine treated up to 2026-01-15:
due every 3 months (Bone 5), so on 2026-04-15, with a grace of 9 days from 2026-04-06 to 2026-04-24.
"""

import json
from random import Random

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from support.events_files import read_events
from support.paths import SAMPLES
from support.requests import NOT_JUDGED, REQUEST, as_rows, as_text
from support.results import RESULTS

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.records.fields import PATIENT_ID
from spine_vigil.scheduler.rules.grace import GracePolicy

AUDITOR = SAMPLES / "auditor.csv"


@pytest.fixture
def decide(audit, tmp_path):
    """Audit rows through files; return the rows of the output."""

    def run(rows, *args):
        (tmp_path / "events.csv").write_text(as_text(rows), encoding="utf-8")
        outcome = audit(tmp_path / "events.csv", "-o", tmp_path / "out.csv", *args)
        assert (outcome.exit_code, outcome.out) == (0, "")
        return as_rows((tmp_path / "out.csv").read_text(encoding="utf-8"))

    return run


def test_the_results_stand_behind_the_columns_of_the_input_in_their_order(decide):
    found = decide([{"mine": "x"}])
    assert list(found[0]) == [*REQUEST, "mine", *RESULTS]
    assert {name: found[0][name] for name in REQUEST} == REQUEST
    assert found[0]["mine"] == "x"


def test_a_row_carries_its_decision_in_full(decide):
    found = decide([{"date": "2026-04-05"}])[0]
    assert {name: found[name] for name in RESULTS} == {
        "decision": "outside",
        "reason": "early",
        "timing": "early",
        "route": "bone.osteosarcoma/primary_site",
        "section": "Bone 5",
        "reference_date": "2026-01-15",
        "opens": "2026-04-15",
        "closes": "2026-04-15",
        "days_from_window": "-10",
        "next_allowed": "2026-04-15",
        "missing": "symptoms_new_or_progressing",
        "undecided_regions": "",
        "unread_rows": "",
        "combination": "",
        "explanation": (
            "Bone 5: every 3 months. Counted from the end of treatment on 2026-01-15, the study is due on 2026-04-15 "
            "(grace 9 days). 2026-04-05 is 10 days before that."
        ),
    }


def test_what_is_missing_is_joined_by_semicolons(decide):
    found = decide([{"treatment_end_date": ""}])[0]
    assert (found["reason"], found["missing"]) == (
        "no_index_date",
        "treatment_end_date;radiation_end_date;surgery_date;diagnosis_date",
    )


GRACES = [
    # grace options, date, reason, why
    ((), "2026-04-05", "early", "the day before the grace: a tenth of 90 days is 9"),
    ((), "2026-04-06", "within_grace", "its first day"),
    ((), "2026-04-24", "within_grace", "its last day"),
    ((), "2026-04-25", "overdue", "the day after"),
    (("--grace-days", "0"), "2026-04-14", "early", "strict: the day before the window"),
    (("--grace-days", "0"), "2026-04-15", "on_schedule", "strict: the window"),
    (("--grace-days", "0"), "2026-04-16", "overdue", "strict: the day after the window"),
    (("--grace-days", "30"), "2026-03-15", "early", "31 days before the window"),
    (("--grace-days", "30"), "2026-03-16", "within_grace", "30 days before the window"),
    (("--grace-days", "30"), "2026-05-15", "within_grace", "30 days after the window"),
    (("--grace-days", "30"), "2026-05-16", "overdue", "31 days after the window"),
]


@pytest.mark.parametrize(("grace", "day", "reason", "why"), GRACES)
def test_grace_is_what_the_option_says(decide, grace, day, reason, why):
    assert decide([{"date": day}], *grace)[0]["reason"] == reason, why


ROWS = [
    # what the row changes, decision, reason, why
    ({"protocol": " BONE.Osteosarcoma "}, "within", "on_schedule", "a protocol in any case, trimmed"),
    ({"modality": "mri", "region": " Cervical_Spine "}, "within", "on_schedule", "a study in any case, trimmed"),
    ({"primary_site": "CERVICAL_SPINE"}, "within", "on_schedule", "a site in any case"),
    ({"status": "Requested"}, "within", "on_schedule", "a status in any case"),
    ({"status": ""}, "within", "on_schedule", "no status is a request"),
    ({"date": " 2026-04-15 "}, "within", "on_schedule", "a date, trimmed"),
    ({"region": "chest|cervical_spine"}, "within", "on_schedule", "two regions, one of them the site"),
    ({"modality": "", "region": "", "cpt": "72141"}, "within", "on_schedule", "the code of an MRI of the neck spine"),
    ({"cpt": " 72141 "}, "within", "on_schedule", "a code and a study that agree"),
    ({"modality": "", "cpt": "0649t"}, "within", "on_schedule", "an add-on is judged as the MRI beside it"),
    ({"modality": "CT", "cpt": "72141"}, "invalid", "bad_row", "a code and a modality that disagree"),
    ({"region": "chest", "cpt": "72141"}, "invalid", "bad_row", "a code and a region that disagree"),
    ({"date": "15.04.2026"}, "invalid", "bad_row", "a date in another form"),
    ({"date": "2026-4-15"}, "invalid", "bad_row", "another ISO form is none either"),
    ({"high_grade": "perhaps"}, "invalid", "bad_row", "a boolean that is neither"),
    ({"patient_id": "  "}, "invalid", "bad_row", "nobody's row"),
    ({"status": "cancelled"}, "", "cancelled", "not judged"),
    ({"status": "cancelled", "date": "x"}, "invalid", "bad_row", "cancelled, and cannot be read"),
    (NOT_JUDGED, "", "", "a row that only enrols"),
    (NOT_JUDGED | {"primary_site": "knee"}, "invalid", "bad_row", "enrols, and cannot be read"),
]


@pytest.mark.parametrize(("change", "decision", "reason", "why"), ROWS, ids=[why for *_, why in ROWS])
def test_each_kind_of_row_gets_its_decision(decide, change, decision, reason, why):
    found = decide([change])[0]
    assert (found["decision"], found["reason"]) == (decision, reason), why


def test_a_row_that_only_enrols_has_no_result_at_all(decide):
    found = decide([NOT_JUDGED, {}])
    assert [found[0][name] for name in RESULTS] == [""] * len(RESULTS)
    assert found[1]["reason"] == "on_schedule"


def test_a_bad_row_is_no_history_and_says_its_line_and_all_that_is_wrong(decide):
    found = decide(
        [
            {"mine": "two\nlines"},
            {"patient_id": "P2", "date": "2026-04-10", "status": "performed", "high_grade": "perhaps", "protocol": "x"},
            {"patient_id": "P2", "date": "2026-04-15"},
        ]
    )
    assert [row["reason"] for row in found] == ["on_schedule", "bad_row", "on_schedule"]
    said = found[1]["explanation"]
    assert said.startswith("Line 4: column protocol: unknown protocol 'x'")
    assert "; column high_grade: 'perhaps' is neither true nor false" in said
    assert [found[1][name] for name in RESULTS[2:-1]] == [""] * (len(RESULTS) - 3)


def test_an_earlier_study_moves_the_window_whatever_the_order_of_rows(decide):
    """Performed on 2026-04-20: the next is due on 2026-07-20, and 2026-07-10 is a day before the grace."""
    found = decide([{"date": "2026-07-11"}, {"date": "2026-04-20", "status": "performed"}, {"date": "2026-07-10"}])
    assert [(row["reason"], row["opens"]) for row in found] == [
        ("within_grace", "2026-07-20"),
        ("within_grace", "2026-04-15"),
        ("early", "2026-07-20"),
    ]


def test_a_date_format_holds_for_every_date_column(decide):
    row = {"date": "15.04.2026", "treatment_end_date": "15.01.2026", "birth_date": "01.02.1960"}
    found = decide([row, row | {"birth_date": "1960-02-01"}, row | {"date": "04/15/2026"}], "--date-format", "%d.%m.%Y")
    assert [row["reason"] for row in found] == ["on_schedule", "bad_row", "bad_row"]
    assert (found[0]["opens"], found[0]["date"]) == ("2026-04-15", "15.04.2026")
    assert "column birth_date: '1960-02-01' is not a date; write the format %d.%m.%Y" in found[1]["explanation"]


FORMATS = [("%d.%m", "no year"), ("%m/%Y", "no day"), ("%d.%Y", "no month"), ("%Q", "no form at all"), ("x", "no date")]


@pytest.mark.parametrize(("date_format", "why"), FORMATS)
def test_a_date_format_without_a_whole_date_is_refused(audit, tmp_path, date_format, why):
    outcome = audit(AUDITOR, "-o", tmp_path / "out.csv", "--date-format", date_format)
    assert (outcome.exit_code, list(tmp_path.iterdir())) == (2, []), why
    assert f"--date-format '{date_format}' does not hold a whole date" in outcome.err


@pytest.mark.parametrize("day", ["15.04.26", "15 Apr 2026", "04/15/2026"])
def test_a_date_format_can_be_any_that_holds_one(decide, day):
    date_format = {"15.04.26": "%d.%m.%y", "15 Apr 2026": "%d %b %Y", "04/15/2026": "%m/%d/%Y"}[day]
    row = {"date": day, "treatment_end_date": ""}
    assert decide([row], "--date-format", date_format)[0]["reason"] == "no_index_date"


CHORDOMA = {"protocol": "bone.chordoma", "modality": "CT", "region": "chest"}
READINGS = [
    # readings, date, decision, reason, why
    ((), "2026-07-15", "within", "on_schedule", "6 to 12 months: the first day of the window"),
    ((), "2026-09-15", "within", "on_schedule", "6 to 12 months: inside the window"),
    (("six_monthly",), "2026-07-15", "within", "on_schedule", "6 months: the day"),
    (("six_monthly",), "2026-09-15", "within", "overdue", "6 months and a grace of 18 days ended on 2026-08-02"),
    (("annual_ct",), "2026-07-15", "outside", "early", "a year: due on 2027-01-15, with a grace of 30 days"),
    (("annual_ct",), "2026-12-16", "within", "within_grace", "a year: 30 days before"),
]


@pytest.mark.parametrize(("names", "day", "decision", "reason", "why"), READINGS)
def test_another_reading_decides_otherwise(decide, names, day, decision, reason, why):
    options = [part for name in names for part in ("--reading", f"bone.chordoma/chest={name}")]
    found = decide([{**CHORDOMA, "date": day}], *options)[0]
    assert (found["decision"], found["reason"]) == (decision, reason), why


WRONG_OPTIONS = [
    (["--reading", "bone.chordoma/chest=monthly"], ["no reading 'monthly'", "six_monthly, annual_ct"]),
    (["--reading", "bone.chordoma/chset=six_monthly"], ["unknown schedule", "did you mean 'bone.chordoma/chest'"]),
    (["--reading", "six_monthly"], ["PROTOCOL/SCHEDULE=NAME"]),
    (["--grace-days", "-1"], ["--grace-days", "-1"]),
    (["--grace-days", "36501"], ["--grace-days", "36501"]),
    (["--grace-days", "x"], ["--grace-days", "x"]),
    (["--fail-on", "outside"], ["--fail-on", "outside", "invalid"]),
]


@pytest.mark.parametrize(("options", "said"), WRONG_OPTIONS)
def test_a_wrong_option_is_one_message_and_no_output(audit, tmp_path, options, said):
    outcome = audit(AUDITOR, "-o", tmp_path / "out.csv", *options)
    assert (outcome.exit_code, outcome.out, list(tmp_path.iterdir())) == (2, "", [])
    assert [part for part in said if part not in outcome.err] == []


COUNTED = [
    {},
    {"date": "2026-04-05"},
    {"date": "2026-04-05", "patient_id": "P2"},
    {"protocol": "bone.osteosarkoma"},
    {"protocol": "", "patient_id": "P3"},
    {"status": "cancelled"},
    NOT_JUDGED,
    {"protocol": " Bone.Osteosarcoma "},
]


def test_the_summary_counts_rows_by_decision_reason_and_protocol(audit, tmp_path):
    (tmp_path / "events.csv").write_text(as_text(COUNTED), encoding="utf-8")
    outcome = audit(tmp_path / "events.csv", "-o", tmp_path / "out.csv", "--summary", tmp_path / "counts.json")
    counts = json.loads((tmp_path / "counts.json").read_text(encoding="utf-8"))
    assert list(counts) == [
        *("edition", "reviewed", "in_force_from", "grace", "rows", "decisions", "timing", "before_review"),
        *("beside_unread", "studies", "performed", "repeated", "contradictions", "reasons", "protocols"),
    ]
    assert (counts["timing"], counts["before_review"], counts["beside_unread"]) == ({"on_time": 2, "overdue": 0}, 0, 3)
    assert (counts["edition"], counts["rows"]) == ("healthhelp-mri-cspine-2025", 8)
    assert list(counts["decisions"].items()) == [
        ("outside", 2),
        ("within", 2),
        ("(cancelled, not judged)", 1),
        ("(enrolment, not judged)", 1),
        ("invalid", 1),
        ("needs_info", 1),
    ]
    assert list(counts["reasons"].items()) == [
        ("early", 2),
        ("on_schedule", 2),
        ("bad_row", 1),
        ("cancelled", 1),
        ("no_route", 1),
    ]
    assert list(counts["protocols"].items()) == [
        ("bone.osteosarcoma", 6),
        ("(no protocol)", 1),
        ("(unknown protocol)", 1),
    ]
    said = [line.split() for line in outcome.err.splitlines()]
    assert ["outside", "2", "25.0", "%"] in said
    assert ["bad_row", "1", "12.5", "%"] in said
    assert ["bone.osteosarcoma", "6", "75.0", "%"] in said
    assert outcome.err.count("It is not a denial") == 1


@pytest.mark.parametrize(("grace", "words"), [((), "a tenth of the interval, 7 to 30 days"), ((5,), "5 days")])
def test_the_summary_states_the_grace(audit, tmp_path, grace, words):
    (tmp_path / "events.csv").write_text(as_text([{"status": "performed"}]), encoding="utf-8")
    options = [part for days in grace for part in ("--grace-days", days)]
    outcome = audit(tmp_path / "events.csv", "-o", tmp_path / "out.csv", *options)
    assert outcome.err.splitlines()[0].endswith(f", grace {words}")


FAILING = [
    # rows, exit code, why
    ([{}, {"date": "x"}], 5, "a bad row"),
    ([{}, {"status": "cancelled", "date": "x"}], 5, "a cancelled row that cannot be read"),
    ([{}, {"date": "2026-02-01"}, NOT_JUDGED, {"status": "cancelled"}], 0, "an early request is not invalid"),
]


@pytest.mark.parametrize(("rows", "code", "why"), FAILING)
def test_an_invalid_row_fails_the_run_only_where_asked(audit, tmp_path, rows, code, why):
    (tmp_path / "events.csv").write_text(as_text(rows), encoding="utf-8")
    args = [tmp_path / "events.csv", "-o", tmp_path / "out.csv"]
    assert audit(*args).exit_code == 0
    assert audit(*args, "--fail-on", "invalid").exit_code == code, why
    assert len(as_rows((tmp_path / "out.csv").read_text(encoding="utf-8"))) == len(rows)


def test_text_that_a_spreadsheet_would_run_comes_out_quoted(decide):
    found = decide([{"patient_id": "=P1", "=mine": "+1+2"}, {"protocol": "@SUM(A1)", "=mine": "-3"}])
    assert [(row["patient_id"], row["protocol"], row["'=mine"]) for row in found] == [
        ("'=P1", "bone.osteosarcoma", "'+1+2"),
        ("P1", "'@SUM(A1)", "-3"),
    ]


def sample(copies=1):
    """Return the cells of the sample cohort, each copy with patients of its own."""
    cells = read_events(AUDITOR).cells
    named = [cells.with_columns(pl.format("{}-{}", PATIENT_ID, pl.lit(n)).alias(PATIENT_ID)) for n in range(copies)]
    return pl.concat(named)


def test_results_do_not_depend_on_the_order_of_rows():
    auditing = Audit(CURRENT, GracePolicy())
    cells = sample()
    order = list(range(cells.height))
    Random(7).shuffle(order)  # noqa: S311 - not for secrets
    shuffled = auditing.decide_frame(cells[order])
    assert_frame_equal(auditing.decide_frame(cells)[order], shuffled)
    assert shuffled["reason"].n_unique() > 12  # the cohort is no trivial one


@pytest.mark.slow
def test_results_depend_neither_on_the_number_of_workers_nor_on_laziness():
    auditing = Audit(CURRENT, GracePolicy())
    cells = sample(copies=27)
    assert cells.height > 55_000
    alone = auditing.decide_frame(cells)
    assert_frame_equal(alone, auditing.decide_frame(cells, workers=2))
    assert_frame_equal(alone.head(2087), auditing.decide(cells.head(2087).lazy()).collect())


def test_no_study_of_one_patient_counts_for_another(decide):
    found = decide([{"status": "performed"}, {"patient_id": "P2", "date": "2026-04-16"}, {"date": "2026-04-16"}])
    assert [row["reason"] for row in found] == ["on_schedule", "within_grace", "early"]
