"""One patient's events file, and `vigil sync` on it."""

import pytest
from support.calendar_server import PASSWORD, USER
from support.sync import ENROLLED, SECRET, write


@pytest.fixture
def events(tmp_path):
    path = tmp_path / "events.csv"
    write(path, ENROLLED)
    (tmp_path / "vigil-calendar.secret").write_text(SECRET)
    (tmp_path / "vigil-calendar.secret").chmod(0o600)
    return path


@pytest.fixture
def login(monkeypatch):
    monkeypatch.setenv("VIGIL_CALDAV_USERNAME", USER)
    monkeypatch.setenv("VIGIL_CALDAV_PASSWORD", PASSWORD)


@pytest.fixture
def sync(vigil, events):
    """Run `vigil sync` on the events of 10 May 2022, six months ahead; options that are given twice count as last."""

    def run(url, *args, as_of="2022-05-10"):
        given = ("--calendar", "Imaging", "--state", events.parent / "state.json", "--months", "6", "--as-of", as_of)
        return vigil("sync", events, "--url", url, *given, *args)

    return run
