"""The result of a run of `vigil`: its exit code and its printed text."""

import json
from typing import Any, NamedTuple


class Outcome(NamedTuple):
    """Exit code, standard output and standard error of a run."""

    exit_code: int
    out: str
    err: str

    @property
    def object(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        value: dict[str, Any] = json.loads(self.out)
        return value

    @property
    def words(self) -> str:
        """Standard output with its line breaks taken out."""
        return " ".join(self.out.split())
