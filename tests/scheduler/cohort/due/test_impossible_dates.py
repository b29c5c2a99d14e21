"""What is due where births, index dates and ends of follow-up do not fit each other, by both evaluators."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.due import due_as_columns, due_one_by_one
from support.inconsistent_cohorts import inconsistent_cohort
from support.random_cohorts import FIRST_DAYS

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.rules.grace import GracePolicy

BOTH = pytest.mark.parametrize("due", [due_one_by_one, due_as_columns], ids=["scalar", "columnar"])
CHANCE = st.randoms(use_true_random=False)
AS_OF = date(2022, 5, 1)
COURSE = {"patient_id": "P1", "protocol": "bone.osteosarcoma", "treatment_end_date": "2022-01-31"}
STUDY = {"patient_id": "P1", "modality": "CT", "region": "chest", "date": "2022-03-10", "status": "performed"}
EARLY = "an index date before the birth does not count: correct one of them"
NO_INDEX = "no index date is documented (end of treatment, or else end of radiation, or else surgery)"


def chest(due, *rows, as_of=AS_OF):
    """Return the line of the chest CT."""
    (line,) = [line for line in due(rows, CURRENT, GracePolicy(), as_of) if line["schedule"] == "chest"]
    return line


BIRTHS = [
    ("2022-01-30", "open", False, "born the day before the end of treatment"),
    ("2022-01-31", "open", False, "born on its day"),
    ("2022-02-01", "needs_info", True, "born the day after"),
]


@BOTH
@pytest.mark.parametrize(("birth", "status", "is_noted", "why"), BIRTHS, ids=[case[-1] for case in BIRTHS])
@pytest.mark.parametrize("is_own", [True, False], ids=["one row", "two rows"])
def test_an_index_date_before_the_birth_does_not_count_and_is_noted(due, birth, status, is_noted, why, is_own):
    birth = {"birth_date": birth}
    line = chest(due, *([COURSE | birth] if is_own else [COURSE, birth | {"patient_id": "P1"}]))
    assert line["status"] == status, why
    assert (line["note"] or "").endswith(f"; {EARLY}") == is_noted, why


@BOTH
def test_the_note_stands_alone_where_a_window_waits(due):
    line = chest(due, COURSE | {"surgery_date": "2022-02-01", "birth_date": "2022-02-01"})
    assert (line["status"], line["reference_date"], line["note"]) == ("open", date(2022, 2, 1), EARLY)


ENDS = [
    # end of follow-up, note, why
    ("2022-03-09", "follow-up ended on 2022-03-09, but a study or an index date is later, 2022-03-10: check the date",
     "the end the day before the study"),
    ("2022-03-10", "follow-up ended on 2022-03-10", "on its day"),
    ("2022-03-11", "follow-up ended on 2022-03-11", "the day after it"),
    ("2022-01-30", "follow-up ended on 2022-01-30, but a study or an index date is later, 2022-03-10: check the date",
     "before the index date too: the latest is named"),
]  # fmt: skip


@BOTH
@pytest.mark.parametrize(("end", "note", "why"), ENDS, ids=[case[-1] for case in ENDS])
def test_an_end_of_follow_up_before_a_performed_study_is_doubted(due, end, note, why):
    line = chest(due, COURSE | {"follow_up_end_date": end}, STUDY)
    assert (line["status"], line["note"]) == ("stopped", note), why


@BOTH
@pytest.mark.parametrize(
    ("end", "is_doubted"),
    [("2022-01-30", True), ("2022-01-31", False), ("2022-02-01", False)],
    ids=["the day before", "the day", "the day after"],
)
def test_an_end_of_follow_up_before_an_index_date_is_doubted(due, end, is_doubted):
    line = chest(due, COURSE | {"follow_up_end_date": end})
    assert ("2022-01-31: check the date" in line["note"]) == is_doubted


@BOTH
@pytest.mark.parametrize("status", ["requested", "scheduled", "cancelled"])
def test_a_study_that_was_not_performed_raises_no_doubt(due, status):
    line = chest(due, COURSE | {"follow_up_end_date": "2022-03-09"}, STUDY | {"status": status})
    assert line["note"] == "follow-up ended on 2022-03-09"


@BOTH
def test_an_index_date_that_does_not_count_raises_no_doubt_of_the_end(due):
    line = chest(due, COURSE | {"birth_date": "2022-02-01", "follow_up_end_date": "2022-01-30"})
    assert (line["status"], line["note"]) == ("stopped", f"follow-up ended on 2022-01-30; {EARLY}")


@BOTH
def test_a_death_is_not_doubted(due):
    line = chest(due, COURSE | {"death_date": "2022-03-20"}, STUDY)
    assert (line["status"], line["note"]) == ("stopped", "the patient died on 2022-03-20")


def asked(random, patients):
    """Return a cohort, and a day near its dates."""
    rows = inconsistent_cohort(random, CURRENT, patients, rows=5)
    return rows, random.choice(FIRST_DAYS) + timedelta(days=random.choice((0, 90, 400, 1100, 3000)))


def differences(rows, as_of):
    scalar, columnar = (due(rows, CURRENT, GracePolicy(), as_of) for due in (due_one_by_one, due_as_columns))
    return [found for found in zip(scalar, columnar, strict=True) if found[0] != found[1]]


@given(CHANCE)
def test_both_list_small_cohorts_alike_notes_included(random):
    assert differences(*asked(random, 3)) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_both_list_large_cohorts_alike_notes_included(seed):
    assert differences(*asked(Random(f"due {seed}"), 400)) == []  # noqa: S311 - not for secrets


def test_a_random_cohort_holds_both_kinds_of_notes():
    """A cohort whose dates fit each other would be listed alike and show nothing."""
    rows, _ = asked(Random(5), 400)  # noqa: S311 - not for secrets
    notes = [line["note"] or "" for line in due_as_columns(rows, CURRENT, GracePolicy(), date(2026, 1, 1))]
    assert sum(note == EARLY for note in notes) > 5
    assert sum(note.endswith(f"; {EARLY}") for note in notes) > 5
    assert sum("check the date" in note for note in notes) > 5
