"""The sentences that explain a decision, as templates that both evaluators fill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from spine_vigil.scheduler.editions.edition import Edition, meaning
from spine_vigil.scheduler.rules.indications import Advice, Indication
from spine_vigil.scheduler.rules.schedules import Protocol, Schedule
from spine_vigil.scheduler.rules.words import index_kinds_text

COUNTED = "{section}: {rule}. Counted from {anchor}"
"""The start of every sentence about a window: citation, interval and what it is counted from."""

STUDY, BOOKING = "the study on", "the booking for"
"""What a window is counted from beside an index date; a booking is not called a study."""

_WINDOW = COUNTED + " {reference}, the study is due {from_opens}{to_closes} ({grace}). "
_EXTRA = "an extra study is supported, since it is documented that {or_fact}."
_SUPPORTED = "{section}: a study is supported on {date}, since it is documented that "
_ROUND = _WINDOW + "{date} belongs to the round of imaging that the study on {round} began, and counts as {judged}, "

_OUTSIDE: Mapping[str, str] = {
    "early": _WINDOW + "{date} is {distance} before that.",
    "condition_false": _WINDOW + "On {date} it is due only where {fact}, and it is documented that this is not so.",
    "stopped": "{section}: the schedule ended with {stop} on {stop_date}.",
    "ended": "{section}: the schedule counted from {index} on {index_date} asks for no further study on {date}.",
    "as_false": "{section}: on {date} a study is supported only where {fact}, and it is documented that this is not"
    " so.",
    "no_surveillance": "{section}: for {protocol} the guideline asks for no surveillance.",
}
"""Sentences of a finding that new or progressing symptoms can turn into a question for another guideline."""

_ELSEWHERE = (
    " But symptoms are new or progressing, and this edition does not cover the study: the guideline for it decides."
)

SENTENCES: Mapping[str, str] = {
    **_OUTSIDE,
    **{f"{name}_elsewhere": text + _ELSEWHERE for name, text in _OUTSIDE.items()},
    "on_schedule": _WINDOW + "{date} fits.",
    "grace_before": _WINDOW + "{date} is {distance} before that, within the grace.",
    "grace_after": _WINDOW + "{date} is {distance} after that, within the grace.",
    "overdue": _WINDOW + "{date} is {distance} after that: overdue, and still appropriate.",
    "on_schedule_round": _ROUND + "which fits.",
    "grace_after_round": _ROUND + "{distance} after the window, within the grace.",
    "overdue_round": _ROUND + "{distance} after the window: overdue, and still appropriate.",
    "early_or_if": _WINDOW + "{date} is {distance} before that, but " + _EXTRA,
    "early_by_booking": _WINDOW
    + "{date} is {distance} before that if the study booked for {booked} was done: confirm whether it was.",
    "early_by_booking_or_if": _WINDOW + "{date} is {distance} before that, but " + _EXTRA,
    "early_more_often": _WINDOW
    + "{date} is {distance} before that. It is documented that {more_fact}, which allows a shorter interval, but the"
    " guideline does not say which.",
    "condition_false_or_if": _WINDOW + "On {date} it is due only where {fact}, but " + _EXTRA,
    "condition_unknown": _WINDOW + "On {date} it is due only where {fact}, which is not documented.",
    "condition_unknown_or_if": _WINDOW + "On {date} it is due only where {fact}, but " + _EXTRA,
    "when_unknown": "{section}: whether this schedule applies depends on whether {when_fact}, which is not documented.",
    "no_index_date": "{section}: the schedule counts from {index_kinds}, and no such date is documented.",
    "follow_up_ended": "{section}: follow-up ended on {follow_up_end}, and surveillance says nothing of a study after"
    " it.",
    "before_index": "{section}: the schedule counts from {index} on {index_date}. {date} is before it starts: staging"
    " or treatment, of which surveillance says nothing.",
    "before_recurrence": "{section}: the schedule counts from {index} on {index_date}. {date} is before that, and the"
    " surveillance of the recurrence says nothing of it.",
    "progressed": "{section}: surveillance presumes controlled disease, and progression is documented on {stop_date}."
    " Another protocol or the treating team decides from then on.",
    "stopped_or_if": "{section}: the schedule ended with {stop} on {stop_date}, but " + _EXTRA,
    "ended_or_if": "{section}: the schedule counted from {index} on {index_date} asks for no further study on {date},"
    " but " + _EXTRA,
    "ended_by_booking": "{section}: if the study booked for {booked} was done, the schedule counted from {index} on"
    " {index_date} asks for no further study on {date}; if it was not, {date} would do. Confirm whether it was.",
    "ended_by_booking_or_if": "{section}: if the study booked for {booked} was done, the schedule asks for no further"
    " study on {date}, but " + _EXTRA,
    "as_true": _SUPPORTED + "{fact}.",
    "as_false_or_if": _SUPPORTED + "{or_fact}.",
    "as_unknown": "{section}: on {date} a study is supported only where {fact}, which is not documented.",
    "as_unknown_or_if": _SUPPORTED + "{or_fact}.",
    "interval_unspecified": "{section}: surveillance counted from {index} on {index_date} continues on {date}, but the"
    " guideline gives no interval for it.",
    "interval_unspecified_or_if": _SUPPORTED + "{or_fact}.",
    "not_in_protocol": "{section}: the surveillance of {protocol} asks for no such study.",
    "site_unknown": "{section}: whether the surveillance of {protocol} asks for this study depends on the primary site,"
    " which is not documented.",
    "site_contradicted": "{section}: whether the surveillance of {protocol} asks for this study depends on the primary"
    " site, and the patient's rows name two.",
    "other_study": "{section}: the surveillance of {protocol} asks for no such study, and this edition does not"
    " cover it: the guideline for it decides.",
    "other_study_no_protocol": "This edition does not cover the study: the guideline for it decides.",
    "referral": "{section}: for {protocol} the guideline refers to another: {refers_to}.",
    "not_covered": "{section}: the guideline does not name {protocol}, and no rule for another disease is applied"
    " instead.",
    "criteria_met": "{section}, {indication}: met on {date}, since {because}.{advice}",
    "criteria_not_met": "{section}, {indication}: not met on {date}, since {because}.{advice}",
    "criteria_unknown": "{section}, {indication}: what is documented does not show whether it is met on {date}."
    "{advice}",
    "contraindicated": "{section}: MRI is contraindicated on {date}, since {hazard}. {hazard_advice}",
    "death": "The patient died on {death}: nothing is due after that.",
    "no_route": "No surveillance protocol is given and no reason for the study is documented. Name the protocol, or"
    " document a fact that is a reason for the study: 'vigil facts' lists them.",
    "cancelled": "The study was cancelled; it is not judged.",
    "not_imaging": "The row is left out: it is no imaging, or no row of data.",
}
"""Every sentence by name.

A name that ends in `_or_if` is the sentence softened by the schedule's `or_if` fact, one in `_elsewhere` that of a
study which another guideline decides on symptoms, one in `_round` that of a study judged by its round of imaging.
"""


def schedule_words(edition: Edition, schedule: Schedule) -> dict[str, str]:
    """Return the placeholders that a schedule fills for any patient."""
    plan = schedule.plan
    return {
        "section": str(schedule.cite),
        "index_kinds": index_kinds_text(schedule),
        "or_fact": meaning(edition, plan.or_if),
        "more_fact": meaning(edition, plan.more_often_if),
        "when_fact": meaning(edition, schedule.when.fact if schedule.when else None),
    }


def protocol_words(protocol: Protocol) -> dict[str, str]:
    """Return the placeholders that a protocol fills for any patient."""
    return {"section": str(protocol.cite), "protocol": protocol.title, "refers_to": "; ".join(protocol.refers_to)}


def advice_text(advice: Iterable[Advice]) -> str:
    """Return advice as it is added to an explanation."""
    return "".join(f" {one.text}" for one in advice)


def indication_words(indication: Indication) -> dict[str, str]:
    """Return the placeholders that an indication fills for any patient."""
    return {"section": str(indication.cite), "indication": indication.title}
