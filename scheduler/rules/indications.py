"""The guideline's other reasons for the study: indications, contraindications, and combinations of studies."""

from __future__ import annotations

from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.rules.criteria import Criterion
from spine_vigil.scheduler.rules.facts import Facts
from spine_vigil.scheduler.rules.schedules import Cite
from spine_vigil.scheduler.rules.studies import REGIONS, Modality, Study
from spine_vigil.scheduler.values import Frozen


class Indication(Frozen):
    """One numbered reason for the study.

    It is raised where one of its `leads` is documented true (or, for a date, given); otherwise it opens no route.
    `advice` is added to the explanation and does not change the decision.
    """

    name: str
    title: str
    cite: Cite
    leads: tuple[str, ...]
    criterion: Criterion
    advice: str = ""

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or not self.title:
            raise RuleError(f"indication '{self.name}' needs a name like a variable's and a title")
        facts = set(self.criterion.facts())
        for lead in self.leads:
            if lead not in facts:
                raise RuleError(f"indication '{self.name}' is raised by '{lead}', which its criterion does not ask for")
        if not self.leads:
            raise RuleError(f"indication '{self.name}' needs a lead fact")

    @property
    def route(self) -> str:
        """The name of the indication as a route."""
        return f"indication.{self.name}"

    def is_raised(self, facts: Facts) -> bool:
        """Return whether one of the leads is documented."""
        return any(facts.get(lead) not in (None, False) for lead in self.leads)


class Contraindication(Frozen):
    """A reason against a study by one of `modalities` that has not been performed.

    `hazard` names it in words. Where `lead` is documented true and the criterion is unknown, the decision does not
    change and its explanation ends with `to_clear`.
    """

    name: str
    cite: Cite
    modalities: frozenset[Modality]
    criterion: Criterion
    hazard: str
    lead: str | None = None
    to_clear: str = ""

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
