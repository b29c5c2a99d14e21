"""The names of what a report counts: groups, outcomes, reasons, by their numbers in a tally."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spine_vigil.scheduler.cohort.adherence.studies import Routes
from spine_vigil.scheduler.cohort.adherence.tally import ALL, PROTOCOL, SCHEDULE, YEAR
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.fields import MODALITIES
from spine_vigil.scheduler.rules.schedules import Schedule
from spine_vigil.scheduler.rules.studies import modality_names

NONE = "(none)"
"""The group of what has no value."""

FEW = "(groups with few patients)"
"""The name of the row that joins all groups of a column with too few patients to be shown."""

OTHERS = -2
"""The number that stands for the groups with too few patients (see FEW)."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of groups by kind; `columns` are the columns that were asked for, each with its values in order."""

    edition: Edition
    routes: Routes
    columns: Mapping[str, Sequence[str]]

    @property
    def kinds(self) -> list[str]:
        """The kinds of groups in a tally."""
        return [ALL, PROTOCOL, SCHEDULE, YEAR, *(f"by{number}" for number, _ in enumerate(self.columns))]

    def kind(self, by: str) -> str:
        """Return the name of a kind: the column for `by0` and so on."""
        return list(self.columns)[int(by[2:])] if self.is_column(by) else by

    def is_column(self, by: str) -> bool:
        """Return whether a kind is that of a column."""
        return by.startswith("by")

    def group(self, by: str, number: int, *, of_studies: bool = False) -> str:
        """Return the name of a group; the protocols of studies are numbered by their routes."""
        if by == ALL:
            return ALL
        if number == OTHERS:
            return FEW
        if number < 0:
            return NONE
        if by == PROTOCOL:
            return self._protocols_of_routes[number] if of_studies else self.edition.protocols[number].id
        if by == SCHEDULE:
            return self.routes.names[number]
        return str(number) if by == YEAR else self.columns[self.kind(by)][number]

    @property
    def _protocols_of_routes(self) -> list[str]:
        return list(dict.fromkeys(self.routes.protocols))

    @property
    def protocol_numbers(self) -> list[int]:
        """The number of the protocol of each schedule."""
        return [number for number, protocol in enumerate(self.edition.protocols) for _ in protocol.schedules]

    def protocol_of(self, route: str) -> str:
        """Return the protocol of a schedule or route; an indication stands for itself."""
        return route.partition("/")[0]

    def modality(self, number: int) -> str:
        """Return the name of a modality."""
        return MODALITIES[number].value

    def modalities(self, schedule: int) -> str:
        """Return the modalities of which a schedule accepts one."""
        accepted = self._schedules[schedule].study.modalities
        return "any" if accepted is None else " or ".join(modality_names(accepted))

    @property
    def _schedules(self) -> list[Schedule]:
        return [schedule for _, schedule in self.edition.schedules()]
