"""The form of files on disk: compressed, with bytes far behind the start that are no UTF-8, or no text at all."""

import gzip

import pytest
import xlsxwriter

from spine_vigil.scheduler.cohort.survey import text_forms
from spine_vigil.scheduler.cohort.survey.text_forms import sheet_footer, text_form_of
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.intake.profile import FileForm

TEXT = "MRN;Exam Date;CPT\n1;2;3\nTotal rows: 1;;\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "e.csv"


def test_a_compressed_file_has_the_form_of_its_text(path):
    path.write_bytes(TEXT.encode())
    plain = text_form_of(path)
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert text_form_of(path) == plain
    assert (plain.separator, plain.footer) == (";", ("Total rows",))


def test_bytes_far_behind_the_start_count_for_the_encoding(path, monkeypatch):
    monkeypatch.setattr(text_forms, "_START", 64)
    monkeypatch.setattr(text_forms, "_PIECE", 64)
    rows = "1;2;3\n" * 100
    path.write_bytes(f"MRN;Exam Date;CPT\n{rows}1;\u00fc;3\n".encode())
    assert text_form_of(path).encoding == "utf-8"
    path.write_bytes(f"MRN;Exam Date;CPT\n{rows}1;\u00fc;3\n".encode("windows-1252"))
    assert text_form_of(path).encoding == "windows-1252"


@pytest.mark.parametrize(("last", "encoding"), [("ü\n", "windows-1252"), ("ü", "windows-1252"), ("ü", "utf-8")])
def test_the_last_row_of_a_long_file_counts_for_the_encoding(path, last, encoding):
    rows = "1;2;plain\n" * 30_000
    assert len(rows) > text_forms._START
    path.write_bytes(f"MRN;Exam Date;Note\n{rows}1;2;{last}".encode(encoding))
    assert text_form_of(path).encoding == encoding


def test_a_last_character_that_is_cut_is_no_utf8(path):
    path.write_bytes(b"MRN;Exam Date;Note\n1;2;\xc3")
    assert text_form_of(path).encoding == "windows-1252"


def test_a_footer_is_found_at_the_end_of_a_long_file(path, monkeypatch):
    monkeypatch.setattr(text_forms, "_START", 64)
    monkeypatch.setattr(text_forms, "_PIECE", 7)
    path.write_text(f"MRN;Exam Date;CPT\n{'1;2;3' * 100}\nTotal rows: 1;;\n", encoding="utf-8")
    assert text_form_of(path).footer == ("Total rows",)


@pytest.mark.parametrize("start", [b"PAR1", b"PK\x03\x04", b"%PDF-1.7", b"\xd0\xcf\x11\xe0"])
def test_a_file_that_is_no_text_has_none(path, start):
    path.write_bytes(start + b" and more")
    assert text_form_of(path) is None


def test_what_cannot_be_read_is_refused(path):
    with pytest.raises(FileError, match=r"cannot read .*e\.csv: No such file or directory; check the name"):
        text_form_of(path)
    path.write_bytes(gzip.compress(TEXT.encode())[:-10])
    with pytest.raises(FileError, match=r"cannot read .*e\.csv: .*; check the name and the permissions"):
        text_form_of(path)


def test_the_footer_of_a_sheet_is_found(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "e.xlsx") as workbook:
        for name, last in (("Exams", "Total rows: 2"), ("Others", "Nothing more")):
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate((["MRN", "Exam Date", "CPT"], ["P1", "x", 72156], [], [last])):
                sheet.write_row(number, 0, row)
    assert sheet_footer(tmp_path / "e.xlsx", FileForm(sheet="Exams")) == ("Total rows",)
    assert sheet_footer(tmp_path / "e.xlsx", FileForm(sheet="Others")) == ()


def test_a_file_that_is_no_workbook_has_no_footer_of_a_sheet(path):
    path.write_bytes(b"PAR1 and more")
    assert sheet_footer(path, FileForm()) == ()
