"""Notices and progress of a run, as values that the caller prints, logs or ignores."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from enum import Enum
from typing import Protocol

from spine_vigil.scheduler.errors import VigilWarning
from spine_vigil.scheduler.values import Frozen


class NoticeKind(Enum):
    """The subject of a notice."""

    COLUMN = "column"
    """A column of an events file is not read, but may hold a field."""
    PATIENTS_FILE = "patients_file"
    """A column of a patients file fills nothing."""
    UNREADABLE_PATIENTS = "unreadable_patients"
    """Lines of a patients file cannot be read and fill nothing."""
    MATCHED_PATIENTS = "matched_patients"
    """How many patients of a patients file have an event."""
    EARLIER_STUDY = "earlier_study"
    """An earlier study does not count."""
    FUTURE_STUDY = "future_study"
    """A study that is said to be performed lies in the future."""
    UNREADABLE_ROWS = "unreadable_rows"
    """Rows that cannot be read are left out."""
    EARLIER_LIST = "earlier_list"
    """What an earlier due list cannot tell, or tells by other rules."""
    WORDS = "words"
    """A value in words, or a code, is read as a name of the edition."""
    LIMIT = "limit"
    """A result is limited to a part of the rows."""
    NEW_SECRET = "new_secret"  # noqa: S105 - a kind of notice
    """A new site secret was made and has to be kept."""
    PRIVACY = "privacy"
    """A file or a calendar reveals more, or to more people, than necessary."""
    WAITING = "waiting"
    """A calendar server asked to wait, and is waited for."""


class Notice(Frozen):
    """A message for the user that says what happened, where, and what to do."""

    kind: NoticeKind
    message: str

    def __str__(self) -> str:
        return self.message


class Listener(Protocol):
    """The receiver of a run's notices and progress."""

    def notice(self, notice: Notice) -> None:
        """Receive a notice."""

    def step(self, text: str) -> None:
        """Receive the description of the step that starts now."""

    def show(self, text: str, rows: int, fraction: float) -> None:
        """Receive the progress of a step: the rows done so far, and the fraction of the whole run (0 to 1)."""

    def done(self) -> None:
        """Receive the end of the step that `show` described."""


class Silent:
    """A listener that ignores everything."""

    def notice(self, notice: Notice) -> None:
        """Ignore a notice."""

    def step(self, text: str) -> None:
        """Ignore a step."""

    def show(self, text: str, rows: int, fraction: float) -> None:
        """Ignore progress."""

    def done(self) -> None:
        """Ignore the end of a step."""


class Warnings(Silent):
    """A listener for Python callers who name none: each notice is a VigilWarning, but for mere counts."""

    def notice(self, notice: Notice) -> None:
        """Warn of a notice."""
        if notice.kind is not NoticeKind.MATCHED_PATIENTS:
            warnings.warn(notice.message, VigilWarning, stacklevel=4)  # of who called the public function


def tell(listener: Listener, notices: Iterable[Notice]) -> None:
    """Pass notices to a listener, in order."""
    for notice in notices:
        listener.notice(notice)
