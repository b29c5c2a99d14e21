"""An inspection as a page: one file, without scripts and without anything loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from spine_vigil.cli.output.inspection_text import (
    column_notes,
    doubts,
    filled_words,
    patient_counts,
    row_counts,
)
from spine_vigil.inspecting import Inspected
from spine_vigil.scheduler.cohort.survey.inspection import Inspection
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.timelines import printable

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #8886; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
ul { padding-left: 1.2rem; margin: 0; }
@media print { body { max-width: none; margin: 0; } tr { break-inside: avoid; } }
"""


def inspection_page(found: Inspected) -> str:
    """Return an inspection as HTML."""
    body = "\n".join(
        [line for part in (found.events, *found.patients) for line in _file(part)] + list(_cohort(found.events))
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>What would be read</title><style>{_STYLE}</style></head>\n<body>\n"
        f"<h1>What would be read</h1>\n{body}\n</body></html>\n"
    )


def _file(part: Inspection) -> Iterator[str]:
    yield f"<h2>{escape(part.name)}</h2>"
    yield f"<p>{escape(', '.join(row_counts(part)))}</p>"
    yield "<table><caption>Columns</caption><thead><tr>"
    yield "".join(f'<th scope="col">{name}</th>' for name in ("Column", "Read as", "Filled", "What stands out"))
    yield "</tr></thead><tbody>"
    for column in part.columns:
        notes = "".join(f"<li>{escape(note)}</li>" for note in column_notes(column)) if column.read_as else ""
        yield (
            f'<tr><th scope="row">{escape(printable(column.name))}</th><td>{escape(column.read_as or "not read")}</td>'
            f"<td>{escape(filled_words(column, part.rows)) if column.read_as else ''}</td>"
            f"<td>{f'<ul>{notes}</ul>' if notes else ''}</td></tr>"
        )
    yield "</tbody></table>"


def _cohort(found: Inspection) -> Iterator[str]:
    yield "<h2>Patients and studies</h2>"
    yield f"<p>{escape(patient_counts(found))}.</p>"
    said = list(doubts(found))
    if said:
        yield f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in said)}</ul>"
    if found.statuses:
        names = [status.value for status in Status]
        yield "<table><caption>Studies by year and status</caption><thead><tr>"
        yield "".join(f'<th scope="col">{name}</th>' for name in ("Year", *names))
        yield "</tr></thead><tbody>"
        for year in sorted(found.statuses):
            cells = "".join(f'<td class="number">{found.statuses[year][name]:,}</td>' for name in names)
            yield f'<tr><th scope="row">{year}</th>{cells}</tr>'
        yield "</tbody></table>"
