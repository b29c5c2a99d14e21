"""`vigil sync`: what is told and sent, and what is written about it."""

from __future__ import annotations

import csv
import re
import shlex
import shutil
import stat

import pytest
from freezegun import freeze_time
from support.paths import ROOT
from support.sync import ENROLLED, MARKERS, STUDIED, files, write

from spine_vigil.scheduler.calendars.state import State

# Both schedules of osteosarcoma are every 3 months after 31 January 2022. Neither was studied by 10 May: both firm
# windows of 30 April are overdue since the grace of 9 days is over, so they stand on 11 May, the day after the run. The
# projections are 10 August and 10 November. With a CT of the chest on 2 May these of the chest become 2 August (now
# firm) and 2 November, and the window of 30 April is done.


def test_a_dry_run_tells_numbers_and_pseudonyms_and_asks_nobody(sync, line, tmp_path):
    before = files(tmp_path)
    code, out, err = sync(line.url)
    assert (code, err) == (0, "")
    assert re.fullmatch(
        r"dry run, nothing is sent without --apply; to calendar 'Imaging': 6 new, 0 changed, 0 cancelled, 0 removed,"
        r" 0 unchanged\nnew: [A-Z2-7]{8} \(6\)\n",
        out,
    )
    assert line.asked == []
    assert files(tmp_path) == before
    assert [marker for marker in (*MARKERS, "Imaging window", "CT", "2022") if marker in out + err] == []


@pytest.mark.usefixtures("login")
def test_applied_it_brings_the_calendar_up_to_date_and_then_has_nothing_to_do(sync, line, radicale, tmp_path):
    code, out, err = sync(line.url, "--apply")
    assert (code, err) == (0, "")
    assert out == "calendar 'Imaging': 6 new, 0 changed, 0 cancelled, 0 removed, 0 unchanged\n"
    starts = sorted(str(event.decoded("DTSTART")) for event in radicale.events().values())
    assert starts == ["2022-05-11"] * 2 + ["2022-08-10"] * 2 + ["2022-11-10"] * 2
    assert stat.S_IMODE((tmp_path / "state.json").stat().st_mode) == 0o600
    state = (tmp_path / "state.json").read_bytes()
    line.forget()
    with freeze_time("2031-01-01"):
        assert sync(line.url, "--apply") == (
            0,
            "calendar 'Imaging': 0 new, 0 changed, 0 cancelled, 0 removed, 6 unchanged\n",
            "",
        )
    assert line.writes == []
    assert (tmp_path / "state.json").read_bytes() == state
    assert [marker for marker in MARKERS if marker.encode() in state] == []


@pytest.mark.usefixtures("login")
def test_a_study_moves_and_calls_off_windows_and_the_dry_run_has_said_so(sync, events, line, radicale):
    """Of the chest the window of 30 April is done, those behind it count from 2 May."""
    sync(line.url, "--apply")
    write(events, ENROLLED, STUDIED)
    _, out, _ = sync(line.url)
    code = re.search(r"changed: ([A-Z2-7]{8}) \(2\)", out)[1]
    assert out.splitlines()[0].endswith(": 0 new, 2 changed, 1 cancelled, 0 removed, 3 unchanged")
    assert out.splitlines()[1:] == [f"changed: {code} (2)", f"cancelled: {code}"]
    line.forget()
    assert sync(line.url, "--apply")[1] == (
        "calendar 'Imaging': 0 new, 2 changed, 1 cancelled, 0 removed, 3 unchanged\n"
    )
    assert line.writes == ["PUT"] * 3
    found = sorted(
        (str(e.decoded("DTSTART")), str(e["STATUS"]), int(e["SEQUENCE"])) for e in radicale.events().values()
    )
    assert found == [
        ("2022-05-11", "CANCELLED", 1),
        ("2022-05-11", "CONFIRMED", 0),
        ("2022-08-02", "CONFIRMED", 1),
        ("2022-08-10", "TENTATIVE", 0),
        ("2022-11-02", "TENTATIVE", 1),
        ("2022-11-10", "TENTATIVE", 0),
    ]


@pytest.mark.usefixtures("login")
@pytest.mark.parametrize(
    ("as_of", "deletions", "why"),
    [
        ("2022-06-09", 0, "the day before the last"),
        ("2022-06-10", 0, "30 days after 11 May, on which it stood as overdue"),
        ("2022-06-11", 1, "the day after"),
    ],
)
def test_a_cancellation_is_taken_out_after_30_days(sync, events, line, as_of, deletions, why):
    sync(line.url, "--apply")
    write(events, ENROLLED, STUDIED)
    sync(line.url, "--apply")
    line.forget()
    sync(line.url, "--apply", as_of=as_of)
    assert line.writes.count("DELETE") == deletions, why


@pytest.mark.usefixtures("login")
def test_an_overdue_window_is_moved_once_and_again_where_that_is_asked_for(sync, line, radicale):
    """Overdue since 10 May, and shown again a week after that run."""

    def overdue():
        found = [
            event for event in radicale.events().values() if event["SUMMARY"].startswith("Imaging window overdue ")
        ]
        return {(str(event.decoded("DTSTART")), int(event["SEQUENCE"])) for event in found}

    found = []
    for as_of in ("2022-05-09", "2022-05-10", "2022-05-16", "2022-05-17"):
        assert sync(line.url, "--apply", "--overdue-again", "7", as_of=as_of)[0] == 0
        found.append(overdue())
    assert found == [set(), {("2022-05-11", 1)}, {("2022-05-11", 1)}, {("2022-05-18", 2)}]


@pytest.mark.usefixtures("login")
def test_what_a_user_changed_or_deleted_is_told_by_its_pseudonym_and_left(sync, events, line, radicale):
    sync(line.url, "--apply")
    august = sorted(uid for uid, event in radicale.events().items() if str(event.decoded("DTSTART")) == "2022-08-10")
    for uid in august:
        radicale.change(uid, b"SUMMARY:Imaging window", b"SUMMARY:Ask Dr. Who")
    november = next(uid for uid, event in radicale.events().items() if str(event.decoded("DTSTART")) == "2022-11-10")
    radicale.remove(november)
    write(events, ENROLLED, STUDIED)
    for _ in range(2):
        code, out, err = sync(line.url, "--apply")
        name = re.search(r"changed by a user and left so: ([A-Z2-7]{8})$", out, flags=re.MULTILINE)[1]
        assert (code, err) == (0, "")
        assert "1 changed by a user and left so, 1 deleted by a user and not sent again" in out.splitlines()[0]
        assert out.splitlines()[1:] == [
            f"changed by a user and left so: {name}",
            f"deleted by a user and not sent again: {name}",
            "to replace one of these, delete it in the calendar and give --restore",
        ]
    assert november not in radicale.events()
    for uid in august:
        radicale.remove(uid)
    assert sync(line.url, "--apply", "--restore")[1].startswith("calendar 'Imaging': 3 new, 0 changed")
    assert {*august, november} <= set(radicale.events())


@pytest.mark.usefixtures("login")
def test_the_codes_say_whose_events_they_are(sync, line, tmp_path):
    _, out, _ = sync(line.url, "--codes", tmp_path / "codes.csv")
    with (tmp_path / "codes.csv").open(encoding="utf-8", newline="") as file:
        (_, (code, patient)) = csv.reader(file)
    assert (f"new: {code} (6)" in out, patient) == (True, "MRN-4711")
    assert stat.S_IMODE((tmp_path / "codes.csv").stat().st_mode) == 0o600


def test_a_new_secret_is_kept_before_its_pseudonyms_are_told(sync, line, tmp_path):
    (tmp_path / "vigil-calendar.secret").unlink()
    code, first, err = sync(line.url)
    assert code == 0
    assert err == (
        f"the site secret is new: keep {tmp_path}/vigil-calendar.secret, or every event gets another identity next"
        " time\n"
    )
    assert stat.S_IMODE((tmp_path / "vigil-calendar.secret").stat().st_mode) == 0o600
    assert sync(line.url) == (0, first, "")


def test_a_secret_that_others_can_read_is_warned_of(sync, line, tmp_path):
    (tmp_path / "vigil-calendar.secret").chmod(0o640)
    assert "others can read" in sync(line.url)[2]


@pytest.mark.parametrize("name", ["state.json", "codes.csv"])
def test_a_private_file_that_others_can_read_is_warned_of(sync, line, tmp_path, name):
    codes = ("--codes", tmp_path / "codes.csv")
    (tmp_path / "state.json").write_bytes(State().to_bytes())
    (tmp_path / "state.json").chmod(0o600)
    assert sync(line.url, *codes)[2] == ""
    (tmp_path / name).chmod(0o644)
    code, _, err = sync(line.url, *codes)
    assert (code, err) == (0, f"vigil: others can read {tmp_path / name}; make it yours alone (chmod 600)\n")


@pytest.mark.usefixtures("login")
def test_options_of_a_calendar_are_options_here(sync, vigil, events, line, radicale, tmp_path):
    """What is sent is what the file holds: the same UIDs and the same words."""
    options = ("--alarm-days", "3", "--show", "modality", "--grace-days", "4", "--style", "milestones")
    state = ("--state", tmp_path / "file.json", "--months", "6", "--as-of", "2022-05-10")
    assert vigil("calendar", events, "-o", tmp_path / "windows.ics", *state, *options)[0] == 0
    code, _, err = sync(line.url, "--apply", *options)
    assert code == 0
    assert "events now show modality; keep the calendar where protected health information may be" in err
    text = (tmp_path / "windows.ics").read_text(encoding="utf-8").replace("\n ", "")
    found = radicale.events()
    assert set(found) == set(re.findall(r"^UID:(.+)$", text, flags=re.MULTILINE))
    assert len(found) == 12
    assert sorted(str(event["SUMMARY"]).replace(",", "\\,") for event in found.values()) == sorted(
        re.findall(r"^SUMMARY:(.+)$", text, flags=re.MULTILINE)
    )
    assert {"grace 4 days on either side" in event["DESCRIPTION"] for event in found.values()} == {True}


@pytest.mark.usefixtures("login")
def test_a_file_and_a_calendar_can_share_a_state(sync, vigil, events, line, radicale, tmp_path):
    """The file is written first each time: what it revised is new to the calendar all the same."""
    state = ("--state", tmp_path / "state.json", "--months", "6", "--as-of", "2022-05-10")
    for rows, sent in (((ENROLLED,), ["PUT"] * 6), ((ENROLLED, STUDIED), ["PUT"] * 3)):
        write(events, *rows)
        line.forget()
        assert vigil("calendar", events, "-o", tmp_path / "windows.ics", *state)[0] == 0
        assert sync(line.url, "--apply")[0] == 0
        assert line.writes == sent
    text = (tmp_path / "windows.ics").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^SEQUENCE:(\d+)", text, flags=re.MULTILINE)) == sorted(
        str(event["SEQUENCE"]) for event in radicale.events().values()
    )


@pytest.mark.usefixtures("login")
def test_progress_is_told_in_numbers(sync, line, monkeypatch):
    steps = []
    monkeypatch.setattr("spine_vigil.calendar_server._STEP", 2)
    monkeypatch.setattr("spine_vigil.cli.output.progress.Progress.step", lambda _, text: steps.append(text))
    sync(line.url, "--apply")
    assert steps[-3:] == [f"sending event {number} of 6" for number in (2, 4, 6)]


# What is written about it

GUIDE = (ROOT / "docs" / "subscription.md").read_text(encoding="utf-8")


def test_the_guide_names_options_that_there_are(vigil):
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", GUIDE))
    helps = [vigil(command, "--help")[1] for command in ("calendar", "sync")]
    assert {"--state", "--apply", "--restore", "--todos", "--alarm-days", "--show"} <= options
    assert [option for option in sorted(options) if not any(f"{option} " in text for text in helps)] == []


def test_the_guide_shows_a_dry_run_that_works(vigil, tmp_path, monkeypatch):
    (command,) = re.findall(r"^vigil (sync .*)$", GUIDE, flags=re.MULTILINE)
    shutil.copytree(ROOT / "sample_cohorts", tmp_path / "sample_cohorts")
    monkeypatch.chdir(tmp_path)
    code, out, _ = vigil(*shlex.split(command))
    assert (code, out.startswith("dry run, nothing is sent without --apply; to calendar 'Imaging windows': ")) == (
        0,
        True,
    )
    assert not (tmp_path / "windows.json").exists()
