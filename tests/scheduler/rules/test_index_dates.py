"""The index date of a schedule: order of preference, joined treatments, and treatments that follow a progression."""

from datetime import date

import pytest

from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.index_dates import Joined, index_on, kinds_of

DIAGNOSIS, TREATMENT_END, SURGERY = IndexKind.DIAGNOSIS, IndexKind.TREATMENT_END, IndexKind.SURGERY
RADIATION_END, PROGRESSION = IndexKind.RADIATION_END, IndexKind.PROGRESSION
AFTER_TREATMENT = (TREATMENT_END, Joined((RADIATION_END, SURGERY)), DIAGNOSIS)
DAY = date(2023, 6, 15)


def day(text):
    return date.fromisoformat(text)


def index(dates, on=DAY, *, restarts=False):
    """Return kind and date of the index date, as text."""
    found = index_on(AFTER_TREATMENT, {kind: day(text) for kind, text in dates.items()}, on, restarts=restarts)
    return found and (found[0].value, str(found[1]))


def test_the_first_of_the_list_that_is_known_counts():
    assert index({DIAGNOSIS: "2021-01-01", TREATMENT_END: "2021-09-01"}) == ("treatment_end", "2021-09-01")
    assert index({DIAGNOSIS: "2021-01-01", SURGERY: "2021-03-01"}) == ("surgery", "2021-03-01")
    assert index({DIAGNOSIS: "2021-01-01"}) == ("diagnosis", "2021-01-01")
    assert index({PROGRESSION: "2021-01-01"}) is None


def test_a_later_date_does_not_come_before_one_that_is_preferred():
    assert index({TREATMENT_END: "2021-09-01", SURGERY: "2022-03-01"}) == ("treatment_end", "2021-09-01")


JOINED = [
    # radiation, surgery, requested on, counts, why
    ("2022-01-15", None, "2023-06-15", ("radiation_end", "2022-01-15"), "one alone counts"),
    (None, "2022-01-15", "2023-06-15", ("surgery", "2022-01-15"), "also the other"),
    ("2022-01-15", "2022-07-14", "2023-06-15", ("surgery", "2022-07-14"), "a day less than 6 months: one treatment"),
    ("2022-07-14", "2022-01-15", "2022-02-01", ("radiation_end", "2022-07-14"), "also where the later is to come"),
    ("2022-01-15", "2022-07-15", "2022-07-14", ("radiation_end", "2022-01-15"), "6 months: two; the one that was"),
    ("2022-01-15", "2022-07-15", "2022-07-15", ("surgery", "2022-07-15"), "6 months: two; on the day itself"),
    ("2022-01-15", "2022-07-16", "2022-07-16", ("surgery", "2022-07-16"), "more than 6 months"),
    ("2022-01-15", "2022-07-15", "2022-01-14", ("radiation_end", "2022-01-15"), "both to come: the earliest"),
    ("2022-01-15", "2022-01-15", "2022-03-01", ("radiation_end", "2022-01-15"), "one day: the first of the pair"),
]  # fmt: skip


@pytest.mark.parametrize(("radiation", "surgery", "on", "counts", "why"), JOINED, ids=[case[-1] for case in JOINED])
def test_of_two_joined_treatments(radiation, surgery, on, counts, why):
    dates = {kind: text for kind, text in ((RADIATION_END, radiation), (SURGERY, surgery)) if text}
    assert index(dates, day(on)) == counts, why


RESTARTS = [
    # surgery after the progression of 2023-01-10, requested on, counts, why
    ("2023-01-09", "2023-06-15", "treatment_end", "the day before the progression"),
    ("2023-01-10", "2023-06-15", "surgery", "on its day"),
    ("2023-01-11", "2023-06-15", "surgery", "the day after"),
    ("2023-06-15", "2023-06-15", "surgery", "on the requested day"),
    ("2023-01-10", "2023-01-10", "surgery", "on the day of the progression and of the request"),
    ("2023-06-16", "2023-06-15", "treatment_end", "still to come"),
    ("2023-01-11", "2023-01-09", "treatment_end", "asked before the progression"),
]


@pytest.mark.parametrize(("surgery", "on", "counts", "why"), RESTARTS, ids=[case[-1] for case in RESTARTS])
def test_a_treatment_that_follows_a_progression_counts_where_the_schedule_restarts(surgery, on, counts, why):
    dates = {TREATMENT_END: "2022-01-15", SURGERY: surgery, PROGRESSION: "2023-01-10"}
    assert index(dates, day(on), restarts=True)[0] == counts, why
    assert index(dates, day(on))[0] == "treatment_end"


def test_a_diagnosis_is_no_treatment_that_restarts():
    dates = {TREATMENT_END: "2022-01-15", DIAGNOSIS: "2023-02-01", PROGRESSION: "2023-01-10"}
    assert index(dates, restarts=True) == ("treatment_end", "2022-01-15")


def test_a_date_on_the_day_of_the_progression_does_not_lie_before_it():
    dates = {TREATMENT_END: "2023-01-10", SURGERY: "2023-03-01", PROGRESSION: "2023-01-10"}
    assert index(dates, restarts=True) == ("treatment_end", "2023-01-10")


def test_the_kinds_of_a_list_stand_in_order_of_preference():
    assert list(kinds_of(AFTER_TREATMENT)) == [TREATMENT_END, RADIATION_END, SURGERY, DIAGNOSIS]


@pytest.mark.parametrize("kinds", [(), (SURGERY,), (SURGERY, SURGERY)])
def test_a_pair_is_of_two_different_treatments(kinds):
    with pytest.raises(RuleError, match="two different ones"):
        Joined(kinds)
