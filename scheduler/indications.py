"""The guideline's other reasons for the study: indications, contraindications, and combinations of studies."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.criteria import Criterion
from scheduler.errors import RuleError
from scheduler.facts import Facts
from scheduler.rules import Cite
from scheduler.studies import Modality


@dataclass(frozen=True, slots=True)
class Indication:
    """One numbered reason for the study.

    It is raised where one of its `leads` is documented true (or, for a date, given); one that is not
    raised says nothing. `advice` changes no decision and goes into the explanation.
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
        asked = set(self.criterion.facts())
        for lead in self.leads:
            if lead not in asked:
                raise RuleError(f"indication '{self.name}' is raised by '{lead}', which its criterion does not ask for")
        if not self.leads:
            raise RuleError(f"indication '{self.name}' needs a lead fact")

    @property
    def route(self) -> str:
        """The name of the indication as a route."""
        return f"indication.{self.name}"

    def is_raised(self, facts: Facts) -> bool:
        """Tell whether the indication has something to say."""
        return any(facts.get(lead) not in (None, False) for lead in self.leads)


@dataclass(frozen=True, slots=True)
class Contraindication:
    """A reason not to do a study by one of `modalities` that is yet to be done.

    `hazard` says in words what it is. Where `lead` is documented true and the criterion is unknown, the
    decision stands and `to_clear` is said.
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


@dataclass(frozen=True, slots=True)
class Combination:
    """Several studies of one patient on one date, with a criterion of their own.

    `most` bounds how many CT and MRI studies there may be on the date. Where `by_surveillance`, the row's
    own surveillance decision supports the combination as well as the criterion does.
    """

    name: str
    title: str
    cite: Cite
    criterion: Criterion
    most: int | None = None
    by_surveillance: bool = False
