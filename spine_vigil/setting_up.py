"""Making an intake profile: what files seem to say, as lines of a profile that a person confirms."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from spine_vigil.notices import Listener
from spine_vigil.scheduler.cohort.events.events import EventsFile
from spine_vigil.scheduler.cohort.events.headers import Layout
from spine_vigil.scheduler.cohort.events.opening import files_of, open_events
from spine_vigil.scheduler.cohort.events.workbook import is_workbook, sheets_of
from spine_vigil.scheduler.cohort.survey.sampling import joined, sample_file
from spine_vigil.scheduler.cohort.survey.text_forms import check_kept, check_same_form, sheet_footer, text_form_of
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.atomic import write_file
from spine_vigil.scheduler.intake.columns import DIAGNOSIS
from spine_vigil.scheduler.intake.forms import plain
from spine_vigil.scheduler.intake.profile import FileForm, FileProfile, Profile
from spine_vigil.scheduler.intake.profile_file import read_profile
from spine_vigil.scheduler.intake.proposals.forms import footer_proposals, form_proposals
from spine_vigil.scheduler.intake.proposals.profile import proposals
from spine_vigil.scheduler.intake.proposals.proposal import Proposal, profile_text
from spine_vigil.scheduler.intake.proposals.samples import FileSample
from spine_vigil.scheduler.intake.proposals.words import candidates_of, is_certain, is_ours
from spine_vigil.scheduler.records.fields import PATIENT_ID
from spine_vigil.scheduler.values import replace

_ANY = Layout("a file", wanted=(), added=())

_EVENTS, _PATIENTS = "", "patients."


@dataclass(frozen=True, slots=True)
class Known:
    """A profile that somebody confirmed, with its text."""

    path: Path
    profile: Profile
    text: str

    @property
    def document(self) -> Mapping[str, Any]:
        """The profile as TOML."""
        return tomllib.loads(self.text)


@dataclass(frozen=True, slots=True)
class SetupFiles:
    """The files of which a profile is made: those of events, and that of patients."""

    events: Sequence[Path]
    patients: Path | None = None

    @property
    def paths(self) -> list[Path]:
        """All files."""
        return [*self.events, *([self.patients] if self.patients else [])]


def propose(
    files: SetupFiles, edition: Edition, today: date, listener: Listener, known: Known | None = None
) -> list[Proposal]:
    """Return the lines that a profile of some files could have; with a `known` profile, those that it lacks.

    Raises FileError if a file cannot be read.
    """
    check_kept(files.paths)
    lines, samples = [], []
    for prefix, paths in ((_EVENTS, files.events), (_PATIENTS, [files.patients] if files.patients else [])):
        if not paths:
            continue
        own = None if known is None else (known.profile.patients if prefix else known.profile.events)
        form_lines, sample = _sampled(paths, prefix, listener, own)
        lines += form_lines
        samples.append(sample)
    lines += proposals(
        samples[0], samples[1] if len(samples) > 1 else None, edition, today, known.profile if known else Profile()
    )
    listener.done()
    return lines if known is None else [line for line in lines if not _is_known(line, known)]


def _sampled(
    paths: Sequence[Path], prefix: str, listener: Listener, known: FileProfile | None
) -> tuple[list[Proposal], FileSample]:
    """Return the lines on the form of some files, and what was seen of their columns."""
    path = paths[0]
    if known is None:
        check_same_form(paths)
    found = text_form_of(files_of(path)[0])
    lines = _sheet_lines(path, prefix) if found is None else form_proposals(found, f"{prefix}file")
    form = _form_of(path) if known is None else known.form
    lines += footer_proposals(_form_of(path).footer, f"{prefix}file") if found is None else []
    parts = []
    for each in paths:
        with _opened(each, form) as file:
            parts.append(sample_file(file, partial(_show, listener, file.name), known.columns.fields if known else {}))
    return lines, parts[0] if len(parts) == 1 else joined(parts)


def _show(listener: Listener, name: str, rows: int) -> None:
    listener.show(f"reading {name}", rows, 0.5)


def _form_of(path: Path) -> FileForm:
    """Return the form that a file seems to have."""
    first = files_of(path)[0]
    found = text_form_of(first)
    if found is None:
        sheets, named = _sheets(first)
        form = FileForm(sheet=(named or sheets)[0]) if len(sheets) > 1 else FileForm()
        return replace(form, footer=sheet_footer(first, form))
    return FileForm(
        found.encoding, found.separator, found.header_line, found.footer, trailing_separator=found.trailing_separator
    )


def _sheets(path: Path) -> tuple[list[str], list[str]]:
    """Return the sheets of a file, and those that seem to hold rows; none where it is no workbook."""
    return sheets_of(path) if is_workbook(path) else ([], [])


def _sheet_lines(path: Path, prefix: str) -> list[Proposal]:
    """Return the line of a profile that says which sheet of a workbook is read, where there are several."""
    sheets, named = _sheets(files_of(path)[0])
    if len(sheets) < 2:  # noqa: PLR2004 - one sheet is the one
        return []
    choices = tuple(dict.fromkeys([*named, *sheets]))
    question = None if len(named) == 1 else f"{path.name} has several sheets. Which one holds the rows?"
    note = f"of {len(sheets)} sheets"
    return [Proposal(f"{prefix}file", "sheet", choices[0], note, question, choices, is_word=False)]


def _opened(path: Path, form: FileForm) -> EventsFile:
    return open_events(path, FileProfile(form=form, is_profiled=True), _ANY)


def _is_known(line: Proposal, known: Known) -> bool:
    """Return whether a profile says what a line proposes, or something else in its place."""
    own = known.profile.patients if line.part.startswith(_PATIENTS) else known.profile.events
    part = line.part.removeprefix(_PATIENTS)
    key = line.hidden or line.key
    if part.startswith("values."):
        return plain(key) in own.values.get(part.removeprefix("values."), {})
    if part == "columns":
        has_field = line.value in own.columns.fields.values() or line.value in own.constants
        return key in own.columns.fields or (bool(line.value) and has_field) or key == line.value
    if part == "dates":
        if isinstance(line.value, tuple):
            return set(line.value) <= set(own.dates.formats if key == "formats" else own.dates.none)
        said = {"two_digit_years_until": own.dates.until, "timezone": own.dates.timezone}
        return (own.births_until if key == "births_until" else said.get(key)) is not None
    if part == "dates.columns":
        formats = own.date_columns.get(key, own.dates.formats)
        return isinstance(line.value, tuple) and set(line.value) <= set(formats)
    if part == "null":
        return isinstance(line.value, tuple) and {plain(word) for word in line.value} <= own.null
    if part == "constants":
        return key in own.constants or key in own.columns.fields.values()
    if key == "footer" and isinstance(line.value, tuple):
        return set(line.value) <= set(own.form.footer)
    return key in _table(known.document, line.part) or key in _table(known.document, part)


def setup_text(lines: Sequence[Proposal], files: SetupFiles) -> str:
    """Return a profile of proposed lines."""
    names = [path.name for path in files.paths]
    head = [
        f"An intake profile: how to read {' and '.join(names)}.",
        'Lines that start with # have to be confirmed: remove the #, and put what is right in place of a "?".',
        "Words that vigil knows, such as a status 'performed', need no line. \"\" stands for what is not read.",
        "What each part means: docs/reference/profile.md",
    ]
    return profile_text(lines, head)


def extended_text(known: Known, lines: Sequence[Proposal]) -> str:
    """Return the text of a profile with lines that it lacks, each at the end of its part. Raises FileError.

    A line whose key the part has already becomes a comment.
    """
    rows = known.text.rstrip("\n").split("\n")
    for part in dict.fromkeys(line.part for line in lines):
        texts = (
            f"# {line.line()}; the profile says something else" if contradicts(known, line) else line.line()
            for line in lines
            if line.part == part
        )
        added = [text for text in texts if text not in rows]
        head = next((at for at, row in enumerate(rows) if row.partition("#")[0].strip() == f"[{part}]"), None)
        if head is None:
            rows += ["", f"[{part}]", *added]
        else:
            end = next((at for at, row in enumerate(rows) if at > head and row.startswith("[")), len(rows))
            while not rows[end - 1].strip():
                end -= 1
            rows[end:end] = added
    extended = "\n".join([*rows, ""])
    try:
        tomllib.loads(extended)
    except tomllib.TOMLDecodeError:
        raise FileError(
            f"the lines that {known.path} lacks do not fit into it as it is written; add them by hand"
        ) from None
    return extended


def read_known(path: Path, edition: Edition) -> Known:
    """Read the profile that files are checked against. Raises FileError."""
    return Known(path, read_profile(path, edition), path.read_text(encoding="utf-8-sig"))


def _table(document: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    """Return a table of a TOML document, empty where there is none."""
    table: Any = document
    for name in part.split("."):
        table = table.get(name, {}) if isinstance(table, dict) else {}
    return table if isinstance(table, dict) else {}


def contradicts(known: Known, line: Proposal) -> bool:
    """Return whether a profile says something else than a line that needs no confirmation by itself."""
    return not line.is_open and line.key in _table(known.document, line.part)


def write_profile(path: Path, text: str) -> None:
    """Write a profile. Raises FileError."""
    write_file(path, lambda file: file.write(text.encode("utf-8")))


def write_worklist(
    path: Path, lines: Sequence[Proposal], files: SetupFiles, edition: Edition, known: Known | None = None
) -> int:
    """Write the patients whose diagnosis is open, with what it may be; return their number. Raises FileError."""
    rows = list(_worklist(lines, files, edition, known))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_WORKLIST, *rows])
    write_file(path, lambda file: file.write(text.getvalue().encode("utf-8")))
    return len(rows)


_WORKLIST = ("patient_id", "protocol", "candidates", "settled_by", "evidence")


def _worklist(
    lines: Sequence[Proposal], files: SetupFiles, edition: Edition, known: Known | None
) -> Iterator[tuple[str, ...]]:
    """Yield a row for each patient and each diagnosis that is open; one that a profile confirms is not."""
    prefix = _PATIENTS if files.patients else _EVENTS
    own = FileProfile()
    if known is not None:
        own = known.profile.patients if files.patients else known.profile.events
    proposed = {line.key: str(line.value) for line in lines if line.part == f"{prefix}columns" and not line.is_open}
    columns = {**proposed, **own.columns.fields}
    words_of_ours = {**own.values.get(DIAGNOSIS, {}), **own.values.get("protocol", {})}
    confirmed = {word for word, ours in words_of_ours.items() if ours}
    seen: set[tuple[str, ...]] = set()
    for path in [files.patients] if files.patients else files.events:
        with _opened(path, _form_of(path) if known is None else own.form) as file:
            for patient, words in _diagnoses(file, columns):
                is_settled = any(
                    plain(w) in confirmed or is_certain(w) or is_ours(edition, "protocol", w) for w in words
                )
                if (patient, *words) not in seen and not is_settled:
                    yield from _row(patient, words)
                seen.add((patient, *words))


def _diagnoses(file: EventsFile, columns: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the patient and the diagnoses of each row of a file that names a patient."""
    here = {column: field for column, field in columns.items() if column in file.fields}
    ids = next((column for column, field in here.items() if field == PATIENT_ID), None)
    diagnoses = [column for column, field in here.items() if field in (DIAGNOSIS, "protocol")]
    if ids is None or not diagnoses:
        return
    for block in file.blocks():
        cells = file.read(block).cells.select(pl.col(ids, *diagnoses).str.strip_chars())
        for patient, *texts in cells.iter_rows():
            if patient:
                yield patient, tuple(text for text in texts if text)


def _row(patient: str, words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the row of a patient with open diagnoses, if they may lead to any protocol."""
    candidates = [each for word in words for each in candidates_of(word)]
    protocols = dict.fromkeys(protocol for each in candidates for protocol in each.protocols)
    settles = dict.fromkeys(question for each in candidates for question in each.settles)
    if candidates:
        yield patient, "", "|".join(protocols), "; ".join(settles), "; ".join(words)


def check_setup(files: SetupFiles, output: Path | None, known: Path | None = None) -> None:
    """Raise FileError where an output would replace one of the files, or a profile that it does not extend."""
    is_known = (
        known is not None and known.exists() and output is not None and output.exists() and output.samefile(known)
    )
    if output is not None and output.suffix == ".toml" and output.is_file() and not is_known:
        raise FileError(
            f"{output} is there already, perhaps with lines that somebody confirmed; add --profile {output} to keep"
            " them, or give the new profile another name"
        )
    if output is not None and any(path.exists() and output.exists() and path.samefile(output) for path in files.paths):
        raise FileError(f"{output} is one of the files; give the profile another name")
