"""Decoding events: cells as numbers, with problems for cells that cannot be read or contradict each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from spine_vigil.scheduler.cohort.decoding.cells import Cells, with_copies
from spine_vigil.scheduler.cohort.decoding.values import UNREADABLE, Meanings
from spine_vigil.scheduler.editions.edition import CptCode, Edition
from spine_vigil.scheduler.files.csv_text import DAMAGE, FOOTER, NO_TEXT, NOT_TEXT
from spine_vigil.scheduler.intake.columns import read_columns
from spine_vigil.scheduler.intake.dates import is_iso_day
from spine_vigil.scheduler.intake.forms import CellForms
from spine_vigil.scheduler.records import rows as row_checks
from spine_vigil.scheduler.records.fields import (
    ANOTHER_STUDY,
    DATE_COLUMNS,
    LEFT_OUT,
    MODALITIES,
    NO_IMAGING,
    PATIENT_ID,
    STATUSES,
    STUDY_COLUMNS,
    STUDY_TEXT,
    WITHOUT,
    Column,
    Kind,
    ProtocolSets,
    Studies,
    day_number,
)
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.studies import Modality

PROBLEMS = {"row": pl.UInt32, "column": pl.String, "value": pl.String, "message": pl.String}
"""The columns of problems: the row and column of a cell, its text, and what is wrong and what to do."""

ALWAYS = (*STUDY_COLUMNS, *DATE_COLUMNS, "protocol", "status", "primary_site")
"""The columns that every decoded frame has, even where the file lacks them."""

_OWN = ("own_modality", "own_regions")

IS_LEFT_OUT = "is_left_out"
"""The column of a decoded frame that says whether a row is no imaging, where any is."""


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

    def __init__(
        self,
        edition: Edition,
        forms: CellForms | None = None,
        as_of: date | None = None,
        sets: ProtocolSets | None = None,
        *,
        performed_by: date | None = None,
    ) -> None:
        """`forms` say how the file writes its cells, `as_of` is the latest possible birth where they name none.

        No study can be performed after `performed_by`. Decoders with the same `sets` number protocols alike.
        """
        self.sets = ProtocolSets(edition) if sets is None else sets
        self._forms = CellForms() if forms is None else forms
        self._studies = Studies(edition)
        self.columns = read_columns(edition, self._forms, self.sets, self._studies, as_of)
        self._performed_by = performed_by
        # Columns with the same parser share one Meanings: a cohort has the same days in many columns.
        readers: dict[object, Meanings] = {}
        for column in self.columns.values():
            if (column.parse, column.encode) not in readers:
                readers[column.parse, column.encode] = Meanings(column, is_iso=self._is_iso(column))
        self.meanings = {name: readers[column.parse, column.encode] for name, column in self.columns.items()}

    def decode(self, cells: Cells) -> Decoded:
        """Return the rows of `cells` as whole numbers, and the problems found.

        A missing column counts as empty throughout, unless it has a constant. The rows come back in order with `row`
        (from 0), `patient` and `patient_check` (see PatientKeys), those of `columns` that the file has or that are in
        ALWAYS (null where empty or unreadable), `regions`, `is_add_on`, `has_study` and `has_patient`; `modality` and
        `regions` are those of the cpt code where one is given, and an empty status is `requested`. Where rows are left
        out as no imaging, IS_LEFT_OUT says which; nothing else counts of them.
        """
        cells = with_copies(cells, self._forms.copies, self._forms.constants)
        rows, columns = len(cells), self.columns
        empty = pl.repeat(None, rows, dtype=pl.Int32, eager=True)
        given = [name for name in columns if name in cells.names]
        decoded = {name: _decode_column(name, cells, self.meanings[name]) for name in given}
        # Facts without a column are left out: there can be a hundred of them.
        names = [n for n in columns if n in decoded or n in ALWAYS]
        numbers = pl.DataFrame({n: decoded[n][0] if n in decoded else empty for n in names}).with_row_index("row")
        filled = numbers.select(pl.col(n).is_not_null().alias(f"has_{n}") for n in self._filled(names))
        unreadable = [n for n, (_, bad) in decoded.items() if bad is not None and columns[n].kind is not Kind.NUMBER]
        frame = numbers.with_columns(
            *(pl.when(pl.col(n) != UNREADABLE).then(pl.col(n)).alias(n) for n in unreadable),
            *filled.get_columns(),
            *cells.patients().get_columns(),
            has_study=filled.select(pl.any_horizontal(f for f in filled.columns if f != "has_date")).to_series(),
        )
        frame = _with_study(self._completed(frame), self._studies.codes())
        problems = [
            bad if name != STUDY_TEXT else _needed(bad, frame) for name, (_, bad) in decoded.items() if bad is not None
        ]
        together = _check_together(frame, cells, self._studies.codes(), self._performed_by)
        problems = [*_check_patient(frame, cells), *problems, *together]
        damaged, footers = _damaged(cells, [PATIENT_ID, *given])
        if len(footers):
            is_footer = pl.col("row").is_in(footers.implode())
            was = pl.col(IS_LEFT_OUT) if IS_LEFT_OUT in frame.columns else pl.lit(value=False)
            frame = frame.with_columns((was | is_footer).alias(IS_LEFT_OUT))
        if len(damaged):
            # The columns of a line that is damaged as a whole cannot be trusted.
            problems = [p.join(damaged, on="row", how="anti") for p in problems]
            problems.append(damaged.select("row", column=pl.lit(""), value=pl.lit(""), message=DAMAGE))
        if IS_LEFT_OUT in frame.columns:
            left_out = frame.filter(IS_LEFT_OUT).select("row")
            problems = [p.join(left_out, on="row", how="anti") for p in problems]
        all_problems = pl.concat([pl.DataFrame(schema=PROBLEMS), *problems]).sort("row", maintain_order=True)
        protocols = frame["protocol"] if "protocol" not in unreadable else numbers["protocol"]
        extra = [n for n in names if WITHOUT in n or n.startswith(LEFT_OUT) or n == STUDY_TEXT]
        return Decoded(frame.drop(*filled.columns, *_OWN, *extra), all_problems, protocols)

    def _is_iso(self, column: Column) -> bool:
        """Return whether every ISO date of a column is that day, which no word for none takes away."""
        if column.kind is not Kind.DATE or column.name in self._forms.dates:
            return False
        return not any(map(is_iso_day, self._forms.null.get(column.name, ())))

    @staticmethod
    def _filled(names: Sequence[str]) -> list[str]:
        """Return the columns of which it counts whether a cell is filled."""
        return [*STUDY_COLUMNS, *([STUDY_TEXT] if STUDY_TEXT in names else []), "date"]

    def _completed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return a frame whose fields are completed by the columns that give them besides, such as a diagnosis."""
        for name in self._forms.copies:
            base, mark, _ = name.partition(WITHOUT)
            if not mark or name not in frame.columns:
                continue
            own = frame[base] if base in frame.columns else pl.Series(base, [None] * len(frame), frame[name].dtype)
            if base == "protocol":
                own = _united(own, frame[name], self.sets)
            frame = frame.with_columns(own.fill_null(frame[name]).alias(base))
        return frame


def _damaged(cells: Cells, read: Sequence[str]) -> tuple[pl.DataFrame, pl.Series]:
    """Return `row` and DAMAGE of the rows that are damaged as a whole, and the rows that are footers.

    Bytes that are no text harm only where they are in a column that is read.
    """
    if cells.damage is None:
        return pl.DataFrame(schema={"row": pl.UInt32, DAMAGE: pl.String}), pl.Series(dtype=pl.UInt32)
    damaged = cells.damage.to_frame(DAMAGE).with_row_index("row").drop_nulls()
    footers, damaged = damaged.filter(pl.col(DAMAGE) == FOOTER)["row"], damaged.filter(pl.col(DAMAGE) != FOOTER)
    rows = damaged.filter(pl.col(DAMAGE) == NOT_TEXT)["row"]
    if rows.is_empty():
        return damaged, footers
    texts = pl.DataFrame([cells.text(name, rows).alias(name) for name in read if name in cells.names])
    holds_none = pl.all().str.contains_any(list(NO_TEXT)).fill_null(value=False)
    is_harmed = texts.select(pl.any_horizontal(holds_none)).to_series()
    return damaged.filter(~pl.col("row").is_in(rows.filter(~is_harmed).implode())), footers


def _united(own: pl.Series, other: pl.Series, sets: ProtocolSets) -> pl.Series:
    """Return the numbers of the protocols that either column names, where both do."""
    pairs = pl.DataFrame({"own": own, "other": other})
    both = pairs.unique().drop_nulls().filter(pl.col("own") != pl.col("other"))
    if both.is_empty():
        return own
    both = both.with_columns(united=pl.Series([sets.union(a, b) for a, b in both.iter_rows()], dtype=own.dtype))
    joined = pairs.join(both, on=["own", "other"], how="left", maintain_order="left")
    return joined.select(pl.coalesce("united", "own")).to_series()


def _needed(problems: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the problems of studies in words for rows that have no code, which says more."""
    return problems.join(frame.filter("has_cpt").select("row"), on="row", how="anti")


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


def _with_study(frame: pl.DataFrame, codes: Sequence[CptCode]) -> pl.DataFrame:
    """Add `regions` and `is_add_on`, and the row's own modality and regions as `own_modality` and `own_regions`.

    Where a row has no code, its study may be given in words. Add IS_LEFT_OUT where any row is no imaging.
    """
    modalities = pl.lit(pl.Series([MODALITIES.index(c.modality) for c in codes], dtype=pl.Int32))
    regions = pl.lit(pl.Series(_bits(codes), dtype=pl.Int32))
    add_on = pl.Series([c.is_add_on for c in codes], dtype=pl.Boolean)
    by_code, region_of_code, cpt = modalities.gather(pl.col("cpt")), regions.gather(pl.col("cpt")), pl.col("cpt")
    by_text, region_of_text, study = by_code, region_of_code, cpt
    if STUDY_TEXT in frame.columns:
        text = pl.col(STUDY_TEXT)
        # Words say where a code is an image of, but not that it is of another modality.
        fits = ~pl.col("has_cpt") | (modalities.gather(text) == by_code)
        by_text, region_of_text = (pl.when(fits).then(table.gather(text)) for table in (modalities, regions))
        study = pl.when(pl.col("has_cpt")).then(cpt).otherwise(text)
    frame = frame.with_columns(
        own_modality=pl.col("modality"),
        own_regions=pl.col("region"),
        modality=pl.coalesce(by_code, "modality", by_text),
        regions=pl.coalesce(region_of_code, "region", region_of_text),
        is_add_on=pl.lit(add_on).gather(cpt).fill_null(value=False),
        status=pl.col("status").fill_null(STATUSES.index(Status.REQUESTED)),
    )
    said = [pl.col(n) == 1 for n in frame.columns if n.startswith(LEFT_OUT)]
    said += [study == number for number, code in enumerate(codes) if code == NO_IMAGING]
    if not said:
        return frame
    left_out = frame.select(pl.any_horizontal(said).fill_null(value=False).alias(IS_LEFT_OUT))
    return frame.hstack(left_out) if left_out.to_series().any() else frame


def _bits(codes: Sequence[CptCode]) -> list[int | None]:
    """Return the regions of codes as bit sets; null where the row has to name them."""
    return [c.region_bits if c.regions or c.modality is Modality.OTHER else None for c in codes]


def _check_patient(frame: pl.DataFrame, cells: Cells) -> list[pl.DataFrame]:
    """Return the problems of rows that name nobody."""
    nameless = frame.filter(~pl.col("has_patient"))["row"]
    ids = cells.text(PATIENT_ID, nameless).str.strip_chars().fill_null("")
    message = pl.when(pl.col("value") == "").then(pl.lit(row_checks.NO_PATIENT)).otherwise(pl.lit(row_checks.NOBODY))
    problems = pl.DataFrame({"row": nameless, "value": ids}, schema={"row": pl.UInt32, "value": pl.String})
    return [problems.select("row", column=pl.lit(PATIENT_ID), value="value", message=message)]


def _check_together(
    frame: pl.DataFrame, cells: Cells, codes: Sequence[CptCode], performed_by: date | None
) -> list[pl.DataFrame]:
    """Return the problems of cells that contradict each other: the checks of a single row, in the same order."""
    is_known = [c not in (ANOTHER_STUDY, NO_IMAGING) for c in codes]
    code_regions = pl.Series([b if k else 0 for b, k in zip(_bits(codes), is_known, strict=True)], dtype=pl.Int32)
    code_modality = pl.Series(
        [MODALITIES.index(c.modality) if k else None for c, k in zip(codes, is_known, strict=True)], dtype=pl.Int32
    )
    cpt, has_study, has_date = pl.col("cpt"), pl.col("has_study"), pl.col("has_date")
    has_text = pl.col(f"has_{STUDY_TEXT}") if f"has_{STUDY_TEXT}" in frame.columns else pl.lit(value=False)
    no_code = ~pl.col("has_cpt") & ~has_text
    has_modality, has_region = pl.col("has_modality"), pl.col("has_region")
    wanted = pl.lit(code_regions).gather(cpt)
    was_performed = pl.col("status") == STATUSES.index(Status.PERFORMED)
    needs_region = row_checks.CPT_NEEDS_REGION
    checks = [
        (has_study & ~has_date, "date", row_checks.NO_DATE),
        (has_date & ~has_study, "modality", row_checks.NO_STUDY),
        (pl.lit(code_modality).gather(cpt) != pl.col("own_modality"), "modality", row_checks.MODALITY_DISAGREES),
        (cpt.is_not_null() & wanted.is_null() & ~has_region & pl.col("regions").is_null(), "cpt", needs_region),
        ((wanted != 0) & (wanted != pl.col("own_regions")), "region", row_checks.REGION_DISAGREES),
        (no_code & has_region & ~has_modality, "modality", row_checks.NO_MODALITY),
        (no_code & has_modality & ~has_region, "region", row_checks.NO_REGION),
        (pl.col("date") < pl.col("birth_date"), "birth_date", row_checks.BEFORE_BIRTH),
        (was_performed & (pl.col("date") > pl.col("death_date")), "death_date", row_checks.AFTER_DEATH),
    ]
    if performed_by is not None:
        not_yet = row_checks.NOT_YET.replace("{as_of}", performed_by.isoformat())
        checks.append((was_performed & (pl.col("date") > day_number(performed_by)), "date", not_yet))
    failing = frame.select(
        "row", *(holds.fill_null(value=False).alias(str(n)) for n, (holds, _, _) in enumerate(checks))
    )
    problems = []
    for number, (_, column, message) in enumerate(checks):
        rows = failing.filter(pl.col(str(number)))["row"]
        if len(rows):
            before, mark, behind = message.partition("{value}")
            # What is said to be empty may be a word for none, which counts as no value.
            value = cells.text(column, rows).str.strip_chars() if mark else None
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
