"""`vigil calendar`: the file that is written, what is said beside it, and what is left where it fails."""

from __future__ import annotations

import stat

import icalendar
import pytest
from freezegun import freeze_time
from support.calendar_command import HEADER, ROWS, SECRET, refused

from spine_vigil.scheduler.errors import FileError


def spans(path):
    found = icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    return sorted((str(e.decoded("DTSTART")), str(e["STATUS"])) for e in found)


def test_a_calendar_is_written_and_what_is_in_it_is_said(calendar, events, tmp_path):
    """Chest: studied on 2 May 2022. Primary site: never studied, due since 30 April. Chordoma: follow-up ended."""
    out, secret = tmp_path / "windows.ics", tmp_path / "vigil-calendar.secret"
    code, said, err = calendar(events, "-o", out, "--as-of", "2022-05-10", "--months", "6")
    assert (code, said) == (0, "")
    assert spans(out) == [
        ("2022-05-11", "CONFIRMED"),  # overdue since 30 April and 9 days of grace: on the day after the run
        ("2022-08-02", "CONFIRMED"),
        ("2022-08-10", "TENTATIVE"),  # of the missed study on 10 May
        ("2022-11-02", "TENTATIVE"),
        ("2022-11-10", "TENTATIVE"),
    ]
    assert err.splitlines() == [
        f"2 firm (1 overdue) and 3 projected windows written to {out}",
        "the events carry codes instead of names; --codes FILE.csv writes which patient is which",
        f"the site secret is new: keep {secret}, or every event gets another identity next time",
        "schedules without an event: 2 stopped",
        "line 5 is left out: column date cannot be read or does not fit",
        "values are not repeated here; 'vigil audit' says what is wrong with each row",
    ]


def test_the_file_and_the_secret_are_their_owners_alone_and_nothing_else_is_left(calendar, events, tmp_path):
    calendar(events, "-o", tmp_path / "windows.ics", "--as-of", "2022-05-10")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["events.csv", "vigil-calendar.secret", "windows.ics"]
    modes = [stat.S_IMODE((tmp_path / n).stat().st_mode) for n in ("vigil-calendar.secret", "windows.ics")]
    assert modes == [0o600, 0o600]


def test_the_bytes_are_the_same_on_any_day_on_which_the_windows_are(calendar, events, tmp_path):
    out, secret = tmp_path / "windows.ics", tmp_path / "site.secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    written = []
    for now, month in (("2022-03-10", 6), ("2022-04-10", 5)):
        with freeze_time(now):
            assert calendar(events, "-o", out, "--months", month, "--secret-file", secret)[0] == 0
        written.append(out.read_bytes())
    assert written[0] == written[1]
    assert not (tmp_path / "vigil-calendar.secret").exists()


def test_the_secret_is_found_again(calendar, events, tmp_path):
    out = tmp_path / "windows.ics"
    calendar(events, "-o", out, "--as-of", "2022-05-10")
    before = out.read_bytes()
    _, _, err = calendar(events, "-o", out, "--as-of", "2022-05-10")
    assert out.read_bytes() == before
    assert "site secret" not in err


def test_a_secret_that_others_can_read_is_warned_of(calendar, events, tmp_path):
    secret = tmp_path / "site.secret"
    secret.write_text(SECRET)
    secret.chmod(0o644)
    code, _, err = calendar(events, "-o", tmp_path / "w.ics", "--as-of", "2022-05-10", "--secret-file", secret)
    assert code == 0
    assert f"vigil: others can read {secret}; make it yours alone (chmod 600)" in err


def test_no_patient_is_named_in_the_file_or_beside_it(calendar, events, tmp_path):
    out, secret = tmp_path / "windows.ics", tmp_path / "vigil-calendar.secret"
    secret.write_text(SECRET)  # else a random UID might hold a marker
    _, _, err = calendar(events, "-o", out, "--as-of", "2022-05-10")
    text = out.read_text(encoding="utf-8").replace("\n ", "") + err.replace(str(tmp_path), "")
    assert [
        m for m in ("MRN", "4711", "4712", "1961", "07-23", "sacrum", "osteosarcoma", "chordoma") if m in text
    ] == []


def test_alarm_and_method_are_options(calendar, events, tmp_path):
    out = tmp_path / "windows.ics"
    calendar(events, "-o", out, "--as-of", "2022-05-10", "--alarm-days", "3", "--method", "publish")
    text = out.read_text()
    assert "METHOD:PUBLISH" in text
    assert text.count("TRIGGER:-P2DT15H") == 1  # the firm window that is to come alone
    assert text.count("TRIGGER:-PT15H") == 1  # the overdue one: at 09:00 on the day of the run


def test_grace_and_reading_are_options(calendar, tmp_path):
    """Read as repeating, the planning study of glioblastoma has a second window; read as once, it has one."""
    events, out = tmp_path / "e.csv", tmp_path / "w.ics"
    events.write_text(
        "patient_id,protocol,modality,region,date,surgery_date\nP,cns.glioblastoma,,,,2022-01-31\n", encoding="utf-8"
    )
    args = (events, "-o", out, "--as-of", "2022-02-10")
    calendar(*args)
    assert [opens for opens, _ in spans(out)] == ["2022-02-21"]
    calendar(*args, "--reading", "cns.glioblastoma/preradiation=repeating", "--grace-days", "4")
    assert [opens for opens, _ in spans(out)] == ["2022-02-21", "2022-03-28"]
    assert "grace 4 days on either side" in out.read_text().replace("\n ", "")


def test_rows_that_cannot_be_read_are_named_up_to_twenty_and_counted(calendar, events, tmp_path):
    bad = "P9,bone.osteosarcoma,CT,chest,2022-13-02,performed,2022-01-31,,,"
    events.write_text("\n".join([HEADER, ROWS[0], *[bad] * 23, ""]))
    _, _, err = calendar(events, "-o", tmp_path / "w.ics", "--as-of", "2022-05-10")
    assert err.count("is left out") == 20
    assert err.splitlines()[-2] == "3 more rows are left out"


def test_a_damaged_line_is_left_out(calendar, events, tmp_path):
    events.write_text("\n".join([HEADER, ROWS[0], ROWS[1] + ",one cell too many", ""]))
    _, _, err = calendar(events, "-o", tmp_path / "w.ics", "--as-of", "2022-05-10")
    assert "line 3 is left out: the line has 11 cells and the header 10" in err


def test_a_column_that_is_nearly_known_is_asked_about(calendar, events, tmp_path):
    events.write_text("\n".join([HEADER.replace("treatment_end_date", "treatment_end_dat"), *ROWS, ""]))
    _, _, err = calendar(events, "-o", tmp_path / "w.ics", "--as-of", "2022-05-10")
    assert "column 'treatment_end_dat' is not known and not read; is 'treatment_end_date' meant?" in err


def test_the_input_is_never_overwritten(calendar, events, tmp_path):
    assert "is the input" in refused(calendar, tmp_path, events, "-o", events)
    assert "is the input" in refused(calendar, tmp_path, events, "-o", tmp_path / "w.ics", "--secret-file", events)


def test_the_calendar_and_its_secret_are_two_files(calendar, events, tmp_path):
    out = tmp_path / "w.ics"
    err = refused(calendar, tmp_path, events, "-o", out, "--secret-file", out)
    assert "is the secret file; give the calendar another name" in err


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [("nothing.csv", None, "cannot read"), ("empty.csv", "", "is empty"), ("odd.csv", "a,b\n1,2\n", "has no column")],
)
def test_a_file_that_cannot_be_read_leaves_nothing_behind(calendar, tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_text(content)
    assert message in refused(calendar, tmp_path, tmp_path / name, "-o", tmp_path / "w.ics")


def test_an_output_that_cannot_be_written_leaves_nothing_behind(calendar, events, tmp_path):
    (tmp_path / "folder").mkdir()
    assert "is a folder" in refused(calendar, tmp_path, events, "-o", tmp_path / "folder")
    assert "there is no folder" in refused(calendar, tmp_path, events, "-o", tmp_path / "none" / "w.ics")
    assert "no site secret" in _with_bad_secret(calendar, events, tmp_path)


def _with_bad_secret(calendar, events, tmp_path):
    bad = tmp_path / "bad.secret"
    bad.write_text("hello")
    return refused(calendar, tmp_path, events, "-o", tmp_path / "w.ics", "--secret-file", bad)


def test_a_failure_while_writing_takes_the_new_secret_along(calendar, events, tmp_path, monkeypatch):
    def full_disk(*_):
        assert (tmp_path / "vigil-calendar.secret").exists()
        raise FileError("cannot write w.ics: No space left on device")

    monkeypatch.setattr("spine_vigil.calendars.replace_all", full_disk)
    assert "cannot write" in refused(calendar, tmp_path, events, "-o", tmp_path / "w.ics")


def test_a_failure_while_writing_leaves_a_secret_that_was_there(calendar, events, tmp_path, monkeypatch):
    def full_disk(*_):
        raise FileError("cannot write w.ics: No space left on device")

    (tmp_path / "vigil-calendar.secret").write_text(SECRET)
    monkeypatch.setattr("spine_vigil.calendars.replace_all", full_disk)
    assert "cannot write" in refused(calendar, tmp_path, events, "-o", tmp_path / "w.ics")
    assert (tmp_path / "vigil-calendar.secret").read_text() == SECRET


@pytest.mark.parametrize(
    ("as_of", "firm", "names", "why"),
    [
        ("2022-05-08", "2 firm (0 overdue)", 0, "closed on 30 April; the day before the last of 9 days of grace"),
        ("2022-05-09", "2 firm (0 overdue)", 0, "the last day of grace"),
        ("2022-05-10", "2 firm (1 overdue)", 1, "the day after"),
    ],
)
def test_overdue_windows_are_counted_and_written_as_such(calendar, events, tmp_path, as_of, firm, names, why):
    out = tmp_path / "w.ics"
    _, _, err = calendar(events, "-o", out, "--as-of", as_of, "--months", "6")
    assert err.splitlines()[0].startswith(firm), why
    assert out.read_text().replace("\n ", "").count("SUMMARY:Imaging window overdue") == names, why


def test_what_needs_information_is_counted_by_what_is_lacking(calendar, tmp_path):
    """Osteosarcoma has two schedules: of the primary site, which P1 and P2 lack, and of the chest."""
    events = tmp_path / "e.csv"
    lines = [f"{name},bone.osteosarcoma,,,,,2022-01-31,,," for name in ("P1", "P2")]
    events.write_text("\n".join([HEADER, *lines, "P3,neuroendocrine.lung_nodules,,,,,,sacrum,,", ""]))
    code, _, err = calendar(events, "-o", tmp_path / "w.ics", "--as-of", "2022-05-10")
    assert code == 0
    assert err.splitlines()[-3:] == [
        "schedules without an event: 3 needs info",
        "needs info: the primary site is not documented: 2",
        "needs info: the schedule counts from the diagnosis, and no such date is documented: 1",
    ]


# Names, and nothing to write


def test_a_calendar_has_a_file_name_and_so_has_its_input(calendar, events, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "- is no file name here; give a file name" in refused(calendar, tmp_path, events, "-o", "-")
    assert "w.csv must be a file name that ends in .ics" in refused(calendar, tmp_path, events, "-o", "w.csv")
    assert "give the name of the events file instead of -" in refused(calendar, tmp_path, "-", "-o", "w.ics")


def test_a_suffix_in_capitals_is_a_suffix(calendar, events, tmp_path):
    assert calendar(events, "-o", tmp_path / "W.ICS", "--as-of", "2022-05-10")[0] == 0


@pytest.mark.parametrize(
    ("lines", "said", "why"),
    [
        ([], "0 rows read, 0 of them bad; schedules: none", "a header alone"),
        ([ROWS[2]], "1 rows read, 0 of them bad; schedules: 2 stopped;", "follow-up ended"),
        ([ROWS[3]], "could be read; 'vigil audit' says why", "the one row is bad"),
        (
            ["P,neuroendocrine.lung_nodules,,,,,,sacrum,,", ROWS[2], ROWS[3]],
            (
                "3 rows read, 1 of them bad; schedules: 2 stopped, 1 needs info"
                " (the schedule counts from the diagnosis, and no such date is documented: 1)"
            ),
            "one of each",
        ),
    ],
)
def test_an_input_without_windows_leaves_the_calendar_as_it_is(calendar, events, tmp_path, lines, said, why):
    (tmp_path / "w.ics").write_text("the calendar of last week")
    events.write_text("\n".join([HEADER, *lines, ""]))
    err = refused(calendar, tmp_path, events, "-o", tmp_path / "w.ics", "--codes", tmp_path / "codes.csv")
    assert said in err, why
    assert ("line " in err) == (ROWS[3] in lines)


# Columns of other names, dates in another form, and a patients file


def test_a_file_with_its_own_names_and_dates_and_a_patients_file_gives_the_same_calendar(calendar, events, tmp_path):
    own, patients, secret = tmp_path / "own.csv", tmp_path / "patients.csv", tmp_path / "site.secret"
    own.write_text("MRN,modality,region,Exam Day,status\nMRN-4711,,,,\nMRN-4711,CT,chest,05/02/2022,performed\n")
    patients.write_text("MRN,protocol,treatment_end_date,primary_site\nMRN-4711,bone.osteosarcoma,01/31/2022,sacrum\n")
    (tmp_path / "map.toml").write_text('[columns]\n"Exam Day" = "date"\n')
    args = ("--as-of", "2022-05-10", "--secret-file", secret)
    secret.write_text(SECRET)
    calendar(events, "-o", tmp_path / "plain.ics", *args)
    columns = ("--map", "MRN=patient_id", "--map-file", tmp_path / "map.toml", "--date-format", "%m/%d/%Y")
    code, _, err = calendar(own, "-o", tmp_path / "own.ics", "--patients", patients, *columns, *args)
    assert code == 0
    assert "1 of 1 patients have an event" in err
    assert (tmp_path / "own.ics").read_bytes() == (tmp_path / "plain.ics").read_bytes()


def test_a_bad_row_is_told_by_the_names_of_the_file(calendar, events, tmp_path):
    events.write_text("\n".join([HEADER.replace(",date,", ",Exam Day,"), *ROWS, ""]))
    _, _, err = calendar(events, "-o", tmp_path / "w.ics", "--as-of", "2022-05-10", "--map", "Exam Day=date")
    assert "line 5 is left out: column Exam Day cannot be read" in err


def test_a_column_to_be_mapped_that_is_not_there_is_an_error(calendar, events, tmp_path):
    err = refused(calendar, tmp_path, events, "-o", tmp_path / "w.ics", "--map", "Exam=date")
    assert "has no column 'Exam' to be read as 'date'" in err
