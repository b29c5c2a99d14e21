"""Versions of objects that a proxy called otherwise on the way."""

from __future__ import annotations

import pytest
from support.calendar_site import APRIL, CHEST, MARCH, said, window

from spine_vigil.scheduler.calendars.caldav.syncing import Fate
from spine_vigil.scheduler.calendars.caldav.versions import plain_version


@pytest.mark.parametrize(
    ("etag", "version", "why"),
    [
        ('"abc"', '"abc"', "as it is"),
        ('W/"abc"', '"abc"', "nginx and others weaken it"),
        ('"abc-gzip"', '"abc"', "Apache"),
        ('"abc-br"', '"abc"', "Apache with brotli"),
        ('"abc-zstd"', '"abc"', "Apache with zstd"),
        ('"abc--gzip"', '"abc"', "Jetty"),
        ('"abc;gzip"', '"abc"', "Django"),
        ('"abc"-gzip', '"abc"', "behind the quotes"),
        ('W/"abc-gzip"', '"abc"', "both"),
        ("abc", '"abc"', "without quotes"),
        (' "abc" ', '"abc"', "with spaces"),
        ("", "", "none"),
        ('"abc-gzipped"', '"abc-gzipped"', "no coding"),
        ('"abcgzip"', '"abcgzip"', "no mark of one"),
        ('"gzip-abc"', '"gzip-abc"', "nobody writes it in front"),
        ('"abc-gzip-2"', '"abc-gzip-2"', "a version of its own"),
    ],
)
def test_a_version_is_freed_of_what_a_proxy_did_to_it(etag, version, why):
    assert plain_version(etag) == version, why


def renamed(mark, methods):
    """Return a proxy that marks the ETag of answers to these methods, as if it had compressed them."""

    def answer(method, status, headers, content):
        if method in methods and "ETag" in headers:
            headers = {**headers, "ETag": mark(headers["ETag"])}
        return status, headers, content

    return answer


MARKS = [
    lambda etag: f'{etag[:-1]}-gzip"',
    lambda etag: f'{etag[:-1]}--gzip"',
    lambda etag: f'{etag[:-1]};gzip"',
    lambda etag: f"W/{etag}",
]


@pytest.mark.parametrize("mark", MARKS, ids=["Apache", "Jetty", "Django", "weak"])
def test_behind_a_proxy_that_compresses_a_window_moves_and_no_user_is_blamed(site, line, radicale, mark):
    line.on_answer = renamed(mark, ("GET", "PUT"))
    site.sync(line.url, window(CHEST, MARCH))
    assert site.sync(line.url, window(CHEST, APRIL)) == {CHEST: Fate.UPDATED}
    assert said(radicale.events()[CHEST]) == (APRIL, 1, "CONFIRMED")


@pytest.mark.parametrize("mark", MARKS, ids=["Apache", "Jetty", "Django", "weak"])
def test_a_dismissed_reminder_behind_such_a_proxy_is_no_change_of_a_user(site, line, radicale, mark):
    """The version is new, so the event is read, under a name that the proxy has changed."""
    line.on_answer = renamed(mark, ("GET",))
    site.sync(line.url, window(CHEST, MARCH))
    radicale.change(CHEST, b"END:VEVENT", b"X-MOZ-LASTACK:20260219T090000Z\r\nEND:VEVENT")
    assert site.sync(line.url, window(CHEST, APRIL)) == {CHEST: Fate.UPDATED}


def test_events_are_asked_for_uncompressed(site, line, radicale):
    site.sync(line.url, window(CHEST, MARCH))
    radicale.change(CHEST, b"END:VEVENT", b"X-MOZ-LASTACK:20260219T090000Z\r\nEND:VEVENT")
    site.sync(line.url, window(CHEST, APRIL))
    asked = [headers["Accept-Encoding"] for method, _, headers in line.asked if method in ("GET", "PUT")]
    assert asked == ["identity"] * 3
