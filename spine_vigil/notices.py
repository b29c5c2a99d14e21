"""What a run tells besides its result: notices and progress, as values that a caller prints, logs or ignores."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Protocol

from spine_vigil.scheduler.values import Frozen


class NoticeKind(Enum):
    """What a notice is about."""

    COLUMN = "column"
    """A column of an events file is not read, but may hold a field."""
    PATIENTS_FILE = "patients_file"
    """Something in a patients file cannot be read or fills nothing, or how many of its patients have an event."""
    EARLIER_STUDY = "earlier_study"
    """An earlier study does not count."""
    UNREADABLE_ROWS = "unreadable_rows"
    """Rows that cannot be read are left out."""
    LIMIT = "limit"
    """A result holds less than there is."""
    NEW_SECRET = "new_secret"  # noqa: S105 - a kind of notice
    """A site secret is new and has to be kept."""
    PRIVACY = "privacy"
    """A file or a calendar tells more, or to more people, than it has to."""


class Notice(Frozen):
    """One thing that the user should know: a sentence that says what, where, and what to do."""

    kind: NoticeKind
    message: str

    def __str__(self) -> str:
        return self.message


class Listener(Protocol):
    """Hears what a run tells while it works."""

    def notice(self, notice: Notice) -> None:
        """Take a notice."""

    def step(self, text: str) -> None:
        """Take what is being done now."""

    def show(self, text: str, rows: int, fraction: float) -> None:
        """Take what is being done, with the rows done so far and the fraction of the whole (0 to 1)."""

    def done(self) -> None:
        """Take that what was shown is over."""


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


def tell(listener: Listener, notices: Iterable[Notice]) -> None:
    """Give notices to a listener, in their order."""
    for notice in notices:
        listener.notice(notice)
