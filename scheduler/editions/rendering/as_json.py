"""An edition as JSON, for programs."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from msgspec import to_builtins

from spine_vigil.scheduler.editions.edition import CptCode, Edition, OtherNames, Source
from spine_vigil.scheduler.editions.rendering.json_criteria import CriterionView
from spine_vigil.scheduler.editions.rendering.json_protocols import ProtocolView
from spine_vigil.scheduler.rules.facts import Fact, FactKind, Level
from spine_vigil.scheduler.rules.implied import Implied, ImpliedByCourse
from spine_vigil.scheduler.rules.indications import Advice, Combination, Contraindication, Indication, IndicationReading
from spine_vigil.scheduler.rules.schedules import Protocol
from spine_vigil.scheduler.rules.studies import Modality, Study, modality_names, regions_text
from spine_vigil.scheduler.values import Frozen


def edition_json(edition: Edition) -> str:
    """Return the edition as JSON, with the same bytes for the same rules.

    Durations are written like `3 months`, facts by name, dates in ISO form; empty values are null or an empty list.
    """
    return json.dumps(to_builtins(EditionView.of(edition)), indent=1) + "\n"


def protocol_object(edition: Edition, protocol: Protocol) -> dict[str, Any]:
    """Return a protocol with its schedules as plain values, as `edition_json` writes it."""
    plain: dict[str, Any] = to_builtins(ProtocolView.of(edition, protocol))
    return plain


class StudyView(Frozen):
    """A study, its regions by name."""

    modality: Modality
    regions: str

    @classmethod
    def of(cls, study: Study) -> StudyView:
        return cls(study.modality, regions_text(study.regions))


class FactView(Frozen):
    """A fact; `unit` is null unless it is a number, `denial`, which is how it reads where false, unless a boolean."""

    name: str
    kind: FactKind
    unit: str | None
    level: Level
    meaning: str
    denial: str | None
    happened: str | None
    sections: tuple[str, ...]

    @classmethod
    def of(cls, fact: Fact) -> FactView:
        return cls(
            name=fact.name,
            kind=fact.kind,
            unit=fact.unit or None,
            level=fact.level,
            meaning=fact.meaning,
            denial=fact.denial or None,
            happened=fact.happened or None,
            sections=fact.sections,
        )


class IndicationReadingView(Frozen):
    """Another reading of an indication's sentence."""

    name: str
    says: str
    criterion: CriterionView

    @classmethod
    def of(cls, reading: IndicationReading) -> IndicationReadingView:
        return cls(reading.name, reading.says, CriterionView.of(reading.criterion))


class AdviceView(Frozen):
    """A sentence of advice: for whom `fits` is true (null: for everyone), while the fact `unless` is not documented."""

    text: str
    fits: CriterionView | None
    unless: str | None

    @classmethod
    def of(cls, advice: Advice) -> AdviceView:
        return cls(advice.text, None if advice.fits is None else CriterionView.of(advice.fits), advice.unless)


class IndicationView(Frozen):
    """An indication with its leads, its hints, its advice, and its criterion under the reading taken and the others."""

    name: str
    title: str
    route: str
    section: str
    leads: list[CriterionView]
    hints: list[CriterionView]
    criterion: CriterionView
    asks_with: str | None
    advice: list[AdviceView]
    reading: str | None
    other_readings: list[IndicationReadingView]

    @classmethod
    def of(cls, indication: Indication) -> IndicationView:
        return cls(
            name=indication.name,
            title=indication.title,
            route=indication.route,
            section=str(indication.cite),
            leads=[*map(CriterionView.of, indication.raised_by())],
            hints=[*map(CriterionView.of, indication.hinted_by())],
            criterion=CriterionView.of(indication.criterion),
            asks_with=indication.asks_with,
            advice=[*map(AdviceView.of, indication.advice)],
            reading=indication.reading or None,
            other_readings=[*map(IndicationReadingView.of, indication.others)],
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
    advice: str | None

    @classmethod
    def of(cls, contraindication: Contraindication) -> ContraindicationView:
        return cls(
            name=contraindication.name,
            section=str(contraindication.cite),
            modalities=modality_names(contraindication.modalities),
            criterion=CriterionView.of(contraindication.criterion),
            hazard=contraindication.hazard,
            lead=contraindication.lead,
            to_clear=contraindication.to_clear or None,
            advice=contraindication.advice or None,
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
            section=str(combination.cite),
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
    """A whole edition; sources, codes, implied facts and other names have the fields of their classes."""

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
    implied: tuple[Implied, ...]
    implied_by_course: tuple[ImpliedByCourse, ...]
    other_names: tuple[OtherNames, ...]

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
            protocols=[ProtocolView.of(edition, protocol) for protocol in edition.protocols],
            indications=[*map(IndicationView.of, edition.indications)],
            contraindications=[*map(ContraindicationView.of, edition.contraindications)],
            combinations=[*map(CombinationView.of, edition.combinations)],
            implied=edition.implied,
            implied_by_course=edition.implied_by_course,
            other_names=edition.other_names,
        )
