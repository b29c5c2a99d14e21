"""`vigil calendar` in this process, a folder for what it exports, and the calendars of a clinic over a year."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial

import pytest
from support.calendar_exports import HEADER
from support.calendar_year import MONTHS, Week, events_of, listed, run
from support.clinic_year import weeks
from support.reminders import SECRET

from spine_vigil.cli.main import main
from spine_vigil.scheduler.calendars.feeds import feed
from spine_vigil.scheduler.calendars.state import State, read_state
from spine_vigil.scheduler.rules.dates import add, months

SITE_SECRET = "00" * 32


@pytest.fixture
def calendar(vigil):
    """Run `vigil calendar` in this process; return exit code, standard output and standard error."""
    return partial(vigil, "calendar")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site.secret").write_text(SITE_SECRET)
    (tmp_path / "site.secret").chmod(0o600)
    return tmp_path


@pytest.fixture
def export(monkeypatch, capsys, folder):
    """Run `vigil calendar` on rows as of 1 March 2022 for 18 months; return exit code and standard error."""

    def run(rows, *args):
        if rows is not None:
            (folder / "events.csv").write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
        given = ["--secret-file", "site.secret", "--as-of", "2022-03-01", "--months", "18", *args]
        monkeypatch.setattr(sys, "argv", ["vigil", "calendar", "events.csv", *given])
        code = 0
        try:
            main()
        except SystemExit as done:
            code = done.code or 0
        said = capsys.readouterr()
        assert said.out == ""
        return code, said.err

    return run


@pytest.fixture(scope="session")
def mondays():
    """Return each week before anything is exported."""
    return [Week(day, add(day, months(MONTHS)), rows, due) for day, rows, due in weeks(listed)]


@pytest.fixture(scope="session")
def year(mondays, tmp_path_factory):
    """Return each week as exported, each run resting on the file that the one before wrote."""
    path = tmp_path_factory.mktemp("year") / "state.json"
    path.write_bytes(State().to_bytes())
    found = []
    for week in mondays:
        before = path.read_bytes()
        made = run(read_state(path, SECRET), week)
        path.write_bytes(made.state.to_bytes())
        found.append(
            replace(week, before=before, data=feed(made.revised), cancelled=made.cancelled, were_live=made.were_live)
        )
    return found


@pytest.fixture(scope="session")
def calendars(year):
    """Return each Monday with its events by UID."""
    return [(week, events_of(week.data)) for week in year]
