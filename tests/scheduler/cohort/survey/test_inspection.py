"""What an inspection counts: by hand on a small cohort, and as an audit does on random ones."""

from collections import Counter
from datetime import date
from io import BytesIO
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.awkward_cohorts import awkward_cohort
from support.block_sizes import WHOLE, Sizes, as_csv, as_parquet, audited, opened, parts_of
from support.evaluators import decide_one_by_one
from support.inconsistent_cohorts import counted_one_by_one, doubled_cohort

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.events.opening import open_stream
from spine_vigil.scheduler.cohort.survey.inspection import Inspector
from spine_vigil.scheduler.rules.grace import GracePolicy

LATE = date(2150, 1, 1)
"""A day after which random cohorts have no study."""

TODAY = date(2022, 5, 10)


def inspected(data, sizes=WHOLE, as_of=LATE):
    """Return what is found in an events file."""
    with opened(data, sizes) as file:
        inspector = Inspector(CURRENT, as_of)
        found = inspector.inspect(file)
        inspector.finish(found)
    return found


ROWS = [
    {"patient_id": "P1", "protocol": "bone.osteosarcoma", "treatment_end_date": "2022-01-31"},
    {"patient_id": "P1", "modality": "CT", "region": "chest", "date": "2021-05-02", "status": "performed"},
    {"patient_id": "P1", "modality": "CT", "region": "chest", "date": "2022-05-02", "status": "performed"},
    {"patient_id": "P1", "modality": "ct", "region": "chest", "date": "2022-05-02", "status": "Performed"},
    {"patient_id": "P1", "modality": "CT", "region": "chest", "date": "2022-08-30", "status": "scheduled"},
    {"patient_id": "P2", "protocol": "bone.chordoma", "birth_date": "1961-07-23"},
    {"patient_id": "P2", "protocol": "bone.ewing_sarcoma", "birth_date": "1961-07-24"},
    {"patient_id": "P2", "modality": "CT", "region": "chest", "date": "2022-05-02", "status": "done"},
    {"patient_id": "P3", "modality": "CT", "region": "chest", "date": "2022-05-03", "status": "done"},
    {"patient_id": "P3", "modality": "CT", "region": "thorax", "date": "2022-05-03", "status": "cancelled"},
    {"patient_id": "P3", "modality": "CT", "region": "chest", "date": "2022-05-04", "status": "cancelled"},
    {"patient_id": "03", "modality": "CT", "region": "chest", "date": "2022-05-05", "status": ""},
    {"patient_id": "3", "modality": "CT", "region": "chest", "date": "2022-05-11", "status": "performed"},
    {"patient_id": "3", "modality": "CT", "region": "chest", "date": "2022-05-05", "note": "x", "high_grade": "maybe"},
]  # fmt: skip
"""Lines 2 to 15 of a file. On 10 May 2022 line 14 is of the future; lines 9, 10, 11 and 15 have a word unknown."""


@pytest.fixture(scope="module")
def found():
    return inspected(as_csv(ROWS), as_of=TODAY)


@pytest.fixture(scope="module")
def columns(found):
    return {column.name: column for column in found.columns}


def test_rows_are_counted(found):
    assert (found.rows, found.unread, found.left_out, found.enrolments) == (14, 5, 0, 3)


def test_studies_are_counted_by_year_and_status_without_rows_that_cannot_be_read(found):
    assert dict(found.statuses) == {
        2021: Counter(performed=1),
        2022: Counter(performed=2, scheduled=1, cancelled=1, requested=1),
    }


def test_patients_are_counted_with_their_protocols(found):
    assert (found.patients, found.several, found.without) == (4, 1, 2)


def test_what_stands_twice_or_contradicts_itself_is_counted(found):
    said = found.contradictions
    # Of 3 no row can be read, so that 03 looks like nobody.
    assert (found.repeated, said.births, said.rows, said.alike) == (1, 1, 2, 0)


def test_columns_have_their_field_and_how_often_they_are_filled(columns):
    assert {name: (c.read_as, c.filled) for name, c in columns.items()} == {
        "patient_id": ("patient_id", 14), "date": ("date", 11), "cpt": ("cpt", 0),
        "protocol": ("protocol", 3), "treatment_end_date": ("treatment_end_date", 1), "modality": ("modality", 11),
        "region": ("region", 11), "status": ("status", 9), "birth_date": ("birth_date", 2),
        "note": (None, 1), "high_grade": ("high_grade", 1),
    }  # fmt: skip


def test_years_of_dates_are_those_of_dates_other_than_births(columns):
    assert (columns["date"].years, columns["date"].in_future) == ((2021, 2022), 2)
    assert (columns["treatment_end_date"].years, columns["treatment_end_date"].in_future) == ((2022, 2022), 0)
    assert columns["birth_date"].years is None


def test_words_of_few_patients_are_counted_and_not_shown(columns):
    status, region, grade = (columns[name] for name in ("status", "region", "high_grade"))
    assert (status.unread, status.shown, status.hidden, status.first) == (2, {}, 2, "line 9")
    assert (region.unread, region.shown, region.hidden, region.first) == (1, {}, 1, "line 11")
    assert (grade.unread, grade.shown, grade.hidden, grade.first) == (1, {}, 1, "line 15")


WORDS = [
    # patients and words, shown, why
    ([("P1", "Final"), ("P2", "Final"), ("P3", "Final")], {"Final": 3}, "three patients"),
    ([("P1", "Final"), ("P2", "Final"), ("P1", "Final")], {}, "two patients, however often: it may be a name"),
    ([(f"P{n}", word) for n in range(3) for word in ("Seen", "Final", "Final")], {"Final": 6, "Seen": 3},
     "most frequent first"),
    ([("P1", "ward 123"), ("P2", "ward 123"), ("P3", "ward 123")], {"ward 123": 3}, "three digits"),
    ([("P1", "ward 1234"), ("P2", "ward 1234"), ("P3", "ward 1234")], {}, "four digits may be a number of somebody"),
    ([("P1", "Final"), ("P2", "Final"), ("", "Final")], {}, "a row without an id is no third patient"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "shown", "why"), WORDS, ids=[case[-1] for case in WORDS])
@pytest.mark.parametrize("sizes", [WHOLE, Sizes(1, 1)], ids=["one block", "a row a block"])
def test_a_word_is_shown_where_it_is_that_of_several_patients(said, shown, why, sizes):
    rows = [ROWS[1] | {"patient_id": patient, "status": word} for patient, word in said]
    (column,) = [column for column in inspected(as_csv(rows), sizes).columns if column.name == "status"]
    assert list(column.shown.items()) == list(shown.items()), why
    assert column.hidden == len(rows) - sum(shown.values())


def test_a_cell_that_is_empty_though_the_others_need_it_is_counted_apart():
    rows = [ROWS[1] | {"patient_id": f"P{n}", "modality": text} for n, text in enumerate(["", "", "", "CTX", "CT"])]
    (column,) = [column for column in inspected(as_csv(rows)).columns if column.name == "modality"]
    assert (column.unread, column.shown, column.lacking, column.hidden) == (4, {}, 3, 1)


@pytest.mark.parametrize("name", ["patient_id", "date", "birth_date", "surgery_date"])
def test_of_columns_that_hold_no_words_none_is_shown(name):
    rows = [ROWS[1] | {"patient_id": f"P{n}"} | {name: "UNKNOWN WORD"} for n in range(3)]
    (column,) = [column for column in inspected(as_csv(rows)).columns if column.name == name]
    assert column.shown == {}


def test_cells_that_mean_nothing_is_known_are_counted_beside_those_that_cannot_be_read():
    rows = [ROWS[0] | {"surgery_date": day} for day in ("1900-01-01", "9999-12-31", "2022-01-31", "soon", "")]
    with open_stream(BytesIO(as_csv(rows)), "events") as file:
        found = Inspector(CURRENT, LATE).inspect(file)
    (column,) = [column for column in found.columns if column.name == "surgery_date"]
    assert (column.filled, column.none, column.unread, column.years) == (4, 2, 1, (2022, 2022))


def doubled(random, patients):
    """Return a cohort without deaths, by which other rows of a patient would be proved wrong."""
    rows = doubled_cohort(random, CURRENT, patients)
    for row in rows:
        row.pop("death_date", None)
    return rows


def counts(found):
    """Return the counts of an inspection under the names of a summary."""
    said = found.contradictions
    statuses = sum((Counter(of_year) for of_year in found.statuses.values()), Counter())
    return {
        "studies": statuses.total() - statuses["cancelled"],
        "repeated": found.repeated,
        "birth_dates": said.births,
        "rows_of_birth_dates": said.rows,
        "ids_alike": said.alike,
    }


@given(st.randoms(use_true_random=False), st.sampled_from([as_csv, as_parquet]))
def test_the_counts_are_those_of_the_rows_one_by_one(random, data):
    rows = doubled(random, 4)
    assert counts(inspected(data(rows))) == counted_one_by_one(rows, CURRENT)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("data", [as_csv, as_parquet], ids=["CSV", "Parquet"])
def test_they_are_those_of_an_audit(seed, data):
    rows = doubled(Random(f"audit {seed}"), 30)  # noqa: S311 - not for secrets
    content = data(rows)
    found, (_, summary) = inspected(content), audited(content)
    said = summary["contradictions"]
    assert counts(found) == {name: (summary | said)[name] for name in counts(found)}
    assert found.contradictions.example == said["example_of_ids_alike"]
    assert (found.rows, found.unread) == (summary["rows"], summary["decisions"]["invalid"])
    assert found.enrolments == summary["decisions"]["(enrolment, not judged)"]
    performed = sum(of_year["performed"] for of_year in found.statuses.values())
    assert performed == summary["performed"] > 0


@pytest.mark.parametrize("seed", [1, 3])
def test_awkward_cells_are_counted_as_bad_as_an_audit_finds_them(seed):
    rows = awkward_cohort("of the edition", seed, patients=20)
    for row in rows:
        row.pop("birth_date", None), row.pop("death_date", None)  # else other rows prove some wrong
    bad = [result for result in decide_one_by_one(rows, CURRENT, GracePolicy()) if result["decision"] == "invalid"]
    assert inspected(as_csv(rows)).unread == len(bad) > 0


@pytest.mark.parametrize("data", [as_csv, as_parquet], ids=["CSV", "Parquet"])
def test_nothing_depends_on_blocks(data):
    content = data(doubled(Random(8), 12))  # noqa: S311 - not for secrets
    whole = inspected(content)
    shown = [column.shown for column in whole.columns]
    for sizes in (Sizes(parts_of(content, 7), 11), Sizes(1, 1)):
        found = inspected(content, sizes)
        assert (found, [column.shown for column in found.columns]) == (whole, shown)


def test_a_file_without_rows_is_inspected():
    found = inspected(b"patient_id,cpt,date\n")
    assert (found.rows, found.patients, found.repeated, counts(found)["studies"]) == (0, 0, 0, 0)
    assert [column.filled for column in found.columns] == [0, 0, 0]
