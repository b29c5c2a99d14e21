"""Files of which little can be read, or that lack what matters: what is said, and with which exit code."""

import json

import pytest

HEADER = "patient_id,protocol,modality,region,date,status,treatment_end_date,primary_site"
COURSE = "P1,bone.osteosarcoma,,,,,2022-01-31,sacrum"
DONE = "P1,,CT,chest,2022-05-02,performed,,"
ASKED_FOR = "P1,,CT,chest,2022-05-03,requested,,"
BAD = "P1,,CT,chest,2022-02-30,performed,,"
AHEAD = {
    "due": ("due", "-o", "-"),
    "calendar": ("calendar", "-o", "w.ics"),
    "sync": ("sync", "--url", "http://127.0.0.1:9/", "--calendar", "Imaging", "--state", "s.json"),
    "timeline": ("timeline", "--cohort", "-o", "p.svg"),
    "report": ("report", "-o", "r.html"),
}
"""The commands that look ahead, and the one that adds up; nothing is at the address of the server."""

WITHOUT_SERVER = [name for name in AHEAD if name != "sync"]


@pytest.fixture
def run(vigil, tmp_path, monkeypatch):
    """Run a command as of 10 May 2022 on an events file of some lines."""
    monkeypatch.chdir(tmp_path)

    def run_command(name, lines, *options, header=HEADER, **files):
        for stem, of_file in {"events": (header, *lines), **files}.items():
            (tmp_path / f"{stem}.csv").write_text("\n".join([*of_file, ""]), encoding="utf-8")
        command, *own = AHEAD.get(name, (name,))
        return vigil(command, "events.csv", *own, "--as-of", "2022-05-10", *options)

    return run_command


@pytest.mark.parametrize("name", AHEAD)
def test_a_file_of_which_no_row_can_be_read_is_refused(run, tmp_path, name):
    code, out, err = run(name, [BAD, BAD])
    assert (code, out) == (2, "")
    assert "no row of events.csv could be read; 'vigil audit' says why, row by row" in err
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix in (".ics", ".svg", ".json", ".html")) == []


@pytest.mark.parametrize("name", WITHOUT_SERVER)
def test_one_row_that_can_be_read_is_enough(run, name):
    assert run(name, [BAD, COURSE]).exit_code == 0


@pytest.mark.parametrize("name", WITHOUT_SERVER)
@pytest.mark.parametrize(
    ("lines", "asked", "code"),
    [
        ([COURSE, DONE, BAD], True, 5),
        ([COURSE, DONE, BAD], False, 0),
        ([COURSE, DONE], True, 0),
    ],
    ids=["a bad row, asked for", "a bad row, not asked for", "no bad row"],
)
def test_a_row_that_cannot_be_read_fails_the_run_only_where_asked(run, name, lines, asked, code):
    assert run(name, lines, *(["--fail-on", "invalid"] if asked else [])).exit_code == code


def test_the_list_is_written_all_the_same(run):
    code, out, err = run("due", [COURSE, DONE, BAD], "--fail-on", "invalid")
    assert (code, out.count("\nP1,bone.osteosarcoma,")) == (5, 2)
    assert "line 4 is left out: column date cannot be read or does not fit" in err


@pytest.mark.parametrize("name", AHEAD)
def test_what_fails_a_run_is_one_of_a_list(run, name):
    code, _, err = run(name, [COURSE, DONE], "--fail-on", "contradiction")
    assert (code, "'contradiction' is not 'invalid'" in err) == (2, True)


@pytest.mark.parametrize("name", ["due", "calendar", "sync", "report"])
def test_a_file_without_a_performed_study_is_refused_and_says_which_options_mean_it(run, name):
    code, out, err = run(name, [COURSE, ASKED_FOR])
    assert (code, out) == (2, "")
    assert "no row of events.csv is 'performed', so no study counts as done" in err
    assert "look at the words in the column 'status'." in err
    assert "--set status=performed" in err
    assert "--none-performed" in err


STATUS_COLUMNS = [
    ("Exam Status", "is 'Exam Status' the column of the status? Map it,", "a column that may be it is named"),
    ("note", "no column says what became of a study. Map one as 'status',", "and said where none may be"),
]


@pytest.mark.parametrize(("column", "said", "why"), STATUS_COLUMNS, ids=[case[-1] for case in STATUS_COLUMNS])
def test_where_no_column_is_the_status_that_is_said(run, column, said, why):
    header = HEADER.replace("status", column)
    for name, code in (("due", 2), ("audit", 0)):
        own = ("-o", "out.csv") if name == "audit" else ()
        outcome = run(name, [COURSE, DONE], *own, header=header)
        assert (outcome.exit_code, said in outcome.err) == (code, True), why


def test_a_picture_of_a_file_without_a_performed_study_is_drawn(run):
    assert run("timeline", [COURSE, ASKED_FOR]).exit_code == 0


@pytest.mark.parametrize("name", ["due", "calendar", "report"])
@pytest.mark.parametrize(
    ("lines", "options", "code", "why"),
    [
        ([COURSE, ASKED_FOR], ("--none-performed",), 0, "it is meant"),
        ([COURSE], (), 0, "patients without any study"),
        ([COURSE, DONE], (), 0, "a performed study"),
        ([COURSE, ASKED_FOR, DONE.replace("performed", "cancelled")], (), 2, "a cancelled study is none"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_is_used_where_a_study_was_performed_or_its_lack_is_meant(run, name, lines, options, code, why):
    assert run(name, lines, *options).exit_code == code, why


def test_a_constant_says_what_became_of_studies(run):
    header = HEADER.replace(",status", "")
    lines = [line.replace(",performed", "").replace(",,,,,", ",,,,") for line in (COURSE, DONE)]
    code, out, _ = run("due", lines, "--set", "status=performed", header=header)
    assert (code, "2022-05-02" in out) == (0, True)
    assert run("due", lines, "--set", "status=requested", header=header).exit_code == 0
    assert run("due", lines, header=header).exit_code == 2


def test_an_audit_warns_loudly_and_goes_on(run):
    warning = "WARNING: no row of events.csv is 'performed', so no study counts as an earlier one"
    code, _, err = run("audit", [COURSE, ASKED_FOR], "-o", "out.csv")
    assert (code, warning in err) == (0, True)
    for lines, options in (
        ([COURSE, DONE], ()),
        ([COURSE, ASKED_FOR], ("--none-performed",)),
        ([COURSE], ()),
        ([COURSE, BAD], ()),
    ):
        assert "WARNING" not in run("audit", lines, "-o", "out.csv", *options).err


def test_a_study_that_other_rows_prove_wrong_was_not_performed(run):
    death = "P1,,,,,,,,2022-05-01"
    code, _, err = run(
        "audit", [f"{COURSE},", f"{DONE},", f"{ASKED_FOR},", death], "-o", "out.csv", header=f"{HEADER},death_date"
    )
    assert (code, "WARNING: no row of events.csv is 'performed'" in err) == (0, True)


BIRTHS = [f"{COURSE},1961-05-05", f"{COURSE},1961-05-06", f"{DONE},"]
CONTRADICTIONS = [
    # rows, what is asked for, exit code, why
    (BIRTHS, ("contradiction",), 5, "two birth dates"),
    (BIRTHS, ("invalid", "contradiction"), 5, "either of two"),
    (BIRTHS, ("invalid",), 0, "which can be read"),
    (BIRTHS, (), 0, "nothing is asked for"),
    (BIRTHS[1:], ("contradiction",), 0, "one birth date"),
    ([f"{DONE},", f"{DONE},"], ("contradiction",), 0, "a study that stands twice is no contradiction"),
]


@pytest.mark.parametrize(("lines", "asked", "code", "why"), CONTRADICTIONS, ids=[case[-1] for case in CONTRADICTIONS])
def test_an_audit_fails_on_a_contradiction_where_asked(run, tmp_path, lines, asked, code, why):
    options = [part for name in asked for part in ("--fail-on", name)]
    outcome = run("audit", lines, "-o", "out.csv", *options, header=f"{HEADER},birth_date")
    assert (outcome.exit_code, (tmp_path / "out.csv").exists()) == (code, True), why


def test_the_summary_says_what_stands_twice_and_what_contradicts_itself(run, tmp_path):
    lines = [*BIRTHS, f"{DONE},", f"{DONE.replace('P1', '07')},", f"{DONE.replace('P1', '7')},"]
    _, _, err = run("audit", lines, "-o", "out.csv", "--summary", "s.json", header=f"{HEADER},birth_date")
    assert "1 row says what another row says: patient, day, study and status; each is decided, and together" in err
    assert "1 patient id with two birth dates, in 2 rows: two people may share an id" in err
    assert "1 patient id differs from another one by leading zeros, .0, quotes or invisible characters alone" in err
    assert "as in line 6; a profile says under [ids] what does not count" in err
    counts = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert (counts["studies"], counts["performed"], counts["repeated"]) == (4, 4, 1)
    assert counts["contradictions"] == {
        "birth_dates": 1,
        "rows_of_birth_dates": 2,
        "ids_alike": 1,
        "example_of_ids_alike": "line 6",
    }


FIRST = ("patient_id,protocol,treatment_end_date,surgery_date", "P1,bone.osteosarcoma,2022-01-31,2021-12-01")
SECOND = ("patient_id,protocol,treatment_end_date,birth_date", "P1,bone.osteosarcoma,2022-03-31,1961-05-05")


@pytest.mark.parametrize("name", ["due", "audit"])
def test_courses_in_two_patients_files_settle_alike_in_any_order(run, tmp_path, name):
    found = []
    for order in (("first.csv", "second.csv"), ("second.csv", "first.csv")):
        options = [part for file in order for part in ("--patients", file)]
        own = ("-o", "out.csv") if name == "audit" else ()
        code, out, err = run(name, [DONE], *own, *options, first=FIRST, second=SECOND)
        assert (code, "1 of 1 patients have an event" in err) == (0, True)
        found.append(out or (tmp_path / "out.csv").read_text(encoding="utf-8"))
    assert found[0] == found[1]
    assert "2022-03-31" in found[0] or "2022-06" in found[0]  # the later end of treatment counts


@pytest.mark.parametrize("name", ["due", "audit"])
def test_each_patients_file_is_named_for_what_cannot_be_read_in_it(run, name):
    bad = (*SECOND, "P1,bone.osteosarcoma,soon,")
    own = ("-o", "out.csv") if name == "audit" else ()
    err = run(name, [DONE], *own, "--patients", "first.csv", "--patients", "second.csv", first=FIRST, second=bad).err
    assert "vigil: second.csv, line 3, column treatment_end_date cannot be read" in err
    assert "soon" not in err
