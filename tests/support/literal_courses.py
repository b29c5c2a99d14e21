"""The courses of a report with their index dates over time, as all rows of their patients document them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from support.literal_rows import Seen

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.records.courses import patient_of
from spine_vigil.scheduler.records.follow_up import FollowUp, follow_ups
from spine_vigil.scheduler.records.patients import Statement
from spine_vigil.scheduler.rules.facts import IndexKind


@dataclass(frozen=True)
class DatedCourse:
    """A patient under one protocol: as a due list has it at the end of the observation, and its index dates before.

    `known` is what the rows of the patient say that can be read.
    """

    at_end: FollowUp
    edition: Edition
    known: Sequence[Statement]

    def index_dates_on(self, day: date) -> Mapping[IndexKind, date]:
        """Return the index dates that count on a day."""
        patient = patient_of(self.edition, Statement((self.at_end.protocol,)), self.known, day)
        return patient.courses[0].index_dates

    def index_dates(self) -> list[tuple[IndexKind, date]]:
        """Return all index dates: of the rows that name the protocol, or where they give none of those without any."""
        own = [says for says in self.known if self.at_end.protocol in says.protocols]
        if not any(says.index_dates for says in own):
            own = [says for says in self.known if not says.protocols]
        return [item for says in own for item in says.index_dates.items()]

    def first_after(self, kind: IndexKind, day: date) -> date | None:
        """Return the first date of a kind after a day."""
        return min((at for of, at in self.index_dates() if of is kind and at > day), default=None)


def dated_courses(edition: Edition, rows: Sequence[Seen], last_day: date) -> Iterator[DatedCourse]:
    """Yield each patient under each protocol, as a due list on the last day has them."""
    of_patient: dict[str, list[Statement]] = {}
    for row in rows:
        if row.is_readable:
            of_patient.setdefault(row.patient_id, []).append(row.row.says)
    for course in follow_ups(edition, [row.row for row in rows], last_day):
        yield DatedCourse(course, edition, of_patient[course.patient_id])
