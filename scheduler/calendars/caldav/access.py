"""Access to a calendar server: the rules for its address, and the user's name and password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from spine_vigil.scheduler.errors import VigilError

USERNAME = "VIGIL_CALDAV_USERNAME"
PASSWORD = "VIGIL_CALDAV_PASSWORD"  # noqa: S105 - the name of the variable, not what it holds


class CalendarServerError(VigilError):
    """Raised for a calendar server with a forbidden address, without an answer, or with an unexpected answer.

    The message contains no password and no text of an event.
    """


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and password. The password never prints itself."""

    username: str
    password: str = field(repr=False)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine itself, so that nothing sent to it crosses a network."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_host(text: str) -> bool:
    """Tell whether a text is a host, with or without a port, and nothing else."""
    try:
        parts = urlsplit(f"https://{text}")
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.hostname) and parts.netloc == text and "@" not in text and not any(map(str.isspace, text))


def check_url(url: str) -> SplitResult:
    """Return the parts of a server's address, if events and a password may be sent to it.

    They may over https to any host, and over plain http to this machine. Raises CalendarServerError, which quotes no
    part of the address that could hold a password.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError if the port is not a number
    except ValueError:
        raise CalendarServerError("the URL of the calendar server cannot be read; write https://HOST/PATH") from None
    if "@" in parts.netloc:
        raise CalendarServerError(
            "the URL of the calendar server holds a user name or password, which others can see; take it out and set"
            f" {USERNAME} and {PASSWORD} instead"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise CalendarServerError("the URL of the calendar server must be whole: https://HOST/PATH")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise CalendarServerError(
            f"http://{parts.netloc} is refused: plain http shows events and password to the network; write https://"
        )
    return parts


def find_credentials(url: str, environment: Mapping[str, str]) -> Credentials:
    """Return the credentials from the environment, or else from the system's keyring.

    The keyring holds the password under the service `vigil-caldav/HOST`. Raises CalendarServerError.
    """
    host = check_url(url).netloc
    username, password = environment.get(USERNAME) or None, environment.get(PASSWORD) or None
    if username and password:
        return Credentials(username, password)
    if password:
        raise CalendarServerError(f"{PASSWORD} is set and {USERNAME} is not; set both")
    found = _from_keyring(f"vigil-caldav/{host}", username)
    if found is None:
        raise CalendarServerError(
            f"no user name and password for {host}; set {USERNAME} and {PASSWORD}, or store them with"
            f" 'keyring set vigil-caldav/{host} USER'{'' if username else f' and set {USERNAME}'}"
        )
    return found


def _from_keyring(service: str, username: str | None) -> Credentials | None:
    """Return the credentials in the keyring; None where there are none, it is locked, or there is no keyring."""
    import keyring  # part of the extra for sync, like everything that uses the credentials

    try:
        found = keyring.get_credential(service, username)
    except keyring.errors.KeyringError:
        return None
    if found is None or not found.username or not found.password:
        return None
    return Credentials(found.username, found.password)
