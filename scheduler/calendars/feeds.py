"""Calendar files of a revision: one with all events, one for each patient, and one of to-dos."""

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
    """Return the calendar of each patient who has events, by the path of its file, named after the pseudonym."""
    by_pseudonym: dict[str, list[bytes]] = {}
    for one in revised:
        if one.kept.kind is not Kind.TODO:
            by_pseudonym.setdefault(one.kept.code, []).append(one.component)
    return {
        folder / f"{pseudonym}.ics": calendar(components, method, pseudonym)
        for pseudonym, components in sorted(by_pseudonym.items())
    }


def is_of_patient(name: str) -> bool:
    """Tell whether a file name has the form of a patient's calendar file."""
    return _OF_PATIENT.fullmatch(name) is not None


def left_over(folder: Path, feeds: Collection[Path] | Mapping[Path, bytes]) -> list[Path]:
    """Return the calendar files in a folder of patients who have no events left, not even a cancelled one.

    Only files that are named after a pseudonym and that this program wrote are returned. Raises FileError.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if is_of_patient(path.name) and path not in feeds)
        return [path for path in paths if path.is_file() and not path.is_symlink() and is_own(path.read_bytes())]
    except OSError as problem:
        raise FileError(f"cannot read the folder {folder}: {problem.strerror}; check its permissions") from None


def check_left_over(gone: Collection[Path], feeds: Collection[Path] | Mapping[Path, bytes]) -> None:
    """Raise TooManyCancelled if more than a fifth of the calendars in a folder would be removed."""
    there = len(gone) + sum(path.exists() for path in feeds)
    if len(gone) * MOST_CANCELLED > there:
        raise TooManyCancelled(
            f"the calendars of {len(gone)} of {there} patients would be removed, more than one in {MOST_CANCELLED};"
            " check that the input is whole, and give --force if that is meant"
        )
