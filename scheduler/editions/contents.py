"""What an edition holds, rule by rule: where each stands, and which of them others than its publisher answer for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.edition_tables import head_table
from spine_vigil.scheduler.editions.grammar import phase_text
from spine_vigil.scheduler.rules.schedules import Authority, Cite, Schedule


def citations(edition: Edition) -> Iterator[tuple[str, Cite]]:
    """Yield every rule that cites a section, by its route or `combination.NAME` and so on, in the edition's order."""
    for protocol in edition.protocols:
        yield protocol.id, protocol.cite
        yield from ((protocol.route(schedule), schedule.cite) for schedule in protocol.schedules)
    yield from ((indication.route, indication.cite) for indication in edition.indications)
    yield from ((f"contraindication.{hazard.name}", hazard.cite) for hazard in edition.contraindications)
    yield from ((f"combination.{combination.name}", combination.cite) for combination in edition.combinations)


def taken_away(edition: Edition, base: Edition) -> tuple[str, ...]:
    """Return the rules of a base that an overlay of it has taken away, named as in `citations`."""
    left = {route for route, _ in citations(edition)}
    return tuple(route for route, _ in citations(base) if route not in left)


def contents(edition: Edition, base: Edition | None = None) -> dict[str, Any]:
    """Return what an edition holds, as values of JSON; `base` is the edition on which an overlay stands.

    `changed_by` are those who answer for overlays, the lowest one first. Under `protocols`, `indications`,
    `contraindications` and `combinations` stand the rules with their sections; `own` says of each whether an overlay
    answers for it.
    """
    head = head_table(edition)
    head.pop("overlays", None)
    return {
        **{key: str(value) for key, value in head.items()},
        "in_force_from": str(edition.in_force_from),
        "grace_days": edition.grace.days,
        "base": None if base is None else base.id,
        "changed_by": [_authority(of) for of in edition.overlays],
        "taken_away": [] if base is None else [*taken_away(edition, base)],
        "protocols": [
            {
                **_rule(protocol.id, protocol.title, protocol.cite),
                "stance": protocol.stance.value,
                "schedules": [_schedule(protocol.route(schedule), schedule) for schedule in protocol.schedules],
            }
            for protocol in edition.protocols
        ],
        "indications": [_rule(rule.route, rule.title, rule.cite) for rule in edition.indications],
        "contraindications": [_rule(rule.name, rule.hazard, rule.cite) for rule in edition.contraindications],
        "combinations": [_rule(rule.name, rule.title, rule.cite) for rule in edition.combinations],
    }


def _authority(of: Authority) -> dict[str, str]:
    return {"publisher": of.publisher, "title": of.title, "reviewed": str(of.reviewed)}


def _rule(name: str, title: str, cite: Cite) -> dict[str, Any]:
    return {"name": name, "title": title, "section": cite.section, "own": cite.of is not None}


def _schedule(route: str, schedule: Schedule) -> dict[str, Any]:
    return {
        "route": route,
        "study": str(schedule.study),
        "phases": [phase_text(phase) for phase in schedule.phases],
        "section": schedule.cite.section,
        "own": schedule.cite.of is not None,
    }
