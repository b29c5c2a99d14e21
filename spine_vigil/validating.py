"""What is wrong with an edition, what may not be meant in it, and what refutes the proofs of its rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from spine_vigil.editions import edition, known_edition
from spine_vigil.scheduler.editions.checks import Issue, edition_issues
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.edition_file import read_content
from spine_vigil.scheduler.editions.edition_warnings import edition_warnings
from spine_vigil.scheduler.editions.places import line_of
from spine_vigil.scheduler.editions.toml_text import Path as Keys
from spine_vigil.scheduler.editions.toml_text import lines_of
from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.proofs.proving import refutations
from spine_vigil.scheduler.values import Frozen


class ValidEdition(Frozen):
    """An edition that can be used; `warnings` say with its place, each on a line, what can be meant and seldom is."""

    edition: Edition
    warnings: tuple[str, ...]


def validate(name: str | Path, *, proofs: bool = False) -> ValidEdition:
    """Return an edition, by its id or its file, with its warnings; of an overlay those that its base does not have.

    Raises FileError where a file cannot be read as an edition, and RuleError where the edition has issues or, with
    `proofs`, where one of its rules refutes a proof. The messages say all of them, with their lines.
    """
    known = known_edition(name)
    lines = {} if known.file is None else lines_of(read_content(known.file))
    issues = [*edition_issues(known.edition), *(refutations(known.edition) if proofs else ())]
    if issues:
        listed = "".join(f"\n- {told}" for told in _told(issues, lines))
        raise RuleError(f"{name} has rules that cannot be right:{listed}")
    of_base = [] if known.base is None else edition_warnings(edition(known.base))
    own = [warning for warning in edition_warnings(known.edition) if warning not in of_base]
    return ValidEdition(known.edition, tuple(_told(own, lines)))


def _told(issues: Iterable[Issue], lines: Mapping[Keys, int]) -> list[str]:
    """Return issues as texts, each with its line where that is known."""
    return [f"line {line}, {issue}" if (line := line_of(issue, lines)) else str(issue) for issue in issues]
