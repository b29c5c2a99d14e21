"""The guideline's other reasons for the study: indications, contraindications, and combinations of studies."""

from __future__ import annotations

from datetime import date

from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.rules.citations import Cite
from spine_vigil.scheduler.rules.criteria import Criterion, Documented, as_criterion
from spine_vigil.scheduler.rules.facts import Facts
from spine_vigil.scheduler.rules.studies import REGIONS, Modality, Study
from spine_vigil.scheduler.values import Frozen, replace


class IndicationReading(Frozen):
    """Another way to read the sentence behind an indication, by name."""

    name: str
    criterion: Criterion
    says: str

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or not self.says:
            raise RuleError(f"reading '{self.name}' needs a name like a variable's and a sentence that says it")


class Advice(Frozen):
    """A sentence of advice that changes no decision, and whom it fits.

    It fits where `fits` is true (None: everyone) and, where `unless` names a boolean fact, only while that is not
    documented.
    """

    text: str
    fits: Criterion | None = None
    unless: str | None = None

    def __post_init__(self) -> None:
        if not self.text.endswith("."):
            raise RuleError(f"advice '{self.text}' is not a sentence")

    def is_for(self, facts: Facts, day: date) -> bool:
        """Return whether the advice fits a patient on a day."""
        fits = self.fits is None or self.fits.holds(facts, day) is True
        return fits and (self.unless is None or Documented(self.unless).holds(facts, day) is None)

    def criteria(self) -> tuple[Criterion, ...]:
        """Return what the advice asks of a patient."""
        unless = () if self.unless is None else (Documented(self.unless),)
        return unless if self.fits is None else (self.fits, *unless)


class Indication(Frozen):
    """One numbered reason for the study.

    It is raised where one of its `leads` is true: the reason is documented, and fails if the criterion is false. It is
    hinted at where it is not raised and one of its `hints` is true: it is asked about where it is unknown, and says
    nothing where it is false. Leads and hints are facts by name, or criteria. Where it decides by a missing fact, the
    indication `asks_with` asks with it. Of `advice`, what fits the patient is added to the explanation. `reading` is
    the reading taken of an unclear sentence, `others` are its other readings.
    """

    name: str
    title: str
    cite: Cite
    criterion: Criterion
    leads: tuple[str | Criterion, ...] = ()
    hints: tuple[str | Criterion, ...] = ()
    asks_with: str | None = None
    advice: tuple[Advice, ...] = ()
    reading: str = ""
    others: tuple[IndicationReading, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or not self.title:
            raise RuleError(f"indication '{self.name}' needs a name like a variable's and a title")
        if not self.leads and not self.hints:
            raise RuleError(f"indication '{self.name}' needs a lead or a hint")
        facts = {f for criterion in (self.criterion, *(r.criterion for r in self.others)) for f in criterion.facts()}
        for lead in self.leads:
            if isinstance(lead, str) and lead not in facts:
                raise RuleError(f"indication '{self.name}' is raised by '{lead}', which its criterion does not ask for")
        names = [r.name for r in self.others]
        if len(set(names)) < len(names):
            raise RuleError(f"indication '{self.name}' has two readings of one name")
        if names and not self.reading:
            raise RuleError(f"indication '{self.name}' has other readings and must say which one is taken")

    @property
    def route(self) -> str:
        """The name of the indication as a route."""
        return f"indication.{self.name}"

    def raised_by(self) -> tuple[Criterion, ...]:
        """Return the leads as criteria."""
        return tuple(as_criterion(lead) for lead in self.leads)

    def hinted_by(self) -> tuple[Criterion, ...]:
        """Return the hints as criteria."""
        return tuple(as_criterion(hint) for hint in self.hints)

    def is_raised(self, facts: Facts, day: date) -> bool:
        """Return whether one of the leads is true on a day."""
        return any(lead.holds(facts, day) for lead in self.raised_by())

    def is_hinted_at(self, facts: Facts, day: date) -> bool:
        """Return whether one of the hints is true on a day; an indication that is raised too counts as raised."""
        return any(hint.holds(facts, day) for hint in self.hinted_by())

    def advised_by(self) -> tuple[Criterion, ...]:
        """Return the criteria that tell whom the advice fits."""
        return tuple(criterion for advice in self.advice for criterion in advice.criteria())

    def read_as(self, name: str) -> Indication:
        """Return the indication under another of its readings. Raises KeyError for an unknown name."""
        other = {r.name: r for r in self.others}[name]
        return replace(self, criterion=other.criterion, reading=other.says)

    def facts(self) -> tuple[str, ...]:
        """Return every fact that the indication asks for, under any of its readings, and by its leads and hints."""
        criteria = (self.criterion, *(r.criterion for r in self.others), *self.raised_by(), *self.hinted_by())
        return tuple(dict.fromkeys(fact for criterion in criteria for fact in criterion.facts()))


class Contraindication(Frozen):
    """A reason against a study by one of `modalities` that has not been performed.

    `hazard` names it in words, `advice` what to do about it. Where `lead` is documented true and the criterion is
    unknown, a decision `within` becomes `device_not_cleared`; `to_clear` says what to clear.
    """

    name: str
    cite: Cite
    modalities: frozenset[Modality]
    criterion: Criterion
    hazard: str
    lead: str | None = None
    to_clear: str = ""
    advice: str = ""

    def __post_init__(self) -> None:
        if (self.lead is None) != (not self.to_clear):
            raise RuleError(f"contraindication '{self.name}' needs a lead fact and what to clear, or neither")


class Combination(Frozen, kw_only=True):
    """Several studies of one patient on one date, with a criterion of their own; it changes no decision.

    It concerns studies by one of `modalities` that show `region` (None: any), where there is one by each
    modality (`of_each`) or where there are at least two; `only_if` and, with `or_protocol`, a surveillance
    protocol narrow it to certain patients. At most `most` such studies are supported on one date. With
    `by_surveillance`, a study that its protocol supports supports the combination as the criterion does.
    """

    name: str
    title: str
    cite: Cite
    modalities: frozenset[Modality]
    criterion: Criterion
    region: str | None = None
    of_each: bool = False
    only_if: Criterion | None = None
    or_protocol: bool = False
    most: int | None = None
    by_surveillance: bool = False

    @property
    def region_bits(self) -> int:
        """The region as a bit set; 0 for any region."""
        return REGIONS[self.region] if self.region else 0

    def concerns(self, study: Study) -> bool:
        """Return whether a study can be part of the combination."""
        return study.modality in self.modalities and study.regions & self.region_bits == self.region_bits
