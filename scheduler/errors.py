"""What can go wrong for a user, each with an exit code and a way out."""

from __future__ import annotations

from collections.abc import Iterable


class VigilError(Exception):
    """A problem that the user can mend: printed as one message, without a traceback.

    The message says what was wrong, where, and what to do next.
    """

    exit_code = 2


class RuleError(VigilError, ValueError):
    """A rule that makes no sense (overlapping phases, MIN above MAX, no citation, an unknown fact)."""


class FileError(VigilError):
    """A file that cannot be read or written as asked."""


class ValueProblem(VigilError, ValueError):
    """A single value (a date, a region, a boolean...) that cannot be read."""


_FEW = 20
"""Up to how many known names a message lists."""


class UnknownName(ValueProblem):
    """A name that is not in the list it should come from; the nearest known one is part of the message."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = list(known)
        close = nearest(name, names)
        hint = f"; did you mean '{close}'?" if close else ""
        if not close and len(names) <= _FEW:
            hint = f"; known are {', '.join(names)}"
        super().__init__(f"unknown {kind} '{name}'{hint}")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like `name`, or None where none is close."""
    from difflib import get_close_matches  # loaded only where something is misspelt

    by_key = {k.lower(): k for k in known}
    found = get_close_matches(name.strip().lower(), by_key, n=1, cutoff=0.6)
    return by_key[found[0]] if found else None


CHANGED = "the events file was changed while it was read; run the command again"


def cannot_read(name: str, problem: OSError) -> str:
    """Return what to say where the operating system refuses to read a file."""
    said = problem.strerror or str(problem)
    return f"cannot read {name}: {said}; check it, and the free space for passing files (TMPDIR says where)"
