"""What a reader can work out of numbers that were left out, from the numbers beside them and what adds up to what."""

from collections.abc import Hashable, Sequence

import numpy as np
from scipy.linalg import null_space

Cell = Hashable
Equation = Sequence[tuple[float, Cell]]
"""What a reader knows: factors of cells, the sum of which is known."""


def total_of(total: Cell, parts: Sequence[Cell]) -> Equation:
    """Return that parts add up to a total."""
    return [(1, total), *((-1, part) for part in parts)]


def worked_out(hidden: set[Cell], equations: Sequence[Equation]) -> set[Cell]:
    """Return the hidden cells of which there is one possible value, where all others are known."""
    unknown = sorted(hidden, key=repr)
    place = {cell: number for number, cell in enumerate(unknown)}
    rows = np.zeros((len(equations) + 1, len(unknown)))
    for number, equation in enumerate(equations):
        for factor, cell in equation:
            if cell in place:
                rows[number, place[cell]] += factor
    free = np.abs(null_space(rows, rcond=1e-9)).max(axis=1, initial=0) if unknown else np.empty(0)
    return {cell for cell, moves in zip(unknown, free, strict=True) if moves < 1e-7}
