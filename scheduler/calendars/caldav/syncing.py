"""Synchronization with a shared calendar: sends the events that changed and keeps the changes of its users.

An event is overwritten or deleted only if its copy in the calendar still has the content that was sent last, and then
only in exactly that version (`If-Match`). What a user changed or deleted is left so and reported.

A run can end at any moment. The state is saved with the pending changes before anything is sent, and again with the
server's answers at the end, however the run ends. A run that is killed or misses an answer leaves copies that the state
does not know. The next run reads these: a copy with the pending content was written by the earlier run; any other was
changed by a user.

An event that the server refuses is left as it is, and stays pending: the others are sent, and the next run tries it
again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Protocol

from spine_vigil.scheduler.calendars.caldav.access import CalendarServerError
from spine_vigil.scheduler.calendars.caldav.copies import Copy, copy_of, hash_of_words, version_of
from spine_vigil.scheduler.calendars.caldav.refusals import EventRefused
from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.calendars.revising import Revised, Revision
from spine_vigil.scheduler.calendars.state import State
from spine_vigil.scheduler.errors import VigilError

CANCELLED = "CANCELLED"


class AnotherCalendar(VigilError):
    """Raised for a state that belongs to another calendar, in which its events would be left behind."""


class StoredObject(Protocol):
    """An object on the server."""

    @property
    def etag(self) -> str:
        """Its version."""

    @property
    def content(self) -> bytes:
        """Its bytes."""


class RemoteCalendar(Protocol):
    """A calendar on a server, as `caldav.store.CalDavCalendar` implements it."""

    @property
    def url(self) -> str:
        """Its address."""

    @property
    def is_new(self) -> bool:
        """Whether it does not exist yet."""

    def make(self) -> RemoteCalendar:
        """Create the calendar on the server and return it."""

    def etags(self) -> Mapping[str, str]:
        """Return the version of each object by UID."""

    def read(self, uid: str) -> StoredObject | None:
        """Return an object, or None if it does not exist."""

    def create(self, uid: str, content: bytes) -> StoredObject | None:
        """Write a new object; None if it exists already."""

    def replace(self, uid: str, content: bytes, etag: str) -> StoredObject | None:
        """Overwrite one version of an object; None if its version is another or it does not exist."""

    def delete(self, uid: str, etag: str) -> bool:
        """Delete one version of an object; False if its version is another."""


class Fate(Enum):
    """The result of a sync for one event."""

    CREATED = "new"
    UPDATED = "changed"
    CANCELLED = "cancelled"
    DELETED = "removed"
    UNCHANGED = "unchanged"
    USER_CHANGED = "changed by a user and left so"
    USER_DELETED = "deleted by a user and not sent again"
    REFUSED = "refused by the server"

    @property
    def is_written(self) -> bool:
        """Whether the event is written into the calendar."""
        return self in (Fate.CREATED, Fate.UPDATED, Fate.CANCELLED)

    @property
    def is_left(self) -> bool:
        """Whether a user changed or deleted the event, which is left so."""
        return self in (Fate.USER_CHANGED, Fate.USER_DELETED)

    @property
    def is_exception(self) -> bool:
        """Whether an ordinary run has no event of this fate."""
        return self.is_left or self is Fate.REFUSED


def foresee(revision: Revision) -> dict[str, Fate]:
    """Return what a sync would do with each event, ordered by UID, judged from the state without a server request."""
    wanted = {one.uid: one for one in revision.revised}
    fates = {uid: _intended(copy_of(kept), wanted.get(uid)) for uid, kept in sorted(revision.state.events.items())}
    return {uid: fate for uid, fate in fates.items() if fate is not None}


def _intended(copy: Copy | None, one: Revised | None) -> Fate | None:
    """Return what to do with an event; None if it is not in the calendar and should not be."""
    if one is None:
        return None if copy is None else Fate.DELETED
    if copy is not None and copy.is_known and copy.sent == version_of(one):
        return Fate.UNCHANGED
    if one.status == CANCELLED:
        return None if copy is None else Fate.CANCELLED  # an event that was never sent needs no cancellation
    return Fate.UPDATED if copy is not None and copy.is_known else Fate.CREATED


class Sync:
    """One synchronization of a revised state with a calendar.

    `refusals` says why the server refused events, by UID.
    """

    def __init__(
        self, revision: Revision, secret: SiteSecret, calendar: RemoteCalendar, *, restores: bool = False
    ) -> None:
        """Read the versions in the calendar, and settle changes that an earlier run left pending.

        With `restores`, events that a user deleted are sent again, and a state of another calendar is accepted. Raises
        AnotherCalendar, FileError, or CalendarServerError.
        """
        self.refusals: dict[str, EventRefused] = {}
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
        """Send the changes; return the fate of each event, ordered by UID.

        `save` is called before the first event and after the last one, `tell` at each event with its number and the
        number of events. Raises CalendarServerError if the server fails, or lets this user write nothing; what it
        accepted until then is saved.
        """
        uids = sorted({*self._wanted, *self._copies})
        fates = {uid: Fate.REFUSED if uid in self.refusals else self._fate(uid) for uid in uids}
        for uid, fate in fates.items():
            if fate is None:  # deleted in the calendar, and not needed there any more
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
                if fate is not None:
                    fates[uid] = self._done(uid, fate)
        finally:
            save(self._state())
        self._check_right(fates.values())
        return {uid: fate for uid, fate in fates.items() if fate is not None}

    def _done(self, uid: str, fate: Fate) -> Fate:
        """Write or delete an event as its fate says; return what has become of it."""
        try:
            if fate is Fate.DELETED:
                return self._deleted(uid)
            return self._written(uid, fate) if fate.is_written else fate
        except EventRefused as refusal:
            self.refusals[uid] = refusal
            return Fate.REFUSED

    def _check_right(self, fates: Iterable[Fate | None]) -> None:
        """Raise CalendarServerError if this user may write nothing: every write was forbidden, and of two at least.

        One alone says nothing of the right: a server can forbid the same event every night. Nor do deletions, since
        some servers forbid to delete an event twice.
        """
        forbidden = [refusal for refusal in self.refusals.values() if refusal.is_forbidden]
        is_all = 1 < len(forbidden) == len(self.refusals) and not self._wanted.keys().isdisjoint(self.refusals)
        if is_all and not any(fate is not None and (fate.is_written or fate is Fate.DELETED) for fate in fates):
            raise CalendarServerError(str(forbidden[0]))

    def _state(self) -> State:
        had: dict[str, dict[str, str]] = {uid: {} for uid, kept in self._before.events.items() if kept.sync}
        return self._before.with_sync({**had, **{uid: copy.to_json() for uid, copy in self._copies.items()}})

    def _place_of(self, calendar: RemoteCalendar) -> str:
        return self._secret.content_hash(calendar.url.encode("utf-8"))[:8]

    def _recovered(self, uid: str, copy: Copy) -> Copy:
        """Return a copy with its pending change settled: arrived if the calendar holds its content, else dropped."""
        if copy.next_sent and self._etags.get(uid, copy.etag) != copy.etag:
            try:
                stored = self._calendar.read(uid)
            except EventRefused as refusal:
                self.refusals[uid] = refusal
                return copy
            if stored is not None and hash_of_words(stored.content, self._secret) == copy.next_says:
                self._etags[uid] = stored.etag
                return copy.arrived(stored.etag, copy.next_says)
        return copy.settled()

    def _fate(self, uid: str) -> Fate | None:
        """Return what to do with an event; None if it is not in the calendar and should not be."""
        copy, one = self._copies.get(uid), self._wanted.get(uid)
        if copy is None or not copy.is_known:
            return _intended(None, one)
        if uid in self._etags:
            return _intended(copy, one)
        if one is None or one.status == CANCELLED:
            return None
        return Fate.CREATED if self._restores else Fate.USER_DELETED

    def _written(self, uid: str, fate: Fate) -> Fate:
        """Write an event and record its new version, unless a user changed its copy; return its fate."""
        content, copy = self._wanted[uid].ics, self._copies[uid]
        if not copy.is_known and uid in self._etags:
            return self._adopted(uid, copy, Fate.UNCHANGED)
        if copy.is_known:
            etag = self._unchanged_etag(uid, copy)
            if etag is None:
                self._copies[uid] = copy.settled()
                return Fate.USER_CHANGED
            stored = self._calendar.replace(uid, content, etag)
        else:
            stored = self._calendar.create(uid, content)
        if stored is None:  # a first try may have arrived although the server failed to say so
            return self._adopted(uid, copy, fate)
        is_as_sent = stored.content == content
        says = copy.next_says if is_as_sent else hash_of_words(stored.content, self._secret)
        self._copies[uid] = copy.arrived(stored.etag, says)
        return fate

    def _deleted(self, uid: str) -> Fate:
        """Delete the copy of an event, unless a user changed it: then it belongs to the user from now on."""
        etag = self._unchanged_etag(uid, self._copies[uid])
        is_done = etag is not None and self._calendar.delete(uid, etag)
        del self._copies[uid]
        return Fate.DELETED if is_done else Fate.USER_CHANGED

    def _adopted(self, uid: str, copy: Copy, fate: Fate) -> Fate:
        """Adopt an existing object if it has the content to be sent, as it does after a state was lost.

        Return `fate` for it, else that a user changed it.
        """
        stored = self._calendar.read(uid)
        if stored is not None and hash_of_words(stored.content, self._secret) == copy.next_says:
            self._copies[uid] = copy.arrived(stored.etag, copy.next_says)
            return fate
        self._copies[uid] = copy.settled()
        return Fate.USER_CHANGED

    def _unchanged_etag(self, uid: str, copy: Copy) -> str | None:
        """Return the current version of a copy that has the content sent last; None if a user changed it.

        A new version alone proves no change: a server assigns one when a reminder is dismissed, and new ones to all
        objects when it is migrated.
        """
        if self._etags.get(uid) == copy.etag:
            return copy.etag
        stored = self._calendar.read(uid)
        # A copy that could not be parsed when it was sent has no recorded content, only a version.
        is_ours = stored is not None and bool(copy.says) and hash_of_words(stored.content, self._secret) == copy.says
        return stored.etag if stored is not None and is_ours else None
