"""What a profile makes of the header of a file: fields, words for none by column, dates, rows that are left out."""

import pytest

from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.intake.column_map import ColumnMap
from spine_vigil.scheduler.intake.forms import CodeForms, DateForms
from spine_vigil.scheduler.intake.profile import FileProfile, Profile, with_options
from spine_vigil.scheduler.values import replace

HEADER = ["MRN", "Dx 1", "Dx 2", "Done", "Born", "Proc", "Type", "Exam"]
SITE = FileProfile(
    columns=ColumnMap(
        {"MRN": "patient_id", "Dx 1": "diagnosis", "Dx 2": "diagnosis", "Done": "date", "Born": "birth_date",
         "Proc": "cpt", "Exam": "study_text"}
    ),
    is_profiled=True,
)  # fmt: skip


def forms(profile, header=HEADER):
    return profile.cell_forms(header, profile.fields_of(header, "e.csv"), "e.csv")


def test_several_columns_may_hold_a_diagnosis_and_no_other_field():
    assert SITE.fields_of(HEADER, "e.csv") == [
        "patient_id", "diagnosis", "diagnosis.2", "date", "birth_date", "cpt", "Type", "study_text",
    ]  # fmt: skip
    twice = replace(SITE, columns=ColumnMap({"Dx 1": "cpt", "Dx 2": "cpt"}))
    with pytest.raises(FileError, match=r"e\.csv: the columns 'Dx 1' and 'Dx 2' are both to be read as 'cpt'; map one"):
        twice.fields_of(HEADER, "e.csv")


def test_every_column_of_diagnoses_gives_a_protocol():
    words = {"diagnosis": {"c40.2": "bone.osteosarcoma"}}
    found = forms(replace(SITE, values=words))
    assert found.copies["protocol@diagnosis"] == "diagnosis"
    assert found.copies["protocol@diagnosis.2"] == "diagnosis.2"
    assert found.values["protocol@diagnosis.2"] == words["diagnosis"]


def test_words_for_none_hold_for_every_column_but_the_id_and_for_one_by_its_name_or_field():
    profile = replace(SITE, null=frozenset({"n/a"}), null_columns={"Born": frozenset({"?"}), "cpt": frozenset({"0"})})
    found = forms(profile).null
    assert (found["date"], found["birth_date"], found["cpt"]) == ({"n/a"}, {"n/a", "?"}, {"n/a", "0"})
    assert "patient_id" not in found


def test_formats_of_a_column_go_before_those_of_the_file():
    general = DateForms(("%m/%d/%Y",), until=2036, none=frozenset({"00/00/0000"}))
    found = forms(replace(SITE, dates=general, date_columns={"Born": ("%m/%d/%y",)})).dates
    assert found["date"] == general
    assert found["birth_date"] == replace(general, formats=("%m/%d/%y",))


def test_rows_are_left_out_by_the_words_of_a_column_and_where_the_header_is_repeated():
    found = forms(replace(SITE, leave_out={"Type": frozenset({"consult"}), "Gone": frozenset({"x"})}))
    assert found.copies["left_out.0"] == "Type"
    assert found.left_out == {"left_out.header": {"done"}, "left_out.0": {"consult"}}
    assert found.copies["left_out.header"] == "date"
    assert forms(replace(SITE, leave_out={"cpt": frozenset({"x"})})).copies["left_out.0"] == "cpt"
    assert forms(replace(SITE, is_profiled=False)).left_out == {}


@pytest.mark.parametrize(
    ("codes", "copies"),
    [
        (CodeForms(modifiers=True), set()),
        (CodeForms(leave_out_reduced=True), {"modifier of cpt"}),
        (CodeForms(leave_out_stopped=True), {"modifier of cpt"}),
    ],
)
def test_modifiers_are_read_where_they_leave_rows_out(codes, copies):
    found = forms(replace(SITE, codes=codes)).copies
    assert {name for name in found if name.startswith("modifier")} == copies


def test_a_constant_for_a_field_that_has_a_column_is_refused():
    with pytest.raises(FileError) as refused:
        forms(replace(SITE, constants={"cpt": "72156"}))
    assert str(refused.value) == (
        "e.csv has the column 'Proc' for 'cpt', so it cannot have the constant '72156' as well; drop the constant, or"
        " leave the column unread"
    )


NAMED = (
    ({"date_columns": {"Dnoe": ("%d.%m.%Y",)}}, "[dates]"),
    ({"null_columns": {"Dnoe": frozenset({"?"})}}, "[null]"),
    ({"leave_out": {"Dnoe": frozenset({"x"})}}, "[rows] leave_out"),
)


@pytest.mark.parametrize(("part", "where"), NAMED)
def test_a_column_that_is_in_no_file_is_refused_wherever_a_profile_names_it(part, where):
    with pytest.raises(FileError) as refused:
        replace(SITE, **part).check_used({"e.csv": HEADER, "p.csv": ["Born"]})
    assert str(refused.value) == (
        f"e.csv or p.csv has no column 'Dnoe', which the profile names under {where}; correct the name, or remove it"
    )


def test_columns_that_are_in_either_file_or_are_named_by_their_field_are_found():
    parts = {"date_columns": {"Born": (), "date": ()}, "null_columns": {"Site": frozenset()}, "leave_out": {}}
    replace(SITE, **parts).check_used({"e.csv": HEADER, "p.csv": ["Site"]})


def test_options_go_before_the_profile():
    profile = replace(SITE, dates=DateForms(("%m/%d/%Y",), until=2036), date_columns={"Born": ("%m/%d/%y",)})
    found = with_options(profile, ColumnMap({"Other": "cpt"}), "%d.%m.%Y")
    assert found.columns.fields["Other"] == "cpt"
    assert "Proc" not in found.columns.fields
    assert (found.dates, found.date_columns) == (DateForms(("%d.%m.%Y",), until=2036), {})
    assert with_options(profile, ColumnMap(), None) == profile


def test_without_a_profile_a_file_is_as_vigil_writes_it():
    found = forms(Profile().events, ["patient_id", "date", "cpt", "diagnosis", "study_text"])
    assert (found.dates, found.null, found.left_out, found.constants) == ({}, {}, {}, {})
    assert "study_text" not in found.values, "a column of this name is carried through"


def test_no_word_for_nothing_is_a_status_unless_the_profile_says_so_of_its_column():
    header = [*HEADER, "State"]
    site = replace(SITE, columns=ColumnMap({**SITE.columns.fields, "State": "status"}), null=frozenset({"n/a"}))
    assert "status" not in forms(site, header).null
    assert forms(replace(site, null_columns={"State": frozenset({"-"})}), header).null["status"] == {"-"}


def test_a_constant_is_written_as_vigil_writes_it_whatever_the_format_of_the_file():
    found = forms(replace(SITE, dates=DateForms(("%m/%d/%Y",)), constants={"surgery_date": "2026-01-15"}))
    assert "surgery_date" not in found.dates
