"""Revision of a calendar: compares the state of the last run with today's entries, to update and cancel events.

An event without an entry today was either cancelled by a decision or has lapsed by the passage of time. To tell these
apart, today's input is evaluated for the date and horizon of the last run: an event that it still yields there has
lapsed. Studies, index dates, progression and the end of follow-up count up to today in that evaluation, since they are
decisions.

| what happened | what the event becomes |
| --- | --- |
| its study was done, however late | cancelled |
| progression, another end of the schedule or of follow-up is documented, or a documented one is reached | cancelled |
| a fact, an index date, the site or the protocol is documented otherwise, so that it is not due | cancelled |
| the patient is no longer in the input | cancelled |
| it moved beyond the old and the new horizon | cancelled |
| its last day passed without its study | revised once, and shown on the day after the run |
| it is firm, and by a date the rules drop it or require a fact that is not documented | lapsed |
| the run has fewer `--months`, or an earlier as-of date | lapsed |
| the run has another style, or no to-dos | kept in the state as it was, and continued later |

A lapsed event disappears without a cancellation; if it returns unchanged, it has the same version as before. A
cancelled event that returns has a higher version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from spine_vigil.scheduler.calendars.entries import Entries, Entry
from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.calendars.items import Item, Look, cancelled_item, items_of, says_overdue, uid_of
from spine_vigil.scheduler.calendars.rendering import alone, content_of, stamped, status_of
from spine_vigil.scheduler.calendars.state import Remembered, Stage, State
from spine_vigil.scheduler.errors import VigilError
from spine_vigil.scheduler.values import replace

SHOWN_AFTER_LAST_DAY = timedelta(days=30)
"""How long a cancellation is shown after the last day of its window."""

SHOWN_AT_LEAST = timedelta(days=7)
"""Minimum time for which a cancellation is shown, so that subscribers fetch it even if it comes late."""

_DAY = timedelta(days=1)

MOST_CANCELLED = 5
"""At most one in this many live events may be cancelled in a run without `--force`."""


class TooManyCancelled(VigilError):
    """Raised if a run would cancel more events than a day's decisions explain, which suggests an incomplete input."""


@dataclass(frozen=True, slots=True)
class Revised:
    """One component in its current version.

    `status` is its STATUS (CONFIRMED, TENTATIVE, CANCELLED, for a to-do NEEDS-ACTION or CANCELLED), `component` its
    bytes from BEGIN to END, `kept` its record in the new state.
    """

    uid: str
    sequence: int
    status: str
    component: bytes
    kept: Remembered

    @property
    def ics(self) -> bytes:
        """The component as a separate calendar object for CalDAV: without METHOD, name and refresh interval."""
        return alone(self.component)


@dataclass(frozen=True, slots=True)
class Revision:
    """The current components of a calendar (`revised`, ordered by UID) and the state to save.

    `cancelled` counts the components cancelled by this run, out of `were_live` that were live before it. Lapsed and
    dropped components are in `state` and not in `revised`.
    """

    revised: tuple[Revised, ...]
    state: State
    cancelled: int
    were_live: int

    def check(self, what_to_do: str = "give --force if that is meant") -> None:
        """Raise TooManyCancelled if more than a fifth of the live events would be cancelled."""
        if self.cancelled * MOST_CANCELLED > self.were_live:
            raise TooManyCancelled(
                f"{self.cancelled} of {self.were_live} live events would be cancelled, more than one in"
                f" {MOST_CANCELLED}; check that the input is whole and the options are those of the last run, and"
                f" {what_to_do}"
            )


def revise(state: State, entries: Entries, as_of: date, now: datetime, look: Look, secret: SiteSecret) -> Revision:
    """Return the current components of a calendar and the state to save.

    `entries` are those of `as_of`, made with `earlier=state.horizons.values()`; `now` is UTC. A new component has
    SEQUENCE 0 and, as its revision time, the date of its newest source. An unchanged one keeps both. One that changed,
    is cancelled or returns has the next SEQUENCE and the time `now`, or a second after its last revision if that is
    later. Components of kinds that `look` does not contain keep their state.
    """
    events = dict(state.events)
    revised = []
    for entry in entries.events:
        overdue_on = _overdue_on(entry, events, as_of, look, secret) if entry.overdue else {}
        for item in items_of(entry, look, secret, overdue_on):
            # Without a state an overdue window stands where the as-of date puts it, as a projection behind it does.
            source = entry.revised if item.overdue_on is None else max(entry.revised, as_of)
            one = _published(item, events.get(item.uid), source, now, secret)
            events[item.uid] = one.kept
            revised.append(one)
    written = {one.uid for one in revised}
    gone = {uid: old for uid, old in state.events.items() if old.kind in look.kinds and uid not in written}
    lapsed = _lapsed_uids(state, entries, look, secret)
    for uid, old in gone.items():
        if old.stage is Stage.LIVE and uid in lapsed:
            events[uid] = replace(old, stage=Stage.LAPSED)
        elif old.stage is Stage.DROPPED or (old.shown_until is not None and as_of > old.shown_until):
            events[uid] = old.dropped()
        elif old.stage in (Stage.LIVE, Stage.CANCELLED):
            one = _cancelled(uid, old, as_of, now, secret)
            events[uid] = one.kept
            revised.append(one)
    return Revision(
        tuple(sorted(revised, key=lambda one: one.uid)),
        State(events, {**state.horizons, **dict.fromkeys(look.kinds, entries.horizon)}, secret.fingerprint()),
        sum(old.stage is Stage.LIVE and events[uid].stage is Stage.CANCELLED for uid, old in gone.items()),
        sum(old.stage is Stage.LIVE and old.kind in look.kinds for old in state.events.values()),
    )


def _overdue_on(
    entry: Entry, events: Mapping[str, Remembered], as_of: date, look: Look, secret: SiteSecret
) -> dict[str, date]:
    """Return the days on which the components of an overdue window stand, by UID.

    That is the day after the first run that found it so, or after the latest one that showed it again. A cancelled
    window that returns is found anew.
    """
    tomorrow, days = as_of + _DAY, {}
    for kind in look.kinds:
        if says_overdue(kind):
            uid = uid_of(kind, entry.uid, secret)
            old = events.get(uid)
            shown = None if old is None or old.stage is Stage.CANCELLED else old.overdue_on
            is_again = shown is not None and 0 < look.overdue_again <= (tomorrow - shown).days
            days[uid] = tomorrow if shown is None or is_again else shown
    return days


def _published(item: Item, old: Remembered | None, source: date, now: datetime, secret: SiteSecret) -> Revised:
    """Return the current version of a component that has an entry, with its record for the state."""
    content = content_of(item)
    new = Remembered(
        item.kind,
        Stage.LIVE,
        0,
        datetime.combine(source, time(), UTC),
        secret.content_hash(content),
        item.opens,
        item.last_day,
        item.pseudonym,
        overdue_on=item.overdue_on,
    )
    return _revised(item, content, new if old is None else _next_version(new, old, now))


def _cancelled(uid: str, old: Remembered, as_of: date, now: datetime, secret: SiteSecret) -> Revised:
    """Return the cancellation of a remembered component, new or unchanged, with its record for the state."""
    item = cancelled_item(uid, old)
    content = content_of(item)
    last_day = max(item.last_day, item.overdue_on or item.last_day)
    shown_until = old.shown_until or max(last_day + SHOWN_AFTER_LAST_DAY, as_of + SHOWN_AT_LEAST)
    new = replace(old, stage=Stage.CANCELLED, content=secret.content_hash(content), shown_until=shown_until)
    return _revised(item, content, _next_version(new, old, now))


def _next_version(new: Remembered, old: Remembered, now: datetime) -> Remembered:
    """Return a record with the version that follows the old one; the same version if the content is unchanged."""
    if new.content == old.content:
        return replace(new, sequence=old.sequence, revised=old.revised, sync=old.sync)
    later = max(now.replace(microsecond=0), old.revised + timedelta(seconds=1))
    return replace(new, sequence=old.sequence + 1, revised=later, sync=old.sync)


def _revised(item: Item, content: bytes, remembered: Remembered) -> Revised:
    component = stamped(content, remembered.sequence, remembered.revised)
    return Revised(item.uid, remembered.sequence, status_of(item), component, remembered)


def _lapsed_uids(state: State, entries: Entries, look: Look, secret: SiteSecret) -> frozenset[str]:
    """Return the UIDs that today's input yields for the date and horizon of the last run.

    If one of them has no entry today, it has lapsed by the passage of time.
    """
    return frozenset(
        uid_of(kind, window_uid, secret)
        for kind, horizon in state.horizons.items()
        if kind in look.kinds
        for window_uid in entries.given[horizon]
    )
