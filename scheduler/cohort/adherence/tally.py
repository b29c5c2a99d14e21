"""The counts of a report: whole numbers by group, which add up over parts of a cohort that hold different patients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from spine_vigil.scheduler.cohort.adherence.outcomes import AS_TIMELY, NOT_COUNTED, OUTCOMES
from spine_vigil.scheduler.cohort.adherence.studies import KINDS_OF_USE

COUNTED = OUTCOMES[:3]
WINDOW_COUNTS = (*OUTCOMES[:4], "worst_timely", "worst_counted", "best_timely", "best_counted")
"""What is counted of windows in every group."""

PATIENT_COUNTS = ("untimely", "counted", "all_timely", "worst_counted", "worst_timely", "best_counted", "best_timely")
"""What is counted of the patients of a group: with an untimely or a counted window, with all of them timely, ..."""

EARLY_RANGES = ((1, 7), (8, 14), (15, 30), (31, 60), (61, 90), (91, 180), (181, None))
"""The ranges of days by which early studies are counted; the last has no end."""

ALL, PROTOCOL, SCHEDULE, YEAR = "all", "protocol", "schedule", "year"

_GROUP = ("by", "group")


@dataclass(slots=True)
class Tally:
    """Counts as frames, each with its keys first and then whole numbers.

    `windows` and `use` have `by` (ALL, PROTOCOL, SCHEDULE, YEAR or `by0`, `by1`, ...) and `group` (a number: of the
    protocol, the schedule or route, the year, or the place of the value; -1 for none). Beside a count `x` stands
    `x_patients`. Lists of windows and patients are there where they are wanted.
    """

    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    lists: dict[str, list[pl.DataFrame]] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Add the counts of another part."""
        for name, frame in other.frames.items():
            mine = self.frames.get(name)
            self.frames[name] = frame if mine is None else summed([mine, frame], KEYS_OF[name])
        for name, parts in other.lists.items():
            self.lists.setdefault(name, []).extend(parts)


KEYS_OF: Mapping[str, tuple[str, ...]] = {
    "windows": _GROUP,
    "waits": (*_GROUP, "days", "is_done"),
    "past_closes": (*_GROUP, "days", "is_done"),
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
    rows = pl.concat(frames)
    if not keys:
        return rows.sum()
    return rows.group_by(keys).agg(pl.exclude(keys).sum()).sort(keys)


def tally_windows(windows: pl.DataFrame, protocols: pl.Series, groups: Sequence[str]) -> dict[str, pl.DataFrame]:
    """Count windows (those of `window_outcomes`, with their `groups`); `protocols` is the protocol of each schedule."""
    outcome, worst, best = pl.col("outcome"), pl.col("worst"), pl.col("best")
    counted = windows.filter(outcome < len(COUNTED) + 1).select(
        "number",
        "schedule",
        *groups,
        protocol=pl.lit(protocols).gather(pl.col("schedule")),
        year=pl.col("last_day").cast(pl.Date).dt.year(),
        **{name: outcome == number for number, name in enumerate(OUTCOMES[:4])},
        worst_timely=worst == AS_TIMELY,
        worst_counted=worst != NOT_COUNTED,
        best_timely=best == AS_TIMELY,
        best_counted=best != NOT_COUNTED,
    )
    counted = counted.with_columns(pl.col(WINDOW_COUNTS).cast(pl.Int64))
    of_schedules = _of_patients(counted, SCHEDULE)
    of_protocols = _of_patients(
        of_schedules.with_columns(protocol=pl.lit(protocols).gather(pl.col(SCHEDULE))), PROTOCOL
    )
    of_all = _of_patients(of_protocols.with_columns(all=pl.lit(0, dtype=pl.Int32)), ALL)
    others = [(_of_patients(counted, by), by) for by in (YEAR, *groups)]
    every = [(of_all, ALL), (of_protocols, PROTOCOL), (of_schedules, SCHEDULE), *others]
    return {"windows": pl.concat(_window_counts(frame, by) for frame, by in every), **_tally_waits(windows, protocols)}


def _of_patients(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """Return the counts of each patient in each group."""
    return rows.group_by(pl.col(by).cast(pl.Int32), "number").agg(pl.col(WINDOW_COUNTS).sum())


def _window_counts(patients: pl.DataFrame, by: str) -> pl.DataFrame:
    """Return the counts of each group, given those of its patients."""
    counted, untimely = pl.sum_horizontal(COUNTED), pl.sum_horizontal(COUNTED[1:])
    holds = {
        "untimely": untimely > 0,
        "counted": counted > 0,
        "all_timely": (counted > 0) & (untimely == 0),
        **{f"{at}_counted": pl.col(f"{at}_counted") > 0 for at in ("worst", "best")},
        **{
            f"{at}_timely": (pl.col(f"{at}_counted") > 0) & (pl.col(f"{at}_timely") == pl.col(f"{at}_counted"))
            for at in ("worst", "best")
        },
    }
    return _by_group(
        patients.group_by(by).agg(
            patients=pl.len(),
            **{name: pl.col(name).sum() for name in WINDOW_COUNTS},
            **{f"{name}_patients": (pl.col(name) > 0).sum() for name in OUTCOMES[:4]},
            **{f"patients_{name}": condition.sum() for name, condition in holds.items()},
        ),
        by,
    )


def _by_group(frame: pl.DataFrame, by: str) -> pl.DataFrame:
    """Return counts with their group as `by` and `group`."""
    counts = frame.select(pl.exclude(by).cast(pl.Int64))
    keys = frame.select(by=pl.lit(by), group=pl.col(by).cast(pl.Int32).fill_null(-1))
    return keys.hstack(counts)


def _tally_waits(windows: pl.DataFrame, protocols: pl.Series) -> dict[str, pl.DataFrame]:
    """Count the days from the opening, and those from the closing, to the study or to the end of the wait."""
    waits = windows.filter("waits").select("number", "schedule", "wait", "past_closes", "is_done")
    every = {
        ALL: pl.lit(0, dtype=pl.Int32),
        PROTOCOL: pl.lit(protocols).gather(pl.col("schedule")),
        SCHEDULE: pl.col("schedule"),
    }
    counted: dict[str, list[pl.DataFrame]] = {"waits": [], "past_closes": [], "waiting": []}
    for by, group in every.items():
        rows = waits.with_columns(group=group.cast(pl.Int32), by=pl.lit(by))
        for name, days in (("waits", "wait"), ("past_closes", "past_closes")):
            keys = ["by", "group", pl.col(days).cast(pl.Int32).alias("days"), "is_done"]
            counted[name].append(rows.group_by(keys).agg(windows=pl.len().cast(pl.Int64)))
        of_patients = rows.group_by("by", "group", "number").agg(
            windows=pl.len(), done=pl.col("is_done").any(), waiting=(~pl.col("is_done")).any()
        )
        counted["waiting"].append(
            of_patients.group_by("by", "group").agg(
                windows=pl.col("windows").sum().cast(pl.Int64),
                patients=pl.len().cast(pl.Int64),
                done_patients=pl.col("done").sum().cast(pl.Int64),
                waiting_patients=pl.col("waiting").sum().cast(pl.Int64),
            )
        )
    return {name: pl.concat(frames) for name, frames in counted.items()}


def tally_left_out(windows: pl.DataFrame) -> pl.DataFrame:
    """Count the windows that are not counted, and the unknown ones by why."""
    rows = windows.filter(pl.col("outcome") >= len(COUNTED))
    counts = rows.group_by("outcome", "why").agg(
        windows=pl.len().cast(pl.Int64), patients=pl.col("number").n_unique().cast(pl.Int64)
    )
    return counts.with_columns(pl.col("outcome", "why").cast(pl.Int32))


def tally_use(
    studies: pl.DataFrame, unread: pl.DataFrame, protocols: pl.Series, groups: Sequence[str]
) -> dict[str, pl.DataFrame]:
    """Count performed studies by their decisions, beside rows that cannot be read and may be such studies.

    `studies` are those of `performed_studies`; `protocols` gives the number of the protocol of each route. `unread`
    has `number`, `date` and the `groups`.
    """
    rows = studies.select(
        "number",
        *groups,
        "use",
        schedule=pl.col("route").cast(pl.Int32),
        protocol=pl.lit(protocols).gather(pl.col("route").replace(-1, None)).cast(pl.Int32),
        year=pl.col("date").cast(pl.Date).dt.year(),
    )
    more = unread.select(
        "number",
        *groups,
        use=pl.lit(KINDS_OF_USE.index("undecided"), dtype=pl.Int32),
        schedule=pl.lit(None, dtype=pl.Int32),
        protocol=pl.lit(None, dtype=pl.Int32),
        year=pl.col("date").cast(pl.Date).dt.year(),
    )
    rows = pl.concat([rows, more.select(rows.columns)]).with_columns(all=pl.lit(0, dtype=pl.Int32))
    rows = rows.with_columns((pl.col("use") == n).cast(pl.Int64).alias(name) for n, name in enumerate(KINDS_OF_USE))
    found = [_use_counts(rows, by) for by in (ALL, PROTOCOL, SCHEDULE, YEAR, *groups)]
    return {"use": pl.concat(found)}


def _use_counts(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    patients = rows.group_by(pl.col(by).cast(pl.Int32), "number").agg(pl.col(KINDS_OF_USE).sum())
    counts = patients.group_by(by).agg(
        patients=pl.len(),
        **{name: pl.col(name).sum() for name in KINDS_OF_USE},
        **{f"{name}_patients": (pl.col(name) > 0).sum() for name in KINDS_OF_USE},
    )
    return _by_group(counts, by)


def tally_reasons(studies: pl.DataFrame) -> pl.DataFrame:
    """Count performed studies by the reason of their decision."""
    return _with_patients(studies, ["reason"])


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
