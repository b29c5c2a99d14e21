"""The statuses of a schedule on a date, with their sentences, as both evaluators use them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from spine_vigil.scheduler.rules.schedules import Protocol, Stance


class DueStatus(Enum):
    """The status of a schedule on a date."""

    UPCOMING = "upcoming"
    OPEN = "open"
    OVERDUE = "overdue"
    CONDITIONAL = "conditional"
    ENDED = "ended"
    STOPPED = "stopped"
    NEEDS_INFO = "needs_info"
    NO_SCHEDULE = "no_schedule"

    @property
    def is_due(self) -> bool:
        """Whether a window waits for its study."""
        return self in (DueStatus.UPCOMING, DueStatus.OPEN, DueStatus.OVERDUE)


URGENCY = (
    DueStatus.OVERDUE,
    DueStatus.OPEN,
    DueStatus.UPCOMING,
    DueStatus.NEEDS_INFO,
    DueStatus.CONDITIONAL,
    DueStatus.NO_SCHEDULE,
    DueStatus.STOPPED,
    DueStatus.ENDED,
)
"""The statuses, most urgent first: those with a study due, those that may have one, those that have none."""

BECAUSE: Mapping[str, str] = {
    "died": "the patient died on {day}",
    "follow_up_ended": "follow-up ended on {day}",
    "follow_up_doubted": "follow-up ended on {day}, but a study or an index date is later, {later}: check the date",
    "progressed": "progression is documented on {day}",
    "ended_with": "the schedule ended with {stop} on {day}",
    "when_unknown": "it is not documented whether {fact}",
    "site_unknown": "the primary site is not documented",
    "site_contradicted": "the primary site is not known, since the patient's rows name two",
    "no_index_date": "the schedule counts from {index_kinds}, and no such date is documented",
    "no_window": "the schedule has no further window",
    "no_window_after": "the schedule, which ends on {day}, has no further window",
    "interval_unspecified": "surveillance continues, but the guideline gives no interval for it",
    "as_fact": "there is no interval: a study is due whenever {fact}",
    "condition_unknown": "due only where {fact}, which is not documented",
    "condition_false": "due only where {fact}, and it is documented that this is not so",
    "opens_too_late": "the next window would open on {opens}, but nothing is due from {day} on",
    "referral": "the guideline refers to another: {guidelines}",
    "not_covered": "the guideline does not name the disease, and no rule for another disease is applied instead",
    "no_surveillance": "the guideline asks for no surveillance",
}
"""Why no window waits for a study, or none ever will, by name; several missing items are joined by `; `."""

BEFORE_BIRTH = "an index date before the birth does not count: correct one of them"
"""The note on a patient with an impossible index date, behind any other."""

_STANCES = {
    Stance.REFERRAL: "referral",
    Stance.NOT_COVERED: "not_covered",
    Stance.NO_SURVEILLANCE: "no_surveillance",
}


def because_no_schedule(protocol: Protocol) -> str:
    """Return why a protocol has no schedules."""
    return BECAUSE[_STANCES[protocol.stance]].format(guidelines="; ".join(protocol.refers_to))


ADVICE: Mapping[str, str] = {
    "unconfirmed": "booked for {day}, and nothing says that it was done: confirm whether it was",
    "nothing_due": "booked for {day}, though nothing is due: check whether the study is still wanted",
    "early": "booked for {day}, {distance} before the window opens: {dates}",
    "late": "booked for {day}, {distance} after the window closes: {dates}",
    "would_do": "{dates} would do",
    "days_with_grace": "{dates} ({first} to {last} with the grace)",
    "grace_alone": "{dates}, with the grace",
    "overdue": "it is overdue, so the sooner the better",
}
"""Advice about a booking, by name; two pieces of advice are joined by `; `."""
