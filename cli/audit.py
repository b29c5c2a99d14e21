"""`vigil audit`: every row of an events file with its decision."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

import click
import polars as pl

from spine_vigil.cli.options.common import NOT_A_DENIAL, date_format_option, grace_option, reading_option
from spine_vigil.cli.options.files import (
    STDIN,
    map_options,
    patients_option,
    tell_met,
    warn_of_columns,
    warn_of_patients,
)
from spine_vigil.cli.options.results import engine_options, results_options, shard_option
from spine_vigil.cli.output.progress import Progress
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.audit.counts import Counts
from spine_vigil.scheduler.cohort.audit.file_audit import FiledAudit
from spine_vigil.scheduler.cohort.audit.other_readings import CONTESTED
from spine_vigil.scheduler.cohort.cluster.spark_session import check_installed
from spine_vigil.scheduler.cohort.events.column_map import ColumnMap
from spine_vigil.scheduler.cohort.events.events import EventsFile
from spine_vigil.scheduler.cohort.events.opening import open_events, open_stream
from spine_vigil.scheduler.cohort.events.patients_file import Filling, read_patients
from spine_vigil.scheduler.cohort.events.shards import Shard
from spine_vigil.scheduler.cohort.pieces import Piece, check_writable, table_suffix, write_parquet
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import FileError, ValueProblem
from spine_vigil.scheduler.files.atomic import write_file, write_whole
from spine_vigil.scheduler.files.destinations import check_output, spill_folder
from spine_vigil.scheduler.files.os_errors import TEMPORARY_FILE, output_errors
from spine_vigil.scheduler.files.spill import Spill
from spine_vigil.scheduler.rules.grace import GracePolicy


@click.command()
@click.argument("events", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, allow_dash=True),
    help="Where the decisions go: .csv, .csv.gz or .parquet; - writes CSV to standard output.",
)
@patients_option
@map_options
@grace_option
@reading_option
@date_format_option
@results_options
@shard_option
@engine_options
@click.option("--summary", type=click.Path(path_type=Path), help="Write the counts as JSON too.")
@click.option("--fail-on", type=click.Choice(["invalid"]), help="Exit with 5 where a row is invalid.")
def audit(
    events: Path,
    output: Path,
    patients_file: Path | None,
    columns: ColumnMap,
    grace: GracePolicy,
    edition: Edition,
    date_format: str | None,
    results: Sequence[str],
    readings: bool,  # noqa: FBT001 - as click passes it
    shard: Shard | None,
    engine: str,
    master: str,
    summary: Path | None,
    fail_on: str | None,
) -> None:
    """Decide every row of EVENTS (a CSV or Parquet file; - is standard input), in its order.

    The output holds the input's columns, then decision, reason, timing, route, section, the window, the
    next allowed date, what is missing and an explanation. A row that cannot be read is `invalid` and says
    why; it never stops the run. --columns picks some of these, --explain none leaves out the longest.

    A patients file gives protocol, index dates, primary site, end of follow-up and the facts of a patient once;
    what a row of EVENTS says itself counts first. Columns of other names are read with --map, in both files;
    the output keeps the names of EVENTS.

    With --engine spark, -o names a new folder of part files as Spark writes them, each with a header, their rows in no
    order; docs/spark.md says when that pays.

    \b
    vigil audit sample_cohorts/auditor.csv -o decisions.csv
    vigil audit sample_cohorts/payer.csv --patients sample_cohorts/payer_patients.csv \\
        --map-file sample_cohorts/payer.toml --date-format %m/%d/%Y -o decisions.csv
    """
    rules = Audit(edition, grace, date_format)
    if summary:
        check_output(summary, *(path for path in (events, patients_file) if path is not None))
        if summary.resolve() == output.resolve():
            raise FileError(f"{summary} is the output too; give the summary another name")
    if engine == "spark":
        if shard is not None:
            raise ValueProblem(
                "--shard is for machines without Spark, which shares the rows itself; drop one of the two"
            )
        check_installed()
        from spine_vigil.cli.spark_engine import audit_on_spark

        counts = audit_on_spark(events, output, patients_file, columns, rules, results, readings, master)
    else:
        counts = _audit_here(events, output, patients_file, columns, rules, results, readings, shard)
    _report(counts.summary(edition, grace), summary, fail_on)


def _audit_here(
    events: Path,
    output: Path,
    patients_file: Path | None,
    columns: ColumnMap,
    rules: Audit,
    results: Sequence[str],
    readings: bool,  # noqa: FBT001 - as click passes it
    shard: Shard | None,
) -> Counts:
    """Write the results of an events file, and return the counts."""
    progress = Progress()
    to_terminal = str(output) == "-"
    suffix = ".csv" if to_terminal else table_suffix(output)
    if not to_terminal:
        check_output(output, *(path for path in (events, patients_file) if path is not None))
    patients = read_patients(patients_file, rules.edition, rules.date_format, columns) if patients_file else None
    # The rows wait where the output goes, or it could fail for want of space in a folder that nobody named.
    folder = None if to_terminal else spill_folder(output)
    passing = TEMPORARY_FILE if folder is None else str(output)
    with output_errors(passing):
        waiting = Spill(folder)
    with progress, waiting as spill, _open(events, rules.date_format, columns) as file:
        columns.check_used({file.name: file.header} | ({str(patients_file): patients.columns} if patients else {}))
        check_writable(file.schema, suffix)
        if readings and CONTESTED in file.header:
            raise FileError(f"{events} has a column '{CONTESTED}', which is one of the results; rename or remove it")
        warn_of_columns(file.fields, "carried through unread")
        filling = None
        if patients_file and patients:
            warn_of_patients(patients, patients_file, rules.edition)
            filling = Filling(patients)
        run = FiledAudit(
            rules,
            file,
            spill,
            fill=filling.fill if filling else None,
            readings=readings,
            columns=results,
            shard=shard,
            workers=pl.thread_pool_size(),
        )
        with output_errors(passing):
            run.read(lambda rows, share: progress.show(f"reading {file.name}", rows, share / 2))
        progress.done()
        if patients_file and patients and filling:
            tell_met(filling.met, patients, patients_file)

        def decided(rows: int) -> None:
            progress.show(f"deciding {file.name}", rows, 0.5 + rows / (2 * max(run.counts.rows, 1)))

        if to_terminal:
            for text in run.csv(Piece.text, decided):
                write_whole(text, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            write_file(output, lambda out: _write(run, suffix, decided, out))
    return run.counts


def _write(run: FiledAudit, suffix: str, progress: Callable[[int], None], out: IO[bytes]) -> None:
    if suffix == ".parquet":
        write_parquet(run.frames(progress), out)
    elif suffix == ".csv.gz":
        for text in run.csv(Piece.packed, progress):
            out.write(text)
    else:
        for piece in run.csv(lambda piece: piece, progress):
            piece.write_to(out)


def _report(counts: dict[str, Any], summary: Path | None, fail_on: str | None) -> None:
    """Say the counts, write them where a file is named, and exit as `--fail-on` asks."""
    if summary:
        text = json.dumps(counts, indent=2) + "\n"
        write_file(summary, lambda file: file.write(text.encode()))
    click.echo(_summary_text(counts), err=True)
    if fail_on == "invalid" and counts["decisions"].get("invalid"):
        sys.exit(5)


def _open(events: Path, date_format: str | None, columns: ColumnMap) -> EventsFile:
    if str(events) == "-":
        return open_stream(sys.stdin.buffer, STDIN, date_format, columns)
    return open_events(events, date_format, columns)


def _summary_text(counts: dict[str, Any]) -> str:
    rows = counts["rows"]
    lines = [f"{rows:,} rows by {counts['edition']}, grace {counts['grace']}"]
    for title in ("decisions", "reasons", "protocols"):
        lines.append(f"{title}:")
        width = max((len(name) for name in counts[title]), default=0)
        lines += [
            f"  {name:{width}}  {count:>{len(f'{rows:,}')},}  {100 * count / rows:5.1f} %"
            for name, count in counts[title].items()
        ]
    return "\n".join([*lines, NOT_A_DENIAL])
