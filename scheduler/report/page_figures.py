"""Figures of the page of a report: which rows of its tables are drawn, and how."""

from __future__ import annotations

from collections.abc import Sequence

from spine_vigil.scheduler.pictures.charts import Bar, Share, Step
from spine_vigil.scheduler.pictures.count_charts import bars, curve
from spine_vigil.scheduler.pictures.share_charts import dots, funnel, over_years
from spine_vigil.scheduler.report.page_cells import Row, is_left_out, plain
from spine_vigil.scheduler.report.page_parts import figure
from spine_vigil.scheduler.report.page_words import modality_words, what_words, words

MOST = 30
"""The most groups of a dot plot."""

_ROOM = 4
"""The number of names for which a funnel surely has room."""

COUNTED = {"timeliness": ("timely", "late", "missed"), "use": ("within", "outside")}
"""The columns whose sum a share is a share of, by table."""


def size(row: Row, name: str) -> int | None:
    """Return the number that the share of a row is a share of; None where it is left out."""
    first, *others = (row[column] for column in COUNTED[name])
    if first is not None and None not in others:
        return int(first + sum(others))
    return round(first / row["share"]) if name == "timeliness" and first and row["share"] else None


def chosen(rows: Sequence[Row]) -> tuple[list[Row], str]:
    """Return the groups that are drawn, in their order, and a note on what is not.

    Of many groups those are drawn that stand apart from the whole, and the largest.
    """
    if len(rows) <= MOST:
        return list(rows), ""
    order = sorted(range(len(rows)), key=lambda at: (not _is_apart(rows[at]), -(rows[at]["patients"] or 0), at))
    apart = sum(_is_apart(row) for row in rows)
    told = "those that stand apart and the largest" if apart < MOST else "the largest of those that stand apart"
    note = f"Drawn are {MOST} of {len(rows):,} groups: {told}. The table has all."
    return [rows[at] for at in sorted(order[:MOST])], note


def _is_apart(row: Row) -> bool:
    return row["standing"] not in (None, "", "as the whole", "too few to tell")


def share_figure(name: str, caption: str, title: str, rows: Sequence[Row], whole: Row | None, axis: str) -> str:
    """Return the shares of groups as a dot plot; `caption` is HTML, `title` the same as plain text."""
    drawn, note = chosen(rows)
    whole_share = None if whole is None else whole["share"]
    svg = dots(name, title, [_share(row) for row in drawn], whole_share, axis)
    return figure(name, caption, svg, note)


def year_figure(name: str, title: str, rows: Sequence[Row], whole: Row | None, axis: str) -> str:
    """Return the shares of years; rows without a date stand in the table alone."""
    rows = [row for row in rows if plain(row["group"]).isdecimal()]
    whole_share = None if whole is None else whole["share"]
    return figure(name, title, over_years(name, title, [_share(row) for row in rows], whole_share, axis))


def funnel_figure(name: str, caption: str, title: str, rows: Sequence[Row], whole: float) -> str:
    """Return the timeliness of groups against their number of windows."""
    shares = [_share(row, size(row, "timeliness")) for row in rows]
    lacking = sum(share.share is None or not share.size for share in shares)
    notes = ["Names stand where there is room; the table has all."] if sum(map(_is_apart, rows)) > _ROOM else []
    notes += [f"Not drawn: {lacking:,} without numbers that can be shown."] if lacking else []
    svg = funnel(name, title, shares, whole, "windows in time", "windows counted")
    return figure(name, caption, svg, " ".join(notes))


def curve_figure(name: str, title: str, rows: Sequence[Row]) -> str:
    """Return the curve of the time to study."""
    steps = [
        Step(row["days"], row["done"], row["done_low"], row["done_high"]) for row in rows if row["done"] is not None
    ]
    return figure(name, title, curve(name, title, steps, "windows with their study", "days since the window opened"))


def reason_figure(name: str, title: str, rows: Sequence[Row]) -> str:
    """Return the studies that are not supported by reason."""
    found = [Bar(words(row["reason"]), row["studies"], "studies") for row in rows]
    return figure(name, title, bars(name, title, found, "studies"))


def early_figure(name: str, title: str, rows: Sequence[Row]) -> str:
    """Return the early studies by how many days they came too early."""
    found = [Bar(f"{plain(row['days'])} days", row["studies"], "studies") for row in rows]
    return figure(name, title, bars(name, title, found, "studies"))


def burden_figure(name: str, title: str, rows: Sequence[Row]) -> str:
    """Return the studies that were done beside the fewest that were asked for, per patient-year."""
    found = [
        Bar(modality_words(row["modality"], row["what"]), row["per_patient_year"], what_words(row["what"]))
        for row in rows
    ]
    return figure(name, title, bars(name, title, found, "studies per patient-year"))


def _share(row: Row, of: int | None = None) -> Share:
    return Share(
        label=plain(row["group"]),
        share=row["share"],
        low=row["low"],
        high=row["high"],
        least=row["least"],
        greatest=row["greatest"],
        size=of,
        standing=row["standing"] or "",
        instead="*" if is_left_out(row, "share") else "\u2013",
    )
