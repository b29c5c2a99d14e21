"""What the rows of a patients file and the enrolment rows say of patients, merged (rules 7, "Courses").

No order of these rows matters. The dates that count depend on the day of the row that is filled, so all are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NO_DAY, NOWHERE, Ints, without_none
from spine_vigil.scheduler.cohort.history.dated import Dates
from spine_vigil.scheduler.cohort.history.patient_index import KEYS, PatientIndex
from spine_vigil.scheduler.cohort.history.rows import DAY_BITS, DAY_ZERO, distinct, is_first_of_run
from spine_vigil.scheduler.cohort.tables.context_book import Shape
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS, ProtocolSets
from spine_vigil.scheduler.rules.facts import BIRTH_DATE, MRI_CONDITIONAL, FactKind, IndexKind, Level
from spine_vigil.scheduler.rules.studies import ATOMIC_REGIONS

ENDS = ("follow_up_end_date", "death_date")
"""The dates of which the latest counts."""

_SITE_BITS = len(ATOMIC_REGIONS) + 1
"""The bits of a primary site in a packed pair of protocols and site."""


def known_columns(edition: Edition) -> tuple[str, ...]:
    """Return the columns of the rows that fill a patient's others, beside KEYS."""
    facts = (fact.name for fact in edition.facts if fact.level is Level.PATIENT)
    return tuple(dict.fromkeys(("protocol", "primary_site", *INDEX_COLUMNS, *ENDS, *facts)))


class Known:
    """What is known of patients, by the number of the patient in `patients`; `number` is that of each row.

    `shapes` are the different things that the rows say of courses, `shape` the number of that of each patient. `birth`,
    and `ends` under the names of ENDS, are NO_DAY where unknown. `facts` are other values of the patient's level, null
    where unknown; of those in `dated_facts` the one that counts depends on the day.
    """

    def __init__(self, rows: pl.DataFrame, edition: Edition, sets: ProtocolSets) -> None:
        """Merge `rows`: KEYS and some of `known_columns`, of which `protocol` is a number in `sets`."""
        self.patients = PatientIndex.of(rows)
        self.number = pl.Series("number", self.patients.find(*(rows[name].to_numpy() for name in KEYS)))
        rows = rows.with_columns(self.number)
        self._edition = edition
        self._merge(rows)
        self.shapes, self.shape = _shapes(rows)
        self.courses = CourseDates(rows, len(edition.protocols), sets)

    def _merge(self, rows: pl.DataFrame) -> None:
        kinds = {f.name: f.kind for f in self._edition.facts if f.level is Level.PATIENT and f.name in rows.columns}
        merged = rows.group_by("number").agg(
            *(pl.col(name).max() for name in ENDS),
            *(_agreed(name) for name, kind in kinds.items() if kind is not FactKind.DATE or name == BIRTH_DATE),
        )
        merged = merged.sort("number")
        self.ends = {name: without_none(merged[name], NO_DAY) for name in ENDS}
        self.facts: Mapping[str, pl.Series] = {name: merged[name] for name in kinds if name in merged.columns}
        has_birth = BIRTH_DATE in self.facts
        self.birth = without_none(self.facts[BIRTH_DATE], NO_DAY) if has_birth else np.full(len(self), np.int32(NO_DAY))
        self.dated_facts = {
            name: Dates.of(rows["number"], rows[name])
            for name, kind in kinds.items()
            if kind is FactKind.DATE and name != BIRTH_DATE
        }

    def __len__(self) -> int:
        return len(self.patients)


def _agreed(name: str) -> pl.Expr:
    """Return the value of a fact that counts where rows of a patient give several."""
    value = pl.col(name)
    if name == BIRTH_DATE:
        return pl.when(value.min() == value.max()).then(value.max())
    return value.min() if name == MRI_CONDITIONAL else value.max()


def _shapes(rows: pl.DataFrame) -> tuple[list[Shape], Ints]:
    """Return the shapes of patients, and the number of that of each patient."""
    protocol, site = pl.col("protocol").fill_null(-1).cast(pl.Int64) + 1, pl.col("primary_site").fill_null(0)
    pairs = rows.select("number", said=protocol * (1 << _SITE_BITS) + site).unique().sort("number", "said")
    said = pairs["said"].to_numpy()
    starts = is_first_of_run(pairs["number"].to_numpy()).nonzero()[0]
    count = np.diff(starts, append=len(said))
    # Patients with the same first pairs have the same shape so far, which the next pair of each tells apart.
    different, place = np.unique(said, return_inverse=True)
    shape = place[starts]
    for more in range(1, int(count.max(initial=1))):
        left = (count > more).nonzero()[0]
        longer = shape[left] * len(different) + place[starts[left] + more]
        _, numbers = np.unique(longer, return_inverse=True)
        shape[left] = int(shape.max()) + 1 + numbers
    _, first, shape = np.unique(shape, return_index=True, return_inverse=True)
    shapes = [_shape(said[starts[at] : starts[at] + count[at]].tolist()) for at in first]
    return shapes, shape.astype(np.int32)


def _shape(said: Sequence[int]) -> Shape:
    pairs = (divmod(pair, 1 << _SITE_BITS) for pair in said)
    return frozenset((protocol - 1 if protocol else None, site or None) for protocol, site in pairs)


class CourseDates:
    """The index dates that are known of courses."""

    def __init__(self, rows: pl.DataFrame, protocols: int, sets: ProtocolSets) -> None:
        """Take the dates of `rows`, which have the `number` of their patient; the edition has so many `protocols`."""
        self._room = protocols + 1
        given = rows.select("number", "protocol", *INDEX_COLUMNS).filter(
            pl.any_horizontal(pl.col(name).is_not_null() for name in INDEX_COLUMNS)
        )
        places = {number: [p + 1 for p in sets.protocols(number)] for number in given["protocol"].drop_nulls().unique()}
        # Rows that name no protocol stand at place 0 of their patient.
        named = pl.DataFrame(
            {"protocol": [None, *places], "place": [[0], *places.values()]},
            schema={"protocol": pl.Int32, "place": pl.List(pl.Int64)},
        )
        given = given.join(named, on="protocol", how="left", nulls_equal=True).explode("place")
        group = given["number"].cast(pl.Int64).to_numpy() * self._room + given["place"].to_numpy()
        self._groups = distinct(group)
        numbers = pl.Series(np.searchsorted(self._groups, group))
        self._dates = {kind: Dates.of(numbers, given[name]) for name, kind in INDEX_COLUMNS.items()}

    def groups(self, patient: Ints, protocol: Ints) -> NDArray[np.int64]:
        """Return the group of dates that counts for each patient (NOWHERE: nobody) under a protocol; NOWHERE for none.

        It is that of the rows that name the protocol, or where these give no date that of the rows that name none.
        """
        first = patient.astype(np.int64) * self._room
        own = self._find(first + protocol + 1)
        return np.where(own == NOWHERE, self._find(first), own)

    def _find(self, group: NDArray[np.int64]) -> NDArray[np.int64]:
        if not len(self._groups):
            return np.full(len(group), NOWHERE)
        at = np.minimum(np.searchsorted(self._groups, group), len(self._groups) - 1)
        return np.where(self._groups[at] == group, at, NOWHERE)

    def days(self) -> tuple[NDArray[np.int64], Ints]:
        """Return every group with each day on which a date of any kind lies, each pair once, in order."""
        packed = distinct(np.concatenate([dates.packed for dates in self._dates.values()]))
        return packed >> DAY_BITS, ((packed & ((1 << DAY_BITS) - 1)) - DAY_ZERO).astype(np.int32)

    def first_after(self, kind: IndexKind, group: NDArray[np.int64], day: Ints) -> Ints:
        """Return the first date of a kind in each group that lies after a day; NO_DAY for none."""
        return self._dates[kind].first_after(group, day)

    def on(self, kind: IndexKind, group: NDArray[np.int64], day: Ints) -> Ints:
        """Return the date of a kind that counts on a day in each group; NO_DAY for none."""
        dates = self._dates[kind]
        return dates.earliest(group) if kind is IndexKind.DIAGNOSIS else dates.latest_known(group, day)
