"""Events brought to a calendar that others write in too: sent where something changed, and nothing of theirs undone.

An event is written over or deleted only where its copy in the calendar says what was sent last, and then at exactly
that version (`If-Match`); what a user changed or deleted stays so, and is told.

A run can end at any moment. Before anything is sent, the state is saved with what is about to be sent; each answer is
noted, and the state saved again in the end, however the run ends. A run that is killed in between, or loses an answer,
leaves copies that the state does not know: the next run reads these, and where they say what was being sent they are
its own; where they do not, a user has been there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Protocol

from spine_vigil.scheduler.calendars.caldav.copies import Copy, copy_of, hash_of_words, version_of
from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.calendars.revising import Revised, Revision
from spine_vigil.scheduler.calendars.state import State
from spine_vigil.scheduler.errors import VigilError

CANCELLED = "CANCELLED"


class AnotherCalendar(VigilError):
    """A state that belongs to another calendar, in which its events would be left behind."""


class StoredObject(Protocol):
    """An object as the server holds it."""

    @property
    def etag(self) -> str:
        """Its version."""

    @property
    def content(self) -> bytes:
        """Its bytes."""


class RemoteCalendar(Protocol):
    """A calendar on a server; see `caldav_store.CalDavCalendar`, which is one."""

    @property
    def url(self) -> str:
        """Where it is."""

    @property
    def is_new(self) -> bool:
        """Whether it is not there yet."""

    def make(self) -> RemoteCalendar:
        """Make it; return it as it is then."""

    def etags(self) -> Mapping[str, str]:
        """Return the version of each object by UID."""

    def read(self, uid: str) -> StoredObject | None:
        """Return an object; None where there is none."""

    def create(self, uid: str, content: bytes) -> StoredObject | None:
        """Write what is not there yet; None where something is."""

    def replace(self, uid: str, content: bytes, etag: str) -> StoredObject | None:
        """Write over one version; None where another is there, or none."""

    def delete(self, uid: str, etag: str) -> bool:
        """Delete one version; False where another is there."""


class Fate(Enum):
    """What becomes of an event in the calendar."""

    CREATED = "new"
    UPDATED = "changed"
    CANCELLED = "cancelled"
    DELETED = "taken out"
    UNCHANGED = "unchanged"
    USER_CHANGED = "changed by a user and left so"
    USER_DELETED = "deleted by a user and not sent again"

    @property
    def is_written(self) -> bool:
        """Whether it is written into the calendar."""
        return self in (Fate.CREATED, Fate.UPDATED, Fate.CANCELLED)

    @property
    def is_left(self) -> bool:
        """Whether a user has been there, and it is left so."""
        return self in (Fate.USER_CHANGED, Fate.USER_DELETED)


def foresee(revision: Revision) -> dict[str, Fate]:
    """Return what a sync would do, by UID in order, as far as the state tells without asking the server."""
    wanted = {one.uid: one for one in revision.revised}
    fates = {uid: _intended(copy_of(kept), wanted.get(uid)) for uid, kept in sorted(revision.state.events.items())}
    return {uid: fate for uid, fate in fates.items() if fate is not None}


def _intended(copy: Copy | None, one: Revised | None) -> Fate | None:
    """Return what is to become of an event; None where it neither is nor belongs in the calendar."""
    if one is None:
        return None if copy is None else Fate.DELETED
    if copy is not None and copy.is_known and copy.sent == version_of(one):
        return Fate.UNCHANGED
    if one.status == CANCELLED:
        return None if copy is None else Fate.CANCELLED  # what was never in the calendar need not be called off
    return Fate.UPDATED if copy is not None and copy.is_known else Fate.CREATED


class Sync:
    """One sync of a revised state with a calendar."""

    def __init__(
        self, revision: Revision, secret: SiteSecret, calendar: RemoteCalendar, *, restores: bool = False
    ) -> None:
        """Find out what has become of what was sent before.

        `restores`: what a user deleted is sent again, and a state of another calendar is taken to this one. Raises
        AnotherCalendar, FileError, or CalendarServerError.
        """
        self._restores = restores
        self._secret = secret
        self._before = revision.state
        self._wanted = {one.uid: one for one in revision.revised}
        known = {uid: copy for uid, kept in self._before.events.items() if (copy := copy_of(kept)) is not None}
        if not restores and any(copy.place != self._place_of(calendar) for copy in known.values()):
            raise AnotherCalendar(
                "the state belongs to another calendar, whose events would be left behind in it; give this calendar a"
                " --state of its own, or --restore where that other one is gone"
            )
        self._calendar = calendar.make() if calendar.is_new else calendar
        self._place = self._place_of(self._calendar)
        self._etags = dict(self._calendar.etags())
        self._copies = {
            uid: self._recovered(uid, copy)
            for uid, copy in known.items()
            if copy.place == self._place and not calendar.is_new
        }

    def run(self, save: Callable[[State], None], tell: Callable[[int, int], None] = lambda *_: None) -> dict[str, Fate]:
        """Send what has to be sent; return the fate of each event, by UID in order.

        `save` is called before the first event and after the last one, `tell` at each event with its number and how
        many there are. Raises CalendarServerError where the server
        breaks off; what it had taken until then is saved.
        """
        fates = {uid: self._fate(uid) for uid in sorted({*self._wanted, *self._copies})}
        for uid, fate in fates.items():
            if fate is None:  # it is gone, and has nothing to say any more
                self._copies.pop(uid, None)
            elif fate.is_written:
                one, copy = self._wanted[uid], self._copies.get(uid)
                says = hash_of_words(one.ics, self._secret)
                base = Copy(self._place) if copy is None or fate is Fate.CREATED else copy
                self._copies[uid] = base.sending(version_of(one), says)
        save(self._state())
        try:
            for number, (uid, fate) in enumerate(fates.items(), start=1):
                tell(number, len(fates))
                if fate is Fate.DELETED:
                    fates[uid] = self._taken_out(uid)
                elif fate is not None and fate.is_written:
                    fates[uid] = self._written(uid, fate)
        finally:
            save(self._state())
        return {uid: fate for uid, fate in fates.items() if fate is not None}

    def _state(self) -> State:
        had: dict[str, dict[str, str]] = {uid: {} for uid, kept in self._before.events.items() if kept.sync}
        return self._before.with_sync({**had, **{uid: copy.to_json() for uid, copy in self._copies.items()}})

    def _place_of(self, calendar: RemoteCalendar) -> str:
        return self._secret.content_hash(calendar.url.encode("utf-8"))[:8]

    def _recovered(self, uid: str, copy: Copy) -> Copy:
        """Return what is known of a copy once it is clear whether what an earlier run was sending has arrived."""
        if copy.next_sent and self._etags.get(uid, copy.etag) != copy.etag:
            stored = self._calendar.read(uid)
            if stored is not None and hash_of_words(stored.content, self._secret) == copy.next_says:
                self._etags[uid] = stored.etag
                return copy.arrived(stored.etag, copy.next_says)
        return copy.settled()

    def _fate(self, uid: str) -> Fate | None:
        """Return what is to become of an event; None where it neither is nor belongs in the calendar."""
        copy, one = self._copies.get(uid), self._wanted.get(uid)
        if copy is None or not copy.is_known:
            return _intended(None, one)
        if uid in self._etags:
            return _intended(copy, one)
        if one is None or one.status == CANCELLED:
            return None
        return Fate.CREATED if self._restores else Fate.USER_DELETED

    def _written(self, uid: str, fate: Fate) -> Fate:
        """Write an event where its copy is as it was left, and note it; return what has become of it."""
        content, copy = self._wanted[uid].ics, self._copies[uid]
        if not copy.is_known and uid in self._etags:
            return self._found(uid, copy)
        if copy.is_known:
            etag = self._own_etag(uid, copy)
            stored = None if etag is None else self._calendar.replace(uid, content, etag)
        else:
            stored = self._calendar.create(uid, content)
        if stored is None:
            self._copies[uid] = copy.settled()
            return Fate.USER_CHANGED
        is_as_sent = stored.content == content
        says = copy.next_says if is_as_sent else hash_of_words(stored.content, self._secret)
        self._copies[uid] = copy.arrived(stored.etag, says)
        return fate

    def _taken_out(self, uid: str) -> Fate:
        """Delete the copy of an event where it is as it was left; otherwise it is the user's from now on."""
        etag = self._own_etag(uid, self._copies[uid])
        is_done = etag is not None and self._calendar.delete(uid, etag)
        del self._copies[uid]
        return Fate.DELETED if is_done else Fate.USER_CHANGED

    def _found(self, uid: str, copy: Copy) -> Fate:
        """Take what is there already for our own where it says what we would say, as after a state was lost."""
        stored = self._calendar.read(uid)
        if stored is not None and hash_of_words(stored.content, self._secret) == copy.next_says:
            self._copies[uid] = copy.arrived(stored.etag, copy.next_says)
            return Fate.UNCHANGED
        self._copies[uid] = copy.settled()
        return Fate.USER_CHANGED

    def _own_etag(self, uid: str, copy: Copy) -> str | None:
        """Return the version of a copy that says what we sent last; None where a user has changed it.

        A server counts a reminder that was dismissed as a version too, and one that was moved counts anew.
        """
        if self._etags.get(uid) == copy.etag:
            return copy.etag
        stored = self._calendar.read(uid)
        # What could not be read when it was sent is known by its version alone.
        is_ours = stored is not None and bool(copy.says) and hash_of_words(stored.content, self._secret) == copy.says
        return stored.etag if stored is not None and is_ours else None
