"""The columns of an events file: the parser of each cell, and its encoding as a small whole number in a frame."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import Any

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import UnknownName
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.dates import parse_date
from spine_vigil.scheduler.rules.facts import FactKind, IndexKind, parse_boolean, parse_number
from spine_vigil.scheduler.rules.studies import Modality, parse_modality, parse_regions, parse_site
from spine_vigil.scheduler.values import Frozen

EPOCH = date(1970, 1, 1).toordinal()
MODALITIES = tuple(Modality)
STATUSES = tuple(Status)

PATIENT_ID = "patient_id"
STUDY_COLUMNS = ("cpt", "modality", "region")
INDEX_COLUMNS = {kind.column: kind for kind in IndexKind}
DATE_COLUMNS = ("date", *INDEX_COLUMNS, "follow_up_end_date", "birth_date")


class Kind(Enum):
    """The type of a cell, for the data dictionary."""

    TEXT = "text"
    NAME = "name"
    DATE = "date"
    BOOLEAN = "boolean"
    NUMBER = "number"


class Column(Frozen):
    """One column that vigil reads.

    `parse` reads a trimmed, non-empty cell and raises ValueProblem; `encode` returns the whole number that stands for
    the value in a frame (a date: days since 1970-01-01; regions: a bit set; a protocol, modality, code or status: its
    index; a boolean: 0 or 1), or the number itself.
    """

    name: str
    kind: Kind
    parse: Callable[[str], Any]
    encode: Callable[[Any], float]
    meaning: str


_MEANINGS = {
    "date": "date of the event",
    "diagnosis_date": "index date: diagnosis",
    "treatment_end_date": "index date: end of the latest treatment",
    "surgery_date": "index date: definitive surgery",
    "radiation_start_date": "index date: first day of radiation",
    "radiation_end_date": "index date: last day of radiation",
    "progression_date": "index date: progression or recurrence",
    "follow_up_end_date": "death, hospice or transfer: nothing is due from then on",
    "birth_date": "date of birth",
}


def parse_status(text: str) -> Status:
    """Read the status of an event, in any case. Raises UnknownName."""
    try:
        return Status(text.lower())
    except ValueError:
        raise UnknownName("status", text, [s.value for s in Status]) from None


def day_number(day: date) -> int:
    """Return a date as the days since 1970-01-01."""
    return day.toordinal() - EPOCH


def event_columns(edition: Edition, date_format: str | None = None) -> dict[str, Column]:
    """Return every column that an events file of this edition may hold, by name, except `patient_id`."""

    def read_date(text: str) -> date:
        return parse_date(text, date_format)

    columns = [
        Column(
            "protocol",
            Kind.NAME,
            edition.protocol,
            lambda p: edition.protocol_numbers[p.id],
            "protocol id; empty: no surveillance",
        ),
        Column("modality", Kind.NAME, parse_modality, MODALITIES.index, "how the image is made"),
        Column("region", Kind.NAME, parse_regions, int, "one or more regions joined by |"),
        Column(
            "cpt",
            Kind.NAME,
            edition.cpt,
            lambda c: edition.cpt_numbers[c.code],
            "billing code, instead of modality and region",
        ),
        Column("status", Kind.NAME, parse_status, STATUSES.index, "what became of the event; empty: requested"),
        Column("primary_site", Kind.NAME, parse_site, int, "region of the primary tumor; empty: unknown"),
    ]
    columns += [Column(name, Kind.DATE, read_date, day_number, _MEANINGS[name]) for name in DATE_COLUMNS]
    known = {c.name for c in columns}
    readers: dict[FactKind, tuple[Kind, Callable[[str], Any], Callable[[Any], float]]] = {
        FactKind.BOOLEAN: (Kind.BOOLEAN, parse_boolean, int),
        FactKind.NUMBER: (Kind.NUMBER, parse_number, float),
        FactKind.DATE: (Kind.DATE, read_date, day_number),
    }
    columns += [Column(f.name, *readers[f.kind], f.meaning) for f in edition.facts if f.name not in known]
    return {c.name: c for c in columns}
