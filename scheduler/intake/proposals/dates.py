"""How the columns of a file seem to write dates; an order of day and month that no row settles stays open."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache

from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.intake.dates import date_parser, other_order
from spine_vigil.scheduler.intake.forms import EXCEL, DateForms
from spine_vigil.scheduler.intake.proposals.samples import ColumnSample
from spine_vigil.scheduler.values import Frozen

_FORMATS = (
    "%Y-%m-%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%m-%d-%Y",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d. %b %Y",
    "%d. %B %Y",
    "%d %B %Y",
    "%d%b%Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%d%b%Y:%H:%M:%S",
    "%Y%m%d%H%M%S",
    "%Y%m%d%H%M",
    EXCEL,
    "%m/%d/%y",
    "%d/%m/%y",
    "%d.%m.%y",
    "%m-%d-%y",
    "%d-%m-%y",
    "%d-%b-%y",
    "%d %b %y",
    "%b %d, %y",
)
"""The formats that are tried, in the order in which a profile would."""

_FIRST_SERIAL, _LAST_SERIAL = date(1907, 1, 1), date(2150, 1, 1)
"""The days that serial numbers may mean; a number up to 2199 is a year."""

_NO_DAY = re.compile(r"^(?:0{1,4}[-/.]?0{1,2}[-/.]?0{1,4}|9{2}[-/.]9{2}[-/.]9{4}|9{8})(?:[ T][0:.]+)?$")
"""Texts for a date that is not known."""

_UNIVERSAL = re.compile(r"\d(?:Z|z| UTC| GMT)$")

_MOST_TEXTS = 50_000
"""The most texts of a column that are looked at."""


class DateReading(Frozen):
    """How a column seems to write dates.

    `formats` are needed to read its texts, in order; `twins` are those of them whose order of month and day no text
    settles, or, where `is_mixed`, some texts say one and some the other. `none` are texts for no date, `fraction` is
    the part of the rows that can be read, `is_universal` says that stamps are in universal time. `has_short_years` says
    that years have two digits.
    """

    formats: tuple[str, ...]
    twins: tuple[str, ...]
    none: tuple[str, ...]
    fraction: float
    is_universal: bool
    is_mixed: bool = False

    @property
    def has_short_years(self) -> bool:
        """Whether years have two digits."""
        return any("%y" in each for each in self.formats)


def read_dates(column: ColumnSample) -> DateReading:
    """Return how a column seems to write dates."""
    texts = dict(list(column.words.items())[:_MOST_TEXTS])
    none = tuple(text for text in texts if _NO_DAY.match(text))
    given = {text: count for text, count in texts.items() if text not in none}
    fits = {text: _fitting(text) for text in given}
    formats = _needed([found for found in fits.values() if found])
    settled, twins, is_mixed = _settled(formats, fits)
    total = sum(given.values())
    read = sum(count for text, count in given.items() if fits[text] & set(settled))
    is_universal = any(_UNIVERSAL.search(text) for text in given)
    return DateReading(settled, twins, none, read / total if total else 0.0, is_universal, is_mixed)


@cache
def _parsers() -> Mapping[str, Callable[[str], date | None]]:
    return {each: date_parser(DateForms((each,), until=2060, timezone="UTC")) for each in _FORMATS}


@cache
def _fitting(text: str) -> frozenset[str]:
    """Return the formats that read a text as a date of a plausible year."""
    found = set()
    for each in _candidates(text):
        try:
            day = _parsers()[each](text)
        except ValueProblem:
            continue
        if each != EXCEL or (day is not None and _FIRST_SERIAL <= day <= _LAST_SERIAL):
            found.add(each)
    return frozenset(found)


def _candidates(text: str) -> Sequence[str]:
    """Return the formats that a text may be in, by its first sign that is no digit; most texts need few of them."""
    if re.fullmatch(r"\d{1,6}(?:\.\d+)?", text):
        return (EXCEL,)
    if re.fullmatch(r"\d{8,14}", text):
        return tuple(each for each in _FORMATS if each.startswith("%Y%m"))
    sign = next((c for c in text if not c.isdigit()), "")
    if sign.isalpha():
        return tuple(each for each in _FORMATS if each[1] in "bB" or each.startswith("%d%b"))
    return tuple(each for each in _FORMATS if sign in each.replace("%", ""))


def _needed(fits: Sequence[frozenset[str]]) -> tuple[str, ...]:
    """Return few formats that read all texts: again and again the one that reads most of what is left."""
    left, chosen = list(fits), []
    while left:
        best = max(_FORMATS, key=lambda each: (sum(each in found for found in left), -_FORMATS.index(each)))
        if not any(best in found for found in left):
            break
        chosen.append(best)
        left = [found for found in left if best not in found]
    return tuple(sorted(chosen, key=_FORMATS.index))


def _settled(
    formats: Sequence[str], fits: Mapping[str, frozenset[str]]
) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Return formats of which only one of two twins is taken, those of them in doubt, and whether both are in use."""
    settled, open_ones, is_mixed = list(formats), [], False
    for first in (each for each in _FORMATS if each.startswith("%m")):
        second = other_order(first)
        here = [found for found in fits.values() if first in found or second in found]
        if not here:
            continue
        only_first, only_second = (
            sum(one in found and other not in found for found in here)
            for one, other in ((first, second), (second, first))
        )
        settled = [each for each in settled if each not in (first, second)]
        likely = second if only_second > only_first else first
        settled.append(likely)
        if bool(only_first) == bool(only_second):
            open_ones.append(likely)
            is_mixed |= only_first > 0
    return tuple(sorted(settled, key=_FORMATS.index)), tuple(open_ones), is_mixed
