"""Decoding events: cells as numbers, with problems for cells that cannot be read or contradict each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from spine_vigil.scheduler.cohort.decoding.cells import Cells
from spine_vigil.scheduler.cohort.decoding.values import UNREADABLE, Meanings
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.files.csv_text import DAMAGE
from spine_vigil.scheduler.records import rows as row_checks
from spine_vigil.scheduler.records.fields import (
    DATE_COLUMNS,
    MODALITIES,
    PATIENT_ID,
    STATUSES,
    STUDY_COLUMNS,
    Column,
    Kind,
    ProtocolSets,
    day_number,
    event_columns,
)
from spine_vigil.scheduler.records.patients import Status

PROBLEMS = {"row": pl.UInt32, "column": pl.String, "value": pl.String, "message": pl.String}
"""The columns of problems: the row and column of a cell, its text, and what is wrong and what to do."""

ALWAYS = (*STUDY_COLUMNS, *DATE_COLUMNS, "protocol", "status", "primary_site")
"""The columns that every decoded frame has, even where the file lacks them."""

_OWN = ("own_modality", "own_regions")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Rows as whole numbers, and the problems found (columns of PROBLEMS, in order of rows).

    `protocols` holds the number (see ProtocolSets) of the protocols that each row names, UNREADABLE where one is
    unknown.
    """

    rows: pl.DataFrame
    problems: pl.DataFrame
    protocols: pl.Series


class Decoder:
    """Decodes the cells of one file, block by block and from any thread; each distinct text is read once.

    `columns` are the columns that it reads, `meanings` the Meanings of their texts, both by name; `sets` numbers the
    protocols of a cell.
    """

    def __init__(self, edition: Edition, date_format: str | None = None, as_of: date | None = None) -> None:
        """`date_format` (strptime) is how the file writes dates; no study can be performed after `as_of`."""
        self.sets = ProtocolSets(edition)
        self.columns = event_columns(edition, date_format, self.sets)
        self._edition = edition
        self._as_of = as_of
        # Columns with the same parser share one Meanings: a cohort has the same days in many columns.
        readers: dict[object, Meanings] = {}
        for column in self.columns.values():
            if (column.parse, column.encode) not in readers:
                is_iso = column.kind is Kind.DATE and date_format is None
                readers[column.parse, column.encode] = Meanings(column, is_iso=is_iso)
        self.meanings = {name: readers[column.parse, column.encode] for name, column in self.columns.items()}

    def decode(self, cells: Cells) -> Decoded:
        """Return the rows of `cells` as whole numbers, and the problems found.

        A missing column counts as empty throughout. The rows come back in order with `row` (from 0), `patient` and
        `patient_check` (see PatientKeys), those of `columns` that the file has or that are in ALWAYS (null where empty
        or unreadable), `regions`, `is_add_on`, `has_study` and `has_patient`; `modality` and `regions` are those of the
        cpt code where one is given, and an empty status is `requested`.
        """
        rows, columns = len(cells), self.columns
        empty = pl.repeat(None, rows, dtype=pl.Int32, eager=True)
        given = [name for name in columns if name in cells.names]
        decoded = {name: _decode_column(name, cells, self.meanings[name]) for name in given}
        problems = [unreadable for _, unreadable in decoded.values() if unreadable is not None]
        # Facts without a column are left out: there can be a hundred of them.
        names = [n for n in columns if n in decoded or n in ALWAYS]
        numbers = pl.DataFrame({n: decoded[n][0] if n in decoded else empty for n in names}).with_row_index("row")
        filled = numbers.select(pl.col(n).is_not_null().alias(f"has_{n}") for n in (*STUDY_COLUMNS, "date"))
        unreadable = [n for n, (_, bad) in decoded.items() if bad is not None and columns[n].kind is not Kind.NUMBER]
        frame = numbers.with_columns(
            *(pl.when(pl.col(n) != UNREADABLE).then(pl.col(n)).alias(n) for n in unreadable),
            *filled.get_columns(),
            *cells.patients().get_columns(),
            has_study=filled.select(pl.any_horizontal(f"has_{n}" for n in STUDY_COLUMNS)).to_series(),
        )
        frame = _with_study(frame, self._edition)
        problems = [*_check_patient(frame), *problems, *_check_together(frame, cells, self._edition, self._as_of)]
        if cells.damage is not None:
            damaged = cells.damage.to_frame(DAMAGE).with_row_index("row").drop_nulls()
            # The columns of a line that is damaged as a whole cannot be trusted.
            problems = [p.join(damaged, on="row", how="anti") for p in problems]
            problems.append(damaged.select("row", column=pl.lit(""), value=pl.lit(""), message=DAMAGE))
        all_problems = pl.concat([pl.DataFrame(schema=PROBLEMS), *problems]).sort("row", maintain_order=True)
        return Decoded(frame.drop(*filled.columns, *_OWN), all_problems, numbers["protocol"])


def _decode_column(name: str, cells: Cells, meanings: Meanings) -> tuple[pl.Series, pl.DataFrame | None]:
    """Return a column as numbers (`meanings.unreadable` for cells that cannot be read), and its problems, if any."""
    values = cells.numbers(name, meanings)
    if not meanings.messages:
        return values, None
    rows = (values == meanings.unreadable).arg_true()
    if rows.is_empty():
        return values, None
    bad = pl.DataFrame({"row": rows, "text": cells.text(name, rows)})
    messages_of_texts = {value: meanings.messages[value] for value in bad["text"].unique().to_list()}
    return values, bad.select(
        "row",
        column=pl.lit(name),
        value=pl.col("text").str.strip_chars(),
        message=pl.col("text").replace_strict(messages_of_texts, return_dtype=pl.String),
    )


def _with_study(frame: pl.DataFrame, edition: Edition) -> pl.DataFrame:
    """Add `regions` and `is_add_on`, and the row's own modality and regions as `own_modality` and `own_regions`."""
    codes = edition.cpt_codes
    modality = pl.Series([MODALITIES.index(c.modality) for c in codes], dtype=pl.Int32)
    regions = pl.Series([c.region_bits or None for c in codes], dtype=pl.Int32)
    add_on = pl.Series([c.is_add_on for c in codes], dtype=pl.Boolean)
    cpt = pl.col("cpt")
    return frame.with_columns(
        own_modality=pl.col("modality"),
        own_regions=pl.col("region"),
        modality=pl.coalesce(pl.lit(modality).gather(cpt), "modality"),
        regions=pl.coalesce(pl.lit(regions).gather(cpt), "region"),
        is_add_on=pl.lit(add_on).gather(cpt).fill_null(value=False),
        status=pl.col("status").fill_null(STATUSES.index(Status.REQUESTED)),
    )


def _check_patient(frame: pl.DataFrame) -> list[pl.DataFrame]:
    nameless = frame.filter(~pl.col("has_patient"))
    return [nameless.select("row", column=pl.lit(PATIENT_ID), value=pl.lit(""), message=pl.lit(row_checks.NO_PATIENT))]


def _check_together(frame: pl.DataFrame, cells: Cells, edition: Edition, as_of: date | None) -> list[pl.DataFrame]:
    """Return the problems of cells that contradict each other: the checks of a single row, in the same order."""
    code_regions = pl.Series([c.region_bits or None for c in edition.cpt_codes], dtype=pl.Int32)
    code_modality = pl.Series([MODALITIES.index(c.modality) for c in edition.cpt_codes], dtype=pl.Int32)
    cpt, has_study, has_date = pl.col("cpt"), pl.col("has_study"), pl.col("has_date")
    no_code, has_modality, has_region = ~pl.col("has_cpt"), pl.col("has_modality"), pl.col("has_region")
    wanted = pl.lit(code_regions).gather(cpt)
    was_performed = pl.col("status") == STATUSES.index(Status.PERFORMED)
    checks = [
        (has_study & ~has_date, "date", row_checks.NO_DATE),
        (has_date & ~has_study, "modality", row_checks.NO_STUDY),
        (pl.lit(code_modality).gather(cpt) != pl.col("own_modality"), "modality", row_checks.MODALITY_DISAGREES),
        (cpt.is_not_null() & wanted.is_null() & ~has_region, "cpt", row_checks.CPT_NEEDS_REGION),
        (wanted != pl.col("own_regions"), "region", row_checks.REGION_DISAGREES),
        (no_code & has_region & ~has_modality, "modality", row_checks.NO_MODALITY),
        (no_code & has_modality & ~has_region, "region", row_checks.NO_REGION),
        (pl.col("date") < pl.col("birth_date"), "birth_date", row_checks.BEFORE_BIRTH),
        (was_performed & (pl.col("date") > pl.col("death_date")), "death_date", row_checks.AFTER_DEATH),
    ]
    if as_of is not None:
        not_yet = row_checks.NOT_YET.replace("{as_of}", as_of.isoformat())
        checks.append((was_performed & (pl.col("date") > day_number(as_of)), "date", not_yet))
    failing = frame.select(
        "row", *(holds.fill_null(value=False).alias(str(n)) for n, (holds, _, _) in enumerate(checks))
    )
    problems = []
    for number, (_, column, message) in enumerate(checks):
        rows = failing.filter(pl.col(str(number)))["row"]
        if len(rows):
            value = cells.text(column, rows).str.strip_chars().fill_null("") if column in cells.names else None
            before, mark, behind = message.partition("{value}")
            text = pl.concat_str(pl.lit(before), pl.col("value"), pl.lit(behind)) if mark else pl.lit(message)
            failed = pl.DataFrame({"row": rows, "value": value}, schema_overrides={"value": pl.String})
            problems.append(
                failed.with_columns(pl.col("value").fill_null("")).select(
                    "row", column=pl.lit(column), value="value", message=text
                )
            )
    return problems


def bounds(frame: pl.DataFrame, columns: Mapping[str, Column]) -> list[int]:
    """Return the earliest and the latest date of a decoded frame as day numbers; an empty list where it has no date.

    All dates count from which a rule can count: those of events, index dates and facts.
    """
    dates = [n for n, column in columns.items() if column.kind is Kind.DATE and n in frame.columns]
    days = frame.select(
        low=pl.min_horizontal(pl.col(n).min() for n in dates), high=pl.max_horizontal(pl.col(n).max() for n in dates)
    ).row(0)
    return [day for day in days if day is not None]
