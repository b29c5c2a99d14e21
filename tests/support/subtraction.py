"""What a reader can work out of numbers that were left out, from the numbers beside them and what adds up to what."""

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from scipy.optimize import linprog

Cell = Hashable
Sum = tuple[Cell, Sequence[Cell]]


def worked_out(values: Mapping[Cell, float], hidden: set[Cell], sums: Sequence[Sum], least: int = 1) -> set[Cell]:
    """Return the hidden cells of which there is one possible value, given all others.

    `sums` are totals with their parts; a reader knows that what is hidden is at least `least`.
    """
    unknown = sorted(hidden, key=repr)
    place = {cell: number for number, cell in enumerate(unknown)}
    equations, known = [], []
    for total, parts in sums:
        row, rest = np.zeros(len(unknown)), 0.0
        for cell, sign in [(total, 1), *((part, -1) for part in parts)]:
            if cell in place:
                row[place[cell]] += sign
            else:
                rest -= sign * values[cell]
        if row.any():
            equations.append(row)
            known.append(rest)
    if not unknown:
        return set()
    found = set()
    for cell, number in place.items():
        aim = np.zeros(len(unknown))
        aim[number] = 1
        ends = [_end(sign * aim, equations, known, least) for sign in (1, -1)]
        if None not in ends and abs(ends[0] + ends[1]) < 0.5:
            found.add(cell)
    return found


def _end(aim, equations, known, least) -> float | None:
    """Return the least value of an aim; None where it has none."""
    result = linprog(
        aim,
        A_eq=np.array(equations) if equations else None,
        b_eq=np.array(known) if equations else None,
        bounds=(least, None),
    )
    assert result.status in (0, 3), result.message
    return float(result.fun) if result.status == 0 else None
