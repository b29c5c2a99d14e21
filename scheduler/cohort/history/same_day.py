"""Studies of one patient on one day that form a combination, counted for whole cohorts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.history.rows import ADD_ON, PatientRows, distinct, is_first_of_run, with_day
from spine_vigil.scheduler.cohort.tables.contexts import Contexts
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.fields import MODALITIES
from spine_vigil.scheduler.rules.indications import Combination
from spine_vigil.scheduler.rules.studies import Study


@dataclass(frozen=True, slots=True)
class Concerned:
    """The studies of a cohort that the edition's combinations concern.

    `study` has the number of each context's study, the same for equal studies. By that number: `modality` is the index
    of its modality in MODALITIES, `by_combination` says for each of the edition's combinations whether it concerns the
    study, and `by_any` whether any does.
    """

    study: NDArray[np.int64]
    modality: NDArray[np.int64]
    by_combination: tuple[NDArray[np.bool], ...]
    by_any: NDArray[np.bool]


def concerned(contexts: Contexts, edition: Edition) -> Concerned:
    """Return which studies of a cohort's contexts the edition's combinations concern."""
    pairs = contexts.keys.select("modality", "regions").rows()
    numbers = {pair: number for number, pair in enumerate(dict.fromkeys(pairs))}
    studies = [Study(MODALITIES[modality], regions) for modality, regions in numbers]
    by_combination = tuple(np.array([c.concerns(study) for study in studies], np.bool) for c in edition.combinations)
    return Concerned(
        np.array([numbers[pair] for pair in pairs], np.int64),
        np.array([modality for modality, _ in numbers], np.int64),
        by_combination,
        np.logical_or.reduce([np.zeros(len(studies), np.bool), *by_combination]),
    )


def studies_together(patients: PatientRows, concern: Concerned, edition: Edition) -> pl.DataFrame:
    """Return the rows that are part of a combination, as `at` and one column of `together_columns` for each.

    `concern` says which studies combinations concern. A column counts the different studies of the combination on the
    day; it is null where the row is not one of them. The same study twice counts once.
    """
    indexes, day = _with_other_studies(patients, concern)
    study = concern.study[patients.rows.context[indexes]]
    counts = [
        _different_studies(combination, concern.modality, is_concerned, day, study)
        for combination, is_concerned in zip(edition.combinations, concern.by_combination, strict=True)
    ]
    is_one = np.logical_or.reduce([np.zeros(len(indexes), np.bool), *(count > 0 for count in counts)])
    names = together_columns(edition)
    columns = (pl.Series(name, count[is_one]) for name, count in zip(names, counts, strict=True))
    rows = pl.DataFrame([pl.Series("at", patients.rows.at[indexes[is_one]]), *columns])
    return rows.with_columns(pl.when(pl.col(name) > 0).then(name) for name in names)


def _with_other_studies(patients: PatientRows, concern: Concerned) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows whose patient has another study on their day, and a number for each such day.

    Only rows whose study can be part of a combination count. The result is ordered by day.
    """
    rows = patients.rows
    key = with_day(patients.patient, rows.date)
    order = np.argsort(key, kind="stable")
    # Most rows are alone on their day, so these are dropped before any lookup.
    indexes = order[_has_equal_neighbour(key[order])]
    study = concern.study[rows.context[indexes]]
    can_be_part = concern.by_any[study] & ((rows.part[indexes] & ADD_ON) == 0)
    indexes, study = indexes[can_be_part], study[can_be_part]
    is_first = is_first_of_run(key[indexes])
    # On a day with different studies some two adjacent rows differ, in any order of the rows.
    is_other = is_first_of_run(study) & ~is_first
    day = np.cumsum(is_first)
    has_several = np.zeros(len(indexes) + 1, np.bool)
    has_several[day[is_other]] = True
    has_other = has_several[day]
    return indexes[has_other], np.cumsum(is_first[has_other])


def _has_equal_neighbour(values: NDArray[np.int64]) -> NDArray[np.bool]:
    """Return whether each value equals the one before or after it."""
    has_equal = ~is_first_of_run(values)
    has_equal[:-1] |= has_equal[1:]
    return has_equal


def together_columns(edition: Edition) -> list[str]:
    """Return the names of the columns of `studies_together`, in the order of the edition's combinations."""
    return [f"together_{number}" for number, _ in enumerate(edition.combinations)]


def _different_studies(
    combination: Combination,
    modality: NDArray[np.int64],
    is_concerned: NDArray[np.bool],
    day: NDArray[np.int64],
    study: NDArray[np.int64],
) -> NDArray[np.uint32]:
    """Return how many different studies a combination has on the day of each row; 0 where the row is not one of them.

    `day` and `study` are numbers by row; `modality` and `is_concerned` are by the number of the study.
    """
    days, studies, is_part = int(day.max(initial=0)) + 1, len(modality), is_concerned[study]
    counts = np.bincount(distinct((day * studies + study)[is_part]) // studies, minlength=days)
    is_combined = counts > 1
    if combination.of_each:
        for one in combination.modalities:
            is_by_it = is_part & (modality[study] == MODALITIES.index(one))
            is_combined &= np.bincount(day[is_by_it], minlength=days) > 0
    return np.where(is_part & is_combined[day], counts[day], 0).astype(np.uint32)
