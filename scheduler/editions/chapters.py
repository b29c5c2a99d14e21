"""Parts of an edition that are read when they are first asked for: one decision needs few of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, TypeVar, overload

if TYPE_CHECKING:
    from spine_vigil.scheduler.rules.schedules import Protocol

_T = TypeVar("_T")


class Deferred(Sequence[_T]):
    """A sequence that is read when it is first asked for.

    What it holds was never looked at when the edition was put together, so it is checked where all of it is read:
    by `vigil protocols validate` and the tests.
    """

    def read(self) -> tuple[_T, ...]:
        """Return all that it holds."""
        raise NotImplementedError

    @overload
    def __getitem__(self, place: int) -> _T: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[_T, ...]: ...
    def __getitem__(self, place: int | slice) -> _T | tuple[_T, ...]:
        return self.read()[place]

    def __len__(self) -> int:
        return len(self.read())

    def __iter__(self) -> Iterator[_T]:
        return iter(self.read())


class Constant(Deferred[_T]):
    """The tuple that stands in a module under a name."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    @cached_property
    def _held(self) -> tuple[_T, ...]:
        return tuple(getattr(import_module(self._module), self._name))

    def read(self) -> tuple[_T, ...]:
        """Return all that it holds. Raises ImportError or AttributeError where there is no such constant."""
        return self._held


class Chapters(Deferred["Protocol"]):
    """The protocols of an edition by chapter, in their order; those whose ids begin with `bone` stand under `bone`."""

    def __init__(self, **chapters: Sequence[Protocol]) -> None:
        self._chapters = chapters
        self._by_id: dict[str, dict[str, Protocol]] = {}

    @cached_property
    def _held(self) -> tuple[Protocol, ...]:
        return tuple(chain.from_iterable(self._chapters.values()))

    def read(self) -> tuple[Protocol, ...]:
        """Return the protocols of every chapter."""
        return self._held

    def get(self, id_: str) -> Protocol | None:
        """Return the protocol of this id, reading its chapter alone where it stands there; None where there is none."""
        name = id_.partition(".")[0]
        name = name if name in self._chapters else ""  # all other names, of which a file can hold any number, are one
        if name not in self._by_id:
            self._by_id[name] = {p.id: p for p in self._chapters.get(name, self)}
        return self._by_id[name].get(id_)
