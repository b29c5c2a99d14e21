"""Copies of events on a server: their last known versions, and a hash that recognises their content."""

from __future__ import annotations

from icalendar import Calendar
from msgspec import ValidationError, convert, to_builtins

from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.calendars.revising import Revised
from spine_vigil.scheduler.calendars.state import Remembered
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.values import Frozen, replace

_SAYS_NOTHING = ("ACKNOWLEDGED", "CREATED", "DTSTAMP", "LAST-MODIFIED")
"""Properties that clients and servers add or renew on their own, e.g. when a reminder is dismissed; X- ones too."""


class Copy(Frozen, omit_defaults=True, forbid_unknown_fields=True):
    """The last known version of one event on the server.

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
        """Whether a server has acknowledged the copy."""
        return bool(self.etag)

    def sending(self, sent: str, says: str) -> Copy:
        """Return the copy while a version is being sent."""
        return replace(self, next_sent=sent, next_says=says)

    def arrived(self, etag: str, says: str) -> Copy:
        """Return the copy after the version that was being sent has arrived."""
        return Copy(self.place, etag, self.next_sent, says)

    def settled(self) -> Copy:
        """Return the copy after the version that was being sent has turned out not to have arrived."""
        return Copy(self.place, self.etag, self.sent, self.says)

    def to_json(self) -> dict[str, str]:
        """Return the copy as the state keeps it; empty where nothing is known of it."""
        if not self.etag and not self.next_sent:
            return {}
        fields: dict[str, str] = to_builtins(self)
        return fields


def copy_of(remembered: Remembered) -> Copy | None:
    """Return the copy that the state keeps of an event; None where it keeps none. Raises FileError."""
    if not remembered.sync:
        return None
    try:
        return convert(remembered.sync, Copy)
    except ValidationError as problem:
        raise FileError(f"the state holds what no sync has written: {problem}; restore it from a backup") from None


def version_of(one: Revised) -> str:
    """Return the name of a version of an event: its number and the keyed hash of its content."""
    return f"{one.sequence} {one.kept.content}"


def hash_of_words(content: bytes, secret: SiteSecret) -> str:
    """Return a keyed hash of the content of a calendar object, whatever order and form a server keeps it in.

    Empty, and so equal to no other, where the object cannot be read.
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
