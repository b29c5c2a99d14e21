"""The names that no fact can have: those of the columns that are read as something else, or added."""

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.audit.other_readings import CONTESTED
from spine_vigil.scheduler.cohort.due.wording import DUE_COLUMNS
from spine_vigil.scheduler.cohort.impact.decisions import AFTER, BEFORE, CHANGED_BY, IMPACT_COLUMNS
from spine_vigil.scheduler.editions.toml_files.edition_file import edition_of
from spine_vigil.scheduler.editions.toml_files.starting_file import starting_edition
from spine_vigil.scheduler.editions.vocabulary import DATE, EVENT, NUMBER, Fact
from spine_vigil.scheduler.errors import FileError, RuleError
from spine_vigil.scheduler.records.fields import LEFT_OUT, PATIENT_ID, STUDY_TEXT, event_columns
from spine_vigil.scheduler.rules.column_names import RESERVED, RESERVED_START
from spine_vigil.scheduler.rules.facts import FactKind, IndexKind


def names_of(what):
    return {name for name, reserved in RESERVED.items() if reserved.startswith(what)}


def test_the_columns_of_an_events_file_that_are_no_facts_are_reserved():
    columns = {PATIENT_ID, *event_columns(CURRENT)} - {fact.name for fact in CURRENT.facts}
    assert names_of("is a column of every events file") == columns
    assert {kind.column for kind in IndexKind} < columns


def test_the_columns_that_are_added_are_reserved():
    sides = {f"{side}{name}" for side in (BEFORE, AFTER) for name in RESULT_COLUMNS}
    added = {*RESULT_COLUMNS, CONTESTED, *DUE_COLUMNS, CHANGED_BY, *sides}
    assert added.issuperset(IMPACT_COLUMNS)
    assert names_of("is a column of the results") == added - names_of("is a column of every events file")


def test_the_fields_of_a_profile_are_reserved():
    assert STUDY_TEXT in RESERVED
    assert [start for start in LEFT_OUT if start.isidentifier()] == [RESERVED_START]


@pytest.mark.parametrize("name", sorted({*RESERVED, "modifier", "modifier_of_care"}))
def test_no_fact_can_have_a_reserved_name(name):
    with pytest.raises(RuleError, match=f"fact name '{name}' .*; give the fact another name"):
        Fact(name, EVENT, "there is one", ("L 1",))


def test_a_reserved_name_is_refused_at_the_line_of_its_fact():
    text = starting_edition()
    line = text.splitlines().index("[fact.high_grade]") + 1
    for name, what in (("surgery_date", "is a column of every events file"), ("opens", "is a column of the results")):
        with pytest.raises(FileError) as caught:
            edition_of(text.replace("high_grade", name), "local.toml")
        said = f"- line {line}, fact.{name}: fact name '{name}' {what}; give the fact another name"
        assert str(caught.value).splitlines()[1] == said


@pytest.mark.parametrize(
    ("name", "kind", "unit"), [("birth_date", NUMBER, "years"), ("symptoms_new_or_progressing", DATE, "")]
)
def test_a_fact_that_the_program_reads_itself_has_to_be_of_its_kind(name, kind, unit):
    with pytest.raises(RuleError, match=f"'{name}' is a {kind.value}, and the program reads it as a (date|boolean)"):
        Fact(name, EVENT, "it is", ("L 1",), kind=kind, unit=unit)
    assert CURRENT.fact(name).kind is {"birth_date": FactKind.DATE}.get(name, FactKind.BOOLEAN)
