"""Numbers for reasons and sentences, and the facts of a row packed into one number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.answers.reasons import Reason, Timeliness
from spine_vigil.scheduler.answers.sentences import SENTENCES, advice_text
from spine_vigil.scheduler.cohort.arrays import Flags, Ints, without_none
from spine_vigil.scheduler.cohort.tables.rule_tables import UNKNOWN, RuleTables
from spine_vigil.scheduler.rules.indications import Indication

TIMELINESS = tuple(Timeliness)

WORDINGS = tuple(SENTENCES)

REASONS = tuple(Reason)


def advice_texts(indications: Sequence[Indication]) -> list[str]:
    """Return the advice of indications by number: for each indication its pieces in every selection.

    Piece k of an indication belongs to the selections whose number, counted from that of none, has bit k.
    """
    return [
        advice_text(piece for k, piece in enumerate(indication.advice) if selection >> k & 1)
        for indication in indications
        for selection in range(2 ** len(indication.advice))
    ]


def first_advices(indications: Sequence[Indication]) -> list[int]:
    """Return for each indication the number of the selection of none of its advice (see `advice_texts`)."""
    return [0, *accumulate(2 ** len(indication.advice) for indication in indications)]


def packed_facts(rows: pl.DataFrame, tables: RuleTables) -> NDArray[np.int64]:
    """Return the schedules' facts of each row as one number, two bits each, in the order of `tables.fact_names`.

    A fact that `rows` has no column for is unknown throughout.
    """
    packed = np.zeros(len(rows), dtype=np.int64)
    for number, name in enumerate(tables.fact_names):
        value = without_none(rows[name], UNKNOWN).astype(np.int64) if name in rows.columns else np.int64(UNKNOWN)
        packed |= value << (2 * number)
    return packed


def fact_values(facts: NDArray[np.int64], fact: Ints) -> Ints:
    """Return the value of fact number `fact` in each row (FALSE, TRUE or UNKNOWN; the fact `no_fact` is false)."""
    return ((facts >> (2 * fact)) & 3).astype(np.int32)


def conditions(schedule: Ints, facts: NDArray[np.int64], tables: RuleTables) -> tuple[Flags, Flags]:
    """Return whether each row's schedule applies as far as is known, and whether that is unknown.

    `facts` are packed (see `packed_facts`); a schedule without a condition of its own applies.
    """
    fact = tables.when_fact.take(schedule)
    value = fact_values(facts, fact)
    has_none = fact == tables.no_fact
    is_unknown = ~has_none & (value == UNKNOWN)
    return has_none | is_unknown | (value == tables.when_value.take(schedule)), is_unknown


def wording(name: str) -> np.int32:
    """Return the number of a sentence."""
    return np.int32(WORDINGS.index(name))
