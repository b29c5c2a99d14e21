"""Which addresses get the user's name and password: those of the named host, and of hosts that belong to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from urllib.parse import SplitResult

from publicsuffixlist import PublicSuffixList

from spine_vigil.scheduler.calendars.caldav.access import CalendarServerError, check_url

_PORTS = {"http": 80, "https": 443}


class ForeignHost(CalendarServerError):
    """Raised for an address to which a server leads, and which may not get the user's name and password."""


@dataclass(frozen=True, slots=True)
class Trust:
    """The address of the server that the user named, and the hosts (`HOST` or `HOST:PORT`) that are trusted besides."""

    url: str
    hosts: Collection[str] = ()

    def check(self, url: str) -> None:
        """Raise CalendarServerError for an address that may not get the credentials, wherever it came from.

        It may if it is allowed at all (`check_url`) and of the same host and port, of the same registered domain, or of
        a trusted host. Another port of a numeric address or of this machine can belong to anyone: it is another host.
        """
        named, other = check_url(self.url), check_url(url)
        if _place(other) == _place(named) or self._is_trusted(other) or _are_of_one_domain(named, other):
            return
        raise ForeignHost(
            f"{named.netloc} leads to {other.netloc}, which is another host, so user name and password are not sent"
            f" there; give --trust-redirect {other.netloc} if it belongs to your calendar"
        )

    def _is_trusted(self, parts: SplitResult) -> bool:
        host, port = _place(parts)
        names = {host, f"[{host}]"} if ":" in host else {host}
        return not {trusted.lower() for trusted in self.hosts}.isdisjoint(names | {f"{name}:{port}" for name in names})


def _place(parts: SplitResult) -> tuple[str, int]:
    return (parts.hostname or "").rstrip("."), parts.port or _PORTS[parts.scheme]


def _are_of_one_domain(named: SplitResult, other: SplitResult) -> bool:
    domain = _registered_domain(_place(named)[0])
    return domain is not None and domain == _registered_domain(_place(other)[0])


def _registered_domain(host: str) -> str | None:
    """Return the domain that one owner has registered, by the public suffix list; None for an address, or none."""
    try:
        ip_address(host)
    except ValueError:
        return _suffixes().privatesuffix(host)
    return None


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
