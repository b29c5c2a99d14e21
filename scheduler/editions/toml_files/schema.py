"""The JSON Schema of edition files, for editors; made from the forms by which the files are read."""

from __future__ import annotations

import json

from spine_vigil.scheduler.editions.toml_files.criteria_tables import criterion_schema
from spine_vigil.scheduler.editions.toml_files.edition_tables import FILE
from spine_vigil.scheduler.editions.toml_files.forms import Schema
from spine_vigil.scheduler.editions.toml_files.overlays import overlay_schema


def edition_schema() -> Schema:
    """Return the schema of whole editions and of overlays, which name a base.

    It is of draft 7, which editors read best. A date is a text to it, as they see dates of TOML. What needs the whole
    file, such as a fact that no table defines, it does not find: `vigil editions validate` does.
    """
    names_a_base = {"properties": {"edition": {"type": "object", "required": ["base"]}}, "required": ["edition"]}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Edition file of vigil",
        "description": "A guideline as rules, or an overlay that names a base and says only what differs.",
        "type": "object",
        "if": names_a_base,
        "then": overlay_schema(),
        "else": FILE.schema(),
        "definitions": {"criterion": criterion_schema()},
    }


def schema_text() -> str:
    """Return the JSON Schema of edition files, as the text of a file."""
    return json.dumps(edition_schema(), indent=1) + "\n"
