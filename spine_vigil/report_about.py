"""What a report is asked for, what it says of itself, and what it warns of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import polars as pl

from spine_vigil.decision_text import NOT_A_DENIAL
from spine_vigil.notices import Notice, NoticeKind
from spine_vigil.scheduler.cohort.adherence.filed import FiledReport
from spine_vigil.scheduler.cohort.adherence.tally import Tally
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.events.opening import files_of
from spine_vigil.scheduler.errors import FileError, ValueProblem
from spine_vigil.scheduler.records.fields import EPOCH
from spine_vigil.scheduler.report.model import FOLLOWED, ROWS, UNREAD, WITHOUT_END, About, InputFile
from spine_vigil.scheduler.report.rounding import rounded
from spine_vigil.scheduler.rules.words import counted
from spine_vigil.sources import CohortFiles

SMALL_CELLS = 11
"""Cells of fewer patients are left out unless another number is asked for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report is asked for.

    The observation goes from `first_day` (None: the first index date of the cohort) to `last_day`; `by` are the columns
    to count by. Cells of fewer than `small_cells` patients are left out. With `patients_too` there are lists of windows
    and of patients. `other_readings` says whether to try them (None: of a file of at most FEW_ROWS). `made_on` and
    `command_line` are what the report says of itself, `readings` those that are taken.
    """

    last_day: date
    first_day: date | None = None
    by: tuple[str, ...] = ()
    small_cells: int = SMALL_CELLS
    patients_too: bool = False
    other_readings: bool | None = None
    made_on: date | None = None
    command_line: str = ""
    readings: tuple[str, ...] = ()


def warnings_of(run: FiledReport, rules: Audit, tally: Tally, name: str) -> Iterator[Notice]:
    """Yield what makes the numbers of a report doubtful: rows that cannot be read, and that there is no window."""
    rows, bad = run.counts.rows, run.counts.summary(rules.edition, rules.grace)["decisions"].get("invalid", 0)
    if bad:
        yield Notice(
            NoticeKind.UNREADABLE_ROWS,
            f"{bad:,} of {counted(rows, 'row')} of {name} cannot be read and count for nothing"
            f" ({100 * bad / rows:.1f} %); 'vigil audit' says why, row by row",
        )
    if tally.frames["windows"].is_empty():
        yield Notice(
            NoticeKind.PATIENTS_FILE,
            "no window can be counted: no patient has a protocol with windows and an index date; these often stand in a"
            " registry: add it with --patients FILE",
        )


def check_groups(tally: Tally, run: FiledReport) -> None:
    """Raise ValueProblem for a column most of whose values belong to one patient each: it names them."""
    for number, (column, values) in enumerate(run.values.items()):
        groups = tally.frames["use"].filter(pl.col("by") == f"by{number}", pl.col("group") >= 0)
        single = int((groups["patients"] == 1).sum())
        if len(values) > _FEW_VALUES and 2 * single > len(groups):
            raise ValueProblem(
                f"--by {column}: most of its {len(values):,} values belong to one patient each, as a name or an id"
                " does; a report does not tell of single patients"
            )


_FEW_VALUES = 20
"""The most values of a column that may each belong to one patient: a small cohort can have as many sites."""


def about_of(run: FiledReport, rules: Audit, wanted: Wanted, tally: Tally, files: tuple[InputFile, ...]) -> About:
    """Return what a report says of itself."""
    edition, counts = rules.edition, run.counts.summary(rules.edition, rules.grace)
    decisions = counts["decisions"]
    followed = tally.frames["followed"].row(0, named=True)
    return About(
        edition=edition.id,
        edition_title=edition.title_in_full,
        reviewed=edition.reviewed,
        grace=rules.grace.words,
        version=_version(),
        first_day=date.fromordinal(run.first_day + EPOCH),
        last_day=wanted.last_day,
        as_of=rules.as_of or wanted.last_day,
        made_on=wanted.made_on,
        first_study=None if run.first_study is None else date.fromordinal(run.first_study + EPOCH),
        command_line=wanted.command_line,
        small_cells=wanted.small_cells,
        files=files,
        readings=wanted.readings,
        by=wanted.by,
        counts=_without_small(
            wanted.small_cells,
            {
                ROWS: counts["rows"],
                "studies that are not cancelled": counts["studies"],
                "performed studies": counts["performed"],
                UNREAD: decisions.get("invalid", 0),
                "rows of patients with rows that cannot be read": counts["beside_unread"],
                "cancelled studies": counts["reasons"].get("cancelled", 0),
                "rows that are no imaging": counts["reasons"].get("not_imaging", 0),
                "studies that stand twice": counts["repeated"],
                "patients with two birth dates": counts["contradictions"]["birth_dates"],
                "rows before the edition was reviewed": counts["before_review"],
                FOLLOWED: followed["patients"],
                WITHOUT_END: followed["without_end"],
            },
        ),
        cautions=tuple(f"{caution.rule}: {caution.says} ({caution.source})" for caution in edition.cautions),
        not_an_order=NOT_A_DENIAL,
    )


def _without_small(fewest: int, counts: Mapping[str, int]) -> dict[str, int | None]:
    """Return counts without those of fewer than `fewest` rows; all but that of the rows are rounded to tens."""
    if fewest <= 1:
        return dict(counts)
    small = {what: None if 0 < count < fewest else rounded(count) for what, count in counts.items()}
    return small | {ROWS: counts[ROWS]}


def _version() -> str:
    try:
        return version("spine-vigil")
    except PackageNotFoundError:  # the folder of a checkout on the path
        return "not installed"


def input_files(files: CohortFiles) -> tuple[InputFile, ...]:
    """Return the files of a cohort with their checksums."""
    found = []
    for source in (files.events, files.patients, *files.more_patients):
        if isinstance(source, Path):
            found += [InputFile(each.name, _sha256(each) if each.is_file() else "") for each in files_of(source)]
        elif source is not None:
            found.append(InputFile("a frame" if isinstance(source, pl.DataFrame) else "standard input"))
    return tuple(found)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise FileError(f"{path} cannot be read: {problem.strerror or problem}") from None
