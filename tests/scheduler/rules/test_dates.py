"""Month arithmetic, enumerated, in both evaluators; durations; and how dates are read."""

import calendar
from datetime import date

import polars as pl
import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.errors import RuleError, ValueProblem
from spine_vigil.scheduler.rules.dates import (
    add,
    check_order,
    days,
    months,
    parse_date,
    parse_known_date,
    span_text,
    weeks,
    years,
)
from spine_vigil.scheduler.rules.grace import GracePolicy

YEARS = (1900, 2000, 2019, 2020, 2023, 2024, 2100)  # with and without a leap day, and the centuries
MONTH_ENDS = [
    date(year, month, day)
    for year in YEARS
    for month in range(1, 13)
    for day in (28, 29, 30, 31)
    if day <= calendar.monthrange(year, month)[1]
]
OFFSETS = sorted({d.months for d in RuleTables(CURRENT, GracePolicy()).durations()} | {1, 5, 7, 11, 13, -1, -12})


def months_later(start, count):
    """Return the same day of the month, or that month's last day: the rule by another route."""
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


@pytest.mark.parametrize("offset", OFFSETS, ids=lambda n: f"{n} months")
def test_every_month_end_keeps_its_day_or_takes_the_last(offset):
    assert [add(day, months(offset)) for day in MONTH_ENDS] == [months_later(day, offset) for day in MONTH_ENDS]


@pytest.mark.parametrize("offset", OFFSETS, ids=lambda n: f"{n} months")
def test_the_columnar_reading_adds_months_alike(offset):
    epoch = date(1970, 1, 1).toordinal()
    numbers = [day.toordinal() - epoch for day in MONTH_ENDS]
    table = DayTable([months(offset)], min(numbers), max(numbers))
    added = pl.DataFrame({"day": pl.Series(numbers, dtype=pl.Int32)}).select(
        table.add(pl.lit(table.offset[months(offset)], dtype=pl.Int32), pl.col("day"))
    )
    assert [date.fromordinal(n + epoch) for n in added.to_series()] == [months_later(d, offset) for d in MONTH_ENDS]


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        (date(2023, 1, 28), months(1), date(2023, 2, 28)),
        (date(2023, 1, 29), months(1), date(2023, 2, 28)),
        (date(2023, 1, 31), months(1), date(2023, 2, 28)),
        (date(2024, 1, 28), months(1), date(2024, 2, 28)),
        (date(2024, 1, 29), months(1), date(2024, 2, 29)),
        (date(2024, 1, 30), months(1), date(2024, 2, 29)),
        (date(2024, 2, 29), years(1), date(2025, 2, 28)),
        (date(2024, 2, 29), years(4), date(2028, 2, 29)),
        (date(2096, 2, 29), years(4), date(2100, 2, 28)),
        (date(2023, 2, 28), months(12), date(2024, 2, 28)),
        (date(2023, 12, 31), months(2), date(2024, 2, 29)),
        (date(2024, 2, 28), weeks(1), date(2024, 3, 6)),
        (date(2023, 12, 31), days(1), date(2024, 1, 1)),
        (date(2024, 3, 1), days(-2), date(2024, 2, 28)),
    ],
)
def test_a_duration_is_added(start, length, end):
    assert add(start, length) == end


def test_intervals_are_one_addition_and_never_drift_from_the_31st():
    counted = [add(date(2023, 1, 31), months(3 * n)) for n in (1, 2, 3, 4)]
    assert counted == [date(2023, 4, 30), date(2023, 7, 31), date(2023, 10, 31), date(2024, 1, 31)]


def test_durations_are_added_together_before_they_meet_the_date():
    assert add(date(2023, 1, 31), months(1), months(1)) == date(2023, 3, 31)
    assert add(date(2023, 1, 31), months(1), days(1)) == date(2023, 3, 1)


@pytest.mark.parametrize(
    ("length", "months_part", "days_part", "nominal", "text"),
    [
        (days(1), 0, 1, 1, "1 day"),
        (days(-2), 0, -2, -2, "-2 days"),
        (weeks(1), 0, 7, 7, "1 week"),
        (weeks(12), 0, 84, 84, "12 weeks"),
        (months(1), 1, 0, 30, "1 month"),
        (months(18), 18, 0, 540, "18 months"),
        (years(1), 12, 0, 360, "1 year"),
        (years(10), 120, 0, 3600, "10 years"),
    ],
)
def test_a_duration_knows_its_parts_and_its_words(length, months_part, days_part, nominal, text):
    assert (length.months, length.days, length.nominal_days, str(length)) == (months_part, days_part, nominal, text)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (months(3), months(3), "3 months"),
        (months(3), months(6), "3 to 6 months"),
        (weeks(12), months(12), "12 weeks to 12 months"),
    ],
)
def test_a_span_names_its_unit_once(low, high, text):
    assert span_text(low, high) == text


def test_a_minimum_above_its_maximum_is_refused():
    check_order(months(3), months(3), "every")
    with pytest.raises(RuleError, match=r"^every: 13 weeks is longer than 3 months$"):
        check_order(weeks(13), months(3), "every")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("1900-01-02", date(1900, 1, 2)),
        ("2199-12-31", date(2199, 12, 31)),
    ],
)
def test_a_date_is_read(text, day):
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2023-02-29", "no leap year"),
        ("2100-02-29", "nor is this century"),
        ("2023-04-31", "April has 30 days"),
        ("2023-13-01", "no such month"),
        ("20230401", "another ISO form"),
        ("2023-W14-6", "an ISO week"),
        ("2023-4-1", "no leading zeros"),
        ("01/04/2023", "another order"),
        ("2023-04-01T00:00:00", "a time of day"),
        ("\uff12\uff10\uff12\uff13-04-01", "digits of another script"),
        ("tomorrow", "no date"),
    ],
)
def test_what_is_no_date_is_told_with_the_form_that_is_wanted(text, why):
    with pytest.raises(ValueProblem, match=r"is not a date; write YYYY-MM-DD, and a day that exists") as told:
        parse_date(text)
    assert text in str(told.value), why


@pytest.mark.parametrize("text", ["1899-12-31", "2200-01-01", "0204-01-01"])
def test_a_year_that_must_be_a_slip_is_refused(text):
    with pytest.raises(ValueProblem, match=f"'{text}' lies outside 1900 to 2199; check the year"):
        parse_date(text)


NONE = ["1900-01-01", "1899-12-30", "1904-01-01", "1970-01-01", "0001-01-01", "9999-12-31"]


@pytest.mark.parametrize("text", NONE)
def test_a_date_by_which_databases_mean_none_is_none(text):
    assert parse_known_date(text) is None
    with pytest.raises(ValueProblem, match=f"'{text}' is a date by which databases mean that there is none"):
        parse_date(text)


@pytest.mark.parametrize("text", ["1900-01-02", "1903-12-31", "1904-01-02", "1969-12-31", "1970-01-02"])
def test_a_day_beside_such_a_date_is_a_date(text):
    assert str(parse_known_date(text)) == text


def test_the_form_of_typed_dates_is_none_of_a_file_with_iso_dates():
    with pytest.raises(ValueProblem, match="write YYYY-MM-DD"):
        parse_date("+001950-02-28")
