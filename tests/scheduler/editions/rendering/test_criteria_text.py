"""Criteria as indented trees: every kind of condition in words."""

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.rendering.criteria_text import criterion_phrase, criterion_tree, implied_by
from spine_vigil.scheduler.rules.criteria import (
    Above,
    AgeAtMost,
    Below,
    Ongoing,
    Since,
    Tried,
    UnderProtocol,
    UpTo,
    all_of,
    any_of,
    not_,
)
from spine_vigil.scheduler.rules.dates import days, months, weeks

LEAVES = [
    # criterion, line, why
    (AgeAtMost(21), "age 21 or younger (birth_date)", "an age includes its year"),
    (Below("onset_age", 10), "onset_age below 10", "a bound that is itself outside"),
    (Above("loss", 2.5), "loss above 2.5", "a bound with a fraction"),
    (Since("onset_date", months(3)), "at least 3 months since onset_date", "the day itself counts"),
    (Since("onset_date", days(28), longer=True), "more than 28 days since onset_date", "the day itself does not"),
    (UpTo("surgery", days(90)), "within 90 days after surgery", "a time after a date"),
    (
        Tried("care_start", "care_end", least=weeks(6), recent=months(6)),
        "a course of at least 6 weeks, going on or ended within the last 6 months (care_start, care_end)",
        "a course that was long enough and is not long over",
    ),
    (UnderProtocol(), "a course of the patient under any protocol, begun or not", "a course of surveillance"),
    (Ongoing("care_start", "care_end"), "a course that is going on (care_start, care_end)", "a course of now"),
]


@pytest.mark.parametrize(("criterion", "line", "why"), LEAVES, ids=[why for *_, why in LEAVES])
def test_a_condition_is_one_line_in_words(criterion, line, why):
    assert criterion_tree(criterion) == [line], why
    assert criterion_tree(not_(criterion)) == [f"NOT {line}"], why


def test_parts_stand_below_their_whole_two_spaces_in():
    criterion = all_of("pain", any_of("fever", all_of("trauma", not_("obtunded"))), not_(any_of("a", "b")))
    assert criterion_tree(criterion) == [
        "ALL of",
        "  pain",
        "  ANY of",
        "    fever",
        "    ALL of",
        "      trauma",
        "      NOT obtunded",
        "  NOT",
        "    ANY of",
        "      a",
        "      b",
    ]


PHRASES = [
    (all_of("pain", any_of("fever", "trauma")), "pain and (fever or trauma)", "parts of parts in brackets"),
    (any_of(all_of("a", "b"), not_("c")), "(a and b) or not c", "a denied part needs none"),
    (not_(any_of("a", "b")), "not (a or b)", "all that is denied"),
    (all_of(AgeAtMost(21), "pain"), "age 21 or younger (birth_date) and pain", "a condition in words"),
]


@pytest.mark.parametrize(("criterion", "phrase", "why"), PHRASES, ids=[why for *_, why in PHRASES])
def test_a_criterion_can_be_one_phrase(criterion, phrase, why):
    assert criterion_phrase(criterion) == phrase, why


def test_what_implies_a_fact_is_said_in_words():
    assert [*implied_by(CURRENT, "scoliosis")] == ["scoliosis_atypical_curve or scoliosis_neuro_deficit"]
    assert [*implied_by(CURRENT, "fever")] == []


def test_the_trees_of_the_edition_name_every_fact_of_their_criterion():
    for rule in (*CURRENT.indications, *CURRENT.contraindications, *CURRENT.combinations):
        words = " ".join(criterion_tree(rule.criterion)).replace("(", " ").replace(")", " ").replace(",", " ").split()
        assert set(rule.criterion.facts()) <= set(words), rule.name
