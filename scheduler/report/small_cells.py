"""Small cells of tables: which numbers are left out, so that none of them tells about a handful of patients."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

_Cell = TypeVar("_Cell", bound=Hashable)


def small_cells(
    patients: Mapping[_Cell, int],
    sums: Sequence[tuple[_Cell, Sequence[_Cell]]],
    fewest: int,
    expendable: AbstractSet[_Cell] = frozenset(),
) -> set[_Cell]:
    """Return the cells to leave out: those of one to `fewest` - 1 patients, and what would give one of them away.

    `patients` counts the patients of each cell, `sums` gives totals with their parts. Where one number alone of a total
    and its parts would be left out, it could be worked out from the others; then the smallest other part is left out
    too, or the total where there is none. A total that is `expendable`, and whose parts are not, goes before its parts.
    So it is where all that is left out of a total is of few patients: of two cells that are 2 together each is 1. A
    part that is left out stands for its own parts there.
    """
    parts_of: dict[_Cell, list[Sequence[_Cell]]] = {}
    for total, parts in sums:
        parts_of.setdefault(total, []).append(parts)
    hidden = {cell for cell, count in patients.items() if 0 < count < fewest}
    changed = bool(hidden)
    while changed:
        changed = False
        for total, parts in sums:
            # Of most totals no part is left out.
            sides = () if hidden.isdisjoint(parts) else (0, -1)
            for members in (parts, *(_opened(parts, parts_of, hidden, side) for side in sides)):
                gone = [cell for cell in members if cell in hidden]
                is_total_gone = total in hidden
                is_little = bool(gone) and not is_total_gone and sum(patients[cell] for cell in gone) < fewest
                if len(gone) + is_total_gone != 1 and not is_little:
                    continue
                shown = [cell for cell in members if cell not in hidden]
                filled = [cell for cell in shown if patients[cell] > 0]
                candidates = filled or ([] if is_total_gone else [total]) or shown
                if not is_total_gone and total in expendable and expendable.isdisjoint(parts):
                    candidates = [total]
                if candidates:
                    hidden.add(min(candidates, key=lambda cell: (patients[cell], repr(cell))))
                    changed = True
    return hidden


def _opened(
    parts: Sequence[_Cell], parts_of: Mapping[_Cell, list[Sequence[_Cell]]], hidden: set[_Cell], which: int
) -> list[_Cell]:
    """Return parts, each that is hidden replaced by its own parts: those of its first or its last sum."""
    opened: list[_Cell] = []
    for cell in parts:
        if cell in hidden and cell in parts_of:
            opened += _opened(parts_of[cell][which], parts_of, hidden, which)
        else:
            opened.append(cell)
    return opened
