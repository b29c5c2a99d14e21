"""What of the tables is published: cells of few patients are left out, and what would give them away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from spine_vigil.scheduler.report.model import ALL, SUPPRESSED, TABLES
from spine_vigil.scheduler.report.names import Names
from spine_vigil.scheduler.report.small_cells import small_cells

_Cell = tuple[str, int, str]
"""A table, a row and a column."""

_Sum = tuple[_Cell, list[_Cell]]

_COUNTS: Mapping[str, Mapping[str, str]] = {
    "timeliness": {
        "windows": "patients",
        "counted": "patients_counted",
        "timely": "timely_patients",
        "untimely": "patients_untimely",
        "late": "late_patients",
        "missed": "missed_patients",
        "unknown": "unknown_patients",
        "patients": "patients",
        "patients_counted": "patients_counted",
        "patients_timely": "patients_timely",
        "patients_untimely": "patients_untimely",
        "patients_uncounted": "patients_uncounted",
    },
    "use": {
        "studies": "patients",
        "decided": "decided_patients",
        "within": "within_patients",
        "outside": "outside_patients",
        "undecided": "undecided_patients",
        "refer": "refer_patients",
        "patients": "patients",
    },
    "time_to_study": {
        "windows": "patients",
        "done": "done_patients",
        "censored": "waiting_patients",
        "patients": "patients",
    },
    "use_reasons": {"studies": "patients", "patients": "patients"},
    "early_days": {"studies": "patients", "patients": "patients"},
    "not_counted": {"windows": "patients", "patients": "patients"},
    "courses": {"courses": "patients", "patients": "patients"},
    "burden": {"studies": "patients", "patients": "patients"},
}
"""The counts of each table, each with the column that counts its patients."""

_SUMS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "timeliness": {
        "windows": ("counted", "unknown"),
        "counted": ("timely", "untimely"),
        "untimely": ("late", "missed"),
        "patients_counted": ("patients_timely", "patients_untimely"),
        "patients": ("patients_counted", "patients_uncounted"),
    },
    "use": {"studies": ("decided", "undecided", "refer"), "decided": ("within", "outside")},
    "time_to_study": {"windows": ("done", "censored")},
}
"""The totals within a row, each with its parts."""

_EXPENDABLE = {"timeliness": ("windows", "patients"), "use": ("studies",)}
"""The totals that are left out before their parts: shares need the parts, nothing needs the totals."""

_OF_SHARE = ("share", "low", "high", "standing")
_BOUNDS = ("least", "greatest")

_FOLLOWS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "timeliness": {
        **dict.fromkeys(_OF_SHARE, ("timely", "untimely", "counted")),
        **dict.fromkeys(_BOUNDS, ("timely", "untimely", "counted", "unknown")),
        **{
            f"patients_{name}": ("patients_timely", "patients_untimely", "patients_counted")
            for name in ("share", "low", "high")
        },
        **{
            f"patients_{name}": ("patients_timely", "patients_untimely", "patients_counted", "unknown")
            for name in _BOUNDS
        },
    },
    "use": {
        **dict.fromkeys(_OF_SHARE, ("within", "outside", "decided")),
        **dict.fromkeys(_BOUNDS, ("within", "outside", "decided", "undecided")),
    },
    "time_to_study": {
        f"{name}{end}": ("done", "censored", "windows")
        for name in ("median", "by_closes", "by_30", "by_60", "by_90")
        for end in ("", "_low", "_high")
    },
    "use_reasons": {"share": ("studies",)},
    "early_days": {"share": ("studies",)},
    "burden": {"per_patient_year": ("studies",), "patient_years": ("patients",)},
}
"""What is left out where a count is, since it would tell it."""


class Publisher:
    """Leaves out small cells of the tables of one report, all together."""

    def __init__(self, fewest: int) -> None:
        """Leave out cells of fewer than `fewest` patients; 0 leaves out none."""
        self._fewest = fewest

    def published(self, tables: Mapping[str, pl.DataFrame], names: Names) -> dict[str, pl.DataFrame]:
        """Return tables with what is left out as null, and named in SUPPRESSED."""
        hidden = self._hidden(tables, names)
        hidden |= {cell for total, cells in _shares_of(tables) if total in hidden for cell in cells}
        of_table: dict[str, dict[int, set[str]]] = {}
        for table, row, column in hidden:
            of_table.setdefault(table, {}).setdefault(row, set()).add(column)
        return {name: _without(rows, name, of_table.get(name, {})) for name, rows in tables.items()}

    def _hidden(self, tables: Mapping[str, pl.DataFrame], names: Names) -> set[_Cell]:
        if self._fewest <= 1:
            return set()
        patients: dict[_Cell, int] = {}
        for table, columns in _COUNTS.items():
            for column, counted in columns.items():
                counts = _with_more(tables[table])[counted].to_list()
                patients |= {(table, row, column): count for row, count in enumerate(counts)}
        sums = [total for table in tables for total in _within_rows(table, len(tables[table]))]
        for table in ("timeliness", "use", "time_to_study"):
            sums += _over_groups(table, tables[table], names)
        sums += _between_tables(tables)
        expendable = {
            (table, row, name)
            for table, totals in _EXPENDABLE.items()
            for name in totals
            for row in range(len(tables[table]))
        }
        return small_cells(patients, sums, self._fewest, expendable)


def _with_more(rows: pl.DataFrame) -> pl.DataFrame:
    """Add how many patients have a decided study, at most; or a window, but none that is counted."""
    if "within_patients" in rows.columns:
        either = pl.col("within_patients") + pl.col("outside_patients")
        return rows.with_columns(decided_patients=pl.min_horizontal("patients", either))
    if "patients_counted" in rows.columns:
        return rows.with_columns(patients_uncounted=pl.col("patients") - pl.col("patients_counted"))
    return rows


def _within_rows(table: str, count: int) -> Iterator[_Sum]:
    for total, parts in _SUMS.get(table, {}).items():
        for row in range(count):
            yield (table, row, total), [(table, row, part) for part in parts]


def _over_groups(table: str, rows: pl.DataFrame, names: Names) -> Iterator[_Sum]:
    """Yield the whole with its groups of each kind, and each protocol with its schedules."""
    places: dict[tuple[str, str], int] = {key: row for row, key in enumerate(rows.select("by", "group").rows())}
    of_kind: dict[str, list[int]] = {}
    of_protocol: dict[str, list[int]] = {}
    for (by, group), row in places.items():
        of_kind.setdefault(by, []).append(row)
        if by == "schedule":
            of_protocol.setdefault(names.protocol_of(group), []).append(row)
    whole = places.get((ALL, ALL))
    families = [(whole, members) for by, members in of_kind.items() if by not in (ALL, "schedule")]
    families += [(places.get(("protocol", name)), members) for name, members in of_protocol.items()]
    for total, members in families:
        if total is not None:
            for column in _COUNTS[table]:
                yield (table, total, column), [(table, row, column) for row in members]


def _between_tables(tables: Mapping[str, pl.DataFrame]) -> Iterator[_Sum]:
    """Yield the totals of one table whose parts stand in another."""
    reasons = tables["use_reasons"]
    # Rows that cannot be read are undecided too, but the counts of the input may say that there are none.
    use = {"within": ("within",), "outside": ("outside",), "refer": ("refer",), "undecided": ("needs_info", "invalid")}
    if len(tables["use"]):
        for column, decisions in use.items():
            rows = [row for row, decision in enumerate(reasons["decision"]) if decision in decisions]
            yield ("use", 0, column), [("use_reasons", row, "studies") for row in rows]
    early = [row for row, reason in enumerate(reasons["reason"]) if reason == "early"]
    for row in early:
        for column in ("studies", "patients"):
            ranges = range(len(tables["early_days"]))
            yield ("use_reasons", row, column), [("early_days", each, column) for each in ranges]
    unknown = [row for row, outcome in enumerate(tables["not_counted"]["outcome"]) if outcome == "unknown"]
    if len(tables["timeliness"]) and unknown:
        yield ("timeliness", 0, "unknown"), [("not_counted", row, "windows") for row in unknown]
    burden = tables["burden"].select("what", "modality").rows()
    for what in ("done", "asked"):
        parts = [row for row, (kind, modality) in enumerate(burden) if kind == what and modality != ALL]
        for row, key in enumerate(burden):
            if key == (what, ALL):
                yield ("burden", row, "studies"), [("burden", part, "studies") for part in parts]


def _shares_of(tables: Mapping[str, pl.DataFrame]) -> Iterator[_Sum]:
    """Yield the totals that shares in another table would tell, with these shares."""
    of_reasons = [("use_reasons", row, "share") for row in range(len(tables["use_reasons"]))]
    yield ("use", 0, "studies"), of_reasons
    for row, reason in enumerate(tables["use_reasons"]["reason"]):
        if reason == "early":
            yield (
                ("use_reasons", row, "studies"),
                [("early_days", each, "share") for each in range(len(tables["early_days"]))],
            )


def _without(rows: pl.DataFrame, name: str, hidden: Mapping[int, set[str]]) -> pl.DataFrame:
    """Return rows without their hidden cells, which SUPPRESSED names."""
    left_out: list[str | None] = [None] * len(rows)
    empty: dict[str, list[int]] = {}
    for row, columns in hidden.items():
        follows = {name for name, of in _FOLLOWS.get(name, {}).items() if columns.intersection(of)}
        gone = [column for column in rows.columns if column in columns | follows]
        left_out[row] = ";".join(column for column in gone if column in TABLES[name]) or None
        for column in gone:
            empty.setdefault(column, []).append(row)
    rows = rows.with_columns(rows[column].scatter(places, None) for column, places in empty.items())
    return rows.with_columns(pl.Series(SUPPRESSED, left_out, dtype=pl.String))
