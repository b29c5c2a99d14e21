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


def fields_of(column: str) -> tuple[str, ...]:
    """Return the fields that a column of this name may hold, likeliest first; none where the name is unknown.

    Case, blanks, punctuation and accents do not count. The fields are those of an events file and OTHER_KINDS.
    """
    names = _names()
    for text in (column, re.split(r"[.:]", column.rstrip(".: "))[-1]):  # `Patient.birthDate`: the table stands before
        plain = _plain(text)
        for name in (plain, plain.removesuffix("number"), re.sub(r"\d+$", "", plain)):
            if name in names:
                return names[name]
    return ()


@cache
def _names() -> dict[str, tuple[str, ...]]:
    return {_plain(row["name"]): parts(row["fields"]) for row in read_table("field_names")}


def _plain(column: str) -> str:
    from unicodedata import normalize

    return re.sub(r"[^a-z0-9]", "", normalize("NFKD", column.replace("#", " number")).casefold())
