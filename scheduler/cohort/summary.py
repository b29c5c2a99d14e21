"""Counting an audit: rows by decision, by reason and by protocol."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl

from scheduler.edition import Edition
from scheduler.grace import GracePolicy

_NO_PROTOCOL, _UNKNOWN_PROTOCOL = "(no protocol)", "(unknown protocol)"


def summarize(cells: pl.DataFrame, decisions: pl.DataFrame, edition: Edition, grace: GracePolicy) -> dict[str, Any]:
    """Return the counts of an audit, most frequent first, with the edition and the grace that it used.

    `cells` are the rows as read, `decisions` their result columns, in the same order.
    """
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
        "protocols": _protocol_counts(cells, edition),
    }


def _counts(values: pl.Series) -> dict[str, int]:
    counted = values.alias("value").value_counts().sort(["count", "value"], descending=[True, False])
    return dict(counted.iter_rows())


def _protocol_counts(cells: pl.DataFrame, edition: Edition) -> dict[str, int]:
    if "protocol" not in cells.columns:
        return {_NO_PROTOCOL: len(cells)} if len(cells) else {}
    counts: Counter[str] = Counter()
    for text, count in cells["protocol"].alias("value").value_counts().iter_rows():
        name = (text or "").strip().lower()
        counts[name if name in edition.protocols_by_id else _UNKNOWN_PROTOCOL if name else _NO_PROTOCOL] += count
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
