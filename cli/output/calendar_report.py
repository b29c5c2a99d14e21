"""The report of `vigil calendar` on standard error. It names no patient and no window."""

from __future__ import annotations

from collections.abc import Iterator

from spine_vigil.calendar_outputs import Outputs
from spine_vigil.calendars import Written, schedules_without_event
from spine_vigil.scheduler.calendars.state import Stage
from spine_vigil.scheduler.patient.standing import DueStatus
from spine_vigil.scheduler.rules.words import counted


def _revisions(written: Written, outputs: Outputs) -> Iterator[str]:
    """Yield the changes since the last run, and the number of patients' files written and removed."""
    if outputs.folder is not None:
        removed = f"; {written.gone} removed" if written.gone else ""
        yield f"calendars of {counted(written.feeds, 'patient')} in {outputs.folder}{removed}"
    if outputs.state is not None:
        before, after = written.before, written.after
        new = sum(uid not in before.events for uid in after.events)
        revised = sum(
            before.events[uid].sequence < event.sequence and event.stage is Stage.LIVE
            for uid, event in after.events.items()
            if uid in before.events
        )
        changes = f"{new} new, {revised} revised, {written.cancelled} cancelled"
        yield f"against the last run: {changes}; kept in {outputs.state}"


def report(written: Written, outputs: Outputs) -> Iterator[str]:
    """Yield the lines of the report: what was written, and which schedules have no event."""
    entries = written.entries
    firm = sum(event.is_firm for event in entries.events)
    overdue, projected = entries.statuses.get(DueStatus.OVERDUE, 0), len(entries.events) - firm
    yield f"{firm} firm ({overdue} overdue) and {projected} projected windows written to {outputs.where}"
    yield from _revisions(written, outputs)
    if outputs.codes is None:
        yield "the events carry codes instead of names; --codes FILE.csv writes which patient is which"
    else:
        yield f"codes are in {outputs.codes}; keep it apart from the calendar"
    if written.is_new_secret:
        yield f"the site secret is new: keep {outputs.secret}, or every event gets another identity next time"
    words = schedules_without_event(entries)
    if words:
        yield f"schedules without an event: {words}"
    for because, count in sorted(entries.lacking.items(), key=lambda item: (-item[1], item[0])):
        yield f"needs info: {because}: {count}"
