"""`vigil editions diff --events`: what a change of rules does to a cohort, as its user sees it."""

import csv
import json

import pytest
from support.overlays import OURS, OVERLAY
from support.paths import SAMPLES

from spine_vigil.protocols import CURRENT

CLINIC = ("--events", SAMPLES / "clinic.csv", "--as-of", "2026-11-02")
HEADER = "patient_id,date,status,modality,region,protocol,treatment_end_date,primary_site"
ROW = "P1,2026-04-15,requested,MRI,cervical_spine,bone.osteosarcoma,2026-01-15,cervical_spine"


@pytest.fixture
def overlay(tmp_path):
    path = tmp_path / "local.toml"
    path.write_text(OVERLAY, encoding="utf-8")
    return path


@pytest.fixture
def diff(overlay, vigil):
    """Compare the current edition with an overlay of it."""

    def run(*options, before=CURRENT.id, after=overlay):
        return vigil("editions", "diff", before, after, *options)

    return run


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_text_tells_how_decisions_move_and_by_which_rule(diff, tmp_path):
    events = tmp_path / "events.csv"
    events.write_text(
        f"{HEADER}\n{ROW}\nP2,2026-02-28,performed,MRI,cervical_spine,bone.osteosarcoma,2025-11-28,cervical_spine\n",
        encoding="utf-8",
    )
    told = diff("--events", events, "--as-of", "2026-11-02").out
    assert told.partition("    nothing\n")[2] == (
        "\n"
        "2 rows of 2 change, of 2 patients; 2 in the decision, the others in another result.\n"
        "1 of them are performed studies, the others requests and bookings.\n"
        "1 of them lies before 2026-03-01, the first day of the later edition.\n"
        "\n"
        "decision before (down) and after (across)\n"
        "                    within     outside\n"
        "  within                 -           2\n"
        "  outside                -           -\n"
        "\n"
        "by protocol\n"
        "          2  bone.osteosarcoma: within before, outside after\n"
        "\n"
        "by rule\n"
        "          2  bone.osteosarcoma/primary_site, 2 patients\n"
    )


def test_the_rows_that_change_have_both_explanations_with_their_sources(diff, tmp_path):
    output = tmp_path / "impact.csv"
    told = diff(*CLINIC, "-o", output).out
    rows = read(output)
    assert f"{len(rows)} rows of 419 change" in told
    assert f"{output} has the rows that change" in told
    assert len(rows) > 10
    for row in rows:
        assert row["changed_by"] == "bone.osteosarcoma/primary_site"
        assert row["before_explanation"].startswith("Bone 5: every ")
        assert row["after_explanation"].startswith(f"{OURS}: every ")


def test_whom_to_contact_is_written_with_both_dates_and_counted(diff, tmp_path):
    contacts = tmp_path / "contacts.csv"
    told = diff(*CLINIC, "--contacts", contacts).out
    rows = read(contacts)
    assert {row["movement"] for row in rows} == {"moves"}
    assert f"To contact: {len({row['patient_id'] for row in rows})} patients, by what becomes of the window" in told
    assert f"{len(rows):>11}  moves: the window has another first or last day" in told
    assert all(row["before_opens"] < row["after_opens"] for row in rows)
    assert "C0" not in told  # no patient is named on the terminal


def test_the_calendar_has_the_events_that_differ_under_the_secret_of_the_calendar(diff, tmp_path, vigil):
    secret, calendar = tmp_path / "own.secret", tmp_path / "changes.ics"
    whole = ("--as-of", "2026-11-02", "-o", tmp_path / "all.ics", "--secret-file", secret)
    assert vigil("calendar", SAMPLES / "clinic.csv", *whole).exit_code == 0
    told = diff(*CLINIC, "--calendar", calendar, "--secret-file", secret).out
    assert "has the calendar events that differ: 0 new, 4 changed, 4 cancelled." in told
    text = calendar.read_text(encoding="utf-8")
    assert text.count("BEGIN:VEVENT") == 8
    uids = {line for line in text.splitlines() if line.startswith("UID:")}
    assert uids <= set((tmp_path / "all.ics").read_text(encoding="utf-8").splitlines())
    assert OURS.replace(",", "\\,") in text.replace("\n ", "")


def test_a_new_secret_is_kept_beside_the_calendar(diff, tmp_path):
    done = diff(*CLINIC, "--calendar", tmp_path / "changes.ics")
    assert (tmp_path / "vigil-calendar.secret").exists()
    assert "the site secret is new: " in done.err
    assert "the site secret is new" not in diff(*CLINIC, "--calendar", tmp_path / "changes.ics").err


def test_json_has_all_of_it(diff, tmp_path):
    options = ("--contacts", tmp_path / "c.csv", "--calendar", tmp_path / "c.ics")
    found = json.loads(diff(*CLINIC, *options, "--format", "json").out)["cohort"]
    assert found["rows"] == sum(cell["rows"] for cell in found["matrix"]) == 419
    moved = [cell for cell in found["matrix"] if cell["before"] != cell["after"]]
    assert {cell["protocol"] for cell in moved} == {"bone.osteosarcoma"}
    assert sum(cell["rows"] for cell in moved) == found["decisions_changed"]
    assert found["rules"] == [
        {"rule": "bone.osteosarcoma/primary_site", "rows": found["changed"], "patients": found["patients"]}
    ]
    assert found["contacts"] == {
        "patients": 3,
        "opens": 0,
        "appears": 0,
        "moves": 3,
        "closes": 0,
        "goes": 0,
        "grace_alone": 0,
    }
    assert found["calendar"] == {"new": 0, "changed": 4, "cancelled": 4}
    assert json.loads(diff(*CLINIC, "--format", "json").out)["cohort"]["contacts"] is None
    assert "cohort" not in json.loads(diff("--format", "json").out)


def test_an_edition_against_itself_changes_no_row_and_calls_nobody(diff, tmp_path):
    told = diff(*CLINIC, "--contacts", tmp_path / "c.csv", after=CURRENT.id).out
    assert "No row of 419 changes." in told
    assert "To contact: 0 patients\n" in told
    assert read(tmp_path / "c.csv") == []


def test_a_grace_that_is_asked_for_holds_for_both_editions(diff, overlay):
    overlay.write_text(f"{OVERLAY.partition('[protocol')[0]}[grace]\ndays = 0\n", encoding="utf-8")
    by_own = json.loads(diff(*CLINIC, "--format", "json").out)["cohort"]
    by_one = json.loads(diff(*CLINIC, "--format", "json", "--grace-days", "7").out)["cohort"]
    assert by_own["changed"] > 0
    assert [rule["rule"] for rule in by_own["rules"]] == ["grace"]
    assert by_one["changed"] == 0


def test_windows_that_differ_in_their_grace_alone_are_counted_and_not_listed(diff, overlay, tmp_path):
    contacts = tmp_path / "contacts.csv"
    overlay.write_text(f"{OVERLAY.partition('[protocol')[0]}[grace]\ndays = 0\n", encoding="utf-8")
    told = diff(*CLINIC, "--contacts", contacts).out
    assert read(contacts) == []
    assert "To contact: 0 patients\n" in told
    assert " more differ in the grace alone, and are not listed" in told


def test_patients_files_and_other_names_of_columns_are_read_as_in_an_audit(diff, tmp_path):
    payer = ("--patients", SAMPLES / "payer_patients.csv", "--map-file", SAMPLES / "payer.toml")
    options = ("--events", SAMPLES / "payer.csv", *payer, "--date-format", "%m/%d/%Y", "--as-of", "2026-11-02")
    done = diff(*options, "--contacts", tmp_path / "c.csv")
    assert done.exit_code == 0
    assert "To contact: " in done.out


REQUESTS = f"{HEADER}\n{ROW}\n"


def test_windows_are_not_compared_where_no_study_is_performed_unless_that_is_meant(diff, tmp_path):
    events, contacts = tmp_path / "events.csv", tmp_path / "c.csv"
    events.write_text(REQUESTS, encoding="utf-8")
    options = ("--events", events, "--as-of", "2026-11-02", "--contacts", contacts)
    refused = diff(*options)
    assert refused.exit_code == 2
    assert "is 'performed', so no study counts as done" in refused.err
    assert not contacts.exists()
    assert diff(*options, "--none-performed").exit_code == 0
    assert "WARNING: no row of" in diff(*options[:4]).err  # decisions can be compared all the same


def test_rows_that_nobody_can_read_are_no_all_clear(diff, tmp_path):
    events = tmp_path / "events.csv"
    events.write_text(REQUESTS.replace("requested", "doen"), encoding="utf-8")
    refused = diff("--events", events, "--contacts", tmp_path / "c.csv")
    assert refused.exit_code == 2
    assert "1 row cannot be read by the later edition; 'vigil audit' says why" in refused.err


def test_a_fact_that_only_the_earlier_edition_knows_can_be_mapped(tmp_path, vigil):
    events, output = tmp_path / "events.csv", tmp_path / "impact.csv"
    events.write_text(
        "MRN,date,status,modality,region,Limp,birth_date\nP1,2026-04-15,requested,MRI,cervical_spine,yes,2023-01-01\n",
        encoding="utf-8",
    )
    done = vigil(
        *("editions", "diff", "healthhelp-mri-cspine-2024", CURRENT.id, "--events", events, "--as-of", "2026-11-02"),
        *("--map", "MRN=patient_id", "--map", "Limp=limp_or_refusal_to_walk", "-o", output),
    )
    assert done.exit_code == 0
    (row,) = read(output)
    assert (row["before_route"], row["before_decision"]) == ("indication.limp_or_refusal_to_walk", "within")
    assert (row["after_decision"], row["changed_by"]) == ("needs_info", "indication.limp_or_refusal_to_walk")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("-o", "impact.csv"), "-o is about a cohort; give the cohort with --events"),
        (("--contacts", "c.csv"), "--contacts is about a cohort; give the cohort with --events"),
        (("--events", "-", "-o", "impact.csv"), "two editions read the events twice; give the name of a file"),
        (("--events", "nowhere.csv"), "nowhere.csv"),
    ],
)
def test_what_cannot_be_compared_is_refused(options, words, diff, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused = diff(*options)
    assert refused.exit_code == 2
    assert words in refused.err
    assert not list(tmp_path.glob("impact*"))
