"""`--profile`, `VIGIL_PROFILE` and `--set`: every command that reads events reads them as the profile says."""

import csv

import pytest
from support.events_files import write_lines

PROFILE = """\
[columns]
"MRN" = "patient_id"
"Exam Date" = "date"
"Exam" = "study_text"
"State" = "status"
[dates]
formats = ["%m/%d/%Y"]
[values.study_text]
"MR C SPINE" = "MRI cervical_spine"
"CONSULT" = "no imaging"
[values.status]
"Final" = "performed"
[rows.leave_out]
"Type" = ["Phone"]
[patients.columns]
"MRN" = "patient_id"
"Dx" = "diagnosis"
"Tx End" = "treatment_end_date"
"Site" = "primary_site"
[patients.dates]
formats = ["%d.%m.%Y"]
[patients.values.diagnosis]
"C41.2" = "bone.osteosarcoma"
[patients.values.primary_site]
"neck" = "cervical_spine"
"""
EVENTS = (
    "MRN,Exam,Exam Date,State,Type",
    "P1,MR C SPINE,04/15/2026,Final,Imaging",
    "P1,CONSULT,05/01/2026,Final,Imaging",
    "P1,MR C SPINE,05/02/2026,Final,phone",
    "P1,MR C SPINE,07/15/2026,requested,Imaging",
)
PATIENTS = ("MRN,Dx,Tx End,Site", "P1,C41.2,15.01.2026,neck")
DAY = ("--as-of", "2026-08-01")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VIGIL_PROFILE", raising=False)
    (tmp_path / "site.toml").write_text(PROFILE, encoding="utf-8")
    write_lines(tmp_path / "events.csv", *EVENTS)
    write_lines(tmp_path / "patients.csv", *PATIENTS)
    return tmp_path


@pytest.fixture
def decided(vigil, folder):
    """Audit the events; return decision and reason of each row, or what is said where it is refused."""

    def run(*options):
        outcome = vigil("audit", "events.csv", "--patients", "patients.csv", "-o", "out.csv", *DAY, *options)
        if outcome.exit_code:
            return outcome.err.strip()
        with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
            return [(row["decision"], row["reason"]) for row in csv.DictReader(file)]

    return run


EXPECTED = [
    ("within", "on_schedule"), ("", "not_imaging"), ("", "not_imaging"), ("within", "on_schedule"),
]  # fmt: skip


def test_an_audit_reads_both_files_as_the_profile_says(decided):
    assert decided("--profile", "site.toml") == EXPECTED


def test_the_profile_may_stand_in_the_environment(decided, monkeypatch):
    monkeypatch.setenv("VIGIL_PROFILE", "site.toml")
    assert decided() == EXPECTED


def test_the_option_goes_before_the_environment(decided, monkeypatch):
    monkeypatch.setenv("VIGIL_PROFILE", "gone.toml")
    assert decided("--profile", "site.toml") == EXPECTED
    assert decided().startswith("vigil: cannot read gone.toml: No such file or directory; check the name")


COMMANDS = (
    ("due", "-o", "out.csv"),
    ("calendar", "-o", "out.ics"),
    ("timeline", "--patient", "P1", "-o", "out.svg"),
    ("sync", "--url", "https://dav.example.org/", "--calendar", "x", "--state", "s.json"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=[name for name, *_ in COMMANDS])
@pytest.mark.usefixtures("folder")
def test_every_command_that_reads_events_takes_it(vigil, command):
    name, *options = command
    outcome = vigil(name, "events.csv", "--patients", "patients.csv", "--profile", "site.toml", *DAY, *options)
    assert outcome.exit_code == 0, outcome.err
    assert "left out" not in outcome.err, "rows that are no imaging are no problem"


def test_a_list_of_what_is_due_counts_from_the_study_that_is_imaging(vigil, folder):
    options = ("--patients", "patients.csv", "--profile", "site.toml", *DAY, "-o", "out.csv")
    assert vigil("due", "events.csv", *options).exit_code == 0
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["schedule"]: row for row in csv.DictReader(file)}
    assert (rows["primary_site"]["reference_date"], rows["primary_site"]["status"]) == ("2026-04-15", "overdue")


SET = (
    # options, what is decided of the first row, why
    (("--set", "status=performed"), "on_schedule", "a field that the file lacks"),
    (("--set", "status=requested"), "on_schedule", "another constant"),
    (("--set", "status=cancelled"), "cancelled", "nothing is judged"),
)


@pytest.mark.parametrize(("options", "reason", "why"), SET, ids=[why for *_, why in SET])
def test_a_constant_holds_for_every_row(decided, folder, options, reason, why):
    write_lines(folder / "events.csv", *(",".join(line.split(",")[:3]) for line in (EVENTS[0], EVENTS[1])))
    text = PROFILE.replace('"State" = "status"\n', "").replace('[rows.leave_out]\n"Type" = ["Phone"]\n', "")
    (folder / "site.toml").write_text(text, encoding="utf-8")
    assert [found for _, found in decided("--profile", "site.toml", *options)] == [reason], why


REFUSED = (
    (("--set", "status"), "--set 'status' is not of the form FIELD=VALUE, e.g. status=performed"),
    (("--set", "status="), "--set 'status=' is not of the form FIELD=VALUE, e.g. status=performed"),
    (("--set", "state=performed"), "--set unknown field 'state'"),
    (("--set", "status=done"), "--set status: unknown status 'done'"),
    (("--set", "modality=MRI", "--set", "modality=CT"), "--set gives 'modality' twice; give it once"),
    (("--set", "status=performed"), "events.csv has the column 'State' for 'status', so it cannot have the constant"),
)


@pytest.mark.parametrize(("options", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_a_constant_that_makes_no_sense_is_refused(decided, options, said):
    assert said in decided("--profile", "site.toml", *options)


def test_a_footer_and_a_header_once_more_are_not_said_to_be_examinations(vigil, folder):
    profile = PROFILE + '[file]\nfooter = ["Total"]\n'
    (folder / "site.toml").write_text(profile, encoding="utf-8")
    write_lines(folder / "events.csv", *EVENTS[:3], EVENTS[0], "Total: 3,,,,")
    vigil("audit", "events.csv", "--profile", "site.toml", "-o", "out.csv", *DAY)
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        left_out = [row["explanation"] for row in csv.DictReader(file) if row["reason"] == "not_imaging"]
    assert left_out == ["The row is left out: it is no imaging, or no row of data."] * 3


def test_an_option_maps_what_only_a_profile_reads(decided, folder):
    write_lines(folder / "patients.csv", "MRN,Dx,DX3,Tx End,Site", "P1,,C41.2,15.01.2026,neck")
    without = decided("--profile", "site.toml", "--patients", "patients.csv")
    assert decided("--profile", "site.toml", "--patients", "patients.csv", "--map", "DX3=diagnosis") != without
    write_lines(folder / "patients.csv", *PATIENTS)
    expected = decided("--profile", "site.toml", "--patients", "patients.csv")
    write_lines(folder / "patients.csv", "MRN,Dx,DX3,Tx End,Site", "P1,,C41.2,15.01.2026,neck")
    assert decided("--profile", "site.toml", "--patients", "patients.csv", "--map", "DX3=diagnosis") == expected
    write_lines(folder / "patients.csv", "MRN,Dx,DX3,Tx End,Site", "P1,C41.2,,15.01.2026,neck")
    assert decided("--profile", "site.toml", "--patients", "patients.csv", "--map", "DX3=diagnosis") == expected
    assert "unknown field 'diagnosis'" in decided("--map", "DX3=diagnosis")


def test_a_missing_column_of_an_option_is_not_said_to_be_of_the_profile(decided):
    said = decided("--profile", "site.toml", "--map", "Nowhere=birth_date")
    assert "has no column 'Nowhere' to be read as 'birth_date'; correct --map or the map file" in said


WRONG = (
    # what is replaced in the profile, by what, what is said
    (
        '"Type" = ["Phone"]',
        '"Kind" = ["Phone"]',
        "has no column 'Kind', which the profile names under [rows] leave_out",
    ),
    (
        '"Exam" = "study_text"',
        '"Exm" = "study_text"',
        "has no column 'Exm' to be read as 'study_text', which the profile names under [columns]; did you mean 'Exam'?",
    ),
    (
        '"Dx" = "diagnosis"',
        '"Dxx" = "diagnosis"',
        "has no column 'Dxx' to be read as 'diagnosis', which the profile names under [patients.columns]; correct the",
    ),
)


@pytest.mark.parametrize(("right", "wrong", "said"), WRONG)
def test_a_column_that_a_file_lacks_is_refused(decided, folder, right, wrong, said):
    (folder / "site.toml").write_text(PROFILE.replace(right, wrong), encoding="utf-8")
    assert said in decided("--profile", "site.toml")


def test_an_option_goes_before_the_profile(decided, folder):
    write_lines(
        folder / "events.csv", EVENTS[0].replace("Exam Date", "Done"), EVENTS[1].replace("04/15/2026", "15.04.2026")
    )
    found = decided("--profile", "site.toml", "--map", "Done=date", "--date-format", "%d.%m.%Y")
    assert found == [("within", "on_schedule")]


def test_what_a_profile_does_not_list_is_said_on_its_row_with_the_way_out(decided, folder):
    write_lines(folder / "events.csv", *EVENTS, "P1,MR NECK,07/16/2026,Held,Imaging")
    assert decided("--profile", "site.toml")[-1] == ("invalid", "bad_row")
    text = (folder / "out.csv").read_text(encoding="utf-8")
    assert "the study 'MR NECK' is not listed; add it under [values.study_text] of the profile" in text
    assert "unknown status 'Held'" in text
