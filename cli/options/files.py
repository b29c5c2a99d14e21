"""Options and warnings about the columns of a user's files: other names, slips, and a patients file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.events.column_map import ColumnMap, map_option, parse_mappings, read_map_file
from spine_vigil.scheduler.cohort.events.headers import misspelt_columns, unread_columns
from spine_vigil.scheduler.cohort.events.patients_file import Patients
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.data_dictionary import patient_columns
from spine_vigil.scheduler.records.fields import PATIENT_ID, event_columns

STDIN = "standard input"
"""What messages call the file that is named -."""

_F = TypeVar("_F", bound=Callable[..., Any])

_MOST_TOLD = 20
"""How many problems of a patients file are told one by one."""


def map_options(command: _F) -> _F:
    """Add `--map COLUMN=FIELD` and `--map-file FILE` (passed on together as `columns`)."""

    @click.option(
        "--map",
        "pairs",
        multiple=True,
        metavar="COLUMN=FIELD",
        help="Read a column of another name as a field, e.g. MRN=patient_id; any number of times.",
    )
    @click.option(
        "--map-file",
        type=click.Path(path_type=Path),
        metavar="FILE.toml",
        help='The same from a file: a table [columns] with lines like "MRN" = "patient_id".',
    )
    @wraps(command)
    def with_columns(*args: Any, pairs: tuple[str, ...], map_file: Path | None, **options: Any) -> Any:
        fields = (PATIENT_ID, *event_columns(CURRENT))
        from_file = read_map_file(map_file, fields) if map_file else {}
        columns = ColumnMap(from_file | parse_mappings(pairs, "--map", fields))
        return command(*args, columns=columns, **options)

    return cast("_F", with_columns)


def warn_of_columns(header: Sequence[str], carried: str, fields: Collection[str] | None = None) -> list[str]:
    """Say which columns are not read but may hold a field, of `fields` where given; return them.

    `header` names the columns as they are read; `carried` is what becomes of those that are not known.
    """
    known = (PATIENT_ID, *event_columns(CURRENT))
    meant = misspelt_columns(header, known) | unread_columns(header, known)
    told = {column: name for column, name in meant.items() if fields is None or name in fields}
    for column, name in told.items():
        click.echo(
            f"vigil: column '{column}' is not known and {carried}; is '{name}' meant? then add"
            f" {map_option(column, name)}",
            err=True,
        )
    return list(told)


def patients_option(command: _F) -> _F:
    """Add `--patients FILE` (passed on as `patients_file`)."""
    return click.option(
        "--patients",
        "patients_file",
        type=click.Path(path_type=Path),
        help="A CSV or Parquet file with one row per patient; it fills what rows of EVENTS leave empty.",
    )(command)


def tell_met(met: int, patients: Patients, file: Path) -> None:
    """Say how many patients of a patients file have an event: `met` of them."""
    if met == 0:
        click.echo(f"vigil: no patient of {file} has an event; compare how the two files write patient ids", err=True)
    else:
        count = len(patients.cells)
        click.echo(f"vigil: {file}: {met:,} of {count:,} patients have an event", err=True)


def warn_of_patients(patients: Patients, file: Path, edition: Edition, *, tells_values: bool = True) -> None:
    """Say what of a patients file cannot be read, and which of its columns fill nothing."""
    for problem in patients.problems[:_MOST_TOLD]:
        told = problem if tells_values else f"{problem.partition(': ')[0]} cannot be read"
        click.echo(f"vigil: {told}", err=True)
    if len(patients.problems) > _MOST_TOLD:
        click.echo(f"vigil: {file}: {len(patients.problems) - _MOST_TOLD:,} more such problems", err=True)
    if patients.of_events:
        click.echo(
            f"vigil: {file} has columns that describe an event and fill nothing: {', '.join(patients.of_events)};"
            " give them in the events file",
            err=True,
        )
    header = (PATIENT_ID, *patients.filling, *patients.unknown)
    meant = warn_of_columns(header, f"not read from {file}", patient_columns(edition))
    strange = [column for column in patients.unknown if column not in meant]
    if strange:
        click.echo(f"vigil: {file} has columns that are not known and not read: {', '.join(strange)}", err=True)


def counted(number: int, noun: str) -> str:
    """Return a number of things in words: `1 row`, `1,200 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
