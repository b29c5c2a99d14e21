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
    """
    hidden = {cell for cell, count in patients.items() if 0 < count < fewest}
    changed = bool(hidden)
    while changed:
        changed = False
        for total, parts in sums:
            members = (total, *parts)
            if sum(cell in hidden for cell in members) != 1:
                continue
            shown = [cell for cell in members if cell not in hidden]
            filled = [cell for cell in shown if cell != total and patients[cell] > 0]
            candidates = filled or [cell for cell in shown if cell == total] or shown
            if total in shown and total in expendable and expendable.isdisjoint(parts):
                candidates = [total]
            if candidates:
                hidden.add(min(candidates, key=lambda cell: (patients[cell], repr(cell))))
                changed = True
    return hidden
