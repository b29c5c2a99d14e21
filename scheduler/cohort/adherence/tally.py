"""The counts of a report: whole numbers by group, which add up over parts of a cohort that hold different patients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.adherence.outcomes import AS_TIMELY, NOT_COUNTED, OUTCOMES
from spine_vigil.scheduler.cohort.adherence.studies import KINDS_OF_USE
from spine_vigil.scheduler.cohort.arrays import NOWHERE, Flags, Ints
from spine_vigil.scheduler.cohort.history.rows import is_first_of_run

COUNTED = OUTCOMES[:3]
WINDOW_COUNTS = (*OUTCOMES[:4], "worst_timely", "worst_counted", "best_timely", "best_counted")
"""What is counted of windows in every group."""

EARLY_RANGES = ((1, 7), (8, 14), (15, 30), (31, 60), (61, 90), (91, 180), (181, None))
"""The ranges of days by which early studies are counted; the last has no end."""

ALL, PROTOCOL, SCHEDULE, YEAR = "all", "protocol", "schedule", "year"

_GROUP = ("by", "group")


class Tally:
    """Counts as frames by name, each with its keys (KEYS_OF) first and then whole numbers.

    `windows` and `use` have `by` (ALL, PROTOCOL, SCHEDULE, YEAR or `by0`, `by1`, ...) and `group` (a number: of the
    protocol, the schedule or route, the year, or the place of the value; -1 for none). Beside a count `x` stands
    `x_patients`. `lists` of windows and studies are there where they are wanted.
    """

    def __init__(
        self,
        frames: Mapping[str, pl.DataFrame] | None = None,
        lists: Mapping[str, list[pl.DataFrame]] | None = None,
    ) -> None:
        self._parts = {name: [frame] for name, frame in (frames or {}).items()}
        self.lists = {name: list(parts) for name, parts in (lists or {}).items()}
        self._sums: dict[str, pl.DataFrame] | None = None

    def add(self, other: Tally) -> None:
        """Add the counts of another part, of other patients."""
        self._sums = None
        for name, parts in other._parts.items():
            mine = self._parts.setdefault(name, [])
            mine += parts
            if sum(map(len, mine)) > _MOST_ROWS:
                self._parts[name] = [summed(mine, KEYS_OF[name])]
        for name, parts in other.lists.items():
            self.lists.setdefault(name, []).extend(parts)

    @property
    def frames(self) -> dict[str, pl.DataFrame]:
        """The counts, in the order of their keys."""
        if self._sums is None:
            sums = pl.collect_all([_sums(parts, KEYS_OF[name]) for name, parts in self._parts.items()])
            self._sums = dict(zip(self._parts, sums, strict=True))
        return self._sums


_MOST_ROWS = 1 << 21
"""The rows of parts that are kept before they are added up."""


KEYS_OF: Mapping[str, tuple[str, ...]] = {
    "windows": _GROUP,
    "waits": ("schedule", "days", "is_done"),
    "past_closes": ("schedule", "days", "is_done"),
    "waiting": _GROUP,
    "left_out": ("outcome", "why"),
    "courses": ("standing",),
    "use": _GROUP,
    "reasons": ("reason",),
    "early": ("range",),
    "missing": ("reason", "missing"),
    "burden": ("what", "modality"),
    "followed": (),
    "readings": ("reading",),
}
"""The key columns of each frame."""


def summed(frames: Iterable[pl.DataFrame], keys: Sequence[str]) -> pl.DataFrame:
    """Return the sums of all other columns by keys, in the order of the keys."""
    return _sums(frames, keys).collect()


def _sums(frames: Iterable[pl.DataFrame], keys: Sequence[str]) -> pl.LazyFrame:
    rows = pl.concat(frames).lazy()
    return rows.group_by(keys).agg(pl.exclude(keys).sum()).sort(keys) if keys else rows.sum()


def tally_windows(windows: pl.DataFrame, protocols: Ints, groups: Sequence[str]) -> dict[str, pl.DataFrame]:
    """Count windows (those of `window_outcomes`, with their `groups`); `protocols` is the protocol of each schedule.

    The windows are in the order of their patients and courses.
    """
    columns = ("outcome", "worst", "best", "schedule", "number", "last_day", *groups)
    counted = windows.select(columns).filter(pl.col("outcome") < len(COUNTED) + 1)
    outcome, worst, best = (counted[name].to_numpy() for name in ("outcome", "worst", "best"))
    flags = np.stack(
        [
            *(outcome == number for number, _ in enumerate(OUTCOMES[:4])),
            *(flag for at in (worst, best) for flag in (at == AS_TIMELY, at != NOT_COUNTED)),
        ]
    )
    schedule, number = counted["schedule"].to_numpy(), counted["number"].to_numpy()
    year = counted["last_day"].cast(pl.Date).dt.year().to_numpy()
    others = {YEAR: year, **{name: counted[name].to_numpy() for name in groups}}
    every = _in_schedules(number, schedule, protocols, flags)
    every |= {by: OfPatients.of(number, group, flags) for by, group in others.items()}
    found = [_window_counts(by, of.group, of.sums) for by, of in every.items()]
    return {"windows": pl.concat(found), **_tally_waits(windows, protocols)}


@dataclass(frozen=True, slots=True)
class OfPatients:
    """Sums of flags of every patient in every group, in the order of patients and groups.

    `sums` has one row per flag and one column per patient and group.
    """

    number: Ints
    group: Ints
    sums: Ints

    @classmethod
    def of(cls, number: Ints, group: Ints, flags: Ints | Flags) -> OfPatients:
        """Add up flags (one row each, a column per row of the cohort), or the sums of smaller groups."""
        key = number.astype(np.int64) * _ROOM + group + 1
        if (key[1:] < key[:-1]).any():
            order = np.argsort(key, kind="stable")
            key, flags = key[order], flags[:, order]
        starts = is_first_of_run(key).nonzero()[0]
        # Differences of running sums take a quarter of the time of np.add.reduceat.
        ends = np.append(starts[1:], len(key))[: len(starts)] - 1
        sums = np.diff(np.cumsum(flags, axis=1, dtype=np.int32)[:, ends], axis=1, prepend=np.int32(0))
        number, rest = np.divmod(key[starts], _ROOM)
        return cls(number.astype(np.int32), (rest - 1).astype(np.int32), sums)

    def in_groups(self, group: Ints) -> OfPatients:
        """Add up the groups in larger ones, given that of each row."""
        return OfPatients.of(self.number, group, self.sums)

    def in_all(self) -> OfPatients:
        """Add up all groups of each patient."""
        return self.in_groups(np.zeros_like(self.group))


def _in_schedules(number: Ints, schedule: Ints, protocols: Ints, flags: Flags) -> dict[str, OfPatients]:
    """Return the sums of all, of protocols and of schedules (or routes)."""
    of_schedules = OfPatients.of(number, schedule, flags)
    of_protocols = of_schedules.in_groups(protocols[of_schedules.group])
    return {ALL: of_protocols.in_all(), PROTOCOL: of_protocols, SCHEDULE: of_schedules}


_ROOM = 1 << 32
"""More than the groups of any kind."""


def by_group(by: str, group: Ints, counts: Mapping[str, Ints | Flags]) -> pl.DataFrame:
    """Return the sums of the counts of patients by their group, and how many patients there are."""
    place = group + 1  # a row of no group has -1
    patients = np.bincount(place)
    groups = patients.nonzero()[0]
    sums = {name: np.bincount(place, weights=values)[groups].astype(np.int64) for name, values in counts.items()}
    keys = {"group": (groups - 1).astype(np.int32), "patients": patients[groups].astype(np.int64)}
    return pl.DataFrame({**keys, **sums}).select(pl.lit(by).alias("by"), pl.all())


def _window_counts(by: str, group: Ints, sums: Ints) -> pl.DataFrame:
    """Return the counts of each group, given those of its patients (columns of WINDOW_COUNTS)."""
    of = dict(zip(WINDOW_COUNTS, sums, strict=True))
    untimely = of["late"] + of["missed"]
    counted = of["timely"] + untimely
    holds: dict[str, Flags] = {
        "untimely": untimely > 0,
        "counted": counted > 0,
        "all_timely": (counted > 0) & (untimely == 0),
    }
    for at in ("worst", "best"):
        holds[f"{at}_counted"] = of[f"{at}_counted"] > 0
        holds[f"{at}_timely"] = holds[f"{at}_counted"] & (of[f"{at}_timely"] == of[f"{at}_counted"])
    return by_group(
        by,
        group,
        {
            **of,
            **{f"{name}_patients": of[name] > 0 for name in OUTCOMES[:4]},
            **{f"patients_{name}": condition for name, condition in holds.items()},
        },
    )


def _tally_waits(windows: pl.DataFrame, protocols: Ints) -> dict[str, pl.DataFrame]:
    """Count the days from the opening, and those from the closing, to the study or to the end of the wait.

    They are counted by schedule; those of a protocol are the sum of its schedules.
    """
    columns = ("schedule", "number", "wait", "past_closes", "is_done")
    waits = windows.filter("waits").select(columns)
    schedule, number = waits["schedule"].to_numpy(), waits["number"].to_numpy()
    is_done = waits["is_done"].to_numpy()
    days = {
        name: _days_of_groups(schedule, waits[column].to_numpy(), is_done)
        for name, column in (("waits", "wait"), ("past_closes", "past_closes"))
    }
    flags = np.stack([np.ones_like(is_done), is_done, ~is_done])
    waiting = []
    for by, of in _in_schedules(number, schedule, protocols, flags).items():
        of_windows, done, not_done = of.sums
        counts = {"windows": of_windows, "done_patients": done > 0, "waiting_patients": not_done > 0}
        waiting.append(by_group(by, of.group, counts))
    return {**days, "waiting": pl.concat(waiting)}


def _days_of_groups(schedule: Ints, days: Ints, is_done: Flags) -> pl.DataFrame:
    """Return how many windows of each schedule have each number of days, those that are done apart."""
    low = int(days.min(initial=0))
    span = int(days.max(initial=0)) - low + 1
    packed = np.sort((schedule.astype(np.int64) * span + (days - low)) * 2 + is_done)
    starts = is_first_of_run(packed).nonzero()[0]
    different, count = packed[starts], np.diff(starts, append=len(packed))
    rest = different // 2
    return pl.DataFrame(
        {
            "schedule": (rest // span).astype(np.int32),
            "days": (rest % span + low).astype(np.int32),
            "is_done": different % 2 == 1,
            "windows": count.astype(np.int64),
        }
    )


def tally_left_out(windows: pl.DataFrame) -> pl.DataFrame:
    """Count the windows that are not counted, and the unknown ones by why."""
    rows = windows.filter(pl.col("outcome") >= len(COUNTED))
    counts = rows.group_by("outcome", "why").agg(
        windows=pl.len().cast(pl.Int64), patients=pl.col("number").n_unique().cast(pl.Int64)
    )
    return counts.with_columns(pl.col("outcome", "why").cast(pl.Int32))


def tally_use(
    studies: pl.DataFrame, unread: pl.DataFrame, protocols: Ints, groups: Sequence[str]
) -> dict[str, pl.DataFrame]:
    """Count performed studies by their decisions, beside rows that cannot be read and may be such studies.

    `studies` are those of `performed_studies`; `protocols` gives the number of the protocol of each route (its last
    item is -1). `unread` has `number`, `date` and the `groups`.
    """
    undecided = pl.lit(KINDS_OF_USE.index("undecided"), dtype=pl.Int32)
    more = unread.select("number", "date", *groups, use=undecided, route=pl.lit(NOWHERE, dtype=pl.Int32))
    rows = pl.concat([studies.select(more.columns), more])
    found = []
    for of_somebody in (True, False):
        some = rows.filter((pl.col("number") != NOWHERE) == of_somebody)
        use, route, number = (some[name].to_numpy() for name in ("use", "route", "number"))
        flags = np.stack([use == kind for kind, _ in enumerate(KINDS_OF_USE)])
        others = {
            YEAR: some["date"].cast(pl.Date).dt.year().fill_null(NOWHERE).to_numpy(),
            **{name: some[name].fill_null(NOWHERE).to_numpy() for name in groups},
        }
        sums = _in_schedules(number, route, protocols, flags)
        sums |= {by: OfPatients.of(number, group, flags) for by, group in others.items()}
        counts = [_use_counts(by, of.group, of.sums) for by, of in sums.items()]
        no_patients = pl.selectors.ends_with("patients") * int(of_somebody)
        found += [frame.with_columns(no_patients) for frame in counts]
    return {"use": summed(found, KEYS_OF["use"])}


def _use_counts(by: str, group: Ints, sums: Ints) -> pl.DataFrame:
    of = dict(zip(KINDS_OF_USE, sums, strict=True))
    return by_group(by, group, {**of, **{f"{name}_patients": counts > 0 for name, counts in of.items()}})


def tally_reasons(studies: pl.DataFrame, unread: pl.DataFrame) -> pl.DataFrame:
    """Count performed studies by the reason of their decision, beside rows that cannot be read (see `tally_use`)."""
    of_somebody = unread.filter(pl.col("number") != NOWHERE)["number"].n_unique()
    counts = {"reason": Reason.BAD_ROW.rank, "studies": len(unread), "patients": of_somebody}
    bad = pl.DataFrame(
        [counts] if len(unread) else [], schema={"reason": pl.Int32, "studies": pl.Int64, "patients": pl.Int64}
    )
    return pl.concat([_with_patients(studies, ["reason"]), bad])


def tally_missing(studies: pl.DataFrame) -> pl.DataFrame:
    """Count the studies that ask for information by reason and by what they lack."""
    return _with_patients(studies.filter(pl.col("use") == KINDS_OF_USE.index("undecided")), ["reason", "missing"])


def tally_early(studies: pl.DataFrame, early: int) -> pl.DataFrame:
    """Count the early studies (those whose reason has the rank `early`) by EARLY_RANGES."""
    rows = studies.filter(pl.col("reason") == early).with_columns(range=pl.lit(None, dtype=pl.Int32))
    for number, (first, _) in enumerate(EARLY_RANGES):
        rows = rows.with_columns(range=pl.when(-pl.col("days") >= first).then(number).otherwise("range").cast(pl.Int32))
    return _with_patients(rows, ["range"])


def _with_patients(studies: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    counts = studies.group_by(keys).agg(
        studies=pl.len().cast(pl.Int64), patients=pl.col("number").n_unique().cast(pl.Int64)
    )
    return counts.with_columns(pl.col(keys).cast(pl.Int32))
