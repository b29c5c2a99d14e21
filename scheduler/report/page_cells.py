"""Cells of the page of a report: numbers, shares and texts as HTML, and what stands where there is no number."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from spine_vigil.scheduler.pictures.charts import percent
from spine_vigil.scheduler.report.model import SUPPRESSED

Row = Mapping[str, Any]
"""A row of a table of a report by the names of its columns."""

Cell = Callable[[Row], str]
"""What makes a cell of a row, as HTML."""


def _spoken(sign: str, words: str) -> str:
    return f'<span aria-hidden="true">{sign}</span><span class="spoken">{words}</span>'


LEFT_OUT = _spoken("*", "left out to protect small numbers")
"""A cell that is left out as small."""

NOTHING = _spoken("\u2013", "none")
"""A cell without a value, such as a share of nothing."""


def is_left_out(row: Row, *names: str) -> bool:
    """Return whether one of some columns is left out of a row as small."""
    return not set(names).isdisjoint((row[SUPPRESSED] or "").split(";"))


def plain(value: object) -> str:
    """Return a text of the input as it may stand in a picture: without control codes."""
    return "".join(c if c.isprintable() else "\ufffd" for c in str(value))


def heading_of(column: str) -> str:
    """Return a column of the input as the head of a column: its first letter is a capital, the others stay."""
    return plain(column[:1].upper() + column[1:])


def text(value: object) -> str:
    """Return a text of the input as HTML, whatever its direction of writing."""
    return f"<bdi>{escape(plain(value))}</bdi>"


def name(value: object) -> str:
    """Return a name as HTML that may be broken between its parts."""
    broken = re.sub(r"([./_=])", r"\1<wbr>", escape(plain(value)))
    return f"<bdi>{broken}</bdi>"


def day(value: date) -> str:
    """Return a day that is not broken across lines."""
    return f'<span class="day">{value}</span>'


def count(row: Row, name: str) -> str:
    """Return a whole number with separators."""
    return _cell(row, (name,), lambda value: f"{value:,}")


def decimal(row: Row, name: str) -> str:
    """Return a number with two decimals."""
    return _cell(row, (name,), lambda value: f"{value:,.2f}")


def share(row: Row, name: str = "share") -> str:
    """Return a share in percent."""
    return _cell(row, (name,), percent)


def span(row: Row, low: str = "low", high: str = "high") -> str:
    """Return two shares as a span in percent."""
    return _cell(row, (low, high), span_words)


def span_words(low: float, high: float) -> str:
    """Return two shares as a span: `74.1 to 81.0 %`."""
    first = percent(low).removesuffix("\u00a0%")
    return f"{first} to {percent(high)}"


def share_and_span(row: Row, name: str) -> str:
    """Return a share with its interval below it; the interval has the columns `NAME_low` and `NAME_high`."""
    inside = share(row, name)
    if row[name] is None:
        return inside
    return f'{inside}<br><span class="small">{span(row, f"{name}_low", f"{name}_high")}</span>'


def days(row: Row, name: str) -> str:
    """Return a number of days with its interval below it; an end that is not known is left open."""
    if row[name] is None:
        return LEFT_OUT if is_left_out(row, name) else NOTHING
    low, high = ("" if row[f"{name}_{end}"] is None else f"{row[f'{name}_{end}']:g}" for end in ("low", "high"))
    interval = f"{low} to {high}" if high else f"{low} or more" if low else ""
    return f'{row[name]:g}<br><span class="small">{interval}</span>' if interval else f"{row[name]:g}"


def _cell(row: Row, names: Sequence[str], words: Any) -> str:
    values = [row[name] for name in names]
    if None in values:
        return LEFT_OUT if is_left_out(row, *names) else NOTHING
    return str(words(*values))
