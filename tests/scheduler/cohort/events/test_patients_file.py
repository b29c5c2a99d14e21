"""A patients file fills what rows leave empty, column by column, and never what describes an event."""

import gzip
from datetime import date

import polars as pl
import pytest
from support.events_files import parse_events

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.events.column_map import ColumnMap
from spine_vigil.scheduler.cohort.events.patients_file import Filling, read_patients
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.csv_text import DAMAGE, LINE

HEADER = "patient_id,cpt,date,protocol,birth_date"


@pytest.fixture
def patients(tmp_path):
    """Read a patients file of these lines."""

    def run(*lines, **options):
        path = tmp_path / "patients.csv"
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        return read_patients(path, CURRENT, **options)

    return run


def fill(events, file):
    return Filling(file).fill(events)


def events(*rows, header=HEADER):
    return parse_events("\n".join([header, *rows, ""]).encode(), "events.csv")


FILLING = [
    # id and protocol of the row, protocol in the file, what the row is read with, why
    ("P1,72141,2026-04-15,,", "bone.other", "bone.other", "an empty cell is filled"),
    ("P1,72141,2026-04-15,  ,", "bone.other", "bone.other", "a blank cell is filled"),
    ("P1,72141,2026-04-15,bone.chordoma,", "bone.other", "bone.chordoma", "the row's own value wins"),
    ("P1,72141,2026-04-15,nonsense,", "bone.other", "nonsense", "even one that cannot be read"),
    (" P1 ,72141,2026-04-15,,", "bone.other", "bone.other", "ids are compared trimmed"),
    ("p1,72141,2026-04-15,,", "bone.other", None, "but in their case"),
    ("P2,72141,2026-04-15,,", "bone.other", None, "a patient of whom the file says nothing"),
    ("P1,,,,", "bone.other", "bone.other", "a row that only enrols is filled too"),
    (",72141,2026-04-15,,", "bone.other", None, "a row without an id is nobody's"),
    ("P1,72141,2026-04-15,,", "", None, "an empty cell fills nothing"),
]


@pytest.mark.parametrize(("row", "given", "protocol", "why"), FILLING, ids=[why for *_, why in FILLING])
def test_a_cell_is_filled_where_it_is_empty(patients, row, given, protocol, why):
    filled = fill(events(row), patients("patient_id,protocol", f"P1,{given}"))
    assert filled.cells["protocol"].to_list() == [protocol], why
    assert filled.cells[DAMAGE].to_list() == [None]


def test_every_column_is_filled_for_itself_and_a_column_that_is_not_there_is_made(patients):
    file = patients("patient_id,protocol,birth_date,high_grade,surgery_date", "P1,bone.other,1960-02-01,yes,2020-01-01")
    table = events("P1,72141,2026-04-15,bone.chordoma,", "P1,72141,2026-04-16,,1961-01-01", "P2,72141,2026-04-17,,")
    filling = Filling(file)
    filled = filling.fill(table)
    assert filled.cells.select("protocol", "birth_date", "high_grade", "surgery_date").rows() == [
        ("bone.chordoma", "1960-02-01", "yes", "2020-01-01"),
        ("bone.other", "1961-01-01", "yes", "2020-01-01"),
        (None, None, None, None),
    ]
    assert filling.met == 1
    assert filled.cells[LINE].to_list() == [2, 3, 4]
    assert filled.original.equals(table.original)


def test_the_order_of_the_events_stays(patients):
    file = patients("patient_id,protocol", "P2,b", "P1,a")
    rows = [f"{patient},72141,2026-04-15,," for patient in ("P1", "P2", "P1", "P3", "P2")]
    assert fill(events(*rows), file).cells["protocol"].to_list() == ["a", "b", "a", None, "b"]


def test_only_what_is_of_a_patient_fills(patients):
    file = patients(
        "patient_id,neck_pain,date,cpt,region,status,known_malignancy,follow_up_end_date,primary_site,name",
        "P1,true,2026-01-01,72156,brain,performed,true,2026-12-01,sacrum,Doe",
    )
    assert file.filling == ("primary_site", "follow_up_end_date", "known_malignancy")
    assert file.of_events == ("neck_pain", "date", "cpt", "region", "status")
    assert file.unknown == ("name",)
    cells = fill(events("P1,72141,,,"), file).cells
    assert cells["date"].to_list() == [None]
    assert "neck_pain" not in cells.columns


TWICE = [
    # lines below the header, lines named, why
    (["P1,a", "P2,a", "P1,a"], ("line 2", "line 4"), "the same words"),
    (["P1,a", " P1 ,b"], ("line 2", "line 3"), "but for spaces"),
    (["P1,a", "", "P1,b", "P1,c"], ("line 2", "line 4"), "three times, a blank line between: the first two"),
]


@pytest.mark.parametrize(("lines", "named", "why"), TWICE)
def test_where_rows_are_filled_as_text_a_patient_who_stands_twice_is_refused_with_both_lines(
    patients, lines, named, why
):
    file = patients("patient_id,protocol", *lines)
    with pytest.raises(FileError) as refused:
        Filling(file)
    said = str(refused.value)
    assert f"a patient twice, in {named[0]} and {named[1]}" in said, why
    assert "patients.csv" in said


def test_a_file_without_patient_id_is_refused(patients):
    with pytest.raises(FileError, match=r"patients\.csv has no column 'patient_id'; is 'MRN' meant\? rename it"):
        patients("MRN,protocol", "P1,bone.other")


def test_an_empty_file_is_refused(patients):
    with pytest.raises(FileError, match=r"patients\.csv is empty; a patients file starts with a header line"):
        patients("")


def damage(filled):
    return filled.cells[DAMAGE].to_list()


def test_a_value_that_cannot_be_read_damages_the_rows_that_it_would_fill(patients):
    file = patients("patient_id,birth_date", "P0,1950-01-01", "P1,1960-02-30", "P2,1961-01-01")
    (said,) = file.problems
    assert said.endswith(
        "patients.csv, line 3, column birth_date: '1960-02-30' is not a date; write YYYY-MM-DD, and a day that exists"
    )
    rows = ["P1,72141,2026-04-15,,", "P1,72141,2026-04-15,,1960-02-28", "P2,72141,2026-04-15,,"]
    assert damage(fill(events(*rows), file)) == [said, None, None]


def test_all_that_is_wrong_is_told_in_the_order_of_lines(patients):
    file = patients("patient_id,birth_date,high_grade,protocol", "P1,x,perhaps,bone.osteosarkoma", "P2,,maybe,")
    places = [problem.partition("patients.csv, ")[2].partition(":")[0] for problem in file.problems]
    assert sorted(places[:3]) == ["line 2, column birth_date", "line 2, column high_grade", "line 2, column protocol"]
    assert places[3:] == ["line 3, column high_grade"]
    (said,) = damage(fill(events("P1,72141,2026-04-15,bone.chordoma,"), file))
    assert said.count("patients.csv, line 2") == 2  # the row has a protocol of its own
    assert "bone.osteosarkoma" not in said


def test_what_was_wrong_with_a_row_before_is_still_told(patients):
    file = patients("patient_id,birth_date", "P1,x")
    (said,) = damage(fill(events("P1,72141"), file))
    assert said.startswith("the line has 2 cells and the header 5")
    assert "patients.csv, line 2, column birth_date" in said


def test_a_line_that_is_damaged_as_a_whole_damages_every_row_of_the_patient(patients):
    file = patients("patient_id,protocol,birth_date", "P1,bone.other", "P2,bone.other,1960-01-01")
    (said,) = file.problems
    assert "patients.csv, line 2: the line has 2 cells and the header 3" in said
    filled = fill(events("P1,72141,2026-04-15,bone.chordoma,1950-01-01", "P2,72141,2026-04-15,,"), file)
    assert damage(filled) == [said, None]
    assert filled.cells["protocol"].to_list() == ["bone.chordoma", "bone.other"]


def test_a_line_without_an_id_fills_nothing_and_is_told(patients):
    file = patients("patient_id,protocol", "  ,bone.other", ",bone.chordoma", "P1,bone.other")
    assert [problem.partition("patients.csv, ")[2] for problem in file.problems] == [
        "line 2: the patient id is empty, so the line fills nothing; give the id",
        "line 3: the patient id is empty, so the line fills nothing; give the id",
    ]
    filled = fill(events(" ,72141,2026-04-15,,", "P1,72141,2026-04-15,,"), file)
    assert filled.cells["protocol"].to_list() == [None, "bone.other"]


def test_a_file_of_a_header_alone_fills_nothing(patients):
    filling = Filling(patients("patient_id,protocol"))
    filled = filling.fill(events("P1,72141,2026-04-15,,"))
    assert (filling.met, filled.cells["protocol"].to_list()) == (0, [None])


def test_dates_are_read_in_the_form_of_the_events(patients):
    file = patients("patient_id,birth_date", "P1,01.02.1960", "P2,1960-02-01", date_format="%d.%m.%Y")
    (said,) = file.problems
    assert "line 3, column birth_date: '1960-02-01' is not a date; write the format %d.%m.%Y" in said


def test_columns_of_other_names_are_told_by_their_own(patients):
    columns = ColumnMap({"MRN": "patient_id", "DOB": "birth_date", "dos": "date"})
    file = patients("MRN,DOB", "P1,x", columns=columns)
    assert file.columns == ("MRN", "DOB")
    (said,) = file.problems
    assert "line 2, column DOB: 'x' is not a date" in said


def test_gzip_and_parquet_are_read_too(tmp_path):
    table = events("17,72141,2026-04-15,,")
    (tmp_path / "p.csv.gz").write_bytes(gzip.compress(b"patient_id,birth_date\n17,1960-02-01\n"))
    pl.DataFrame({"patient_id": [17], "birth_date": [date(1960, 2, 1)]}).write_parquet(tmp_path / "p.parquet")
    for name in ("p.csv.gz", "p.parquet"):
        file = read_patients(tmp_path / name, CURRENT)
        assert fill(table, file).cells["birth_date"].to_list() == ["1960-02-01"], name
