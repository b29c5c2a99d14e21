"""What is made of a window: one event, or one for each of two milestones, and a to-do; or its cancellation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from spine_vigil.scheduler.calendars.entries import NAME, Entry, day_words
from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.calendars.state import Kind, Remembered

_ENDINGS = {Kind.OPENS: " opens", Kind.LAST_DAY: " last day"}


class Style(Enum):
    """How a window stands in the calendar: as one event from its first to its last day, or as one on each of them."""

    WINDOWS = "windows"
    MILESTONES = "milestones"


@dataclass(frozen=True, slots=True)
class Look:
    """What is made of each window. Firm ones have an alarm `alarm_days` before they open (0: none)."""

    style: Style = Style.WINDOWS
    alarm_days: int = 14
    has_todos: bool = False

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What is made of each window, in a fixed order."""
        events = (Kind.WINDOW,) if self.style is Style.WINDOWS else (Kind.OPENS, Kind.LAST_DAY)
        return (*events, Kind.TODO) if self.has_todos else events


@dataclass(frozen=True, slots=True)
class Item:
    """One component to be written, of a window that goes from `opens` to `last_day`, both included.

    `label` names it and nothing else; `summary` may say more, where that was asked for.
    """

    uid: str
    kind: Kind
    opens: date
    last_day: date
    code: str
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
    """Return the UID of what is made of a window: its own for its event, one of its own for everything else."""
    return window_uid if kind is Kind.WINDOW else secret.part_uid(kind.value, window_uid)


def items_of(entry: Entry, look: Look, secret: SiteSecret) -> Iterator[Item]:
    """Yield what is made of a window. Of two milestones the first alone has an alarm, and so has no to-do."""
    for kind in look.kinds:
        yield Item(
            uid_of(kind, entry.uid, secret),
            kind,
            entry.opens,
            entry.closes,
            entry.code,
            _label(kind, entry.code),
            ", ".join([_label(kind, entry.code), *entry.shown]),
            entry.description,
            entry.is_firm,
            alarm_days=look.alarm_days if entry.is_firm and kind in (Kind.WINDOW, Kind.OPENS) else 0,
        )


def cancelled_item(uid: str, kept: Remembered) -> Item:
    """Return the cancellation of what is remembered. It says less than the event did: of whom, and which days."""
    if kept.opens is None or kept.last_day is None:  # pragma: no cover - a dropped event is never written again
        raise AssertionError(kept)
    label = _label(kept.kind, kept.code)
    description = (
        "This window is done or no longer due.\n"
        f"Its first day was: {day_words(kept.opens)}. Its last day: {day_words(kept.last_day)}."
    )
    return Item(uid, kept.kind, kept.opens, kept.last_day, kept.code, label, label, description, is_cancelled=True)


def _label(kind: Kind, code: str) -> str:
    return f"{NAME} {code}{_ENDINGS.get(kind, '')}"
