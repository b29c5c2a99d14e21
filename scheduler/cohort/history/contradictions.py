"""What the rows of patients say of one another that cannot be right: two birth dates for an id, ids that look alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.decoding.cells import Cells
from spine_vigil.scheduler.cohort.decoding.patient_keys import patient_keys
from spine_vigil.scheduler.cohort.history.patient_index import KEYS
from spine_vigil.scheduler.records.fields import PATIENT_ID
from spine_vigil.scheduler.rules.facts import BIRTH_DATE

_INVISIBLE = "[\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]"
_ENDS = r"""^[='"]*(.*?)['"]*$"""
_ZEROS = r"^0+([0-9A-Za-z])"
_DECIMALS = r"^(\d+)\.0+$"
_MARKED = rf"""^[='"0]|['"]$|\.0+['"]*$|{_INVISIBLE}"""
"""What an id has that is written in another way than its plain form; few ids have any."""

_ALIKE = {"key": pl.UInt64, "patient": pl.UInt64, "place": pl.String}
"""Ids that another one may stand for: the key of what they say, and their own key."""


@dataclass(frozen=True, slots=True)
class BlockSigns:
    """What is kept of a block to find contradictions: births by patient, ids with marks, and the keys of all ids."""

    births: pl.DataFrame
    alike: pl.DataFrame
    keys: NDArray[np.uint64]


_BIRTHS = {"patient": pl.UInt64, "patient_check": pl.UInt32, BIRTH_DATE: pl.Int32, "n": pl.UInt32}
"""Birth dates by patient, with the rows that give them."""

_NO_SIGNS = BlockSigns(pl.DataFrame(schema=_BIRTHS), pl.DataFrame(schema=_ALIKE), np.empty(0, np.uint64))


@dataclass(frozen=True, slots=True)
class Contradictions:
    """The contradictions of a cohort.

    `births` counts the ids with two birth dates, `rows` the rows of these ids that give one. `alike` counts ids that
    differ from another by leading zeros, `.0`, quotes or invisible characters alone; `example` is the place of one.
    """

    births: int = 0
    rows: int = 0
    alike: int = 0
    example: str | None = None

    def __add__(self, other: Contradictions) -> Contradictions:
        """Return the contradictions of two parts of a cohort that have no patient in common."""
        return Contradictions(
            self.births + other.births, self.rows + other.rows, self.alike + other.alike, self.example or other.example
        )


def block_signs(rows: pl.DataFrame, cells: Cells, file: str | None = None) -> BlockSigns:
    """Return what is kept of the sound rows of a block, in order: `row`, KEYS and, where it is given, the birth date.

    `file` names the file of the rows where there are several.
    """
    births = _NO_SIGNS.births
    if BIRTH_DATE in rows.columns and rows[BIRTH_DATE].null_count() < len(rows):
        given = rows.filter(pl.col(BIRTH_DATE).is_not_null())
        births = given.group_by(*KEYS, BIRTH_DATE).agg(n=pl.len())
    first = _first_rows(rows)
    ids = cells.text(PATIENT_ID, first["row"]).str.strip_chars()
    marked = ids.str.contains(_MARKED).fill_null(value=False)
    first_marked, plain = first.filter(marked), _plain(ids.filter(marked))
    places = cells.lines.gather(first_marked["row"]).cast(pl.String)
    alike = pl.DataFrame(
        {
            "key": pl.Series(patient_keys(plain).key, dtype=pl.UInt64),
            "patient": first_marked["patient"],
            "place": ("line " if file is None else f"{file}, line ") + places,
        },
        schema=_ALIKE,
    )
    is_other = plain != ids.filter(marked)
    return BlockSigns(births, alike.filter(is_other), first["patient"].to_numpy())


def _first_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the first `row` of each `patient`, in the order of rows."""
    keys = rows["patient"].to_numpy()
    # The rows of a patient often follow each other.
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.empty(0, np.int64)
    firsts = np.sort(np.unique(keys[starts], return_index=True)[1])
    return rows.select("row", "patient")[starts[firsts]]


def _plain(ids: pl.Series) -> pl.Series:
    """Return ids without what may be a matter of writing."""
    plain = ids.str.replace_all(_INVISIBLE, "").str.replace(_ENDS, "${1}").str.strip_chars()
    return plain.str.replace(_DECIMALS, "${1}").str.replace(_ZEROS, "${1}")


def contradictions(blocks: Sequence[BlockSigns], of_patients: Sequence[BlockSigns] = ()) -> Contradictions:
    """Return the contradictions of a cohort, given what was kept of its blocks and of its patients files.

    Those of patients without a row in a block are none of the cohort: a patients file may hold everybody.
    """
    both = [*blocks, *of_patients]
    births = pl.concat([_NO_SIGNS.births, *(block.births for block in both)])
    births = births.group_by(*KEYS, BIRTH_DATE).agg(pl.col("n").sum())
    twice = births.group_by(KEYS).agg(pl.len(), pl.col("n").sum()).filter(pl.col("len") > 1)
    alike = pl.concat([_NO_SIGNS.alike, *(block.alike for block in both)])
    alike = alike.unique("patient", keep="first", maintain_order=True)
    if len(alike):
        # The plain form of an id is another patient's id, or that of two marked ones.
        known = pl.Series(np.concatenate([block.keys for block in both]))
        alike = alike.filter(pl.col("key").is_in(known.implode()) | pl.col("key").is_duplicated())
    if of_patients and (len(twice) or len(alike)):
        met = pl.Series(np.concatenate([_NO_SIGNS.keys, *(block.keys for block in blocks)])).implode()
        twice = twice.filter(pl.col("patient").is_in(met))
        alike = alike.filter(pl.col("patient").is_in(met) | pl.col("key").is_in(met))
    return Contradictions(len(twice), int(twice["n"].sum()), len(alike), alike["place"][0] if len(alike) else None)
