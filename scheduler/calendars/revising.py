"""From what a calendar said last time and what it has to say now: what changed, what is called off, what stays.

An event that is there no more was either called off by a decision or has gone by time alone. What tells them apart:
today's input, asked about the day and horizon of the last run, still gives what time alone took. Studies, progression
and the end of follow-up count up to today in that question, since they are decisions.

| what happened | what becomes of the event |
| --- | --- |
| its study was done, however late | cancelled |
| progression, another end of the schedule or of follow-up is documented, or a documented one is reached | cancelled |
| a fact, an index date, the site or the protocol is documented otherwise, so that it is not due | cancelled |
| the patient is no longer in the input | cancelled |
| it moved beyond the old and the new horizon, or as a projection before the day asked about | cancelled |
| it is a projection whose last day has passed while the firm window still waits | goes without a word |
| it is firm, and the rules stop waiting for it by a date, or ask for an undocumented fact from then | likewise |
| fewer `--months`, or an earlier day asked about | goes without a word |
| another style, or no more to-dos | stays as remembered, and goes on where it was |

What goes without a word is as it was if it comes back as it was. What was cancelled comes back in a higher version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from spine_vigil.scheduler.calendars.entries import Entries
from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.calendars.items import Item, Look, cancelled_item, items_of, uid_of
from spine_vigil.scheduler.calendars.rendering import alone, content_of, stamped, status_of
from spine_vigil.scheduler.calendars.state import Remembered, Stage, State
from spine_vigil.scheduler.errors import VigilError
from spine_vigil.scheduler.values import replace

SHOWN_AFTER_LAST_DAY = timedelta(days=30)
"""How long a cancellation is shown after the last day of what is cancelled."""

SHOWN_AT_LEAST = timedelta(days=7)
"""How long it is shown in any case: one that comes late would otherwise be gone before it is fetched."""

MOST_CANCELLED = 5
"""One in so many live events may be cancelled at once without anyone asking."""


class TooManyCancelled(VigilError):
    """A run that would cancel more of a calendar than a day's decisions do: rather a broken input."""


@dataclass(frozen=True, slots=True)
class Revised:
    """One component as it stands in the calendar now.

    `status` is its STATUS (CONFIRMED, TENTATIVE, CANCELLED, for a to-do NEEDS-ACTION or CANCELLED), `component` its
    bytes from BEGIN to END, `kept` what the new state remembers of it.
    """

    uid: str
    sequence: int
    status: str
    component: bytes
    kept: Remembered

    @property
    def ics(self) -> bytes:
        """The component as a calendar object of its own, as CalDAV stores it: without METHOD, name or refresh times."""
        return alone(self.component)


@dataclass(frozen=True, slots=True)
class Revision:
    """What a calendar holds now (`revised`, by UID), the state to remember, and how it came there.

    `cancelled` counts what is newly called off, of `were_live` that were live before. What has left the
    calendar without a word (lapsed, dropped) is in `state` and not in `revised`.
    """

    revised: tuple[Revised, ...]
    state: State
    cancelled: int
    were_live: int

    def check(self, what_to_do: str = "give --force if that is meant") -> None:
        """Raise TooManyCancelled where more than a fifth of the live events would be cancelled."""
        if self.cancelled * MOST_CANCELLED > self.were_live:
            raise TooManyCancelled(
                f"{self.cancelled} of {self.were_live} live events would be cancelled, more than one in"
                f" {MOST_CANCELLED}; check that the input is whole and the options are those of the last run, and"
                f" {what_to_do}"
            )


def revise(state: State, found: Entries, as_of: date, now: datetime, look: Look, secret: SiteSecret) -> Revision:
    """Return what the calendar holds now and the state to remember.

    `found` are the entries as of `as_of`, made with `earlier=state.horizons.values()`; `now` is UTC. An event that is
    new has SEQUENCE 0 and the date of its newest source as its revision time; one whose content is unchanged keeps
    both; one that changed, is cancelled or comes back has the next SEQUENCE and `now`, which never falls behind its
    earlier revision time. What is of other kinds than `look` asks for stays as it is.
    """
    events = dict(state.events)
    revised = []
    for entry in found.events:
        for item in items_of(entry, look, secret):
            one = _published(item, events.get(item.uid), entry.revised, now, secret)
            events[item.uid] = one.kept
            revised.append(one)
    written = {one.uid for one in revised}
    gone = {uid: kept for uid, kept in state.events.items() if kept.kind in look.kinds and uid not in written}
    passed = _passed(state, found, look, secret)
    for uid, kept in gone.items():
        if kept.stage is Stage.LIVE and uid in passed:
            events[uid] = replace(kept, stage=Stage.LAPSED)
        elif kept.stage is Stage.CANCELLED and kept.shown_until is not None and as_of > kept.shown_until:
            events[uid] = kept.dropped()
        elif kept.stage in (Stage.LIVE, Stage.CANCELLED):
            one = _called_off(uid, kept, as_of, now, secret)
            events[uid] = one.kept
            revised.append(one)
    return Revision(
        tuple(sorted(revised, key=lambda one: one.uid)),
        State(events, {**state.horizons, **dict.fromkeys(look.kinds, found.horizon)}, secret.fingerprint()),
        sum(kept.stage is Stage.LIVE and events[uid].stage is Stage.CANCELLED for uid, kept in gone.items()),
        sum(kept.stage is Stage.LIVE and kept.kind in look.kinds for kept in state.events.values()),
    )


def _published(item: Item, old: Remembered | None, source: date, now: datetime, secret: SiteSecret) -> Revised:
    """Return a component that belongs into the calendar, and what to remember of it."""
    content = content_of(item)
    kept = Remembered(
        item.kind,
        Stage.LIVE,
        0,
        datetime.combine(source, time(), UTC),
        secret.content_hash(content),
        item.opens,
        item.last_day,
        item.code,
    )
    return _revised(item, content, kept if old is None else _following(kept, old, now))


def _called_off(uid: str, old: Remembered, as_of: date, now: datetime, secret: SiteSecret) -> Revised:
    """Return the cancellation of what is remembered, new or as it was, and what to remember of it."""
    item = cancelled_item(uid, old)
    content = content_of(item)
    shown_until = old.shown_until or max(item.last_day + SHOWN_AFTER_LAST_DAY, as_of + SHOWN_AT_LEAST)
    kept = replace(old, stage=Stage.CANCELLED, content=secret.content_hash(content), shown_until=shown_until)
    return _revised(item, content, _following(kept, old, now))


def _following(kept: Remembered, old: Remembered, now: datetime) -> Remembered:
    """Return what to remember with the version that follows the old one: the same where the content is."""
    if kept.content == old.content:
        return replace(kept, sequence=old.sequence, revised=old.revised, sync=old.sync)
    later = max(now.replace(microsecond=0), old.revised + timedelta(seconds=1))
    return replace(kept, sequence=old.sequence + 1, revised=later, sync=old.sync)


def _revised(item: Item, content: bytes, kept: Remembered) -> Revised:
    component = stamped(content, kept.sequence, kept.revised)
    return Revised(item.uid, kept.sequence, status_of(item), component, kept)


def _passed(state: State, found: Entries, look: Look, secret: SiteSecret) -> frozenset[str]:
    """Return the UIDs that today's input would still give if it were asked about the day of the last run.

    What is not there any more although it would have been there then has gone by the passing of time alone.
    """
    return frozenset(
        uid_of(kind, window_uid, secret)
        for kind, horizon in state.horizons.items()
        if kind in look.kinds
        for window_uid in found.given[horizon]
    )
