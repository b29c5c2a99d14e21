"""The page on edition files: every table and key from the forms by which files are read, and the grammar of rules.

`python docs/extensions/edition_file_page.py` writes the page and the JSON Schema into docs/reference.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from spine_vigil.editions import edition
from spine_vigil.protocols import CURRENT, OVERLAYS
from spine_vigil.scheduler.editions.toml_files.citation_tables import CITE
from spine_vigil.scheduler.editions.toml_files.criteria_tables import criterion_kinds, criterion_value, kind_of
from spine_vigil.scheduler.editions.toml_files.edition_file import edition_of
from spine_vigil.scheduler.editions.toml_files.edition_tables import FILE, INLINE, edition_tables
from spine_vigil.scheduler.editions.toml_files.forms import REQUIRED, Form, Key
from spine_vigil.scheduler.editions.toml_files.overlays import overlay_forms
from spine_vigil.scheduler.editions.toml_files.schema import schema_text
from spine_vigil.scheduler.editions.toml_files.starting_file import starting_edition
from spine_vigil.scheduler.editions.toml_files.toml_text import toml_text
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.rules.criteria import Compound, Criterion, Not
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.studies import NAMED_MODALITIES, REGIONS
from spine_vigil.scheduler.rules.studies import Place as Where
from spine_vigil.scheduler.rules.words import listed

REFERENCE = Path(__file__).parents[1] / "reference"
PAGE, SCHEMA = REFERENCE / "edition-file.md", REFERENCE / "edition.schema.json"
TEXT = Path(__file__).with_suffix(".txt")
"""What is written by hand; `{{NAME}}` stands for a part that is made."""

Examples = Mapping[tuple[str, str], str]
"""An example of each key, by the table's name in messages and the key, as a line of TOML."""

_LONGEST = 90
"""Characters of an example in a table."""


def page() -> str:
    """Return the page."""
    parts = {
        "TABLES": "\n".join(_tables()),
        "SECTION": "\n".join(_rows(CITE, examples())),
        "OVERLAY_HEAD": "\n".join(_rows(overlay_forms()["edition"], examples())),
        "TAKE": "\n".join(_rows(overlay_forms()["take"], examples())),
        "CRITERIA": "\n".join(_criteria()),
        "MODALITIES": listed([f"`{modality.value}`" for modality in NAMED_MODALITIES]),
        "REGIONS": listed([f"`{region}`" for region in REGIONS]),
        "PLACES": listed([f"`{where.value}`" for where in Where]),
        "INDEX_DATES": listed([f"`{kind.value}`" for kind in IndexKind]),
        "PROBLEMS": _problems(),
    }
    text = TEXT.read_text(encoding="utf-8")
    for name, made in parts.items():
        text = text.replace(f"{{{{{name}}}}}", made)
    return text


def _tables() -> Iterator[str]:
    """Yield a part for each table of a whole edition, those inside others behind them."""
    shown = examples()
    for name, key in FILE.keys.items():
        yield from _table_parts(name, key, shown)


def _table_parts(header: str, key: Key, shown: Examples) -> Iterator[str]:
    form = key.read.form
    if form is None:
        return
    is_list = key.read.schema["type"] == "array"
    is_named = _is_by_name(key)
    whole = f"{header}.NAME" if is_named else header
    yield f"### `{'[[' if is_list else '['}{whole}{']]' if is_list else ']'}`\n"
    yield f"{form.says}\n"
    yield from _rows(form, shown)
    yield ""
    for name, inner in form.keys.items():
        yield from _table_parts(f"{whole}.{name}", inner, shown)


def _is_by_name(key: Key) -> bool:
    """Return whether the value of a key is a table of tables by name."""
    return isinstance(key.read.schema.get("additionalProperties"), Mapping)


def _rows(form: Form, shown: Examples) -> Iterator[str]:
    yield "| key | means | if left out | example |"
    yield "| --- | --- | --- | --- |"
    for name, key in form.keys.items():
        if key.read.form is None:
            cells = (f"`{name}`", key.says, _default(key), f"`{shown[form.what, name]}`")
            yield "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _default(key: Key) -> str:
    if key.default is REQUIRED:
        return "required"
    written = None if key.default is None else key.write(key.default)
    return (
        f"`{toml_text({'x': written}, ['x']).removeprefix('x = ').strip()}`" if written or written is False else "none"
    )


def examples() -> Examples:
    """Return an example of each key: what the shipped editions and the file to start from say most often, if short."""
    lines: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for source in (CURRENT, *map(edition, OVERLAYS), edition_of(_uncommented(), "new.toml")):
        for what, name, value in _values(FILE, edition_tables(source)):
            line = toml_text({name: value}, (*INLINE, name)).strip()
            if "\n" not in line and len(line) < _LONGEST:
                lines[what, name][line] += 1
    found = {key: max(counts, key=lambda line: (counts[line], -len(line))) for key, counts in lines.items()}
    head = overlay_forms()["edition"]
    found |= {(head.what, name): found.get(("an edition", name), f'base = "{CURRENT.id}"') for name in head.keys}
    take = overlay_forms()["take"].what
    found[take, "reading"] = f'reading = "{next(iter(CURRENT.readings()))[1]}"'
    found[take, "section"] = 'section = "Policy 4.2"'
    found[CITE.what, "how"] = 'how = "as read by"'
    return found


def _values(form: Form, table: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield the values of a table and of those inside it, with the name of the table's form and the key."""
    for name, value in table.items():
        inner = CITE if name == "section" and isinstance(value, dict) else form.keys[name].read.form
        if inner is None:
            yield form.what, name, value
        elif isinstance(value, list):
            for each in value:
                yield from _values(inner, each)
        elif _is_by_name(form.keys[name]):
            for each in value.values():
                yield from _values(inner, each)
        else:
            yield from _values(inner, value)


def _uncommented() -> str:
    """Return the file to start from with its commented keys and tables in use."""
    return re.sub(r"^#(?=\[|[a-z_]+ = )", "", starting_edition(), flags=re.MULTILINE)


def _criteria() -> Iterator[str]:
    yield "| key | holds where | example |"
    yield "| --- | --- | --- |"
    for kind, says in criterion_kinds().items():
        yield f"| `{kind}` | {says} | `{_shortest(kind)}` |"


def _shortest(kind: str) -> str:
    """Return the shortest criterion of a kind in the shipped edition and in the file to start from, as TOML."""
    every = [
        part for source in (CURRENT, edition_of(_uncommented(), "new.toml")) for part in _parts_of(source.criteria())
    ]
    lines = [
        toml_text({"x": criterion_value(part)}, ["x"]).removeprefix("x = ").strip()
        for part in every
        if kind_of(part) == kind
    ]
    return min(lines, key=len)


def _parts_of(criteria: Iterator[Criterion]) -> Iterator[Criterion]:
    for criterion in criteria:
        yield criterion
        parts = criterion.parts if isinstance(criterion, Compound) else ()
        yield from _parts_of(iter((criterion.part,) if isinstance(criterion, Not) else parts))


WRONG = f"""[edition]
id = "st-elsewhere-2026"
base = "{CURRENT.id}"
publisher = "St. Elsewhere Cancer Center"
reviewed = 2026-03-01

[protocol."bone.osteosarcoma".schedule.primary_site]
phases = ["every 6 mnths until 2 years", "every 12 months"]
stop_at = ["progression"]
"""
"""An overlay with three problems."""


def _problems() -> str:
    try:
        edition_of(WRONG, "local.toml", [CURRENT])
    except FileError as problem:
        return str(problem)
    raise AssertionError(WRONG)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    SCHEMA.write_text(schema_text(), encoding="utf-8")
