"""Pieces of results: their formats, and nothing in them that a spreadsheet would run."""

import csv
import gzip
import os
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import polars as pl
import pytest

from spine_vigil.scheduler.cohort.pieces import (
    FramePiece,
    check_writable,
    harmless,
    header_piece,
    table_suffix,
    write_parquet,
)
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.atomic import write_whole


def audited(reason="on_schedule", **columns):
    """Return a frame of the given columns with a reason in every row."""
    frame = pl.DataFrame(columns)
    return frame.with_columns(pl.lit(reason, dtype=pl.String).alias("reason"))


def as_text(frame, read=()):
    return header_piece(frame.columns).text() + FramePiece(harmless(frame, read)).text()


def as_csv(frame, read=()):
    return list(csv.reader(StringIO(as_text(frame, read).decode(), newline="")))


SUFFIXES = [("a.csv", ".csv"), ("a.CSV", ".csv"), ("a.b.csv.gz", ".csv.gz"), ("a.parquet", ".parquet")]


@pytest.mark.parametrize(("name", "suffix"), SUFFIXES)
def test_the_format_is_told_by_the_name(tmp_path, name, suffix):
    assert table_suffix(tmp_path / name) == suffix


def test_a_device_whose_name_tells_no_format_gets_csv():
    assert table_suffix(Path(os.devnull)) == ".csv"


@pytest.mark.parametrize("name", ["out.xlsx", "out", "out.gz", "csv"])
def test_a_name_that_tells_no_format_is_refused(tmp_path, name):
    with pytest.raises(FileError, match=r"must end in \.csv, \.csv\.gz or \.parquet"):
        table_suffix(tmp_path / name)


CELLS = [
    # cell, written, why
    ("=1+1", "'=1+1", "a formula"),
    ('=HYPERLINK("x")', '\'=HYPERLINK("x")', "a link"),
    ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0", "a call of a program"),
    ("-2+3", "'-2+3", "a formula that starts with a sign"),
    ("@SUM(A1)", "'@SUM(A1)", "a formula of old"),
    ("\t=1+1", "'\t=1+1", "a formula behind a tab"),
    ("\r=1+1", "'\r=1+1", "a formula behind a carriage return"),
    ("-", "'-", "a sign alone"),
    ("+49 89 1234", "'+49 89 1234", "a telephone number would be worked out"),
    ("-1", "-1", "a number"),
    ("+1.5", "+1.5", "a number"),
    ("-1,5", "-1,5", "a number as it is written elsewhere"),
    ("-1.5e-7", "-1.5e-7", "a number with an exponent"),
    ("-1e", "'-1e", "no number, for want of its exponent"),
    ("1=1", "1=1", "no formula: it starts with a digit"),
    ("a\n=1", "a\n=1", "no formula: its second line does"),
    ("", "", "empty"),
]


@pytest.mark.parametrize(("cell", "written", "why"), CELLS)
def test_text_that_a_spreadsheet_would_run_is_quoted(cell, written, why):
    assert as_csv(audited(note=[cell, "x"])) == [["note", "reason"], [written, "on_schedule"], ["x", "on_schedule"]], (
        why
    )


def test_a_number_column_is_left_alone():
    assert as_csv(audited(score=[-1.5, 2.0]))[1][0] == "-1.5"


def test_text_of_categories_is_quoted_too():
    frame = audited(note=pl.Series(["=1+1"], dtype=pl.Categorical), kind=pl.Series(["=2"], dtype=pl.Enum(["=2"])))
    assert as_csv(frame)[1] == ["'=1+1", "'=2", "on_schedule"]


def test_a_cell_that_was_read_is_quoted_where_its_row_is_bad():
    good, bad = audited(protocol=["=1+1"]), audited("bad_row", protocol=["=1+1"])
    assert as_csv(bad, read=["protocol"])[1] == ["'=1+1", "bad_row"]
    assert as_csv(pl.concat([good.with_columns(protocol=pl.lit("x")), bad]), read=["protocol"])[2][0] == "'=1+1"


def test_a_cell_that_could_be_read_stays_as_it_is_beside_bad_rows():
    """Or what is written of a row would depend on the rows that it happens to be written with."""
    rows = pl.concat(
        [audited(high_grade=["\ttrue"]), audited(None, high_grade=["\ttrue"]), audited("bad_row", high_grade=["=1"])]
    )
    assert [row[0] for row in as_csv(rows, read=["high_grade"])] == ["high_grade", "\ttrue", "\ttrue", "'=1"]


NAMES = [
    (["=cmd()"], ["'=cmd()"], "a name is text of the file too"),
    (["=a", "'=a"], ["''=a", "'=a"], "two columns stay two"),
    (["-1", "a=b"], ["-1", "a=b"], "a number, and no formula"),
]


@pytest.mark.parametrize(("names", "written", "why"), NAMES)
def test_a_column_name_that_a_spreadsheet_would_run_is_quoted(names, written, why):
    assert as_csv(audited(**{name: ["x"] for name in names}))[0] == [*written, "reason"], why


def test_result_columns_stay_as_they_are():
    frame = audited(note=["=1"], explanation=["- not a formula of ours"])
    assert harmless(frame, []).row(0) == ("'=1", "- not a formula of ours", "on_schedule")


def test_parquet_is_no_spreadsheet_and_keeps_text_and_types():
    file = BytesIO()
    frame = audited(**{"=note": ["=1+1"], "day": [date(2026, 4, 15)]})
    write_parquet(iter([frame, frame]), file)
    file.seek(0)
    assert pl.read_parquet(file).equals(pl.concat([frame, frame]))


def test_compressed_pieces_behind_each_other_hold_the_same_text():
    frame = audited(note=["=1+1", "\u00e9, x"])
    pieces = [header_piece(frame.columns), FramePiece(frame), FramePiece(frame)]
    packed = b"".join(piece.packed() for piece in pieces)
    said = '=1+1,on_schedule\n"\u00e9, x",on_schedule\n'
    assert gzip.decompress(packed).decode() == "note,reason\n" + said + said
    assert packed == b"".join(piece.packed() for piece in pieces)  # no time of day is in it


@pytest.mark.parametrize("rows", [0, 1, 3, 120_000])
def test_a_stream_holds_the_same_text_as_a_file(tmp_path, rows):
    frame = audited(note=[f"=row {n}" for n in range(rows)]).cast({"note": pl.String})
    with (tmp_path / "out.csv").open("wb") as file:
        header_piece(frame.columns).write_to(file)
        FramePiece(harmless(frame, [])).write_to(file)
    stream = BytesIO()
    write_whole(as_text(frame), stream)
    assert stream.getvalue() == (tmp_path / "out.csv").read_bytes()
    assert stream.getvalue().count(b"\n") == rows + 1


def test_the_text_of_lines_is_written_as_it_stands():
    lines = pl.DataFrame({"line": ["P1, a ,"], "results": ['within,"a, b"']})
    assert FramePiece(lines, is_text=True).text() == b'P1, a ,,within,"a, b"\n'


class Sipping(BytesIO):
    """A stream that takes little at a time, as an unbuffered standard output may."""

    def write(self, data):
        return super().write(data[:7])


def test_a_stream_that_takes_little_at_a_time_gets_everything():
    stream = Sipping()
    write_whole(as_text(audited(note=["a long cell", "another"])), stream)
    assert stream.getvalue() == b"note,reason\na long cell,on_schedule\nanother,on_schedule\n"


def test_a_list_goes_into_parquet_alone():
    frame = audited(tags=[["a", "b"]], raw=[b"\0"])
    check_writable(frame.schema, ".parquet")
    with pytest.raises(FileError, match=r"column 'tags' holds values that CSV cannot; give an output that ends in"):
        check_writable(frame.schema, ".csv")
    with pytest.raises(FileError, match="column 'raw'"):
        check_writable(frame.drop("tags").schema, ".csv.gz")
    with pytest.raises(FileError, match="column 'wait'"):
        check_writable({"wait": pl.Duration("ms")}, ".csv")
