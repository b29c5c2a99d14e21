"""Citations: where a rule stands, and who answers for it."""

from __future__ import annotations

from datetime import date
from enum import Enum

from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.values import Frozen


class Authority(Frozen):
    """Who answers for rules, as a publication: that of an edition, or of what an overlay changed in it."""

    publisher: str
    title: str
    reviewed: date

    def __post_init__(self) -> None:
        if not self.publisher.strip() or not self.title.strip():
            raise RuleError("an authority needs a publisher and a title")

    def __str__(self) -> str:
        return f"{self.publisher}, reviewed {self.reviewed}"

    @property
    def in_full(self) -> str:
        """The publisher, the title and the day of review."""
        return f"{self.publisher}, {self.title}, reviewed {self.reviewed}"


class AnswersFor(Enum):
    """How others than the publisher answer for a section; the value stands between the section and their name."""

    OWN = "of"
    READ = "as read by"
    CHANGED = "as changed by"


class Cite(Frozen):
    """A citation of the guideline, e.g. `Bone 5`; `of` is who answers for it (None: the publisher of the edition).

    `how` says how the section and who answers go together: it is theirs, or the publisher's, as they read or change it.
    """

    section: str
    of: Authority | None = None
    how: AnswersFor = AnswersFor.OWN

    def __post_init__(self) -> None:
        if not self.section.strip():
            raise RuleError("a citation cannot be empty")

    def __str__(self) -> str:
        return self.section if self.of is None else f"{self.section} {self.how.value} {self.of}"
