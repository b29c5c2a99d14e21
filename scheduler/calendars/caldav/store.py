"""Client of one calendar on a CalDAV server (RFC 4791): reads and writes objects by UID, with conditional requests.

The only module that uses the network. It is imported only when a calendar is synced, since its libraries are an extra.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from math import ceil
from typing import cast
from urllib.parse import unquote, urlsplit

import niquests
from caldav.collection import Calendar
from caldav.davclient import DAVClient
from caldav.elements import dav
from caldav.lib import error as dav_error
from caldav.response import DAVResponse, PropfindResult

from spine_vigil.scheduler.calendars.caldav.access import (
    PASSWORD,
    USERNAME,
    CalendarServerError,
    Credentials,
    check_url,
)
from spine_vigil.scheduler.calendars.caldav.refusals import EventRefused
from spine_vigil.scheduler.calendars.caldav.session import GuardedSession
from spine_vigil.scheduler.calendars.caldav.trust import Trust
from spine_vigil.scheduler.calendars.caldav.versions import plain_version

TIMEOUT_SECONDS = 30
_MINUTE = 60
_SUFFIX = ".ics"
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_TYPE = {"Content-Type": "text/calendar; charset=utf-8"}
# A proxy gives the version of an answer that it compresses another name.
_UNCOMPRESSED = {"Accept-Encoding": "identity"}
_NO_UID_CONFLICT = "{urn:ietf:params:xml:ns:caldav}no-uid-conflict"

# The library can log requests and write them into files, with the password and the text of every event. Some of its
# modules have child loggers, which `disabled` does not reach; the level and `propagate` do.
_LOGGER = logging.getLogger("caldav")
_LOGGER.disabled, _LOGGER.propagate = True, False
_LOGGER.setLevel(logging.CRITICAL + 1)
dav_error.debug_dump_communication = False


@dataclass(frozen=True, slots=True)
class Stored:
    """An object on the server: its version and its content."""

    etag: str
    content: bytes


@dataclass(frozen=True, slots=True)
class CalDavCalendar:
    """One calendar on a server. Objects are named after their UIDs; objects with other names are never read or written.

    `url` ends in a slash. If the calendar `is_new`, it does not exist yet, and `make` has to be called before all other
    methods. Every method raises CalendarServerError if the server cannot be reached or its answer is unexpected, and
    those that read or write one object EventRefused if the server refuses that one.
    """

    client: DAVClient
    name: str
    url: str
    is_new: bool

    def make(self) -> CalDavCalendar:
        """Create the calendar on the server, for events only, and return it."""
        with _server_errors(self.url):
            principal = self.client.get_principal()
            made = principal.make_calendar(self.name, _path_of(self.name), supported_calendar_component_set=["VEVENT"])
            return replace(self, url=_slashed(str(cast("Calendar", made).url)))

    def etags(self) -> dict[str, str]:
        """Return the version of each object that is named after a UID, by UID, in one request."""
        with _server_errors(self.url):
            answer = self.client.propfind(self.url, props=["getetag"], depth=1)
            _expect(answer, self.url, HTTPStatus.MULTI_STATUS)
            etags = {}
            for item in answer.results or ():
                if not isinstance(item, PropfindResult):  # pragma: no cover - the results of other requests
                    continue
                name = unquote(urlsplit(item.href).path).rsplit("/", 1)[-1]
                etag = item.properties.get(dav.GetEtag.tag)
                if name.endswith(_SUFFIX) and etag:
                    etags[name.removesuffix(_SUFFIX)] = plain_version(etag)
            return etags

    def read(self, uid: str) -> Stored | None:
        """Return an object, or None if it does not exist."""
        with _server_errors(self.url, is_of_event=True):
            answer = self.client.request(self._address(uid), "GET", headers=_UNCOMPRESSED)
            if answer.status in _GONE:
                return None
            _accept(answer, self.url, HTTPStatus.OK)
            content = answer.raw
            return Stored(_etag(answer), content.encode("utf-8") if isinstance(content, str) else content or b"")

    def create(self, uid: str, content: bytes) -> Stored | None:
        """Write a new object and return it; None if an object with its name or its UID exists."""
        return self._put(uid, content, {"If-None-Match": "*"})

    def replace(self, uid: str, content: bytes, etag: str) -> Stored | None:
        """Overwrite one version of an object and return the new one; None if its version is another or it is gone."""
        return self._put(uid, content, {"If-Match": etag})

    def delete(self, uid: str, etag: str) -> bool:
        """Delete one version of an object; False if its version is another."""
        with _server_errors(self.url, is_of_event=True):
            answer = self.client.delete(self._address(uid), {**_UNCOMPRESSED, "If-Match": etag})
            if answer.status == HTTPStatus.PRECONDITION_FAILED:
                return False
            _accept(answer, self.url, HTTPStatus.OK, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT, *_GONE)
            return True

    def close(self) -> None:
        """Close the connection."""
        self.client.close()

    def _put(self, uid: str, content: bytes, condition: Mapping[str, str]) -> Stored | None:
        headers = {**_TYPE, **_UNCOMPRESSED, **condition}
        with _server_errors(self.url, is_of_event=True):
            try:
                answer = self.client.put(self._address(uid), content.decode("utf-8"), headers)
            except dav_error.AuthorizationError as refusal:
                if _NO_UID_CONFLICT in refusal.preconditions:  # with 403; some servers say 409 instead
                    return None
                raise
            if answer.status == HTTPStatus.PRECONDITION_FAILED or _is_uid_conflict(answer):
                return None
            _accept(answer, self.url, HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT)
            if etag := _etag(answer):
                return Stored(etag, content)
            return self._as_stored(uid)  # a server that alters the object sends no ETag (RFC 4791, 5.3.4)

    def _as_stored(self, uid: str) -> Stored:
        stored = self.read(uid)
        if stored is None or not stored.etag:
            raise CalendarServerError(
                f"{_host(self.url)} gives no version (ETag) of an event, without which a user's change to it could not"
                " be told; this server cannot be synced with"
            )
        return stored

    def _address(self, uid: str) -> str:
        return f"{self.url}{uid}{_SUFFIX}"


def open_calendar(
    url: str,
    name: str,
    credentials: Credentials,
    ca_file: str | None = None,
    trusted: Collection[str] = (),
    wait_told: Callable[[str], None] = lambda _: None,
) -> CalDavCalendar:
    """Find the user's calendar with a display name; if there is none, return one that can be made.

    `ca_file` holds the certificates of authorities to trust instead of the system's. The certificate of the server is
    always verified. `trusted` are hosts to which the server may lead, besides its own. `wait_told` is called with a
    sentence where the server asks to wait. Raises CalendarServerError, also if two calendars have the name.
    """
    check_url(url)
    client = DAVClient(
        url=url,
        username=credentials.username,
        password=credentials.password,
        timeout=TIMEOUT_SECONDS,
        ssl_verify_cert=ca_file or True,
        enable_rfc6764=False,  # no DNS lookup for another address than the one given
    )
    session = GuardedSession(Trust(url, trusted), wait_told)
    client.session = session
    with _found_abroad(session), _server_errors(url):
        principal = client.get_principal()
        calendars = [(_slashed(str(c.url)), c.get_display_name()) for c in client.get_calendars(principal)]
        home = _slashed(str(principal.calendar_home_set.url))
    made_at = f"{home}{_path_of(name)}/"
    urls = [its_url for its_url, its_name in calendars if its_name == name]
    # Some servers ignore display names, and users change them; the address stays the same.
    urls = urls or [its_url for its_url, _ in calendars if its_url == made_at]
    if len(urls) > 1:
        raise CalendarServerError(f"{_host(url)} has {len(urls)} calendars named '{name}'; rename all but one")
    return CalDavCalendar(client, name, urls[0] if urls else made_at, is_new=not urls)


@contextmanager
def _found_abroad(session: GuardedSession) -> Iterator[None]:
    """Say which address was not trusted where the library makes another error of it."""
    try:
        yield
    except CalendarServerError:
        if session.foreign is not None:
            raise session.foreign from None
        raise


def _path_of(name: str) -> str:
    """Return the last part of the address of a new calendar: the same for the same name, without revealing it."""
    return "vigil-" + hashlib.sha256(name.encode("utf-8")).hexdigest()[:16]


def _slashed(url: str) -> str:
    return url.rstrip("/") + "/"


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _etag(answer: DAVResponse) -> str:
    return plain_version(answer.headers.get("ETag") or "")


def _is_uid_conflict(answer: DAVResponse) -> bool:
    return answer.status in (
        HTTPStatus.FORBIDDEN,
        HTTPStatus.CONFLICT,
    ) and _NO_UID_CONFLICT in dav_error.parse_preconditions(answer.raw)


def _expect(answer: DAVResponse, url: str, *statuses: HTTPStatus) -> None:
    if answer.status not in statuses:
        raise CalendarServerError(f"{_host(url)} answers {answer.status} where the calendar was expected")


def _accept(answer: DAVResponse, url: str, *statuses: HTTPStatus) -> None:
    """Raise EventRefused for an answer about one event with another status than these."""
    if answer.status not in statuses:
        raise EventRefused(_host(url), answer.status, dav_error.parse_preconditions(answer.raw))


def _when(seconds: float | None) -> str:
    return "in some minutes" if seconds is None or seconds <= _MINUTE else f"in {ceil(seconds / _MINUTE)} minutes"


@contextmanager
def _server_errors(url: str, *, is_of_event: bool = False) -> Iterator[None]:
    """Turn errors of a request into a CalendarServerError, without their cause, which may contain what was sent.

    A request `is_of_event` is about one event alone, so that others may succeed where it is refused.
    """
    host = _host(url)
    try:
        yield
    except CalendarServerError:
        raise
    except dav_error.AuthorizationError as problem:
        if problem.status == HTTPStatus.FORBIDDEN and is_of_event:
            raise EventRefused(host, HTTPStatus.FORBIDDEN, problem.preconditions) from None
        if problem.status == HTTPStatus.FORBIDDEN:
            message = f"{host} does not allow this user to do that; ask for the right to write in the calendar"
        else:
            message = f"{host} refuses the user name or password; check {USERNAME} and {PASSWORD} or the keyring"
    except dav_error.RateLimitError as problem:
        message = f"{host} asks to wait; run again {_when(problem.retry_after_seconds)}"
    except niquests.exceptions.SSLError:
        message = (
            f"the certificate of {host} is not trusted (self-signed, expired, or of another name); have one"
            " installed that this machine trusts, or name its authority's certificate in SSL_CERT_FILE; it is verified"
            " in any case"
        )
    except niquests.exceptions.Timeout:
        message = f"{host} does not answer in time; run again later"
    except niquests.exceptions.RequestException:
        message = f"{host} cannot be reached, or the connection broke; check the URL and run again"
    except dav_error.DAVError as problem:
        message = f"{host} answers {problem.status or 'as no calendar server does'}; check the URL, or run again later"
    except (AssertionError, AttributeError, KeyError, TypeError, ValueError):
        # The library raises these for an answer that is no list of calendars, such as a web page.
        message = f"{host} answers as no calendar server does; check the URL"
    else:
        return
    raise CalendarServerError(message)
