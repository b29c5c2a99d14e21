"""`vigil calendar` and `vigil sync` on overdue windows, in every file that they write.

The chest of ROWS was studied on 2 May 2022, the primary site was not: its window of 30 April is overdue from 10 May on.
"""

from __future__ import annotations

import icalendar
import pytest
from support.calendar_command import HEADER, ROWS, SECRET


@pytest.fixture
def run(calendar, tmp_path):
    """Run `vigil calendar` with every output; return the overdue events of each file as (first day, version)."""
    events = tmp_path / "events.csv"
    events.write_text("\n".join([HEADER, *ROWS, ""]))
    (tmp_path / "vigil-calendar.secret").write_text(SECRET)

    def on(day, *options):
        outputs = ("-o", tmp_path / "w.ics", "--per-patient", tmp_path / "feeds", "--todos", tmp_path / "t.ics")
        state = ("--state", tmp_path / "s.json", "--months", "6", "--as-of", day)
        assert calendar(events, *outputs, *state, *options)[0] == 0
        (feed,) = (tmp_path / "feeds").iterdir()
        return [overdue(path) for path in (tmp_path / "w.ics", feed, tmp_path / "t.ics")]

    return on


def overdue(path):
    parts = icalendar.Calendar.from_ical(path.read_bytes()).walk()
    found = [part for part in parts if str(part.get("SUMMARY", "")).startswith("Imaging window overdue ")]
    return [(str(part.decoded("DTSTART" if part.name == "VEVENT" else "DUE")), int(part["SEQUENCE"])) for part in found]


@pytest.mark.parametrize("style", ["windows", "milestones"])
def test_every_file_shows_it_on_the_day_after_the_run_that_found_it_and_keeps_it_there(run, style):
    runs = [run(day, "--style", style) for day in ("2022-05-09", "2022-05-10", "2022-05-11", "2022-07-01")]
    assert runs == [[[]] * 3] + [[[("2022-05-11", 1)]] * 3] * 3


def test_it_is_shown_again_after_so_many_days(run):
    run("2022-05-09")
    runs = [run(day, "--overdue-again", "7") for day in ("2022-05-10", "2022-05-16", "2022-05-17")]
    assert [found[0] for found in runs] == [[("2022-05-11", 1)], [("2022-05-11", 1)], [("2022-05-18", 2)]]


@pytest.mark.parametrize("days", ["0", "366", "x"])
def test_so_many_days_are_1_to_365(calendar, events, tmp_path, days):
    code, _, err = calendar(events, "-o", tmp_path / "w.ics", "--overdue-again", days)
    assert (code, "Invalid value for '--overdue-again'" in err) == (2, True)
