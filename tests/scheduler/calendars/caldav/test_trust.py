"""Which addresses get the user's name and password."""

from __future__ import annotations

import contextlib

import pytest

from spine_vigil.scheduler.calendars.caldav.access import CalendarServerError, is_host
from spine_vigil.scheduler.calendars.caldav.trust import ForeignHost, Trust

NEAR = [
    ("https://dav.example.org/", "https://dav.example.org/other", "the host that was named"),
    ("https://dav.example.org/", "https://dav.example.org:443/", "its port, said"),
    ("https://dav.example.org/", "https://DAV.example.org./", "its name, written otherwise"),
    ("https://dav.example.org/", "https://p42-dav.example.org/", "a host of the same domain"),
    ("https://dav.example.org/", "https://example.org/", "the domain itself"),
    ("https://dav.example.org/", "https://dav.example.org:8443/", "another port of the same domain"),
    ("https://dav.example.co.uk/", "https://cal.example.co.uk/", "a domain below a suffix of two parts"),
    ("https://dav.clinic.internal/", "https://cal.clinic.internal/", "a domain below a suffix that no list has"),
    ("http://127.0.0.1:5232/", "http://127.0.0.1:5232/nav/", "this machine"),
]
FAR = [
    ("https://dav.example.org/", "https://dav.example.com/", "another domain"),
    ("https://dav.example.org/", "https://dav.example.org.evil.com/", "a name that begins alike"),
    ("https://dav.example.org/", "https://evilexample.org/", "a name that ends alike"),
    ("https://one.co.uk/", "https://two.co.uk/", "another domain below the same suffix"),
    ("https://one.github.io/", "https://two.github.io/", "another user of a host for everybody"),
    ("https://dav.example.org/", "http://127.0.0.1/", "this machine"),
    ("http://127.0.0.1:5232/", "http://127.0.0.1:5233/", "another program on this machine"),
    ("http://127.0.0.1:5232/", "http://localhost:5232/", "which another program can answer as well"),
    ("https://192.0.2.5/", "https://198.51.2.5/", "an address that ends alike is no domain"),
    ("https://192.0.2.5/", "https://192.0.2.5:8443/", "another port of an address"),
    ("https://dav/", "https://cal/", "bare names"),
]


@pytest.mark.parametrize(("named", "other", "why"), NEAR, ids=[case[2] for case in NEAR])
def test_hosts_that_belong_together_are_trusted(named, other, why):
    assert Trust(named).check(other) is None, why


@pytest.mark.parametrize(("named", "other", "why"), FAR, ids=[case[2] for case in FAR])
def test_every_other_host_is_not(named, other, why):
    with pytest.raises(ForeignHost, match="is another host, so user name and password are not sent there"):
        assert Trust(named).check(other), why


@pytest.mark.parametrize(
    ("trusted", "other", "problem"),
    [
        ("dav.example.com", "https://dav.example.com/", None),
        ("DAV.example.com", "https://dav.example.com:8443/", None),
        ("dav.example.com:8443", "https://dav.example.com:8443/", None),
        ("dav.example.com:443", "https://dav.example.com/", None),
        ("dav.example.com:8443", "https://dav.example.com/", ForeignHost),
        ("example.com", "https://dav.example.com/", ForeignHost),
        ("[::1]:5233", "http://[::1]:5233/", None),
        ("127.0.0.1", "http://127.0.0.1:5233/", None),
    ],
)
def test_a_host_that_is_named_besides_is_trusted(trusted, other, problem):
    expected = contextlib.nullcontext() if problem is None else pytest.raises(problem)
    with expected:
        Trust("https://dav.example.org/", [trusted]).check(other)


def test_trust_does_not_allow_plain_http():
    with pytest.raises(CalendarServerError, match=r"http://dav\.example\.com is refused: plain http"):
        Trust("https://dav.example.org/", ["dav.example.com"]).check("http://dav.example.com/")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("dav.example.org", True),
        ("dav.example.org:8443", True),
        ("[::1]:5232", True),
        ("https://dav.example.org", False),
        ("dav.example.org/path", False),
        ("nav@dav.example.org", False),
        ("dav.example.org:port", False),
        ("dav example", False),
        ("", False),
    ],
)
def test_a_host_is_written_without_scheme_and_path(text, is_one):
    assert is_host(text) is is_one
