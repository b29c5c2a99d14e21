"""The index date of a schedule: the event from which it counts on a date, chosen from those that a patient has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.rules.dates import add, months
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.values import Frozen

ONE_TREATMENT = months(6)
"""Two joined treatments that lie less than this apart are one treatment."""


class Joined(Frozen):
    """Treatments that stand together in a list of index dates, such as radiation and surgery: one of them counts."""

    kinds: tuple[IndexKind, ...]

    def __post_init__(self) -> None:
        if len(set(self.kinds)) < max(len(self.kinds), 2):
            raise RuleError("joined index dates are two different ones at least")


IndexChoice: TypeAlias = IndexKind | Joined
"""One place in a schedule's list of index dates."""

IndexDate: TypeAlias = tuple[IndexKind, date]
"""The event from which a schedule counts, and its date."""


def kinds_of(choices: Sequence[IndexChoice]) -> Iterator[IndexKind]:
    """Yield every kind in a list of index dates, in order of preference."""
    for choice in choices:
        yield from choice.kinds if isinstance(choice, Joined) else (choice,)


def index_on(
    choices: Sequence[IndexChoice], dates: Mapping[IndexKind, date], day: date, *, restarts: bool = False
) -> IndexDate | None:
    """Return the index date for a request on `day`; None where the patient has none of the `choices`.

    The first of the choices that the patient has counts. Of joined dates that lie less than 6 months apart the later
    counts, of others the latest on or before `day`, else the earliest. With `restarts`, a date that lies before a
    progression on or before `day` yields to the first treatment of the list on or after that progression and on or
    before `day`; the diagnosis is no treatment (rules 1, "index date").
    """
    found = [index for choice in choices if (index := _of_choice(choice, dates, day)) is not None]
    if not found:
        return None
    first = found[0]
    progression = dates.get(IndexKind.PROGRESSION)
    if not restarts or progression is None or not first[1] < progression <= day:
        return first
    treated_again = (i for i in found if i[0] is not IndexKind.DIAGNOSIS and progression <= i[1] <= day)
    return next(treated_again, first)


def _of_choice(choice: IndexChoice, dates: Mapping[IndexKind, date], day: date) -> IndexDate | None:
    if isinstance(choice, IndexKind):
        return (choice, dates[choice]) if choice in dates else None
    # Of two treatments on one day the first of the pair is named.
    given = sorted(((dates[k], -n, k) for n, k in enumerate(choice.kinds) if k in dates), reverse=True)
    if not given:
        return None
    (latest, _, kind), (earliest, _, first) = given[0], given[-1]
    if add(earliest, ONE_TREATMENT) > latest:
        return kind, latest
    return next(((k, d) for d, _, k in given if d <= day), (first, earliest))
