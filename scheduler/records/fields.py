"""The columns of an events file: the parser of each cell, and its encoding as a small whole number in a frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import Enum
from functools import partial
from threading import Lock
from typing import Any

from spine_vigil.scheduler.editions.edition import CptCode, Edition
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
NOBODY_PATTERN = (
    r"(?i)^[\"'=]*(?:[\[(<]?(?:null?|none|nil|n/a|n\.a\.|na|nan|nat|blank)[\])>]?|"
    r"\\n|#(?:n/?a|null!|value!|ref!|name\?|div/0!)|"
    r"unk|unkn|ukn|u/k|unknown|unbekannt|undefined|unidentified|missing|empty|"
    r"not (?:available|applicable|documented|recorded|known)|"
    r"no (?:data|id|mrn)|tbd|anon|anonymous|anonymized|de-?identified|redacted|restricted|various|multiple|see note|"
    r"test|(?:z+|test ?)(?:test|patient)|dummy|temp|tmp|john doe|jane doe|x{3,8}|9{6,12}|-1|0+(?:[.\-/]0+)*|[\W_]+|"
    r"[+-]?\d+(?:[.,]\d+)?e\+\d+|[+-]?\d+[.,]\d+e\d+)[\"']*$"
)
"""Trimmed ids that name nobody: words for none, zeros, punctuation, and numbers that a program has shortened (1.0E+05).

The syntax is one that Python and polars share.
"""

STUDY_COLUMNS = ("cpt", "modality", "region")
INDEX_COLUMNS = {kind.column: kind for kind in IndexKind}
EVENT_DATE = "date"
DATE_COLUMNS = (EVENT_DATE, *INDEX_COLUMNS, "follow_up_end_date", "death_date", "birth_date")


STUDY_TEXT = "study_text"
"""The field of a study's name in words; only a profile reads it, where the row has no code."""

ANOTHER_STUDY = CptCode("another study", Modality.OTHER)
"""Imaging that the edition does not know."""

NO_IMAGING = CptCode("no imaging", Modality.OTHER)
"""A code or a name that is no imaging: its row is left out."""

WITHOUT = "@"
"""Separates a field from the column that gives it where the row itself does not: `protocol@diagnosis`."""

LEFT_OUT = ("left_out.", "modifier")
"""How the names of fields start that say whether a row is left out."""


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

    def union(self, first: int, second: int) -> int:
        """Return the number of the protocols that stand under either number."""
        both = {*self.protocols(first), *self.protocols(second)}
        return self.number(tuple(self._edition.protocols[number] for number in sorted(both)))

    def protocols(self, number: int) -> tuple[int, ...]:
        """Return the numbers in the edition of the protocols that stand under a number."""
        return self._sets[number]


class Studies:
    """Numbers for the studies that cells of codes or words name: a code of the edition has its number there.

    Others have the next free number, in the order in which they are first met; safe for any thread.
    """

    def __init__(self, edition: Edition) -> None:
        self._codes: list[CptCode] = list(edition.cpt_codes)
        self._numbers: dict[CptCode, int] = {code: number for number, code in enumerate(self._codes)}
        self._turn = Lock()

    def number(self, code: CptCode) -> int:
        """Return the number of a study."""
        with self._turn:
            if code not in self._numbers:
                self._numbers[code] = len(self._codes)
                self._codes.append(code)
            return self._numbers[code]

    def codes(self) -> Sequence[CptCode]:
        """Return the studies so far, in the order of their numbers."""
        with self._turn:
            return tuple(self._codes)


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
    edition: Edition, protocol_sets: ProtocolSets | None = None, studies: Studies | None = None
) -> dict[str, Column]:
    """Return every column that an events file of this edition may hold, by name, except `patient_id`.

    `protocol_sets` numbers the protocols of a cell, `studies` the codes (None: those of these columns alone).
    """
    sets = ProtocolSets(edition) if protocol_sets is None else protocol_sets
    codes = Studies(edition) if studies is None else studies
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
        Column("cpt", Kind.NAME, edition.cpt, codes.number, "billing code, instead of modality and region"),
        Column("status", Kind.NAME, parse_status, STATUSES.index, "what became of the event; empty: requested"),
        Column("primary_site", Kind.NAME, parse_site, int, "region of the primary tumor; empty: unknown"),
    ]
    columns += [
        Column(name, Kind.DATE, parse_date if name == EVENT_DATE else parse_known_date, day_number, _MEANINGS[name])
        for name in DATE_COLUMNS
    ]
    known = {c.name for c in columns}
    columns += [Column(f.name, *_FACT_READERS[f.kind], f.meaning) for f in edition.facts if f.name not in known]
    return {c.name: c for c in columns}


_FACT_READERS: dict[FactKind, tuple[Kind, Callable[[str], Any], Callable[[Any], float]]] = {
    FactKind.BOOLEAN: (Kind.BOOLEAN, parse_boolean, int),
    FactKind.NUMBER: (Kind.NUMBER, parse_number, float),
    FactKind.DATE: (Kind.DATE, parse_known_date, day_number),
}
"""How the cells of facts are read."""
