"""The files that `vigil calendar` writes: which were asked for, and whether they can be."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import click

from spine_vigil.scheduler.calendars.entries import Entries
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.destinations import check_not_input, check_output, is_stream
from spine_vigil.scheduler.files.formulas import is_formula
from spine_vigil.scheduler.records.fields import PATIENT_ID


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files that a run writes, those that were asked for; of `folder` the files in it."""

    secret: Path
    state: Path | None
    calendar: Path | None
    codes: Path | None
    todos: Path | None
    folder: Path | None

    def check(self, inputs: Sequence[Path]) -> None:
        """Raise FileError where a name is none of a file of its kind, or two of them are one file."""
        named = {
            "secret file": self.secret,
            "state": self.state,
            "calendar": self.calendar,
            "list of codes": self.codes,
            "list of to-dos": self.todos,
        }
        check_files(named, inputs)
        if any(str(path) == "-" for path in inputs):
            raise FileError("a calendar is not made from standard input; give the name of the events file instead of -")
        for path in (self.calendar, self.todos):
            if path is not None and path.suffix.lower() != ".ics" and not is_stream(path):
                raise FileError(f"{path} must be a file name that ends in .ics, by which calendars know it")
        check_codes(self.codes)
        if self.folder is not None and (not self.folder.parent.is_dir() or self.folder.is_file()):
            raise FileError(f"{self.folder} is no folder and cannot become one; make it first")
        if self.calendar is None and self.folder is None:
            raise click.UsageError("give -o OUT.ics for one calendar, or --per-patient DIR for one of each patient")

    @property
    def where(self) -> str:
        """Where the windows are written to, in words."""
        return " and ".join(str(path) for path in (self.calendar, self.folder) if path is not None)


def secret_home(*outputs: Path | None) -> Path:
    """Return the folder of the first output that lies in one: a new secret is kept there. Raises FileError."""
    named = [path for path in outputs if path is not None]
    files = [path for path in named if not is_stream(path)]
    if named and not files:
        raise FileError(f"there is no folder beside {named[0]} to keep the site secret in; give --secret-file")
    return files[0].parent if files else Path()


def check_files(named: Mapping[str, Path | None], inputs: Sequence[Path]) -> None:
    """Raise FileError where a file of a run cannot be what it is to be, or two of them are one.

    `named` are the files by what they are; one that is not asked for is None.
    """
    before: dict[str, Path] = {}
    for what, path in named.items():
        if path is not None:
            check_not_input(path, *inputs)
            if what != "secret file" or not (path.is_file() or is_stream(path)):  # one that is there is only read
                check_output(path)
            check_apart(path, what, before)
            before[what] = path
    state = named["state"]
    if state is not None and state.is_symlink():
        raise FileError(f"{state} is a link; give the file that it leads to, so that all runs keep to one")
    if state is not None and is_stream(state):
        raise FileError(f"{state} is a pipe or a device, which remembers nothing; give the state a file")


def check_codes(path: Path | None) -> None:
    """Raise FileError where the list of codes has the name of another kind of file."""
    if path is not None and path.suffix.lower() != ".csv" and not is_stream(path):
        raise FileError(f"{path} must be a file name that ends in .csv, which is what --codes writes")


def check_apart(path: Path, what: str, others: Mapping[str, Path]) -> None:
    """Raise FileError where an output is another file of this run too, by its name or by a link."""
    for other, its_path in others.items():
        if path.resolve() == its_path.resolve() or (path.exists() and its_path.exists() and path.samefile(its_path)):
            raise FileError(f"{path} is the {other}; give the {what} another name")


def codes_list(found: Entries, shown: Iterable[str]) -> bytes:
    """Return which pseudonym is which patient, of those that are `shown`, as a CSV that no spreadsheet runs."""
    wanted = set(shown)
    text = StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(("code", PATIENT_ID))
    lines.writerows(
        (code, f"'{name}" if is_formula(name) else name)
        for code, name in sorted((*found.codes, *found.idle))
        if code in wanted
    )
    return text.getvalue().encode("utf-8")
