"""Filling judged rows with what other rows say of their patients, block by block (rules 7, "Courses")."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.answers.notes import before_birth_note
from spine_vigil.scheduler.cohort.arrays import NO_DAY, NOWHERE, Ints, with_none, without_none
from spine_vigil.scheduler.cohort.history.filled import Filled
from spine_vigil.scheduler.cohort.history.known import ENDS
from spine_vigil.scheduler.cohort.history.known_rows import KnownRows
from spine_vigil.scheduler.cohort.history.references import ranges
from spine_vigil.scheduler.cohort.tables.context_book import Context
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS
from spine_vigil.scheduler.rules.facts import BIRTH_DATE, IndexKind


class Filler:
    """Fills the rows of a cohort, once all its rows are known; from any thread."""

    def __init__(self, rows: KnownRows | None, contexts: Sequence[Context], edition: Edition) -> None:
        """`contexts` are those of the cohort; `rows` is None where nothing is known of any patient."""
        self._rows = rows
        self._edition = edition
        counts = [(len(context.courses), len(context.others)) for context in contexts]
        protocols = [course.protocol for context in contexts for course in (*context.courses, *context.others)]
        self._first_protocol = _ints([c.courses[0].protocol if c.courses else NOWHERE for c in contexts])
        self._courses, self._others = _ints([n for n, _ in counts]), _ints([n for _, n in counts])
        self._ends = np.cumsum(self._courses + self._others)
        self._protocols = _ints(protocols)

    def fill(self, rows: pl.DataFrame, start: int) -> tuple[pl.DataFrame, Filled]:
        """Return the rows of a block, filled, and what stands beside them; `start` is the index of its first row.

        `rows` has `at` (from 0), `context`, `protocol`, `date`, the index dates and facts. `context` becomes that of
        the filled row, `protocol` that of its first course; `dates_at` is new (see Filled). Facts that others imply are
        among the result's; a fact has a column where some row of the cohort gives it.
        """
        filled = Filled()
        if self._rows is not None:
            patient = self._rows.patient[start + rows["at"].to_numpy()]
            rows, filled = self._filled(rows, patient, self._rows)
        else:
            rows = rows.with_columns(dates_at=pl.lit(NOWHERE, dtype=pl.Int32))
        first = with_none(self._first_protocol[rows["context"].to_numpy()], NOWHERE).alias("protocol")
        rows = _with_implied(rows.with_columns(first), self._edition)
        # A birth is a fact: an edition that does not name it asks for none.
        births = rows[BIRTH_DATE] if BIRTH_DATE in self._edition.facts_by_name else pl.Series([])
        return self._without_impossible(rows, filled) if births.count() else (rows, filled)

    def _without_impossible(self, rows: pl.DataFrame, filled: Filled) -> tuple[pl.DataFrame, Filled]:
        """Return rows without the index dates that lie before the birth, which are noted."""
        birth = without_none(rows[BIRTH_DATE], NO_DAY)
        at, context = without_none(rows["dates_at"], NOWHERE), rows["context"].to_numpy()
        has_own = at != NOWHERE
        total = (self._courses[context] + self._others[context])[has_own]
        owner, entry = ranges(at[has_own].astype(np.int64), total.astype(np.int64))
        row = np.flatnonzero(has_own)[owner]
        is_judged = entry - at[row] < self._courses[context[row]]
        course_dates, columns, notes = dict(filled.course_dates), [], []
        for name, kind in INDEX_COLUMNS.items():
            own = without_none(rows[name], NO_DAY)
            early = (own != NO_DAY) & (own < birth)
            if early.any():
                said = np.flatnonzero(early & (at == NOWHERE) & (self._courses[context] > 0))
                notes.append(_early(said, own[said], kind, 0))
                columns.append(with_none(np.where(early, np.int32(NO_DAY), own), NO_DAY).alias(name))
            given = course_dates[kind][entry] if len(entry) else np.empty(0, np.int32)
            early = (given != NO_DAY) & (given < birth[row])
            if early.any():
                judged = np.flatnonzero(early & is_judged)
                notes.append(_early(row[judged], given[judged], kind, (entry - at[row])[judged]))
                course_dates[kind] = course_dates[kind].copy()
                course_dates[kind][entry[early]] = NO_DAY
        if not columns and not notes:
            return rows, filled
        return rows.with_columns(columns), Filled(course_dates, _noted(notes, rows["at"]))

    def _filled(self, rows: pl.DataFrame, patient: Ints, known_rows: KnownRows) -> tuple[pl.DataFrame, Filled]:
        own_protocol = without_none(rows["protocol"], NOWHERE)
        context = known_rows.contexts(rows["context"].to_numpy(), patient)
        rows = rows.with_columns(pl.Series("context", context), *self._facts(rows, patient, known_rows))
        has_many = self._courses[context] + self._others[context] > 1
        alone = np.flatnonzero((patient != NOWHERE) & ~has_many & (self._courses[context] == 1))
        many = np.flatnonzero((patient != NOWHERE) & has_many)
        rows = self._with_dates_alone(rows, alone, patient, known_rows)
        dates_at = np.full(len(rows), np.int32(NOWHERE))
        filled = Filled()
        if len(many):
            count = self._courses[context[many]] + self._others[context[many]]
            dates_at[many] = np.cumsum(count) - count
            filled = self._with_dates_of_courses(rows, many, patient, own_protocol != NOWHERE, known_rows)
        return rows.with_columns(pl.Series("dates_at", dates_at)), filled

    def _facts(self, rows: pl.DataFrame, patient: Ints, known_rows: KnownRows) -> list[pl.Series]:
        """Return the columns of the patient's level, filled where they are null."""
        known, day = known_rows.known, without_none(rows["date"], NO_DAY)
        at = pl.Series(patient.view(np.uint32)).set(pl.Series(patient == NOWHERE), None)
        given = {name: values.gather(at) for name, values in known.facts.items()}
        for name in ENDS:
            given[name] = with_none(known.ends[name], NO_DAY).gather(at)
        for name, dates in known.dated_facts.items():
            given[name] = with_none(dates.latest_known(patient.astype(np.int64), day), NO_DAY)
        return [
            (rows[name].zip_with(rows[name].is_not_null(), values) if name in rows.columns else values).alias(name)
            for name, values in given.items()
        ]

    def _with_dates_alone(
        self, rows: pl.DataFrame, alone: NDArray[np.intp], patient: Ints, known_rows: KnownRows
    ) -> pl.DataFrame:
        """Fill the index dates of some rows whose patient has one course."""
        if not len(alone):
            return rows
        courses = known_rows.known.courses
        protocol = self._first_protocol[rows["context"].to_numpy()[alone]]
        day = without_none(rows["date"], NO_DAY)[alone]
        group = courses.groups(patient[alone], protocol)
        columns = []
        for name, kind in INDEX_COLUMNS.items():
            own = without_none(rows[name], NO_DAY).copy()
            own[alone] = _first(own[alone], courses.on(kind, group, day))
            columns.append(with_none(own, NO_DAY).alias(name))
        return rows.with_columns(columns)

    def _with_dates_of_courses(
        self,
        rows: pl.DataFrame,
        many: NDArray[np.intp],
        patient: Ints,
        names_protocol: NDArray[np.bool],
        known_rows: KnownRows,
    ) -> Filled:
        """Return the index dates of all courses of some rows, in their order."""
        known, context = known_rows.known, rows["context"].to_numpy()[many]
        courses, total = self._courses[context], self._courses[context] + self._others[context]
        owner, entry = ranges((self._ends[context] - total).astype(np.int64), total.astype(np.int64))
        row = many[owner]
        place = entry - (self._ends[context] - total)[owner]
        is_judged = place < courses[owner]
        # A row that names no protocol has several courses here, so that its own dates only fill what they leave empty.
        own_first = names_protocol[row]
        group = known.courses.groups(patient[row], self._protocols[entry])
        day = without_none(rows["date"], NO_DAY)[row]
        dates = {}
        for name, kind in INDEX_COLUMNS.items():
            given = known.courses.on(kind, group, day)
            own = np.where(is_judged, without_none(rows[name], NO_DAY)[row], np.int32(NO_DAY))
            dates[kind] = np.where(own_first, _first(own, given), _first(given, own))
        return Filled(dates)


def _early(rows: NDArray[np.intp], days: Ints, kind: IndexKind, place: Ints | int) -> pl.DataFrame:
    """Return the index dates of some rows that lie before the birth, by the place of their course."""
    texts = pl.Series(days, dtype=pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d")
    before, mark, behind = before_birth_note(kind, "{}").partition("{}")
    del mark
    order = list(IndexKind).index(kind)
    notes = pl.DataFrame({"row": rows, "day": texts}, schema={"row": pl.Int64, "day": pl.String})
    return notes.with_columns(
        pl.concat_str(pl.lit(before), "day", pl.lit(behind)).alias("note"), place=pl.lit(place), order=pl.lit(order)
    ).drop("day")


def _noted(notes: Sequence[pl.DataFrame], at: pl.Series) -> pl.DataFrame:
    """Return `at` and `note` of rows: the notes of each course joined, each text once, course after course."""
    whole = pl.concat([part.with_columns(pl.col("place").cast(pl.Int64)) for part in notes]).sort(
        "row", "place", "order"
    )
    of_courses = whole.group_by("row", "place", maintain_order=True).agg(pl.col("note").str.join(""))
    joined = of_courses.group_by("row", maintain_order=True).agg(
        pl.col("note").unique(maintain_order=True).str.join("")
    )
    return joined.select(at=at.gather(joined["row"]), note="note")


def _first(dates: Ints, others: Ints) -> Ints:
    """Return the dates, and where there is none the others."""
    return np.where(dates != NO_DAY, dates, others)


def _with_implied(rows: pl.DataFrame, edition: Edition) -> pl.DataFrame:
    """Set the facts that other facts imply, where they are unknown (docs/indications.md, "Implied facts")."""
    implied = []
    for fact in edition.implied:
        by = [pl.col(name) == 1 for name in fact.by if name in rows.columns]
        if by:
            own = pl.col(fact.fact) if fact.fact in rows.columns else pl.lit(None, dtype=pl.Int32)
            holds = own.is_null() & pl.any_horizontal(by).fill_null(value=False)
            implied.append(pl.when(holds).then(pl.lit(1, dtype=pl.Int32)).otherwise(own).alias(fact.fact))
    return rows.with_columns(implied)


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int32)
