"""The data dictionary: every column that vigil reads or adds, rendered from the code that reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.answers.reasons import Reason, Timeliness, Verdict
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.fields import (
    DATE_COLUMNS,
    INDEX_COLUMNS,
    PATIENT_ID,
    STATUSES,
    Column,
    Kind,
    event_columns,
)
from spine_vigil.scheduler.rules.facts import Fact, FactKind, Level
from spine_vigil.scheduler.rules.schedules import Protocol
from spine_vigil.scheduler.rules.studies import NAMED_MODALITIES, REGIONS, Place

EVENT_COLUMNS = ("protocol", "modality", "region", "cpt", "date", "status")
"""The columns that say what was done, or asked for, and when; the protocol is the patient's."""

ENDS = ("follow_up_end_date", "death_date")
"""The columns that end what is due."""

FACT_VALUES = {
    FactKind.BOOLEAN: "true/false, yes/no, y/n, t/f or 1/0; empty: unknown",
    FactKind.NUMBER: "a number, with a point for decimals; empty: unknown",
    FactKind.DATE: "YYYY-MM-DD; empty: unknown",
}
"""How the values of a fact are written in files."""

_KIND_WORDS = {Kind.NAME: "name, in any case", Kind.DATE: "date, YYYY-MM-DD"}
_RESULTS = {
    "decision": f"{', '.join(v.value for v in Verdict)}; empty: not judged, see the reason",
    "reason": "why; best first: " + ", ".join(r.value for r in Reason),
    "timing": f"{', '.join(t.value for t in Timeliness)}; empty where no window decided",
    "route": "what decided: PROTOCOL/SCHEDULE, the protocol alone, or indication.NAME",
    "section": "where in the guideline",
    "reference_date": "the date from which the window counts",
    "opens": "first day of the window",
    "closes": "last day of the window",
    "days_from_window": "days from the window: negative before it opens, 0 inside, positive after it closes",
    "next_allowed": "earliest date from the requested one on that would be within without grace; empty: none",
    "missing": "what would have to be documented, joined by ;",
    "undecided_regions": "regions of the study of which the route does not speak, joined by |; elsewhere: those of a"
    " whole body",
    "unread_rows": "how many rows of the same patient cannot be read; empty: none",
    "combination": "supported, not_listed or needs_info, where several studies of one date have criteria of their own;"
    " empty: no such combination",
    "explanation": "why, in words",
}


def patient_columns(edition: Edition) -> tuple[str, ...]:
    """Return the columns that a patients file may hold beside the patient id: what holds for all of its events."""
    facts = (f.name for f in edition.facts if f.level is Level.PATIENT)
    names = ("protocol", *INDEX_COLUMNS, "primary_site", *ENDS, "birth_date", *facts)
    return tuple(dict.fromkeys(names))


def template_columns(edition: Edition, protocol: Protocol | None = None) -> tuple[str, ...]:
    """Return the columns of an empty events file: all columns, or those that a protocol needs.

    A protocol needs the event itself, the index dates from which its schedules count or at which they
    stop, the primary site where a schedule images it, and its facts, under any reading.
    """
    if protocol is None:
        names = (*EVENT_COLUMNS, *INDEX_COLUMNS, "primary_site", *ENDS, *event_columns(edition))
        return PATIENT_ID, *dict.fromkeys(names)
    schedules = protocol.schedules
    kinds = {kind for schedule in schedules for kind in (*schedule.index_kinds, *schedule.stops_at)}
    depends_on_site = any(
        place in (Place.PRIMARY_SITE, Place.SPINAL_PRIMARY_SITE) for s in schedules for place in s.study.places
    )
    facts = {fact for schedule in schedules for fact in schedule.facts()}
    return (
        PATIENT_ID,
        *(name for name in EVENT_COLUMNS if name != "cpt"),
        *(name for name, kind in INDEX_COLUMNS.items() if kind in kinds),
        *(["primary_site"] if depends_on_site else []),
        *(fact.name for fact in edition.facts if fact.name in facts),
    )


def kind_text(fact: Fact) -> str:
    """Return the kind of a fact's value with its unit: `boolean`, `number in years`, `date`."""
    return f"{fact.kind.value} in {fact.unit}" if fact.unit else fact.kind.value


def data_dictionary(edition: Edition) -> str:
    """Return the data dictionary of an edition as Markdown."""
    return "\n".join(_lines(edition)) + "\n"


def _lines(edition: Edition) -> Iterator[str]:
    yield "# Data dictionary"
    yield ""
    yield f"What vigil reads and adds under the edition `{edition.id}`. Rendered from the code by"
    yield "`python sample_cohorts/make.py`; do not edit."
    yield ""
    yield "## Columns of an events file"
    yield ""
    yield "One row is one imaging event, or, without study and date, a patient who is enrolled. Any order of columns;"
    yield "columns that are not named here are carried through. An empty cell is unknown. A file whose columns have"
    yield "other names is read with `--map`. Columns of level `patient` can stand in a patients file instead"
    yield "(`--patients`), once per patient and course, or in a row that only enrols."
    yield ""
    yield from _base_columns(edition)
    for level, title in ((Level.PATIENT, "Facts of a patient"), (Level.EVENT, "Facts of an event")):
        yield ""
        yield f"### {title}"
        yield ""
        yield from _fact_columns(fact for fact in edition.facts if fact.level is level)
    yield ""
    yield from (f"- {kind.value}: {text}" for kind, text in FACT_VALUES.items())
    yield ""
    yield "## Names"
    yield ""
    yield f"- modality: {_listed(m.value for m in NAMED_MODALITIES)}"
    yield f"- region: {_listed(REGIONS)}"
    yield f"- status: {_listed(s.value for s in STATUSES)}"
    yield f"- protocol: {_listed(p.id for p in edition.protocols)}"
    yield f"- cpt: {_listed(c.code for c in edition.cpt_codes)}"
    yield ""
    yield "## Columns that an audit adds"
    yield ""
    yield "| column | meaning |"
    yield "| --- | --- |"
    yield from (f"| `{name}` | {_RESULTS[name]} |" for name in RESULT_COLUMNS)


def _base_columns(edition: Edition) -> Iterator[str]:
    columns = event_columns(edition)
    names = dict.fromkeys((*EVENT_COLUMNS, *DATE_COLUMNS, *columns))
    of_patient = patient_columns(edition)
    yield "| column | holds | level | meaning |"
    yield "| --- | --- | --- | --- |"
    yield f"| `{PATIENT_ID}` | text, never empty | patient | who; any id that tells patients apart |"
    for name in names:
        if name not in edition.facts_by_name:
            level = Level.PATIENT if name in of_patient else Level.EVENT
            yield f"| `{name}` | {_holds(columns[name])} | {level.value} | {_cell(columns[name].meaning)} |"


def _fact_columns(facts: Iterable[Fact]) -> Iterator[str]:
    yield "| column | kind | unit | level | meaning | sections |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for fact in facts:
        cells = (f"`{fact.name}`", fact.kind.value, fact.unit, fact.level.value, fact.meaning, "; ".join(fact.sections))
        yield f"| {' | '.join(cells)} |"


def _holds(column: Column) -> str:
    return _KIND_WORDS[column.kind]


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
