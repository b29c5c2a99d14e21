"""The report of `vigil due` on standard error: counts of what is due, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator

from spine_vigil.due_list import DueList
from spine_vigil.scheduler.answers.due_status import URGENCY
from spine_vigil.scheduler.rules.words import counted


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
    for notice in due_list.left_out():
        yield from notice.message.splitlines()
