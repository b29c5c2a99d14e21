"""Readings that an overlay takes: its publisher answers for them, and those that it does not take stay known."""

from __future__ import annotations

from collections.abc import Collection
from itertools import count
from typing import Any

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.toml_files.forms import BROKEN, Form, Key, Place, of_kind, plain
from spine_vigil.scheduler.editions.toml_files.keys import optional
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.rules.citations import AnswersFor, Authority, Cite
from spine_vigil.scheduler.rules.indications import Indication, IndicationReading
from spine_vigil.scheduler.rules.schedules import Reading, Schedule
from spine_vigil.scheduler.values import replace

OF_BASE = "base"
"""The name of the reading that the base takes, where an overlay takes another one."""

TAKE = Form(
    "a reading to take",
    {
        "reading": Key("reading", plain(str), says="The name of the reading."),
        "section": optional(
            plain(str), "section", "Where the overlay's text says so; else the section of the base is cited as read."
        ),
    },
    dict,
    "Another reading of an unclear sentence, by the route of its rule: `PROTOCOL/SCHEDULE` or `indication.NAME`."
    f" The reading of the base is then one of the others, under the name `{OF_BASE}`.",
)


def take_readings(
    edition: Edition, taken: Any, place: Place, authority: Authority, replaced: Collection[str]
) -> Edition:
    """Return an edition with the readings that an overlay takes; `replaced` are the routes whose sentence is its own.

    What cannot be taken is a problem at its place.
    """
    if not of_kind(taken, dict, place):
        return edition
    for route, table in taken.items():
        read = TAKE.read(table, place.at(route))
        if read is BROKEN:
            continue
        try:
            rule = edition.with_readings({route: read["reading"]}).readable[route]
        except ValueProblem as problem:
            why = "; the file replaces its sentence, and with it the readings of the base: leave one of the two out"
            place.at(route).say(f"{problem}{why if route in replaced else ''}")
            continue
        before = edition.readable[route]
        cite = Cite(
            read["section"] or before.cite.section, authority, AnswersFor.OWN if read["section"] else AnswersFor.READ
        )
        left = tuple(other for other in before.others if other.name != read["reading"])
        others = (_as_other(before, [other.name for other in left]), *left)
        edition = edition.with_rules({route: replace(rule, cite=cite, others=others)})
    return edition


def _as_other(rule: Schedule | Indication, taken: Collection[str]) -> Reading | IndicationReading:
    """Return the reading that a rule takes as another one, under a name that is not taken."""
    names = (OF_BASE if number == 1 else f"{OF_BASE}_{number}" for number in count(1))
    name = next(name for name in names if name not in taken)
    if isinstance(rule, Schedule):
        return Reading(name, rule.plan, rule.reading)
    return IndicationReading(name, rule.criterion, rule.reading)
