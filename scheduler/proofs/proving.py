"""All proofs of an edition, and what refutes them."""

from __future__ import annotations

from collections.abc import Iterator

from spine_vigil.scheduler.editions.checking.checks import Issue
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.proofs.days import refute_days
from spine_vigil.scheduler.proofs.deciding import refute_deciding
from spine_vigil.scheduler.proofs.keeping import refute_keeping
from spine_vigil.scheduler.proofs.subjects import by_time_alone, read_indications, read_schedules
from spine_vigil.scheduler.rules.schedules import Phase

OF_SCHEDULES = (
    "each day from its start to its end belongs to exactly one phase",
    "a patient who keeps every window is never called early or overdue",
)
OF_INDICATIONS = ("it can be met, and it can fail",)
"""What is proved of every schedule and of every indication, under each of its readings."""


def refutations(edition: Edition) -> list[Issue]:
    """Return what refutes the proofs of an edition, each with the place of its rule and the shortest example.

    Schedules come before indications, both in the order of the edition. It takes up to a minute.
    """
    return [*_of_schedules(edition), *_of_indications(edition)]


def _of_schedules(edition: Edition) -> Iterator[Issue]:
    known: dict[tuple[Phase, ...], list[str]] = {}
    for place, schedule in read_schedules(edition):
        timed = by_time_alone(schedule)
        if timed.phases not in known:
            examples = (refute_days(timed), refute_keeping(edition, timed, edition.grace))
            known[timed.phases] = [str(example) for example in examples if example is not None]
        yield from (Issue(place, example, "phases") for example in known[timed.phases])


def _of_indications(edition: Edition) -> Iterator[Issue]:
    for place, indication in read_indications(edition):
        says = refute_deciding(indication.criterion)
        if says is not None:
            yield Issue(place, says, "indications")
