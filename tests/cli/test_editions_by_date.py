"""`--edition by-date`: each date by the edition of one publisher that was in force on it."""

import csv
import json
from datetime import date

import pytest
from support.overlays import OVERLAY
from support.paths import SAMPLES

from spine_vigil.editions import editions_by_date
from spine_vigil.protocols import CURRENT

EARLY = """[edition]
id = "early"
base = "{base}"
publisher = "{publisher}"
reviewed = 2024-01-01
effective = 2024-02-01

[grace]
days = 3

[protocol."bone.osteosarcoma".schedule.primary_site]
section = "Early 5"
phases = ["every 6 months"]

[indication.scoliosis]
remove = true
""".format(base=CURRENT.id, publisher="St. Elsewhere Cancer Center")
CHECK = (
    *("check", "--study", "MRI cervical_spine", "--protocol", "bone.osteosarcoma", "--primary-site", "cervical_spine"),
    *("--index", "treatment_end=2025-11-28", "--edition", "by-date:St. Elsewhere Cancer Center", "--format", "json"),
)
BY_DATE = "by-date:St. Elsewhere Cancer Center"
LATE = OVERLAY.replace('"every 6 months until 2 years"', '"every 3 months until 2 years"')


@pytest.fixture(autouse=True)
def editions(tmp_path, monkeypatch):
    """Name two editions of one publisher: one in force from 2024-02-01, the other from 2026-03-01."""
    paths = [tmp_path / "late.toml", tmp_path / "early.toml"]
    for path, text in zip(paths, (LATE, EARLY), strict=True):
        path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("VIGIL_EDITIONS", ":".join(map(str, paths)))
    return paths


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-01-31", "early"),  # before the earliest one
        ("2024-02-01", "early"),
        ("2026-02-28", "early"),
        ("2026-03-01", "st-elsewhere-2026"),
        ("2026-03-02", "st-elsewhere-2026"),
    ],
)
def test_an_edition_is_in_force_from_its_effective_date_or_its_review_until_the_next_one(day, expected):
    assert editions_by_date("St. Elsewhere Cancer Center").on(date.fromisoformat(day)).id == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-01-31", "healthhelp-mri-cspine-2024"),  # before the earliest one
        ("2025-05-15", "healthhelp-mri-cspine-2024"),
        ("2025-05-16", CURRENT.id),
        ("2026-02-28", CURRENT.id),
        ("2026-03-01", "st-elsewhere-2026"),
    ],
)
def test_before_an_overlay_is_in_force_the_editions_of_its_base_are(day, expected, editions, monkeypatch):
    monkeypatch.setenv("VIGIL_EDITIONS", str(editions[0]))
    assert editions_by_date("St. Elsewhere Cancer Center").on(date.fromisoformat(day)).id == expected


def test_publishers_whose_overlays_stand_on_each_other_end(tmp_path, editions, monkeypatch):
    ward = tmp_path / "ward.toml"
    ward.write_text(
        OVERLAY.replace(CURRENT.id, "early").replace("St. Elsewhere Cancer Center", "The ward").replace("st-e", "e")
    )
    last = tmp_path / "last.toml"
    head = EARLY.partition("[grace]")[0].replace(CURRENT.id, "elsewhere-2026")
    last.write_text(head.replace('"early"', '"last"').replace("2024-02", "2023-02"))
    monkeypatch.setenv("VIGIL_EDITIONS", ":".join(map(str, (editions[1], ward, last))))
    assert [each.id for each in editions_by_date("The ward").editions] == ["last", "early", "elsewhere-2026"]


def test_a_check_takes_the_edition_and_the_grace_of_its_date(vigil):
    before, after = (json.loads(vigil(*CHECK, "--date", day).out) for day in ("2026-02-28", "2026-03-01"))
    assert (before["edition"], before["reason"], before["opens"]) == ("early", "early", "2026-05-28")
    assert before["section"] == "Early 5 of St. Elsewhere Cancer Center, reviewed 2024-01-01"
    assert before["grace_days"] == 3
    assert (after["edition"], after["reason"], after["opens"]) == ("st-elsewhere-2026", "within_grace", "2026-02-28")
    assert after["grace_days"] == 9


def test_a_grace_that_is_asked_for_holds_whatever_the_edition_says(vigil):
    assert json.loads(vigil(*CHECK, "--date", "2026-02-28", "--grace-days", "5").out)["grace_days"] == 5


def test_an_audit_decides_every_row_as_the_edition_of_its_date_does_alone(tmp_path, vigil):
    def audited(edition, name):
        options = ("--edition", edition, "--as-of", "2026-11-02", "--readings", "all", "-o", tmp_path / name)
        summary = ("--summary", tmp_path / "counts.json")
        assert vigil("audit", SAMPLES / "auditor.csv", *options, *summary).exit_code == 0
        with (tmp_path / name).open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file)), json.loads((tmp_path / "counts.json").read_text(encoding="utf-8"))

    (early, _), (late, _) = audited("early", "early.csv"), audited("st-elsewhere-2026", "late.csv")
    by_date, counts = audited(BY_DATE, "by_date.csv")
    expected = [old if "" < old["date"] < "2026-03-01" else new for old, new in zip(early, late, strict=True)]
    assert by_date == expected
    assert early != expected != late
    assert counts["edition"] == "st-elsewhere-2026"
    assert counts["earlier_editions"] == {"early": "2024-02-01"}
    assert counts["rows"] == len(expected)
    assert counts["reasons"] == {
        reason: sum(row["reason"] == reason for row in expected) for reason in counts["reasons"]
    }
    assert sum(counts["protocols"].values()) == len(expected)
    contested = sum(len(row["contested"].split(";")) for row in expected if row["contested"])
    assert sum(counts["contested"].values()) >= contested > 0


def test_rows_without_a_date_and_rows_of_protocols_of_one_edition_keep_their_place(tmp_path, vigil, editions):
    editions[1].write_text(EARLY + '\n[protocol."bone.chordoma"]\nremove = true\n', encoding="utf-8")
    events, output = tmp_path / "events.csv", tmp_path / "out.csv"
    events.write_text(
        "patient_id,date,status,modality,region,protocol,treatment_end_date\n"
        "P1,2026-02-28,performed,CT,chest,bone.chordoma,2025-11-28\n"
        "P1,2026-03-01,requested,CT,chest,bone.chordoma,2025-11-28\n"
        "P2,not a date,requested,CT,chest,bone.chordoma,2025-11-28\n"
        "=P3,2026-02-28,requested,CT,chest,bone.chordoma,2025-11-28\n",
        encoding="utf-8",
    )
    assert vigil("audit", events, "--edition", BY_DATE, "--as-of", "2026-11-02", "-o", output).exit_code == 0
    with output.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["patient_id"] for row in rows] == ["P1", "P1", "P2", "'=P3"]
    assert [row["decision"] for row in rows] == ["invalid", "outside", "invalid", "invalid"]
    assert "unknown protocol 'bone.chordoma'" in rows[0]["explanation"]
    assert "'not a date'" in rows[2]["explanation"]
    packed = tmp_path / "out.parquet"
    assert vigil("audit", events, "--edition", BY_DATE, "--as-of", "2026-11-02", "-o", packed).exit_code == 0


@pytest.mark.parametrize("command", ["due", "calendar"])
def test_lists_take_the_edition_in_force_on_the_day_as_of(command, tmp_path, vigil):
    def listed(edition, as_of):
        output = tmp_path / ("out.csv" if command == "due" else f"{edition[:2]}{as_of}.ics")
        secret = ("--secret-file", tmp_path / "secret") if command == "calendar" else ()
        options = ("--edition", edition, "--as-of", as_of, "-o", output, *secret)
        assert vigil(command, SAMPLES / "clinic.csv", *options).exit_code == 0
        return output.read_text(encoding="utf-8")

    assert listed(BY_DATE, "2026-02-28") == listed("early", "2026-02-28")
    assert listed(BY_DATE, "2026-03-01") == listed("st-elsewhere-2026", "2026-03-01")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "--edition", "by-date:Nobody", "--study", "x"), "unknown publisher of an edition 'Nobody'"),
        (("report", "events.csv", "--edition", BY_DATE, "-o", "r.html"), "a report counts by the rules of one edition"),
        (("check", "--ask", "--edition", BY_DATE), "--ask with --edition by-date needs --date"),
        (("audit", "-", "--edition", BY_DATE, "-o", "-"), "give the name of a file instead of -"),
    ],
)
def test_what_cannot_be_decided_by_date_is_refused(arguments, words, tmp_path, vigil, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "events.csv").write_text("patient_id,date\n", encoding="utf-8")
    refused = vigil(*arguments, stdin=b"patient_id,date,cpt\n")
    assert refused.exit_code == 2
    assert words in refused.err


def test_two_editions_from_one_day_on_are_refused(editions, vigil):
    editions[1].write_text(EARLY.replace("2024-02-01", "2026-03-01"), encoding="utf-8")
    refused = vigil(*CHECK, "--date", "2026-02-28")
    assert refused.exit_code == 2
    assert "are both in force from 2026-03-01; give one of them another 'effective'" in refused.err


def test_a_date_before_the_edition_is_in_force_is_said(vigil):
    found = json.loads(vigil(*CHECK, "--date", "2024-01-31").out)
    assert found["before_review"] is True
    assert json.loads(vigil(*CHECK, "--date", "2024-02-01").out)["before_review"] is False
    text = vigil(*CHECK[:-1], "text", "--date", "2024-01-31").out
    assert "The date lies before the edition's effective date, 2024-02-01" in text


def test_the_summary_says_the_grace_of_each_edition(tmp_path, vigil):
    options = ("--edition", BY_DATE, "--as-of", "2026-11-02", "-o", tmp_path / "out.csv")
    told = vigil("audit", SAMPLES / "clinic.csv", *options).err
    assert "grace 3 days by early; a tenth of the interval, 7 to 30 days by st-elsewhere-2026" in told


def test_a_column_that_only_one_edition_reads_is_quoted_as_under_the_other(tmp_path, editions, vigil):
    memo = '\n[fact.memo]\nmeaning = "there is a memo"\nsections = ["L 1"]\n'
    editions[0].write_text(LATE + memo, encoding="utf-8")
    events = tmp_path / "events.csv"
    events.write_text('patient_id,date,cpt,memo\nP1,2025-01-01,72141,"=HYPERLINK(""x"")"\n', encoding="utf-8")
    for name, edition in (("one.csv", "early"), ("both.csv", BY_DATE)):
        options = ("--edition", edition, "--as-of", "2026-11-02", "-o", tmp_path / name)
        assert vigil("audit", events, *options).exit_code == 0
    one, both = ((tmp_path / name).read_text(encoding="utf-8") for name in ("one.csv", "both.csv"))
    assert both == one
    assert "'=HYPERLINK" in both


def test_a_list_of_one_protocol_asks_for_one_of_the_edition_of_its_day(tmp_path, editions, vigil):
    editions[0].write_text(LATE + '\n[protocol."bone.chordoma"]\nremove = true\n', encoding="utf-8")
    options = ("--protocol", "bone.chordoma", "--edition", BY_DATE, "-o", tmp_path / "due.csv")
    assert vigil("due", SAMPLES / "clinic.csv", *options, "--as-of", "2026-02-28").exit_code == 0
    refused = vigil("due", SAMPLES / "clinic.csv", *options, "--as-of", "2026-03-01")
    assert refused.exit_code == 2
    assert "unknown protocol 'bone.chordoma'" in refused.err
