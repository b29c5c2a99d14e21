"""Where events and a password may be sent, and where name and password come from."""

from __future__ import annotations

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.credentials import SimpleCredential
from keyring.errors import KeyringLocked, NoKeyringError

from spine_vigil.scheduler.calendars.caldav.access import CalendarServerError, Credentials, check_url, find_credentials

URL = "https://dav.example.org:8443/calendars/"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://dav.example.org/", "encrypted"),
        ("HTTPS://dav.example.org/", "a scheme is the same in capitals"),
        ("http://127.0.0.1:5232/", "this machine"),
        ("http://127.8.9.10/", "the whole network 127 is this machine"),
        ("http://[::1]:5232/", "this machine, in IPv6"),
        ("http://localhost:5232/dav", "this machine by its name"),
    ],
)
def test_events_may_go_over_https_and_within_this_machine(url, why):
    assert check_url(url).hostname, why


@pytest.mark.parametrize(
    ("url", "message", "why"),
    [
        ("http://dav.example.org/", "http://dav.example.org is refused: plain http", "anyone on the way reads it"),
        ("http://192.168.1.5/", "http://192.168.1.5 is refused", "a hospital's own network is a network"),
        ("http://0.0.0.0/", "http://0.0.0.0 is refused", "not loopback"),
        ("http://128.0.0.1/", "http://128.0.0.1 is refused", "the first network after loopback"),
        ("http://126.255.255.255/", "http://126.255.255.255 is refused", "the last network before loopback"),
        ("http://localhost.example.org/", "http://localhost.example.org is refused", "only begins like this machine"),
        ("http://127.0.0.1.example.org/", "is refused", "only begins like this machine"),
        ("ftp://dav.example.org/", "must be whole: https://HOST/PATH", "another protocol"),
        ("dav.example.org", "must be whole: https://HOST/PATH", "no scheme"),
        ("https:///calendars/", "must be whole: https://HOST/PATH", "no host"),
        ("https://dav.example.org:port/", "cannot be read", "a port is a number"),
        ("https://[::1/", "cannot be read", "a bracket is open"),
        ("", "must be whole", "nothing"),
    ],
)
def test_events_go_nowhere_else(url, message, why):
    with pytest.raises(CalendarServerError) as error:
        check_url(url)
    assert message in str(error.value), why


@pytest.mark.parametrize(
    "url", ["https://nav:s3cret@dav.example.org/", "http://nav:s3cret@127.0.0.1/", "https://s3cret@h/"]
)
def test_a_url_with_a_name_or_password_is_refused_and_not_repeated(url):
    with pytest.raises(CalendarServerError) as error:
        check_url(url)
    assert "holds a user name or password" in str(error.value)
    assert "s3cret" not in str(error.value)


class _Keyring(KeyringBackend):
    """A keyring of one entry, or one that fails."""

    priority = 1

    def __init__(self, entry=None, failure=None):
        super().__init__()
        self.entry, self.failure, self.asked = entry, failure, []

    def get_password(self, service, username):
        raise AssertionError(service, username)

    def set_password(self, service, username, password):
        raise AssertionError(service, username, password)

    def get_credential(self, service, username):
        self.asked.append((service, username))
        if self.failure:
            raise self.failure
        return self.entry


@pytest.fixture
def ring():
    """Put a keyring in the place of the system's; it holds nothing."""
    before = keyring.get_keyring()
    found = _Keyring()
    keyring.set_keyring(found)
    yield found
    keyring.set_keyring(before)


def test_the_environment_comes_first_and_the_keyring_is_not_asked(ring):
    environment = {"VIGIL_CALDAV_USERNAME": "nav", "VIGIL_CALDAV_PASSWORD": "pw"}
    assert find_credentials(URL, environment) == Credentials("nav", "pw")
    assert ring.asked == []


@pytest.mark.parametrize(
    ("environment", "asked_for", "why"),
    [
        ({}, None, "neither is set"),
        ({"VIGIL_CALDAV_USERNAME": "nav"}, "nav", "the name alone is"),
        ({"VIGIL_CALDAV_USERNAME": "nav", "VIGIL_CALDAV_PASSWORD": ""}, "nav", "an empty password is none"),
    ],
)
def test_the_keyring_is_asked_for_what_the_environment_lacks(ring, environment, asked_for, why):
    ring.entry = SimpleCredential("nav", "from the ring")
    assert find_credentials(URL, environment) == Credentials("nav", "from the ring"), why
    assert ring.asked == [("vigil-caldav/dav.example.org:8443", asked_for)]


@pytest.mark.parametrize(
    ("entry", "failure", "why"),
    [
        (None, None, "it holds nothing for this host"),
        (SimpleCredential("nav", ""), None, "an empty password"),
        (None, NoKeyringError(), "this machine has none"),
        (None, KeyringLocked(), "it is locked"),
    ],
)
def test_without_a_password_it_is_said_what_to_set(ring, entry, failure, why):
    ring.entry, ring.failure = entry, failure
    with pytest.raises(CalendarServerError) as error:
        find_credentials(URL, {})
    assert str(error.value) == (
        "no user name and password for dav.example.org:8443; set VIGIL_CALDAV_USERNAME and VIGIL_CALDAV_PASSWORD, or"
        " store them with 'keyring set vigil-caldav/dav.example.org:8443 USER' and set VIGIL_CALDAV_USERNAME"
    ), why


def test_a_password_without_a_name_is_a_mistake(ring):
    with pytest.raises(CalendarServerError, match="VIGIL_CALDAV_PASSWORD is set and VIGIL_CALDAV_USERNAME is not"):
        find_credentials(URL, {"VIGIL_CALDAV_PASSWORD": "pw"})
    assert ring.asked == []


def test_a_password_never_prints_itself():
    assert repr(Credentials("nav", "s3cret")) == "Credentials(username='nav')"
