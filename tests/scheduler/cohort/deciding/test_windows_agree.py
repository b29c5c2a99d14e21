"""The two evaluators find the same index dates and windows, for rules that no edition holds."""

from datetime import date, timedelta
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from support.made_up_editions import random_edition

from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, NOWHERE
from spine_vigil.scheduler.cohort.deciding.index_dates import index_dates
from spine_vigil.scheduler.cohort.deciding.windows import Studies, last_days, next_windows
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables, day_table
from spine_vigil.scheduler.patient.windows import Reference, last_day, next_window
from spine_vigil.scheduler.records.fields import EPOCH, day_number
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.index_dates import index_on

SEEDS = st.integers(0, 2**32)
FIRST = date(2019, 8, 31)
APART = (-190, -184, -183, -31, -1, 0, 0, 1, 31, 181, 182, 183, 184, 400)


def near(random, day):
    return day + timedelta(days=random.choice(APART))


def tables_of(edition, grace=None):
    tables = RuleTables(edition, GracePolicy(grace))
    return tables, day_table(tables, [day_number(date(2005, 1, 1)), day_number(date(2040, 1, 1))])


def numbers(days):
    return np.array([NO_DAY if day is None else day_number(day) for day in days], dtype=np.int32)


@given(SEEDS)
def test_they_find_the_same_index_date(seed):
    random = Random(seed)  # noqa: S311 - not for secrets
    tables, days = tables_of(random_edition(random))
    rows = []
    for _ in range(80):
        given_dates = {kind: near(random, near(random, FIRST)) for kind in IndexKind if random.random() < 0.6}
        rows.append((random.randrange(len(tables.schedules)), given_dates, near(random, near(random, FIRST))))
    schedule = np.array([number for number, _, _ in rows], dtype=np.int32)
    dates = {kind: numbers([given_dates.get(kind) for _, given_dates, _ in rows]) for kind in IndexKind}
    found = index_dates(schedule, dates, numbers([day for _, _, day in rows]), tables, days)
    for (number, given_dates, day), at, kind in zip(rows, *(column.tolist() for column in found), strict=True):
        chosen = tables.schedules[number]
        expected = index_on(chosen.index, given_dates, day, restarts=chosen.restarts)
        if expected is None:
            assert (at, kind) == (NO_DAY, NOWHERE)
        else:
            assert (tuple(IndexKind)[kind], date.fromordinal(at + EPOCH)) == expected


def reference_near(random, schedule, index):
    """Return no earlier imaging, or one about a bound of a phase, whose round began up to 20 days before it."""
    if random.random() < 0.2:
        return None
    bounds = [d for phase in schedule.phases for d in (phase.low, phase.high, phase.end) if d is not None]
    own = add(index, random.choice([*bounds, *schedule.starts]))
    own += timedelta(days=random.choice((-31, -8, -7, -1, 0, 0, 1, 7, 40, 400)))
    start = add(index, schedule.starts[0])
    own = max(own, start)
    return Reference(max(start, own - timedelta(days=random.choice((0, 0, 1, 20)))), own)


@given(SEEDS, st.sampled_from([None, None, 0, 5, 40]))
def test_they_find_the_same_window_and_the_last_day_that_it_decides(seed, grace):
    random = Random(seed)  # noqa: S311 - not for secrets
    tables, days = tables_of(random_edition(random), grace)
    rows = []
    for _ in range(80):
        number, index = random.randrange(len(tables.schedules)), near(random, FIRST)
        rows.append((number, index, reference_near(random, tables.schedules[number], index)))
    schedule = np.array([number for number, _, _ in rows], dtype=np.int32)
    studies = Studies(*(numbers([r and getattr(r, name) for _, _, r in rows]) for name in ("day", "own")))
    windows = next_windows(schedule, numbers([index for _, index, _ in rows]), studies, tables, days)
    last = last_days(schedule, windows, tables, days)
    for place, (number, index, reference) in enumerate(rows):
        rule = tables.schedules[number]
        expected = next_window(rule, index, reference, GracePolicy(grace))
        assert windows.exists[place] == (expected is not None), (rule, index, reference)
        if expected is not None:
            opens, closes, counted_from = (
                date.fromordinal(int(column[place]) + EPOCH)
                for column in (windows.opens, windows.closes, windows.counted_from)
            )
            assert (opens, closes, counted_from) == (expected.opens, expected.closes, expected.reference)
            assert windows.slot[place] % tables.width == expected.phase
            assert (windows.grace[place], windows.is_blended[place]) == (expected.grace, expected.is_blended)
            end = last_day(rule, index, expected)
            assert last[place] == (NEVER if end == date.max else day_number(end))
