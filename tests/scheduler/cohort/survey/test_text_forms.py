"""The form of files on disk: compressed, with bytes far behind the start that are no UTF-8, or no text at all."""

import gzip

import pytest
import xlsxwriter

from spine_vigil.scheduler.cohort.survey import text_forms
from spine_vigil.scheduler.cohort.survey.text_forms import check_same_form, sheet_footer, text_form_of
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


USUAL = "MRN,Exam Date,CPT\n1,2,3\n"

OTHERS = (
    # the first file, another one, what differs
    (USUAL.encode(), b"MRN,Exam Date,CPT\n1,\xfc,3\n", "its encoding is windows-1252, not utf-8"),
    (b"MRN,Exam Date,CPT\n1,\xfc,3\n", "MRN,Exam Date,CPT\n1,ü,3\n".encode(),
     "its encoding is utf-8, not windows-1252"),
    (USUAL.encode("utf-16"), USUAL.encode(), "its encoding is utf-8, not utf-16-le"),
    (USUAL.encode(), USUAL.replace(",", ";").encode(), "its separator is a semicolon, not a comma"),
    (USUAL.replace(",", "\t").encode(), USUAL.encode(), "its separator is a comma, not a tab"),
    (USUAL.encode(), f"Report\n\n{USUAL}".encode(), "its column names are on line 3, not on line 1"),
    (USUAL.encode(), USUAL.replace("2,3", "2,3,").encode(), "its rows end with a separator too many"),
    (USUAL.replace("2,3", "2,3,").encode(), USUAL.encode(), "its rows end without a separator too many"),
    (
        USUAL.encode(), f"Report\n{USUAL}".replace(",", ";").encode(),
        "its separator is a semicolon, not a comma; its column names are on line 2, not on line 1",
    ),
    (b"PAR1 and more", USUAL.replace(",", ";").encode(), "its separator is a semicolon, not a comma"),
)  # fmt: skip


@pytest.mark.parametrize(("first", "other", "differs"), OTHERS, ids=[differs for *_, differs in OTHERS])
def test_files_of_several_forms_are_refused_with_what_differs(tmp_path, first, other, differs):
    (tmp_path / "a.csv").write_bytes(first)
    (tmp_path / "b.csv").write_bytes(first)
    (tmp_path / "c.csv.gz").write_bytes(gzip.compress(other))
    with pytest.raises(FileError) as refused:
        check_same_form([tmp_path])
    assert str(refused.value) == (
        f"{tmp_path / 'c.csv.gz'} has another form than {tmp_path / 'a.csv'}: {differs}. Save them in one form, or make"
        " a profile for each"
    )


SAME = (
    # the first file, another one, the id of the case
    pytest.param(USUAL.encode(), USUAL.encode(), id="the same"),
    pytest.param(b"MRN,Exam Date,CPT\n1,\xfc,3\n", USUAL.encode(), id="nothing beyond ASCII"),
    pytest.param(USUAL.encode(), "Exam Date,MRN\n1,ü\n".encode(), id="other columns"),
    pytest.param(USUAL.replace(",", ";").encode(), b"PAR1 and more", id="no text"),
)


@pytest.mark.parametrize(("first", "other"), SAME)
def test_files_that_one_profile_can_read_are_of_one_form(tmp_path, first, other):
    (tmp_path / "a.csv").write_bytes(first)
    (tmp_path / "b.csv").write_bytes(other)
    check_same_form([tmp_path / "a.csv", tmp_path / "b.csv"])
