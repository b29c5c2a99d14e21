"""Frozen, slotted value classes that are made quickly: what a single decision is put together from.

They are what `@dataclass(frozen=True, slots=True)` makes, with the same look: fields as annotations, defaults, equality
and hash by class and fields, patterns by position. A dataclass writes the source of its methods and compiles it, for
every class whenever the program starts; these classes share theirs, which is what lets one date be decided fast.
Elsewhere, where a cohort is read first, plain dataclasses do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Self, TypeVar, dataclass_transform

_V = TypeVar("_V", bound="Frozen")


@dataclass_transform(frozen_default=True)
class _FrozenType(type):
    """Makes the annotations of a class body its fields, after those of its base."""

    __fields__: tuple[str, ...]
    __defaults__: Mapping[str, Any]
    __setters__: tuple[Callable[[Any, Any], None], ...]
    __contents__: Callable[[Any], Any]
    __by_place__: int

    def __new__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], *, kw_only: bool = False
    ) -> _FrozenType:
        own = tuple(namespace.get("__annotations__", ()))
        base = bases[0] if bases else None
        inherited, defaults = (base.__fields__, base.__defaults__) if isinstance(base, _FrozenType) else ((), {})
        found = {field: namespace.pop(field) for field in own if field in namespace}
        fields = (*inherited, *own)
        namespace["__slots__"] = (*own, *namespace.get("__slots__", ()))
        namespace["__match_args__"] = () if kw_only else fields
        made = super().__new__(cls, name, bases, namespace)
        made.__fields__, made.__defaults__ = fields, {**defaults, **found} if found else defaults
        made.__setters__ = tuple(getattr(made, field).__set__ for field in fields)
        made.__contents__ = attrgetter(*fields) if fields else type
        made.__by_place__ = 0 if kw_only else len(fields)
        return made

    def __completed__(cls, given: tuple[Any, ...], named: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the value of every field in their order. Raises TypeError as a function does that is called wrong."""
        fields = cls.__fields__
        values = {**cls.__defaults__, **dict(zip(fields, given, strict=False)), **named}
        if len(given) > cls.__by_place__ or (given and not named.keys().isdisjoint(fields[: len(given)])):
            raise TypeError(f"{cls.__name__}: a field is given twice, or there are more values than fields")
        if len(values) > len(fields) or not all(map(values.__contains__, fields)):
            wrong = ", ".join(sorted(values.keys() ^ set(fields)))
            raise TypeError(f"{cls.__name__}: fields that are needed, or that there are not: {wrong}")
        return tuple(map(values.__getitem__, fields))


class Frozen(metaclass=_FrozenType):
    """A frozen value: its fields are the annotations of its class, in their order, those of its base first.

    `kw_only=True` beside the base has every field given by name. A class that can be built wrong says so in
    `__post_init__`. A default is shared by all, so it has to be a value itself.
    """

    def __init__(self, /, *given: Any, **named: Any) -> None:
        setters = type(self).__setters__
        if named or len(given) != type(self).__by_place__ or len(given) != len(setters):
            given = type(self).__completed__(given, named)
        for put, value in zip(setters, given, strict=True):
            put(self, value)
        self.__post_init__()

    def __post_init__(self) -> None:
        """Raise where the fields make no sense together."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} is frozen; make another with 'replace'")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} is frozen; make another with 'replace'")

    def __eq__(self, other: object) -> bool:
        kind = type(self)
        return kind.__contents__(self) == kind.__contents__(other) if type(other) is kind else NotImplemented

    def __hash__(self) -> int:
        return hash(type(self).__contents__(self))

    def __repr__(self) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{f}={getattr(self, f)!r}' for f in type(self).__fields__)})"

    def __replace__(self, /, **changes: Any) -> Self:
        return type(self)(**{**{field: getattr(self, field) for field in type(self).__fields__}, **changes})

    def __reduce__(self) -> tuple[Any, ...]:
        # A default is found where the value is made again; a mapping that cannot be changed could not be sent.
        defaults, fields = type(self).__defaults__, ((f, getattr(self, f)) for f in type(self).__fields__)
        return _made, (type(self), {f: value for f, value in fields if f not in defaults or value is not defaults[f]})


def _made(kind: type[_V], fields: Mapping[str, Any]) -> _V:
    return kind(**fields)


def replace(value: _V, /, **changes: Any) -> _V:
    """Return a value of the same class with some fields changed. Raises what its class raises where it makes none."""
    return value.__replace__(**changes)
