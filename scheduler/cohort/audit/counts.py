"""Counting an audit: rows by decision, reason and protocol, and what to know of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.arrays import NO_DAY, NOWHERE
from spine_vigil.scheduler.cohort.audit.completing import Complete
from spine_vigil.scheduler.cohort.deciding.outcomes import Outcomes
from spine_vigil.scheduler.cohort.decoding.values import UNREADABLE
from spine_vigil.scheduler.cohort.history.contradictions import Contradictions
from spine_vigil.scheduler.cohort.tables.context_book import Context
from spine_vigil.scheduler.cohort.tables.numbering import REASONS
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.fields import STATUSES, ProtocolSets, day_number
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.grace import GracePolicy

_NOT_JUDGED = {
    "cancelled": "(cancelled, not judged)",
    "not_imaging": "(no imaging, left out)",
    "": "(enrolment, not judged)",
}
_PERFORMED = STATUSES.index(Status.PERFORMED)
_NO_PROTOCOL, UNKNOWN_PROTOCOL = "(no protocol)", "(unknown protocol)"


class Counts:
    """The counts of an audit, added up block by block."""

    def __init__(self) -> None:
        self.rows = 0
        self._reasons: Counter[str] = Counter()
        self._protocols: Counter[str] = Counter()
        self._contested: Counter[str] | None = None
        self._before_review = 0
        self._beside_unread = 0
        self._performed = self._studies = self._repeated = 0
        self._contradictions = Contradictions()

    def add_cohort(self, repeated: int, contradictions: Contradictions) -> None:
        """Count what is known once all rows are read: rows that repeat another one, and contradictions."""
        self._repeated += repeated
        self._contradictions += contradictions

    def add_studies(self, status: pl.Series) -> None:
        """Count the judged studies of a block, given the number of the status of each."""
        self._studies += len(status)
        self._performed += int((status == _PERFORMED).sum())

    @property
    def performed(self) -> tuple[int, int]:
        """The number of judged studies, and of the performed ones of these."""
        return self._studies, self._performed

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
        self._before_review += other._before_review
        self._beside_unread += other._beside_unread
        self._performed += other._performed
        self._studies += other._studies
        self._repeated += other._repeated
        # Shards and tasks hold all rows of their patients, so that their contradictions add up.
        self._contradictions += other._contradictions

    def add_outcomes(self, outcomes: Outcomes, edition: Edition) -> None:
        """Count the rows of a block by reason, and those before the edition is in force or beside unread rows."""
        is_before = (outcomes.date != NO_DAY) & (outcomes.date < day_number(edition.in_force_from))
        self._before_review += int(np.count_nonzero(is_before))
        self._beside_unread += int(np.count_nonzero(outcomes.unread_rows != NOWHERE))
        counted = np.bincount(outcomes.reason - NOWHERE, minlength=len(REASONS) + 1)
        names = ["", *(reason.value for reason in REASONS)]
        self._reasons.update({name: n for name, n in zip(names, counted.tolist(), strict=True) if n})

    def summary(
        self, edition: Edition, grace: GracePolicy, earlier: Sequence[tuple[Edition, GracePolicy]] = ()
    ) -> dict[str, Any]:
        """Return the counts, most frequent first, with the edition and the grace that the audit used.

        In an audit by date these are those of the last edition, and the `earlier` ones are named too.

        `timing` counts the rows that are within by a window, `before_review` the judged rows before the edition's
        effective or, without one, review date (`in_force_from`), `beside_unread` those whose patient has rows that
        cannot be read. `studies` are the judged rows, `performed` those of them that were performed, `repeated` the
        rows that say what another one says: patient, day, study and status. `contradictions` counts ids with two birth
        dates, the rows that give these, and ids that differ from another by leading zeros, `.0`, quotes or invisible
        characters alone. `contested` counts rows by `ROUTE=READING`, where other readings were tried.
        """
        verdicts: Counter[str] = Counter()
        for reason, count in self._reasons.items():
            verdicts[_NOT_JUDGED.get(reason) or _verdict(reason)] += count
        return {
            "edition": edition.id,
            **(
                {"earlier_editions": {each.id: each.in_force_from.isoformat() for each, _ in earlier}}
                if earlier
                else {}
            ),
            "reviewed": edition.reviewed.isoformat(),
            "in_force_from": edition.in_force_from.isoformat(),
            "grace": _grace_words([*earlier, (edition, grace)]),
            "rows": self.rows,
            "decisions": _most_first(verdicts),
            "timing": {
                "on_time": sum(self._reasons[reason.value] for reason in (Reason.ON_SCHEDULE, Reason.WITHIN_GRACE)),
                "overdue": self._reasons[Reason.OVERDUE.value],
            },
            "before_review": self._before_review,
            "beside_unread": self._beside_unread,
            "studies": self._studies,
            "performed": self._performed,
            "repeated": self._repeated,
            "contradictions": {
                "birth_dates": self._contradictions.births,
                "rows_of_birth_dates": self._contradictions.rows,
                "ids_alike": self._contradictions.alike,
                "example_of_ids_alike": self._contradictions.example,
            },
            "reasons": _most_first({reason: count for reason, count in self._reasons.items() if reason}),
            "protocols": _most_first(self._protocols),
            **({} if self._contested is None else {"contested": _most_first(self._contested)}),
        }


def protocol_counts(block: Complete, contexts: Sequence[Context], sets: ProtocolSets, edition: Edition) -> Counter[str]:
    """Return how many rows of a block stand under each protocol, or under several, joined by `|`.

    Rows that are judged stand under those of their courses, by their contexts; others under those that they name, by
    their number in `sets`.
    """
    counts = Counter[str]()
    for context, count in block.contexts["context"].value_counts().iter_rows():
        counts[_of_context(contexts[context], edition)] += count
    for number, count in block.named["protocol"].value_counts().iter_rows():
        counts[_of_number(number, sets, edition)] += count
    return counts


def protocol_names(block: Complete, contexts: Sequence[Context], sets: ProtocolSets, edition: Edition) -> pl.Series:
    """Return the protocols under which each row of a block stands, as `protocol_counts` counts them."""
    numbers = [None, *block.named["protocol"].drop_nulls().unique()]
    of_contexts = [_of_context(context, edition) for context in contexts]
    names = pl.repeat(_NO_PROTOCOL, block.size, dtype=pl.String, eager=True)
    judged = pl.Series(of_contexts, dtype=pl.String).gather(block.contexts["context"])
    others = block.named["protocol"].replace_strict(
        numbers, [_of_number(number, sets, edition) for number in numbers], return_dtype=pl.String
    )
    return names.scatter(block.contexts["row"], judged).scatter(block.named["row"], others)


def _of_context(context: Context, edition: Edition) -> str:
    return "|".join(edition.protocols[course.protocol].id for course in context.courses) or _NO_PROTOCOL


def _of_number(number: int | None, sets: ProtocolSets, edition: Edition) -> str:
    names = {None: _NO_PROTOCOL, UNREADABLE: UNKNOWN_PROTOCOL}
    return names.get(number) or "|".join(edition.protocols[protocol].id for protocol in sets.protocols(number or 0))


def _grace_words(used: Sequence[tuple[Edition, GracePolicy]]) -> str:
    """Return the grace of the editions of an audit: once, or of each where they differ."""
    words = dict.fromkeys(grace.words for _, grace in used)
    return words.popitem()[0] if len(words) == 1 else "; ".join(f"{grace.words} by {by.id}" for by, grace in used)


def _verdict(reason: str) -> str:
    verdict = Reason(reason).verdict
    return verdict.value if verdict else reason


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
