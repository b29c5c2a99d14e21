"""Calendar components made from a window: events, milestones, to-dos and cancellations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from spine_vigil.scheduler.calendars.entries import NAME, Entry, days_words
from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.calendars.state import Kind, Remembered

_ENDINGS = {Kind.OPENS: " opens", Kind.LAST_DAY: " last day"}


class Style(Enum):
    """How the calendar shows a window: as one event over all its days, or as two on its first and last day."""

    WINDOWS = "windows"
    MILESTONES = "milestones"


@dataclass(frozen=True, slots=True)
class Look:
    """Which components each window becomes. Firm windows have an alarm `alarm_days` before they open (0: none)."""

    style: Style = Style.WINDOWS
    alarm_days: int = 14
    has_todos: bool = False

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of component for each window, in a fixed order."""
        events = (Kind.WINDOW,) if self.style is Style.WINDOWS else (Kind.OPENS, Kind.LAST_DAY)
        return (*events, Kind.TODO) if self.has_todos else events


@dataclass(frozen=True, slots=True)
class Item:
    """One component to write, for a window from `opens` to `last_day`, both included.

    `label` is its name and the pseudonym; `summary` adds the details to show, if any.
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

    @property
    def first(self) -> date:
        """The first day of the component itself."""
        return self.last_day if self.kind is Kind.LAST_DAY else self.opens

    @property
    def last(self) -> date:
        """The last day of the component itself, included."""
        return self.opens if self.kind is Kind.OPENS else self.last_day


def uid_of(kind: Kind, window_uid: str, secret: SiteSecret) -> str:
    """Return the UID of a component: that of the window for its event, a derived one for every other kind."""
    return window_uid if kind is Kind.WINDOW else secret.part_uid(kind.value, window_uid)


def items_of(entry: Entry, look: Look, secret: SiteSecret) -> Iterator[Item]:
    """Yield the components of a window. Only the event or the first milestone has an alarm."""
    for kind in look.kinds:
        yield Item(
            uid_of(kind, entry.uid, secret),
            kind,
            entry.opens,
            entry.closes,
            entry.pseudonym,
            _label(kind, entry.pseudonym),
            ", ".join([_label(kind, entry.pseudonym), *entry.shown]),
            entry.description,
            entry.is_firm,
            alarm_days=look.alarm_days if entry.is_firm and kind in (Kind.WINDOW, Kind.OPENS) else 0,
        )


def cancelled_item(uid: str, remembered: Remembered) -> Item:
    """Return the cancellation of a remembered component. It states the pseudonym and the days, and nothing else."""
    opens, last_day = remembered.opens, remembered.last_day
    if opens is None or last_day is None:  # pragma: no cover - a dropped event is never written again
        raise AssertionError(remembered)
    label = _label(remembered.kind, remembered.code)
    description = f"This window is done or no longer due.\n{days_words(opens, last_day)}."
    return Item(uid, remembered.kind, opens, last_day, remembered.code, label, label, description, is_cancelled=True)


def _label(kind: Kind, pseudonym: str) -> str:
    return f"{NAME} {pseudonym}{_ENDINGS.get(kind, '')}"
