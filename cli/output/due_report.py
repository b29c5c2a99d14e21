"""The report of `vigil due` on standard error: counts of what is due, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from spine_vigil.due_list import DueList
from spine_vigil.scheduler.answers.due_status import URGENCY
from spine_vigil.scheduler.cohort.due.documents import BadRow
from spine_vigil.scheduler.rules.words import counted
from spine_vigil.scheduler.values import replace
from spine_vigil.sources import problem_without_value


def due_report(due_list: DueList) -> Iterator[str]:
    """Yield the lines of the report. They name no patient and repeat no value of a row."""
    run, about = due_list.run, due_list.about
    counts, totals = run.counts, run.totals
    words = ", ".join(f"{totals.statuses[s]:,} {s.value.replace('_', ' ')}" for s in URGENCY if totals.statuses[s])
    yield (
        f"{about['as_of']}, by {about['edition']}, grace {about['grace']}: {counted(counts.rows, 'row')} of"
        f" {counted(run.patients, 'patient')}, {counted(totals.schedules, 'schedule')}{f': {words}' if words else ''}"
        f"{f'; {run.left_out:,} more are not selected' if run.left_out else ''}"
    )
    if totals.missed:
        yield f"{counted(totals.missed, 'booking')} outside the window"
    for note, count in sorted(totals.lacking.items(), key=lambda item: (-item[1], item[0])):
        yield f"needs info: {note}: {count:,}"
    if run.without_schedule:
        yield f"{counted(run.without_schedule, 'patient')} without a protocol that has schedules"
    if counts.later:
        yield (
            f"not counted: {counted(counts.later, 'row')} marked as performed after {about['as_of']};"
            " look at the date, the status, or --as-of"
        )
    if counts.bad:
        names = due_list.source.column_names
        columns = {names.get(name, name) or "the line as a whole": n for name, n in counts.bad_cells.items()}
        where = ", ".join(f"{name}: {count:,}" for name, count in sorted(columns.items()))
        yield f"left out: {counted(counts.bad, 'row')} that cannot be read ({where}); 'vigil audit' says why"
        yield from (f"  {line}" for line in _named(counts.named, names, due_list.source.files.patients_name))
        if counts.bad > len(counts.named):
            yield f"  and {counts.bad - len(counts.named):,} more"


def _named(rows: Iterable[BadRow], column_names: Mapping[str, str], patients_file: str) -> Iterator[str]:
    """Yield the line and columns of unreadable rows; `column_names` maps fields to columns of the file."""
    for row in rows:
        problems = (
            problem_without_value(replace(p, column=column_names.get(p.column, p.column)))
            if p.column or p.message
            else f"its values in {patients_file} cannot be read"
            for p in row.problems
        )
        yield f"line {row.line} is left out: " + "; ".join(problems)
