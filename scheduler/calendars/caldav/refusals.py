"""Refusals of single events by a server: the reason in words, and whether the right to write is missing."""

from __future__ import annotations

import re
from collections.abc import Collection
from http import HTTPStatus

from spine_vigil.scheduler.calendars.caldav.access import CalendarServerError

_NO_RIGHT = "does not allow this user to do that; ask for the right to write in the calendar"
_WORDS = {
    "{DAV:}quota-not-exceeded": "the quota of the calendar is used up; make room, or ask for more",
    "{DAV:}sufficient-disk-space": "the disk of the server is full; tell who runs it",
}
_STATUS_WORDS = {
    HTTPStatus.LOCKED: "another program has locked it",
    HTTPStatus.INSUFFICIENT_STORAGE: "no space is left on the server; make room, or tell who runs it",
}
_PLAIN_NAME = re.compile(r"\{[^{}]*\}([a-z][a-z-]{0,40})")


class EventRefused(CalendarServerError):
    """Raised where a server refuses one event, while others may still be accepted.

    `words` gives the reason without the name of the server. `is_forbidden` says that this user may not do it, as far as
    the answer tells.
    """

    def __init__(self, host: str, status: int, preconditions: Collection[str] = ()) -> None:
        known = [_WORDS[name] for name in preconditions if name in _WORDS]
        self.is_forbidden = status == HTTPStatus.FORBIDDEN and not preconditions
        self.words = known[0] if known else _words(status, preconditions)
        if self.is_forbidden:
            self.words += "; ask for the right to write in the calendar if it is missing"
        what = f"answers {status} where the calendar was expected: {self.words}"
        super().__init__(f"{host} {_NO_RIGHT if self.is_forbidden else what}")


def _words(status: int, preconditions: Collection[str]) -> str:
    """Return the status in words, with the conditions that the server names (RFC 4918, 16), whose names are no text."""
    if status in _STATUS_WORDS:
        return _STATUS_WORDS[HTTPStatus(status)]
    try:
        phrase = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = str(status)
    names = [found[1] for name in preconditions if (found := _PLAIN_NAME.fullmatch(name))]
    return f"{phrase} ({', '.join(names)})" if names else phrase
