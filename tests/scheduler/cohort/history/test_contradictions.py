"""Contradictions of a cohort: ids with two birth dates, and ids that look alike."""

from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.block_sizes import Sizes, as_csv, as_parquet, audited, parts_of
from support.inconsistent_cohorts import counted_one_by_one, doubled_cohort

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.audit.audit import Audit, Cohort
from spine_vigil.scheduler.cohort.decoding.cells import FrameCells, PatientRows
from spine_vigil.scheduler.cohort.history.contradictions import Contradictions
from spine_vigil.scheduler.files.csv_text import LINE
from spine_vigil.scheduler.rules.grace import GracePolicy

STUDY = {"modality": "CT", "region": "chest", "date": "2022-03-01", "status": "performed"}


def rows_of(*ids):
    return [STUDY | {"patient_id": patient_id} for patient_id in ids]


def found_in(rows, patients=None, name="patients.csv"):
    """Return the contradictions of some events, and of a patients file of that name."""
    known = [] if patients is None else [PatientRows(frame_of(patients), name=name)]
    cohort = Cohort(Audit(CURRENT, GracePolicy()), patients=known)
    _, digest = cohort.prepare(FrameCells(frame_of(rows)))
    cohort.add(digest)
    return cohort.contradictions


def frame_of(rows):
    names = dict.fromkeys(["patient_id", *(name for row in rows for name in row)])
    frame = pl.DataFrame(
        {n: [row.get(n) or None for row in rows] for n in names}, schema=dict.fromkeys(names, pl.String)
    )
    return frame.with_columns(pl.int_range(2, pl.len() + 2, dtype=pl.UInt32).alias(LINE))


def counted(rows, sizes=None, data=as_csv):
    """Return what a summary counts of repeated rows and contradictions, and the example."""
    content = data(rows)
    _, summary = audited(content, sizes(content) if sizes else Sizes())
    said = summary["contradictions"]
    example = said.pop("example_of_ids_alike")
    return {"studies": summary["studies"], "repeated": summary["repeated"]} | said, example


BIRTHS = [
    # birth dates of the rows of one patient, ids with two, rows of these, why
    (["1961-05-05", "1961-05-05"], 0, 0, "the same twice"),
    (["1961-05-05", ""], 0, 0, "one, and none"),
    (["1961-05-05", "1961-05-06"], 1, 2, "a day apart: two people, or a slip"),
    (["1961-05-05", "1961-05-06", "1961-05-05", ""], 1, 3, "the row that gives none does not count"),
    (["1961-05-05", "1961-05-06", "1961-05-07"], 1, 3, "three birth dates are one contradiction"),
    (["1961-05-05", "05/06/1961"], 0, 0, "a date that cannot be read says nothing"),
    (["1961-05-05", "2022-03-02"], 0, 0, "nor does a birth after the study, which makes its row invalid"),
    (["1961-05-05", "2022-03-01"], 1, 2, "a birth on the day of the study is one"),
]


@pytest.mark.parametrize(("births", "ids", "rows", "why"), BIRTHS, ids=[case[-1] for case in BIRTHS])
def test_an_id_with_two_birth_dates_is_counted_with_its_rows(births, ids, rows, why):
    cohort = [
        *rows_of("P2"),
        *(row | {"birth_date": birth} for row, birth in zip(rows_of(*["P1"] * len(births)), births, strict=True)),
    ]
    found = found_in(cohort)
    assert (found.births, found.rows) == (ids, rows), why


def test_rows_that_enrol_or_were_cancelled_give_a_birth_date_too():
    rows = [
        {"patient_id": "P1", "birth_date": "1961-05-05"},
        STUDY | {"patient_id": "P1", "birth_date": "1961-05-06", "status": "cancelled"},
    ]
    assert (found_in(rows).births, found_in(rows).rows) == (1, 2)


def test_the_birth_date_of_a_patients_file_is_held_against_that_of_the_events():
    events = [row | {"birth_date": "1961-05-05"} for row in rows_of("P1", "P2")]
    lines = [{"patient_id": "P1", "birth_date": "1961-05-06"}, {"patient_id": "P2", "birth_date": "1961-05-05"}]
    found = found_in(events, lines)
    assert (found.births, found.rows) == (1, 2)


def test_a_patients_file_that_holds_everybody_speaks_of_the_patients_of_the_events_alone():
    lines = [{"patient_id": name, "birth_date": day} for name in ("P1", "P2") for day in ("1961-05-05", "1961-05-06")]
    assert (found_in(rows_of("P1"), lines).births, found_in(rows_of("P3"), lines).births) == (1, 0)


ALIKE = [
    # ids, how many look like another one, the line of the first, why
    (["7", "8"], 0, None, "two ids"),
    (["7", "07"], 1, "line 3", "a leading zero"),
    (["07", "7"], 1, "line 2", "wherever it stands"),
    (["07", "007"], 2, "line 2", "two of them, and none without"),
    (["07", "8"], 0, None, "a leading zero alone says nothing"),
    (["7", "7.0"], 1, "line 3", "a number that a spreadsheet wrote"),
    (["7", "7.00"], 1, "line 3", "with any number of zeros"),
    (["7", "7.1"], 0, None, "but not another number"),
    (["A.0", "A"], 0, None, "nor behind a letter"),
    (["7", '="7"'], 1, "line 3", "as a spreadsheet keeps text"),
    (["7", '="007"'], 1, "line 3", "several at once"),
    (["7", "'7"], 1, "line 3", "a quote before it"),
    (["7", "7\u200b"], 1, "line 3", "a space without width"),
    (["7", "\ufeff7"], 1, "line 3", "a byte-order mark"),
    (["7", " 7 "], 0, None, "white space around an id is never part of it"),
    (["P1", "p1"], 0, None, "a small letter is another one"),
    (["0A", "A"], 1, "line 2", "a zero before a letter"),
    (["O'Hara", "OHara"], 0, None, "a quote inside belongs to the id"),
]


@pytest.mark.parametrize(("ids", "alike", "example", "why"), ALIKE, ids=[case[-1] for case in ALIKE])
def test_ids_that_differ_in_writing_alone_are_counted_with_the_place_of_one(ids, alike, example, why):
    assert found_in(rows_of(*ids)) == Contradictions(alike=alike, example=example), why


def test_the_place_is_that_of_the_first_row_of_the_id_in_the_file():
    cancelled = STUDY | {"patient_id": "07", "status": "cancelled"}
    assert found_in([*rows_of("7"), cancelled, *rows_of("07", "08", "8")]).example == "line 3"


def test_an_id_of_a_patients_file_is_told_with_the_name_of_the_file():
    assert found_in(rows_of("7"), [{"patient_id": "8"}, {"patient_id": "07"}]) == Contradictions(
        alike=1, example="patients.csv, line 3"
    )
    assert found_in(rows_of("07"), [{"patient_id": "7"}]) == Contradictions(alike=1, example="line 2")
    assert found_in(rows_of("9"), [{"patient_id": "7"}, {"patient_id": "07"}]) == Contradictions()


def test_a_row_that_names_nobody_or_cannot_be_read_is_nobodys():
    spoilt = [row | {"date": "soon"} for row in rows_of("07")]
    assert found_in([*rows_of("7", "", "0", "00"), *spoilt]) == Contradictions()


@given(st.randoms(use_true_random=False), st.sampled_from([as_csv, as_parquet]))
def test_the_counts_are_those_of_the_rows_one_by_one(random, data):
    rows = doubled_cohort(random, CURRENT, patients=4)
    assert counted(rows, data=data)[0] == counted_one_by_one(rows, CURRENT)


SIZES = {
    "small blocks": lambda data: Sizes(parts_of(data, 7), 11),
    "a row a block": lambda _data: Sizes(1, 1),
    "spilled, two workers": lambda data: Sizes(parts_of(data, 9), 5, 7, 2),
    "spilled, five workers": lambda data: Sizes(parts_of(data, 3), 40, 20, 5),
}


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("data", [as_csv, as_parquet], ids=["CSV", "Parquet"])
def test_they_depend_neither_on_blocks_nor_on_workers_nor_on_where_rows_wait(sizes, data):
    rows = doubled_cohort(Random("doubled"), CURRENT, patients=25)  # noqa: S311 - not for secrets
    expected = counted_one_by_one(rows, CURRENT)
    assert all(expected.values())  # the cohort is no trivial one
    whole = counted(rows, data=data)
    assert whole[0] == expected
    assert counted(rows, sizes, data) == whole


@pytest.mark.parametrize("order", ["by patient", "by date", "shuffled"])
def test_nor_on_the_order_of_rows(order):
    rows = doubled_cohort(Random("order"), CURRENT, patients=25)  # noqa: S311 - not for secrets
    expected = counted(rows)[0]
    if order == "shuffled":
        Random(1).shuffle(rows)  # noqa: S311 - not for secrets
    else:
        rows.sort(key=lambda row: row["patient_id" if order == "by patient" else "date"])
    assert counted(rows, SIZES["spilled, two workers"])[0] == expected
