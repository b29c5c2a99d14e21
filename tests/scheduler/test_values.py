"""Frozen values: what they share with frozen dataclasses, and how they differ from what can be changed."""

import copy
import pickle

import pytest

from spine_vigil.scheduler.values import Frozen, replace


class Span(Frozen):
    low: int
    high: int = 9

    def __post_init__(self):
        if self.low > self.high:
            raise ValueError(f"{self.low} is above {self.high}")


class NamedSpan(Span):
    name: str = ""


class Apart(Frozen, kw_only=True):
    name: str
    most: int | None = None


class Other(Frozen):
    low: int
    high: int = 9


def test_fields_are_given_by_place_by_name_or_by_default():
    assert [(s.low, s.high) for s in (Span(1, 2), Span(1, high=2), Span(high=2, low=1), Span(1))] == [
        (1, 2),
        (1, 2),
        (1, 2),
        (1, 9),
    ]


def test_the_fields_of_a_base_come_first():
    found = NamedSpan(1, 2, "a")
    assert (found.low, found.high, found.name) == (1, 2, "a")
    assert NamedSpan(1) == NamedSpan(1, 9, "")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (Span, "a field that is needed"),
        (lambda: Span(high=2), "a field that is needed, with another by name"),
        (lambda: Span(1, 2, 3), "one value too many"),
        (lambda: Span(1, low=1), "a field that is given twice"),
        (lambda: Span(1, 2, low=1), "a field that is given twice, with all by place"),
        (lambda: Span(1, hihg=2), "a field that there is not"),
        (lambda: Apart("a"), "a value by place where names are asked for"),
        (Apart, "no name where one is needed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_value_is_not_made_of_other_fields_than_its_own(make, why):
    with pytest.raises(TypeError, match=r"^(Span|Apart)[: ]"):
        make()
    assert why


def test_a_value_that_makes_no_sense_is_not_made():
    with pytest.raises(ValueError, match="10 is above 9"):
        Span(10)
    with pytest.raises(ValueError, match="8 is above 7"):
        replace(Span(8), high=7)
    with pytest.raises(ValueError, match="10 is above 9"):
        NamedSpan(10)


def test_a_value_cannot_be_changed():
    span = Span(1)
    with pytest.raises(AttributeError, match="a Span is frozen"):
        span.low = 2
    with pytest.raises(AttributeError, match="a Span is frozen"):
        del span.low
    with pytest.raises(AttributeError, match="a Span is frozen"):
        span.hihg = 2
    assert (span.low, span.high) == (1, 9)
    assert not hasattr(span, "__dict__")


def test_values_are_equal_by_class_and_fields():
    assert Span(1) == Span(1, 9)
    assert Span(1) != Span(2)
    assert Span(1) != Other(1)
    assert Span(1) != NamedSpan(1)
    assert Span(1) != (1, 9)
    assert len({Span(1), Span(1, 9), Span(2)}) == 2


def test_a_value_says_its_fields():
    assert repr(NamedSpan(1, name="a")) == "NamedSpan(low=1, high=9, name='a')"
    assert repr(Apart(name="a")) == "Apart(name='a', most=None)"


def test_a_value_is_taken_apart_by_place():
    match NamedSpan(1, 2, "a"):
        case NamedSpan(low, high, name):
            assert (low, high, name) == (1, 2, "a")


def test_another_value_differs_in_what_is_replaced_alone():
    assert replace(NamedSpan(1, 2, "a"), name="b") == NamedSpan(1, 2, "b")
    assert replace(Apart(name="a", most=5), name="b") == Apart(name="b", most=5)
    with pytest.raises(TypeError, match="nme"):
        replace(Apart(name="a"), nme="b")


@pytest.mark.parametrize("value", [Span(1, 2), Apart(name="a", most=5)], ids=["by place", "by name"])
def test_a_copy_is_an_equal_value(value):
    assert copy.deepcopy(value) == value
    assert copy.copy(value) == value


def test_a_value_outlives_its_process():
    from spine_vigil.scheduler.rules.dates import months
    from spine_vigil.scheduler.rules.schedules import every

    assert pickle.loads(pickle.dumps(every(months(3)))) == every(months(3))  # noqa: S301 - made one line above


def test_a_value_of_defaults_outlives_its_process():
    from spine_vigil.scheduler.records.patients import Patient

    patient = Patient(None)
    assert pickle.loads(pickle.dumps(patient)) == patient  # noqa: S301 - made one line above
    assert copy.deepcopy(patient) == patient
