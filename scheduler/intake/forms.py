"""How the cells of a file are written: dates, words, codes and ids, by the field that they hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from spine_vigil.scheduler.values import Frozen, field

NO_IMAGING = "no imaging"
"""The word of a profile for rows that are no imaging and are left out."""

OTHER_STUDY = "other study"
"""The word of a profile for imaging that the edition does not know."""

EXCEL = "excel"
"""The format of dates as serial numbers of a spreadsheet: days since 1899-12-30."""


class DateForms(Frozen):
    """How dates are written: `formats` (of strptime, or EXCEL) are tried in order; none is YYYY-MM-DD.

    A two-digit year is the one in the 100 years that end with `until` (None: 1969 to 2068). Stamps in universal time
    (`Z`) are days of `timezone`, an IANA name; without one they cannot be read. A `none` text means that there is no
    date.
    """

    formats: tuple[str, ...] = ()
    until: int | None = None
    timezone: str | None = None
    none: frozenset[str] = frozenset()


class IdForms(Frozen):
    """What does not count in patient ids: quotes, `="..."`, a trailing `.0`, invisible characters; leading zeros."""

    clean: bool = False
    leading_zeros: bool = True


class CodeForms(Frozen):
    """How billing codes are read.

    `modifiers` reads codes with modifiers, several in a cell, and those of other imaging. Studies that were reduced
    (modifier 52) or stopped (53) count like others unless they are left out.
    """

    modifiers: bool = False
    leave_out_reduced: bool = False
    leave_out_stopped: bool = False


class CellForms(Frozen, kw_only=True):
    """How the cells of one file are written; everything stands under the name of a field.

    `values` gives our word for the file's (as `plain` writes it; an empty one means that nothing is known). A text of
    `null` means that nothing is known. `constants` are the texts of fields that the file lacks. `copies` are fields
    that are read from the column of another one: name -> field. With `left_out` a row is left out where one of these
    copies has one of these texts, and where its first cell starts with one of `footer` and one other is filled at
    most. `births_until` is the latest possible birth. `is_profiled` says whether there is a profile.
    """

    dates: Mapping[str, DateForms] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    null: Mapping[str, frozenset[str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    copies: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, frozenset[str]] = field(default_factory=dict)
    codes: CodeForms = CodeForms()
    ids: IdForms = IdForms()
    births_until: date | None = None
    footer: tuple[str, ...] = ()
    is_profiled: bool = False


def plain(text: str) -> str:
    """Return a text as words of a profile are compared: without case and white space."""
    return "".join(text.split()).casefold()
