"""The numbers of contexts: a context is what decides which schedules a row fits, its courses and its study."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from threading import Lock
from typing import NamedTuple, TypeAlias

import polars as pl

from spine_vigil.scheduler.records.fields import MODALITIES, ProtocolSets
from spine_vigil.scheduler.rules.studies import ATOMIC_REGIONS

Shape: TypeAlias = frozenset[tuple[int | None, int | None]]
"""What the rows that fill a patient's others say of courses: the protocols (their number in the ProtocolSets of the
cohort; None: none) and the primary site of each."""

_BITS = len(ATOMIC_REGIONS) + 1
"""The bits of a set of regions in a packed context."""


class Course(NamedTuple):
    """A course as a context has it: the number of its protocol, and the primary site (None: unknown).

    `sites_differ` says whether the site is unknown because the patient's rows name several.
    """

    protocol: int
    primary_site: int | None
    sites_differ: bool = False


class Context(NamedTuple):
    """The courses under which a row is judged, the `others` of its patient, and its study.

    Courses are in the order of the edition. `modality` is an index into MODALITIES, `regions` a bit set.
    """

    courses: tuple[Course, ...]
    others: tuple[Course, ...]
    modality: int
    regions: int


class _Own(NamedTuple):
    """A row's own context: what the row says itself."""

    protocols: int | None
    modality: int
    regions: int
    site: int | None


class ContextBook:
    """Numbers the distinct contexts of a cohort in order of first appearance; safe for any thread.

    The numbers of rows come first, by what each row says itself; then those of the contexts that other rows of the
    patient have filled (`filled`).
    """

    def __init__(self, sets: ProtocolSets) -> None:
        """Take the `sets` by which the cells of the cohort are numbered."""
        self._sets = sets
        self._own: dict[int, int] = {}
        self._filled: dict[Context, int] = {}
        self._turn = Lock()

    def number(self, rows: pl.DataFrame) -> pl.Series:
        """Return the number of each row's own context, by `protocol`, `modality`, `regions` and `primary_site`."""
        protocol = pl.col("protocol").fill_null(-1).cast(pl.Int64) + 1
        site = pl.col("primary_site").fill_null(0).cast(pl.Int64)
        study = pl.col("modality").cast(pl.Int64) * (1 << _BITS) + pl.col("regions")
        packed = rows.select(
            ((protocol * len(MODALITIES) * (1 << _BITS) + study) * (1 << _BITS) + site).alias("context")
        )
        distinct = packed["context"].unique()
        with self._turn:
            numbers = [self._own.setdefault(key, len(self._own)) for key in distinct.to_list()]
        known = pl.DataFrame({"context": distinct, "number": pl.Series(numbers, dtype=pl.UInt32)})
        return packed.join(known, on="context", how="left", maintain_order="left")["number"]

    def contexts(self) -> Sequence[Context]:
        """Return every context, in the order of their numbers."""
        own = [self._fill(_unpacked(key), frozenset()) for key in self._own]
        return [*own, *self._filled]

    def filled(self, own: Sequence[int], shapes: Sequence[Shape]) -> list[int]:
        """Return the number of each of some own contexts once it is filled by the rows of a shape.

        Every row must have its own number before.
        """
        keys, first = list(self._own), len(self._own)
        contexts = [self._fill(_unpacked(keys[number]), shape) for number, shape in zip(own, shapes, strict=True)]
        return [self._filled.setdefault(context, first + len(self._filled)) for context in contexts]

    def _fill(self, own: _Own, shape: Shape) -> Context:
        """Return a row's context, given what its patient's other rows say (rules 7, "Courses")."""
        own_protocols = () if own.protocols is None else self._sets.protocols(own.protocols)
        courses = courses_in(shape, self._sets, own_protocols)
        judged = [course for course in courses if not own_protocols or course.protocol in own_protocols]
        others = [course for course in courses if course not in judged]
        return Context(
            tuple(course if own.site is None else Course(course.protocol, own.site) for course in judged),
            tuple(others),
            own.modality,
            own.regions,
        )


def courses_in(shape: Shape, sets: ProtocolSets, protocols: Collection[int] = ()) -> list[Course]:
    """Return the courses that the rows of a shape name, and those under further `protocols`, in the edition's order."""
    said = [(() if number is None else sets.protocols(number), site) for number, site in shape]
    courses = []
    for protocol in sorted({*protocols, *(p for named, _ in said for p in named)}):
        sites = {site for named, site in said if protocol in named} - {None}
        sites = sites or {site for named, site in said if not named} - {None}
        courses.append(Course(protocol, next(iter(sites)) if len(sites) == 1 else None, len(sites) > 1))
    return courses


def _unpacked(key: int) -> _Own:
    rest, site = divmod(key, 1 << _BITS)
    rest, regions = divmod(rest, 1 << _BITS)
    protocol, modality = divmod(rest, len(MODALITIES))
    return _Own(protocol - 1 if protocol else None, modality, regions, site or None)
