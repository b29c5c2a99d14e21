"""`vigil sync`: what is told and sent, what is asked of whom, and what is left where it fails."""

from __future__ import annotations

import csv
import logging
import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys

import pytest
from freezegun import freeze_time
from support.calendar_server import PASSWORD, USER
from support.paths import ROOT

from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.together import locked

HEADER = "patient_id,protocol,modality,region,date,status,treatment_end_date,primary_site,birth_date"
ENROLLED = "MRN-4711,bone.osteosarcoma,,,,,2022-01-31,sacrum,1961-07-23"
STUDIED = "MRN-4711,bone.osteosarcoma,CT,chest,2022-05-02,performed,2022-01-31,sacrum,1961-07-23"
MARKERS = ("MRN", "4711", "1961", "07-23", "sacrum", "osteosarcoma", PASSWORD)
SECRET = "00" * 32


@pytest.fixture
def events(tmp_path):
    path = tmp_path / "events.csv"
    write(path, ENROLLED)
    (tmp_path / "vigil-calendar.secret").write_text(SECRET)
    (tmp_path / "vigil-calendar.secret").chmod(0o600)
    return path


def write(path, *rows):
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")


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


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# Both schedules of osteosarcoma are every 3 months after 31 January 2022. Neither was studied: both firm windows are
# 30 April, the projections 31 July and 31 October. With a CT of the chest on 2 May these of the chest become
# 2 August (now firm) and 2 November, and the window of 30 April is done.


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
    assert starts == ["2022-04-30"] * 2 + ["2022-07-31"] * 2 + ["2022-10-31"] * 2
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
    """Of the chest the window of 30 April is done, those of 31 July and 31 October move by two days."""
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
        ("2022-04-30", "CANCELLED", 1),
        ("2022-04-30", "CONFIRMED", 0),
        ("2022-07-31", "TENTATIVE", 0),
        ("2022-08-02", "CONFIRMED", 1),
        ("2022-10-31", "TENTATIVE", 0),
        ("2022-11-02", "TENTATIVE", 1),
    ]


@pytest.mark.usefixtures("login")
@pytest.mark.parametrize(
    ("as_of", "deletions", "why"),
    [
        ("2022-05-29", 0, "the day before the last"),
        ("2022-05-30", 0, "30 days after 30 April, the last day"),
        ("2022-05-31", 1, "the day after"),
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
def test_what_a_user_changed_or_deleted_is_told_by_its_pseudonym_and_left(sync, events, line, radicale):
    sync(line.url, "--apply")
    april = sorted(uid for uid, event in radicale.events().items() if str(event.decoded("DTSTART")) == "2022-07-31")
    for uid in april:
        radicale.change(uid, b"SUMMARY:Imaging window", b"SUMMARY:Ask Dr. Who")
    october = next(uid for uid, event in radicale.events().items() if str(event.decoded("DTSTART")) == "2022-10-31")
    radicale.remove(october)
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
    assert october not in radicale.events()
    for uid in april:
        radicale.remove(uid)
    assert sync(line.url, "--apply", "--restore")[1].startswith("calendar 'Imaging': 3 new, 0 changed")
    assert {*april, october} <= set(radicale.events())


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


# Refusals


def refused(sync, tmp_path, *args, **options):
    before = files(tmp_path)
    code, out, err = sync(*args, **options)
    assert (code, out) == (2, "")
    after = files(tmp_path)
    after.pop(".state.json.lock", None)
    before.pop(".state.json.lock", None)
    assert after == before
    return err


def test_a_wrong_password_is_told_and_not_repeated(sync, line, tmp_path, monkeypatch):
    monkeypatch.setenv("VIGIL_CALDAV_USERNAME", USER)
    monkeypatch.setenv("VIGIL_CALDAV_PASSWORD", "letmein99")
    err = refused(sync, tmp_path, line.url, "--apply")
    assert err == (
        f"vigil: {line.url.rstrip('/')} refuses the user name or password; check VIGIL_CALDAV_USERNAME and"
        " VIGIL_CALDAV_PASSWORD or the keyring\n"
    )
    assert line.writes == []


def test_without_a_password_it_is_said_what_to_set(sync, line, tmp_path, monkeypatch):
    import keyring
    from keyring.backends.fail import Keyring

    monkeypatch.delenv("VIGIL_CALDAV_USERNAME", raising=False)
    monkeypatch.delenv("VIGIL_CALDAV_PASSWORD", raising=False)
    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())
    try:
        err = refused(sync, tmp_path, line.url, "--apply")
    finally:
        keyring.set_keyring(before)
    assert "set VIGIL_CALDAV_USERNAME and VIGIL_CALDAV_PASSWORD, or store them with 'keyring set" in err
    assert line.asked == []


@pytest.mark.usefixtures("login")
@pytest.mark.parametrize("mode", [(), ("--apply",)], ids=["dry", "applied"])
@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://dav.example.org/", "http://dav.example.org is refused: plain http shows events and password"),
        ("https://nav:hunter2@dav.example.org/", "holds a user name or password"),
        ("dav.example.org", "must be whole: https://HOST/PATH"),
    ],
)
def test_an_address_to_which_nothing_may_go_is_refused(sync, tmp_path, url, message, mode):
    err = refused(sync, tmp_path, url, *mode)
    assert message in err
    assert "hunter2" not in err


def test_a_calendar_without_a_name_is_refused(sync, tmp_path):
    assert "--calendar is empty" in refused(sync, tmp_path, "https://dav.example.org/", "--calendar", " ")


@pytest.mark.usefixtures("login")
def test_a_certificate_is_trusted_by_the_machine_or_by_name(sync, secure, monkeypatch):
    url, authority = secure
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    code, out, err = sync(url, "--apply")
    assert (code, out, f"the certificate of {url.rstrip('/')} is not trusted" in err) == (2, "", True)
    monkeypatch.setenv("SSL_CERT_FILE", authority)
    assert sync(url, "--apply")[1].startswith("calendar 'Imaging': 6 new,")


def test_a_password_is_no_option(sync, line, tmp_path):
    assert "No such option" in refused(sync, tmp_path, line.url, "--password", "x")


@pytest.mark.usefixtures("login")
def test_a_server_that_dies_is_told_and_the_next_run_completes(sync, line, radicale):
    line.breaks_at, line.breaks = 4, "after"
    code, out, err = sync(line.url, "--apply")
    assert (code, out) == (2, "")
    assert (
        err
        == f"vigil: {line.url.rstrip('/')} cannot be reached, or the connection broke; check the URL and run again\n"
    )
    line.forget()
    assert sync(line.url, "--apply")[1] == (
        "calendar 'Imaging': 2 new, 0 changed, 0 cancelled, 0 removed, 4 unchanged\n"
    )
    assert line.writes == ["PUT"] * 2
    assert len(radicale.paths()) == 6


@pytest.mark.usefixtures("login")
def test_the_library_comes_as_an_extra_and_a_dry_run_does_without(sync, line, tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "spine_vigil.scheduler.calendars.caldav.store", raising=False)
    monkeypatch.setitem(sys.modules, "niquests", None)
    message = "--apply needs niquests, which is not installed; run: pip install 'spine-vigil[sync]'"
    assert message in refused(sync, tmp_path, line.url, "--apply")
    assert sync(line.url)[0] == 0


@pytest.mark.usefixtures("login")
def test_an_input_that_would_empty_the_calendar_is_refused_unless_forced(sync, events, line, radicale, tmp_path):
    sync(line.url, "--apply")
    write(events)
    line.forget()
    assert "gives no window, so calendar 'Imaging' is not written" in refused(sync, tmp_path, line.url, "--apply")
    write(events, ENROLLED.replace("4711", "4712"))
    assert "6 of 6 live events would be cancelled, more than one in 5" in refused(sync, tmp_path, line.url, "--apply")
    assert line.writes == []
    assert sync(line.url, "--apply", "--force")[1] == (
        "calendar 'Imaging': 6 new, 0 changed, 6 cancelled, 0 removed, 0 unchanged\n"
    )
    assert len(radicale.paths()) == 12


@pytest.mark.usefixtures("login")
def test_another_calendar_needs_a_state_of_its_own_and_a_slip_makes_none(sync, line, tmp_path):
    sync(line.url, "--apply")
    line.forget()
    err = refused(sync, tmp_path, line.url, "--apply", "--calendar", "Another")
    assert "give this calendar a --state of its own" in err
    assert {method for method, _, _ in line.asked} == {"PROPFIND"}


@pytest.mark.parametrize(
    ("option", "name", "message"),
    [
        ("--state", "events.csv", "is the input; give the output another name"),
        ("--secret-file", "state.json", "is the state; give the secret file another name"),
        ("--codes", "state.json", "is the state; give the list of codes another name"),
        ("--codes", "codes.txt", "must be a file name that ends in .csv"),
        ("--state", "none/state.json", "there is no folder"),
        ("--state", "linked.json", "is a link; give the file that it leads to"),
    ],
)
def test_no_file_is_taken_for_another(sync, line, tmp_path, option, name, message):
    (tmp_path / "linked.json").symlink_to(tmp_path / "elsewhere.json")
    code, out, err = sync(line.url, option, tmp_path / name)
    assert (code, out, message in err) == (2, "", True)


def test_events_come_from_a_file_with_a_name(vigil, tmp_path):
    code, _, err = vigil("sync", "-", "--url", "https://h/", "--calendar", "C", "--state", tmp_path / "s.json")
    assert (code, "give the name of the events file instead of -" in err) == (2, True)


def test_bad_rows_are_told_without_their_values(sync, events, line):
    write(events, ENROLLED, STUDIED.replace("2022-05-02", "2022-13-02"))
    code, _, err = sync(line.url)
    assert code == 0
    assert "line 3 is left out: column date" in err
    assert [marker for marker in (*MARKERS, "2022-13-02") if marker in err] == []


# Two runs at once, and runs that are killed


@pytest.mark.usefixtures("login")
def test_a_state_is_used_by_one_run_at_a_time_whichever_command_it_is(sync, vigil, events, line, tmp_path):
    state, others = tmp_path / "state.json", []
    in_use = f"another run uses {state} now; wait for it to end, then try again"
    with locked(state):
        assert in_use in refused(sync, tmp_path, line.url, "--apply")
        assert in_use in vigil("calendar", events, "-o", tmp_path / "windows.ics", "--state", state)[2]
    assert line.asked == []

    def calendar_meanwhile():
        with pytest.raises(FileError) as error, locked(state):
            pass
        others.append(str(error.value))

    line.on_write = calendar_meanwhile
    assert sync(line.url, "--apply")[0] == 0
    assert others == [in_use] * 6


def process(events, url, **environment):
    """Start `vigil sync --apply` in a process of its own."""
    state = events.parent / "state.json"
    command = [sys.executable, "-c", "from spine_vigil.cli.main import main; main()", "sync", str(events), "--url", url]
    command += ["--calendar", "Imaging", "--state", str(state), "--months", "6", "--as-of", "2022-05-10", "--apply"]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


@pytest.mark.usefixtures("login")
@pytest.mark.parametrize("at", [1, 3, 6])
def test_a_run_that_is_killed_is_completed_by_the_next_one(sync, events, line, radicale, at):
    running = process(events, line.url)
    line.on_write = lambda: len(line.writes) == at and running.send_signal(signal.SIGKILL)
    running.communicate()
    assert running.returncode == -signal.SIGKILL
    assert len(radicale.paths()) == at
    line.forget()
    line.on_write = lambda: None
    assert sync(line.url, "--apply")[1] == (
        f"calendar 'Imaging': {6 - at} new, 0 changed, 0 cancelled, 0 removed, {at} unchanged\n"
    )
    assert line.writes == ["PUT"] * (6 - at)
    assert len(radicale.paths()) == 6


@pytest.mark.usefixtures("login")
def test_the_library_is_kept_from_writing_down_what_is_sent(events, line, tmp_path):
    """It would, with these variables: requests to its log, and each exchange with the password into a file."""
    dumps = tmp_path / "dumps"
    dumps.mkdir()
    wishes = {"PYTHON_CALDAV_DEBUGMODE": "DEBUG", "PYTHON_CALDAV_COMMDUMP": "1", "TMPDIR": str(dumps)}
    running = process(events, line.url, **wishes)
    out, err = running.communicate()
    assert running.returncode == 0
    assert b"6 new" in out
    assert list(dumps.iterdir()) == []
    assert [marker for marker in (*MARKERS, "VEVENT", "Authorization") if marker.encode() in out + err] == []


@pytest.mark.usefixtures("login")
def test_what_is_sent_is_in_no_log(sync, line, caplog):
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="caldav"):
        assert sync(line.url, "--apply")[0] == 0
    assert [marker for marker in (*MARKERS, "VEVENT", "Authorization", "Imaging window") if marker in caplog.text] == []


@pytest.mark.usefixtures("login")
def test_what_a_killed_run_left_beside_the_state_is_removed(sync, line, tmp_path):
    (tmp_path / ".state.json.abc123.part").write_text("half a state")
    (tmp_path / ".other.json.abc123.part").write_text("of another program")
    sync(line.url, "--apply")
    assert sorted(path.name for path in tmp_path.glob(".*.part")) == [".other.json.abc123.part"]
