"""The header of a CSV: on which line it stands, what stands before it, and what is said where it is none."""

from io import BytesIO

import pytest
from support.events_files import parse_events

from spine_vigil.scheduler.cohort.events.csv_header import csv_header, with_names
from spine_vigil.scheduler.cohort.events.opening import open_stream
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.intake.profile import FileProfile

FOUND = (
    # data, line, names, offset behind, why
    (b"patient_id,date\nP1,x\n", None, ["patient_id", "date"], 16, "the first line"),
    (b"\n \npatient_id,date\nP1,x\n", None, ["patient_id", "date"], 19, "behind blank lines"),
    (b"sep=,\r\npatient_id,date\r\nP1,x\r\n", None, ["patient_id", "date"], 24, "behind a sep= line"),
    (b"Report\npatient_id,date\nP1,x\n", 2, ["patient_id", "date"], 23, "on the line that a profile says"),
    (b"sep=,\npatient_id,date\n", 1, ["sep=", ""], 6, "the line of the profile, whatever it holds"),
    (b'"Patient\r\n Id",date\nP1,x\n', None, ["Patient Id", "date"], 20, "a name of two lines"),
    (b'"a\nb","c\nd",MRN\nP1', None, ["a b", "c d", "MRN"], 16, "two names of two lines"),
    (b"a,b\rP1,x\r", None, ["a", "b"], 4, "line ends of old Macs"),
    (b" MRN ,b", None, ["MRN", "b"], 7, "blanks around, and no row"),
    (b"Exam  Dt,MRN\n", None, ["Exam  Dt", "MRN"], 13, "two blanks in a name stay"),
)


@pytest.mark.parametrize(("data", "line", "names", "offset", "why"), FOUND, ids=[why for *_, why in FOUND])
def test_the_header_is_found(data, line, names, offset, why):
    assert csv_header(data, "e.csv", line) == (names, offset), why


REFUSED = (
    # data, line, what is said, why
    (b"", None, "e.csv has no line with text; check the file", "an empty file"),
    (b"\n\n", None, "e.csv has no line with text", "blank lines alone"),
    (b"a,b\n", 2, "e.csv has no line 2, which the profile names as its header", "a file that is too short"),
    (b'a,"b\n', None, "its first line cannot be read as a header of column names", "a stray quote"),
    (b"a,\x00b\n", None, "its first line holds bytes that are no text", "a byte of none"),
    (b"\xff,b\n", None, "'vigil setup' finds the encoding of a file and makes a profile", "another encoding"),
    (b"'patient_id','date'\n", None, "has its cells in single quotes; save it with double quotes", "single quotes"),
    (
        b"Imaging report\nmade on Monday\n\npatient_id,date,cpt\n", None,
        "does not start with its column names: the names seem to be on line 4; remove the lines before it, or make a",
        "the title of a report",
    ),
    (
        b"encoding=utf-8\nMRN,Exam Date\n", None, "the names seem to be on line 2", "a line on the encoding",
    ),
    (
        b'"a stray quote\nMRN,Exam Date\n', None, "cannot be read as a header of column names: the names seem to be on",
        "a title with a quote",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("data", "line", "said", "why"), REFUSED, ids=[why for *_, why in REFUSED])
def test_what_is_no_header_is_refused_with_what_stands_there(data, line, said, why):
    with pytest.raises(FileError) as refused:
        csv_header(data, "e.csv", line)
    assert said in str(refused.value), why


def test_the_names_are_looked_for_in_the_first_lines_alone():
    lines = ["title"] * 19 + ["MRN,Exam Date"]
    with pytest.raises(FileError, match="the names seem to be on line 20"):
        csv_header("\n".join(lines).encode(), "e.csv")
    names, _ = csv_header("\n".join(["title", *lines]).encode(), "e.csv")
    assert names == ["title"], "on line 21 nobody looks"


def test_a_header_of_unknown_names_is_taken_where_no_later_line_has_better_ones():
    assert csv_header(b"foo,bar\n1,2\n", "e.csv")[0] == ["foo", "bar"]


def test_columns_without_a_name_are_called_by_their_place():
    assert with_names(["a", "", "b", ""]) == ["a", "(column 2)", "b", "(column 4)"]


def test_a_separator_at_the_end_of_every_line_is_a_column_without_a_name():
    data = b"patient_id,date,cpt,\nP1,2026-04-15,72156,\n"
    assert parse_events(data, "e.csv").original.columns == ["patient_id", "date", "cpt", ""]
    with open_stream(BytesIO(data), "e.csv", FileProfile(is_profiled=True)) as file:
        assert file.header == ["patient_id", "date", "cpt", "(column 4)"]
