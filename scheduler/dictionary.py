"""The data dictionary: every column that vigil reads or adds, rendered from the code that reads it."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.columns import PATIENT_ID, RESULT_COLUMNS, STATUSES, Column, Kind, event_columns
from scheduler.edition import Edition
from scheduler.reasons import Reason, Timeliness, Verdict
from scheduler.studies import REGIONS, Modality

_KIND_WORDS = {
    Kind.NAME: "name, in any case",
    Kind.DATE: "date, YYYY-MM-DD",
    Kind.BOOLEAN: "true/false, yes/no, y/n, t/f or 1/0; empty: unknown",
    Kind.NUMBER: "number",
    Kind.TEXT: "text",
}
_RESULTS = {
    "decision": f"{', '.join(v.value for v in Verdict)}; empty for a cancelled event and a row that only enrols",
    "reason": "why; best first: " + ", ".join(r.value for r in Reason),
    "timing": f"{', '.join(t.value for t in Timeliness)}; empty where no window decided",
    "route": "what decided: PROTOCOL/SCHEDULE, or the protocol alone",
    "section": "where in the guideline",
    "reference_date": "the date from which the window counts",
    "opens": "first day of the window",
    "closes": "last day of the window",
    "days_from_window": "days from the window: negative before it opens, 0 inside, positive after it closes",
    "next_allowed": "earliest date from the requested one on that would be within without grace; empty: none",
    "missing": "what would have to be documented, joined by ;",
    "combination": "reserved for combinations of studies on one date; empty",
    "explanation": "why, in words",
}


def data_dictionary(edition: Edition) -> str:
    """Return the data dictionary of an edition as Markdown."""
    columns = event_columns(edition)
    lines = [
        "# Data dictionary",
        "",
        f"What vigil reads and adds under the edition `{edition.id}`. Rendered from the code by",
        "`python sample_cohorts/make.py`; do not edit.",
        "",
        "## Columns of an events file",
        "",
        "One row is one imaging event, or, without study and date, a patient who is enrolled. Any order of columns;",
        "columns that are not named here are carried through. An empty cell is unknown.",
        "",
        "| column | holds | meaning |",
        "| --- | --- | --- |",
        f"| `{PATIENT_ID}` | text, never empty | who; any id that tells patients apart |",
        *(f"| `{c.name}` | {_holds(c)} | {c.meaning} |" for c in columns.values()),
        "",
        "## Names",
        "",
        f"- modality: {_listed(m.value for m in Modality)}",
        f"- region: {_listed(REGIONS)}",
        f"- status: {_listed(s.value for s in STATUSES)}",
        f"- protocol: {_listed(p.id for p in edition.protocols)}",
        f"- cpt: {_listed(c.code for c in edition.cpt_codes)}",
        "",
        "## Columns that an audit adds",
        "",
        "| column | meaning |",
        "| --- | --- |",
        *(f"| `{name}` | {_RESULTS[name]} |" for name in RESULT_COLUMNS),
        "",
    ]
    return "\n".join(lines)


def _holds(column: Column) -> str:
    return _KIND_WORDS[column.kind]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
