"""Values of facts on every side of the bounds of a criterion, and the search for those that meet it."""

from datetime import date
from random import Random

import pytest
from support.random_criteria import FACTS, CriterionMaker, documented

from spine_vigil.scheduler.rules.criteria import (
    UNDER_PROTOCOL,
    Above,
    Not,
    Ongoing,
    Since,
    Tried,
    UnderProtocol,
    all_of,
    any_of,
    not_,
)
from spine_vigil.scheduler.rules.dates import months, weeks
from spine_vigil.scheduler.rules.possible_values import DAY, possible_values, values_that_meet


def test_a_value_stands_on_every_side_of_every_bound():
    criterion = all_of("pain", Above("angle", 30), Since("onset", months(3)))
    values = possible_values(criterion)
    assert list(values) == ["pain", "angle", "onset"]
    assert values["pain"] == [True, False]
    assert values["angle"] == [29, 30, 31]
    assert {date(2025, 3, 15), date(2025, 3, 16), date(2025, 3, 17)} <= {*values["onset"]}


@pytest.mark.parametrize(
    ("criterion", "why"),
    [
        (all_of("pain", Above("angle", 30)), "facts of two kinds"),
        (all_of(Tried("start", "end", weeks(6), months(6)), not_(Ongoing("start", "end"))), "a course that is over"),
        (all_of(Ongoing("start", "end"), Since("end", weeks(0))), "a course that ends on the day"),
        (any_of(Since("end", weeks(1)), Tried("start", "end", weeks(6), months(6))), "an end without a start"),
        (all_of(UnderProtocol(), "pain"), "a patient under a protocol"),
    ],
)
def test_what_is_found_meets_the_criterion(criterion, why):
    found = values_that_meet(criterion)
    assert found is not None, why
    assert criterion.holds(found, DAY) is True


def test_what_is_not_needed_is_left_out():
    assert values_that_meet(any_of("pain", "fever")) == {"pain": True, UNDER_PROTOCOL: False}


def test_nothing_is_found_where_nothing_can_be():
    assert values_that_meet(all_of("pain", Not(any_of("fever", "pain")))) is None


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_found_only_where_random_values_meet_nothing_either(seed):
    random = Random(seed)  # noqa: S311 - test input
    for _ in range(15):
        criterion = CriterionMaker(random, FACTS).criterion()
        found = values_that_meet(criterion)
        if found is not None:
            assert criterion.holds(found, DAY) is True
        else:
            assert not any(criterion.holds(documented(random, DAY), DAY) for _ in range(200)), criterion
