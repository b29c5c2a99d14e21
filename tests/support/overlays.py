"""Overlays of the current edition, as a centre would write them: one that changes a schedule, and any other."""

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.toml_files.edition_file import edition_of
from spine_vigil.scheduler.errors import FileError

OVERLAY = f"""[edition]
id = "st-elsewhere-2026"
base = "{CURRENT.id}"
publisher = "St. Elsewhere Cancer Center"
reviewed = 2026-03-01

[protocol."bone.osteosarcoma".schedule.primary_site]
section = "Local policy 4.2"
phases = ["every 6 months until 2 years", "every 12 months"]
"""
OURS = "Local policy 4.2 of St. Elsewhere Cancer Center, reviewed 2026-03-01"
"""What a decision cites that rests on the changed schedule."""


def overlay(text: str, base: Edition = CURRENT) -> Edition:
    """Return what an overlay with these tables makes of a base; its own tables begin in line 6."""
    head = f'[edition]\nid = "ours"\nbase = "{base.id}"\npublisher = "A hospital"\nreviewed = 2026-03-01\n'
    return edition_of(head + text, "local.toml", [base])


def problems_of(text: str) -> str:
    """Return what is said of an overlay with these tables, which cannot be used."""
    with pytest.raises(FileError) as caught:
        overlay(text)
    return str(caught.value)
