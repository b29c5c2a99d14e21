"""Whether a file of events can be used for what is due: whether any row can be read, and any study was performed."""

from __future__ import annotations

from spine_vigil.scheduler.errors import FileError


def check_readable(name: str, rows: int, bad: int) -> None:
    """Raise FileError where no row of a file could be read."""
    if rows and bad == rows:
        raise FileError(
            f"no row of {name} could be read; 'vigil audit' says why, row by row, and 'vigil setup' makes a profile of"
            " how the file is written"
        )


def check_performed(name: str, studies: int, performed: int, *, none_is_meant: bool) -> None:
    """Raise FileError where no study of a file is performed, unless that is meant: all would look overdue."""
    if studies and not performed and not none_is_meant:
        raise FileError(f"{none_performed(name)}; or say --none-performed where no study has been done yet")


def none_performed(name: str) -> str:
    """Return the message for a file without a performed study."""
    return (
        f"no row of {name} is 'performed', so no study counts as done, and every window would look overdue; name the"
        " column of the status (--map \"Their Column=status\", or 'vigil setup'), or say --set status=performed for a"
        " file of performed studies alone"
    )
