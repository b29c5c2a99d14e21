"""Options for the input files of a cohort and their format."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial, wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from spine_vigil.cli.options.common import date_format_option, editions_in_use
from spine_vigil.cli.streams import standard_input
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import ValueProblem, VigilError
from spine_vigil.scheduler.intake.column_map import ColumnMap, parse_mappings, read_map_file
from spine_vigil.scheduler.intake.columns import PROFILE_FIELDS
from spine_vigil.scheduler.intake.profile_file import constant, read_profile
from spine_vigil.scheduler.records.fields import PATIENT_ID, event_columns
from spine_vigil.sources import CohortFiles, profile_of_options

_F = TypeVar("_F", bound=Callable[..., Any])
_T = TypeVar("_T")


def cohort_options(command: _F) -> _F:
    """Add the options that say how files are written; passed on with EVENTS as `files` (None: without EVENTS)."""

    @click.option(
        "--patients",
        "patients_files",
        multiple=True,
        type=click.Path(path_type=Path),
        help="A file with one row per patient and course; it fills empty cells in rows of EVENTS. Repeat for more.",
    )
    @click.option(
        "--map",
        "pairs",
        multiple=True,
        metavar="COLUMN=FIELD",
        help="Read a column with another name as a field, e.g. MRN=patient_id. Repeat for more columns.",
    )
    @click.option(
        "--map-file",
        type=click.Path(path_type=Path),
        metavar="FILE.toml",
        help='Read column mappings from a file: a table [columns] with lines like "MRN" = "patient_id".',
    )
    @click.option(
        "--profile",
        "profile_file",
        type=click.Path(path_type=Path),
        envvar="VIGIL_PROFILE",
        metavar="FILE.toml",
        help="Read the files as this intake profile says; 'vigil setup' makes one. [default: VIGIL_PROFILE, if set]",
    )
    @click.option(
        "--set",
        "constants",
        multiple=True,
        metavar="FIELD=VALUE",
        help="A constant for a field that EVENTS lacks, e.g. status=performed for paid claims. Repeat for more fields.",
    )
    @click.option(
        "--none-performed",
        is_flag=True,
        help="It is meant that no row of EVENTS is a performed study; otherwise what is due refuses such a file.",
    )
    @date_format_option
    @wraps(command)
    def with_files(
        *args: Any,
        events: Path | None,
        patients_files: tuple[Path, ...],
        pairs: tuple[str, ...],
        map_file: Path | None,
        profile_file: Path | None,
        constants: tuple[str, ...],
        date_format: str | None,
        none_performed: bool,
        **options: Any,
    ) -> Any:
        if events is None:  # of a command that does without a cohort
            return command(*args, files=None, **options)
        known = dict.fromkeys(name for edition in editions_in_use() for name in event_columns(edition))
        fields = (PATIENT_ID, *known, *(PROFILE_FIELDS if profile_file else ()))
        from_file = read_map_file(map_file, fields) if map_file else {}
        columns = ColumnMap(from_file | parse_mappings(pairs, "--map", fields))
        source = standard_input() if str(events) == "-" else events
        profile = _of_any_edition(lambda edition: read_profile(profile_file, edition)) if profile_file else None
        profile = profile_of_options(columns, date_format, _constants(constants), profile)
        first, more = next(iter(patients_files), None), patients_files[1:]
        files = CohortFiles(source, first, more, none_performed, profile)
        return command(*args, files=files, **options)

    return cast("_F", with_files)


def _of_any_edition(read: Callable[[Edition], _T]) -> _T:
    """Return what is read by the first edition that can; a field may be a fact of one of them alone.

    Raises what the last one raises.
    """
    *earlier, last = editions_in_use()
    for edition in earlier:
        with suppress(VigilError):
            return read(edition)
    return read(last)


def _constants(pairs: Iterable[str]) -> dict[str, str]:
    """Read `FIELD=VALUE` pairs. Raises ValueProblem."""
    constants: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or not value:
            raise ValueProblem(f"--set '{pair}' is not of the form FIELD=VALUE, e.g. status=performed")
        if name in constants:
            raise ValueProblem(f"--set gives '{name}' twice; give it once")
        try:
            constants[name] = _of_any_edition(partial(constant, name=name, text=value))
        except ValueProblem as problem:
            raise ValueProblem(f"--set {problem}") from None
    return constants
