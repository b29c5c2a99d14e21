"""The audit on Spark, from data frame to data frame: rows are partitioned by patient, and workers decide them.

Spark is imported only when a function needs it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.audit.other_readings import CONTESTED
from spine_vigil.scheduler.cohort.cluster.arrow import TEXT, TaskReport, Wanted, audit_batches
from spine_vigil.scheduler.cohort.cluster.lines import Table, audit_lines
from spine_vigil.scheduler.cohort.events.headers import read_header
from spine_vigil.scheduler.cohort.events.opening import EVENTS
from spine_vigil.scheduler.cohort.events.patients_file import Patients
from spine_vigil.scheduler.cohort.wording.results import DATE_RESULTS, NUMBERS
from spine_vigil.scheduler.records.fields import PATIENT_ID

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_WHITE = (*range(9, 14), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
BLANKS = "".join(map(chr, _WHITE))
"""The characters trimmed from a patient id, as by polars: ids equal when trimmed must get into the same partition."""


_VISIBLE = (0x21, 0x7E)
"""The first and the last visible ASCII character."""


class ReportSum:
    """Adds up the reports of the tasks of an audit: the parameter of a Spark accumulator."""

    def zero(self, _value: TaskReport) -> TaskReport:
        """Return the sum of no reports."""
        return TaskReport()

    def addInPlace(self, value: TaskReport, more: TaskReport) -> TaskReport:  # noqa: N802 - as Spark calls it
        """Add the report of one task."""
        value.counts.add(more.counts)
        value.patients.extend(more.patients)
        return value


@dataclass(frozen=True, slots=True)
class Job:
    """What every task of an audit needs."""

    audit: Audit
    wanted: Wanted
    patients: Patients | None = None


def audit_dataframe(
    events: DataFrame,
    audit: Audit,
    wanted: Wanted | None = None,
    patients: Patients | None = None,
    partitions: int | None = None,
    note: Callable[[TaskReport], None] | None = None,
) -> DataFrame:
    """Return a Spark data frame of the events with their results behind their columns, its rows in no order.

    `events` has the columns of an events file, text or typed. It is repartitioned by the patient id into `partitions`
    (default: Spark's setting); rows without an id are in one partition. `patients` say what holds for all rows of a
    patient. Every task calls `note` with its report when it ends, so `note` must be serializable. Raises FileError
    where the columns are not those of an events file.
    """
    wanted = wanted or Wanted()
    names = events.columns
    header = [name for name in names if name != wanted.line]
    fields, _ = read_header(header, "the table of events", wanted.profile, EVENTS, is_line=False)
    patient = header[fields.index(PATIENT_ID)]
    shared = events.sparkSession.sparkContext.broadcast(Job(audit, wanted, patients))

    def decide(batches: Iterator[Any]) -> Iterator[Any]:
        job, report = shared.value, TaskReport()
        named = (batch.rename_columns(names) for batch in batches)
        yield from audit_batches(named, job.audit, job.wanted, report, job.patients)
        if note is not None:
            note(report)

    together = _together(events, _key_of_column(events, patient), partitions)
    # `mapInArrow` finds columns by name, and a dot in a name would be read as a path.
    plain = together.toDF(*(f"c{number}" for number, _ in enumerate(names)))
    carried = [column for column in events.schema.fields if column.name != wanted.line]
    return _mapped(plain, decide, _schema(carried, wanted))


def audit_text(
    lines: DataFrame, key: Column, table: Table, job: Job, partitions: int, note: Callable[[TaskReport], None]
) -> DataFrame:
    """Return the results of a CSV, as from `audit_lines`; `key` is equal for all `lines` of a patient.

    `lines` has two columns: the number of a line, and TEXT. Every task calls `note` (see `audit_dataframe`).
    """
    shared = lines.sparkSession.sparkContext.broadcast(job)

    def decide(batches: Iterator[Any]) -> Iterator[Any]:
        job, report = shared.value, TaskReport()
        yield from audit_lines(batches, table, job.audit, job.wanted, report, job.patients)
        note(report)

    together = _together(lines, key, partitions)
    as_bytes = together.withColumn(TEXT, together[TEXT].cast("binary"))  # Arrow refuses text that is not UTF-8
    return _mapped(as_bytes, decide, _schema_of_text(table, job.wanted))


def _key_of_column(events: DataFrame, name: str) -> Column:
    """Return a key that is equal for all rows of a patient: the trimmed id."""
    from pyspark.sql import functions
    from pyspark.sql.types import StringType

    column = events[_quoted(name)]
    if not isinstance(events.schema[name].dataType, StringType):
        return column
    return trimmed(column, functions)


def trimmed(column: Column, functions: Any) -> Column:
    """Return a text column without blanks at its ends."""
    # Few ids have blanks, and searching for all kinds of them takes longer than the rest of the work on a line.
    ends = (functions.ascii(column), functions.ascii(functions.substring(column, -1, 1)))
    is_trimmed = ends[0].between(*_VISIBLE) & ends[1].between(*_VISIBLE)
    return functions.when(is_trimmed, column).otherwise(functions.trim(column, functions.lit(BLANKS)))


def _together(rows: DataFrame, key: Column, partitions: int | None) -> DataFrame:
    return rows.repartition(key) if partitions is None else rows.repartition(partitions, key)


def _mapped(rows: DataFrame, decide: Callable[[Iterator[Any]], Iterator[Any]], schema: Any) -> DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # PySpark warns about pandas, which is not used here
        return rows.mapInArrow(decide, schema)


def _schema(carried: Sequence[Any], wanted: Wanted) -> Any:
    """Return `result_schema` as a Spark schema; `carried` are the fields of the input that the output keeps."""
    from pyspark.sql import types as t

    if wanted.as_lines:
        return t.StructType([t.StructField(TEXT, t.StringType())])
    kinds = dict.fromkeys(DATE_RESULTS, t.DateType()) | dict.fromkeys(NUMBERS, t.IntegerType())
    names = [*wanted.results, *([CONTESTED] if wanted.readings else [])]
    return t.StructType([*carried, *(t.StructField(name, kinds.get(name, t.StringType())) for name in names)])


def _schema_of_text(table: Table, wanted: Wanted) -> Any:
    from pyspark.sql import types as t

    return _schema([t.StructField(name, t.StringType()) for name in table.header], wanted)


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
