"""One row of an events file, parsed cell by cell: a patient with an event, or the row's problems."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from spine_vigil.scheduler.editions.edition import CptCode, Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.records.fields import (
    ANOTHER_STUDY,
    INDEX_COLUMNS,
    LEFT_OUT,
    NO_IMAGING,
    NOBODY_PATTERN,
    PATIENT_ID,
    STUDY_COLUMNS,
    STUDY_TEXT,
    WITHOUT,
    Column,
)
from spine_vigil.scheduler.records.patients import Event, Patient, Statement, Status
from spine_vigil.scheduler.rules.studies import Modality, Study
from spine_vigil.scheduler.values import Frozen

# Contradictions between cells; {value} stands for the cell of the column.
NO_PATIENT = "the patient id is empty; every row needs one"
NOBODY = (
    "the patient id names nobody: it is a word for none, zeros, or a number that a program has shortened; give the id"
)
NO_DATE = "there is a study without a date; give the date, or leave the study empty for a row that only enrols"
NO_STUDY = "there is a date without a study; give modality and region, or cpt"
NO_MODALITY = "there is a region without a modality; give both, or cpt"
NO_REGION = "there is a modality without a region; give both, or cpt"
CPT_NEEDS_REGION = "code {value} names no region; give the region too"
MODALITY_DISAGREES = "'{value}' is not the modality of the cpt code; correct one of them"
REGION_DISAGREES = "'{value}' is not the region of the cpt code; correct one of them"
BEFORE_BIRTH = "the event is before the birth date {value}; correct one of them"
AFTER_DEATH = "the study was performed after the death on {value}; correct one of them"
NOT_YET = "a study performed on {value} lies after {as_of}, the day of the audit; correct the date or the status"

_WHITE_SPACE = "".join(c for c in map(chr, range(0x3001)) if c.isspace() and c not in "\x1c\x1d\x1e\x1f")
"""The characters trimmed from an id: white space of Unicode, as polars trims it.

Python also trims four control characters; with these, ids that one evaluator takes for two patients would be one
patient to the other.
"""

_NOBODY = re.compile(NOBODY_PATTERN)


class Problem(Frozen):
    """A problem with one cell of a row, and what to do about it."""

    column: str
    value: str
    message: str

    def __str__(self) -> str:
        return f"column {self.column}: {self.message}"


class Row(Frozen):
    """A parsed row: `event` is None for a row that only enrols; where there are `problems`, nothing else counts.

    Nothing at all counts of a row that `is_left_out`, as no imaging.
    """

    patient_id: str
    says: Statement
    event: Event | None
    problems: tuple[Problem, ...]
    is_left_out: bool = False


def read_row(
    cells: Mapping[str, str | None], edition: Edition, columns: Mapping[str, Column], as_of: date | None = None
) -> Row:
    """Parse one row. `cells` maps column names to text (None or blank: empty); unknown columns are ignored.

    A study that was performed after `as_of` is a problem (None: none is).
    """
    text = {name: (cells.get(name) or "").strip() for name in columns}
    text[PATIENT_ID] = (cells.get(PATIENT_ID) or "").strip(_WHITE_SPACE)
    problems = list(_check_patient(text[PATIENT_ID]))
    values: dict[str, Any] = {}
    for name, column in columns.items():
        if text[name]:
            try:
                value = column.parse(text[name])
                if value is None:  # the text means that nothing is known
                    text[name] = ""
                else:
                    values[name] = value
            except ValueProblem as problem:
                # Words for a study count only where there is no code, which says more.
                if name != STUDY_TEXT or not text["cpt"]:
                    problems.append(Problem(name, text[name], str(problem)))
    values = _completed(edition, values)
    if _is_left_out(values, has_code=bool(text["cpt"])):
        return Row(text[PATIENT_ID], Statement(), None, (), is_left_out=True)
    problems += _check_together(text, values, as_of)
    says = Statement(
        protocols=values.get("protocol", ()),
        index_dates={kind: values[name] for name, kind in INDEX_COLUMNS.items() if name in values},
        primary_site=values.get("primary_site"),
        facts={f.name: values.get(f.name) for f in edition.facts},
        follow_up_end=values.get("follow_up_end_date"),
        death=values.get("death_date"),
    )
    event = None if problems or "date" not in values else _event(values)
    return Row(text[PATIENT_ID], says, event, tuple(problems))


def _check_patient(patient_id: str) -> Iterator[Problem]:
    if not patient_id:
        yield Problem(PATIENT_ID, "", NO_PATIENT)
    elif _NOBODY.match(patient_id):
        yield Problem(PATIENT_ID, patient_id, NOBODY)


def _completed(edition: Edition, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values whose fields are completed by the columns that give them besides, such as a diagnosis."""
    completed = dict(values)
    for name, value in values.items():
        base, mark, _ = name.partition(WITHOUT)
        if mark and base == "protocol":
            both = {*completed.get(base, ()), *value}
            completed[base] = tuple(sorted(both, key=lambda protocol: edition.protocol_numbers[protocol.id]))
        elif mark:
            completed.setdefault(base, value)
    return completed


def _is_left_out(values: Mapping[str, Any], *, has_code: bool) -> bool:
    said = values.get("cpt") if has_code else values.get(STUDY_TEXT)
    return said == NO_IMAGING or any(value is True for name, value in values.items() if name.startswith(LEFT_OUT))


def impossible_events(event: Event, patient: Patient) -> list[Problem]:
    """Return why an event cannot have been, given what is known of the patient as a whole: birth and death."""
    birth = patient.facts.get("birth_date")
    problems = []
    if isinstance(birth, date) and event.date < birth:
        problems.append(Problem("birth_date", birth.isoformat(), BEFORE_BIRTH.replace("{value}", birth.isoformat())))
    if patient.death is not None and event.status is Status.PERFORMED and event.date > patient.death:
        death = patient.death.isoformat()
        problems.append(Problem("death_date", death, AFTER_DEATH.replace("{value}", death)))
    return problems


def _check_together(text: Mapping[str, str], values: Mapping[str, Any], as_of: date | None) -> list[Problem]:
    """Return the contradictions between cells; a cell that cannot be parsed is not compared."""
    problems = []
    has_words = bool(text.get(STUDY_TEXT))
    has_study = has_words or any(text[name] for name in STUDY_COLUMNS)
    if has_study and not text["date"]:
        problems.append(Problem("date", "", NO_DATE))
    if text["date"] and not has_study:
        problems.append(Problem("modality", "", NO_STUDY))
    code: CptCode | None = values.get("cpt")
    if code is not None and code != ANOTHER_STUDY:
        if "modality" in values and values["modality"] is not code.modality:
            problems.append(_problem("modality", text, MODALITY_DISAGREES))
        if not code.regions and not text["region"] and not _words_that_fit(values):
            problems.append(_problem("cpt", text, CPT_NEEDS_REGION))
        if code.regions and "region" in values and values["region"] != code.region_bits:
            problems.append(_problem("region", text, REGION_DISAGREES))
    elif not text["cpt"] and not has_words and bool(text["modality"]) is not bool(text["region"]):
        problems.append(Problem("modality", "", NO_MODALITY) if text["region"] else Problem("region", "", NO_REGION))
    if "birth_date" in values and "date" in values and values["date"] < values["birth_date"]:
        problems.append(_problem("birth_date", text, BEFORE_BIRTH))
    if values.get("status") is Status.PERFORMED and "date" in values:
        problems += _check_performed(text, values, as_of)
    return problems


def _check_performed(text: Mapping[str, str], values: Mapping[str, Any], as_of: date | None) -> Iterator[Problem]:
    if "death_date" in values and values["date"] > values["death_date"]:
        yield _problem("death_date", text, AFTER_DEATH)
    if as_of is not None and values["date"] > as_of:
        yield _problem("date", text, NOT_YET.replace("{as_of}", as_of.isoformat()))


def _problem(column: str, text: Mapping[str, str], message: str) -> Problem:
    return Problem(column, text[column], message.replace("{value}", text[column]))


def _words_that_fit(values: Mapping[str, Any]) -> CptCode | None:
    """Return the study that words name, where they do not contradict the modality of the code."""
    code, words = values.get("cpt"), values.get(STUDY_TEXT)
    return words if words is not None and (code is None or code.modality is words.modality) else None


def _event(values: Mapping[str, Any]) -> Event:
    code: CptCode | None = values.get("cpt")
    words = _words_that_fit(values)
    status: Status = values.get("status", Status.REQUESTED)
    if code == ANOTHER_STUDY:
        return Event(Study(code.modality, 0), values["date"], status)
    modality: Modality | None = values.get("modality") if code is None else code.modality
    regions: int | None = code.region_bits if code is not None and code.regions else values.get("region")
    if words is not None:
        modality = words.modality if modality is None else modality
        regions = words.region_bits if regions is None else regions
    assert modality is not None  # noqa: S101 - the cells were checked together
    assert regions is not None  # noqa: S101 - likewise
    return Event(Study(modality, regions), values["date"], status, code is not None and code.is_add_on)
