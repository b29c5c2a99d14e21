"""A report as values: what it is about, and its tables with their columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

SUPPRESSED = "suppressed"
"""The column that names the columns of a row whose cells are left out as small, joined by `;`; they are null."""

ALL = "all"
"""The kind of group, and the group, that holds everything."""

_GROUP = {"by": pl.String, "group": pl.String}
_SHARE = {"share": pl.Float64, "low": pl.Float64, "high": pl.Float64, "least": pl.Float64, "greatest": pl.Float64}


def _share_of(name: str) -> dict[str, pl.DataType | type[pl.DataType]]:
    return {name: pl.Float64, f"{name}_low": pl.Float64, f"{name}_high": pl.Float64}


TABLES: Mapping[str, Mapping[str, pl.DataType | type[pl.DataType]]] = {
    "timeliness": {
        **_GROUP,
        "patients": pl.Int64,
        "windows": pl.Int64,
        "timely": pl.Int64,
        "late": pl.Int64,
        "missed": pl.Int64,
        "unknown": pl.Int64,
        **_SHARE,
        "standing": pl.String,
        "patients_counted": pl.Int64,
        "patients_timely": pl.Int64,
        **{f"patients_{name}": dtype for name, dtype in _SHARE.items()},
        SUPPRESSED: pl.String,
    },
    "time_to_study": {
        **_GROUP,
        "patients": pl.Int64,
        "windows": pl.Int64,
        "done": pl.Int64,
        "censored": pl.Int64,
        **_share_of("median"),
        **_share_of("by_closes"),
        **_share_of("by_30"),
        **_share_of("by_60"),
        **_share_of("by_90"),
        SUPPRESSED: pl.String,
    },
    "time_curve": {"days": pl.Int64, "at_risk": pl.Int64, **_share_of("done"), SUPPRESSED: pl.String},
    "not_counted": {
        "outcome": pl.String,
        "why": pl.String,
        "windows": pl.Int64,
        "patients": pl.Int64,
        SUPPRESSED: pl.String,
    },
    "courses": {"standing": pl.String, "courses": pl.Int64, "patients": pl.Int64, SUPPRESSED: pl.String},
    "use": {
        **_GROUP,
        "patients": pl.Int64,
        "studies": pl.Int64,
        "within": pl.Int64,
        "outside": pl.Int64,
        "undecided": pl.Int64,
        "refer": pl.Int64,
        **_SHARE,
        "standing": pl.String,
        SUPPRESSED: pl.String,
    },
    "use_reasons": {
        "decision": pl.String,
        "reason": pl.String,
        "studies": pl.Int64,
        "patients": pl.Int64,
        "share": pl.Float64,
        SUPPRESSED: pl.String,
    },
    "early_days": {
        "days": pl.String,
        "studies": pl.Int64,
        "patients": pl.Int64,
        "share": pl.Float64,
        SUPPRESSED: pl.String,
    },
    "collect_first": {
        "item": pl.String,
        "alone": pl.Int64,
        "together": pl.Int64,
        "together_share": pl.Float64,
        SUPPRESSED: pl.String,
    },
    "readings": {
        "reading": pl.String,
        "differing": pl.Int64,
        "use_share": pl.Float64,
        "use_share_read_so": pl.Float64,
        "timeliness": pl.Float64,
        "timeliness_read_so": pl.Float64,
        SUPPRESSED: pl.String,
    },
    "burden": {
        "modality": pl.String,
        "what": pl.String,
        "studies": pl.Int64,
        "patients": pl.Int64,
        "patient_years": pl.Float64,
        "per_patient_year": pl.Float64,
        SUPPRESSED: pl.String,
    },
}
"""The tables of a report, with the columns and types of each.

`by` is `all`, `protocol`, `schedule` (the route: `protocol/schedule`), `year`, or the name of a column; `group` is the
protocol, route, year or value. Shares are fractions from 0 to 1 with their interval (`low`, `high`) and their bounds
under what is missing (`least`, `greatest`). `standing` is one of STANDINGS, empty for `all`. `time_to_study` counts in
days; `median` is null where fewer than half were done. `not_counted` lists the unknown windows by `why` too. `courses`
tells which courses have windows, and why others have none. `burden` has a line for each modality that was `done` and
for each set of modalities of which the schedules accept one (`asked`), and a line `all` for each. In `early_days` the
days from the study to the opening of the window are ranges (`8 to 14`).
"""

LISTS = ("windows", "patients")
"""The lists behind a report, which name patients."""

STANDINGS = ("above", "perhaps above", "as the whole", "perhaps below", "below", "too few to tell")
"""How the share of a group stands beside that of all: outside the 99.8 % limits of the funnel, outside those of 95 %
(`perhaps`), inside, or with an interval too wide to say."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that was read: its name without the folder, its SHA-256 (empty for a stream or a frame)."""

    name: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What a report says of itself.

    `counts` are rows of the input by what they are, in order (`rows`, `performed studies`, ...); None where a number is
    left out as small.
    `readings` are the readings that are taken in place of the edition's own (`ROUTE=NAME`). `by` are the columns that
    were asked for. `not_an_order` is the note that every output carries.
    """

    edition: str
    edition_title: str
    reviewed: date
    grace: str
    version: str
    first_day: date
    last_day: date
    as_of: date
    made_on: date
    command_line: str
    small_cells: int
    files: tuple[InputFile, ...] = ()
    readings: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    counts: Mapping[str, int | None] = field(default_factory=dict)
    cautions: tuple[str, ...] = ()
    not_an_order: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report: what it is about, and its tables by name (see TABLES), small cells left out."""

    about: About
    tables: Mapping[str, pl.DataFrame]
