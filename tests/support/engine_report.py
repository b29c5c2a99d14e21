"""The report of the engine, from files to tables, in the form in which it is worked out literally."""

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from support import literal_counts as counts
from support.block_sizes import WHOLE, Sizes, as_csv, blocks_of
from support.literal_report import LiteralReport
from support.literal_use import Burden
from support.literal_windows import ReportWindow
from support.patients import Cells

from spine_vigil.protocols import CURRENT
from spine_vigil.reporting import CohortReport, Wanted, make_report
from spine_vigil.scheduler.cohort import partitions
from spine_vigil.scheduler.cohort.adherence import filed
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.sources import CohortFiles

Row = Mapping[str, Any]


def frame_of(rows: Sequence[Cells]) -> pl.DataFrame:
    """Return rows as a frame of text that holds every column that one of them has; empty cells are null."""
    names = dict.fromkeys(["patient_id", "date", "cpt", *(name for row in rows for name in row)])
    columns = {name: [row.get(name) or None for row in rows] for name in names}
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))


def made(
    events: CohortFiles,
    first_day: date | None,
    last_day: date,
    by: Sequence[str] = (),
    grace_days: int | None = None,
    *,
    as_of: date | None = None,
    edition: Edition = CURRENT,
    sizes: Sizes = WHOLE,
    small_cells: int = 0,
    readings: bool = False,
) -> CohortReport:
    """Return the report of a cohort with its lists, as the public face makes it."""
    wanted = Wanted(
        last_day,
        first_day,
        tuple(by),
        small_cells=small_cells,
        patients_too=True,
        other_readings=readings,
    )
    with blocks_of(sizes), pytest.MonkeyPatch.context() as patch:
        patch.setattr(pl, "thread_pool_size", lambda: sizes.workers)
        if sizes != WHOLE:
            patch.setattr(filed, "_BLOCKS_OF_A_PARTITION", 2)
            patch.setattr(partitions, "_MOST_PARTITIONS", 5)
        return make_report(events, Audit(edition, GracePolicy(grace_days), as_of or last_day), wanted)


def cohort_files(events: Sequence[Cells], patients: Sequence[Cells] = ()) -> CohortFiles:
    """Return rows as an events file in the form of CSV, and as a patients frame."""
    known = frame_of(patients).drop("date", "cpt") if patients else None
    return CohortFiles(BytesIO(as_csv(events)), known, none_performed=True)


def engine(
    events: Sequence[Cells],
    patients: Sequence[Cells],
    first_day: date,
    last_day: date,
    by: Sequence[str] = (),
    grace_days: int | None = None,
    *,
    as_of: date | None = None,
    edition: Edition = CURRENT,
    sizes: Sizes = WHOLE,
) -> LiteralReport:
    """Return what the published tables and lists say, all small cells shown."""
    files = cohort_files(events, patients)
    report = made(files, first_day, last_day, by, grace_days, as_of=as_of, edition=edition, sizes=sizes)
    tables = {name: table.to_dicts() for name, table in report.tables.items()}
    return LiteralReport(
        windows=[_window(row, by) for row in report.lists["windows"].to_dicts()],
        timeliness={_group(row): _timeliness(row) for row in tables["timeliness"]},
        time_to_study={_group(row): (row["patients"], row["done"], row["censored"]) for row in tables["time_to_study"]},
        not_counted={(row["outcome"], row["why"]): (row["windows"], row["patients"]) for row in tables["not_counted"]},
        courses={row["standing"]: (row["courses"], row["patients"]) for row in tables["courses"]},
        use={_group(row): _use(row) for row in tables["use"]},
        use_reasons={
            (row["decision"], row["reason"]): (row["studies"], row["patients"]) for row in tables["use_reasons"]
        },
        early_days={row["days"]: (row["studies"], row["patients"]) for row in tables["early_days"]},
        collect_first=[(row["item"], row["alone"], row["together"]) for row in tables["collect_first"]],
        burden=_burden(tables["burden"]),
        studies_of={
            (row["patient_id"], kind): row[kind]
            for row in report.lists["patients"].to_dicts()
            for kind in ("within", "outside", "undecided", "refer")
            if row[kind]
        },
    )


def _group(row: Row) -> counts.Group:
    return row["by"], row["group"]


def _window(row: Row, by: Sequence[str]) -> ReportWindow:
    return ReportWindow(
        patient_id=row["patient_id"],
        protocol=row["protocol"],
        schedule=row["schedule"],
        index_date=row["index_date"],
        opens=row["opens"],
        closes=row["closes"],
        last_day=row["last_day"],
        outcome=row["outcome"],
        why=row["why"],
        study_date=row["study_date"],
        days=row["days"] if row["is_done"] else None,
        observed_days=row["days"],
        at_worst=row["at_worst"],
        at_best=row["at_best"],
        has_time=row["counts_for_time"],
        groups={column: row[column] for column in by},
    )


def _timeliness(row: Row) -> counts.Timeliness:
    assert row["windows"] == row["timely"] + row["late"] + row["missed"] + row["unknown"]
    return counts.Timeliness(
        **{
            name: row[name]
            for name in (
                *("patients", "windows", "timely", "late", "missed", "unknown", "least", "greatest"),
                *("patients_counted", "patients_timely", "patients_least", "patients_greatest"),
            )
        }
    )


def _use(row: Row) -> counts.Use:
    names = ("patients", "studies", "within", "outside", "undecided", "refer", "least", "greatest")
    return counts.Use(**{name: row[name] for name in names})


def _burden(rows: Sequence[Row]) -> Burden:
    lines: dict[str, dict[str, tuple[int, int]]] = {"done": {}, "asked": {}}
    for row in rows:
        lines[row["what"]][row["modality"]] = row["studies"], row["patients"]
    (days,) = {round(row["patient_years"] * 365.25) for row in rows} or {None}
    return Burden(lines["done"], lines["asked"], days)
