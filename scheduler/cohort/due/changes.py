"""What changed since an earlier due list: what is new, moved or gone, for whom and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

import numpy as np
import polars as pl

from spine_vigil.scheduler.cohort.due.described import CHANGE_COLUMNS
from spine_vigil.scheduler.cohort.due.earlier import COMPARED, EarlierList, key_of
from spine_vigil.scheduler.cohort.due.rules import DueRules, Wanted
from spine_vigil.scheduler.cohort.due.wording import DUE_COLUMNS, SELECTED, WHOLE_COLUMNS
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.files.formulas import is_formula
from spine_vigil.scheduler.rules.studies import Modality

_KEY = ["_patient", "_protocol", "_schedule"]

UNCOMPARED = "uncompared"
"""The count of lines of which the earlier list cannot tell whether they are new; their `change` is empty."""


class Changes:
    """Compares a list of all cases, in pieces, with an earlier list: `find` first, then `frames`, any number of times.

    `counts` has the lines that are new, moved, unchanged, gone or UNCOMPARED. A line is gone that was on the earlier
    list, would be wanted as it was, and is not wanted as it is; one is new that is wanted, and was not on the earlier
    list though that would have held it.
    """

    def __init__(self, earlier: EarlierList, rules: DueRules, wanted: Wanted) -> None:
        self.earlier = earlier
        self.counts: Counter[str] = Counter()
        self.held_back: Counter[str] = Counter()
        self._edition = rules.edition
        self._wanted = wanted
        self._days_since = (rules.as_of - earlier.as_of).days if earlier.as_of else 0
        self._compared = [name for name in COMPARED if name in earlier.rows.columns]
        rows = earlier.rows.with_columns(key_of(quotes_ids=earlier.quotes_ids)).with_row_index("_row")
        self._rows = rows.rename({name: f"was_{name}" for name in rows.columns if name in DUE_COLUMNS})
        self._gone = pl.DataFrame()

    def find(self, frames: Iterable[pl.DataFrame]) -> None:
        """Count the changes of a list of all cases, and find what is gone."""
        size = len(self._rows)
        is_listed, has_patient, has_course = (np.zeros(size, np.bool_) for _ in range(3))
        others = []
        for rows in frames:
            keyed = rows.with_columns(key_of(quotes_ids=self.earlier.quotes_ids))
            near = self._rows.join(keyed.select("_patient").unique(), on="_patient", how="semi")
            has_patient[near["_row"].to_numpy()] = True
            course = near.join(keyed.select(_KEY[:2]).unique(), on=_KEY[:2], how="semi")
            has_course[course["_row"].to_numpy()] = True
            both = keyed.join(near, on=_KEY, how="inner")
            is_listed[both.filter(SELECTED)["_row"].to_numpy()] = True
            others.append(both.filter(~pl.col(SELECTED)))
            compared = self._compare(rows)
            self.counts.update(dict(compared["change"].fill_null(UNCOMPARED).value_counts().iter_rows()))
            back = compared.filter(pl.col("change").is_null())
            self.held_back.update(dict(back["status"].value_counts().iter_rows()))
        known = self._rows.with_columns(
            is_listed=pl.Series(is_listed, dtype=pl.Boolean),
            has_patient=pl.Series(has_patient, dtype=pl.Boolean),
            has_course=pl.Series(has_course, dtype=pl.Boolean),
        )
        self._gone = self._of_gone(known.filter(~pl.col("is_listed")), pl.concat(others))
        self.counts["gone"] = len(self._gone)
        self.counts = +self.counts

    @property
    def words(self) -> str:
        """The numbers of changes: `since the list of 2026-10-26: 1 new, 3 moved, 0 gone, 74 unchanged`."""
        earlier = f"the list of {self.earlier.as_of}" if self.earlier.as_of else "a list without a date"
        kinds = ("new", "moved", "gone", "unchanged", *([UNCOMPARED] if self.counts[UNCOMPARED] else []))
        return f"since {earlier}: {', '.join(f'{self.counts[kind]:,} {kind}' for kind in kinds)}"

    def frames(self, frames: Iterable[pl.DataFrame], *, with_gone: bool = True) -> Iterator[pl.DataFrame]:
        """Yield the wanted lines of a list of all cases with CHANGE_COLUMNS, and then what is gone."""
        for rows in frames:
            yield self._compare(rows)
        if with_gone:
            yield self._gone

    def _compare(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the wanted lines of a piece with CHANGE_COLUMNS."""
        keyed = rows.filter(SELECTED).with_columns(key_of(quotes_ids=self.earlier.quotes_ids))
        near = self._rows.join(keyed.select(_KEY), on=_KEY, how="semi")
        joined = keyed.join(near, on=_KEY, how="left", maintain_order="left")
        is_known = pl.col("_row").is_not_null()
        differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"was_{name}")) for name in self._compared)
        held = self.earlier.scope.holds(self._wanted, self._days_since)
        change = (
            pl.when(is_known & differs)
            .then(pl.lit("moved"))
            .when(is_known)
            .then(pl.lit("unchanged"))
            .when(held)
            .then(pl.lit("new"))
        )
        note = pl.when(is_known & differs).then(self._why())
        return _in_columns(joined.with_columns(change=change, change_note=note))

    def _why(self) -> pl.Expr:
        """Return why a line is not as it was, where that can be told."""
        ways: list[pl.Expr] = []
        known = self._rows.columns
        if "was_reference_date" in known:
            ways.append(pl.when(self._is_done()).then(_with_day("done on {}", "imaging")))
        if "was_booked" in known:
            is_other = pl.col("booked").ne_missing(pl.col("was_booked"))
            ways.append(pl.when(is_other & pl.col("booked").is_not_null()).then(_with_day("booked for {}", "booked")))
            ways.append(pl.when(is_other & pl.col("booked").is_null()).then(pl.lit("no longer booked")))
        ways.append(pl.when(pl.col("status") != pl.col("was_status")).then(pl.col("note")))
        if "was_reference_date" in known:
            is_other = pl.col("reference_date").ne_missing(pl.col("was_reference_date"))
            ways.append(pl.when(is_other).then(_with_day("counted from {} now", "reference_date")))
        return pl.coalesce(*ways)

    def _is_done(self) -> pl.Expr:
        """Return whether a study was done or documented since, as far as it is certain.

        A study that the earlier list knew and did not count, as an early one, must not be called done. So the window
        has to count from it now, or it has to be later than the earlier list.
        """
        counts = pl.col("opens").is_not_null() & (pl.col("imaging") == pl.col("reference_date"))
        earlier = self.earlier.as_of
        is_later = pl.lit(value=False) if earlier is None else pl.col("imaging") > earlier
        since = pl.col("was_reference_date")
        return ((pl.col("imaging") > since) & (counts | is_later)).fill_null(value=False)

    def _of_gone(self, missing: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
        """Return the lines that are gone, in the order of the earlier list, with what they are now if anything."""
        was = missing.select(pl.all().name.map(lambda name: name.removeprefix("was_")))
        conditions = self._asked()
        missing = missing.filter(was.select(pl.all_horizontal(conditions)).to_series()) if conditions else missing
        now = others.select("_row", *DUE_COLUMNS, *WHOLE_COLUMNS)
        joined = missing.join(now, on="_row", how="left", maintain_order="left")
        route = pl.format("{}/{}", pl.col("_protocol"), pl.col("_schedule"))
        protocols = [protocol.id for protocol in self._edition.protocols]
        is_unknown = ~pl.col("_protocol").is_in(protocols) | (
            (pl.col("_schedule") != "") & ~route.is_in(_routes(self._edition))
        )
        absent = (
            pl.when(is_unknown)
            .then(pl.lit("this edition has no such schedule"))
            .when(pl.col("has_course"))
            .then(pl.lit("the schedule no longer applies"))
            .when(pl.col("has_patient"))
            .then(pl.lit("no longer enrolled in the protocol"))
            .otherwise(pl.lit("not in the file, or no readable row names a protocol"))
        )
        is_here = pl.col("status").is_not_null()
        of_earlier = {name: f"was_{name}" for name in ("patient_id", "protocol", "schedule", "study", "section")}
        filled = [
            pl.coalesce(name, was_name).alias(name)
            for name, was_name in of_earlier.items()
            if was_name in joined.columns
        ]
        return _in_columns(
            joined.with_columns(
                change=pl.lit("gone"), change_note=pl.when(is_here).then(self._why()).otherwise(absent)
            ).with_columns(filled)
        )

    def _asked(self) -> list[pl.Expr]:
        """Return the conditions by which a line of the earlier list would be wanted now."""
        wanted, conditions = self._wanted, []
        if wanted.statuses:
            conditions.append(pl.col("status").is_in([status.value for status in wanted.statuses]))
        if wanted.protocols:
            conditions.append(pl.col("protocol").is_in(list(wanted.protocols)))
        if wanted.modalities:
            route = pl.format("{}/{}", pl.col("protocol"), pl.col("schedule"))
            conditions.append(route.is_in(_routes(self._edition, wanted.modalities)).fill_null(value=False))
        if wanted.opens_by is not None:
            conditions.append((pl.col("opens") <= wanted.opens_by).fill_null(value=False))
        if wanted.patient_id is not None:
            quote = "'" if self.earlier.quotes_ids and is_formula(wanted.patient_id) else ""
            conditions.append(pl.col("_patient") == f"{quote}{wanted.patient_id}")
        return conditions


def _routes(edition: Edition, modalities: Collection[Modality] = ()) -> list[str]:
    """Return the schedules of an edition; those alone whose study can be done by one of the modalities, if given."""
    return [
        f"{protocol.id}/{schedule.name}"
        for protocol in edition.protocols
        for schedule in protocol.schedules
        if not modalities or any(schedule.study.accepts(modality) for modality in modalities)
    ]


def _in_columns(rows: pl.DataFrame) -> pl.DataFrame:
    columns = DUE_COLUMNS | CHANGE_COLUMNS
    lacking = [pl.lit(None, dtype=dtype).alias(n) for n, dtype in columns.items() if n not in rows.columns]
    return rows.with_columns(lacking).select(pl.col(name).cast(dtype) for name, dtype in columns.items())


def _with_day(template: str, name: str) -> pl.Expr:
    return pl.format(template, pl.col(name).dt.to_string("%Y-%m-%d"))
