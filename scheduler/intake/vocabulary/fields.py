"""Names of columns in other systems, and which fields they may hold."""

from __future__ import annotations

import re
from functools import cache

from spine_vigil.scheduler.intake.vocabulary.tables import parts, read_table

IGNORED = "ignored"
NAME = "name"
OTHER_KINDS = (
    "study_text",
    "modifier",
    "diagnosis_code",
    "diagnosis_text",
    "morphology",
    "topography",
    "accession",
    NAME,
    IGNORED,
)
"""What a column may hold besides the fields of an events file; one with a person's `name` is never read."""

_DATE_ENDING = re.compile(r"(?:date|dt)?(?:time|tm)$|dt$")
"""How systems end the name of a date: `DtTm`, `Date/Time`, `Dt`."""

_NUMBER_ENDING = re.compile(r"(?:number|no|nr)$")


def fields_of(column: str) -> tuple[str, ...]:
    """Return the fields that a column of this name may hold, likeliest first; none where the name is unknown.

    Case, blanks, punctuation, accents, a table's name in front (`Patient.birthDate`), a number or a remark in brackets
    behind do not count. The fields are those of an events file and OTHER_KINDS.
    """
    names = _names()
    plain_column = re.sub(r"[(\[].*", "", column) or column
    for text in (column, plain_column, re.split(r"[.:]", plain_column.rstrip(".: "))[-1]):
        plain = _plain(text)
        for name in (plain, _NUMBER_ENDING.sub("", plain), re.sub(r"\d+$", "", plain), _DATE_ENDING.sub("date", plain)):
            if name in names:
                return names[name]
    return ()


@cache
def _names() -> dict[str, tuple[str, ...]]:
    return {_plain(row["name"]): parts(row["fields"]) for row in read_table("field_names")}


def _plain(column: str) -> str:
    from unicodedata import normalize

    return re.sub(r"[^a-z0-9]", "", normalize("NFKD", column.replace("#", " number")).casefold())
