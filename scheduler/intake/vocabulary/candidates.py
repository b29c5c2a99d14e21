"""What a code or words of a disease may lead to: protocols with a grade, and what settles them."""

from __future__ import annotations

from enum import Enum

from spine_vigil.scheduler.intake.vocabulary.tables import parts
from spine_vigil.scheduler.values import Frozen, replace


class CandidateGrade(Enum):
    """How far a code or words lead.

    CERTAIN: they are the disease situation of one protocol. BRANCH: facts settle which of several, or whether one.
    SITE_ONLY: they say where, not what. HISTORY: the disease is past, or under follow-up.
    """

    CERTAIN = "certain"
    BRANCH = "branch"
    SITE_ONLY = "site_only"
    HISTORY = "history"


class Candidate(Frozen):
    """A disease that a code or words may stand for; never a protocol by itself, since a person confirms it.

    `family` is the first part of a protocol id ("bone", "cns"), empty where it is unknown. `protocols` are none where
    the grade is SITE_ONLY. `settles` are what settles the protocol, in words. `site` is the region of the primary site.
    `source` is the standard of the code, or where the words come from.
    """

    protocols: tuple[str, ...]
    grade: CandidateGrade
    settles: tuple[str, ...]
    site: str | None
    source: str
    family: str = ""


def candidate_of(row: dict[str, str], site: str | None = None) -> Candidate:
    """Return the candidate of a row of a table; `site` where the row has no column for it."""
    return Candidate(
        parts(row["protocols"]),
        CandidateGrade(row["grade"]),
        parts(row["settles"], ";"),
        row.get("site") or site,
        row["source"],
        row["family"],
    )


def doubted(candidate: Candidate, *open_questions: str) -> Candidate:
    """Return a candidate that further questions have to settle; it is certain no longer."""
    grade = CandidateGrade.BRANCH if candidate.grade is CandidateGrade.CERTAIN else candidate.grade
    return replace(candidate, grade=grade, settles=tuple(dict.fromkeys((*candidate.settles, *open_questions))))
