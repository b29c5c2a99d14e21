"""The form that a text file seems to have: encoding, separator, header line and footer, as lines of a profile."""

import pytest

from spine_vigil.scheduler.intake.proposals.forms import TextForm, form_proposals, text_form


def form_of(text, encoding="utf-8"):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return text_form(data, data[-4096:], data)
    return text_form(data, data[-4096:])


FORMS = (
    # text, encoding, the form, why
    ("MRN,Exam Date\n1,2\n", "utf-8", TextForm("utf-8", ",", 1, ()), "as usual"),
    ("MRN;Exam Date\n1;2,5\n", "utf-8", TextForm("utf-8", ";", 1, ()), "semicolons, and a decimal comma"),
    ("MRN\tExam Date\n1\t2\n", "utf-8", TextForm("utf-8", "\t", 1, ()), "tabs"),
    ("MRN|Exam Date\n1|2\n", "utf-8", TextForm("utf-8", "|", 1, ()), "pipes"),
    ('MRN,Note,Exam Date\n1,"a;b;c;d",2\n2,"e;f;g;h",3\n', "utf-8", TextForm("utf-8", ",", 1, ()), "quoted signs"),
    ("sep=|\nMRN|Exam Date\n1|x\n", "utf-8", TextForm("utf-8", "|", 2, ()), "a sep= line"),
    ("MRN;Größe;Exam Date\n1;\u201cä\u201d;3\n", "windows-1252", TextForm("windows-1252", ";", 1, ()), "Windows"),
    ("MRN;Größe;Exam Date\n1;ä;3\n", "latin-1", TextForm("windows-1252", ";", 1, ()), "Latin-1 is a part of it"),
    ("MRN;Имя;Exam Date\n" + "1;Иванов Пётр Сергеевич;3\n" * 9, "windows-1251",
     TextForm("cp1251", ";", 1, ()), "Cyrillic"),
    ("MRN,Exam Date,CPT,Note\n" + "1,2,3,Œuvre d\u2019art\n" * 2, "windows-1252", TextForm("windows-1252", ",", 1, ()),
     "letters that a Mac has elsewhere"),
    ("MRN;Note\n" + "1;Größe Über\n" * 20, "windows-1252", TextForm("windows-1252", ";", 1, ()), "umlauts, many"),
    ("MRN;Note\n" + "1;5 \u20ac\n" * 200, "windows-1252", TextForm("windows-1252", ";", 1, ()), "signs that DOS has"),
    ("MRN;Exam Date\n1;ä\n", "utf-16-le", TextForm("utf-16-le", ";", 1, ()), "UTF-16 without a mark"),
    ("MRN;Exam Date\n1;ä\n", "utf-16-be", TextForm("utf-16-be", ";", 1, ()), "UTF-16 the other way round"),
    ("MRN;Exam Date\n1;ä\n", "utf-16", TextForm("utf-16-le", ";", 1, ()), "a byte order mark"),
    ("MRN;Exam Date\n1;ä\n", "utf-8-sig", TextForm("utf-8", ";", 1, ()), "another one"),
    ("Report\n\nMRN\tExam Date\n1\t2\n", "utf-8", TextForm("utf-8", "\t", 3, ()), "a title"),
    ("MRN,Exam Date,CPT\n1,2,3\nTotal rows: 1,,\n", "utf-8", TextForm("utf-8", ",", 1, ("Total rows",)), "a footer"),
    (
        "MRN,Exam Date,CPT\n1,2,3\n\nPrinted on Monday\nPage 3\n", "utf-8",
        TextForm("utf-8", ",", 1, ("Printed", "Page")), "a footer of two lines, without what differs next time",
    ),
    ("MRN,Exam Date,CPT\nTotal,2,3\n", "utf-8", TextForm("utf-8", ",", 1, ()), "a row whose first cell is such a word"),
    ("MRN,Exam Date,CPT,Note\n1,2,3,4\nTotal rows: 1,,,\n", "utf-8", TextForm("utf-8", ",", 1, ("Total rows",)),
     "a footer with the separators of a row"),
    ("MRN,Exam Date,CPT\n1,2,3\nPrinted by Dr. Jane Doe 01/02/2026\nRecord Jane Doe\n", "utf-8",
     TextForm("utf-8", ",", 1, ("Printed", "Record")), "a footer that names somebody"),
    ("Exam Description,MRN,Exam Date\nTotal spine MRI W WO,1,2\nTotal: 8\n", "utf-8",
     TextForm("utf-8", ",", 1, ("Total:",)), "a footer whose word starts rows too"),
    ("Exam Description,MRN,Exam Date\nTotal spine MRI W WO,1,2\nTotal 8\n", "utf-8",
     TextForm("utf-8", ",", 1, ()), "a footer that starts exactly as rows do"),
    ("Patient,Exam Date,CPT\nCounty Jane,,\nRowan Jane,,\n", "utf-8",
     TextForm("utf-8", ",", 1, ()), "names that start like such a word"),
    ("Report of May,,\nMRN,Exam Date,CPT\n1,2,3\n", "utf-8", TextForm("utf-8", ",", 2, ()), "a title is no footer"),
    ('"MRN\nNo","Exam\r\nDate",CPT\n1,2,3\n', "utf-8", TextForm("utf-8", ",", 1, ()), "names of two lines"),
    ('Report\n"MRN";"Exam\n\nDate";"CPT"\n1;2;3;\n1;2;3;\nTotal: 1\n', "utf-8",
     TextForm("utf-8", ";", 2, ("Total",), trailing_separator=True), "names of two lines below a title"),
    ('Report of "x\nMRN,Exam Date,CPT\n1,2,3\n', "utf-8", TextForm("utf-8", ",", 2, ()), "a title with a quote"),
    ("foo,bar\n1,2\n", "utf-8", TextForm("utf-8", ",", 1, ()), "unknown names"),
    (
        "MRN,Exam Date\n1,2,\n3,4,\n", "utf-8", TextForm("utf-8", ",", 1, (), trailing_separator=True),
        "rows with a separator too many",
    ),
    (
        "MRN;Exam Date\n1;2;\n3;4;\n5;6\n", "utf-8", TextForm("utf-8", ";", 1, (), trailing_separator=True),
        "most rows with one",
    ),
    ("MRN,Exam Date\n1,2,\n3,4\n", "utf-8", TextForm("utf-8", ",", 1, ()), "half of the rows with one"),
    ("MRN,Exam Date\n1,2,x\n3,4,y\n", "utf-8", TextForm("utf-8", ",", 1, ()), "a cell too many that is not empty"),
    ("MRN,Exam Date\n1,2,,\n3,4,,\n", "utf-8", TextForm("utf-8", ",", 1, ()), "two separators too many"),
    ("MRN,Exam Date,\n1,2,\n3,4,\n", "utf-8", TextForm("utf-8", ",", 1, ()), "a column without a name"),
    ("MRN,Exam Date\n1,\n3,\n", "utf-8", TextForm("utf-8", ",", 1, ()), "an empty last column"),
    ("MRN,Exam Date\n", "utf-8", TextForm("utf-8", ",", 1, ()), "no rows"),
    ("", "utf-8", TextForm("utf-8", ",", 1, ()), "an empty file"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "encoding", "form", "why"), FORMS, ids=[why for *_, why in FORMS])
def test_the_form_of_a_file_is_seen(text, encoding, form, why):
    assert form_of(text, encoding) == form, why


def test_only_what_is_unusual_stands_in_a_profile():
    assert form_proposals(TextForm("utf-8", ",", 1, ()), "file") == []
    lines = form_proposals(TextForm("windows-1252", "\t", 4, ("Total rows",), True), "patients.file")
    assert [line.line() for line in lines] == [
        'encoding = "windows-1252"  # the bytes of the file are not UTF-8', 'separator = "tab"  # tab',
        "header_line = 4  # the column names stand there",
        "trailing_separator = true  # rows end with a separator too many",
        'footer = ["Total rows"]  # lines that start so are no rows',
    ]  # fmt: skip
    assert {line.part for line in lines} == {"patients.file"}
    assert not any(line.is_open for line in lines)


@pytest.mark.parametrize(
    ("form", "is_usual"),
    [
        (TextForm("utf-8", ",", 1, ()), True), (TextForm("utf-8", ",", 1, (), trailing_separator=True), False),
        (TextForm("utf-8", ";", 1, ()), False), (TextForm("utf-8", ",", 2, ()), False),
        (TextForm("utf-8", ",", 1, ("Total",)), False), (TextForm("utf-16-le", ",", 1, ()), False),
    ],
)  # fmt: skip
def test_a_form_is_usual_where_nothing_has_to_be_said(form, is_usual):
    assert form.is_usual is is_usual
