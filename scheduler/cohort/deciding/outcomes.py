"""Decisions as columns of numbers, and the choice of the best candidate for each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.cohort.arrays import NEVER, NO_DAY, NOWHERE, Flags, Ints
from spine_vigil.scheduler.cohort.history.rows import is_first_of_run


@dataclass(slots=True)
class Outcomes:
    """The decisions of rows as columns of whole numbers.

    NO_DAY stands for no day, NOWHERE for no index. `schedule` and `indication` are NOWHERE where the route is of
    another kind; `protocol` is that of the route where no schedule gives it. A window (`timing`, `counted_from`,
    `opens`, `closes`, `days_from_window`, `grace`, `slot`, `is_blended`, `by_booking`) means something only where
    `has_window`. `judged` is the day that stands for the date in its round of imaging, `said_day` another day that the
    sentence names: the end of follow-up, the death, the booking, or the day on which the round began. `surveillance` is
    the reason that the patient's protocols alone would give, `hazard` the contraindication that overrides the route,
    `advice` the number of the advice that fits (see `advice_texts`), `combination` whether the studies of the day are
    supported together, `undecided` the number of the text of the regions that are left undecided, `unread_rows` how
    many rows of the patient cannot be read. `missing_text` names the facts that an indication or a device lacks,
    `because` what decides an indication, `note` is appended to the explanation; these are null where there is nothing,
    and None where no row has anything.
    """

    date: Ints
    reason: Ints
    wording: Ints
    schedule: Ints
    protocol: Ints
    timing: Ints
    has_window: Flags
    counted_from: Ints
    opens: Ints
    closes: Ints
    days_from_window: Ints
    grace: Ints
    slot: Ints
    is_blended: Flags
    by_booking: Flags
    judged: Ints
    index: Ints
    index_kind: Ints
    stop_kind: Ints
    stop_date: Ints
    said_day: Ints
    sentence_fact: Ints
    first_missing: Ints
    second_missing: Ints
    next_allowed: Ints
    indication: Ints
    advice: Ints
    surveillance: Ints
    hazard: Ints
    combination: Ints
    undecided: Ints
    unread_rows: Ints
    missing_text: pl.Series | None = None
    because: pl.Series | None = None
    note: pl.Series | None = None

    @classmethod
    def none(cls, rows: int) -> Outcomes:
        """Return the columns of `rows` undecided rows."""
        columns: dict[str, Any] = {name: np.full(rows, none) for name, none in _NONE.items()}
        return cls(**columns)

    def take(self, rows: NDArray[np.intp]) -> Outcomes:
        """Return the decisions of some rows."""
        columns: dict[str, Any] = {name: getattr(self, name)[rows] for name in _NONE}
        for name in _TEXTS:
            text = getattr(self, name)
            columns[name] = text if text is None else text.gather(pl.Series(rows))
        return type(self)(**columns)

    def put(self, rows: NDArray[np.intp], **values: Ints | Flags | np.int32 | np.bool_) -> None:
        """Set columns of some rows, each to an array of the length of `rows` or to one number."""
        for name, value in values.items():
            getattr(self, name)[rows] = value

    def clear(self, rows: NDArray[np.intp], *names: str) -> None:
        """Reset columns of some rows (all columns, unless some are named)."""
        for name in names or _NONE:
            getattr(self, name)[rows] = _NONE[name]

    def put_text(self, name: str, rows: NDArray[np.intp], texts: pl.Series) -> None:
        """Set `missing_text`, `because` or `note` of some rows."""
        column = getattr(self, name)
        if column is None:
            column = pl.repeat(None, len(self.reason), dtype=pl.String, eager=True)
        setattr(self, name, column.scatter(pl.Series(rows), texts))

    def add_note(self, rows: NDArray[np.intp], texts: pl.Series) -> None:
        """Append to the notes of some rows."""
        if self.note is not None:
            before = self.note.gather(pl.Series(rows)).fill_null("")
            texts = pl.select(pl.concat_str(pl.lit(before), pl.lit(texts))).to_series()
        self.put_text("note", rows, texts)

    def clear_text(self, name: str, rows: NDArray[np.intp]) -> None:
        """Set `missing_text`, `because` or `note` of some rows to null."""
        if getattr(self, name) is not None and len(rows):
            self.put_text(name, rows, pl.repeat(None, len(rows), dtype=pl.String, eager=True))


_DAYS = ("date", "counted_from", "opens", "closes", "judged", "index", "stop_date", "said_day", "next_allowed")
_TEXTS = ("missing_text", "because", "note")
_FLAGS = ("has_window", "is_blended", "by_booking")
_NONE: dict[str, np.int32 | np.bool_] = {
    name: np.bool_(0) if name in _FLAGS else np.int32(NO_DAY if name in _DAYS else NOWHERE)
    for name in Outcomes.__slots__
    if name not in _TEXTS
}
"""The value of each column for an undecided row."""

_ROOM = 1 << 16
"""The factor that leaves room for the order of a route in a packed preference."""

_INDICATIONS = _ROOM // 2
"""The order of the first indication: after all schedules and protocols."""

_MOST_INDICATIONS = 256


def preference(reason: Ints, distance: Ints, order: Ints) -> NDArray[np.int64]:
    """Return the preference of routes as numbers; smaller is better.

    The smaller reason wins, then the nearer window (`distance` in days, NEVER without one), then the order of routes:
    that of the edition for schedules and protocols (see RuleTables), then that of indications.
    """
    return (reason.astype(np.int64) * (2 * NEVER) + distance) * _ROOM + order


def order_of_indications(indication: Ints, missing: Ints, is_hint: Flags) -> Ints:
    """Return the rank of indications after all schedules.

    One that lacks fewer facts (`missing`) comes first, then one that is raised, then the first in the edition.
    """
    fewest = np.minimum(missing, _INDICATIONS // _MOST_INDICATIONS // 2 - 1)
    return np.int32(_INDICATIONS) + (fewest * 2 + is_hint) * np.int32(_MOST_INDICATIONS) + indication


@dataclass(frozen=True, slots=True)
class Best:
    """The best of several candidates for each row: `rows`, which of the candidates `chosen`, the earliest `allowed`."""

    rows: NDArray[np.intp]
    chosen: NDArray[np.intp]
    allowed: Ints


def best_of_each_row(rows: NDArray[np.intp], preferences: NDArray[np.int64], next_allowed: Ints) -> Best:
    """Choose the best candidate of each row, and the earliest next allowed date of all its candidates (or NO_DAY).

    The arrays have one entry per candidate; no two candidates of a row have equal preference.
    """
    order = np.argsort(rows, kind="stable")
    is_first = is_first_of_run(rows[order])
    starts = is_first.nonzero()[0]
    if not len(starts):
        return Best(starts, starts, next_allowed)
    ordered = preferences[order]
    is_best = ordered == np.minimum.reduceat(ordered, starts)[np.cumsum(is_first) - 1]
    allowed = np.where(next_allowed == NO_DAY, np.int32(NEVER), next_allowed)[order]
    earliest = np.minimum.reduceat(allowed, starts)
    return Best(rows[order[starts]], order[is_best], np.where(earliest == NEVER, np.int32(NO_DAY), earliest))
