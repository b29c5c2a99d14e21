"""Profiles as TOML: what each part becomes, and that everything that is wrong is said at once, with its place."""

from datetime import date

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.intake.forms import EXCEL, CodeForms, DateForms, IdForms
from spine_vigil.scheduler.intake.profile import FileForm
from spine_vigil.scheduler.intake.profile_file import read_profile


@pytest.fixture
def read(tmp_path):
    """Read a profile that is given as TOML, beside the files of a site's own codes."""
    (tmp_path / "codes.csv").write_text("code,study\nR1,MRI cervical_spine\nR2,no imaging\n", encoding="utf-8")
    (tmp_path / "twice.csv").write_text("code,study\nR1,MRI brain\nR1,CT chest\n", encoding="utf-8")
    (tmp_path / "wrong.csv").write_text("code,study\nR1,MRI knee\n", encoding="utf-8")
    (tmp_path / "other.csv").write_text("key,meaning\nR1,MRI brain\n", encoding="utf-8")

    def read_text(text):
        path = tmp_path / "site.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_profile(path, CURRENT)

    return read_text


WHOLE = """\
[file]
encoding = "windows-1252"
separator = "tab"
header_line = 4
footer = ["Total", "Printed"]
sheet = "Export"
trailing_separator = true
[columns]
"MRN" = "patient_id"
"region" = ""
" Exam Date" = "date"
[dates]
formats = ["%m/%d/%Y", "excel"]
columns = { DOB = "%m/%d/%y" }
two_digit_years_until = 2036
births_until = 2026
timezone = "America/New_York"
none = "00/00/0000"
[values.status]
"Com pleted" = "performed"
"?" = ""
[constants]
modality = "MRI"
surgery_date = 2026-01-15
symptoms_new_or_progressing = true
weight_loss_pct_6_months = 5
[null]
words = ["NULL", "N / A"]
columns = { Site = ["unk"] }
[ids]
clean = true
leading_zeros = false
[codes]
modifiers = false
procedures = "codes.csv"
leave_out_reduced = true
[rows]
leave_out = { Type = ["Consult"] }
"""


def test_each_part_is_read(read):
    found = read(WHOLE).events
    assert found.form == FileForm("windows-1252", "\t", 4, ("Total", "Printed"), "Export", trailing_separator=True)
    assert found.columns.fields == {"MRN": "patient_id", "region": "", "Exam Date": "date"}
    assert found.dates == DateForms(("%m/%d/%Y", EXCEL), 2036, "America/New_York", frozenset({"00/00/0000"}))
    assert found.date_columns == {"DOB": ("%m/%d/%y",)}
    assert found.births_until == date(2026, 12, 31)
    assert found.values == {
        "status": {"completed": "performed", "?": ""}, "cpt": {"r1": "MRI cervical_spine", "r2": "no imaging"},
    }  # fmt: skip
    assert found.constants == {
        "modality": "MRI", "surgery_date": "2026-01-15", "symptoms_new_or_progressing": "true",
        "weight_loss_pct_6_months": "5",
    }  # fmt: skip
    assert (found.null, found.null_columns) == ({"null", "n/a"}, {"Site": {"unk"}})
    assert (found.ids, found.codes) == (IdForms(clean=True, leading_zeros=False), CodeForms(leave_out_reduced=True))
    assert (found.leave_out, found.is_profiled) == ({"Type": {"consult"}}, True)


def test_an_empty_profile_says_nothing_but_that_there_is_one(read):
    found = read("")
    assert found.events.is_profiled
    assert found.patients.is_profiled
    assert found.events.codes == CodeForms(modifiers=True)
    assert found.events.values == {}


def test_without_a_part_of_its_own_the_patients_file_is_read_like_the_events(read):
    found = read(WHOLE).patients
    assert (found.form, found.constants, found.leave_out) == (FileForm(), {}, {})
    assert found.columns.fields["MRN"] == "patient_id"
    assert found.date_columns == {"DOB": ("%m/%d/%y",)}


def test_the_patients_file_has_columns_and_formats_of_its_own_and_shares_words(read):
    text = WHOLE + '[patients.columns]\n"Id" = "patient_id"\n[patients.dates]\nformats = "%d.%m.%Y"\n'
    found = read(text + '[patients.values.status]\n"?" = "performed"\n').patients
    assert found.columns.fields == {"Id": "patient_id"}
    assert (found.dates.formats, found.dates.timezone) == (("%d.%m.%Y",), "America/New_York")
    assert found.values["status"] == {"completed": "performed", "?": "performed"}
    assert (found.null, found.form, found.constants) == ({"null", "n/a"}, FileForm(), {})


def test_a_byte_order_mark_is_no_part_of_a_profile(read):
    assert read(b'\xef\xbb\xbf[columns]\n"MRN" = "patient_id"\n').events.columns.fields == {"MRN": "patient_id"}


BROKEN = (
    # the profile, where, what is said
    ('[colums]\n"MRN" = "patient_id"', "[colums]", "unknown part 'colums'; did you mean 'columns'?"),
    ('columns = "patient_id"', "[columns]", "has to be a table: write [columns] on a line of its own"),
    ('[file]\nencodng = "utf-8"', "[file]", "unknown key 'encodng'; did you mean 'encoding'?"),
    ('[file]\nencoding = "utf-9"', "[file]", "there is no encoding 'utf-9'; write e.g. utf-8 or windows-1252"),
    ('[file]\nencoding = "zlib"', "[file]", "there is no encoding 'zlib'; write e.g. utf-8 or windows-1252"),
    ("[file]\nencoding = 1252", "[file]", "encoding has to be a text in quotes"),
    ('[file]\nseparator = ";;"', "[file]", 'separator has to be one character, or "tab"'),
    ('[file]\nseparator = ""', "[file]", 'separator has to be one character, or "tab"'),
    ("[file]\nheader_line = 0", "[file]", "header_line counts lines from 1"),
    ("[file]\nheader_line = true", "[file]", "header_line has to be a whole number"),
    ("[file]\ntrailing_separator = 1", "[file]", "trailing_separator has to be true or false"),
    ("[file]\nfooter = 3", "[file]", 'footer has to be a list of texts, such as ["N/A", "unknown"]'),
    ('[columns]\n"MRN" = "patientid"', "[columns]", "\"MRN\": unknown field 'patientid'; did you mean 'patient_id'?"),
    ('[columns]\n"MRN" = ["patient_id"]', "[columns]", 'what "MRN" is read as has to be one field in quotes'),
    ('[dates]\nformats = ["%d.%m."]', "[dates]", "the format '%d.%m.' does not hold a whole date"),
    ('[dates]\ncolumns = { DOB = "soon" }', '[dates] columns."DOB"', "the format 'soon' does not hold a whole date"),
    ('[dates]\ncolumns = "%d.%m.%Y"', "[dates]", 'columns has to be a table with lines like "Their Column" = ["…"]'),
    (
        '[dates]\nformats = ["%m/%d/%Y", "%d-%b-%Y", "%d/%m/%Y"]',
        "[dates]",
        "'%m/%d/%Y' and '%d/%m/%Y' read one date as two days; keep the one that the file has",
    ),
    (
        '[dates.columns]\nDOB = ["%d-%m-%y", "%m-%d-%y"]',
        '[dates] columns."DOB"',
        "'%d-%m-%y' and '%m-%d-%y' read one date as two days; keep the one that the file has",
    ),
    (
        '[dates]\ntimezone = "Mars/Olympus"',
        "[dates]",
        "there is no time zone 'Mars/Olympus'; write e.g. America/New_York",
    ),
    ("[dates]\nbirths_until = 20260101", "[dates]", "births_until has to be a year or a date, such as 2026"),
    ("[dates]\nbirths_until = 2026-01-01T00:00:00", "[dates]", "births_until has to be a year or a date, such as 2026"),
    ('[dates]\nbirths_until = "2026"', "[dates]", "births_until has to be a year or a date, such as 2026"),
    ("[dates]\ntwo_digit_years_until = 36", "[dates]", "two_digit_years_until has to be a year from 1999 to 2199"),
    (
        '[values]\nstatus = "performed"',
        "[values.status]",
        'has to be a table with lines like "Their Word" = "performed"',
    ),
    ('[values.state]\nx = "performed"', "[values.state]", "unknown field with words 'state'"),
    ('[values.status]\nDone = "performd"', "[values.status]", "\"Done\": unknown status 'performd'; did you mean"),
    (
        '[values.status]\nDone = "performed"\n" DONE" = ""',
        "[values.status]",
        '" DONE" stands twice, but for case and blanks',
    ),
    (
        "[values.status]\nDone = 1",
        "[values.status]",
        '"Done" has to be one word in quotes; "" where it means that nothing',
    ),
    ('[values.cpt]\nX1 = "99999"', "[values.cpt]", "\"X1\": unknown CPT code '99999'"),
    ('[values.study_text]\nNECK = "MRI knee"', "[values.study_text]", "\"NECK\": unknown region 'knee'"),
    ('[values.diagnosis]\n"C40.2" = "sarkoma"', "[values.diagnosis]", "\"C40.2\": unknown protocol 'sarkoma'"),
    ('[constants]\nstate = "performed"', "[constants]", "unknown field 'state'"),
    ('[constants]\nstatus = "done"', "[constants]", "status: unknown status 'done'"),
    ('[constants]\nstatus = ["performed"]', "[constants]", "status: a constant has to be one text, such as"),
    ("[null]\nwords = [1]", "[null]", 'words has to be a list of texts, such as ["N/A", "unknown"]'),
    ("[null]\ncolumns = { Site = 3 }", "[null]", "Site has to be a list of texts"),
    ('[ids]\nclean = "yes"', "[ids]", "clean has to be true or false"),
    ("[codes]\nmodifiers = 1", "[codes]", "modifiers has to be true or false"),
    ('[codes]\nprocedures = "gone.csv"', "[codes]", "gone.csv: No such file or directory; check the name"),
    ('[codes]\nprocedures = "twice.csv"', "[codes]", "line 3: the code stands twice with different meanings; keep one"),
    ('[codes]\nprocedures = "other.csv"', "[codes]", "needs a column 'code', and a column 'study' or 'protocol'"),
    ('[codes]\nprocedures = "wrong.csv"', '[codes] procedures = "wrong.csv"', "\"R1\": unknown region 'knee'"),
    ('[rows]\nleave_out = ["Consult"]', "[rows]", 'leave_out has to be a table with lines like "Their Column" = ["…"]'),
    ('patients = "x"', "[patients]", "has to be a table, such as [patients.columns]"),
    ('[patients.columns]\n"MRN" = "mrn"', "[patients.columns]", "\"MRN\": unknown field 'mrn'"),
    ('[patients.colums]\n"MRN" = "patient_id"', "[patients.colums]", "unknown part 'colums'"),
)


def problems_of(read, text):
    """Return what is said of a profile, one problem a line."""
    with pytest.raises(FileError) as refused:
        read(text)
    head, *problems = str(refused.value).split("\n- ")
    assert head.endswith("site.toml cannot be used as a profile:")
    return problems


@pytest.mark.parametrize(("text", "where", "said"), BROKEN, ids=[text.replace("\n", " ") for text, *_ in BROKEN])
def test_what_is_wrong_with_a_profile_is_said_with_its_place(read, text, where, said):
    (problem,) = problems_of(read, text)
    assert problem.startswith(f"{where}: {said}") or (problem.startswith(f"{where}: ") and said in problem)


OPEN = (
    # a line that setup left open, without its #
    '[dates]\nformats = "?"', '[dates]\ntimezone = "?"', '[dates.columns]\n"Dt" = "?"',
    '[values.status]\n"x" = "?"', '[values.modality]\n"x" = "?"', '[values.region]\n"x" = "?"',
    '[values.primary_site]\n"x" = "?"', '[values.protocol]\n"x" = "?"', '[values.study_text]\n"x" = "?"',
    '[values.cpt]\n"x" = "?"', '[values.diagnosis]\n"x" = "?"', '[constants]\nstatus = "?"',
    '[ids]\nleading_zeros = "?"', '[codes]\nleave_out_reduced = "?"', '[codes]\nleave_out_stopped = "?"',
)  # fmt: skip


@pytest.mark.parametrize("text", OPEN, ids=[text.replace("\n", " ") for text in OPEN])
def test_a_line_that_nobody_filled_in_is_refused(read, text):
    (problem,) = problems_of(read, text)
    assert "'?'" in problem or "true or false" in problem


TOGETHER = (
    # formats, why
    ('[dates]\nformats = ["%m/%d/%Y", "%d.%m.%Y"]', "other signs"),
    ('[dates]\nformats = ["%m/%d/%Y", "%d/%m/%y"]', "years of other lengths"),
    ('[dates]\nformats = ["%m/%d/%Y", "%m/%d/%Y"]', "the same format twice"),
    ('[dates]\nformats = "%m/%d/%Y"\n[dates.columns]\nDOB = "%d/%m/%Y"', "another column"),
    ('[dates]\nformats = "%m/%d/%Y"\n[patients.dates]\nformats = "%d/%m/%Y"', "another file"),
    ('[dates]\nformats = ["%d-%b-%Y", "%Y-%m-%d"]', "months in words"),
)


@pytest.mark.parametrize(("text", "why"), TOGETHER, ids=[why for _, why in TOGETHER])
def test_formats_that_no_date_confuses_may_stand_together(read, text, why):
    assert read(text).events.dates.formats, why


def test_all_that_is_wrong_is_said_at_once(read):
    text = """\
[file]
header_line = 0
[columns]
"MRN" = "mrn"
"DOB" = 3
[values.status]
Done = "performd"
[patients.columns]
"MRN" = "patientid"
[rowz]
"""
    places = [problem.partition(": ")[0] for problem in problems_of(read, text)]
    assert sorted(places) == ["[columns]", "[columns]", "[file]", "[patients.columns]", "[rowz]", "[values.status]"]


def test_what_is_wrong_with_a_shared_part_is_said_once(read):
    text = '[values.status]\nDone = "performd"\n[patients.columns]\n"MRN" = "patient_id"\n'
    assert [problem.partition(": ")[0] for problem in problems_of(read, text)] == ["[values.status]"]


@pytest.mark.parametrize("content", [b"[columns\n", b"\xff\xfe[", b"[columns]\nMRN = patient_id\n"])
def test_a_file_that_is_no_toml_is_refused(read, content):
    with pytest.raises(FileError, match=r"site\.toml is no TOML: .*; 'vigil setup' makes a profile$"):
        read(content)


def test_a_profile_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileError, match=r"cannot read .*gone\.toml: No such file or directory; check the name"):
        read_profile(tmp_path / "gone.toml", CURRENT)


def test_formats_of_the_patients_file_go_before_those_of_a_column_of_the_events_file(tmp_path):
    path = tmp_path / "site.toml"
    general = '[dates]\nformats = ["%Y-%m-%d"]\n[dates.columns]\n"Surgery" = ["%d/%m/%Y"]\n'
    path.write_text(f'{general}[patients.dates]\nformats = ["%m/%d/%Y"]\n', encoding="utf-8")
    profile = read_profile(path, CURRENT)
    assert (profile.events.date_columns, profile.patients.date_columns) == ({"Surgery": ("%d/%m/%Y",)}, {})
    path.write_text(f'{general}[patients.dates]\nnone = ["x"]\n', encoding="utf-8")
    assert read_profile(path, CURRENT).patients.date_columns == {"Surgery": ("%d/%m/%Y",)}
