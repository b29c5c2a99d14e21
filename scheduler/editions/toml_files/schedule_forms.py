"""The tables of protocols in an edition file, with their schedules and the readings of these."""

from __future__ import annotations

from typing import Any

from spine_vigil.scheduler.editions.toml_files.citation_tables import section_key
from spine_vigil.scheduler.editions.toml_files.criteria_tables import read_known_fact
from spine_vigil.scheduler.editions.toml_files.forms import BROKEN, Form, Key, Place, Reader, list_of, parsed, with_fact
from spine_vigil.scheduler.editions.toml_files.grammar import (
    CONDITION_PATTERN,
    INDEX_PATTERN,
    PATTERN_PATTERN,
    PHASE_PATTERN,
    PHASES,
    index_text,
    pattern_text,
    phase_text,
    read_condition,
    read_index,
    read_index_kind,
    read_pattern,
    read_phase,
)
from spine_vigil.scheduler.editions.toml_files.keys import flag, named, of_values, optional, text, texts
from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.schedules import (
    DAYS_OF_A_ROUND,
    Plan,
    Protocol,
    Reading,
    Schedule,
    Stance,
    check_phases,
)

_PHASE = with_fact(parsed(read_phase, pattern=PHASE_PATTERN, examples=[*PHASES]), lambda phase: phase.fact)
_CONDITION = with_fact(parsed(read_condition, pattern=CONDITION_PATTERN), lambda condition: condition.fact)
_STUDIES = parsed(read_pattern, pattern=PATTERN_PATTERN, examples=["CT or MRI of primary_site", "CT of chest"])
_INDEX = parsed(read_index, pattern=INDEX_PATTERN, examples=[kind.value for kind in IndexKind])
_ENDS = parsed(read_index_kind, enum=[kind.value for kind in IndexKind])


def _read_phases(value: Any, place: Place) -> Any:
    phases = _LISTED(value, place)
    try:
        if phases is not BROKEN:
            check_phases(phases)
    except RuleError as problem:
        place.say(str(problem))
        return BROKEN
    return phases


_LISTED = list_of(_PHASE)
_PHASES = Reader(_read_phases, _LISTED.schema)

_PLAN = {
    "phases": Key(
        "plan.phases",
        _PHASES,
        lambda phases: [*map(phase_text, phases)],
        says="How often the study is due, one phase after the other. `until` counts from the index date.",
    ),
    "or_if": optional(
        read_known_fact, "plan.or_if", "While this fact is true, an extra study is supported at any time."
    ),
    "more_often_if": optional(
        read_known_fact,
        "plan.more_often_if",
        "Where this fact is true, studies may be more frequent, at an interval that the text does not give.",
    ),
}


def _reading(name: str, says: str, **plan: Any) -> Reading:
    return Reading(name, Plan(**plan), says)


def _schedule(phases: Any, or_if: str | None, more_often_if: str | None, **values: Any) -> Schedule:
    return Schedule(plan=Plan(phases=phases, or_if=or_if, more_often_if=more_often_if), **values)


TAKEN = "The reading that is taken of an unclear sentence. It is needed where there are others."

_READING = Form(
    "a reading",
    {"says": text("says", "The reading, in a sentence."), **_PLAN},
    _reading,
    "Another reading of the same sentence, which `--reading ROUTE=NAME` takes.",
)

SCHEDULE = Form(
    "a schedule",
    {
        "section": section_key(),
        "study": Key(
            "study", _STUDIES, pattern_text, says="The studies that count, and the regions that they have to show."
        ),
        "complements": flag(
            "complements", f"Studies of different modalities at most {DAYS_OF_A_ROUND} days apart are one round."
        ),
        "counted_from": Key(
            "index",
            list_of(_INDEX),
            lambda choices: [*map(index_text, choices)],
            says="The events from which the schedule can count. The first that the patient has is the index date.",
        ),
        **_PLAN,
        "when": Key("when", _CONDITION, str, None, "The schedule holds only where this fact is true, or is not."),
        "stops_at": Key(
            "stops_at", list_of(_ENDS), lambda kinds: [kind.value for kind in kinds], (), "The events that end it."
        ),
        "restarts": flag("restarts", "It counts again from a treatment that follows a progression."),
        "taken": text("reading", TAKEN, default=""),
        "reading": named(_READING, "others"),
    },
    _schedule,
    "One imaging study that is repeated over time.",
)

PROTOCOL = Form(
    "a protocol",
    {
        "title": text("title", "What the patients have, as a sentence names it."),
        "section": section_key(),
        "stance": of_values(
            "stance",
            Stance,
            "stance",
            Stance.SURVEILLANCE,
            "What the text says of these patients. `surveillance`: when to image them, by schedules."
            " `referral`: that other guidelines decide, which `refers_to` names."
            " `no surveillance`: it names them and asks for no imaging, so that a study is not supported."
            " `not covered`: nothing, it does not name them; a study is referred, and a `note` says why.",
        ),
        "refers_to": texts("refers_to", "The other guidelines that decide, for the stance `referral`.", default=()),
        "note": text(
            "note",
            "What readers should know besides. `no surveillance` and `not covered` need one, which says why.",
            default="",
        ),
        "schedule": named(SCHEDULE, "schedules"),
    },
    Protocol,
    "The surveillance of patients with one disease, by its id.",
)
