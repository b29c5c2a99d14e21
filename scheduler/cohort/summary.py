"""Counting an audit: rows by decision, by reason and by protocol."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import polars as pl

from scheduler.edition import Edition
from scheduler.grace import GracePolicy
from scheduler.reasons import Reason

_NOT_JUDGED = {"cancelled": "(cancelled, not judged)", "": "(enrolment, not judged)"}
_NO_PROTOCOL, _UNKNOWN_PROTOCOL = "(no protocol)", "(unknown protocol)"


def summarize(cells: pl.DataFrame, decisions: pl.DataFrame, edition: Edition, grace: GracePolicy) -> dict[str, Any]:
    """Return the counts of an audit, most frequent first, with the edition and the grace that it used.

    `cells` are the rows as read, `decisions` their result columns, in the same order.
    """
    reasons = _counts(decisions["reason"])
    verdicts: Counter[str] = Counter()
    for reason, count in reasons.items():
        verdicts[_NOT_JUDGED.get(reason) or _verdict(reason)] += count
    return {
        "edition": edition.id,
        "grace": "a tenth of the interval, 7 to 30 days" if grace.days is None else f"{grace.days} days",
        "rows": len(cells),
        "decisions": _most_first(verdicts),
        "reasons": {reason: count for reason, count in reasons.items() if reason},
        "protocols": _protocol_counts(cells, edition),
    }


def _verdict(reason: str) -> str:
    verdict = Reason(reason).verdict
    return verdict.value if verdict else reason


def _counts(values: pl.Series) -> dict[str, int]:
    counted = values.alias("value").value_counts()
    return _most_first({value or "": count for value, count in counted.iter_rows()})


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _protocol_counts(cells: pl.DataFrame, edition: Edition) -> dict[str, int]:
    if "protocol" not in cells.columns:
        return {_NO_PROTOCOL: len(cells)} if len(cells) else {}
    counts: Counter[str] = Counter()
    for text, count in cells["protocol"].alias("value").value_counts().iter_rows():
        name = (text or "").strip().lower()
        counts[name if name in edition.protocols_by_id else _UNKNOWN_PROTOCOL if name else _NO_PROTOCOL] += count
    return _most_first(counts)
