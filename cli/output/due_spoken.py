"""What `vigil due --say` prints: sentences for a patient, and on standard error what the caller has to check first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import click

from spine_vigil.due_list import DueList
from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.answers.spoken import has_left, spoken
from spine_vigil.scheduler.rules.words import counted


def speak(due_list: DueList, as_of: date, *, names_study: bool) -> None:
    """Print the sentences for the patient of a list of all cases, after what to check before the call."""
    lines = [line for rows in due_list.frames() for line in rows.iter_rows(named=True)]
    # Lines of a patients file and impossible rows count in the list alone, rows of a patient without a line here alone.
    unread = max([due_list.run.counts.bad, *(line["unread_rows"] or 0 for line in lines)])
    for text in _checks(lines, unread, as_of):
        click.echo(text, err=True)
    for sentence in spoken(lines, as_of, names_study=names_study):
        click.echo(sentence)


def _checks(lines: Sequence[Mapping[str, Any]], unread: int, as_of: date) -> Iterator[str]:
    """Yield what the caller has to check. Nothing of it is for the patient."""
    if unread:
        yield f"please check the record first: {counted(unread, 'row')} of this patient cannot be read"
    if has_left(lines, as_of):
        yield "nothing to say: follow-up has ended, or the patient has died; check the record before you call"
        return
    if not lines:
        yield "nothing to say: no readable row of this patient names a protocol"
    stopped = sum(line["status"] == DueStatus.STOPPED.value for line in lines)
    if stopped:
        yield f"please check the record first: {counted(stopped, 'schedule')} stopped early, and nothing is said of it"
    for advice in dict.fromkeys(line["booking_advice"] for line in lines if line["booking_advice"]):
        yield f"please check the record first: {advice}"
