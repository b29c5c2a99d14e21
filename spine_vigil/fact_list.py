"""The facts that an indication or a protocol needs, or all of an edition."""

from __future__ import annotations

from typing import Any

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.rendering.criteria_text import criterion_phrase, criterion_tree, implied_by
from spine_vigil.scheduler.records.data_dictionary import FACT_VALUES, template_columns
from spine_vigil.scheduler.rules.facts import Fact
from spine_vigil.scheduler.rules.indications import Indication
from spine_vigil.scheduler.rules.schedules import Protocol
from spine_vigil.scheduler.values import Frozen


class FactList(Frozen):
    """Facts in the order of the edition's dictionary, with what needs them (None: the whole dictionary)."""

    edition: Edition
    facts: tuple[Fact, ...]
    indication: Indication | None = None
    protocol: Protocol | None = None

    def as_object(self) -> dict[str, Any]:
        """Return the list as `vigil facts --format json` prints it."""
        result: dict[str, Any] = {"edition": self.edition.id}
        if self.indication is not None:
            indication = self.indication
            result["indication"] = {
                "name": indication.name,
                "route": indication.route,
                "title": indication.title,
                "section": str(indication.cite),
                "leads": [*map(criterion_phrase, indication.raised_by())],
                "hints": [*map(criterion_phrase, indication.hinted_by())],
                "criterion": criterion_tree(indication.criterion),
                "reading": indication.reading or None,
                "other_readings": [
                    {"name": other.name, "says": other.says, "criterion": criterion_tree(other.criterion)}
                    for other in indication.others
                ],
                "asks_with": indication.asks_with,
                "advice": [
                    {
                        "text": advice.text,
                        "fits": None if advice.fits is None else criterion_phrase(advice.fits),
                        "unless": advice.unless,
                    }
                    for advice in indication.advice
                ],
            }
        if self.protocol is not None:
            protocol = self.protocol
            result["protocol"] = {
                "id": protocol.id,
                "title": protocol.title,
                "section": str(protocol.cite),
                "columns": list(template_columns(self.edition, protocol)),
            }
        result["facts"] = [
            {
                "name": fact.name,
                "kind": fact.kind.value,
                "unit": fact.unit or None,
                "values": FACT_VALUES[fact.kind],
                "level": fact.level.value,
                "meaning": fact.meaning,
                "denial": fact.denial or None,
                "implied_by": [*implied_by(self.edition, fact.name)],
                "sections": list(fact.sections),
            }
            for fact in self.facts
        ]
        return result


def facts_for(indication: str | None = None, protocol: str | None = None, edition: Edition = CURRENT) -> FactList:
    """Return the facts that an indication or a protocol needs, under any of its readings. Raises UnknownName.

    Those of an indication are the facts of its leads and hints too, and those that imply any of them.
    """
    if indication is not None:
        by_indication = edition.indication(indication)
        names = set(by_indication.facts())
        names.update(name for implied in edition.implied if implied.fact in names for name in implied.by)
        return FactList(edition, _named(edition, names), indication=by_indication)
    if protocol is not None:
        by_protocol = edition.protocol(protocol)
        names = {name for schedule in by_protocol.schedules for name in schedule.facts()}
        return FactList(edition, _named(edition, names), protocol=by_protocol)
    return FactList(edition, tuple(edition.facts))


def _named(edition: Edition, names: set[str]) -> tuple[Fact, ...]:
    return tuple(fact for fact in edition.facts if fact.name in names)
