"""What is known of the copies of events in a calendar that others write in too."""

from __future__ import annotations

from dataclasses import dataclass, replace

from icalendar import Calendar

from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.calendars.revising import Revised
from spine_vigil.scheduler.calendars.state import Remembered
from spine_vigil.scheduler.errors import FileError

_SAYS_NOTHING = ("ACKNOWLEDGED", "CREATED", "DTSTAMP", "LAST-MODIFIED")
"""What clients and servers add or renew on their own, as where a reminder is dismissed; X- properties too."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What is known of the copy of one event in the calendar.

    `etag`: the version at which it was left, as the server calls it; empty where none was acknowledged. `sent` and
    `says`: which version of ours that was, and a keyed hash of what it says. `next_sent` and `next_says`: the same of
    what may have arrived without an answer. `place`: a keyed hash of the address of the calendar.
    """

    place: str
    etag: str = ""
    sent: str = ""
    says: str = ""
    next_sent: str = ""
    next_says: str = ""

    @property
    def is_known(self) -> bool:
        """Whether a server has acknowledged it."""
        return bool(self.etag)

    def sending(self, sent: str, says: str) -> Copy:
        """Return it as it is while a version is on its way."""
        return replace(self, next_sent=sent, next_says=says)

    def arrived(self, etag: str, says: str) -> Copy:
        """Return it as it is once what was on its way has arrived."""
        return Copy(self.place, etag, self.next_sent, says)

    def settled(self) -> Copy:
        """Return it as it is once what was on its way is known not to have arrived."""
        return Copy(self.place, self.etag, self.sent, self.says)

    def to_json(self) -> dict[str, str]:
        """Return what the state keeps: nothing of a copy of which nothing is known."""
        if not self.etag and not self.next_sent:
            return {}
        fields = {name: str(getattr(self, name)) for name in self.__slots__}
        return {name: value for name, value in fields.items() if value}


def copy_of(kept: Remembered) -> Copy | None:
    """Return the copy that the state keeps of an event; None where it keeps none. Raises FileError."""
    if not kept.sync:
        return None
    try:
        return Copy(**{name: str(value) for name, value in kept.sync.items()})
    except TypeError:
        raise FileError("the state holds what no sync has written; restore it from a backup") from None


def version_of(one: Revised) -> str:
    """Return by what a version of an event is known again: its number, and the keyed hash of its content."""
    return f"{one.sequence} {one.kept.content}"


def hash_of_words(content: bytes, secret: SiteSecret) -> str:
    """Return a keyed hash of what a calendar object says, in whatever order and form a server keeps it.

    Empty, and so like no other, where it cannot be read.
    """
    try:
        calendar = Calendar.from_ical(content)
        words = [
            f"{name}:{value.to_ical().decode('utf-8')}" if hasattr(value, "to_ical") else f"{name}:{value}"
            for component in calendar.subcomponents
            for name, value in component.property_items(recursive=True, sorted=True)
            if name not in _SAYS_NOTHING and not name.startswith("X-")
        ]
    except ValueError:
        return ""
    return secret.content_hash("\n".join(words).encode("utf-8"))
