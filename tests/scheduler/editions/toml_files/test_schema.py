"""The JSON Schema of edition files: it takes what the program reads, and refuses what a person gets wrong."""

import json
import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from support.edition_files import as_an_editor_sees_it, with_each_comment_in_use
from support.made_up_editions import random_edition
from support.overlays import OVERLAY
from support.paths import DOCS, ROOT

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.toml_files.edition_file import edition_text
from spine_vigil.scheduler.editions.toml_files.edition_tables import FILE
from spine_vigil.scheduler.editions.toml_files.grammar import (
    CONDITION_PATTERN,
    DURATION_PATTERN,
    INDEX_PATTERN,
    PATTERN_PATTERN,
    PHASE_PATTERN,
    STUDY_PATTERN,
    read_condition,
    read_duration,
    read_index,
    read_pattern,
    read_phase,
    read_study,
)
from spine_vigil.scheduler.editions.toml_files.overlays import overlay_forms
from spine_vigil.scheduler.editions.toml_files.schema import edition_schema, schema_text
from spine_vigil.scheduler.editions.toml_files.starting_file import starting_edition, starting_overlay
from spine_vigil.scheduler.errors import RuleError, ValueProblem

SCHEMA = Draft7Validator(edition_schema())
WHOLE, LOCAL = starting_edition(), starting_overlay(CURRENT)
IN_USE = [text for start in (WHOLE, LOCAL) for _, text in with_each_comment_in_use(start)]


def problems_of(text):
    return [error.message for error in SCHEMA.iter_errors(as_an_editor_sees_it(text))]


def test_the_schema_is_one_of_draft_7():
    Draft7Validator.check_schema(edition_schema())


def test_the_schema_that_is_committed_is_the_one_of_the_forms():
    assert (DOCS / "reference" / "edition.schema.json").read_text(encoding="utf-8") == schema_text()


FILES = {
    "the shipped edition": edition_text(CURRENT),
    "the shipped overlay": (ROOT / "protocols" / "healthhelp_mri_cspine_2024.toml").read_text(encoding="utf-8"),
    "a starting file": WHOLE,
    "a starting overlay": LOCAL,
    "an overlay": OVERLAY,
    **{f"a made-up edition {seed}": edition_text(random_edition(Random(seed))) for seed in range(20)},  # noqa: S311
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_what_the_program_reads_is_valid(text):
    assert problems_of(text) == []


def test_each_commented_line_of_a_starting_file_is_valid_when_it_is_used():
    assert len(IN_USE) > 40
    assert [problems for text in IN_USE if (problems := problems_of(text))] == []


DAMAGES = {
    "a misspelt table": (WHOLE, "[edition]", "[editon]", "'editon' was unexpected"),
    "a misspelt key": (WHOLE, "stops_at =", "stop_at =", "'stop_at' was unexpected"),
    "a missing key": (WHOLE, 'title = "bone tumor"', "", "'title' is a required property"),
    "a text for a flag": (WHOLE, "#restarts = true", 'restarts = "yes"', "'yes' is not of type 'boolean'"),
    "a text for a list": (WHOLE, 'hints = ["motor_weakness"]', 'hints = "motor_weakness"', "is not of type 'array'"),
    "a number for a text": (WHOLE, 'unit = "points"', "unit = 10", "10 is not of type 'string'"),
    "an unknown unit": (WHOLE, "every 3 months until", "every 3 moons until", "does not match"),
    "an unknown word of a phase": (WHOLE, "every 3 months until", "evry 3 months until", "does not match"),
    "an unknown modality": (WHOLE, 'modality = "MRI"', 'modality = "MRT"', "'MRT' is not one of"),
    "an unknown kind": (WHOLE, 'kind = "number"', 'kind = "numeric"', "'numeric' is not one of"),
    "an unknown index date": (WHOLE, '"treatment_end",', '"end_of_treatment",', "does not match"),
    "an unknown end": (WHOLE, 'stops_at = ["progression"]', 'stops_at = ["death"]', "'death' is not one of"),
    "an unknown kind of criterion": (WHOLE, "{ any = [", "{ either = [", "is not valid under any of"),
    "a span of an unknown unit in a criterion": (WHOLE, '"6 weeks",', '"6 wks",', "is not valid under any of"),
    "an overlay without a publisher": (LOCAL, "publisher =", "#publisher =", "'publisher' is a required property"),
    "a misspelt key in an overlay": (OVERLAY, "phases =", "phase =", "'phase' was unexpected"),
    "an unknown unit in an overlay": (OVERLAY, "every 6 months", "every 6 mnths", "does not match"),
    "a change beside a removal": (OVERLAY, "section =", "remove = true\nsection =", "has too many properties"),
    "a removal that is not true": (LOCAL, "#remove = true", "remove = false", "True was expected"),
    "an unknown key of a reading to take": (LOCAL, "#reading =", "readin =", "'readin' was unexpected"),
}


@pytest.mark.parametrize(("text", "old", "new", "words"), DAMAGES.values(), ids=DAMAGES)
def test_each_damage_is_found(text, old, new, words):
    assert old in text
    if new.startswith(("remove = false", "readin =")):
        text = re.sub(r"^#\[", "[", text, flags=re.MULTILINE)
    assert words in " ".join(problems_of(text.replace(old, new)))


READERS = {
    "phase": (read_phase, PHASE_PATTERN),
    "duration": (read_duration, DURATION_PATTERN),
    "index date": (read_index, INDEX_PATTERN),
    "condition": (read_condition, CONDITION_PATTERN),
    "studies": (read_pattern, PATTERN_PATTERN),
    "study": (read_study, STUDY_PATTERN),
}
WORDS = (
    "every at least once to until if as late by most, unspecified 3 12 -2 month months days weeks year or and of any"
)
WORDS += " study MRI CT chest cervical_spine primary_site surgery treatment_end, diagnosis not pain unit 3months"
TEXTS = st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=9).map(" ".join)
NEAR_PHASES = st.tuples(
    st.sampled_from(["every", "at least every", "once", "as", "unspecified", "evry"]),
    st.sampled_from(["", " 3 months", " 3 to 6 months", " 12 weeks to 6 months", " 3 moons", " pain", " 1 to days"]),
    st.sampled_from(["", ", late by 3 months at most", ", late by 3 at most"]),
    st.sampled_from(["", " until 2 years", "  until 1 year", " until two years"]),
    st.sampled_from(["", " if pain", " if not pain", " if Pain"]),
).map("".join)


@given(TEXTS | NEAR_PHASES)
def test_a_text_that_a_reader_takes_fits_its_pattern(text):
    for name, (read, pattern) in READERS.items():
        try:
            read(text)
        except (RuleError, ValueProblem):
            continue
        assert re.search(pattern, text), name


def _keys(forms):
    for form in forms:
        for name, key in form.keys.items():
            yield form.what, name, key
            if key.read.form is not None:
                yield from _keys([key.read.form])


def test_every_key_and_every_table_says_what_it_means():
    found = [*_keys([FILE, *overlay_forms().values()])]
    assert [(what, name) for what, name, key in found if not key.says.endswith(".")] == []
    assert {"phases", "or_if", "reviewed", "criterion", "rule"} <= {name for _, name, _ in found}


def test_an_editor_is_told_what_a_key_means_and_what_it_is_where_it_is_left_out():
    schedule = json.loads(schema_text())["else"]["properties"]["protocol"]["additionalProperties"]["properties"][
        "schedule"
    ]["additionalProperties"]
    assert schedule["required"] == ["section", "study", "counted_from", "phases"]
    assert schedule["properties"]["restarts"] == {
        "type": "boolean",
        "description": "It counts again from a treatment that follows a progression.",
        "default": False,
    }
