"""`vigil template`: an empty events file with the columns that a protocol needs."""

import pytest

OSTEOSARCOMA = (
    "patient_id,protocol,modality,region,date,status,diagnosis_date,treatment_end_date,surgery_date,radiation_end_date,"
    "progression_date,primary_site,symptoms_new_or_progressing\n"
)


PROTOCOLS = [
    # protocol, columns behind the event's own, why
    (
        "bone.osteosarcoma",
        (
            "diagnosis_date,treatment_end_date,surgery_date,radiation_end_date,progression_date,primary_site,"
            "symptoms_new_or_progressing"
        ),
        (
            "counts from the end of treatment, else radiation or surgery, else diagnosis; stops at progression; images"
            " the primary site"
        ),
    ),
    (
        "cns.glioblastoma",
        "treatment_end_date,surgery_date,radiation_start_date,radiation_end_date",
        "images the CNS, whatever the site; the end of treatment ends the planning study",
    ),
    ("bone.other", "", "no schedule, so nothing but the event"),
]


@pytest.mark.parametrize(("protocol", "columns", "why"), PROTOCOLS)
def test_a_protocol_gets_the_columns_that_it_needs(vigil, protocol, columns, why):
    event = "patient_id,protocol,modality,region,date,status"
    expected = f"{event},{columns}" if columns else event
    assert vigil("template", "--protocol", protocol) == (0, expected + "\n", ""), why


def test_without_a_protocol_every_column_is_there_once(vigil):
    code, out, err = vigil("template")
    columns = out.strip().split(",")
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert columns[:7] == ["patient_id", "protocol", "modality", "region", "cpt", "date", "status"]
    assert {"follow_up_end_date", "death_date", "birth_date", "neck_pain", "primary_site", "staging_evaluation"} <= set(
        columns
    )
    # patient id, 6 of the event, 6 index dates, site, end of follow-up, death, and 98 facts with the birth date
    assert len(set(columns)) == len(columns) == 1 + 6 + 6 + 1 + 2 + 98


def test_a_template_goes_to_a_file_and_can_be_audited(vigil, tmp_path):
    events = tmp_path / "events.csv"
    assert vigil("template", "--protocol", "bone.osteosarcoma", "-o", events)[:2] == (0, "")
    assert events.read_text(encoding="utf-8") == OSTEOSARCOMA
    with events.open("a", encoding="utf-8") as file:
        file.write("P1,bone.osteosarcoma,MRI,cervical_spine,2026-04-15,requested,,2026-01-15,,,,cervical_spine,\n")
    code, out, err = vigil("audit", events, "-o", "-")
    assert (code, "is not known" in err) == (0, False)
    assert ",within,on_schedule," in out


REFUSED = [
    # arguments, what is said, why
    (["--protocol", "bone.osteosarkoma"], "did you mean 'bone.osteosarcoma'?", "a misspelt protocol"),
    (["-o", "events.parquet"], "must end in .csv", "a format that is not written"),
    (["-o", "none/events.csv"], "there is no folder", "no such folder"),
    (["-o", "mine.csv"], "is there already", "a file that may be filled in"),
]


@pytest.mark.parametrize(("args", "said", "why"), REFUSED)
def test_a_template_that_cannot_be_written_is_one_message(vigil, tmp_path, monkeypatch, args, said, why):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text("patient_id\nP1\n", encoding="utf-8")
    code, out, err = vigil("template", *args)
    assert (code, out) == (2, ""), why
    assert said in err
    assert [p.name for p in tmp_path.iterdir()] == ["mine.csv"]
    assert (tmp_path / "mine.csv").read_text(encoding="utf-8") == "patient_id\nP1\n"


@pytest.mark.parametrize("command", ["facts", "template"])
def test_the_help_has_an_example(vigil, command):
    code, out, _ = vigil(command, "--help")
    assert code == 0
    assert f"  vigil {command} --" in out
