"""The vocabulary of decisions: verdicts and reasons, best first, and the timing of a study."""

from __future__ import annotations

from enum import Enum

from spine_vigil.scheduler.rules.facts import SYMPTOMS


class Verdict(Enum):
    """The decision, best first."""

    WITHIN = "within"
    NEEDS_INFO = "needs_info"
    REFER = "refer"
    OUTSIDE = "outside"
    INVALID = "invalid"


class Reason(Enum):
    """Why a decision was made, each under its verdict, best first."""

    ON_SCHEDULE = "on_schedule"
    WITHIN_GRACE = "within_grace"
    OVERDUE = "overdue"
    SYMPTOMATIC = "symptomatic"
    CONDITION_MET = "condition_met"
    CRITERIA_MET = "criteria_met"
    DEVICE_NOT_CLEARED = "device_not_cleared"
    MISSING_FACT = "missing_fact"
    UNCONFIRMED_PRIOR = "unconfirmed_prior"
    INTERVAL_UNSPECIFIED = "interval_unspecified"
    NO_INDEX_DATE = "no_index_date"
    NO_ROUTE = "no_route"
    PROGRESSED = "progressed"
    FOLLOW_UP_ENDED = "follow_up_ended"
    BEFORE_INDEX = "before_index"
    OTHER_GUIDELINE = "other_guideline"
    NOT_COVERED = "not_covered"
    EARLY = "early"
    ENDED = "ended"
    CONDITION_NOT_MET = "condition_not_met"
    CRITERIA_NOT_MET = "criteria_not_met"
    NOT_IN_PROTOCOL = "not_in_protocol"
    NO_SURVEILLANCE = "no_surveillance"
    CONTRAINDICATED = "contraindicated"
    BAD_ROW = "bad_row"
    CANCELLED = "cancelled"
    NOT_IMAGING = "not_imaging"

    @property
    def rank(self) -> int:
        """The rank in the order of preference between routes: 0 is best."""
        return _RANKS[self]

    @property
    def verdict(self) -> Verdict | None:
        """The decision that goes with the reason; None for an event that is not judged."""
        return _VERDICTS[self]


_FIRST_OF = {
    Verdict.WITHIN: Reason.ON_SCHEDULE,
    Verdict.NEEDS_INFO: Reason.DEVICE_NOT_CLEARED,
    Verdict.REFER: Reason.PROGRESSED,
    Verdict.OUTSIDE: Reason.EARLY,
    Verdict.INVALID: Reason.BAD_ROW,
}
_RANKS = {reason: rank for rank, reason in enumerate(Reason)}


def _verdict_of(reason: Reason) -> Verdict | None:
    if reason in (Reason.CANCELLED, Reason.NOT_IMAGING):
        return None
    return [v for v, first in _FIRST_OF.items() if _RANKS[first] <= _RANKS[reason]][-1]


_VERDICTS = {reason: _verdict_of(reason) for reason in Reason}


def reason_for_fact(fact: str) -> Reason:
    """Return the reason of a study that a documented fact supports."""
    return Reason.SYMPTOMATIC if fact == SYMPTOMS else Reason.CONDITION_MET


class Timeliness(Enum):
    """The position of a date against a window and its grace."""

    EARLY = "early"
    ON_TIME = "on_time"
    OVERDUE = "overdue"


class Support(Enum):
    """Whether a combination of studies on one date is supported, best first.

    The guideline's list of combinations is not complete, so that one which is not on it is not listed, rather than
    unsupported.
    """

    SUPPORTED = "supported"
    NEEDS_INFO = "needs_info"
    NOT_LISTED = "not_listed"
