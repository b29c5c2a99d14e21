"""The tables of words and codes: CSV files beside this module, each read when it is first needed."""

from __future__ import annotations

from functools import cache


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table, by column."""
    import csv
    from importlib.resources import files

    text = files(__package__).joinpath("tables", f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def parts(cell: str, mark: str = "|") -> tuple[str, ...]:
    """Return the parts of a cell that joins several; none of an empty cell."""
    return tuple(cell.split(mark)) if cell else ()
