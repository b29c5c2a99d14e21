"""The phases of a schedule, before and after: which one is which, and what changed of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import pairwise, zip_longest

from spine_vigil.scheduler.editions.comparing.aspects import What
from spine_vigil.scheduler.editions.comparing.essence import essence
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind

_FORMS: Mapping[What, Callable[[Phase], Hashable]] = {
    What.INTERVAL: lambda phase: (phase.kind, essence((phase.low, phase.high)), phase.in_days),
    What.BOUND: lambda phase: None if _is_window(phase) else essence(phase.end),
    What.CONDITION: lambda phase: phase.fact,
    What.LATE: lambda phase: essence(phase.late),
}


def _is_window(phase: Phase) -> bool:
    """Return whether a phase ends with its own one-time window, so that its end is no bound of its own."""
    return phase.kind is PhaseKind.ONCE and phase.end == phase.high


def changed_of(before: Phase, after: Phase) -> tuple[What, ...]:
    """Return what changed of a phase; nothing where both say the same."""
    return tuple(what for what, form in _FORMS.items() if form(before) != form(after))


def paired(before: Sequence[Phase], after: Sequence[Phase]) -> Iterator[tuple[int | None, int | None]]:
    """Yield the numbers of phases that belong together, from 0; None for a phase that has no other.

    Phases that end at one time belong together; of those between them the first and the first, and so on.
    """
    ends, other_ends = _by_end(before), _by_end(after)
    anchors = [(ends[end], other_ends[end]) for end in ends if end in other_ends]
    for (last, other_last), (anchor, other_anchor) in pairwise([(-1, -1), *anchors, (len(before), len(after))]):
        yield from zip_longest(range(last + 1, anchor), range(other_last + 1, other_anchor))
        if anchor < len(before):
            yield anchor, other_anchor


def _by_end(phases: Sequence[Phase]) -> dict[float, int]:
    """Return the numbers of phases by their end, which never comes earlier than the one before."""
    return {float("inf") if p.end is None else p.end.nominal_days: number for number, p in enumerate(phases)}
