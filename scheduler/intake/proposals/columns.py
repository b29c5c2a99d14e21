"""Which field each column of a file seems to hold: by its name, and by whether its texts fit the field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.intake.columns import DIAGNOSIS
from spine_vigil.scheduler.intake.proposals.dates import read_dates
from spine_vigil.scheduler.intake.proposals.samples import ColumnSample, FileSample
from spine_vigil.scheduler.intake.proposals.words import candidates_of, is_ours
from spine_vigil.scheduler.intake.vocabulary.billing_codes import is_modifier, read_codes
from spine_vigil.scheduler.intake.vocabulary.disease_words import candidates_of_words
from spine_vigil.scheduler.intake.vocabulary.fields import fields_of
from spine_vigil.scheduler.intake.vocabulary.site_words import names_places
from spine_vigil.scheduler.intake.vocabulary.status_words import ambiguous_status, status_of
from spine_vigil.scheduler.intake.vocabulary.study_words import modality_of, read_study, regions_of
from spine_vigil.scheduler.records.data_dictionary import patient_columns
from spine_vigil.scheduler.records.fields import (
    DATE_COLUMNS,
    PATIENT_ID,
    STUDY_TEXT,
    Kind,
    event_columns,
)
from spine_vigil.scheduler.values import Frozen

_AS_FIELDS = {"diagnosis_code": DIAGNOSIS, "diagnosis_text": DIAGNOSIS, "morphology": DIAGNOSIS}
"""Kinds of columns that are read as a field of another name."""

_SEVERAL = (DIAGNOSIS, "modifier")

_MOST_WORDS = 500
"""The most texts of a column by which it is judged whether they fit a field."""

_ENOUGH = 0.5
"""The part of a column's rows that must fit a field."""


class ColumnReading(Frozen):
    """A column with the field that it seems to hold, or None; `fit` is the part of the rows whose texts fit it."""

    sample: ColumnSample
    field: str | None
    fit: float = 0.0

    @property
    def name(self) -> str:
        """The name of the column."""
        return self.sample.name


def read_columns_of(
    sample: FileSample, edition: Edition, known: Mapping[str, str], *, is_patients: bool = False
) -> list[ColumnReading]:
    """Return the columns of a file with the fields that they seem to hold; no field has two columns.

    `known` are the fields of columns that a profile has already, "" for those that are not read. `is_patients` takes
    the fields of a patients file alone.
    """
    wanted = {PATIENT_ID, *patient_columns(edition), DIAGNOSIS} if is_patients else None
    offers = {column.name: _offers(column, edition, wanted) for column in sample.columns if column.name not in known}
    taken = dict(known)
    for rank in range(max(map(len, offers.values()), default=0)):
        ranked = [(offer[rank][1], column, offer[rank][0]) for column, offer in offers.items() if len(offer) > rank]
        for fit, column, name in sorted(ranked, key=lambda each: -each[0]):
            is_free = name in _SEVERAL or name not in taken.values()
            if fit >= _ENOUGH and is_free and column not in taken:
                taken[column] = name
    return [
        ColumnReading(
            column,
            taken.get(column.name) or None,
            1.0 if column.name in known else dict(offers[column.name]).get(taken.get(column.name, ""), 0.0),
        )
        for column in sample.columns
    ]


def _offers(column: ColumnSample, edition: Edition, wanted: set[str] | None) -> list[tuple[str, float]]:
    """Return the fields that a column may hold by its name, likeliest first, each with how well its texts fit."""
    known = (PATIENT_ID, *event_columns(edition))
    names = [column.name] if column.name in known else [_AS_FIELDS.get(name, name) for name in fields_of(column.name)]
    names = [name for name in dict.fromkeys(names) if name in (*known, STUDY_TEXT, DIAGNOSIS, "modifier")]
    if wanted is not None:
        names = [name for name in names if name in wanted]
    return [(name, 1.0 if not column.words else fit_of(column, name, edition)) for name in names]


def fit_of(column: ColumnSample, name: str, edition: Edition) -> float:
    """Return the part of a column's rows whose texts fit a field."""
    if name in DATE_COLUMNS or event_columns(edition).get(name, _TEXT).kind is Kind.DATE:
        return read_dates(column).fraction
    fits = _tests(edition).get(name) or partial(is_ours, edition, name)
    words = dict(list(column.words.items())[:_MOST_WORDS])
    return sum(count for text, count in words.items() if fits(text)) / max(sum(words.values()), 1)


class _Text(Frozen):
    kind: Kind = Kind.TEXT


_TEXT = _Text()


def _tests(edition: Edition) -> Mapping[str, Callable[[str], bool]]:
    """Return, for fields whose words differ from file to file, whether a text may be one of them."""
    return {
        PATIENT_ID: lambda text: len(text) <= _LONGEST_ID,
        "status": lambda text: status_of(text) is not None or bool(ambiguous_status(text)),
        "cpt": lambda text: bool(read_codes(text).codes),
        "modality": lambda text: modality_of(text) is not None or is_ours(edition, "modality", text),
        "region": lambda text: bool(regions_of(text)) or is_ours(edition, "region", text),
        "primary_site": lambda text: names_places(text) or is_ours(edition, "primary_site", text),
        "protocol": lambda text: is_ours(edition, "protocol", text) or bool(candidates_of_words(text)),
        "modifier": lambda text: all(map(is_modifier, text.upper().replace(",", " ").split())),
        STUDY_TEXT: lambda text: read_study(text).modality is not None,
        DIAGNOSIS: lambda text: bool(candidates_of(text) or _ICD.fullmatch(text)),
    }


_LONGEST_ID = 64

_ICD = re.compile(r"[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?", re.IGNORECASE)
"""The form of a code of ICD-10-CM."""
