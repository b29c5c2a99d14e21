"""Errors that a user can correct, each with an exit code and a message that says how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from spine_vigil.scheduler.exit_codes import ExitCode


class VigilError(Exception):
    """An error that the user can correct: printed as one message, without a traceback.

    The message says what was wrong, where, and what to do next.
    """

    exit_code: int = ExitCode.WRONG_USE

    @property
    def messages(self) -> tuple[str, ...]:
        """The messages to print: one, but for an error that stands for several."""
        return (str(self),)


class VigilWarning(UserWarning):
    """Something that a Python caller should know of a result: a column that is not read, rows that do not count."""


class RuleError(VigilError, ValueError):
    """A rule that makes no sense (overlapping phases, MIN above MAX, no citation, an unknown fact)."""


class FileError(VigilError):
    """A file that cannot be read or written as asked."""


class ValueProblem(VigilError, ValueError):
    """A single value (a date, a region, a boolean...) that cannot be read."""


_FEW = 20
"""The most known names that a message lists in full."""


class UnknownName(ValueProblem):
    """A name that does not exist; the message suggests the names that may be meant, or lists all if they are few.

    `words` are titles and other names of the known names.
    """

    def __init__(
        self, kind: str, name: str, known: Iterable[str], words: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        super().__init__(f"unknown {kind} '{name}'{did_you_mean(name, known, words)}")


def did_you_mean(name: str, known: Iterable[str], words: Mapping[str, Sequence[str]] | None = None) -> str:
    """Return how a message about an unknown name ends: the names that may be meant, or all if they are few, or ''."""
    from spine_vigil.scheduler.suggestions import suggestions  # imported only when a name is unknown

    names = list(known)
    close = [f"'{meant}'" for meant in suggestions(name, names, words)]
    if close:
        return f"; did you mean {' or '.join([', '.join(close[:-1]), close[-1]] if close[1:] else close)}?"
    return f"; known are {', '.join(names)}" if 0 < len(names) <= _FEW else ""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that differs from `name` in spelling alone, or None."""
    from spine_vigil.scheduler import suggestions  # imported only when a name is misspelt

    return suggestions.nearest(name, known)


CHANGED = "the events file was changed while it was read; run the command again"


def cannot_read(name: str, problem: OSError) -> str:
    """Return the message for a file that the operating system refuses to read."""
    reason = problem.strerror or str(problem)
    return f"cannot read {name}: {reason}; check it, and the free space for temporary files (TMPDIR says where)"
