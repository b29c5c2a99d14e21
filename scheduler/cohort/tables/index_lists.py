"""The schedules' lists of index dates as tables: which event counts, by the dates that a row has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spine_vigil.scheduler.cohort.arrays import NOWHERE, Flags, Ints
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.index_dates import IndexChoice, Joined
from spine_vigil.scheduler.rules.schedules import Schedule

KINDS = tuple(IndexKind)


class IndexLists:
    """The distinct lists of index dates of some schedules.

    `choices` are the lists, `of_schedule` the number of each schedule's list; `restarts` says by list whether it counts
    again from a treatment that follows a progression. `kinds` are the events in any list, `joined` the treatments that
    stand together in any.
    """

    def __init__(self, schedules: Sequence[Schedule]) -> None:
        lists = list(dict.fromkeys((s.index, s.restarts) for s in schedules))
        self.choices = [choices for choices, _ in lists]
        self.restarts: Flags = np.array([restarts for _, restarts in lists], dtype=np.bool_)
        self.of_schedule: Ints = np.array([lists.index((s.index, s.restarts)) for s in schedules], dtype=np.int32)
        self.kinds = list(dict.fromkeys(kind for s in schedules for kind in s.index_kinds))
        every = (choice for choices in self.choices for choice in choices)
        self.joined = list(dict.fromkeys(choice for choice in every if isinstance(choice, Joined)))
        self._names = [
            next(";".join(kind.column for kind in s.index_kinds) for s in schedules if s.index == choices)
            for choices in self.choices
        ]
        # Packs the number of the list (upper bits) and a bit set of the given kinds.
        self.first: Ints = np.array(
            [
                next((found for c in choices if (found := self._found(c, given)) is not None), NOWHERE)
                for choices in self.choices
                for given in range(1 << len(self.kinds))
            ],
            dtype=np.int32,
        )
        """By list and given dates: the index into KINDS of the event that counts; for several joined ones that are
        given, the number of the joined behind all kinds; NOWHERE for none."""

    @property
    def names(self) -> list[str]:
        """The columns of each list, joined by `;`, in order of preference."""
        return self._names

    def _found(self, choice: IndexChoice, given: int) -> int | None:
        kinds = choice.kinds if isinstance(choice, Joined) else (choice,)
        present = [kind for kind in kinds if given >> self.kinds.index(kind) & 1]
        if isinstance(choice, Joined) and len(present) > 1:
            return len(KINDS) + self.joined.index(choice)
        return KINDS.index(present[0]) if present else None
