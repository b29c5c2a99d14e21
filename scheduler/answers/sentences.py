"""The sentences that explain a decision, as templates that both evaluators fill."""

from __future__ import annotations

from collections.abc import Mapping

from spine_vigil.scheduler.editions.edition import Edition, meaning
from spine_vigil.scheduler.rules.indications import Indication
from spine_vigil.scheduler.rules.schedules import Protocol, Schedule
from spine_vigil.scheduler.rules.words import index_kinds_text

COUNTED = "{section}: {rule}, counted from {anchor}"
"""The start of every sentence about a window: citation, interval and what it is counted from."""

_WINDOW = COUNTED + " of {reference}, gives the window {opens} to {closes} (grace {grace}). "
_EXTRA = "an extra study is supported, since it is documented that {or_fact}."

SENTENCES: Mapping[str, str] = {
    "on_schedule": _WINDOW + "{date} lies in it.",
    "grace_before": _WINDOW + "{date} is {distance} before it opens, which uses the grace.",
    "grace_after": _WINDOW + "{date} is {distance} after it closes, which uses the grace.",
    "overdue": _WINDOW + "{date} is {distance} after it closes: overdue, and still appropriate.",
    "early": _WINDOW + "{date} is {distance} before it opens.",
    "early_or_if": _WINDOW + "{date} is {distance} before it opens, but " + _EXTRA,
    "early_by_booking": _WINDOW
    + "{date} is {distance} before it opens, but only if a study that is booked was done: confirm whether it was.",
    "early_by_booking_or_if": _WINDOW + "{date} is {distance} before it opens, but " + _EXTRA,
    "early_more_often": _WINDOW
    + "{date} is {distance} before it opens; it is documented that {more_fact}, which admits a shorter interval that"
    " the guideline does not give.",
    "condition_false": _WINDOW
    + "On {date} the study is due only where {fact}, and it is documented that this is not so.",
    "condition_false_or_if": _WINDOW + "On {date} it is due only where {fact}, but " + _EXTRA,
    "condition_unknown": _WINDOW + "On {date} the study is due only where {fact}, which is not documented.",
    "condition_unknown_or_if": _WINDOW + "On {date} it is due only where {fact}, but " + _EXTRA,
    "when_unknown": "{section}: whether this schedule applies depends on whether {when_fact}, which is not documented.",
    "no_index_date": "{section}: the schedule counts from {index_kinds}, and no such date is known.",
    "before_index": "{section}: the schedule counts from {index} of {index_date}. {date} is before it starts: staging"
    " or treatment, of which surveillance says nothing.",
    "progressed": "{section}: surveillance presumes controlled disease, and progression is documented on {stop_date}."
    " Another protocol or the treating team decides from then on.",
    "stopped": "{section}: the schedule ends with {stop}, documented on {stop_date}.",
    "stopped_or_if": "{section}: the schedule ends with {stop} of {stop_date}, but " + _EXTRA,
    "ended": "{section}: the schedule counted from {index} of {index_date} gives no further study on {date}.",
    "ended_or_if": "{section}: the schedule counted from {index} of {index_date} has run out on {date}, but " + _EXTRA,
    "as_true": "{section}: a study is supported on {date}, since it is documented that {fact}.",
    "as_false": "{section}: on {date} a study is supported only where {fact}, and it is documented that this is not"
    " so.",
    "as_false_or_if": "{section}: on {date} a study is supported only where {fact}, but " + _EXTRA,
    "as_unknown": "{section}: on {date} a study is supported only where {fact}, which is not documented.",
    "as_unknown_or_if": "{section}: on {date} a study is supported only where {fact}, but " + _EXTRA,
    "interval_unspecified": "{section}: surveillance goes on at {date}, counted from {index} of {index_date}, but the"
    " guideline gives no interval for it.",
    "not_in_protocol": "{section}: the surveillance of {protocol} holds no schedule for this study.",
    "site_unknown": "{section}: whether the surveillance of {protocol} asks for this study depends on the primary site,"
    " which is not documented.",
    "other_study": "{section}: the surveillance of {protocol} holds no schedule for this study, and the edition does"
    " not cover it. Another guideline decides.",
    "other_study_no_protocol": "This edition does not cover the study. Another guideline decides.",
    "referral": "{section}: for {protocol} the guideline points to another one: {refers_to}.",
    "not_covered": "{section}: the guideline does not name {protocol}, and no neighbouring rule is applied.",
    "no_surveillance": "{section}: for {protocol} the guideline asks for no surveillance.",
    "criteria_met": "{section}, {indication}: what the guideline asks for is documented.{advice}",
    "criteria_not_met": "{section}, {indication}: what the guideline asks for is not met on {date}.{advice}",
    "criteria_unknown": "{section}, {indication}: not enough is documented to tell whether the criteria are met on"
    " {date}.{advice}",
    "contraindicated": "{section}: MRI is contraindicated on {date}, since {hazard}.",
    "no_route": "No surveillance protocol is given and no indication is documented, so there is nothing to decide by.",
    "cancelled": "The study was cancelled; it is not judged.",
}
"""Every sentence by name. A name that ends in `_or_if` is the sentence softened by the schedule's `or_if` fact."""


def schedule_words(edition: Edition, schedule: Schedule) -> dict[str, str]:
    """Return the placeholders that a schedule fills for any patient."""
    plan = schedule.plan
    return {
        "section": schedule.cite.section,
        "index_kinds": index_kinds_text(schedule),
        "or_fact": meaning(edition, plan.or_if),
        "more_fact": meaning(edition, plan.more_often_if),
        "when_fact": meaning(edition, schedule.when.fact if schedule.when else None),
    }


def protocol_words(protocol: Protocol) -> dict[str, str]:
    """Return the placeholders that a protocol fills for any patient."""
    return {"section": protocol.cite.section, "protocol": protocol.title, "refers_to": "; ".join(protocol.refers_to)}


def indication_words(indication: Indication) -> dict[str, str]:
    """Return the placeholders that an indication fills for any patient."""
    advice = f" {indication.advice}" if indication.advice else ""
    return {"section": indication.cite.section, "indication": indication.title, "advice": advice}
