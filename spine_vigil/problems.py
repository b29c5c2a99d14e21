"""All problems of a request at once, each with the argument that has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.values import Frozen


class ArgumentProblem(Frozen):
    """A problem with one value: the argument by its key in Labels, and which of its values it is, from 0."""

    argument: str
    number: int
    message: str


class RequestProblems(ValueProblem):
    """Several values of a request that cannot be read; the message has a line for each."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__("\n".join(messages))
        self._messages = tuple(messages)

    @property
    def messages(self) -> tuple[str, ...]:
        """One message for each value."""
        return self._messages


class Problems:
    """What is found while the arguments of a request are read; reading goes on behind a problem."""

    def __init__(self) -> None:
        self.found: list[ArgumentProblem] = []

    @contextmanager
    def of(self, argument: str, number: int = 0) -> Iterator[None]:
        """Keep a problem with a value of an argument instead of raising it."""
        try:
            yield
        except ValueProblem as problem:
            self.found += [ArgumentProblem(argument, number, message) for message in problem.messages]


def raise_all(found: Iterable[ArgumentProblem]) -> None:
    """Raise what was found as one ValueProblem, in its order; do nothing where nothing was."""
    messages = list(dict.fromkeys(problem.message for problem in found))
    if len(messages) == 1:
        raise ValueProblem(messages[0])
    if messages:
        raise RequestProblems(messages)
