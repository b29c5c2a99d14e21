"""Counting an audit: rows by decision, by reason and by protocol."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.arrays import NOWHERE, Ints
from spine_vigil.scheduler.cohort.audit.completing import Complete
from spine_vigil.scheduler.cohort.decoding.values import UNREADABLE
from spine_vigil.scheduler.cohort.tables.context_book import Context
from spine_vigil.scheduler.cohort.tables.numbering import REASONS
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.fields import ProtocolSets
from spine_vigil.scheduler.rules.grace import GracePolicy

_NOT_JUDGED = {"cancelled": "(cancelled, not judged)", "": "(enrolment, not judged)"}
_NO_PROTOCOL, _UNKNOWN_PROTOCOL = "(no protocol)", "(unknown protocol)"


class Counts:
    """The counts of an audit, added up block by block."""

    def __init__(self) -> None:
        self.rows = 0
        self._reasons: Counter[str] = Counter()
        self._protocols: Counter[str] = Counter()
        self._contested: Counter[str] | None = None

    def add_protocols(self, protocols: Mapping[str, int]) -> None:
        """Count the rows of a block by protocol (see `protocol_counts`)."""
        self._protocols.update(protocols)

    def add_contested(self, contested: Mapping[str, int]) -> None:
        """Count the rows of a block that other readings would decide otherwise, by reading."""
        self._contested = (self._contested or Counter()) + Counter(contested)

    def add(self, other: Counts) -> None:
        """Add the counts of another audit, or of another part of this one."""
        self.rows += other.rows
        self._reasons.update(other._reasons)
        self._protocols.update(other._protocols)
        if other._contested is not None:
            self.add_contested(other._contested)

    def add_reasons(self, reasons: Ints) -> None:
        """Count the rows of a block by reason (indexes into REASONS; NOWHERE for an enrolment row)."""
        counted = np.bincount(reasons - NOWHERE, minlength=len(REASONS) + 1)
        names = ["", *(reason.value for reason in REASONS)]
        self._reasons.update({name: n for name, n in zip(names, counted.tolist(), strict=True) if n})

    def summary(self, edition: Edition, grace: GracePolicy) -> dict[str, Any]:
        """Return the counts, most frequent first, with the edition and the grace that the audit used.

        `contested` counts rows by `ROUTE=READING`, where other readings were tried.
        """
        verdicts: Counter[str] = Counter()
        for reason, count in self._reasons.items():
            verdicts[_NOT_JUDGED.get(reason) or _verdict(reason)] += count
        return {
            "edition": edition.id,
            "grace": grace.words,
            "rows": self.rows,
            "decisions": _most_first(verdicts),
            "reasons": _most_first({reason: count for reason, count in self._reasons.items() if reason}),
            "protocols": _most_first(self._protocols),
            **({} if self._contested is None else {"contested": _most_first(self._contested)}),
        }


def protocol_counts(
    block: Complete, contexts: Sequence[Context], sets: ProtocolSets, edition: Edition
) -> Counter[str]:
    """Return how many rows of a block stand under each protocol, or under several, joined by `|`.

    Rows that are judged stand under those of their courses, by their contexts; others under those that they name, by
    their number in `sets`.
    """
    ids, counts = [protocol.id for protocol in edition.protocols], Counter[str]()
    for context, count in block.contexts.alias("context").value_counts().iter_rows():
        counts["|".join(ids[protocol] for protocol, _ in contexts[context].courses) or _NO_PROTOCOL] += count
    names = {None: _NO_PROTOCOL, UNREADABLE: _UNKNOWN_PROTOCOL}
    for number, count in block.named.alias("named").value_counts().iter_rows():
        name = names.get(number) or "|".join(ids[protocol] for protocol in sets.protocols(number))
        counts[name] += count
    return counts


def _verdict(reason: str) -> str:
    verdict = Reason(reason).verdict
    return verdict.value if verdict else reason


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
