"""Output files of a calendar run: their names, checks before the run, and their contents."""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from spine_vigil.scheduler.calendars.entries import Entries
from spine_vigil.scheduler.calendars.feeds import (
    feed,
    is_of_patient,
    todo_list,
)
from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.calendars.revising import Revision
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.atomic import sweep, sweep_beside
from spine_vigil.scheduler.files.destinations import check_not_input, check_output, is_stream
from spine_vigil.scheduler.files.formulas import is_formula
from spine_vigil.scheduler.records.fields import PATIENT_ID
from spine_vigil.sources import CohortFiles

SECRET_NAME = "vigil-calendar.secret"  # noqa: S105 - the name of the file, not what it holds


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files that a run writes, None for those that it does not; `folder` gets a file for each patient."""

    secret: Path
    state: Path | None = None
    calendar: Path | None = None
    codes: Path | None = None
    todos: Path | None = None
    folder: Path | None = None

    def check(self, inputs: CohortFiles) -> None:
        """Raise FileError if a name does not suit the kind of its file, or two names are the same file."""
        if inputs.is_stream:
            raise FileError("a calendar is not made from standard input; give the name of the events file instead of -")
        # If two names are the same file, the message asks the user to change one that he or she gave, not a default.
        secret_and_state = [("secret file", self.secret), ("state", self.state)]
        named = {
            **dict(secret_and_state if self.secret.name == SECRET_NAME else reversed(secret_and_state)),
            "calendar": self.calendar,
            "list of codes": self.codes,
            "list of to-dos": self.todos,
        }
        before: dict[str, Path] = {}
        for what, path in named.items():
            if path is not None:
                check_not_input(path, *inputs.paths)
                if what != "secret file" or not (path.is_file() or is_stream(path)):  # one that is there is only read
                    check_output(path)
                check_apart(path, what, before)
                before[what] = path
        if self.state is not None and self.state.is_symlink():
            raise FileError(f"{self.state} is a link; give the file that it leads to, so that all runs keep to one")
        if self.state is not None and is_stream(self.state):
            raise FileError(f"{self.state} is a pipe or a device, which remembers nothing; give the state a file")
        for path in (self.calendar, self.todos):
            if path is not None and path.suffix.lower() != ".ics" and not is_stream(path):
                raise FileError(f"{path} must be a file name that ends in .ics, by which calendars know it")
        if self.codes is not None and self.codes.suffix.lower() != ".csv" and not is_stream(self.codes):
            raise FileError(f"{self.codes} must be a file name that ends in .csv, which is what --codes writes")
        if self.folder is not None and (not self.folder.parent.is_dir() or self.folder.is_file()):
            raise FileError(f"{self.folder} is not a folder and cannot be made; make it first, or give another name")

    @property
    def where(self) -> str:
        """The names of the calendar file and folder, for messages."""
        return " and ".join(str(path) for path in (self.calendar, self.folder) if path is not None)


def secret_home(*outputs: Path | None) -> Path:
    """Return the folder of the first output that lies in one: a new secret is kept there. Raises FileError."""
    given = [path for path in outputs if path is not None]
    files = [path for path in given if not is_stream(path)]
    if given and not files:
        raise FileError(f"there is no folder beside {given[0]} to keep the site secret in; give --secret-file")
    return files[0].parent if files else Path()


def contents_of(outputs: Outputs, entries: Entries, revision: Revision, method: str | None) -> dict[Path, bytes]:
    """Return the contents of each file. The state comes first, since the next run can restore the others from it."""
    contents: dict[Path, bytes] = {}
    if outputs.state is not None:
        contents[outputs.state] = revision.state.to_bytes()
    if outputs.codes is not None:
        contents[outputs.codes] = codes_list(entries, (one.kept.code for one in revision.revised))
    if outputs.calendar is not None:
        contents[outputs.calendar] = feed(revision.revised, method)
    if outputs.todos is not None:
        contents[outputs.todos] = todo_list(revision.revised, method)
    return contents


def sweep_outputs(outputs: Outputs, contents: Iterable[Path]) -> None:
    """Remove temporary files of killed runs; only a run that holds the lock of the state knows that they are stale."""
    if outputs.state is not None:
        for path in (*contents, outputs.secret):
            sweep_beside(path)
        if outputs.folder is not None and outputs.folder.exists():
            sweep(outputs.folder, is_of_patient)


@contextlib.contextmanager
def new_secret(secret: SiteSecret, path: Path, *, is_new: bool) -> Iterator[None]:
    """Save a new secret before any output depends on it, and remove it if the outputs fail."""
    if is_new:
        secret.save_new(path)
    try:
        yield
    except BaseException:
        if is_new:
            with contextlib.suppress(OSError):  # the first error says more
                path.resolve().unlink()
        raise


@contextlib.contextmanager
def new_folder(folder: Path | None) -> Iterator[None]:
    """Make the folder of patients' calendars if it does not exist, and remove it again if the outputs fail.

    Raises FileError if it cannot be made; what fails afterwards passes unchanged.
    """
    if folder is None or folder.exists():
        yield
        return
    try:
        folder.mkdir(mode=0o700)
    except OSError as problem:
        raise FileError(f"cannot make the folder {folder}: {problem.strerror}") from None
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):  # the first error says more
            folder.rmdir()
        raise


def check_apart(path: Path, what: str, others: Mapping[str, Path]) -> None:
    """Raise FileError if an output is the same file as another one of this run, by its name or by a link."""
    for other, its_path in others.items():
        if path.resolve() == its_path.resolve() or (path.exists() and its_path.exists() and path.samefile(its_path)):
            raise FileError(f"{path} is the {other}; give the {what} another name")


def codes_list(entries: Entries, shown: Iterable[str]) -> bytes:
    """Return the `shown` pseudonyms with their patient ids, as a CSV in which no spreadsheet runs a formula."""
    wanted = set(shown)
    text = StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(("code", PATIENT_ID))
    lines.writerows(
        (pseudonym, f"'{patient_id}" if is_formula(patient_id) else patient_id)
        for pseudonym, patient_id in sorted((*entries.pseudonyms, *entries.idle))
        if pseudonym in wanted
    )
    return text.getvalue().encode("utf-8")
