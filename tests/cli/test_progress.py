"""The progress line: what is done, how many rows, how fast, and how long it will take."""

import sys

import pytest

from spine_vigil.cli.output.progress import Progress


@pytest.fixture
def shown(monkeypatch, capsys):
    """Show looks (seconds since the start, text, rows, share) on a terminal or elsewhere; return what stands there."""

    def show(*looks, is_terminal=True):
        times = iter([100.0, *(100.0 + look[0] for look in looks)])
        monkeypatch.setattr("spine_vigil.cli.output.progress.time.monotonic", lambda: next(times))
        monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
        with Progress() as progress:
            for _, *look in looks:
                progress.show(*look)
        return capsys.readouterr().err

    return show


LOOKS = [
    # seconds, rows, share, what is shown, why
    (1.9, 1000, 0.25, "", "most work is done at once"),
    (2.0, 1000, 0.25, "a: 1,000 rows,  25%, 500 rows/s, 6 s left", "two seconds are long: a quarter is done in them"),
    (2.5, 1000, 0.25, "a: 1,000 rows,  25%, 400 rows/s, 8 s left", "7.5 seconds are left"),
    (10.0, 5_000_000, 0.5, "a: 5,000,000 rows,  50%, 500,000 rows/s, 10 s left", "half is done"),
    (10.0, 7, 1, "a: 7 rows, 100%, 1 rows/s, 0 s left", "all is done"),
    (10.0, 0, 0.0, "", "nothing is done, so nobody knows how long it takes"),
]


@pytest.mark.parametrize(("seconds", "rows", "share", "line", "why"), LOOKS, ids=[why for *_, why in LOOKS])
def test_the_line_says_how_far_how_fast_and_how_long(shown, seconds, rows, share, line, why):
    assert shown((seconds, "a", rows, share)) == (f"\r{line}\033[K\r\033[K" if line else ""), why


def test_a_log_gets_no_line(shown):
    assert shown((10.0, "a", 7, 0.5), is_terminal=False) == ""


AGAIN = [
    # seconds after the first line, whether there is another, why
    (0.1, False, "nobody reads so fast"),
    (0.25, True, "a quarter of a second later"),
]


@pytest.mark.parametrize(("seconds", "is_shown", "why"), AGAIN)
def test_the_line_is_written_over_now_and_then(shown, seconds, is_shown, why):
    said = shown((2.0, "a", 2, 0.5), (2.0 + seconds, "a", 3, 0.5))
    assert ("a: 3 rows" in said) is is_shown, why
    assert said.startswith("\ra: 2 rows")
    assert said.endswith("\033[K\r\033[K")
    assert "\n" not in said


def test_the_rate_is_that_of_what_is_done_now(shown):
    """Reading 100 rows took 4 seconds; deciding 10 of them one more."""
    said = shown((2.0, "reading", 50, 0.25), (4.0, "reading", 100, 0.5), (5.0, "deciding", 10, 0.55))
    assert "reading: 100 rows,  50%, 25 rows/s, 4 s left" in said
    assert "deciding: 10 rows,  55%, 10 rows/s, 4 s left" in said


def test_a_line_that_is_taken_away_stays_away_until_the_next(monkeypatch, capsys):
    times = iter([100.0, 102.0, 103.0])
    monkeypatch.setattr("spine_vigil.cli.output.progress.time.monotonic", lambda: next(times))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress = Progress()
    progress.show("a", 2, 0.5)
    progress.done()
    progress.done()
    progress.show("a", 3, 0.5)
    progress.done()
    assert capsys.readouterr().err.count("\r\033[K") == 2
