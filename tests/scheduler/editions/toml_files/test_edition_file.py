"""An edition as a file: it reads back as it was, and all that is wrong with a file is said, with line and key."""

import re
import tomllib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.edition_files import read_back
from support.made_up_editions import random_edition

from spine_vigil.protocols import EDITIONS
from spine_vigil.scheduler.editions.toml_files.edition_file import edition_of, edition_text, read_edition
from spine_vigil.scheduler.editions.toml_files.toml_text import lines_of, toml_text
from spine_vigil.scheduler.errors import FileError

SEEDS = st.integers(0, 2**32)
SMALL = edition_text(random_edition(Random(19)))  # noqa: S311 - not for secrets


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
def test_a_shipped_edition_reads_back_as_it_was(edition):
    text = edition_text(edition)
    assert edition_of(text, "file") == edition
    assert edition_text(edition_of(text, "file")) == text


@given(SEEDS)
def test_a_made_up_edition_reads_back_as_it_was(seed):
    edition = random_edition(Random(seed))  # noqa: S311 - not for secrets
    assert read_back(edition_text(edition)) == edition


def test_an_edition_is_read_from_a_file_with_and_without_a_byte_order_mark(tmp_path):
    plain, marked = tmp_path / "plain.toml", tmp_path / "marked.toml"
    plain.write_text(SMALL, encoding="utf-8")
    marked.write_text(SMALL, encoding="utf-8-sig")
    assert read_edition(plain) == read_edition(marked)


VALUES = st.recursive(
    st.text() | st.booleans() | st.integers(-(2**40), 2**40) | st.dates(),
    lambda each: st.lists(each, max_size=4) | st.dictionaries(st.text(), each, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), VALUES, max_size=5), st.sampled_from([(), ("a", "b")]))
def test_any_document_reads_back_as_it_was(document, inline):
    assert tomllib.loads(toml_text(document, inline)) == document


@given(st.dictionaries(st.text(), VALUES, max_size=5))
def test_every_value_has_the_line_on_which_its_text_stands(document):
    def values(part, path):
        for key, value in part.items() if isinstance(part, dict) else enumerate(part):
            yield (*path, key), value
            if isinstance(value, dict | list):
                yield from values(value, (*path, key))

    text = toml_text(document)
    lines, source = lines_of(text), text.split("\n")
    for path, value in values(tomllib.loads(text), ()):
        shown = toml_text({"x": value}).removeprefix("x = ").strip() if not isinstance(value, dict | list) else ""
        assert shown in source[lines[path] - 1]


def test_lines_of_a_file_that_a_person_wrote():
    text = """# A comment with [brackets] and "quotes"
title = 'it''s'

[a . "b c"]   # of b
d.e = [ 1, # one
  2,
  { f = "x" }]
'g' = \"\"\"
two "lines" \\
\"\"\"\"
h = 1979-05-27

[[k]]
m = 1
[k.n]
o = '''
'
'''
[[k]]
m = 2"""
    assert lines_of(text.replace("''s", "s")) == {
        (): 1,
        ("title",): 2,
        ("a",): 4,
        ("a", "b c"): 4,
        ("a", "b c", "d"): 5,
        ("a", "b c", "d", "e"): 5,
        ("a", "b c", "d", "e", 0): 5,
        ("a", "b c", "d", "e", 1): 6,
        ("a", "b c", "d", "e", 2): 7,
        ("a", "b c", "d", "e", 2, "f"): 7,
        ("a", "b c", "g"): 8,
        ("a", "b c", "h"): 11,
        ("k",): 13,
        ("k", 0): 13,
        ("k", 0, "m"): 14,
        ("k", 0, "n"): 15,
        ("k", 0, "n", "o"): 16,
        ("k", 1): 19,
        ("k", 1, "m"): 20,
    }


def test_a_key_with_escapes_is_the_one_that_the_parser_reads():
    text = 'x = 1\n"\\u0041\\U0001F600" = 2'
    assert lines_of(text) == {(): 1, ("x",): 1, ("A\U0001f600",): 2}
    assert set(tomllib.loads(text)) == {"x", "A\U0001f600"}


def problems_of(text):
    with pytest.raises(FileError) as caught:
        edition_of(text, "local.toml")
    return str(caught.value)


def test_all_problems_of_a_file_are_said_at_once_in_the_order_of_its_lines():
    lines = SMALL.split("\n")
    study = next(number for number, line in enumerate(lines) if line.startswith("study = "))
    lines[study] = 'study = "MRI of bran"'
    section = next(number for number, line in enumerate(lines) if line.startswith("section = "))
    lines[section] = 'secton = "M 0"'
    said = problems_of("\n".join(lines)).split("\n- ")
    assert said[0] == "local.toml cannot be used as an edition:"
    assert said[1].startswith(f"line {section - 1}, protocol.")
    assert said[1].endswith("a protocol needs 'section'")
    assert said[2].startswith(f"line {section + 1}, protocol.")
    assert said[2].endswith("unknown key of a protocol 'secton'; did you mean 'section'?")
    assert said[3].startswith(f"line {study + 1}, protocol.")
    assert "did you mean 'brain'?" in said[3]
    assert len(said) == 4


DAMAGES = {
    "no TOML": ("[edition]", "[edition", "is no TOML: "),
    "a table twice": ("[edition]", "[edition]\n[edition]", "is no TOML: "),
    "a key twice": ('publisher = "Nobody"', 'publisher = "Nobody"\npublisher = "Nobody"', "is no TOML: "),
    "a missing quote": ('publisher = "Nobody"', 'publisher = "Nobody', "is no TOML: "),
    "no quotes": ('publisher = "Nobody"', "publisher = Nobody", "is no TOML: "),
    "a date in quotes": ("reviewed = 2025-01-01", 'reviewed = "2025-01-01"', "has to be a date, such as 2026-03-01"),
    "a time": ("reviewed = 2025-01-01", "reviewed = 2025-01-01T00:00:00", "has to be a date"),
    "a number for text": ('publisher = "Nobody"', "publisher = 7", "has to be text in quotes, and is 7"),
    "another table": ("[edition]", "[editon]", "unknown key of an edition file 'editon'; did you mean 'edition'?"),
    "an id without quotes": (
        '[protocol."',
        '[protocol.bone.tumor]\n\n[protocol."',
        'note, schedule; a name with a point stands in quotes: [protocol."bone.tumor"]',
    ),
    "no title": ('title = "Made up"', "", "an edition needs 'title'"),
    "an unknown study": (
        'covers = "MRI cervical_spine"',
        'covers = "MRI"',
        "is no study; write a modality and a region",
    ),
    "an unknown level": ('level = "event"', 'level = "row"', "unknown level 'row'"),
    "no meaning": ('meaning = "the study is indicated"', 'meaning = ""', "needs a meaning and a section"),
    "a fact in capitals": ("[fact.indicated]", "[fact.Indicated]", "must be lower_case_with_underscores"),
    "a list as text": ('sections = ["Made up"]', 'sections = "Made up"', "has to be a list in brackets"),
    "an unknown stance": (
        'stance = "not covered"',
        'stance = "uncovered"',
        "unknown stance 'uncovered'; known are surveillance",
    ),
    "a table for text": ('title = "unnamed"', "title = {}", "has to be text in quotes, and is a table"),
    "nothing referred to": (
        'refers_to = ["Another guideline"]',
        "",
        "'refers_to' must name the guidelines that decide",
    ),
}


@pytest.mark.parametrize(("old", "new", "words"), DAMAGES.values(), ids=DAMAGES)
def test_each_damage_is_named_with_its_place(old, new, words):
    assert old in SMALL
    said = problems_of(SMALL.replace(old, new, 1))
    assert words in said
    assert "line " in said


def misspelt(line):
    key, equals, value = line.partition(" = ")
    if equals:
        return f"{key[:-1]}{key[-1] * 2}{equals}{value}"
    # The names of protocols, schedules and codes are free.
    line = line.replace("schedule.", "schedul.") if ".schedule." in line else line.replace("[protocol", "[protcol")
    return line.replace("[code", "[cod").replace("[edition", "[editon").replace("[implied", "[impliedd")


def without_quote(line):
    return line.replace('"', "", 1)


def of_another_unit(line):
    return line.replace("month", "mnth").replace("day", "dya").replace("week", "wek").replace("year", "yaer")


def _fact_of(line):
    return line.removeprefix("[fact.").removesuffix("]").removesuffix("x")


WAYS = {
    "misspelt": misspelt,
    "without a quote": without_quote,
    "of another unit": of_another_unit,
    "with a fact of another name": lambda line: line.replace("]", "x]") if line.startswith("[fact.") else line,
    "twice": lambda line: line if line.startswith(" ") else f"{line}\n{line}",
    "with a wrong mark": lambda line: line.replace(" = ", ": "),
    "without a value": lambda line: line.partition(" = ")[0] + " = ",
    "as a number": lambda line: line.partition(" = ")[0] + " = 12" if " = " in line else line,
    "as a table": lambda line: line.partition(" = ")[0] + " = { x = 1 }" if " = " in line else line,
    "with typographic quotes": lambda line: line.replace('"', "\u201d"),
}


@pytest.mark.parametrize("damage", WAYS.values(), ids=WAYS)
def test_each_line_damaged_as_a_person_would_is_named_with_its_line(damage):
    lines = SMALL.split("\n")
    damaged = [(number, damage(line)) for number, line in enumerate(lines) if line and damage(line) != line]
    assert damaged
    for number, line in damaged:
        said = problems_of("\n".join([*lines[:number], line, *lines[number + 1 :]]))
        named = {int(found) for found in re.findall(r"line (\d+)", said)}
        # A missing key is noticed where its table begins, a table that stands twice at the second, and a fact that is
        # defined under another name where a rule asks for it.
        table = max(at for at, text in enumerate(lines[: number + 1], start=1) if text.startswith("["))
        at_rules = {
            at for at, text in enumerate(lines, start=1) if line.startswith("[fact.") and _fact_of(line) in text
        }
        assert named & {table, number + 1, number + 2} or named <= at_rules, (line, said)
        assert said.startswith("local.toml ")


def test_a_file_that_nests_too_deep_is_refused():
    assert "nest too deep" in problems_of(f"a = {'[' * 5000}{']' * 5000}")


def test_a_file_that_is_not_there_or_no_utf_8_is_named(tmp_path):
    path = tmp_path / "local.toml"
    with pytest.raises(FileError, match=r"cannot read .*local\.toml"):
        read_edition(path)
    path.write_bytes("title = 'Größe'".encode("cp1252"))
    with pytest.raises(FileError, match="is not UTF-8: byte 12"):
        read_edition(path)
