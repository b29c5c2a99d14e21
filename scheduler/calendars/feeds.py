"""Which files a revision fills: one calendar, one for each patient, and one of to-dos."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from spine_vigil.scheduler.calendars.identity import CODE_LETTERS
from spine_vigil.scheduler.calendars.rendering import calendar, is_own
from spine_vigil.scheduler.calendars.revising import MOST_CANCELLED, Revised, TooManyCancelled
from spine_vigil.scheduler.calendars.state import Kind
from spine_vigil.scheduler.errors import FileError

_OF_PATIENT = re.compile(rf"[A-Z2-7]{{{CODE_LETTERS}}}\.ics")


def feed(revised: Iterable[Revised], method: str | None = None) -> bytes:
    """Return the calendar of all events."""
    return calendar((one.component for one in revised if one.kept.kind is not Kind.TODO), method)


def todo_list(revised: Iterable[Revised], method: str | None = None) -> bytes:
    """Return the calendar of all to-dos."""
    return calendar((one.component for one in revised if one.kept.kind is Kind.TODO), method)


def patient_feeds(revised: Iterable[Revised], folder: Path, method: str | None = None) -> dict[Path, bytes]:
    """Return a calendar for each patient who has events, in a file named by the pseudonym."""
    by_code: dict[str, list[bytes]] = {}
    for one in revised:
        if one.kept.kind is not Kind.TODO:
            by_code.setdefault(one.kept.code, []).append(one.component)
    return {folder / f"{code}.ics": calendar(by_code[code], method, code) for code in sorted(by_code)}


def is_of_patient(name: str) -> bool:
    """Tell whether a file name can be that of a patient's calendar."""
    return _OF_PATIENT.fullmatch(name) is not None


def left_over(folder: Path, feeds: Collection[Path] | Mapping[Path, bytes]) -> list[Path]:
    """Return the calendars of patients in a folder who have no event any more, not even a cancelled one.

    Only files that are named by a pseudonym and were written by this program are among them. Raises FileError.
    """
    try:
        found = sorted(path for path in folder.iterdir() if is_of_patient(path.name) and path not in feeds)
        return [path for path in found if path.is_file() and not path.is_symlink() and is_own(path.read_bytes())]
    except OSError as problem:
        raise FileError(f"cannot read the folder {folder}: {problem.strerror}; check its permissions") from None


def check_left_over(gone: Collection[Path], feeds: Collection[Path] | Mapping[Path, bytes]) -> None:
    """Raise TooManyCancelled where more than a fifth of the calendars in a folder would go."""
    there = len(gone) + sum(path.exists() for path in feeds)
    if len(gone) * MOST_CANCELLED > there:
        raise TooManyCancelled(
            f"the calendars of {len(gone)} of {there} patients would be removed, more than one in {MOST_CANCELLED};"
            " check that the input is whole, and give --force if that is meant"
        )
