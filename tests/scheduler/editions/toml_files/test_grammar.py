"""The words of rules in an edition file: what is written reads back as the same value, and what is wrong is named."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.made_up_editions import random_edition

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.toml_files.grammar import (
    PHASES,
    index_text,
    pattern_text,
    phase_text,
    read_condition,
    read_duration,
    read_index,
    read_pattern,
    read_phase,
    read_span,
)
from spine_vigil.scheduler.editions.vocabulary import CT, MRI, PET_CT, Condition, Joined, once, study
from spine_vigil.scheduler.errors import RuleError, ValueProblem
from spine_vigil.scheduler.rules.dates import days, months, weeks, years
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.schedules import LATE
from spine_vigil.scheduler.rules.studies import Place


def parts_of(edition):
    """Return the values of an edition that the grammar writes, each with its writer and its reader."""
    for _, schedule in edition.schedules():
        for plan in (schedule.plan, *(other.plan for other in schedule.others)):
            yield from ((phase, phase_text, read_phase) for phase in plan.phases)
        yield schedule.study, pattern_text, read_pattern
        yield from ((choice, index_text, read_index) for choice in schedule.index)
        if schedule.when is not None:
            yield schedule.when, str, read_condition


def changed(edition):
    """Return what does not read back as it was, with its text."""
    return [(value, write(value)) for value, write, read in parts_of(edition) if read(write(value)) != value]


def test_every_part_of_the_edition_reads_back_as_it_was():
    assert len(list(parts_of(CURRENT))) > 400
    assert changed(CURRENT) == []


@given(st.integers(0, 2**32))
def test_every_part_of_a_made_up_edition_reads_back_as_it_was(seed):
    assert changed(random_edition(Random(seed))) == []  # noqa: S311 - not for secrets


@pytest.mark.parametrize("text", PHASES)
def test_the_phases_that_messages_show_are_read_and_written_alike(text):
    assert phase_text(read_phase(text)) == text


@pytest.mark.parametrize(
    ("text", "phase"),
    [
        ("once 3 to 12 months", once(months(3), months(12), late=LATE)),
        ("once 3 to 10 days", once(days(3), days(10))),
        ("once 3 to 10 days, late by 7 weeks at most", once(days(3), days(10), late=weeks(7))),
        ("once -2 to 3 days if indicated", once(days(-2), days(3), if_="indicated")),
        ("once 12 weeks to 6 months, late by 2 years at most", once(weeks(12), months(6), late=years(2))),
    ],
)
def test_one_time_windows(text, phase):
    assert read_phase(text) == phase
    assert phase_text(phase) == text


def test_blanks_do_not_matter_but_the_unit_of_a_duration_does():
    assert read_phase("  every  3   months until 24 months ") != read_phase("every 3 months until 2 years")
    assert phase_text(read_phase("every 1 months  until 1 years")) == "every 1 month until 1 year"


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (read_span, "3 to 6 months", (months(3), months(6))),
        (read_span, "12 weeks to 6 months", (weeks(12), months(6))),
        (read_span, "-1 month to 0 days", (months(-1), days(0))),
        (read_span, "1 year", (years(1), years(1))),
        (read_pattern, "mri, ct or PET/CT of primary_site", study(CT, MRI, PET_CT, at=Place.PRIMARY_SITE)),
        (read_pattern, "any study of any", study(at=Place.ANYWHERE)),
        (read_pattern, "CT of abdomen and pelvis", study(CT, at=("abdomen", "pelvis"))),
        (read_pattern, "CT of chest, abdomen and pelvis", study(CT, at=("chest", "abdomen", "pelvis"))),
        (read_index, "radiation_end or surgery", Joined((IndexKind.RADIATION_END, IndexKind.SURGERY))),
        (read_index, "diagnosis", IndexKind.DIAGNOSIS),
        (read_condition, "not aggressive", Condition("aggressive", negated=True)),
        (read_condition, "aggressive", Condition("aggressive")),
    ],
)
def test_what_is_read(read, text, value):
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "words"),
    [
        (read_duration, "3", "a whole number and its unit"),
        (read_duration, "three months", "a whole number and its unit"),
        (read_duration, "\u0663 months", "a whole number and its unit"),
        (read_duration, "1.5 years", "a whole number and its unit"),
        (read_duration, "3 mnths", "did you mean 'months'?"),
        (read_span, "3-6 months", "write '3 to 6 months'"),
        (read_span, "3 to months", "write '3 to 6 months'"),
        (read_phase, "", "is no phase; write one like 'every 3 months until 2 years'"),
        (read_phase, "evry 3 months", "is no phase"),
        (read_phase, "every 3 months til 2 years", "is no duration"),
        (read_phase, "every 3 months until 2", "is no duration"),
        (read_phase, "every 3 months for 2 years", "write 'until' in place of 'for'"),
        (read_phase, "once 3 to 6 months until 2 years", "leave 'until' out"),
        (read_phase, "as Symptoms", "is no name of a fact"),
        (read_phase, "every 3 months if", "is no duration"),
        (read_phase, "every 3 months if new symptoms", "is no name of a fact"),
        (read_phase, "unspecified if indicated", "is no phase"),
        (read_pattern, "MRI", "is no study; write what of which region"),
        (read_pattern, "MRT of chest", "unknown modality 'MRT'"),
        (read_pattern, "MRI of chst", "did you mean 'chest'?"),
        (read_pattern, "another study of chest", "unknown modality"),
        (read_index, "surgery_date", "did you mean 'surgery'?"),
        (read_index, "surgery or surgery", "two different ones"),
        (read_condition, "", "is no condition"),
        (read_condition, "no aggressive", "is no condition"),
        (read_condition, "not not aggressive", "is no condition"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_way_out(read, text, words):
    with pytest.raises((RuleError, ValueProblem)) as caught:
        read(text)
    assert words in str(caught.value)
