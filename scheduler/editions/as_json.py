"""An edition as JSON, for programs."""

from __future__ import annotations

import json
from typing import Any

from spine_vigil.scheduler.editions.edition import CptCode, Edition
from spine_vigil.scheduler.editions.review_indications import _names
from spine_vigil.scheduler.rules.criteria import (
    Above,
    AgeAtMost,
    All,
    Below,
    Compound,
    Criterion,
    Documented,
    Not,
    Ongoing,
    Since,
    Tried,
    UpTo,
)
from spine_vigil.scheduler.rules.indications import Combination, Contraindication, Indication
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind, Plan, Protocol, Schedule
from spine_vigil.scheduler.rules.studies import Place, StudyPattern, regions_text


def edition_json(edition: Edition) -> str:
    """Return the edition as JSON, the same bytes for the same rules.

    Durations are written `3 months`, facts by name, dates ISO; what is empty is null or an empty list.
    """
    return json.dumps(_edition_object(edition), indent=1) + "\n"


def _edition_object(edition: Edition) -> dict[str, Any]:
    return {
        "id": edition.id,
        "title": edition.title,
        "publisher": edition.publisher,
        "reviewed": edition.reviewed.isoformat(),
        "covers": {"modality": edition.covers.modality.value, "regions": regions_text(edition.covers.regions)},
        "sources": [
            {"name": s.name, "body_version": s.body_version, "reference_version": s.reference_version}
            for s in edition.sources
        ],
        "facts": [
            {
                "name": f.name,
                "kind": f.kind.value,
                "unit": f.unit or None,
                "level": f.level.value,
                "meaning": f.meaning,
                "sections": list(f.sections),
            }
            for f in edition.facts
        ],
        "cpt_codes": [_code_object(code) for code in edition.cpt_codes],
        "protocols": [protocol_object(protocol) for protocol in edition.protocols],
        "indications": [indication_object(indication) for indication in edition.indications],
        "contraindications": [contraindication_object(c) for c in edition.contraindications],
        "combinations": [combination_object(combination) for combination in edition.combinations],
    }


def _code_object(code: CptCode) -> dict[str, Any]:
    return {
        "code": code.code,
        "modality": code.modality.value,
        "regions": list(code.regions),
        "contrast": code.contrast,
        "is_add_on": code.is_add_on,
    }


def protocol_object(protocol: Protocol) -> dict[str, Any]:
    """Return a protocol with its schedules as plain values, as `edition_json` writes it."""
    return {
        "id": protocol.id,
        "title": protocol.title,
        "section": protocol.cite.section,
        "stance": protocol.stance.value,
        "refers_to": list(protocol.refers_to),
        "note": protocol.note or None,
        "schedules": [_schedule_object(protocol, schedule) for schedule in protocol.schedules],
    }


def _schedule_object(protocol: Protocol, schedule: Schedule) -> dict[str, Any]:
    when = schedule.when
    return {
        "name": schedule.name,
        "route": protocol.route(schedule),
        "section": schedule.cite.section,
        "study": _pattern_object(schedule.study),
        "index": [kind.value for kind in schedule.index],
        **_plan_object(schedule.plan),
        "stops_at": [kind.value for kind in schedule.stops_at],
        "when": None if when is None else {"fact": when.fact, "is": not when.negated},
        "reading": schedule.reading or None,
        "other_readings": [
            {"name": other.name, "says": other.says, **_plan_object(other.plan)} for other in schedule.others
        ],
    }


def _pattern_object(pattern: StudyPattern) -> dict[str, Any]:
    modalities = None if pattern.modalities is None else sorted(m.value for m in pattern.modalities)
    return {"modalities": modalities, "regions": [p.value if isinstance(p, Place) else p for p in pattern.places]}


def _plan_object(plan: Plan) -> dict[str, Any]:
    return {
        "phases": [_phase_object(phase) for phase in plan.phases],
        "or_if": plan.or_if,
        "more_often_if": plan.more_often_if,
    }


def _phase_object(phase: Phase) -> dict[str, Any]:
    low, high, end = (None if d is None else str(d) for d in (phase.low, phase.high, phase.end))
    if phase.kind is PhaseKind.ONCE:
        return {"kind": "once", "from": low, "to": high, "fact": phase.fact}
    if phase.kind is PhaseKind.EVERY:
        return {"kind": "every", "min": low, "max": high, "until": end, "fact": phase.fact}
    return {"kind": phase.kind.value, "until": end, "fact": phase.fact}


def indication_object(indication: Indication) -> dict[str, Any]:
    """Return an indication as plain values, as the edition's JSON holds it."""
    return {
        "name": indication.name,
        "title": indication.title,
        "route": indication.route,
        "section": indication.cite.section,
        "leads": list(indication.leads),
        "criterion": criterion_object(indication.criterion),
        "advice": indication.advice or None,
    }


def contraindication_object(contraindication: Contraindication) -> dict[str, Any]:
    """Return a contraindication as plain values, as the edition's JSON holds it."""
    return {
        "name": contraindication.name,
        "section": contraindication.cite.section,
        "modalities": _names(contraindication),
        "criterion": criterion_object(contraindication.criterion),
        "hazard": contraindication.hazard,
        "lead": contraindication.lead,
        "to_clear": contraindication.to_clear or None,
    }


def combination_object(combination: Combination) -> dict[str, Any]:
    """Return a combination as plain values, as the edition's JSON holds it."""
    return {
        "name": combination.name,
        "title": combination.title,
        "section": combination.cite.section,
        "modalities": _names(combination),
        "region": combination.region,
        "of_each": combination.of_each,
        "only_if": None if combination.only_if is None else criterion_object(combination.only_if),
        "or_protocol": combination.or_protocol,
        "criterion": criterion_object(combination.criterion),
        "by_surveillance": combination.by_surveillance,
        "most": combination.most,
    }


def criterion_object(criterion: Criterion) -> dict[str, Any]:
    """Return a criterion as nested plain values, each node by its kind; durations are written `3 months`."""
    match criterion:
        case Compound(parts):
            kind = "all" if isinstance(criterion, All) else "any"
            return {kind: [criterion_object(part) for part in parts]}
        case Not(part):
            return {"not": criterion_object(part)}
        case Documented(fact):
            return {"fact": fact}
        case Below(fact, bound):
            return {"fact": fact, "below": bound}
        case Above(fact, bound):
            return {"fact": fact, "above": bound}
        case AgeAtMost(age, birth):
            return {"fact": birth, "age_at_most": age}
        case Since(fact, span, longer):
            return {"fact": fact, "more_than_since" if longer else "at_least_since": str(span)}
        case UpTo(fact, span):
            return {"fact": fact, "up_to": str(span)}
        case Tried(start, end, least, recent):
            return {"tried": {"start": start, "end": end, "at_least": str(least), "ended_within": str(recent)}}
        case Ongoing(start, end):
            return {"ongoing": {"start": start, "end": end}}
    raise AssertionError(criterion)  # pragma: no cover - the nodes are those above
