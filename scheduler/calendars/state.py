"""What a calendar remembers of its last run: by UID what was said, in which version, and what has to be unsaid.

The file names nobody: it holds keyed identities, pseudonyms, dates and keyed hashes, and no diagnosis. Times are UTC.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.errors import FileError

FORMAT = "vigil calendar state"
VERSION = 1
_TIME = "%Y%m%dT%H%M%SZ"


class Kind(Enum):
    """What is made of a window: one event, or one for each of two milestones, or a to-do."""

    WINDOW = "window"
    OPENS = "opens"
    LAST_DAY = "last_day"
    TODO = "todo"


class Stage(Enum):
    """Where an event stands.

    LIVE: in the calendar. CANCELLED: in the calendar, called off by a decision. LAPSED: no longer in the
    calendar by the passing of time alone, and as it was if it comes back. DROPPED: its cancellation has been
    shown for long enough; of it the version is kept for ever, since a SEQUENCE must never fall.
    """

    LIVE = "live"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is kept of one UID: `sequence`, `revised` and `content` (a keyed hash) are those last published.

    `opens`, `last_day` and `code` (the patient's pseudonym) are what it takes to write a cancellation again; with
    `content` they are empty where an event is DROPPED. A cancellation is shown up to and on `shown_until`.
    `sync` is JSON that a synchronization keeps about its copy of the event, e.g. an etag; nothing here reads it.
    """

    kind: Kind
    stage: Stage
    sequence: int
    revised: datetime
    content: str = ""
    opens: date | None = None
    last_day: date | None = None
    code: str = ""
    shown_until: date | None = None
    sync: Mapping[str, Any] = field(default_factory=dict)

    def dropped(self) -> Remembered:
        """Return what is kept for ever."""
        return Remembered(self.kind, Stage.DROPPED, self.sequence, self.revised, sync=self.sync)


@dataclass(frozen=True, slots=True)
class Horizon:
    """What a run looked at: the day that it asked about, and the day up to which it projected."""

    as_of: date
    until: date


@dataclass(frozen=True, slots=True)
class State:
    """What a calendar remembers: by UID what was published, and by kind the horizon of the last run that wrote it.

    `site` is the fingerprint of the secret behind the UIDs; empty in a state that remembers nothing yet.
    """

    events: Mapping[str, Remembered] = field(default_factory=dict)
    horizons: Mapping[Kind, Horizon] = field(default_factory=dict)
    site: str = ""

    def with_sync(self, kept: Mapping[str, Mapping[str, Any]]) -> State:
        """Return the state with the `sync` of these UIDs replaced ({}: forgotten).

        Raises KeyError for a UID that is not remembered.
        """
        events = dict(self.events)
        for uid, data in kept.items():
            events[uid] = replace(events[uid], sync=data)
        return replace(self, events=events)

    def to_bytes(self) -> bytes:
        """Return the state as JSON, the same bytes for the same state."""
        content = {
            "format": FORMAT,
            "version": VERSION,
            "site": self.site,
            "horizons": {k.value: [str(h.as_of), str(h.until)] for k, h in self.horizons.items()},
            "events": {uid: _to_json(kept) for uid, kept in self.events.items()},
        }
        return (json.dumps(content, indent=1, sort_keys=True) + "\n").encode("ascii")


def read_state(path: Path, secret: SiteSecret | None) -> State:
    """Return the state that a file holds; an empty one where there is no such file.

    Raises FileError where it cannot be read, or was made under another secret than `secret` (None: there is none).
    """
    again = "restore it from a backup, or give another --state to start anew"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise FileError(f"{path} is not the state of a calendar; {again}")
        if content["version"] != VERSION:
            raise FileError(
                f"{path} is of version {content['version']} and this program reads {VERSION}; use the newer program"
            )
        state = State(
            {str(uid): _from_json(kept) for uid, kept in content["events"].items()},
            {Kind(k): Horizon(*map(date.fromisoformat, days)) for k, days in content["horizons"].items()},
            content["site"],
        )
    except FileNotFoundError:
        return State()
    except OSError as problem:
        raise FileError(f"cannot read the state {path}: {problem.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FileError(f"the state {path} is damaged; {again}") from None
    if state.site and secret is None:
        raise FileError(f"{path} was made under a site secret that is not there; give it with --secret-file")
    if state.site and secret is not None and state.site != secret.fingerprint():
        raise FileError(f"{path} was made under another site secret; give that one with --secret-file, or {again}")
    return state


def _to_json(kept: Remembered) -> dict[str, Any]:
    """Return the fields of one event; what is empty is left out."""
    fields = {
        "kind": kept.kind.value,
        "stage": kept.stage.value,
        "sequence": kept.sequence,
        "revised": kept.revised.strftime(_TIME),
        "content": kept.content,
        "opens": kept.opens,
        "last_day": kept.last_day,
        "code": kept.code,
        "shown_until": kept.shown_until,
        "sync": dict(kept.sync),
    }
    return {n: str(v) if isinstance(v, date) else v for n, v in fields.items() if v not in (None, "", {})}


def _from_json(fields: Mapping[str, Any]) -> Remembered:
    """Return one event. Raises ValueError, KeyError or TypeError where a field is none."""
    if not isinstance(fields["sequence"], int) or not isinstance(fields.get("sync", {}), dict):
        raise TypeError(fields)
    stage = Stage(fields["stage"])
    kept = Remembered(
        Kind(fields["kind"]),
        stage,
        fields["sequence"],
        datetime.strptime(fields["revised"], _TIME).replace(tzinfo=UTC),
        str(fields.get("content", "")),
        _date(fields, "opens"),
        _date(fields, "last_day"),
        str(fields.get("code", "")),
        _date(fields, "shown_until"),
        fields.get("sync", {}),
    )
    if stage is not Stage.DROPPED and None in (kept.opens, kept.last_day):
        raise ValueError(fields)
    if stage is Stage.CANCELLED and kept.shown_until is None:
        raise ValueError(fields)
    return kept


def _date(fields: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(fields[name]) if name in fields else None
