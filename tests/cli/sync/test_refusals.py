"""`vigil sync`: what is refused, with a message and every file left as it was."""

from __future__ import annotations

import sys

import pytest
from support.calendar_server import USER
from support.sync import ENROLLED, MARKERS, STUDIED, refused, write


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
    message = '--apply needs niquests, not installed here; run: pip install "caldav>=3.6"'
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
