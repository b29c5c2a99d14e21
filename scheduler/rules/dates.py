"""Civil dates and durations: whole days, weeks, months and years, added in one step."""

from __future__ import annotations

from datetime import date
from enum import Enum
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from spine_vigil.scheduler.errors import RuleError, ValueProblem
from spine_vigil.scheduler.values import Frozen

EARLIEST = date(1900, 1, 1)
LATEST = date(2199, 12, 31)
"""Dates outside these bounds are rejected as typing errors (0204-01-01, 2924-05-01)."""

NO_DATES = frozenset(
    {date(1900, 1, 1), date(1899, 12, 30), date(1904, 1, 1), date(1970, 1, 1), date(1, 1, 1), date(9999, 12, 31)}
)
"""The dates by which databases mean that there is none."""


class Unit(Enum):
    """The unit of a duration; the value is its name in words."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Duration(Frozen):
    """A whole number of days, weeks, months or years; a week is 7 days, a year 12 months.

    A negative duration reaches back before the date that it is added to.
    """

    count: int
    unit: Unit

    @property
    def months(self) -> int:
        """The part of the duration in calendar months."""
        if self.unit is Unit.YEAR:
            return 12 * self.count
        return self.count if self.unit is Unit.MONTH else 0

    @property
    def days(self) -> int:
        """The part of the duration in days."""
        if self.unit is Unit.WEEK:
            return 7 * self.count
        return self.count if self.unit is Unit.DAY else 0

    @property
    def nominal_days(self) -> int:
        """The length in days with a month counting 30: for grace and for comparing durations, never for a window."""
        return 30 * self.months + self.days

    def __str__(self) -> str:
        noun = self.unit.value if abs(self.count) == 1 else f"{self.unit.value}s"
        return f"{self.count} {noun}"


def days(count: int) -> Duration:
    """Return a duration of `count` days."""
    return Duration(count, Unit.DAY)


def weeks(count: int) -> Duration:
    """Return a duration of `count` weeks (7 days each)."""
    return Duration(count, Unit.WEEK)


def months(count: int) -> Duration:
    """Return a duration of `count` calendar months."""
    return Duration(count, Unit.MONTH)


def years(count: int) -> Duration:
    """Return a duration of `count` years (12 calendar months each)."""
    return Duration(count, Unit.YEAR)


def add(start: date, *durations: Duration) -> date:
    """Return `start` plus the durations in ONE addition (months first, then days).

    Adding months keeps the day of the month, or takes the last day of a month without that day: 31 January + 1 month is
    28 or 29 February.
    """
    return start + _delta(sum(d.months for d in durations), sum(d.days for d in durations))


@lru_cache(maxsize=1024)
def _delta(count_of_months: int, count_of_days: int) -> relativedelta:
    """Return a length of time; making one takes longer than adding it, and rules add the same few."""
    return relativedelta(months=count_of_months, days=count_of_days)


def span_text(low: Duration, high: Duration) -> str:
    """Return 'LOW to HIGH' in words, naming the unit once where it is the same."""
    if low == high:
        return str(low)
    return f"{low.count} to {high}" if low.unit is high.unit else f"{low} to {high}"


def check_order(low: Duration, high: Duration, what: str) -> None:
    """Raise RuleError where `low` is longer than `high`."""
    if low.nominal_days > high.nominal_days:
        raise RuleError(f"{what}: {low} is longer than {high}")


def parse_date(text: str) -> date:
    """Parse a civil date: `YYYY-MM-DD` and no other ISO form.

    Raises ValueProblem for anything else, for a day that does not exist, for a year before 1900 or after 2199, and for
    a date of NO_DATES.
    """
    day = parse_known_date(text)
    if day is None:
        raise ValueProblem(no_date(text))
    return day


def no_date(text: str) -> str:
    """Return the message for a date by which databases mean that there is none, where one is needed."""
    return f"'{text}' is a date by which databases mean that there is none; give the real date"


def parse_known_date(text: str) -> date | None:
    """Parse a date as `parse_date` does; None for a date by which databases mean that there is none (rules 2)."""
    try:
        day = _parse_iso(text)
    except ValueError:
        raise ValueProblem(f"'{text}' is not a date; write YYYY-MM-DD, and a day that exists") from None
    if day in NO_DATES:
        return None
    if not EARLIEST <= day <= LATEST:
        raise ValueProblem(f"'{text}' lies outside {EARLIEST.year} to {LATEST.year}; check the year")
    return day


def _parse_iso(text: str) -> date:
    if len(text) != len("YYYY-MM-DD") or text[4] != "-" or text[7] != "-" or not text.isascii():
        raise ValueError
    return date.fromisoformat(text)
