"""Whether a file of events can be used for what is due: whether any row can be read, and any study was performed."""

from __future__ import annotations

from collections.abc import Sequence

from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.intake.vocabulary.fields import fields_of


def check_readable(name: str, rows: int, bad: int) -> None:
    """Raise FileError where no row of a file could be read."""
    if rows and bad == rows:
        raise FileError(
            f"no row of {name} could be read; 'vigil audit' says why, row by row, and 'vigil setup' makes a profile of"
            " how the file is written"
        )


def check_performed(
    name: str, header: Sequence[str], status: str | None, counts: tuple[int, int], *, none_is_meant: bool
) -> None:
    """Raise FileError where no study of a file is performed, unless that is meant: all would look overdue.

    `header` are the columns of the file, `status` is the one of the status, `counts` are its studies and the performed
    ones of these.
    """
    if counts[0] and not counts[1] and not none_is_meant:
        raise FileError(none_performed(name, header, status))


def none_performed(name: str, header: Sequence[str], status: str | None) -> str:
    """Return the message for a file without a performed study, of which the due list would say too much."""
    start = f"no row of {name} is 'performed', so no study counts as done, and every window would look overdue"
    return (
        f"{start}; {_status_column(header, status)} Say --set status=performed for a file of performed studies alone,"
        " or --none-performed where no study has been done yet."
    )


def no_earlier_study(name: str, header: Sequence[str], status: str | None) -> str:
    """Return the warning of a file without a performed study, whose rows are decided all the same."""
    return f"no row of {name} is 'performed', so no study counts as an earlier one: {_status_column(header, status)}"


def _status_column(header: Sequence[str], status: str | None) -> str:
    """Return where to look for what became of studies; `status` is the column that is read."""
    if status is not None:
        return f"look at the words in the column '{status}'."
    likely = [column for column in header if "status" in fields_of(column)]
    if likely:
        return f"is '{likely[0]}' the column of the status? Map it, or make a profile with 'vigil setup'."
    return "no column says what became of a study. Map one as 'status', or make a profile with 'vigil setup'."
