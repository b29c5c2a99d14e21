"""Calendar components made from a window: events, milestones, to-dos and cancellations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from types import MappingProxyType

from spine_vigil.scheduler.calendars.entries import NAME, Entry, days_words
from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.calendars.state import Kind, Remembered

_ENDINGS = {Kind.OPENS: " opens", Kind.LAST_DAY: " last day"}
_OVERDUE_ALARM_DAYS = 1
"""An overdue window is shown on the day after the run that finds it so, and its alarm rings on the day of that run."""
_NEVER: Mapping[str, date] = MappingProxyType({})


class Style(Enum):
    """How the calendar shows a window: as one event over all its days, or as two on its first and last day."""

    WINDOWS = "windows"
    MILESTONES = "milestones"


@dataclass(frozen=True, slots=True)
class Look:
    """Which components each window becomes. Firm windows have an alarm `alarm_days` before they open (0: none).

    An overdue window that stays so is shown again `overdue_again` days after the run that showed it last (0: never).
    """

    style: Style = Style.WINDOWS
    alarm_days: int = 14
    has_todos: bool = False
    overdue_again: int = 0

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of component for each window, in a fixed order."""
        events = (Kind.WINDOW,) if self.style is Style.WINDOWS else (Kind.OPENS, Kind.LAST_DAY)
        return (*events, Kind.TODO) if self.has_todos else events


@dataclass(frozen=True, slots=True)
class Item:
    """One component to write, for a window from `opens` to `last_day`, both included.

    `label` is its name and the pseudonym; `summary` adds the details to show, if any. One that is overdue stands on the
    day `overdue_on` instead.
    """

    uid: str
    kind: Kind
    opens: date
    last_day: date
    pseudonym: str
    label: str
    summary: str
    description: str
    is_firm: bool = True
    is_cancelled: bool = False
    alarm_days: int = 0
    overdue_on: date | None = None

    @property
    def first(self) -> date:
        """The first day of the component itself."""
        return self.overdue_on or (self.last_day if self.kind is Kind.LAST_DAY else self.opens)

    @property
    def last(self) -> date:
        """The last day of the component itself, included."""
        return self.overdue_on or (self.opens if self.kind is Kind.OPENS else self.last_day)


def uid_of(kind: Kind, window_uid: str, secret: SiteSecret) -> str:
    """Return the UID of a component: that of the window for its event, a derived one for every other kind."""
    return window_uid if kind is Kind.WINDOW else secret.part_uid(kind.value, window_uid)


def items_of(entry: Entry, look: Look, secret: SiteSecret, overdue_on: Mapping[str, date] = _NEVER) -> Iterator[Item]:
    """Yield the components of a window.

    `overdue_on` are the days on which those stand, by UID, that say that the window is overdue.
    """
    for kind in look.kinds:
        uid = uid_of(kind, entry.uid, secret)
        yield _item(kind, entry, look, uid, overdue_on.get(uid))


def says_overdue(kind: Kind) -> bool:
    """Tell whether a component says that its window is overdue: all do but the milestone of its opening."""
    return kind is not Kind.OPENS


def _item(kind: Kind, entry: Entry, look: Look, uid: str, overdue_on: date | None) -> Item:
    is_overdue = overdue_on is not None
    label = _label(kind, entry.pseudonym, is_overdue=is_overdue)
    return Item(
        uid,
        kind,
        entry.opens,
        entry.closes,
        entry.pseudonym,
        label,
        ", ".join([label, *entry.shown]),
        f"{entry.overdue}\n{entry.description}" if is_overdue else entry.description,
        entry.is_firm,
        alarm_days=_alarm_days(kind, entry, look, is_overdue=is_overdue),
        overdue_on=overdue_on,
    )


def _alarm_days(kind: Kind, entry: Entry, look: Look, *, is_overdue: bool) -> int:
    """Return the days between the alarm and the first day of a component, 0 for no alarm.

    Of a window only the event has one, or the first milestone, or the milestone that says that it is overdue. A booking
    in an overdue window silences nothing: its day has passed without a study.
    """
    if is_overdue:
        return min(look.alarm_days, _OVERDUE_ALARM_DAYS) if kind is not Kind.TODO else 0
    rings = entry.is_firm and not entry.is_booked
    return look.alarm_days if rings and kind in (Kind.WINDOW, Kind.OPENS) else 0


def cancelled_item(uid: str, remembered: Remembered) -> Item:
    """Return the cancellation of a remembered component. It states the pseudonym and the days, and nothing else.

    It stands where the component stood, so that people find it where they saw it last.
    """
    opens, last_day = remembered.opens, remembered.last_day
    if opens is None or last_day is None:  # pragma: no cover - a dropped event is never written again
        raise AssertionError(remembered)
    label = _label(remembered.kind, remembered.code)
    description = f"This window is done or no longer due.\n{days_words(opens, last_day)}."
    return Item(
        uid,
        remembered.kind,
        opens,
        last_day,
        remembered.code,
        label,
        label,
        description,
        is_cancelled=True,
        overdue_on=remembered.overdue_on,
    )


def _label(kind: Kind, pseudonym: str, *, is_overdue: bool = False) -> str:
    return f"{NAME} overdue {pseudonym}" if is_overdue else f"{NAME} {pseudonym}{_ENDINGS.get(kind, '')}"
