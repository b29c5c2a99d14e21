"""An edition as JSON, for programs."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from msgspec import to_builtins

from spine_vigil.scheduler.editions.edition import CptCode, Edition, Source
from spine_vigil.scheduler.editions.json_criteria import CriterionView
from spine_vigil.scheduler.editions.json_protocols import ProtocolView
from spine_vigil.scheduler.rules.facts import Fact, FactKind, Level
from spine_vigil.scheduler.rules.indications import Combination, Contraindication, Indication
from spine_vigil.scheduler.rules.schedules import Protocol
from spine_vigil.scheduler.rules.studies import Modality, Study, modality_names, regions_text
from spine_vigil.scheduler.values import Frozen


def edition_json(edition: Edition) -> str:
    """Return the edition as JSON, with the same bytes for the same rules.

    Durations are written like `3 months`, facts by name, dates in ISO form; empty values are null or an empty list.
    """
    return json.dumps(to_builtins(EditionView.of(edition)), indent=1) + "\n"


def protocol_object(protocol: Protocol) -> dict[str, Any]:
    """Return a protocol with its schedules as plain values, as `edition_json` writes it."""
    plain: dict[str, Any] = to_builtins(ProtocolView.of(protocol))
    return plain


class StudyView(Frozen):
    """A study, its regions by name."""

    modality: Modality
    regions: str

    @classmethod
    def of(cls, study: Study) -> StudyView:
        return cls(study.modality, regions_text(study.regions))


class FactView(Frozen):
    """A fact; `unit` is null unless it is a number."""

    name: str
    kind: FactKind
    unit: str | None
    level: Level
    meaning: str
    sections: tuple[str, ...]

    @classmethod
    def of(cls, fact: Fact) -> FactView:
        return cls(fact.name, fact.kind, fact.unit or None, fact.level, fact.meaning, fact.sections)


class IndicationView(Frozen):
    """An indication with its criterion."""

    name: str
    title: str
    route: str
    section: str
    leads: tuple[str, ...]
    criterion: CriterionView
    advice: str | None

    @classmethod
    def of(cls, indication: Indication) -> IndicationView:
        return cls(
            name=indication.name,
            title=indication.title,
            route=indication.route,
            section=indication.cite.section,
            leads=indication.leads,
            criterion=CriterionView.of(indication.criterion),
            advice=indication.advice or None,
        )


class ContraindicationView(Frozen):
    """A contraindication with its criterion."""

    name: str
    section: str
    modalities: list[str]
    criterion: CriterionView
    hazard: str
    lead: str | None
    to_clear: str | None

    @classmethod
    def of(cls, contraindication: Contraindication) -> ContraindicationView:
        return cls(
            name=contraindication.name,
            section=contraindication.cite.section,
            modalities=modality_names(contraindication.modalities),
            criterion=CriterionView.of(contraindication.criterion),
            hazard=contraindication.hazard,
            lead=contraindication.lead,
            to_clear=contraindication.to_clear or None,
        )


class CombinationView(Frozen):
    """A combination with its criteria."""

    name: str
    title: str
    section: str
    modalities: list[str]
    region: str | None
    of_each: bool
    only_if: CriterionView | None
    or_protocol: bool
    criterion: CriterionView
    by_surveillance: bool
    most: int | None

    @classmethod
    def of(cls, combination: Combination) -> CombinationView:
        return cls(
            name=combination.name,
            title=combination.title,
            section=combination.cite.section,
            modalities=modality_names(combination.modalities),
            region=combination.region,
            of_each=combination.of_each,
            only_if=None if combination.only_if is None else CriterionView.of(combination.only_if),
            or_protocol=combination.or_protocol,
            criterion=CriterionView.of(combination.criterion),
            by_surveillance=combination.by_surveillance,
            most=combination.most,
        )


class EditionView(Frozen):
    """A whole edition; sources and codes have the fields of their classes."""

    id: str
    title: str
    publisher: str
    reviewed: date
    covers: StudyView
    sources: tuple[Source, ...]
    facts: list[FactView]
    cpt_codes: tuple[CptCode, ...]
    protocols: list[ProtocolView]
    indications: list[IndicationView]
    contraindications: list[ContraindicationView]
    combinations: list[CombinationView]

    @classmethod
    def of(cls, edition: Edition) -> EditionView:
        return cls(
            id=edition.id,
            title=edition.title,
            publisher=edition.publisher,
            reviewed=edition.reviewed,
            covers=StudyView.of(edition.covers),
            sources=edition.sources,
            facts=[*map(FactView.of, edition.facts)],
            cpt_codes=edition.cpt_codes,
            protocols=[*map(ProtocolView.of, edition.protocols)],
            indications=[*map(IndicationView.of, edition.indications)],
            contraindications=[*map(ContraindicationView.of, edition.contraindications)],
            combinations=[*map(CombinationView.of, edition.combinations)],
        )
