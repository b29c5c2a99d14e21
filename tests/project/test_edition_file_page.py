"""docs/reference/edition-file.md: it is fresh, and the real readers read every example on it."""

import re
import tomllib

import edition_file_page
import pytest
from support.documents import PAGES, blocks

from spine_vigil.editions import edition
from spine_vigil.protocols import CURRENT, EDITIONS
from spine_vigil.scheduler.editions.toml_files.criteria_tables import read_criterion
from spine_vigil.scheduler.editions.toml_files.edition_file import edition_of
from spine_vigil.scheduler.editions.toml_files.edition_tables import FILE
from spine_vigil.scheduler.editions.toml_files.forms import BROKEN, Place, Problems
from spine_vigil.scheduler.editions.toml_files.grammar import (
    index_text,
    pattern_text,
    phase_text,
    read_condition,
    read_duration,
    read_index,
    read_pattern,
    read_phase,
)
from spine_vigil.scheduler.editions.toml_files.overlays import overlay_forms
from spine_vigil.scheduler.editions.toml_files.starting_file import starting_edition
from spine_vigil.scheduler.rules.schedules import PhaseKind

PAGE = PAGES["docs/reference/edition-file.md"]
PARTS = dict(re.findall(r"^##+ (.*)\n((?:(?!##).*\n)*)", PAGE, flags=re.MULTILINE))
ROW = re.compile(r"^\| `(.*?)` \|.*\|$", re.MULTILINE)
KNOWN = (CURRENT, edition("healthhelp-mri-cspine-2024"), edition_of(starting_edition(), "new.toml"))
FACTS = {fact.name: fact.kind.value for known in KNOWN for fact in known.facts}
INDICATIONS = [indication.name for known in KNOWN for indication in known.indications]


def nowhere():
    return Place((), Problems(FACTS, INDICATIONS))


def test_the_page_is_the_one_that_the_program_makes():
    assert edition_file_page.page() == PAGE


WORDS = {
    "Spans": (read_duration, str),
    "Phases": (read_phase, phase_text),
    "Studies": (read_pattern, pattern_text),
    "Index dates": (read_index, index_text),
    "Conditions": (read_condition, str),
}


@pytest.mark.parametrize("part", WORDS)
def test_the_words_of_a_rule_are_read_and_written_as_they_stand(part):
    read, write = WORDS[part]
    shown = ROW.findall(PARTS[part])
    assert len(shown) > 1
    assert [write(read(text)) for text in shown] == shown


def test_every_kind_of_phase_is_shown():
    assert {read_phase(text).kind for text in ROW.findall(PARTS["Phases"])} == set(PhaseKind)


def test_the_criteria_are_read():
    rows = re.findall(r"^\| `(\w+)` \| .* \| `(.*)` \|$", PARTS["Criteria"], flags=re.MULTILINE)
    assert len(rows) == 12
    for kind, text in rows:
        value = tomllib.loads(f"x = {text}")["x"]
        assert kind in value
        place = nowhere()
        assert read_criterion(value, place) is not BROKEN, place.problems.found


def tables_below(header, key):
    """Yield the header of the table of a key, without its brackets, and those of the tables inside it."""
    is_by_name = isinstance(key.read.schema.get("additionalProperties"), dict)
    whole = f"{header}.NAME" if is_by_name else header
    yield whole, key.read.form
    for name, inner in key.read.form.keys.items():
        if inner.read.form is not None:
            yield from tables_below(f"{whole}.{name}", inner)


FORMS = [each for name, key in FILE.keys.items() for each in tables_below(name, key)]
FORMS += [(f"overlay {name}", form) for name, form in overlay_forms().items()]


@pytest.mark.parametrize(("header", "form"), FORMS, ids=[header for header, _ in FORMS])
def test_every_key_of_a_table_has_an_example_that_is_read(header, form):
    heading = {"overlay edition": "`[edition]` of an overlay", "overlay take": '`[take."ROUTE"]`'}.get(header)
    part = next(text for name, text in PARTS.items() if name == heading or re.fullmatch(rf"`\[+{header}\]+`", name))
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| `(\w+ = .*)` \|$", part, flags=re.MULTILINE))
    assert list(rows) == [name for name, key in form.keys.items() if key.read.form is None]
    for name, line in rows.items():
        reader = form.keys[name].read
        value = tomllib.loads(line.replace(r"\|", "|"))[name]
        place = nowhere()
        assert name == "base" or reader(value, place) is not BROKEN, (name, place.problems.found)


def test_the_overlay_on_the_page_is_read():
    (text,) = [block.text for block in blocks(PAGE) if block.kind == "toml"]
    found = edition_of(text, "local.toml", EDITIONS)
    assert [schedule.name for schedule in found.protocol("bone.osteosarcoma").schedules] == ["primary_site"]
    assert found.indication("second_opinion").cite.section == "Local policy 7"
