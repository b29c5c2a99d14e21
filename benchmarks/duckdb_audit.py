"""Audit in SQL on DuckDB, for schedules only: `python benchmarks/duckdb_audit.py EVENTS.csv OUT.csv`.

The baseline for a database with the same rules. It writes every row of the input in its order, with the result columns
of `vigil audit`. Decision, reason, timing, route, section, reference date and window equal those of vigil wherever
schedules alone decide; `compare_answers.py` verifies this. Not implemented, with empty columns: the next allowed date,
what is missing, the regions that stay undecided, the count of unread rows, indications, contraindications and
combinations. The explanation is one short sentence, and does not say what is wrong with a bad row. Not read: several
protocols in one row, and courses that other rows of the patient give to it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import duckdb
from events_sql import CONTEXTS, MACROS, events_sql
from rule_tables import rule_tables
from schedules_sql import CASES, DECISIONS, REFERENCES

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.rules.grace import GracePolicy


def decide_file(events: Path, out: Path) -> None:
    """Decide every row of a CSV of events, and write the output directly under its final name."""
    with tempfile.TemporaryDirectory(dir=out.parent) as passing, duckdb.connect() as database:
        database.execute(f"SET temp_directory = '{passing}'")
        for name, (definitions, rows) in rule_tables(CURRENT, GracePolicy()).items():
            database.execute(f"CREATE TABLE {name} ({definitions})")
            marks = ", ".join(["(" + ", ".join("?" * len(rows[0])) + ")"] * len(rows))
            database.execute(f"INSERT INTO {name} VALUES {marks}", [cell for row in rows for cell in row])
        database.execute(MACROS)
        columns = read_cells(database, events)
        for statement in (events_sql(columns), *CONTEXTS, *REFERENCES, *CASES, *DECISIONS):
            database.execute(statement)
        write_answers(database, columns, out)


def read_cells(database: duckdb.DuckDBPyConnection, events: Path) -> list[str]:
    """Read the file as text into the table `cells` with numbered rows; return its columns."""
    database.execute(
        "CREATE TABLE cells AS SELECT row_number() OVER () AS row, * FROM"
        f" read_csv('{events}', all_varchar = true, header = true, delim = ',', quote = '\"')"
    )
    described = database.execute("DESCRIBE cells").fetchall()
    return [str(column[0]) for column in described[1:]]


def write_answers(database: duckdb.DuckDBPyConnection, columns: list[str], out: Path) -> None:
    """Write every row of the input with its answer, in its order."""
    cells = ", ".join(f'cells."{name}"' for name in columns)
    database.execute(f"""
COPY (
  SELECT {cells}, decision, d.reason, timing, d.route, d.section, reference_date, opens, closes, days_from_window,
    NULL AS next_allowed, NULL AS missing, NULL AS undecided_regions, NULL AS unread_rows, NULL AS combination,
    concat_ws('', d.section, CASE WHEN opens IS NOT NULL THEN concat(': counted from ', reference_date,
      ', the window is ', opens, ' to ', closes, '. ') END, replace(d.reason, '_', ' '), '.') AS explanation
  FROM cells LEFT JOIN decided d ON d.row = cells.row LEFT JOIN reasons ON reasons.reason = d.reason
  ORDER BY cells.row
) TO '{out}' (HEADER, DELIMITER ',')
""")


if __name__ == "__main__":
    decide_file(Path(sys.argv[1]), Path(sys.argv[2]))
