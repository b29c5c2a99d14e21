"""A patients file as it is read, and what is said of its unreadable lines; what it fills: test_filling."""

import gzip
from datetime import date

import polars as pl
import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.events.patients_file import read_patients
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.csv_text import DAMAGE, LINE
from spine_vigil.scheduler.intake.column_map import ColumnMap
from spine_vigil.scheduler.intake.profile import FileForm, FileProfile, with_options


@pytest.fixture
def patients(tmp_path):
    """Read a patients file of these lines."""

    def run(*lines, columns=None, date_format=None, footer=()):
        path = tmp_path / "patients.csv"
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        profile = with_options(FileProfile(), columns or ColumnMap(), date_format) if columns or date_format else None
        if footer:
            profile = FileProfile(form=FileForm(footer=footer), is_profiled=True)
        return read_patients(path, CURRENT, profile)

    return run


def test_cells_are_read_line_by_line_without_blanks(patients):
    file = patients("patient_id,protocol,surgery_date", " P1 ,bone.other,", "P2,  ,2020-01-01", "P1,bone.chordoma,")
    assert file.filling == ("protocol", "surgery_date")
    assert file.cells.drop(DAMAGE).rows() == [
        ("P1", "bone.other", None, 2),
        ("P2", None, "2020-01-01", 3),
        ("P1", "bone.chordoma", None, 4),
    ]
    assert file.count == 2


def test_only_what_is_of_a_patient_fills(patients):
    file = patients(
        "patient_id,neck_pain,date,cpt,region,status,known_malignancy,follow_up_end_date,primary_site,name",
        "P1,true,2026-01-01,72156,brain,performed,true,2026-12-01,sacrum,Doe",
    )
    assert file.filling == ("primary_site", "follow_up_end_date", "known_malignancy")
    assert file.of_events == ("neck_pain", "date", "cpt", "region", "status")
    assert file.unknown == ("name",)
    assert file.cells.drop(LINE, DAMAGE).rows() == [("P1", "sacrum", "2026-12-01", "true")]


def test_a_file_without_patient_id_is_refused(patients):
    with pytest.raises(FileError, match=r"patients\.csv has no column 'patient_id'; is 'MRN' meant\? rename it"):
        patients("MRN,protocol", "P1,bone.other")


def test_an_empty_file_is_refused(patients):
    with pytest.raises(FileError, match=r"patients\.csv is empty; a patients file starts with a header line"):
        patients("")


def test_a_value_that_cannot_be_read_is_told_by_its_line_and_column(patients):
    file = patients("patient_id,birth_date", "P0,1950-01-01", "P1,1960-02-30", "P2,1961-01-01")
    (said,) = file.problems
    assert said.endswith(
        "patients.csv, line 3, column birth_date: '1960-02-30' is not a date; write YYYY-MM-DD, and a day that exists"
    )


def test_all_that_is_wrong_is_told_in_the_order_of_lines(patients):
    file = patients("patient_id,birth_date,high_grade,protocol", "P1,x,perhaps,bone.osteosarkoma", "P2,,maybe,")
    places = [problem.partition("patients.csv, ")[2].partition(":")[0] for problem in file.problems]
    assert sorted(places[:3]) == ["line 2, column birth_date", "line 2, column high_grade", "line 2, column protocol"]
    assert places[3:] == ["line 3, column high_grade"]


def test_a_line_that_is_damaged_as_a_whole_is_told_once(patients):
    file = patients("patient_id,protocol,birth_date", "P1,bone.othr", "P2,bone.other,1960-01-01")
    (said,) = file.problems
    assert "patients.csv, line 2: the line has 2 cells and the header 3" in said
    assert [message is None for message in file.cells[DAMAGE]] == [False, True]


def test_a_line_without_an_id_fills_nothing_and_is_told(patients):
    file = patients("patient_id,protocol", "  ,bone.other", ",bone.chordoma", "P1,bone.other")
    assert [problem.partition("patients.csv, ")[2] for problem in file.problems] == [
        "line 2: the patient id is empty, so the line fills nothing; give the id",
        "line 3: the patient id is empty, so the line fills nothing; give the id",
    ]
    assert file.cells["protocol"].to_list() == ["bone.other"]


def test_a_footer_is_no_patient_and_no_problem(patients):
    lines = ("patient_id,protocol,surgery_date", "P1,bone.other,2020-01-01", "Total rows: 1")
    assert patients(*lines).count == 2
    file = patients(*lines, footer=("Total",))
    assert (file.count, file.problems) == (1, ())


def test_a_file_of_a_header_alone_fills_nothing(patients):
    file = patients("patient_id,protocol")
    assert (file.count, file.problems, len(file.cells)) == (0, (), 0)


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
    (tmp_path / "p.csv.gz").write_bytes(gzip.compress(b"patient_id,birth_date\n17,1960-02-01\n"))
    pl.DataFrame({"patient_id": [17], "birth_date": [date(1960, 2, 1)]}).write_parquet(tmp_path / "p.parquet")
    for name in ("p.csv.gz", "p.parquet"):
        file = read_patients(tmp_path / name, CURRENT)
        assert file.cells["birth_date"].to_list() == ["1960-02-01"], name
