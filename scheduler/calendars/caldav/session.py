"""Requests to a calendar server: each address is checked, redirects are followed, and a server may ask to wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import sleep, time
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import niquests

from spine_vigil.scheduler.calendars.caldav.access import CalendarServerError, is_loopback
from spine_vigil.scheduler.calendars.caldav.trust import ForeignHost, Trust

MOST_REDIRECTS = 5
MOST_SECONDS = 60
"""The longest wait that is kept to at once; a server that asks for more is left for the next run."""
MOST_WAITS = 2
"""How often one request is kept waiting; a server that then asks once more means another day."""
MOST_SECONDS_IN_ALL = 600
"""The longest time that one run waits in all."""
PAUSES = (1.0, 3.0)
"""Seconds before an answer of 5xx without `Retry-After` is asked for again."""
MOST_SECONDS_OF_PAUSES = 60
"""The longest time of such pauses in all, so that a server that is down is not asked thrice for each event."""

_REDIRECTS = (
    HTTPStatus.MOVED_PERMANENTLY,
    HTTPStatus.FOUND,
    HTTPStatus.SEE_OTHER,
    HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
)
_PASSING = (
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)


class GuardedSession(niquests.Session):
    """A session that sends nothing to an address that is not trusted, whether a user, a link or a redirect named it.

    `wait_told` is called with a sentence when the server asks to wait. `foreign` is the latest refusal of an address,
    which the CalDAV library may have swallowed.
    """

    def __init__(self, trust: Trust, wait_told: Callable[[str], None]) -> None:
        super().__init__(disable_http3=True)
        self.trust_env = False  # credentials of a .netrc file are not used
        self.foreign: ForeignHost | None = None
        self._trust, self._wait_told = trust, wait_told
        self._waited = self._paused = 0.0

    def get_adapter(self, url: str) -> Any:
        """Return the adapter for an address that may get the credentials. Raises CalendarServerError."""
        try:
            self._trust.check(url)
        except ForeignHost as foreign:
            self.foreign = foreign
            raise
        return super().get_adapter(url)

    def request(self, method: str, url: str, **options: Any) -> niquests.Response:  # type: ignore[override]
        """Send a request and follow redirects, every one with the same method, body and conditions.

        The library would turn most into a GET, as browsers do with forms; what is asked of a calendar stays the same
        question at another address. Raises CalendarServerError for an address that is not trusted.
        """
        asked = url
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._answer(method, url, options)
            location = answer.headers.get("Location")
            if answer.status_code not in _REDIRECTS or not location:
                return answer
            url = urljoin(url, str(location))
        raise CalendarServerError(
            f"{urlsplit(asked).netloc} redirects more than {MOST_REDIRECTS} times; check the URL, or tell who runs it"
        )

    def _answer(self, method: str, url: str, options: dict[str, Any]) -> niquests.Response:
        """Return the answer to a request, after the waits that the server asks for and pauses where it fails."""
        pauses, waits = iter(PAUSES), 0
        while True:
            sent = {**options, "allow_redirects": False, "proxies": _proxies(url)}
            answer = super().request(method, url, **sent)
            seconds = _asked_seconds(answer)
            if seconds is not None and waits < MOST_WAITS and self._may_wait(seconds):
                waits += 1
                self._wait_told(f"{urlsplit(url).netloc} asks to wait {seconds:.0f} seconds; waiting")
                sleep(seconds)
                continue
            pause = next(pauses, None)
            if pause is None or seconds is not None or not self._may_pause(answer, pause):
                return answer
            sleep(pause)

    def _may_wait(self, seconds: float) -> bool:
        if seconds > min(MOST_SECONDS, MOST_SECONDS_IN_ALL - self._waited):
            return False
        self._waited += seconds
        return True

    def _may_pause(self, answer: niquests.Response, pause: float) -> bool:
        if answer.status_code not in _PASSING or self._paused + pause > MOST_SECONDS_OF_PAUSES:
            return False
        self._paused += pause
        return True


def _proxies(url: str) -> dict[str, str]:
    """Return the proxies that the environment names for an address; none for this machine itself."""
    host = urlsplit(url).hostname or ""
    return {} if is_loopback(host) or proxy_bypass(host) else getproxies()


def _asked_seconds(answer: niquests.Response) -> float | None:
    """Return how long a server asks to wait, a second at least; None where it does not, or unreadably."""
    asked = str(answer.headers.get("Retry-After") or "").strip()
    if answer.status_code not in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE) or not asked:
        return None
    if asked.isascii() and asked.isdecimal():
        return max(float(asked), 1.0)
    until = _moment(asked)
    # By the server's own clock where it tells it: this machine's may be set otherwise.
    now = _moment(str(answer.headers.get("Date") or "")) or datetime.fromtimestamp(time(), UTC)
    return None if until is None else max((until - now).total_seconds(), 1.0)


def _moment(text: str) -> datetime | None:
    """Return a date of HTTP; None where it cannot be read."""
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
