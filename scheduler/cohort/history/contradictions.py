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
from spine_vigil.scheduler.records.courses import BIRTH_DATE
from spine_vigil.scheduler.records.fields import PATIENT_ID

_INVISIBLE = "[\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]"
_ENDS = r"""^[='"]*(.*?)['"]*$"""
_ZEROS = r"^0+([0-9A-Za-z])"
_DECIMALS = r"^(\d+)\.0+$"

_ALIKE = {"key": pl.UInt64, "patient": pl.UInt64, "place": pl.String}
"""Ids that another one may stand for: the key of what they say, and their own key."""


@dataclass(frozen=True, slots=True)
class BlockSigns:
    """What is kept of a block to find contradictions: births by patient, ids with marks, and the keys of all ids."""

    births: pl.DataFrame
    alike: pl.DataFrame
    keys: NDArray[np.uint64]


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

    @property
    def are_there(self) -> bool:
        """Whether there is any contradiction."""
        return bool(self.births or self.alike)


def block_signs(rows: pl.DataFrame, cells: Cells, file: str | None = None) -> BlockSigns:
    """Return what is kept of the sound rows of a block: `row`, KEYS and, where the file has it, the birth date."""
    births = pl.DataFrame(
        schema={"patient": pl.UInt64, "patient_check": pl.UInt32, BIRTH_DATE: pl.Int32, "n": pl.UInt32}
    )
    if BIRTH_DATE in rows.columns and rows[BIRTH_DATE].null_count() < len(rows):
        given = rows.filter(pl.col(BIRTH_DATE).is_not_null())
        births = given.group_by(*KEYS, BIRTH_DATE).agg(n=pl.len())
    first = rows.select("row", "patient").unique("patient", keep="first")
    ids = cells.text(PATIENT_ID, first["row"]).str.strip_chars()
    plain = ids.str.replace_all(_INVISIBLE, "").str.replace(_ENDS, "${1}").str.strip_chars()
    plain = plain.str.replace(_DECIMALS, "${1}").str.replace(_ZEROS, "${1}")
    marked = (plain != ids).fill_null(value=False)
    places = cells.lines.gather(first["row"].filter(marked)).cast(pl.String)
    alike = pl.DataFrame(
        {
            "key": pl.Series(patient_keys(plain.filter(marked)).key, dtype=pl.UInt64),
            "patient": first["patient"].filter(marked),
            "place": ("line " if file is None else f"{file}, line ") + places,
        },
        schema=_ALIKE,
    )
    return BlockSigns(births, alike, first["patient"].to_numpy())


def contradictions(blocks: Sequence[BlockSigns]) -> Contradictions:
    """Return the contradictions of a cohort, given what was kept of its blocks."""
    if not blocks:
        return Contradictions()
    births = pl.concat([block.births for block in blocks]).group_by(*KEYS, BIRTH_DATE).agg(pl.col("n").sum())
    twice = births.group_by(KEYS).agg(pl.len(), pl.col("n").sum()).filter(pl.col("len") > 1)
    alike = pl.concat([block.alike for block in blocks]).unique("patient", keep="first", maintain_order=True)
    found = alike.clear()
    if len(alike):
        known = np.unique(np.concatenate([block.keys for block in blocks]))
        # The plain form of an id is another patient's id, or that of two marked ones.
        keys = alike["key"].to_numpy()
        is_id = known[np.minimum(np.searchsorted(known, keys), len(known) - 1)] == keys
        found = alike.filter(pl.Series(is_id) | pl.col("key").is_duplicated())
    return Contradictions(len(twice), int(twice["n"].sum()), len(found), found["place"][0] if len(found) else None)
