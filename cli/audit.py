"""`vigil audit`: every row of an events file with its decision."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click
import polars as pl

from cli.columns import filled_events, map_options, patients_option, warn_of_columns
from cli.options import NOT_A_DENIAL, date_format_option, grace_option, reading_option
from cli.progress import Progress
from scheduler.cohort.audit import Audit
from scheduler.cohort.mapping import ColumnMap
from scheduler.cohort.patients import read_patients
from scheduler.cohort.reading import DAMAGE, LINE, Events, parse_events, read_events
from scheduler.cohort.readings import CONTESTED, contested
from scheduler.cohort.summary import summarize
from scheduler.cohort.writing import (
    check_output,
    check_writable,
    holds_formulas,
    table_suffix,
    write_beside,
    write_lines,
    write_stream,
    write_table,
)
from scheduler.columns import RESULT_COLUMNS, event_columns
from scheduler.edition import Edition
from scheduler.errors import FileError
from scheduler.grace import GracePolicy

_STDIN = "standard input"

_LARGE = 200_000
"""Rows from which on the steps are named at once."""


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
@click.option(
    "--readings",
    type=click.Choice(["all"]),
    help="Add the column 'contested': the other readings of the guideline under which a decision would differ.",
)
@date_format_option
@click.option("--summary", type=click.Path(path_type=Path), help="Write the counts as JSON too.")
@click.option("--fail-on", type=click.Choice(["invalid"]), help="Exit with 5 where a row is invalid.")
def audit(
    events: Path,
    output: Path,
    patients_file: Path | None,
    columns: ColumnMap,
    grace: GracePolicy,
    edition: Edition,
    readings: str | None,
    date_format: str | None,
    summary: Path | None,
    fail_on: str | None,
) -> None:
    """Decide every row of EVENTS (a CSV or Parquet file; - is standard input), in its order.

    The output holds the input's columns, then decision, reason, timing, route, section, the window, the
    next allowed date, what is missing and an explanation. A row that cannot be read is `invalid` and says
    why; it never stops the run.

    A patients file gives protocol, index dates, primary site, end of follow-up and the facts of a patient once;
    what a row of EVENTS says itself counts first. Columns of other names are read with --map, in both files;
    the output keeps the names of EVENTS.

    \b
    vigil audit sample_cohorts/auditor.csv -o decisions.csv
    vigil audit sample_cohorts/payer.csv --patients sample_cohorts/payer_patients.csv \\
        --map-file sample_cohorts/payer.toml --date-format %m/%d/%Y -o decisions.csv
    """
    progress = Progress()
    to_terminal = str(output) == "-"
    suffix = ".csv" if to_terminal else table_suffix(output)
    inputs = [path for path in (events, patients_file) if path is not None]
    if not to_terminal:
        check_output(output, *inputs)
    if summary:
        check_output(summary, *inputs)
        if summary.resolve() == output.resolve():
            raise FileError(f"{summary} is the output too; give the summary another name")
    progress.step(f"reading {events}")
    patients = read_patients(patients_file, edition, date_format, columns) if patients_file else None
    table = _read(events, date_format, columns)
    headers = {_STDIN if str(events) == "-" else str(events): table.original.columns}
    columns.check_used(headers | ({str(patients_file): patients.columns} if patients else {}))
    check_writable(table.original, suffix)
    if readings and CONTESTED in table.original.columns:
        raise FileError(f"{events} has a column '{CONTESTED}', which is one of the results; rename or remove it")
    fields = [name for name in table.cells.columns if name not in (LINE, DAMAGE)]
    warn_of_columns(fields, "carried through unread")
    if patients_file and patients:
        table = filled_events(table, patients, patients_file, edition)
    known = event_columns(edition)
    read = [column for column, field in zip(table.original.columns, fields, strict=True) if field in known]
    rows = len(table.cells)
    progress.step(f"deciding {rows:,} rows", long=rows > _LARGE)
    rules, workers = Audit(edition, grace, date_format), pl.thread_pool_size()
    by_line = suffix == ".csv" and not to_terminal and not readings and table.has_lines
    decisions, lines = _decide_by_line(table, rules, workers, read) if by_line else (None, None)
    if decisions is None:
        decisions = rules.decide_frame(table.cells, workers)
    if readings:
        progress.step("trying the other readings")
        decisions = decisions.with_columns(contested(table.cells, decisions, rules, workers))
    counts = summarize(table.cells, decisions, edition, grace)
    progress.step(f"writing {output}")
    if lines is not None:
        header = [*table.original.columns, *RESULT_COLUMNS]
        write_beside(output, lambda file: write_lines(lines, decisions["text"], header, file))
        _report(counts, summary, fail_on)
        return
    found = pl.concat([table.original, _typed(decisions) if suffix == ".parquet" else decisions], how="horizontal")
    if to_terminal:
        write_stream(found, sys.stdout.buffer, read)
    else:
        write_beside(output, lambda file: write_table(found, file, suffix, read))
    _report(counts, summary, fail_on)


def _decide_by_line(
    table: Events, rules: Audit, workers: int, read: Sequence[str]
) -> tuple[pl.DataFrame, pl.Series] | tuple[None, None]:
    """Return the results as CSV and the lines they stand behind; nothing where a cell must be written otherwise."""
    with ThreadPoolExecutor(1) as pool:
        lines = pool.submit(table.lines)  # a core is often idle while rows are decided
        decisions = rules.decide_as_csv(table.cells, workers)
        found = lines.result()
    return (None, None) if holds_formulas(table.original, decisions["reason"], read) else (decisions, found)


def _report(counts: dict[str, Any], summary: Path | None, fail_on: str | None) -> None:
    """Say the counts, write them where a file is named, and exit as `--fail-on` asks."""
    if summary:
        text = json.dumps(counts, indent=2) + "\n"
        write_beside(summary, lambda file: _write_text(file, text))
    click.echo(_summary_text(counts), err=True)
    if fail_on == "invalid" and counts["decisions"].get("invalid"):
        sys.exit(5)


def _read(events: Path, date_format: str | None, columns: ColumnMap) -> Events:
    if str(events) == "-":
        return parse_events(sys.stdin.buffer.read(), _STDIN, date_format, columns)
    return read_events(events, date_format, columns)


def _write_text(file: Any, text: str) -> None:
    file.write(text.encode("utf-8"))


def _typed(decisions: pl.DataFrame) -> pl.DataFrame:
    dates = ("reference_date", "opens", "closes", "next_allowed")
    return decisions.with_columns(pl.col(n).str.to_date("%Y-%m-%d") for n in dates)


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
