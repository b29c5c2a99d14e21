"""Sets of dates: what they hold, how they combine, and the laws of sets."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_vigil.scheduler.rules.date_sets import ALL_DATES, NO_DATES, DateSet

D = date


def between(first, last):
    return DateSet.between(D.fromisoformat(first), D.fromisoformat(last))


MAY = between("2024-05-01", "2024-05-31")
JUNE = between("2024-06-01", "2024-06-30")
JULY = between("2024-07-01", "2024-07-31")
MID_MAY_TO_JUNE = between("2024-05-15", "2024-06-14")


@pytest.mark.parametrize(
    ("day", "held", "why"),
    [
        (D(2024, 4, 30), False, "the day before the first"),
        (D(2024, 5, 1), True, "the first day"),
        (D(2024, 5, 2), True, "the day after the first"),
        (D(2024, 5, 30), True, "the day before the last"),
        (D(2024, 5, 31), True, "the last day"),
        (D(2024, 6, 1), False, "the day after the last"),
    ],
)
def test_a_stretch_holds_both_of_its_bounds(day, held, why):
    assert (day in MAY) is held, why


def test_a_side_without_bound_is_open():
    assert D.min in DateSet.between(last=D(2024, 5, 1))
    assert D(2024, 5, 2) not in DateSet.between(last=D(2024, 5, 1))
    assert D.max in DateSet.between(D(2024, 5, 1))
    assert D(2024, 4, 30) not in DateSet.between(D(2024, 5, 1))


def test_a_stretch_that_ends_before_it_begins_holds_nothing():
    assert between("2024-05-02", "2024-05-01") == NO_DATES


COMBINED = [
    (MAY | JUNE, between("2024-05-01", "2024-06-30"), "stretches that touch become one"),
    (MAY | MID_MAY_TO_JUNE, between("2024-05-01", "2024-06-14"), "stretches that overlap become one"),
    (JULY | MAY, DateSet((*MAY.stretches, *JULY.stretches)), "a gap stays a gap, and the order is that of time"),
    (MAY | between("2024-05-10", "2024-05-12"), MAY, "a stretch inside another adds nothing"),
    (MAY & MID_MAY_TO_JUNE, between("2024-05-15", "2024-05-31"), "what both hold"),
    (MAY & JUNE, NO_DATES, "neighbours share no day"),
    ((MAY | JULY) & MID_MAY_TO_JUNE, between("2024-05-15", "2024-05-31"), "only one of two stretches is shared"),
    (~ALL_DATES, NO_DATES, "nothing is outside of everything"),
    (~NO_DATES, ALL_DATES, "everything is outside of nothing"),
    (~MAY, DateSet.between(last=D(2024, 4, 30)) | DateSet.between(D(2024, 6, 1)), "before and after"),
    (~DateSet.between(D(2024, 5, 1)), DateSet.between(last=D(2024, 4, 30)), "open on one side"),
    (~(MAY | JULY) & between("2024-05-01", "2024-07-31"), JUNE, "the gap between two stretches"),
]


@pytest.mark.parametrize(("found", "wanted", "why"), COMBINED, ids=[c[2] for c in COMBINED])
def test_sets_combine_day_by_day(found, wanted, why):
    assert found == wanted, why


@pytest.mark.parametrize(
    ("dates", "day", "first", "why"),
    [
        (MAY, D(2024, 4, 1), D(2024, 5, 1), "from before: the first day"),
        (MAY, D(2024, 5, 31), D(2024, 5, 31), "on the last day: that day"),
        (MAY, D(2024, 6, 1), None, "after it: none"),
        (MAY | JULY, D(2024, 6, 1), D(2024, 7, 1), "in the gap: the next stretch"),
        (MAY | JULY, D(2024, 5, 20), D(2024, 5, 20), "inside: the day itself"),
        (NO_DATES, D(2024, 5, 20), None, "nothing holds no first"),
        (ALL_DATES, D(2024, 5, 20), D(2024, 5, 20), "everything holds the day itself"),
    ],
)
def test_the_first_date_is_looked_for_from_a_day_on(dates, day, first, why):
    assert dates.first_from(day) == first, why


def union(parts):
    found = NO_DATES
    for part in parts:
        found |= part
    return found


ORIGIN = D(2024, 2, 20)
DAYS = [ORIGIN + timedelta(days=n) for n in range(-2, 25)]
BOUNDS = st.none() | st.sampled_from(DAYS[2:-2])
STRETCHES = st.builds(DateSet.between, BOUNDS, BOUNDS)
SETS = st.lists(STRETCHES, max_size=5).map(union)


@given(st.lists(STRETCHES, max_size=5), st.sampled_from(DAYS))
def test_a_union_holds_what_one_of_its_parts_holds(parts, day):
    assert (day in union(parts)) is any(day in part for part in parts)


@given(SETS, SETS, st.sampled_from(DAYS))
def test_membership_follows_the_operators(a, b, day):
    assert (day in a | b) is (day in a or day in b)
    assert (day in a & b) is (day in a and day in b)
    assert (day in ~a) is (day not in a)


@given(SETS, SETS, SETS)
def test_the_laws_of_sets_hold(a, b, c):
    assert a | b == b | a
    assert a & b == b & a
    assert (a | b) | c == a | (b | c)
    assert (a & b) & c == a & (b & c)
    assert a & (b | c) == (a & b) | (a & c)
    assert a | (b & c) == (a | b) & (a | c)
    assert ~~a == a
    assert ~(a | b) == ~a & ~b
    assert a | ~a == ALL_DATES
    assert a & ~a == NO_DATES
    assert a | NO_DATES == a
    assert a & ALL_DATES == a
    assert a | a == a


@given(SETS)
def test_equal_sets_are_written_alike_in_order_and_apart(dates):
    pairs = zip(dates.stretches, dates.stretches[1:], strict=False)
    assert all(low <= high for low, high in dates.stretches)
    assert all(before[1] + 1 < after[0] for before, after in pairs)


@given(SETS, st.sampled_from(DAYS))
def test_no_date_of_the_set_lies_before_the_first_one_found(dates, day):
    first = dates.first_from(day)
    walked = next((d for d in DAYS if d >= day and d in dates), None)
    assert walked == (first if first in DAYS else None)
