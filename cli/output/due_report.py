"""The report of `vigil due` on standard error: counts of what is due, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator

from spine_vigil.due_list import DueList
from spine_vigil.scheduler.answers.due_status import URGENCY, DueStatus
from spine_vigil.scheduler.rules.words import counted


def due_report(due_list: DueList) -> Iterator[str]:
    """Yield the lines of the report. They name no patient and repeat no value of a row."""
    run, about = due_list.run, due_list.about
    counts, totals = run.counts, run.totals
    statuses = [status for status in URGENCY if totals.statuses[status] and status is not DueStatus.NO_SCHEDULE]
    words = ", ".join(f"{totals.statuses[status]:,} {status.value.replace('_', ' ')}" for status in statuses)
    yield (
        f"{about['as_of']}, by {about['edition']}, grace {about['grace']}: {counted(counts.rows, 'row')} of"
        f" {counted(run.patients, 'patient')}, {counted(totals.schedules, 'schedule')}{f': {words}' if words else ''}"
        f"{f'; {run.left_out:,} more are not selected' if run.left_out else ''}"
    )
    if totals.missed:
        yield f"{counted(totals.missed, 'booking')} outside the window"
    for note, count in sorted(totals.lacking.items(), key=lambda item: (-item[1], item[0])):
        yield f"needs info: {note}: {count:,}"
    if totals.statuses[DueStatus.NO_SCHEDULE]:
        yield f"{counted(totals.statuses[DueStatus.NO_SCHEDULE], 'protocol')} of a patient without schedules"
    if run.without_protocol:
        text = f"{counted(run.without_protocol, 'patient')} without a protocol"
        yield f"{text}; 'vigil setup --candidates' lists diagnoses"
    for notice in due_list.left_out():
        yield from notice.message.splitlines()
