"""Three-valued facts, facts that hold from a day on, names of index dates, and the nearest known name."""

from datetime import date, timedelta

import pytest

from spine_vigil.scheduler.errors import UnknownName, ValueProblem
from spine_vigil.scheduler.rules.facts import Condition, IndexKind, TrueFrom, parse_boolean, parse_index_kind


@pytest.mark.parametrize("word", ["true", "TRUE", "Yes", "y", "T", "1", " yes "])
def test_a_yes_is_true(word):
    assert parse_boolean(word) is True


@pytest.mark.parametrize("word", ["false", "FALSE", "No", "n", "F", "0", " no "])
def test_a_no_is_false(word):
    assert parse_boolean(word) is False


@pytest.mark.parametrize("word", ["maybe", "2", "unknown", "-", "tru", "1.0"])
def test_anything_else_is_refused(word):
    with pytest.raises(ValueProblem) as told:
        parse_boolean(word)
    assert str(told.value).startswith(f"'{word}' is neither true nor false; write true, false, or nothing")


@pytest.mark.parametrize(
    ("negated", "value", "holds"),
    [
        (False, True, True),
        (False, False, False),
        (False, None, None),
        (True, True, False),
        (True, False, True),
        (True, None, None),
    ],
)
def test_a_condition_has_three_values(negated, value, holds):
    assert Condition("high_grade", negated).holds({"high_grade": value}) is holds


@pytest.mark.parametrize("before", [True, False, None])
def test_a_fact_can_be_true_from_a_day_on(before):
    day = date(2022, 1, 15)
    value = TrueFrom(day, before)
    assert [value.on(day + timedelta(days=n)) for n in (-1, 0, 1)] == [before, True, True]


def test_a_fact_that_no_one_documented_is_unknown():
    assert Condition("high_grade").holds({}) is None


@pytest.mark.parametrize("text", ["treatment_end", "treatment_end_date", " TREATMENT_END "])
def test_an_index_date_is_named_with_or_without_date(text):
    assert parse_index_kind(text) is IndexKind.TREATMENT_END


def test_an_unknown_index_date_is_told_with_the_nearest():
    with pytest.raises(UnknownName, match=r"^unknown index date 'surgry'; did you mean 'surgery'\?$"):
        parse_index_kind("surgry")
