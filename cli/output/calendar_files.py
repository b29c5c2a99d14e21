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
from spine_vigil.scheduler.files.atomic import check_output
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
        before: dict[str, Path] = {}
        for what, path in named.items():
            if path is not None:
                check_output(path, *inputs)
                check_apart(path, what, before)
                before[what] = path
        if self.state is not None and self.state.is_symlink():
            raise FileError(f"{self.state} is a link; give the file that it leads to, so that all runs keep to one")
        if any(str(path) == "-" for path in inputs):
            raise FileError("a calendar is not made from standard input; give the name of the events file instead of -")
        for path in (self.calendar, self.todos):
            if path is not None and path.suffix.lower() != ".ics":
                raise FileError(f"{path} must be a file name that ends in .ics, by which calendars know it")
        if self.codes is not None and self.codes.suffix.lower() != ".csv":
            raise FileError(f"{self.codes} must be a file name that ends in .csv, which is what --codes writes")
        if self.folder is not None and (not self.folder.parent.is_dir() or self.folder.is_file()):
            raise FileError(f"{self.folder} is no folder and cannot become one; make it first")
        if self.calendar is None and self.folder is None:
            raise click.UsageError("give -o OUT.ics for one calendar, or --per-patient DIR for one of each patient")

    @property
    def where(self) -> str:
        """Where the windows are written to, in words."""
        return " and ".join(str(path) for path in (self.calendar, self.folder) if path is not None)


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
