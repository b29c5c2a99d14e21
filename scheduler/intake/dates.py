"""Dates as foreign files write them: several formats, with a time, with two-digit years, as serial numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.intake.forms import EXCEL, DateForms
from spine_vigil.scheduler.rules.dates import EARLIEST, LATEST, NO_DATES, parse_known_date

_TIME = re.compile(
    r"^(?P<day>.*?\d)(?:T|\s+|,\s*)(?P<time>\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?)\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<zone>Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$"
)
"""A day followed by a time of the day, and by a time zone."""

_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?$")

_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}$")
"""The form of a date, which may not exist."""

_SERIAL = re.compile(r"^\d{1,6}(?:\.\d+)?$")

_SERIAL_ZERO = date(1899, 12, 30)

_CENTURY = 100

EXPANDED = "+00%Y-%m-%d"
"""ISO 8601 with an expanded year: the form of a typed date that a file's own format of dates cannot hold."""

_TEST_DAYS = (date(2025, 11, 12), date(2026, 4, 3))
"""Dates that differ in day, month and year; a format without one of these does not round-trip them."""

_MONTHS = {
    "januar": "january",
    "jänner": "january",
    "februar": "february",
    "märz": "march",
    "mär": "mar",
    "mrz": "mar",
    "mai": "may",
    "juni": "june",
    "juli": "july",
    "okt": "oct",
    "oktober": "october",
    "dez": "dec",
    "dezember": "december",
}
"""German names of months that differ from the English ones."""

_WORD = re.compile(r"[^\W\d_]+")

_NUMERIC = re.compile(r"%[dmY][^\w\s%]?%[dmY][^\w\s%]?%[dmY]")

_ORDER = {"%d": "%m", "%m": "%d"}

_ONLY_DIGITS = ("%Y%m%d", "%d%m%Y", "%m%d%Y")

_SIZES = {"d": 2, "m": 2, "Y": 4}
"""The digits of a day, a month and a year that are written out."""


def date_parser(
    forms: DateForms | None, *, births_until: date | None = None, hint: str = ""
) -> Callable[[str], date | None]:
    """Return the parser of a column's dates; it raises ValueProblem, and returns None where there is no date.

    Without `forms` a date is YYYY-MM-DD; a time of midnight may follow. With formats, any time may follow: the civil
    day is the one written. `births_until` is the latest possible birth where the column holds dates of birth. `hint`
    ends the message on a text that is no date.
    """
    if forms is None or not forms.formats:
        none = forms.none if forms else frozenset()
        return lambda text: None if text in none else _hinted(_iso_day, text, hint)

    def read(text: str) -> date | None:
        if text in forms.none:
            return None
        if text.startswith("+00"):
            return parse_known_date(text.removeprefix("+00"))
        day = _formatted_day(text, forms, births_until)
        if day in NO_DATES:
            return None
        if not EARLIEST <= day <= LATEST:
            raise ValueProblem(f"'{text}' lies outside {EARLIEST.year} to {LATEST.year}; check the year")
        return day

    return lambda text: _hinted(read, text, hint)


def is_iso_day(text: str) -> bool:
    """Return whether a text is the ISO date of a day, and none by which databases mean that there is no date."""
    try:
        return bool(_ISO.match(text)) and parse_known_date(text) is not None
    except ValueProblem:
        return False


def other_order(date_format: str) -> str:
    """Return a format with the day and the number of the month in the other order."""
    return re.sub("%[dm]", lambda found: _ORDER[found[0]], date_format)


def check_date_format(date_format: str | None, argument: str = "date_format") -> None:
    """Raise ValueProblem that names the `argument` unless dates survive being written and parsed in a format."""
    try:
        holds = date_format in (None, EXCEL) or all(
            datetime.strptime(day.strftime(date_format), date_format).date() == day for day in _TEST_DAYS
        )
    except ValueError:
        holds = False
    if not holds:
        raise ValueProblem(f"{argument} '{date_format}' does not hold a whole date; write e.g. %d.%m.%Y or %m/%d/%Y")


def _hinted(read: Callable[[str], date | None], text: str, hint: str) -> date | None:
    try:
        return read(text)
    except ValueProblem as problem:
        if hint and "is not a date" in str(problem) and not _ISO.match(text):
            raise ValueProblem(f"{problem}{hint}") from None
        raise


def _iso_day(text: str) -> date | None:
    return parse_known_date(_MIDNIGHT.sub("", text))


def _formatted_day(text: str, forms: DateForms, births_until: date | None) -> date:
    for each in forms.formats:
        day = _by_format(text, each, forms, births_until)
        if day is not None:
            return day
    timed = _TIME.match(text)
    if timed is None:
        raise ValueProblem(_not_a_date(text, forms))
    for each in forms.formats:
        day = _by_format(timed["day"].strip().rstrip(","), each, forms, births_until)
        if day is not None:
            return _civil_day(day, timed, text, forms)
    raise ValueProblem(_not_a_date(text, forms))


def _by_format(text: str, date_format: str, forms: DateForms, births_until: date | None) -> date | None:
    """Return the day of a text without a time, or None where the format does not fit."""
    if date_format == EXCEL:
        return _of_serial(text)
    day = _of_digits(text, date_format)
    if day is None:
        if date_format in _ONLY_DIGITS:
            return None  # strptime would divide fewer digits as it likes
        try:
            day = datetime.strptime(_in_english(text), date_format).date()
        except ValueError:
            return None
    if "%y" not in date_format:
        return day
    if births_until is not None:
        # Nobody is born in the future: the latest such year that is not.
        return _in_century(day, day.year % _CENTURY + births_until.year // _CENTURY * _CENTURY, births_until)
    return day if forms.until is None else _in_century(day, _year_until(day.year, forms.until), None)


def _of_digits(text: str, date_format: str) -> date | None:
    """Return the day of a text in the usual form of a numeric format, which strptime reads ten times as slowly."""
    pattern = _digits(date_format)
    found = pattern.match(text) if pattern else None
    try:
        return date(int(found["Y"]), int(found["m"]), int(found["d"])) if found else None
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _digits(date_format: str) -> re.Pattern[str] | None:
    """Return the pattern of dates with all their digits, None for a format of anything but day, month and year."""
    if not _NUMERIC.fullmatch(date_format) or len(set(date_format) & {"d", "m", "Y"}) < len(_SIZES):
        return None
    pattern = re.escape(date_format)
    for name, size in _SIZES.items():
        pattern = pattern.replace(f"%{name}", f"(?P<{name}>[0-9]{{{size}}})")
    return re.compile(rf"{pattern}\Z")


def _in_century(day: date, year: int, latest: date | None) -> date | None:
    try:
        moved = day.replace(year=year)
        return moved if latest is None or moved <= latest else day.replace(year=year - _CENTURY)
    except ValueError:  # a 29 February that only another century has
        return None


def _year_until(year: int, until: int) -> int:
    latest = until // _CENTURY * _CENTURY + year % _CENTURY
    return latest if latest <= until else latest - _CENTURY


def _of_serial(text: str) -> date | None:
    if not _SERIAL.match(text):
        return None
    try:
        return _SERIAL_ZERO + timedelta(days=int(float(text)))
    except OverflowError:
        return None


def _in_english(text: str) -> str:
    """Return a date with the German names of months in English."""
    return _WORD.sub(lambda word: _MONTHS.get(word[0].lower(), word[0]), text)


def _civil_day(day: date, timed: re.Match[str], text: str, forms: DateForms) -> date:
    """Return the civil day of a stamp: the one written, or for universal time that of the time zone."""
    if (timed["zone"] or "").upper() not in ("Z", "UTC", "GMT"):
        return day
    if forms.timezone is None:
        raise ValueProblem(
            f"'{text}' is in universal time, which does not say the civil day; give the time zone of the site as"
            ' timezone under [dates] of the profile, e.g. "America/New_York"'
        )
    hour, minute = (int(part) for part in re.split(r"[:.,]", timed["time"])[:2])
    if timed["half"]:
        hour = hour % 12 + (12 if timed["half"][0] in "Pp" else 0)
    try:
        stamp = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
    except ValueError:
        raise ValueProblem(f"'{text}' is not a date; its time does not exist") from None
    return stamp.astimezone(ZoneInfo(forms.timezone)).date()


def _not_a_date(text: str, forms: DateForms) -> str:
    names = ["a spreadsheet's number of days" if each == EXCEL else each for each in forms.formats]
    wanted = f"the format {names[0]}" if len(names) == 1 else f"one of the formats {', '.join(names)}"
    return f"'{text}' is not a date; write {wanted}, and a day that exists"
