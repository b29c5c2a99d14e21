"""The state of a calendar between runs: what was published of each event, and its file.

The file names nobody: it holds keyed identities, pseudonyms, dates and keyed hashes, and no diagnosis. Times are UTC.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from msgspec import DecodeError, Meta, Raw, ValidationError, to_builtins
from msgspec.json import Decoder
from msgspec.structs import asdict

from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.values import Frozen, field, replace

FORMAT = "vigil calendar state"
VERSION = 1
_TIME = "%Y%m%dT%H%M%SZ"

Sequence: TypeAlias = Annotated[int, Meta(ge=0, lt=2**31)]
"""A SEQUENCE of iCalendar, which programs read as a signed whole number of 32 bits."""


class Kind(Enum):
    """The kind of entry made of a window: one event, one for each of two milestones, or a to-do."""

    WINDOW = "window"
    OPENS = "opens"
    LAST_DAY = "last_day"
    TODO = "todo"


class Stage(Enum):
    """The stage of an event.

    LIVE: in the calendar. CANCELLED: in the calendar, called off by a decision. LAPSED: no longer in the
    calendar by the passing of time alone, and as it was if it comes back. DROPPED: its cancellation has been
    shown for long enough; of it the version is kept for ever, since a SEQUENCE must never fall.
    """

    LIVE = "live"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    DROPPED = "dropped"


class Remembered(Frozen):
    """The published version of one event: `sequence`, `revised` and `content` (a keyed hash) are those last published.

    `opens`, `last_day` and `code` (the patient's pseudonym) are needed to write a cancellation again; with
    `content` they are empty where an event is DROPPED and no server holds a copy. A cancellation is shown up to
    and on `shown_until`. An event of an overdue window stands on the day `overdue_on`, and so does its cancellation.
    `sync` is JSON that a synchronization keeps about its copy of the event, e.g. an etag; nothing here reads it.
    Raises ValueError where a date is missing that its stage needs.
    """

    kind: Kind
    stage: Stage
    sequence: Sequence
    revised: datetime
    content: str = ""
    opens: date | None = None
    last_day: date | None = None
    code: str = ""
    shown_until: date | None = None
    sync: Mapping[str, Any] = field(default_factory=dict)
    overdue_on: date | None = None

    def __post_init__(self) -> None:
        if self.stage is not Stage.DROPPED and None in (self.opens, self.last_day):
            raise ValueError(f"an event that is {self.stage.value} needs 'opens' and 'last_day'")
        if self.stage is Stage.CANCELLED and self.shown_until is None:
            raise ValueError("an event that is cancelled needs 'shown_until'")

    def dropped(self) -> Remembered:
        """Return the part that is kept for ever; with its days and code while a server still holds a copy.

        A server can refuse to delete the copy, which is then named until it is gone.
        """
        if self.sync:
            return replace(self, stage=Stage.DROPPED, content="", shown_until=None)
        return Remembered(self.kind, Stage.DROPPED, self.sequence, self.revised)


class Horizon(Frozen, array_like=True):
    """The span of a run: the day that it asked about, and the day up to which it projected."""

    as_of: date
    until: date


class State(Frozen):
    """All that a calendar remembers: the events by UID, and by kind the horizon of the last run that wrote it.

    `site` is the fingerprint of the secret behind the UIDs; empty in a state that remembers nothing yet.
    """

    events: Mapping[str, Remembered] = field(default_factory=dict)
    horizons: Mapping[Kind, Horizon] = field(default_factory=dict)
    site: str = ""

    def with_sync(self, sync: Mapping[str, Mapping[str, Any]]) -> State:
        """Return the state with the `sync` of these UIDs replaced ({}: forgotten).

        Raises KeyError for a UID that is not remembered.
        """
        events = dict(self.events)
        for uid, data in sync.items():
            events[uid] = replace(events[uid], sync=data)
        return replace(self, events=events)

    def to_bytes(self) -> bytes:
        """Return the state as JSON, the same bytes for the same state."""
        events = {uid: _Event.of(remembered) for uid, remembered in self.events.items()}
        file = _StateFile(FORMAT, VERSION, self.site, self.horizons, events)
        content = to_builtins(file, enc_hook=_date_text)
        return (json.dumps(content, indent=1, sort_keys=True) + "\n").encode("ascii")


class _Event(Remembered, omit_defaults=True, kw_only=True):
    """An event as the file holds it: times as iCalendar writes them, and nothing that is empty."""

    revised: str  # type: ignore[assignment]  # msgspec reads and writes times in the form of RFC 3339 alone

    def __post_init__(self) -> None:
        super().__post_init__()
        datetime.strptime(self.revised, _TIME)

    @classmethod
    def of(cls, remembered: Remembered) -> _Event:
        return cls(**{**asdict(remembered), "revised": remembered.revised.strftime(_TIME)})

    def remembered(self) -> Remembered:
        revised = datetime.strptime(self.revised, _TIME).replace(tzinfo=UTC)
        return Remembered(**{**asdict(self), "revised": revised})


class _Header(Frozen):
    """The members by which a file is known, whatever else it holds."""

    format: str = ""
    version: Any = VERSION


class _StateFile(Frozen):
    """The whole file."""

    format: str
    version: int
    site: str
    horizons: Mapping[Kind, Horizon]
    events: Mapping[str, _Event]


class _RawEvents(Frozen):
    """The events alone, none of them read."""

    events: Mapping[str, Raw]


# msgspec reads and writes `date` itself. A clock that is set or stopped, as for a test, puts a subclass in its place.


def _date_text(day: date) -> str:
    return day.isoformat()


def _date_from(kind: type[date], text: str) -> date:
    return kind.fromisoformat(text)


_HEADER = Decoder(_Header)
_STATE_FILE = Decoder(_StateFile, dec_hook=_date_from)
_RAW_EVENTS = Decoder(_RawEvents)
_ONE_EVENT = Decoder(_Event, dec_hook=_date_from)


def read_state(path: Path, secret: SiteSecret | None) -> State:
    """Return the state that a file holds; an empty one where there is no such file.

    Raises FileError where it cannot be read, or was made under another secret than `secret` (None: there is none).
    """
    again = "restore it from a backup, or give another --state to start anew"
    try:
        content = path.read_bytes()
        header = _header(content)
        if header.format != FORMAT:
            raise FileError(f"{path} is not the state of a calendar; {again}")
        if header.version != VERSION:
            raise FileError(
                f"{path} is of version {header.version} and this program reads {VERSION}; use the newer program"
            )
        file = _STATE_FILE.decode(content)
    except FileNotFoundError:
        return State()
    except OSError as problem:
        raise FileError(f"cannot read the state {path}: {problem.strerror}") from None
    except ValidationError as problem:
        raise FileError(f"the state {path} is damaged: {_place(content, problem)}; {again}") from None
    except DecodeError as problem:
        raise FileError(f"the state {path} is damaged: {problem}; {again}") from None
    except RecursionError:
        raise FileError(f"the state {path} is damaged: its values are nested too deeply; {again}") from None
    if file.site and secret is None:
        raise FileError(f"{path} was made under a site secret that is not there; give it with --secret-file")
    if file.site and secret is not None and file.site != secret.fingerprint():
        raise FileError(f"{path} was made under another site secret; give that one with --secret-file, or {again}")
    return State({uid: event.remembered() for uid, event in file.events.items()}, file.horizons, file.site)


def _header(content: bytes) -> _Header:
    """Return the header of a JSON file, an empty one where it has none. Raises DecodeError where it is not JSON."""
    try:
        return _HEADER.decode(content)
    except ValidationError:
        return _Header()


def _place(content: bytes, problem: ValidationError) -> str:
    """Return what is wrong with a file, with the UID of the event if it is in one."""
    try:
        events = _RAW_EVENTS.decode(content).events
    except ValidationError:
        return str(problem)
    for uid, event in events.items():
        try:
            _ONE_EVENT.decode(event)
        except ValidationError as in_event:
            return f"event {uid}: {in_event}"
    return str(problem)
