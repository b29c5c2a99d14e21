"""The counts of some patients: their windows, and their studies beside the decisions on these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.adherence.burden import tally_burden
from spine_vigil.scheduler.cohort.adherence.chains import chains
from spine_vigil.scheduler.cohort.adherence.groups import groups_at
from spine_vigil.scheduler.cohort.adherence.imaging import imaging_of
from spine_vigil.scheduler.cohort.adherence.outcomes import Doubtful, window_outcomes
from spine_vigil.scheduler.cohort.adherence.rereading import (
    Differing,
    OtherReading,
    changed_studies,
    changed_windows,
)
from spine_vigil.scheduler.cohort.adherence.stretches import stretches
from spine_vigil.scheduler.cohort.adherence.studies import Routes, performed_rows, performed_studies
from spine_vigil.scheduler.cohort.adherence.tally import (
    KEYS_OF,
    Tally,
    summed,
    tally_early,
    tally_left_out,
    tally_missing,
    tally_reasons,
    tally_use,
    tally_windows,
)
from spine_vigil.scheduler.cohort.arrays import NOWHERE, Ints
from spine_vigil.scheduler.cohort.due.courses import DuePatients, due_patients
from spine_vigil.scheduler.cohort.due.documents import PERFORMED, SCHEDULED
from spine_vigil.scheduler.cohort.due.imaging import shown_studies
from spine_vigil.scheduler.cohort.due.standing import applying_cases
from spine_vigil.scheduler.cohort.history.patient_index import KEYS
from spine_vigil.scheduler.cohort.tables.day_table import DayTable
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import ProtocolSets

STANDINGS = ("has_windows", "no_index_date", "no_interval", "no_schedule")
"""Whether a course has windows, and why others have none."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What is counted: the observation (first and last day), the names of the group columns, and whether lists too."""

    first: int
    last: int
    groups: Sequence[str]
    with_lists: bool


class Counting:
    """Counts partitions of a cohort, each with all rows of its patients; may be called from any thread."""

    def __init__(
        self,
        observed: Observed,
        tables: RuleTables,
        sets: ProtocolSets,
        days: DayTable,
        others: Sequence[OtherReading] = (),
        differing: Differing | None = None,
    ) -> None:
        """Count by the rules of `tables`; `sets` number the protocols of the rows, `days` reach their dates.

        `others` are other readings to try, `differing` the rows that they decide otherwise.
        """
        self._observed, self._tables, self._sets, self._days = observed, tables, sets, days
        self._others, self._differing = others, differing
        self._routes = routes = Routes(tables)
        names = list(dict.fromkeys(routes.protocols))
        of_routes = [*(names.index(name) for name in routes.protocols), NOWHERE]
        self._protocol_of_route = np.array(of_routes, dtype=np.int32)

    def count(self, documents: pl.DataFrame, unread: pl.DataFrame, ids: pl.DataFrame) -> Tally:
        """Return the counts of patients, given their rows as ReportBlock has them, in any order.

        `documents` have `reason`, `days`, `route` and `missing` of the decision (-1 for none).
        """
        observed, tables = self._observed, self._tables
        if (documents["reason"] == Reason.BAD_ROW.rank).any():
            documents, impossible = self._possible(documents)
            unread = pl.concat([unread, impossible.select(unread.columns)])
        if self._differing is not None:
            documents = documents.with_row_index("at")
        patients = due_patients(documents, ids, unread.select(KEYS), tables, self._sets, observed.last)
        documents = documents.with_columns(number=self._numbers(documents, patients))
        unread = unread.with_columns(number=self._numbers(unread, patients))
        cases, has_windows = applying_cases(patients.courses, tables), pl.Series(tables.timed > 0)
        every = stretches(patients, cases, tables, self._days, observed.last)
        timed, found = (rows.filter(pl.lit(has_windows).gather(pl.col("schedule"))) for rows in (cases, every))
        found = _numbered(found)
        windows = self._in_groups(self._windows(patients, found, unread, tables), documents)
        studies = performed_studies(documents, observed.first, observed.last, self._routes, observed.groups)
        undecided = self._unread_studies(unread, patients)
        frames = {
            **tally_windows(windows, self._tables.protocol, observed.groups),
            "left_out": tally_left_out(windows),
            "courses": self._courses(patients, timed, found),
            **tally_use(studies, undecided, self._protocol_of_route, observed.groups),
            "reasons": tally_reasons(studies, undecided),
            "missing": tally_missing(studies),
            "early": tally_early(studies, Reason.EARLY.rank),
            **tally_burden(every, found, studies, observed.first, observed.last, tables, self._days),
        }
        if self._differing is not None:
            frames["readings"] = self._readings(self._differing, patients, windows, documents, unread)
        return Tally(frames, self._lists(patients, windows, studies, ids) if observed.with_lists else {})

    def _possible(self, documents: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the rows that can be, and those that only other rows show to be impossible, as rows not read."""
        is_bad = pl.col("reason") == Reason.BAD_ROW.rank
        impossible = documents.filter(is_bad, pl.col("status").is_in([PERFORMED, SCHEDULED])).select(
            *KEYS,
            "date",
            *self._observed.groups,
            has_patient=pl.lit(value=True),
            may_be_performed=pl.col("status") == PERFORMED,
        )
        return documents.filter(~is_bad), impossible

    def _windows(
        self,
        patients: DuePatients,
        found: pl.DataFrame,
        unread: pl.DataFrame,
        tables: RuleTables,
    ) -> pl.DataFrame:
        """Return the windows of stretches with their outcomes."""
        days = self._days
        courses = patients.courses.join(found.select("course").unique(), on="course", how="semi")
        shown = shown_studies(courses, patients.studies, tables)
        imaging = imaging_of(found, shown, tables)
        schedule, index, followed = (found[name].to_numpy() for name in ("schedule", "index", "followed"))
        had = chains(schedule, index, followed, imaging, tables, days)
        named = unread.filter(pl.col("number") != NOWHERE)
        of_patients = Doubtful.of(named["number"], named["date"], len(patients.known))
        booked = shown.filter(~pl.col("was_performed")).join(found.select("case", "stretch"), on="case", how="inner")
        bookings = Doubtful.of(booked["stretch"], booked["date"], len(found))
        return window_outcomes(had, found, of_patients, bookings, self._observed.first, tables, days)

    def _in_groups(self, windows: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
        """Return windows with the value of each group column."""
        number, day = windows["number"].to_numpy(), windows["from_day"].to_numpy()
        seen = documents.filter(pl.col("date").is_null() | (pl.col("date") <= self._observed.last))
        return windows.with_columns(
            pl.Series(name, groups_at(seen, name, number, day)) for name in self._observed.groups
        )

    def _readings(
        self,
        differing: Differing,
        patients: DuePatients,
        windows: pl.DataFrame,
        documents: pl.DataFrame,
        unread: pl.DataFrame,
    ) -> pl.DataFrame:
        """Count what each of the other readings would change."""
        block, row = (documents[name].to_numpy() for name in ("block", "row"))
        changed = differing.of_rows(block, row).with_columns(pl.col("at").cast(pl.UInt32))
        rows = performed_rows(documents, self._observed.first, self._observed.last)
        found = [changed_studies(rows, changed)]
        of_protocols = self._tables.protocol.take(windows["schedule"].to_numpy())
        for number, other in enumerate(self._others):
            if other.protocol is None:
                continue
            courses = patients.courses.filter(pl.col("protocol") == other.protocol)
            if courses.is_empty():
                continue
            cases = applying_cases(courses, other.tables)
            timed = cases.filter(pl.Series(other.tables.timed.take(cases["schedule"].to_numpy()) > 0))
            every = _numbered(stretches(patients, timed, other.tables, self._days, self._observed.last))
            read_so = self._windows(patients, every, unread, other.tables)
            found.append(changed_windows(number, windows.filter(pl.Series(of_protocols == other.protocol)), read_so))
        return summed(found, KEYS_OF["readings"])

    def _courses(self, patients: DuePatients, timed: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
        """Count the courses by STANDINGS."""
        courses = patients.courses.select("course", "number", "protocol")
        has_schedules = pl.Series([bool(p.schedules) for p in self._tables.edition.protocols], dtype=pl.Boolean)
        among = {name: rows["course"].unique().implode() for name, rows in (("timed", timed), ("found", found))}
        standing = (
            pl.when(~pl.lit(has_schedules).gather(pl.col("protocol")))
            .then(STANDINGS.index("no_schedule"))
            .when(~pl.col("course").is_in(among["timed"]))
            .then(STANDINGS.index("no_interval"))
            .when(~pl.col("course").is_in(among["found"]))
            .then(STANDINGS.index("no_index_date"))
            .otherwise(STANDINGS.index("has_windows"))
        )
        counts = courses.group_by(standing=standing.cast(pl.Int32)).agg(
            courses=pl.len().cast(pl.Int64), patients=pl.col("number").n_unique().cast(pl.Int64)
        )
        return counts.select("standing", "courses", "patients")

    def _unread_studies(self, unread: pl.DataFrame, patients: DuePatients) -> pl.DataFrame:
        """Return the unreadable rows that may be studies performed between the first and the last day observed."""
        observed = self._observed
        is_in = pl.col("date").is_null() | pl.col("date").is_between(observed.first, observed.last)
        rows = unread.filter("may_be_performed", is_in)
        # A patient of whom no row can be read has no number; a row that names nobody is of no patient.
        other = len(patients.known) + pl.struct(KEYS).rank("dense").cast(pl.Int32)
        number = pl.when(pl.col("number") == NOWHERE).then(other).otherwise("number")
        return rows.with_columns(number=pl.when("has_patient").then(number).otherwise(NOWHERE))

    @staticmethod
    def _numbers(rows: pl.DataFrame, patients: DuePatients) -> pl.Series:
        found: Ints = patients.known.patients.find(*(rows[name].to_numpy() for name in KEYS))
        return pl.Series(found.astype(np.int32))

    def _lists(
        self, patients: DuePatients, windows: pl.DataFrame, studies: pl.DataFrame, ids: pl.DataFrame
    ) -> dict[str, list[pl.DataFrame]]:
        """Return the windows, and the performed studies, with the ids of their patients, with and without a course."""
        ids = ids.select("patient_id", number=self._numbers(ids, patients)).unique("number")
        listed = windows.join(ids, on="number", how="left", maintain_order="left")
        return {"windows": [listed], "studies": [studies.join(ids, on="number", how="inner")]}


def _numbered(found: pl.DataFrame) -> pl.DataFrame:
    """Return stretches with their place; as 64 bits, since it is packed with a day."""
    return found.with_row_index("stretch").with_columns(pl.col("stretch").cast(pl.Int64))
