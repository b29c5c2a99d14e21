"""Counting an audit: rows by decision, by reason and by protocol."""

from __future__ import annotations

from typing import Any

import polars as pl

from scheduler.edition import Edition
from scheduler.grace import GracePolicy


def summarize(cells: pl.DataFrame, decisions: pl.DataFrame, edition: Edition, grace: GracePolicy) -> dict[str, Any]:
    """Return the counts of an audit, most frequent first, with the edition and the grace that it used.

    `cells` are the rows as read, `decisions` their result columns, in the same order.
    """
    protocols = (
        cells["protocol"].str.strip_chars().str.to_lowercase()
        if "protocol" in cells.columns
        else pl.repeat(None, len(cells), dtype=pl.String, eager=True)
    )
    known = pl.Series([p.id for p in edition.protocols])
    named = pl.select(
        pl.when(protocols.is_in(known.implode()))
        .then(protocols)
        .when(protocols.fill_null("") != "")
        .then(pl.lit("(unknown protocol)"))
        .otherwise(pl.lit("(no protocol)"))
    ).to_series()
    verdicts = pl.select(
        pl.coalesce(
            decisions["decision"],
            pl.when(decisions["reason"] == "cancelled").then(pl.lit("(cancelled, not judged)")),
            pl.lit("(enrolment, not judged)"),
        )
    ).to_series()
    return {
        "edition": edition.id,
        "grace": "a tenth of the interval, 7 to 30 days" if grace.days is None else f"{grace.days} days",
        "rows": len(cells),
        "decisions": _counts(verdicts),
        "reasons": _counts(decisions["reason"].drop_nulls()),
        "protocols": _counts(named),
    }


def _counts(values: pl.Series) -> dict[str, int]:
    counted = values.alias("value").value_counts().sort(["count", "value"], descending=[True, False])
    return dict(counted.iter_rows())
