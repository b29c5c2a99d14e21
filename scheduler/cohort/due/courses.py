"""The courses of patients on a date, as all their rows document them, and their studies (whole cohorts; rules 9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NO_DAY, with_none
from spine_vigil.scheduler.cohort.due.documents import PERFORMED, SCHEDULED, facts_of_schedules
from spine_vigil.scheduler.cohort.history.known import ENDS, Known
from spine_vigil.scheduler.cohort.history.patient_index import KEYS, PatientIndex
from spine_vigil.scheduler.cohort.tables.context_book import courses_in
from spine_vigil.scheduler.cohort.tables.numbering import packed_facts
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import ProtocolSets
from spine_vigil.scheduler.rules.facts import BIRTH_DATE, Level

_HALF, _ROOM = 1 << 19, 1 << 20
"""Days and values are shifted by half of their range, so that a pair packed into one number is never negative."""


@dataclass(frozen=True, slots=True)
class DuePatients:
    """Some patients on a date.

    `courses` has one row per patient and protocol, in order: `course` (from 0), `number` (of the patient),
    `patient_id`, `protocol` (its index in the edition), `primary_site` (null: unknown), `sites_differ` (as
    Course has it), `facts` (packed), the dates of ENDS, `unread_rows` and `last_performed` (null: none). `known` has
    their index dates. `studies` are `number`, `modality`, `regions`, `date` and `was_performed` of those that count.
    `count` is the number of patients with a row that can be read.
    """

    courses: pl.DataFrame
    known: Known
    studies: pl.DataFrame
    count: int


def due_patients(
    documents: pl.DataFrame, ids: pl.DataFrame, unread: pl.DataFrame, tables: RuleTables, sets: ProtocolSets, day: int
) -> DuePatients:
    """Return patients on a day, given all their rows as DueBlock has them, in any order.

    All rows that can be read count, as in records/follow_up.py. `sets` are those by which the protocols are numbered.
    """
    documents, impossible = _possible(documents)
    known = Known(documents.select(pl.exclude(_OF_STUDY)), tables.edition, sets)
    patients = known.patients
    documents = documents.with_columns(known.number)
    courses = _courses(known, sets)
    bad = pl.concat([unread, impossible])
    bad = bad.with_columns(number=_numbers(bad, patients)).group_by("number").agg(unread_rows=pl.len().cast(pl.Int32))
    names = ids.with_columns(number=_numbers(ids, patients)).group_by("number").agg(pl.col("patient_id").first())
    courses = courses.join(names, on="number", how="left", maintain_order="left")
    courses = courses.join(bad, on="number", how="left", maintain_order="left")
    at = pl.Series(courses["number"])
    courses = courses.with_columns(with_none(known.ends[name], NO_DAY).gather(at).alias(name) for name in ENDS)
    is_later = (pl.col("status") == PERFORMED) & (pl.col("date") > day)
    done_or_planned = documents.filter(~is_later.fill_null(value=False))
    facts = _facts(courses, known, done_or_planned, tables, sets, day)
    is_study = pl.col("has_study") & ~pl.col("is_add_on") & pl.col("status").is_in([PERFORMED, SCHEDULED])
    studies = done_or_planned.filter(is_study).select(
        "number", "modality", "regions", "date", was_performed=pl.col("status") == PERFORMED
    )
    performed = studies.filter("was_performed").group_by("number").agg(last_performed=pl.col("date").max())
    courses = courses.with_columns(facts=facts).join(performed, on="number", how="left", maintain_order="left")
    return DuePatients(courses, known, studies, len(patients))


_OF_STUDY = ("date", "has_study", "status", "is_add_on", "modality", "regions")


def _numbers(rows: pl.DataFrame, patients: PatientIndex) -> pl.Series:
    """Return the number of the patient of each row; NOWHERE for others."""
    return pl.Series(patients.find(*(rows[name].to_numpy() for name in KEYS)))


def _possible(documents: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split rows into the possible ones and the KEYS of the impossible ones.

    An event before the birth is impossible, and so is a study performed after the death. Rows without an event give
    both dates.
    """
    if BIRTH_DATE not in documents.columns:
        documents = documents.with_columns(pl.lit(None, dtype=pl.Int32).alias(BIRTH_DATE))
    enrolled = documents.filter(
        ~pl.col("has_study"), pl.col(BIRTH_DATE).is_not_null() | pl.col("death_date").is_not_null()
    )
    if enrolled.is_empty():
        return documents, documents.select(KEYS).clear()
    birth = pl.col(BIRTH_DATE)
    agreed = enrolled.group_by(KEYS).agg(
        _born=pl.when(birth.min() == birth.max()).then(birth.max()), _died=pl.col("death_date").max()
    )
    rows = documents.join(agreed, on=KEYS, how="left", maintain_order="left")
    is_early = birth.is_null() & (pl.col("date") < pl.col("_born"))
    is_late = (pl.col("status") == PERFORMED) & pl.col("death_date").is_null() & (pl.col("date") > pl.col("_died"))
    is_possible = ~(pl.col("has_study") & (is_early.fill_null(value=False) | is_late.fill_null(value=False)))
    return rows.filter(is_possible).drop("_born", "_died"), rows.filter(~is_possible).select(KEYS)


def _courses(known: Known, sets: ProtocolSets) -> pl.DataFrame:
    """Return what Course has of every course, and its `number`, by patient and the order of the edition."""
    of_shapes = pl.DataFrame(
        [(shape, *course) for shape, said in enumerate(known.shapes) for course in courses_in(said, sets)],
        schema={"shape": pl.Int32, "protocol": pl.Int32, "primary_site": pl.Int32, "sites_differ": pl.Boolean},
        orient="row",
    )
    patients = pl.DataFrame({"number": np.arange(len(known), dtype=np.int32), "shape": known.shape.astype(np.int32)})
    courses = patients.join(of_shapes, on="shape", how="inner").drop("shape").sort("number", "protocol")
    return courses.with_row_index("course")


def _facts(
    courses: pl.DataFrame, known: Known, rows: pl.DataFrame, tables: RuleTables, sets: ProtocolSets, day: int
) -> NDArray[np.int64]:
    """Return the schedules' facts of each course, packed: of the patient's level, of the newest rows, and implied."""
    edition = tables.edition
    number = pl.Series(courses["number"])
    of_patients = {name: known.facts[name].gather(number) for name in known.facts}
    days = np.full(len(courses), np.int32(day))
    for name, dates in known.dated_facts.items():
        of_patients[name] = with_none(dates.latest_known(courses["number"].to_numpy().astype(np.int64), days), NO_DAY)
    of_events = [
        name for name in facts_of_schedules(tables) if name in rows.columns and edition.fact(name).level is Level.EVENT
    ]
    facts = courses.select("course").with_columns(values.alias(name) for name, values in of_patients.items())
    if of_events:
        facts = facts.join(_newest(courses, rows, of_events, sets), on="course", how="left", maintain_order="left")
    for implied in edition.implied:
        by = [pl.col(name) == 1 for name in implied.by if name in facts.columns]
        if by and implied.fact in tables.fact_names:
            own = pl.col(implied.fact) if implied.fact in facts.columns else pl.lit(None, dtype=pl.Int32)
            holds = own.is_null() & pl.any_horizontal(by).fill_null(value=False)
            facts = facts.with_columns(pl.when(holds).then(1).otherwise(own).cast(pl.Int32).alias(implied.fact))
    return packed_facts(facts, tables)


def _newest(courses: pl.DataFrame, rows: pl.DataFrame, names: Sequence[str], sets: ProtocolSets) -> pl.DataFrame:
    """Return `course` and facts of events: of the newest event whose row gives one and names the protocol or none.

    Of equally new ones the greatest value counts.
    """
    age = (pl.col("date").cast(pl.Int64) + _HALF) * _ROOM
    given = rows.filter(pl.col("has_study"), pl.any_horizontal(pl.col(name).is_not_null() for name in names)).select(
        "number", "protocol", *((age + pl.col(name).cast(pl.Int64) + _HALF).alias(name) for name in names)
    )
    given = given.group_by("number", "protocol").agg(pl.col(name).max() for name in names)
    numbered = given["protocol"].drop_nulls().unique().to_list()
    members = pl.DataFrame(
        [(number, protocol) for number in numbered for protocol in sets.protocols(number)],
        schema={"protocol": pl.Int32, "_one": pl.Int32},
        orient="row",
    )
    keys = courses.select("course", "number", _one="protocol")
    named = given.join(members, on="protocol", how="inner").join(keys, on=["number", "_one"], how="inner")
    of_all = given.filter(pl.col("protocol").is_null()).join(keys, on="number", how="inner")
    every = pl.concat([named.select("course", *names), of_all.select("course", *names)])
    newest = every.group_by("course").agg(pl.col(name).max() for name in names)
    return newest.with_columns((pl.col(name) % _ROOM - _HALF).cast(pl.Int32) for name in names)
