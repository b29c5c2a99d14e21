"""Case tables whose rows are those of an events file: what both evaluators read of them, and what is told."""

from collections.abc import Sequence

from support.evaluators import Result
from support.tables import read_table


class CaseRows:
    """A case table as rows of an events file, in its order; rows without `why` are history.

    The columns `row` are cells of an events file, others stand as `column=value` in `cells`. `said` are the result
    columns that the table holds. `cases` are the rows with `why`, each with its place.
    """

    def __init__(self, table: str, row: Sequence[str], said: Sequence[str]) -> None:
        """Read the table of a name."""
        self.rows = read_table(table)
        self.cases = [(place, case) for place, case in enumerate(self.rows) if case["why"]]
        self.cells = [
            {name: case[name] for name in row} | dict(cell.split("=", 1) for cell in case["cells"].split())
            for case in self.rows
        ]
        self._said = said

    def told(self, result: Result) -> dict[str, str]:
        """Return what a result says in the columns of the table."""
        return {name: "" if result[name] is None else str(result[name]) for name in self._said}

    def expected(self, case: dict[str, str]) -> dict[str, str]:
        """Return what a case says in the same columns."""
        return {name: case[name] for name in self._said}

    def check_sections(self, results: Sequence[Result]) -> None:
        """Assert that every case names the section that the answer to it cites."""
        cited = [results[place]["section"] or "engine: no section" for place, _ in self.cases]
        assert [case["section"] for _, case in self.cases] == cited
