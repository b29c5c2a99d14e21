"""What proofs are about: the schedules of an edition under each of their readings, and examples that refute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.patient.windows import Reference
from spine_vigil.scheduler.rules.indications import Indication
from spine_vigil.scheduler.rules.schedules import Plan, Schedule
from spine_vigil.scheduler.rules.words import listed
from spine_vigil.scheduler.values import Frozen, replace

INDEX_DATES = (date(2023, 8, 31), date(2024, 2, 29))
"""The index dates from which schedules are kept and counted: the ends of a long month and of a leap February."""


class Counterexample(Frozen):
    """One patient of whom a proof does not hold: counted from `index`, studied on `studies`; `says` what is wrong."""

    index: date
    studies: tuple[date, ...]
    says: str

    def __str__(self) -> str:
        studied = f", with studies on {listed([str(day) for day in self.studies])}" if self.studies else ""
        return f"counted from {self.index}{studied}: {self.says}"


def read_schedules(edition: Edition) -> Iterator[tuple[str, Schedule]]:
    """Yield every schedule under each of its readings, with its place: its route, and which other reading."""
    for route, schedule in edition.schedules():
        yield route, schedule
        yield from ((f"{route} read as {other.name}", schedule.read_as(other.name)) for other in schedule.others)


def read_indications(edition: Edition) -> Iterator[tuple[str, Indication]]:
    """Yield every indication under each of its readings, with its place: its route, and which other reading."""
    for indication in edition.indications:
        yield indication.route, indication
        for other in indication.others:
            yield f"{indication.route} read as {other.name}", indication.read_as(other.name)


def reference_on(day: date | None) -> Reference | None:
    """Return the reference that a study on a day gives; None where there was none."""
    return None if day is None else Reference(day, day)


def by_time_alone(schedule: Schedule) -> Schedule:
    """Return a schedule whose windows wait for no fact: what is proved of it holds wherever the conditions are met.

    Schedules whose phases are the same give the same.
    """
    phases = tuple(replace(phase, fact=None) if phase.is_timed else phase for phase in schedule.phases)
    return replace(schedule, plan=Plan(phases=phases), when=None, stops_at=(), others=())
