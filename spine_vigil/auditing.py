"""Audits: the decision on every row of a cohort, as a file, as a folder written by Spark, or as a frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

import polars as pl

from spine_vigil.notices import Listener, Silent, Warnings, tell
from spine_vigil.protocols import CURRENT
from spine_vigil.requests import parse_day
from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.audit.counts import Counts
from spine_vigil.scheduler.cohort.audit.file_audit import Dates, FiledAudit
from spine_vigil.scheduler.cohort.audit.other_readings import CONTESTED
from spine_vigil.scheduler.cohort.cluster.spark_session import check_installed
from spine_vigil.scheduler.cohort.events.shards import Shard
from spine_vigil.scheduler.cohort.pieces import Piece, check_writable, table_suffix, write_parquet
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import FileError, ValueProblem
from spine_vigil.scheduler.files.atomic import write_file, write_whole
from spine_vigil.scheduler.files.destinations import check_folder, check_output
from spine_vigil.scheduler.files.os_errors import output_errors
from spine_vigil.scheduler.files.spill import Spill
from spine_vigil.scheduler.intake.forms import IdForms
from spine_vigil.scheduler.intake.profile import FileForm
from spine_vigil.scheduler.records.fields import day_number
from spine_vigil.sources import CohortFiles, Source, Tabular, cohort_of, open_source, open_spill
from spine_vigil.sources import Written as HowWritten

_UNREAD = "carried through unread"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The results to write.

    `columns` is a selection of RESULT_COLUMNS in their order. `readings` adds the column CONTESTED. With a `shard`,
    only the rows of its patients are written.
    """

    columns: Sequence[str] = RESULT_COLUMNS
    readings: bool = False
    shard: Shard | None = None


def audit_file(
    files: CohortFiles,
    output: Path | IO[bytes],
    rules: Sequence[Audit],
    wanted: Wanted | None = None,
    listener: Listener | None = None,
) -> Counts:
    """Write every row of an events file with its decision, and return the counts.

    `rules` are those of one edition, or of several by the dates on which they are in force, the earliest first: each
    row is decided by the edition in force on its date, and a row without a date by the last. `output` is a path (.csv,
    .csv.gz or .parquet), which is written as a whole or not at all, or a stream for CSV. Raises VigilError if a file
    cannot be read or written.
    """
    wanted = wanted or Wanted()
    listener = Silent() if listener is None else listener
    path = output if isinstance(output, Path) else None
    suffix = table_suffix(path) if path else ".csv"
    if path:
        check_output(path, *files.paths)
    waiting, spill_name = open_spill(path)
    with waiting as spill, _open_audit(files, rules, wanted, spill) as (run, source):
        _check(source, suffix, wanted)
        tell(listener, source.notices(_UNREAD))
        with output_errors(spill_name):
            run.read(lambda rows, fraction: listener.show(f"reading {files.name}", rows, fraction / 2))
        listener.done()
        tell(listener, source.match_notices(run.met))

        def decided(rows: int) -> None:
            listener.show(f"deciding {files.name}", rows, 0.5 + rows / (2 * max(run.counts.rows, 1)))

        if isinstance(output, Path):
            write_file(output, lambda out: _write(run, suffix, decided, out))
        else:
            for text in run.csv(Piece.text, decided):
                write_whole(text, output)
            output.flush()
        listener.done()
        tell(listener, source.performed_notices(*run.counts.performed))
    return run.counts


@contextmanager
def _open_audit(
    files: CohortFiles, rules: Sequence[Audit], wanted: Wanted, spill: Spill
) -> Iterator[tuple[FiledAudit, Source]]:
    """Open the files of an audit by one edition, or by several by date. Raises VigilError."""
    if len(rules) > 1 and files.is_stream:
        raise FileError("editions by date read the events once for each edition; give the name of a file instead of -")
    ends = [day_number(each.edition.in_force_from) for each in rules[1:]]
    with ExitStack() as stack:
        runs: list[FiledAudit] = []
        for each, first, end in zip(rules, [None, *ends], [*ends, None], strict=True):
            source = stack.enter_context(open_source(files, each.edition, each.as_of))
            is_last = end is None
            run = FiledAudit(
                each,
                source.file,
                spill,
                patients=source.patients,
                readings=wanted.readings,
                columns=wanted.columns,
                shard=wanted.shard,
                workers=pl.thread_pool_size(),
                dates=Dates(first, end) if len(rules) > 1 else None,
                earlier=runs if is_last else (),
            )
            if not is_last:
                runs.append(run)
        yield run, source


def audit_on_spark(
    files: CohortFiles,
    output: Path,
    rules: Audit,
    wanted: Wanted,
    master: str,
    listener: Listener,
    *,
    shows_progress: bool,
) -> Counts:
    """Audit a file on Spark, write the rows and decisions as a folder of part files, and return the counts.

    `master` is the URL of the cluster. With `shows_progress`, Spark prints its own progress. Raises VigilError, also
    for a `wanted.shard`, since Spark partitions the rows itself.
    """
    if wanted.shard is not None:
        raise ValueProblem(
            "--shard is for machines without Spark, which partitions the rows itself; drop one of the two"
        )
    check_installed()
    from spine_vigil.scheduler.cohort.cluster.arrow import Wanted as ClusterWanted
    from spine_vigil.scheduler.cohort.cluster.spark import Job
    from spine_vigil.scheduler.cohort.cluster.spark_files import audit_file as audit_by_spark
    from spine_vigil.scheduler.cohort.cluster.spark_files import check_readable, write_folder
    from spine_vigil.scheduler.cohort.cluster.spark_session import spark_session

    if not isinstance(files.events, Path):
        raise FileError("Spark reads a file that every worker can open; give the path of the events file")
    suffix = table_suffix(output)
    check_folder(output)
    _check_for_spark(files)
    with open_source(files, rules.edition, rules.as_of) as source:
        check_readable(files.events)
        _check(source, suffix, wanted)
        tell(listener, source.notices(_UNREAD))
        with spark_session(master, shows_progress=shows_progress) as spark:
            results = ClusterWanted(wanted.columns, wanted.readings, files.profile.events)
            job = Job(rules, results, source.patients)
            decided, met = audit_by_spark(spark, files.events, source.file, job, as_lines=suffix != ".parquet")
            write_folder(decided, output, suffix)
        tell(listener, source.match_notices(sum(met.value.patients)))
        counts: Counts = met.value.counts
        tell(listener, source.performed_notices(*counts.performed))
    return counts


def _check_for_spark(files: CohortFiles) -> None:
    """Raise FileError for a profile of what Spark's workers do not read: other file forms, and ids to clean."""
    profile = files.profile.events
    if profile.form != FileForm() or profile.ids != IdForms():
        raise FileError(
            "--engine spark reads UTF-8 files with commas and ids as they are written; leave [file] and [ids] out of"
            " the profile, and bring the file into this form first"
        )


def _check(source: Source, suffix: str, wanted: Wanted) -> None:
    """Raise FileError if a file of this format cannot hold the columns of a source and the results."""
    check_writable(source.file.schema, suffix)
    if wanted.readings and CONTESTED in source.file.header:
        name = source.files.name
        raise FileError(f"{name} has a column '{CONTESTED}', which is one of the results; rename or remove it")


def _write(run: FiledAudit, suffix: str, progress: Callable[[int], None], out: IO[bytes]) -> None:
    if suffix == ".parquet":
        write_parquet(run.frames(progress), out)
    elif suffix == ".csv.gz":
        for text in run.csv(Piece.packed, progress):
            out.write(text)
    else:
        for piece in run.csv(lambda piece: piece, progress):
            piece.write_to(out)


def audit(
    events: Tabular,
    patients: Tabular | None = None,
    *,
    edition: Edition | None = None,
    grace_days: int | None = None,
    date_format: str | None = None,
    columns: Mapping[str, str] | None = None,
    profile: str | Path | None = None,
    as_of: date | str | None = None,
    listener: Listener | None = None,
) -> pl.DataFrame:
    """Return every event with its decision, in the order of the events.

    `events` has the columns of an events file, as text or typed; `patients` has those of a patients file and fills the
    cells that the events leave empty. Both are a frame of polars (a lazy one is collected) or the path of a file (CSV
    or Parquet). `grace_days` is the grace of every window (None: a tenth of the interval, 7 to 30 days), `date_format`
    (strptime) the format of dates that are text. `columns` reads columns with other names as fields, in both tables
    (`{"MRN": "patient_id"}`), as `--map` does; `profile` is the path of an intake profile, which says how both are
    written. A study that was performed after `as_of` makes its row `invalid` (None:
    none does). `edition` is the shipped one unless another is given. What is not read is a VigilWarning, or a notice
    for the `listener` where there is one.

    The result has the columns of the events, unchanged, then RESULT_COLUMNS: dates as Date, `days_from_window` and
    `unread_rows` as Int32, all others as String, null where empty. A row that cannot be read has the decision
    `invalid`. Raises VigilError if the columns are not those of an events file.
    """
    edition = CURRENT if edition is None else edition
    files = cohort_of(events, patients, edition, HowWritten(date_format, columns, profile))
    day = None if as_of is None else parse_day(as_of, "as_of")
    rules = Audit(edition, edition.grace_of(grace_days), day)
    listener = Warnings() if listener is None else listener
    waiting, spill_name = open_spill()
    with waiting as spill, _open_audit(files, [rules], Wanted(), spill) as (run, source):
        tell(listener, source.notices(_UNREAD))
        with output_errors(spill_name):
            run.read()
        tell(listener, source.match_notices(run.met))
        decided = pl.concat(run.frames())
        tell(listener, source.performed_notices(*run.counts.performed))
        return decided
