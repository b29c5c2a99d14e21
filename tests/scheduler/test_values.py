"""Frozen values: how they are built, compared, copied and replaced, and that none can be changed."""

import copy
import pickle
from functools import cached_property

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
    ("make", "says", "why"),
    [
        (Span, "Missing required argument 'low'", "a field that is needed"),
        (lambda: Span(high=2), "Missing required argument 'low'", "a field that is needed, with another by name"),
        (lambda: Span(1, 2, 3), "Extra positional arguments", "one value too many"),
        (lambda: Span(1, low=1), "'low' given by name and position", "a field that is given twice"),
        (lambda: Span(1, 2, low=1), "'low' given by name and position", "a field given twice, with all by place"),
        (lambda: Span(1, hihg=2), "Unexpected keyword argument 'hihg'", "a field that there is not"),
        (lambda: Apart("a"), "Extra positional arguments", "a value by place where names are asked for"),
        (Apart, "Missing required argument 'name'", "no name where one is needed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_value_is_not_made_of_other_fields_than_its_own(make, says, why):
    with pytest.raises(TypeError, match=says):
        make()
    assert why


def test_a_value_that_makes_no_sense_is_not_made():
    with pytest.raises(ValueError, match="10 is above 9"):
        Span(10)
    with pytest.raises(ValueError, match="8 is above 7"):
        replace(Span(8), high=7)
    with pytest.raises(ValueError, match="10 is above 9"):
        NamedSpan(10)


def test_a_value_that_makes_no_sense_is_not_unpickled():
    sent = pickle.dumps(Span(1, 2))
    assert sent.count(b"K\x01K\x02") == 1  # the two fields as small numbers
    with pytest.raises(ValueError, match="3 is above 2"):
        pickle.loads(sent.replace(b"K\x01K\x02", b"K\x03K\x02"))  # noqa: S301 - made two lines above


def test_a_value_cannot_be_changed():
    span = Span(1)
    with pytest.raises(AttributeError, match="immutable type: 'Span'"):
        span.low = 2
    with pytest.raises(AttributeError, match="immutable type: 'Span'"):
        del span.low
    with pytest.raises(AttributeError, match="immutable type: 'Span'"):
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


def test_what_is_derived_once_takes_no_part_in_comparison():
    class Table(Frozen, dict=True):
        names: tuple[str, ...]

        @cached_property
        def places(self):
            return {name: place for place, name in enumerate(self.names)}

    table = Table(("a", "b"))
    assert table.places is table.places
    assert table == Table(("a", "b"))
    assert hash(table) == hash(Table(("a", "b")))


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

    patient = Patient()
    assert pickle.loads(pickle.dumps(patient)) == patient  # noqa: S301 - made one line above
    assert copy.deepcopy(patient) == patient


def test_values_do_not_share_the_mappings_that_are_their_defaults():
    from spine_vigil.scheduler.records.patients import Patient

    assert Patient().facts == {}
    assert Patient().facts is not Patient().facts
