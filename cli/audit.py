"""`vigil audit`: decide every row of an events file."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from spine_vigil.auditing import Wanted, audit_file, audit_on_spark
from spine_vigil.cli.options.common import DATE, edition_options, editions_by_date, grace_option, rules_on, today
from spine_vigil.cli.options.files import cohort_options
from spine_vigil.cli.options.results import engine_options, results_options, shard_option
from spine_vigil.cli.output.audit_summary import summary_text
from spine_vigil.cli.output.progress import Progress
from spine_vigil.cli.streams import standard_output
from spine_vigil.cli.unreadable import has_unreadable
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.events.shards import Shard
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import FileError, ValueProblem
from spine_vigil.scheduler.exit_codes import ExitCode
from spine_vigil.scheduler.files.atomic import write_file
from spine_vigil.scheduler.files.destinations import check_output
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.sources import CohortFiles


@click.command()
@click.argument("events", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, allow_dash=True),
    help="Where the decisions go: .csv, .csv.gz or .parquet; - writes CSV to standard output.",
)
@cohort_options
@grace_option
@edition_options
@click.option(
    "--as-of",
    type=DATE,
    help="The day of the audit: a study that was performed after it makes its row invalid. [default: today]",
)
@results_options
@shard_option
@engine_options
@click.option("--summary", type=click.Path(path_type=Path), help="Write the counts as JSON too.")
@click.option("--full", is_flag=True, help="Print the counts of all protocols, not of the ten most frequent.")
@click.option(
    "--fail-on",
    multiple=True,
    type=click.Choice(["invalid", "contradiction"]),
    help="Exit with code 5 if a row is invalid or a line of a patients file cannot be read, or if the rows of a patient"
    " contradict each other: two birth dates.",
)
def audit(
    files: CohortFiles,
    output: Path,
    grace: GracePolicy,
    edition: Edition,
    as_of: date | None,
    results: Sequence[str],
    readings: bool,  # noqa: FBT001 - as click passes it
    shard: Shard | None,
    engine: str,
    master: str,
    summary: Path | None,
    full: bool,  # noqa: FBT001 - as click passes it
    fail_on: Sequence[str],
) -> None:
    """Decide every row of EVENTS (a CSV or Parquet file; - is standard input), in its order.

    The output has the columns of the input, then decision, reason, timing, route, section, the window, the next
    allowed date, what is missing and an explanation. A row that cannot be read is `invalid`, with the reason; it never
    stops the run. --columns selects some of these columns; --explain none leaves out the longest.

    A patients file gives protocol, index dates and primary site once per course of a patient, and birth, death, the end
    of follow-up and lasting facts; values in a row of EVENTS take precedence. --map reads columns with other names, in
    both files; the output keeps the names of EVENTS.

    With --engine spark, -o names a new folder of part files, each with a header, whose rows have no particular order;
    docs/spark.md says when this is worthwhile.

    \b
    vigil audit sample_cohorts/auditor.csv -o decisions.csv
    vigil audit sample_cohorts/payer.csv --patients sample_cohorts/payer_patients.csv \\
        --map-file sample_cohorts/payer.toml --date-format %m/%d/%Y -o decisions.csv
    """
    day = as_of or today()
    by_date = editions_by_date()
    in_force = [edition.in_force_from for edition in by_date.editions] if by_date else [day]
    rules = [Audit(*rules_on(first, edition, grace), day) for first in in_force]
    wanted = Wanted(results, readings, shard)
    if summary:
        check_output(summary, *files.paths)
        if summary.resolve() == output.resolve():
            raise FileError(f"{summary} is the output too; give the summary another name")
    with Progress() as progress:
        if engine == "spark":
            if not isinstance(files.events, Path) or str(output) == "-":
                raise FileError("--engine spark reads a file and writes a folder, so EVENTS and -o cannot be -")
            shows = sys.stderr.isatty()
            if by_date:
                raise ValueProblem("--engine spark decides by one edition; name it with --edition instead of by-date")
            counts = audit_on_spark(files, output, rules[0], wanted, master, progress, shows_progress=shows)
        else:
            target = standard_output() if str(output) == "-" else output
            counts = audit_file(files, target, rules, wanted, progress)
    *earlier, last = rules
    summed = counts.summary(last.edition, last.grace, [(each.edition, each.grace) for each in earlier])
    _report(summed, output, summary, fail_on, full=full)


def _report(counts: dict[str, Any], output: Path, summary: Path | None, fail_on: Sequence[str], *, full: bool) -> None:
    """Print the counts, write them to `summary` if given, and exit with 5 if `--fail-on` applies."""
    if summary:
        text = json.dumps(counts, indent=2) + "\n"
        write_file(summary, lambda file: file.write(text.encode()))
    click.echo(summary_text(counts, output, summary, full=full), err=True)
    has_failed = {
        "invalid": counts["decisions"].get("invalid") or has_unreadable(),
        "contradiction": counts["contradictions"]["birth_dates"],
    }
    if any(has_failed[kind] for kind in fail_on):
        sys.exit(ExitCode.FAIL_ON)
