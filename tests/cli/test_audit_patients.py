"""`vigil audit --patients`: decisions from what a patients file fills, and what is said of it.

P1 has osteosarcoma of the cervical spine, treated up to 2026-01-15: due on 2026-04-15 (Bone 5, every 3 months).
"""

import csv
from io import StringIO

import pytest
from support.paths import SAMPLES

EVENTS = "patient_id,modality,region,date,protocol,note\n"
PATIENTS = "patient_id,protocol,treatment_end_date,primary_site\nP1,bone.osteosarcoma,2026-01-15,cervical_spine\n"
CLINIC = SAMPLES / "clinic.csv"
REQUEST = "P1,MRI,cervical_spine,2026-04-15,,mine\n"


@pytest.fixture
def audit(vigil, monkeypatch, tmp_path):
    """Audit an events file with a patients file; return exit code, the output's rows (None: no output), and stderr."""

    def run(events, patients, *args):
        monkeypatch.chdir(tmp_path)
        for name, text in (("events.csv", events), ("patients.csv", patients)):
            (tmp_path / name).write_text(text, encoding="utf-8")
        outcome = vigil("audit", "events.csv", "-o", "out.csv", "--patients", "patients.csv", *args)
        assert outcome.out == ""
        output = tmp_path / "out.csv"
        rows = list(csv.DictReader(StringIO(output.read_text(encoding="utf-8")))) if output.exists() else None
        return outcome.exit_code, rows, outcome.err

    return run


def test_a_row_is_decided_by_what_the_patients_file_says(audit):
    code, rows, err = audit(EVENTS + REQUEST, PATIENTS)
    assert code == 0
    assert (rows[0]["decision"], rows[0]["reason"], rows[0]["reference_date"]) == (
        "within",
        "on_schedule",
        "2026-01-15",
    )
    assert "patients.csv: 1 of 1 patients have an event" in err
    assert "bone.osteosarcoma  1" in " ".join(line.strip() for line in err.splitlines())


def test_the_output_holds_the_columns_of_the_events_as_they_were(audit):
    _, rows, _ = audit(EVENTS + REQUEST, PATIENTS)
    assert list(rows[0])[:7] == [*EVENTS.strip().split(","), "decision"]
    assert (rows[0]["protocol"], rows[0]["note"]) == ("", "mine")
    assert "treatment_end_date" not in rows[0]


def test_the_own_value_of_a_row_wins(audit):
    """Chondrosarcoma, atypical: its own row says so, and its rule is another one (Bone 1)."""
    own = REQUEST.replace(",,", ",bone.other,")
    _, rows, _ = audit(EVENTS + own, PATIENTS)
    assert (rows[0]["protocol"], rows[0]["reason"]) == ("bone.other", "not_covered")


def test_a_patient_has_a_line_for_every_course(audit):
    """The chest of osteosarcoma (Bone 5) is due on 2026-04-15, that of a chordoma operated on in February is not."""
    patients = PATIENTS.replace("\n", ",surgery_date\n", 1).replace("cervical_spine\n", "cervical_spine,\n")
    lines = patients + "P1,bone.chordoma,,sacrum,2026-02-20\n"
    chest = REQUEST.replace("MRI,cervical_spine", "CT,chest")
    by_reason = {}
    for name in ("", "bone.osteosarcoma", "bone.chordoma", "bone.chordoma|bone.osteosarcoma"):
        _, rows, err = audit(EVENTS + chest.replace(",,", f",{name},"), lines)
        by_reason[name] = (rows[0]["reason"], rows[0]["route"])
        assert "patients.csv: 1 of 1 patients have an event" in err
    assert by_reason["bone.osteosarcoma"] == ("on_schedule", "bone.osteosarcoma/chest")
    assert by_reason["bone.chordoma"] == ("early", "bone.chordoma/chest")
    assert by_reason[""] == by_reason["bone.chordoma|bone.osteosarcoma"] == by_reason["bone.osteosarcoma"]


def test_rows_are_counted_under_all_courses_that_decide_them(audit):
    _, _, err = audit(EVENTS + REQUEST, PATIENTS + "P1,bone.chordoma,,\n")
    assert "bone.chordoma|bone.osteosarcoma  1" in " ".join(line.strip() for line in err.splitlines())


def test_an_enrolment_row_says_what_a_line_of_the_patients_file_does(audit):
    columns = "patient_id,modality,region,date,protocol,note,treatment_end_date,primary_site\n"
    request, enrolment = (
        "P1,MRI,cervical_spine,2026-04-15,,,,\n",
        "P1,,,,bone.osteosarcoma,,2026-01-15,cervical_spine\n",
    )
    for events in (columns + request + enrolment, columns + enrolment + request):
        _, rows, _ = audit(events, "patient_id\n")
        assert sorted((row["date"], row["reason"]) for row in rows) == [("", ""), ("2026-04-15", "on_schedule")]


def test_an_event_before_the_birth_date_of_the_patients_file_is_invalid(audit):
    patients = "patient_id,birth_date\nP1,2026-04-16\nP2,2026-04-15\n"
    later = REQUEST.replace("2026-04-15", "2026-04-16")
    _, rows, _ = audit(EVENTS + REQUEST + later + REQUEST.replace("P1", "P2"), patients)
    assert [(row["decision"], row["unread_rows"]) for row in rows] == [
        ("invalid", ""),
        ("needs_info", "1"),
        ("needs_info", ""),
    ]
    said = "Line 2: column birth_date: the event is before the birth date 2026-04-16; correct one of them"
    assert rows[0]["explanation"] == said


def test_two_birth_dates_of_a_patient_are_none(audit):
    _, rows, _ = audit(EVENTS + REQUEST, "patient_id,birth_date\nP1,2026-04-16\nP1,2026-04-17\n")
    assert rows[0]["decision"] == "needs_info"


SITES = [
    # the sites of two lines for the course, what is said of the site, why
    (("", ""), "depends on the primary site, which is not documented.", "none is given"),
    (("pelvis", "chest"), "depends on the primary site, and the patient's rows name two.", "two are given"),
]


@pytest.mark.parametrize(("sites", "said", "why"), SITES, ids=[why for *_, why in SITES])
def test_why_the_primary_site_is_not_known_is_said(audit, sites, said, why):
    header = PATIENTS.splitlines()[0]
    lines = "".join(f"P1,bone.osteosarcoma,2026-01-15,{site}\n" for site in sites)
    _, (row,), _ = audit(EVENTS + REQUEST, f"{header}\n{lines}")
    assert (row["reason"], row["missing"], row["section"]) == ("missing_fact", "primary_site", "Bone 5"), why
    assert row["explanation"].endswith(said)


DEATHS = [
    # the latest death in the patients file, the status, decision, reason, why
    ("2026-04-14", "performed", "invalid", "bad_row", "nothing is performed after death"),
    ("2026-04-15", "performed", "within", "on_schedule", "on that day it can be"),
    ("2026-04-14", "requested", "refer", "follow_up_ended", "a request is no study"),
    ("2026-04-16", "requested", "within", "on_schedule", "before death"),
]


@pytest.mark.parametrize(("death", "status", "decision", "reason", "why"), DEATHS, ids=[why for *_, why in DEATHS])
def test_the_later_of_two_deaths_counts(audit, death, status, decision, reason, why):
    patients = PATIENTS.replace("\n", ",death_date\n", 1).replace("cervical_spine\n", "cervical_spine,2026-03-01\n")
    events = EVENTS.replace("note", "status") + REQUEST.replace("mine", status)
    _, rows, _ = audit(events, patients + f"P1,,,,{death}\n")
    assert (rows[0]["decision"], rows[0]["reason"]) == (decision, reason), why


def test_a_line_that_cannot_be_read_fills_nothing_and_counts_as_an_unread_row_of_its_patient(audit):
    patients = PATIENTS.replace("2026-01-15", "2026-01-32")
    whole = PATIENTS.splitlines()[1] + "\n"
    code, rows, err = audit(EVENTS + REQUEST + REQUEST.replace("P1", "P2"), patients)
    assert (code, [(row["reason"], row["unread_rows"]) for row in rows]) == (0, [("no_route", "1"), ("no_route", "")])
    assert "vigil: patients.csv, line 2, column treatment_end_date cannot be read" in err
    assert "patients.csv: 1 of 1 patients have an event" in err
    assert audit(EVENTS + REQUEST, patients, "--fail-on", "invalid")[0] == 5
    _, rows, _ = audit(EVENTS + REQUEST, patients + whole)
    assert [(row["reason"], row["unread_rows"]) for row in rows] == [("on_schedule", "1")]


def test_many_problems_are_told_in_part_with_their_number(audit):
    patients = "patient_id,birth_date\n" + "".join(f"P{n},x\n" for n in range(23))
    err = audit(EVENTS + REQUEST, patients)[2]
    assert err.count("column birth_date cannot be read") == 20
    assert "patients.csv: 3 more such problems" in err


def test_columns_that_describe_an_event_fill_nothing_and_are_named(audit):
    patients = "patient_id,neck_pain,status,known_malignancy\nP1,true,performed,true\n"
    _, rows, err = audit(EVENTS + REQUEST, patients)
    assert "columns that describe an event and fill nothing: neck_pain, status" in err
    assert rows[0]["reason"] == "no_route"  # neck pain would have raised an indication


def test_columns_that_are_not_known_are_named(audit):
    err = audit(EVENTS + REQUEST, "patient_id,name,DOB,hgih_grade\nP1,Doe,1960-02-01,true\n")[2]
    assert "patients.csv has columns that are not known and not read: name\n" in err
    assert "column 'DOB' is not known and not read from patients.csv" in err
    assert '--map "DOB=birth_date"' in err
    assert "is 'high_grade' meant?" in err


def test_files_that_share_no_patient_are_asked_about(audit):
    _, rows, err = audit(EVENTS + REQUEST, PATIENTS.replace("P1", "0001"))
    assert "no patient of patients.csv has an event; compare how the two files write patient ids" in err
    assert rows[0]["reason"] == "no_route"


def test_dates_of_both_files_have_one_form(audit):
    events = EVENTS + REQUEST.replace("2026-04-15", "15.04.2026")
    _, rows, _ = audit(events, PATIENTS.replace("2026-01-15", "15.01.2026"), "--date-format", "%d.%m.%Y")
    assert rows[0]["reason"] == "on_schedule"


def as_csv(rows, columns):
    file = StringIO()
    writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def test_it_makes_no_difference_in_which_file_a_patient_is_described(audit):
    """All rows of a course of the clinic agree on everything but the event, so the two files can be split."""
    rows = list(csv.DictReader(StringIO(CLINIC.read_text(encoding="utf-8"))))
    events = [
        *("patient_id", "protocol", "modality", "region", "cpt", "date", "status"),
        *("symptoms_new_or_progressing", "clinically_indicated", "calcium_rising"),
    ]
    of_patient = ["patient_id", "protocol", *(name for name in rows[0] if name not in events)]
    patients = {(row["patient_id"], row["protocol"]): row for row in rows}
    _, whole, _ = audit(CLINIC.read_text(encoding="utf-8"), "patient_id\n")
    _, split, _ = audit(as_csv(rows, events), as_csv(patients.values(), of_patient))
    results = list(whole[0])[len(rows[0]) :]
    assert [[row[name] for name in results] for row in split] == [[row[name] for name in results] for row in whole]
    assert {row["decision"] for row in split} >= {"within", "outside"}


BAD_LINES = [
    # a line of P1 after its protocol, why
    ("bone.osteosarkoma,2026-01-15,cervical_spine,", "an unknown protocol"),
    ("bone.osteosarcoma,2026-01-32,cervical_spine,", "no such day"),
    ("bone.osteosarcoma,2026-01-15,neckbone,", "an unknown site"),
    ("bone.osteosarcoma,2026-01-15,cervical_spine,perhaps", "no such fact"),
    ("bone.osteosarcoma,2026-01-15,cervical_spine", "a cell too few"),
    ("bone.osteosarcoma,2026-01-15,cervical_spine,,true", "a cell too many"),
]


@pytest.mark.parametrize(("line", "why"), BAD_LINES, ids=[why for _, why in BAD_LINES])
@pytest.mark.parametrize("sound", [True, False])
def test_nor_does_it_where_a_line_cannot_be_read(audit, line, why, sound):
    """A line of the patients file says what the same enrolment row does, also where it cannot be read."""
    of_patient = "protocol,treatment_end_date,primary_site,known_malignancy"
    header = f"patient_id,modality,region,date,{of_patient}\n"
    requests = ("P1,MRI,cervical_spine,2026-04-15,,,,\n", "P2,MRI,cervical_spine,2026-04-15,,,,\n")
    lines = [line, *(["bone.osteosarcoma,2026-01-15,cervical_spine,"] if sound else [])]
    enrolments = [f"P1,,,,{said}\n" for said in lines]
    events = header + requests[0] + "".join(enrolments) + requests[1]
    _, whole, _ = audit(events, "patient_id\n")
    _, split, _ = audit(header + "".join(requests), f"patient_id,{of_patient}\n" + "".join(f"P1,{x}\n" for x in lines))
    results = list(whole[0])[8:]
    judged = [[row[name] for name in results] for row in whole if row["date"]]
    assert [[row[name] for name in results] for row in split] == judged, why
    assert [row["unread_rows"] for row in split] == ["1", ""]
    assert split[0]["reason"] == ("on_schedule" if sound else "no_route")
    assert [row["decision"] for row in whole if not row["date"]] == ["invalid", *([""] if sound else [])]


REFUSED = [
    # the patients file, options, what is said, why
    ("MRN,protocol\n", [], ["no column 'patient_id'", '--map "MRN=patient_id"'], "no patient id"),
    ("", [], ["patients.csv is empty"], "an empty file"),
    ("PK\x03\x04", [], ["patients.csv is a damaged Excel workbook"], "what is left of an Excel workbook"),
    (PATIENTS, ["--patients", "none.csv"], ["cannot read none.csv"], "no such file"),
    (PATIENTS, ["-o", "patients.csv"], ["patients.csv is the input"], "the output on the patients file"),
    (PATIENTS, ["--summary", "patients.csv"], ["patients.csv is the input"], "the summary on the patients file"),
]


@pytest.mark.parametrize(("patients", "options", "said", "why"), REFUSED, ids=[why for *_, why in REFUSED])
def test_a_patients_file_that_cannot_be_used_is_one_message(audit, tmp_path, patients, options, said, why):
    code, rows, err = audit(EVENTS + REQUEST, patients, *options)
    assert (code, rows) == (2, None), why
    assert [part for part in said if part not in err] == []
    assert (tmp_path / "patients.csv").read_text(encoding="utf-8") == patients
