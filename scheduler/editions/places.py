"""Where in a file a rule of an edition stands: from the place that an issue names to the path of its table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spine_vigil.scheduler.editions.checks import Issue
from spine_vigil.scheduler.editions.toml_text import Path

_NAMED = ("protocol", "contraindication", "combination", "fact", "code")
"""The kinds of tables that have a name, in the order in which a name is looked for."""


_OF_PHASES = frozenset(("phases", "phases on the calendar", "intervals that get shorter", "ends", "one-time windows"))
"""The subjects of checks that look at phases."""


def line_of(issue: Issue, lines: Mapping[Path, int]) -> int | None:
    """Return the line of the rule of an issue, from the lines of a file by their paths; None where it is not there."""
    return next((lines[path] for path in _paths(issue) if path in lines), None)


def _paths(issue: Issue) -> Iterator[Path]:
    """Yield the paths under which the rule of an issue may stand, the most exact one first."""
    place, _, reading = issue.place.partition(" read as ")
    protocol, _, schedule = place.partition("/")
    rule: Path = ("protocol", protocol, "schedule", schedule)
    if reading:
        yield from ((*rule, "reading", reading), ("indication", place.removeprefix("indication."), "reading", reading))
    if schedule:
        yield from ((*rule, "phases"), rule) if issue.subject in _OF_PHASES else (rule,)
    if "fact" not in issue.subject:
        yield "indication", place.removeprefix("indication.")
    yield from ((kind, place) for kind in (("fact",) if "fact" in issue.subject else _NAMED))
