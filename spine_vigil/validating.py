"""What is wrong with an edition, what may not be meant in it, and what refutes the proofs of its rules."""

from __future__ import annotations

from pathlib import Path

from spine_vigil.editions import edition, known_edition
from spine_vigil.scheduler.editions.checking.checks import edition_issues
from spine_vigil.scheduler.editions.checking.edition_warnings import edition_warnings, overlay_warnings
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.toml_files.edition_file import read_content
from spine_vigil.scheduler.editions.toml_files.places import told
from spine_vigil.scheduler.editions.toml_files.toml_text import lines_of
from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.proofs.proving import refutations
from spine_vigil.scheduler.values import Frozen


class ValidEdition(Frozen):
    """An edition that can be used; `warnings` say with its place, each on a line, what can be meant and seldom is."""

    edition: Edition
    warnings: tuple[str, ...]


def validate(name: str | Path, *, proofs: bool = False) -> ValidEdition:
    """Return an edition, by its id or its file, with its warnings; of an overlay those of its own.

    Raises FileError where a file cannot be used as an edition, and RuleError where a shipped one has issues or, with
    `proofs`, where a rule refutes a proof. The messages say all of them, with their lines.
    """
    known = known_edition(name)
    lines = {} if known.file is None else lines_of(read_content(known.file))
    issues = [*edition_issues(known.edition), *(refutations(known.edition) if proofs else ())]
    if issues:
        listed = "".join(f"\n- {issue}" for issue in told(issues, lines))
        raise RuleError(f"{name} has rules that cannot be right:{listed}")
    found = known.edition
    warnings = edition_warnings(found) if known.base is None else overlay_warnings(found, edition(known.base))
    return ValidEdition(found, tuple(told(warnings, lines)))
