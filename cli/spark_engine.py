"""`vigil audit --engine spark`: the same audit by Spark, from a file to a folder of part files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from spine_vigil.cli.options.files import tell_met, warn_of_columns, warn_of_patients
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.audit.counts import Counts
from spine_vigil.scheduler.cohort.audit.other_readings import CONTESTED
from spine_vigil.scheduler.cohort.cluster.arrow import Wanted
from spine_vigil.scheduler.cohort.cluster.spark import Job
from spine_vigil.scheduler.cohort.cluster.spark_files import (
    audit_file,
    check_readable,
    write_folder,
)
from spine_vigil.scheduler.cohort.cluster.spark_session import spark_session
from spine_vigil.scheduler.cohort.events.column_map import ColumnMap
from spine_vigil.scheduler.cohort.events.opening import open_events
from spine_vigil.scheduler.cohort.events.patients_file import read_patients
from spine_vigil.scheduler.cohort.pieces import check_writable, table_suffix
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.destinations import check_folder


def audit_on_spark(
    events: Path,
    output: Path,
    patients_file: Path | None,
    columns: ColumnMap,
    audit: Audit,
    results: Sequence[str],
    readings: bool,  # noqa: FBT001 - as click passes it
    master: str,
) -> Counts:
    """Write the results of an events file into a folder and return the counts. Raises VigilError."""
    if "-" in (str(events), str(output)):
        raise FileError("--engine spark reads a file and writes a folder, so EVENTS and -o cannot be -")
    suffix = table_suffix(output)
    check_folder(output)
    patients = read_patients(patients_file, audit.edition, audit.date_format, columns) if patients_file else None
    with open_events(events, audit.date_format, columns) as file:
        columns.check_used({file.name: file.header} | ({str(patients_file): patients.columns} if patients else {}))
        check_writable(file.schema, suffix)
        check_readable(events)
        if readings and CONTESTED in file.header:
            raise FileError(f"{events} has a column '{CONTESTED}', which is one of the results; rename or remove it")
        warn_of_columns(file.fields, "carried through unread")
        if patients_file and patients:
            warn_of_patients(patients, patients_file, audit.edition)
        with spark_session(master, shows_progress=sys.stderr.isatty()) as spark:
            job = Job(audit, Wanted(results, readings, columns), patients)
            decided, met = audit_file(spark, events, file, job, as_lines=suffix != ".parquet")
            write_folder(decided, output, suffix)
    if patients_file and patients:
        tell_met(sum(met.value.patients), patients, patients_file)
    counts: Counts = met.value.counts
    return counts
