"""Where in a file a rule of an edition stands: from the place that an issue names to the path of its table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from spine_vigil.scheduler.editions.checking.checks import Issue
from spine_vigil.scheduler.editions.toml_files.toml_text import Path

_OF_PHASES = frozenset(("phases", "phases on the calendar", "intervals that get shorter", "ends", "one-time windows"))
"""The subjects of checks that look at phases."""


def told(issues: Iterable[Issue], lines: Mapping[Path, int]) -> list[str]:
    """Return issues as texts, each with its line where that is known."""
    return [f"line {line}, {issue}" if (line := line_of(issue, lines)) else str(issue) for issue in issues]


def line_of(issue: Issue, lines: Mapping[Path, int]) -> int | None:
    """Return the line of the rule of an issue, from the lines of a file by their paths; None where it is not there."""
    return next((lines[path] for path in _paths(issue) if path in lines), None)


def _paths(issue: Issue) -> Iterator[Path]:
    """Yield the paths under which the rule of an issue may stand, the most exact one first."""
    place, _, reading = issue.place.partition(" read as ")
    id_, _, schedule = place.partition("/")
    kind, _, name = place.partition(".")
    rules: tuple[Path, ...] = (("protocol", id_, "schedule", schedule), (kind, name))
    if reading:
        yield from ((*rule, "reading", reading) for rule in rules)
    if issue.subject in _OF_PHASES:
        yield (*rules[0], "phases")
    yield from (*rules, ("protocol", id_))
