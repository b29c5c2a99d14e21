"""`vigil audit --map` and `--map-file`: files whose columns have other names.

The request is one for osteosarcoma treated up to 2026-01-15, on its day (Bone 5: every 3 months, so 2026-04-15).
"""

import csv
from io import StringIO

import pytest

OWN = "MRN,Service Date,protocol,modality,region,treatment_end_date,primary_site\n"
ROW = "P1,2026-04-15,bone.osteosarcoma,MRI,cervical_spine,2026-01-15,cervical_spine\n"
MAPPED = ["--map", "MRN=patient_id", "--map", "Service Date=date"]


@pytest.fixture
def audit(vigil, monkeypatch, tmp_path):
    """Audit an events file; return exit code, the output's rows (None: no output), and standard error."""

    def run(events, *args, **files):
        monkeypatch.chdir(tmp_path)
        for name, text in (files | {"events.csv": events}).items():
            (tmp_path / name.replace("_toml", ".toml").replace("_csv", ".csv")).write_text(text, encoding="utf-8")
        outcome = vigil("audit", "events.csv", "-o", "out.csv", *args)
        output = tmp_path / "out.csv"
        rows = list(csv.DictReader(StringIO(output.read_text(encoding="utf-8")))) if output.exists() else None
        return outcome.exit_code, rows, outcome.err

    return run


def test_a_mapped_column_is_read_and_keeps_its_name(audit):
    code, rows, err = audit(OWN + ROW, *MAPPED)
    assert (code, rows[0]["reason"]) == (0, "on_schedule")
    assert list(rows[0])[:8] == [*OWN.strip().split(","), "decision"]
    assert (rows[0]["MRN"], rows[0]["Service Date"]) == ("P1", "2026-04-15")
    assert "is not known" not in err


def test_a_map_file_says_the_same(audit):
    text = '[columns]\n"MRN" = "patient_id"\n"Service Date" = "date"\n'
    _, rows, _ = audit(OWN + ROW, "--map-file", "map.toml", map_toml=text)
    assert rows[0]["reason"] == "on_schedule"


def test_an_option_wins_over_the_map_file(audit):
    """Read as the birth date, the column leaves no date; read as the date, it is one."""
    text = '[columns]\n"MRN" = "patient_id"\n"Service Date" = "birth_date"\n'
    assert audit(OWN + ROW, "--map-file", "map.toml", map_toml=text)[0] == 2
    _, rows, _ = audit(OWN + ROW, "--map-file", "map.toml", "--map", "Service Date=date", map_toml=text)
    assert rows[0]["reason"] == "on_schedule"


def test_the_patients_file_is_mapped_too(audit):
    events = "MRN,DOS,CPT\nP1,2026-04-15,72141\n"
    patients = "MRN,RT End,protocol,site\nP1,2026-01-15,bone.osteosarcoma,cervical_spine\n"
    names = ("MRN=patient_id", "DOS=date", "CPT=cpt", "RT End=treatment_end_date", "site=primary_site")
    options = [part for name in names for part in ("--map", name)]
    _, rows, _ = audit(events, "--patients", "patients.csv", *options, patients_csv=patients)
    assert rows[0]["reason"] == "on_schedule"
    assert list(rows[0])[:4] == ["MRN", "DOS", "CPT", "decision"]


def test_a_patients_file_can_have_the_known_names_already(audit):
    patients = "patient_id,high_grade\nP1,true\n"
    code, rows, err = audit(OWN + ROW, *MAPPED, "--patients", "patients.csv", patients_csv=patients)
    assert (code, rows[0]["reason"]) == (0, "on_schedule")
    assert "patients.csv: 1 of 1 patients have an event" in err


def test_a_formula_in_a_mapped_patient_id_is_still_made_harmless(audit):
    _, rows, _ = audit(OWN + ROW.replace("P1", "=1+1"), *MAPPED)
    assert rows[0]["MRN"] == "'=1+1"


def test_a_bad_value_of_a_mapped_column_makes_its_row_invalid(audit):
    _, rows, _ = audit(OWN + ROW.replace("2026-04-15", "15.04.2026"), *MAPPED)
    assert (rows[0]["decision"], rows[0]["Service Date"]) == ("invalid", "15.04.2026")
    assert "'15.04.2026' is not a date" in rows[0]["explanation"]


def test_a_field_under_another_name_is_asked_about_and_not_read(audit):
    events = OWN.strip() + ",dob\n" + ROW.strip() + ",2026-04-16\n"  # born a day after the event
    _, rows, err = audit(events, *MAPPED)
    assert "column 'dob' is not known and carried through unread; is 'birth_date' meant? then add" in err
    assert '--map "dob=birth_date"' in err
    assert rows[0]["reason"] == "on_schedule"
    _, rows, err = audit(events, *MAPPED, "--map", "dob=birth_date")
    assert "dob" not in err
    assert rows[0]["decision"] == "invalid"


REFUSED = [
    # options, what is said, why
    ([], ["no column 'patient_id'", '--map "MRN=patient_id"'], "a record number is suggested, not taken"),
    (["--map", "MRN=patient_id"], ["no column 'date'", '--map "Service Date=date"'], "then the date of service"),
    ([*MAPPED, "--map", "DOB=birth_date"], ["events.csv has no column 'DOB'"], "a column that is not there"),
    ([*MAPPED, "--map", "protocl=status"], ["no column 'protocl'", "did you mean 'protocol'?"], "a misspelt column"),
    ([*MAPPED, "--map", "region=regin"], ["unknown field 'regin'; did you mean 'region'?"], "a misspelt field"),
    ([*MAPPED, "--map", "MRN=cpt"], ["'MRN' twice"], "one column for two fields"),
    ([*MAPPED, "--map", "modality=date"], ["'Service Date' and 'modality'", "'date'"], "two columns for one field"),
    ([*MAPPED, "--map", "primary_site=region"], ["'region' of its own"], "a field that is there already"),
    ([*MAPPED, "--map", "MRN"], ["COLUMN=FIELD"], "no field"),
    (["--map-file", "none.toml"], ["cannot read none.toml"], "no such map file"),
]


@pytest.mark.parametrize(("options", "said", "why"), REFUSED, ids=[why for *_, why in REFUSED])
def test_a_map_that_does_not_fit_is_one_message_and_no_output(audit, options, said, why):
    code, rows, err = audit(OWN + ROW, *options)
    assert (code, rows) == (2, None), why
    assert [part for part in said if part not in err] == []
    assert err.count("vigil: ") == 1


def test_a_key_that_nothing_reads_stops_the_run(audit):
    text = '[columns]\n"MRN" = "patient_id"\n"Service Date" = "date"\n[values]\nx = "y"\n'
    code, rows, err = audit(OWN + ROW, "--map-file", "map.toml", map_toml=text)
    assert (code, rows) == (2, None)
    assert "map.toml: unknown key 'values'" in err
