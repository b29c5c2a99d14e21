"""The columns of an events file: the parser of each cell, and its encoding as a small whole number in a frame."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import Enum
from functools import partial
from threading import Lock
from typing import Any

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import UnknownName, ValueProblem
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.dates import parse_date, parse_known_date
from spine_vigil.scheduler.rules.facts import FactKind, IndexKind, parse_boolean, parse_number
from spine_vigil.scheduler.rules.schedules import Protocol
from spine_vigil.scheduler.rules.studies import Modality, parse_modality, parse_regions, parse_site
from spine_vigil.scheduler.values import Frozen

EPOCH = date(1970, 1, 1).toordinal()
MODALITIES = tuple(Modality)
STATUSES = tuple(Status)

PATIENT_ID = "patient_id"
STUDY_COLUMNS = ("cpt", "modality", "region")
INDEX_COLUMNS = {kind.column: kind for kind in IndexKind}
DATE_COLUMNS = ("date", *INDEX_COLUMNS, "follow_up_end_date", "death_date", "birth_date")


class ProtocolSets:
    """Numbers for the protocols that one cell names: a single one has its number in the edition.

    Several have the next free number, in the order in which they are first met; safe for any thread.
    """

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._sets: list[tuple[int, ...]] = [(number,) for number, _ in enumerate(edition.protocols)]
        self._numbers: dict[tuple[int, ...], int] = {numbers: number for number, numbers in enumerate(self._sets)}
        self._turn = Lock()

    def number(self, protocols: tuple[Protocol, ...]) -> int:
        """Return the number of some protocols, in the order of the edition."""
        numbers = tuple(self._edition.protocol_numbers[protocol.id] for protocol in protocols)
        with self._turn:
            if numbers not in self._numbers:
                self._numbers[numbers] = len(self._sets)
                self._sets.append(numbers)
            return self._numbers[numbers]

    def protocols(self, number: int) -> tuple[int, ...]:
        """Return the numbers in the edition of the protocols that stand under a number."""
        return self._sets[number]


class Kind(Enum):
    """The type of a cell, for the data dictionary."""

    TEXT = "text"
    NAME = "name"
    DATE = "date"
    BOOLEAN = "boolean"
    NUMBER = "number"


class Column(Frozen):
    """One column that vigil reads.

    `parse` reads a trimmed, non-empty cell and raises ValueProblem; None is an empty cell after all. `encode` returns
    the whole number that stands for the value in a frame (a date: days since 1970-01-01; regions: a bit set; a
    modality, code or status: its index; protocols: see ProtocolSets; a boolean: 0 or 1), or the number itself.
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
    "follow_up_end_date": "hospice, transfer or death: nothing is due from then on",
    "death_date": "death: ends follow-up, and no study can have been performed after it",
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


def parse_protocols(edition: Edition, text: str) -> tuple[Protocol, ...]:
    """Read one or more protocols joined by `|`, in any case, in the order of the edition.

    Raises UnknownName or ValueProblem.
    """
    parts = text.split("|")
    if any(mark in text for mark in ",;"):
        raise ValueProblem(f"'{text}' is no protocol; join several protocols by |")
    if not all(part.strip() for part in parts):
        raise ValueProblem(f"protocol '{text}' has an empty part; join protocols by a single |")
    protocols = {edition.protocol(part) for part in parts}
    return tuple(sorted(protocols, key=lambda protocol: edition.protocol_numbers[protocol.id]))


def event_columns(
    edition: Edition, date_format: str | None = None, protocol_sets: ProtocolSets | None = None
) -> dict[str, Column]:
    """Return every column that an events file of this edition may hold, by name, except `patient_id`.

    `protocol_sets` numbers the protocols of a cell (None: those of these columns alone).
    """
    sets = ProtocolSets(edition) if protocol_sets is None else protocol_sets

    def read_date(text: str) -> date | None:
        return parse_known_date(text, date_format)

    def read_day(text: str) -> date:
        return parse_date(text, date_format)

    columns = [
        Column(
            "protocol",
            Kind.NAME,
            partial(parse_protocols, edition),
            sets.number,
            "protocol id, or several joined by |; empty: those of the patient's courses, if any",
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
    columns += [
        Column(name, Kind.DATE, read_day if name == "date" else read_date, day_number, _MEANINGS[name])
        for name in DATE_COLUMNS
    ]
    known = {c.name for c in columns}
    readers: dict[FactKind, tuple[Kind, Callable[[str], Any], Callable[[Any], float]]] = {
        FactKind.BOOLEAN: (Kind.BOOLEAN, parse_boolean, int),
        FactKind.NUMBER: (Kind.NUMBER, parse_number, float),
        FactKind.DATE: (Kind.DATE, read_date, day_number),
    }
    columns += [Column(f.name, *readers[f.kind], f.meaning) for f in edition.facts if f.name not in known]
    return {c.name: c for c in columns}
