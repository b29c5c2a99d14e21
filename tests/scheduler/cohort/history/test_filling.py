"""Rows of a cohort are filled from what is known of their patients as a single row is (records/courses.py)."""

from itertools import pairwise
from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.known_cohorts import random_known_cohort
from support.patients import read_requests

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.arrays import NO_DAY, NOWHERE
from spine_vigil.scheduler.cohort.audit.audit import Audit, Cohort
from spine_vigil.scheduler.cohort.decoding.cells import FrameCells, PatientRows
from spine_vigil.scheduler.files.csv_text import LINE
from spine_vigil.scheduler.intake.columns import read_columns
from spine_vigil.scheduler.intake.forms import CellForms
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS, day_number
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.facts import TrueFrom
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.implied import Implied
from spine_vigil.scheduler.values import replace

EDITION = replace(
    CURRENT,
    implied=(
        Implied("scoliosis", ("scoliosis_atypical_curve", "implanted_device")),
        Implied("neck_pain", ("neck_pain_worsening", "device_mri_conditional")),
    ),
    implied_by_course=(),
)
COLUMNS = read_columns(EDITION, CellForms())


def frame_of(rows):
    names = dict.fromkeys(["patient_id", *(name for cells in rows for name in cells)])
    columns = {name: [cells.get(name) or None for cells in rows] for name in names}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))
    return frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias(LINE))


def one_by_one(events, lines):
    """Return for each row what it says once it is filled, what is wrong with it, and its patient's invalid rows.

    Lines of a patients file are known of the patient as enrolment rows are.
    """
    requests = read_requests([*lines, *events], EDITION)[len(lines) :]
    found = []
    for place, request in enumerate(requests, start=1):
        is_judged = request.patient is not None and request.row.event.status is not Status.CANCELLED
        problems = [f"Line {place}: {'; '.join(map(str, request.problems))}"] if request.problems else []
        found.append((said(request.patient) if is_judged else None, problems, request.unread or 0 if is_judged else 0))
    return found


def said(patient):
    """Return the courses, facts and ends of a patient as plain values."""
    days = {"follow_up_end_date": patient.follow_up_end, "death_date": patient.death}
    facts = {name: value for name, value in patient.facts.items() if name in COLUMNS and value is not None} | days
    assert not any(isinstance(value, TrueFrom) for value in facts.values())
    return (
        [course_of(course) for course in patient.courses],
        [course_of(course) for course in patient.others],
        {name: day_number(v) if hasattr(v, "year") else float(v) for name, v in facts.items() if v is not None},
    )


def course_of(course):
    dates = {kind: day_number(day) for kind, day in course.index_dates.items()}
    return course.protocol.id, course.primary_site, course.sites_differ, dates


def as_columns(events, lines, block_rows, workers=1):
    """Return the same by the columns of a cohort, read in blocks of so many rows."""
    patients = frame_of(lines) if lines else None
    cohort = Cohort(Audit(EDITION, GracePolicy()), patients=() if patients is None else [PatientRows(patients)])
    frame = frame_of(events)
    blocks = [cohort.prepare(FrameCells(part)) for part in frame.iter_slices(block_rows)]
    for _, digest in blocks:
        cohort.add(digest)
    judge = cohort.judge(Audit(EDITION, GracePolicy()), workers)
    found = []
    for index, (ready, _) in enumerate(blocks):
        block = judge.complete(ready, index)
        of_block = [[None, [], 0] for _ in range(block.size)]
        for row in block.rows.iter_rows(named=True):
            of_block[row["row"]][0] = filled_row(row, judge.contexts.courses[row["context"]], block.filled)
        for row, text in block.bad_rows.select("row", "explanation").iter_rows():
            of_block[row][1].append(text)
        for row, count in block.unread.iter_rows():
            of_block[row][2] = count
        found += map(tuple, of_block)
        assert sorted([*block.rows["row"], *block.others["row"]]) == list(range(block.size))
        assert all(a < b for a, b in pairwise(block.others["row"]))
    return found


def filled_row(row, context, filled):
    of_row = {kind: row[name] for name, kind in INDEX_COLUMNS.items()}
    first = context.courses[0].protocol if context.courses else None
    assert row["protocol"] == first

    def course(place, protocol, site, sites_differ):
        dates = of_row
        if row["dates_at"] != NOWHERE:
            at = row["dates_at"] + place
            dates = {kind: days[at] for kind, days in filled.course_dates.items()}
        known = {kind: int(day) for kind, day in dates.items() if day is not None and day != NO_DAY}
        return EDITION.protocols[protocol].id, site, sites_differ, known

    courses = [course(place, *one) for place, one in enumerate((*context.courses, *context.others))]
    facts = {name: float(row[name]) for name in row if name in VALUES and row[name] is not None}
    return courses[: len(context.courses)], courses[len(context.courses) :], facts


VALUES = {fact.name for fact in EDITION.facts} | {"follow_up_end_date", "death_date"}


def check(random, patients, block_rows, workers=1):
    events, lines = random_known_cohort(random, EDITION, patients)
    wanted, found = one_by_one(events, lines), as_columns(events, lines, block_rows, workers)
    assert [both for both in zip(events, wanted, found, strict=True) if both[1] != both[2]] == []


@given(st.randoms(use_true_random=False), st.sampled_from([1, 3, 100]))
def test_rows_are_filled_as_a_single_row_is(random, block_rows):
    check(random, 3, block_rows)


@pytest.mark.parametrize("block_rows", [7, 500, 1 << 17])
@pytest.mark.parametrize("workers", [1, 2])
def test_rows_of_many_patients_are_filled_as_single_rows_are(block_rows, workers):
    check(Random(f"{block_rows} {workers}"), 300, block_rows, workers)  # noqa: S311 - not for secrets
