"""Columns of other names: how a user says what they hold, and what is suggested where one is missing."""

import pytest
from support.events_files import parse_events

from spine_vigil.scheduler.cohort.events.headers import Layout, columns_for, read_header, unread_columns
from spine_vigil.scheduler.cohort.events.opening import EVENTS
from spine_vigil.scheduler.cohort.events.patients_file import LAYOUT as PATIENTS
from spine_vigil.scheduler.errors import FileError, VigilError
from spine_vigil.scheduler.intake.column_map import ColumnMap, parse_mappings, read_map_file
from spine_vigil.scheduler.intake.profile import FileProfile

FIELDS = ["patient_id", "date", "modality", "region", "cpt", "birth_date", "status"]

PAIRS = [
    # text, column, field, why
    ("MRN=patient_id", "MRN", "patient_id", "a name"),
    (" Service Date = date ", "Service Date", "date", "spaces inside a name stay, around it they go"),
    ("a=b=date", "a=b", "date", "an equals sign in a name"),
]


@pytest.mark.parametrize(("text", "column", "field", "why"), PAIRS)
def test_a_pair_names_a_column_and_its_field(text, column, field, why):
    assert parse_mappings([text], "--map", FIELDS) == {column: field}, why


WRONG_PAIRS = [
    # pairs, what is said, why
    (["MRN"], "'MRN' is not of the form COLUMN=FIELD", "no equals sign"),
    (["=date"], "not of the form", "no column"),
    (["MRN="], "not of the form", "no field"),
    (["MRN=patientid"], "unknown field 'patientid'; did you mean 'patient_id'?", "a misspelt field"),
    (["MRN=patient_id", "MRN=cpt"], "names the column 'MRN' twice", "one column for two fields"),
]


@pytest.mark.parametrize(("pairs", "said", "why"), WRONG_PAIRS)
def test_a_pair_that_makes_no_sense_is_refused(pairs, said, why):
    with pytest.raises(VigilError) as refused:
        parse_mappings(pairs, "--map", FIELDS)
    assert said in str(refused.value), why
    assert "--map" in str(refused.value)


def test_a_map_file_gives_each_column_its_field(tmp_path):
    path = tmp_path / "map.toml"
    path.write_text(
        '[columns]\n"MRN" = "patient_id"\n" Service Date " = "date"\ndob = "birth_date"\n', encoding="utf-8"
    )
    found = {"MRN": "patient_id", "Service Date": "date", "dob": "birth_date"}
    assert read_map_file(path, FIELDS) == found
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_map_file(path, FIELDS) == found


MAP_FILES = [
    # the file, what is said, why
    ('columns = "x"\n', ["maps no column", "[columns]"], "a value where the table should be"),
    ("", ["maps no column"], "an empty file"),
    ("[columns]\n", ["maps no column"], "an empty table"),
    ('[column]\nMRN = "patient_id"\n', ["unknown key 'column'", "'columns'"], "a misspelt table"),
    ('[columns]\nMRN = "patient_id"\n[other]\n', ["unknown key 'other'"], "a table that nothing reads"),
    ('version = 1\n[columns]\nMRN = "patient_id"\n', ["unknown key 'version'"], "a key that nothing reads"),
    ("[columns]\nMRN = 1\n", ["'MRN'", "name in quotes"], "a number for a field"),
    ('[columns]\nMRN = ["patient_id"]\n', ["'MRN'", "name in quotes"], "a list for a field"),
    ('[columns]\nMRN.x = "patient_id"\n', ["'MRN'", "name in quotes"], "a table in the table"),
    ('[columns]\nMRN = "patientid"\n', ["'MRN'", "did you mean 'patient_id'?"], "a misspelt field"),
    ('[columns]\nMRN = "patient_id"\nMRN = "cpt"\n', ["is no TOML"], "a column twice"),
    ('[columns]\nMRN = "patient_id"\n" MRN" = "cpt"\n', ["'MRN' twice"], "a column twice, but for a space"),
    ('[columns]\n"" = "cpt"\n', ["twice or not at all"], "a column without a name"),
    ("MRN: patient_id\n", ["is no TOML", "line 1"], "another format"),
]


@pytest.mark.parametrize(("text", "said", "why"), MAP_FILES, ids=[why for *_, why in MAP_FILES])
def test_nothing_in_a_map_file_is_ignored_in_silence(tmp_path, text, said, why):
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(VigilError) as refused:
        read_map_file(path, FIELDS)
    assert [part for part in ["map.toml", *said] if part not in str(refused.value)] == [], why


def test_a_map_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(FileError, match=r"cannot read .*none\.toml"):
        read_map_file(tmp_path / "none.toml", FIELDS)
    (tmp_path / "latin.toml").write_bytes(b'[columns]\n"caf\xe9" = "date"\n')
    with pytest.raises(FileError, match=r"latin\.toml is no TOML"):
        read_map_file(tmp_path / "latin.toml", FIELDS)


def read(header, row="", **fields):
    return parse_events(f"{header}\n{row}\n".encode(), "my.csv", columns=ColumnMap(fields))


def test_a_mapped_column_is_read_as_its_field_and_keeps_its_name():
    events = read("MRN,dos,cpt,mine", "P1,2026-04-15,72141,x", MRN="patient_id", dos="date")
    assert events.original.columns == ["MRN", "dos", "cpt", "mine"]
    assert events.cells.select("patient_id", "date", "cpt", "mine").rows() == [("P1", "2026-04-15", "72141", "x")]


def test_two_names_can_change_places():
    events = read("patient_id,date,birth_date,cpt", "P1,b,d,72141", date="birth_date", birth_date="date")
    assert events.cells.select("date", "birth_date").rows() == [("d", "b")]
    assert events.original.columns == ["patient_id", "date", "birth_date", "cpt"]


def test_quoted_rows_are_mapped_as_plain_ones_are():
    events = read("MRN,dos,cpt", '"P1","2026-04-15",72141', MRN="patient_id", dos="date")
    assert events.cells.select("patient_id", "date").rows() == [("P1", "2026-04-15")]
    assert events.original.columns == ["MRN", "dos", "cpt"]


CLASHES = [
    # header, fields, what is said, why
    (
        "patient_id,MRN,date,cpt",
        {"MRN": "patient_id"},
        ["'patient_id' of its own", "'MRN'"],
        "a field is there already",
    ),
    ("a,b,date,cpt", {"a": "patient_id", "b": "patient_id"}, ["'a' and 'b'", "'patient_id'"], "two for one field"),
    (
        "PatNo,date,cpt",
        {"PatNr": "patient_id"},
        ["no column 'PatNr' to be read as 'patient_id'; did you mean 'PatNo'?"],
        "a column that is not there, for a field that must be",
    ),
]


@pytest.mark.parametrize(("header", "fields", "said", "why"), CLASHES)
def test_a_map_that_does_not_fit_the_file_is_refused(header, fields, said, why):
    with pytest.raises(FileError) as refused:
        read(header, **fields)
    assert [part for part in ["my.csv", *said] if part not in str(refused.value)] == [], why


def test_a_mapped_column_must_stand_in_one_of_the_files():
    columns = ColumnMap({"MRN": "patient_id", "DOB": "birth_date"})
    columns.check_used({"events.csv": ["MRN"], "patients.csv": ["MRN", "DOB"]})
    with pytest.raises(FileError, match=r"events\.csv has no column 'DOB' .* did you mean 'dob'\?"):
        columns.check_used({"events.csv": ["MRN", "dob"]})
    with pytest.raises(FileError, match=r"a\.csv or b\.csv has no column 'DOB' .*; correct --map or the map file"):
        columns.check_used({"a.csv": ["MRN"], "b.csv": ["who"]})


MISSING = [
    # header, suggestion, why
    ("MRN,date,cpt", '--map "MRN=patient_id"', "a record number"),
    ("Pat-ID,date,cpt", '--map "Pat-ID=patient_id"', "marks and case do not count"),
    ("Patient ID,date,cpt", '--map "Patient ID=patient_id"', "its own name, written otherwise"),
    (
        "EMPI,mrn,date,cpt",
        '--map "EMPI=patient_id" or --map "mrn=patient_id"',
        "two candidates, in the order of the file",
    ),
    ("patient_id,Date of Service,cpt", '--map "Date of Service=date"', "a date of service"),
    ("patient_id,DOS,cpt", '--map "DOS=date"', "the same in short"),
    ("patient_id,date,PROC_CODE", '--map "PROC_CODE=cpt"', "a code instead of a study"),
    ("patient_id,date,modality,body_part", '--map "body_part=region"', "half a study"),
    ("patient_idd,date,cpt", '--map "patient_idd=patient_id"', "a slip"),
]


@pytest.mark.parametrize(("header", "suggestion", "why"), MISSING)
def test_where_a_column_is_missing_the_option_that_would_do_is_suggested(header, suggestion, why):
    with pytest.raises(FileError) as refused:
        read(header)
    assert str(refused.value).endswith(f"add {suggestion}"), why


def test_where_there_is_no_option_a_new_name_is_suggested():
    with pytest.raises(FileError, match=r"is 'MRN' meant\? rename it to 'patient_id'$"):
        parse_events(b"MRN,date,cpt\n", "my.csv")


def test_where_nothing_looks_like_it_nothing_is_suggested():
    with pytest.raises(FileError) as refused:
        read("who,date,cpt")
    assert "meant" not in str(refused.value)


def test_a_column_that_is_read_as_something_else_is_not_suggested():
    with pytest.raises(FileError) as refused:
        read("MRN,date,cpt", MRN="status")
    assert "MRN" not in str(refused.value)


UNREAD = [
    # header, column -> field, why
    (["patient_id", "date", "dob"], {"dob": "birth_date"}, "a field that is absent"),
    (["patient_id", "date", "dob", "birth_date"], {}, "a field that is there"),
    (["patient_id", "date", "dos"], {}, "a date that is there"),
    (["patient_id", "date", "CPT_Code", "Birth-Date"], {"CPT_Code": "cpt", "Birth-Date": "birth_date"}, "two"),
    (["patient_id", "date", "site"], {}, "a name that may mean many things"),
]


@pytest.mark.parametrize(("header", "found", "why"), UNREAD)
def test_an_unread_column_that_may_hold_a_field_is_noticed(header, found, why):
    assert unread_columns(header, FIELDS) == found, why


def test_names_are_compared_without_case_spaces_and_marks():
    assert columns_for(["date", "DOS", "Date-of_ Service", "note"], "date") == ["DOS", "Date-of_ Service"]


NO_NAMES = [
    # header, is it told, why
    ("patientid,cpt,123", False, "three digits: an odd name"),
    ("patientid,cpt,1234", True, "four digits: a number"),
    ("patientid,cpt,12345", True, "five digits"),
    ("patientid,cpt,2022-01-31", True, "a date"),
    ("patientid,cpt,31.01.2022", True, "a date in another form"),
    ("patientid,cpt,date 2022", False, "a name with a year in it"),
    ("patient_id,4711,4711", True, "one number twice"),
]


@pytest.mark.parametrize(("header", "is_told", "why"), NO_NAMES)
def test_a_first_line_that_names_no_columns_is_told_and_not_repeated(header, is_told, why):
    with pytest.raises(FileError) as refused:
        parse_events(f"{header}\n".encode(), "events.csv", None, ColumnMap())
    said = str(refused.value)
    assert ("events.csv seems to have no header line" in said) is is_told, why
    assert any(column in said for column in header.split(",")) is not is_told, why


LINES_OF_DATA = [
    # first line, what is said, why
    ("ZZMARK Jane,P-ab,x,12-Jan-2026,Completed,ZZMARK Jane", "the same text in columns 1 and 6", "one cell twice"),
    ("ZZMARK Jane,P-ab,x,12-Jan-2026,performed,y", "none of columns 1 to 6 is known", "a status is no column"),
    ("patient-ZZMARK,P-ab", "none of columns 1 to 2 is known", "a text that is nearly a name"),
    ("ZZMARK", "its only column has no known name", "one cell"),
]


@pytest.mark.parametrize("layout", [EVENTS, PATIENTS])
@pytest.mark.parametrize(("line", "said", "why"), LINES_OF_DATA, ids=[why for *_, why in LINES_OF_DATA])
@pytest.mark.parametrize("profile", [None, FileProfile(), FileProfile(columns=ColumnMap({"MRN": "patient_id"}))])
def test_a_first_line_of_data_is_named_by_its_columns(layout, line, said, why, profile):
    with pytest.raises(FileError) as refused:
        read_header(line.split(","), "e.csv", profile, layout)
    assert said in str(refused.value), why
    assert "first line" in str(refused.value)
    assert "seems to be no header; add one that names the columns" in str(refused.value)
    assert [cell for cell in [*line.split(","), "ZZMARK"] if len(cell) > 1 and cell in str(refused.value)] == []


def test_setup_takes_unknown_names_but_no_data_for_them():
    layout = Layout("a file", wanted=(), added=())
    assert read_header(["Wer", "Wann"], "e.csv", None, layout)[0] == ["Wer", "Wann"]
    with pytest.raises(FileError, match="none of columns 1 to 2 is known: its first line seems to be no header"):
        read_header(["ZZMARK", "12-Jan-2026"], "e.csv", None, layout)


def test_one_known_name_makes_a_header():
    for header, fields in ((["MRN", "a", "a"], {}), (["Wer", "a", "a"], {"Wer": "patient_id"})):
        with pytest.raises(FileError, match="two columns named 'a'"):
            read_header(header, "e.csv", FileProfile(columns=ColumnMap(fields)), EVENTS)


def test_columns_of_a_frame_are_names_though_none_is_known():
    with pytest.raises(FileError, match="has two columns named 'a'"):
        read_header(["a", "a"], "the frame", None, EVENTS, is_line=False)


def test_a_column_that_is_named_by_a_number_does_no_harm():
    assert parse_events(b"patient_id,date,cpt,2022\nP1,2022-01-31,72141,x\n", "events.csv").cells["2022"].to_list() == [
        "x"
    ]


def test_a_column_that_is_mapped_to_nothing_is_not_read():
    columns = ColumnMap({"MRN": "patient_id", "patient_id": "", "region": ""})
    events = parse_events(b"MRN,patient_id,date,cpt,region\nP1,X,2026-04-15,72156,Campus\n", "my.csv", columns=columns)
    assert events.cells["patient_id"].to_list() == ["P1"]
    assert "region" not in events.cells.columns
    assert events.original.columns == ["MRN", "patient_id", "date", "cpt", "region"]


def test_a_column_that_is_not_read_may_be_missing():
    ColumnMap({"Note": ""}).check_used({"my.csv": ["MRN"]})
    with pytest.raises(FileError, match="'Note'"):
        ColumnMap({"Note": "status"}).check_used({"my.csv": ["MRN"]})
