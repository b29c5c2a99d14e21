"""What `vigil calendar` says beside the files that it writes. Names no patient and repeats no event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from spine_vigil.cli.options.files import counted
from spine_vigil.cli.output.calendar_files import Outputs
from spine_vigil.scheduler.calendars.entries import Entries, Show
from spine_vigil.scheduler.calendars.state import Stage, State
from spine_vigil.scheduler.patient.standing import DueStatus
from spine_vigil.scheduler.records.rows import Row


def warning(show: frozenset[Show]) -> str:
    """Return what to mind where events show more than a pseudonym."""
    names = ", ".join(what.value for what in Show if what in show)
    return f"events now show {names}; keep the calendar where protected health information may be, and share no link"


def revisions(before: State, after: State, cancelled: int, outputs: Outputs, feeds: int, gone: int) -> Iterator[str]:
    """Yield what changed against the last run, and what became of patients' files."""
    if outputs.folder is not None:
        yield f"calendars of {counted(feeds, 'patient')} in {outputs.folder}" + (f"; {gone} removed" if gone else "")
    if outputs.state is not None:
        new = sum(uid not in before.events for uid in after.events)
        revised = sum(
            before.events[uid].sequence < kept.sequence and kept.stage is Stage.LIVE
            for uid, kept in after.events.items()
            if uid in before.events
        )
        yield f"against the last run: {new} new, {revised} revised, {cancelled} cancelled; kept in {outputs.state}"


def report(found: Entries, outputs: Outputs, said: Sequence[str], *, is_new: bool) -> Iterator[str]:
    """Yield what was written and what has no event. Names no patient."""
    firm = sum(event.is_firm for event in found.events)
    overdue = found.statuses.get(DueStatus.OVERDUE, 0)
    yield f"{firm} firm ({overdue} overdue) and {len(found.events) - firm} projected windows written to {outputs.where}"
    yield from said
    if outputs.codes is None:
        yield "the events carry codes instead of names; --codes FILE.csv writes which patient is which"
    else:
        yield f"codes are in {outputs.codes}; keep it apart from the calendar"
    if is_new:
        yield f"the site secret is new: keep {outputs.secret}, or every event gets another identity next time"
    words = _not_due(found)
    if words:
        yield f"schedules without an event: {words}"
    for because, count in sorted(found.lacking.items(), key=lambda item: (-item[1], item[0])):
        yield f"needs info: {because}: {count}"


def _not_due(found: Entries) -> str:
    counts = {status: found.statuses.get(status, 0) for status in DueStatus if not status.is_due}
    return ", ".join(f"{count} {status.value.replace('_', ' ')}" for status, count in counts.items() if count)


def nothing_to_write(rows: Sequence[tuple[int, Row]], found: Entries, events: Path, where: str) -> str:
    """Return why no window was found, and what to do; an iCalendar file without any event would be no valid one."""
    bad = sum(bool(row.problems) for _, row in rows)
    reasons = ", ".join(f"{because}: {count}" for because, count in sorted(found.lacking.items()))
    words = _not_due(found) or "none, since no row that can be read names a protocol with schedules"
    return (
        f"{events} gives no window, so {where} is not written: {len(rows)} rows read, {bad} of them bad; schedules:"
        f" {words}{f' ({reasons})' if reasons else ''}; check the file, --as-of and --map"
    )
