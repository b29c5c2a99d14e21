"""A file that is no TOML: where it cannot be read, and what to write there, for what people do."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_vigil.scheduler.editions.toml_files.starting_file import starting_edition
from spine_vigil.scheduler.editions.toml_files.toml_problems import toml_problem

TWICE = "stands here for the second time, and first in line"
NO_DATE = "is no date; write year, month and day in this order, with two digits each: 2026-03-01"
CASES = {
    # what people do: the text, the message
    "a boolean of another language": (
        "a = 1\nb = True",
        "line 2: 'True' is no value; write true, in small letters and without quotes",
    ),
    "yes": ("b = yes", "line 1: 'yes' is no value; write true, in small letters and without quotes"),
    "off in a table": (
        "p = { a = off }",
        "line 1: 'off' is no value; write false, in small letters and without quotes",
    ),
    "nothing": ("a = null", "line 1: 'null' is no value; leave the key out where there is nothing to say"),
    "no value": ("a =\nb = 1", "line 1: a value is missing behind the ="),
    "typographic quotes": ("b = “x”", 'line 1: “ is a typographic quote; write straight ones: "text"'),
    "one typographic quote": ('b = "x”', 'line 1: ” is a typographic quote; write straight ones: "text"'),
    "German quotes": ("b = „x“", 'line 1: „ is a typographic quote; write straight ones: "text"'),
    "an apostrophe inside of a text": (
        'b = "it\u2019s" x',
        "line 1: behind a value only a comment may stand, which begins",
    ),
    "no quotes": ("b = Our Hospital # ours", 'line 1: Our Hospital is no value; text stands in quotes: "Our Hospital"'),
    "no quotes in a list": ("p = [pain]", 'line 1: pain is no value; text stands in quotes: "pain"'),
    "a span without quotes": ("a = 6 weeks", 'line 1: text stands in quotes: "6 weeks"'),
    "no quote at the end": ('b = "x\nc = 1', "line 1: a text has no quote at its end; it ends on the line on which it"),
    "no quotes at the end": ('a = 1\nb = """x\ny', "line 3: the text that begins in line 2 has no quotes at its end"),
    "no quote at the beginning": ('b = x"', 'line 1: x is no value; text stands in quotes: "x"'),
    "quotes inside of quotes": ('b = "a "b" c"', 'line 1: a quote inside of a text is written \\"'),
    "a backslash": ('b = "C:\\dir"', "line 1: a \\ in a text is written \\\\"),
    "no comma": ('p = ["a" "b"]', 'line 1: a comma is missing in the list, before "b"]'),
    "no comma between lines": ('p = [\n  "a"\n  "b",\n]', 'line 3: a comma is missing in the list, before "b",'),
    "no comma in braces": ("p = { a = 1 b = 2 }", "line 1: a comma is missing before b = 2 }"),
    "a list that goes on": ('p = ["a",\n"b"\n\nq = 1', "line 4: the list or table that begins in line 1 does not end"),
    "a list before a table": ('p = ["a",\n[t]\nq = 1', "line 2: the list or table that begins in line 1 does not end"),
    "a list at the end": ('a = 1\np = ["a"\n', "line 2: the list that begins in line 2 does not end; a ] is missing"),
    "a list inside of braces": ('c = { any = ["b", "c" }', "line 1: a ] is missing before this }"),
    "braces that go on": ("p = { a = 1", "line 1: a table in braces ends on its line; a } is missing"),
    "a parenthesis": ('a = ("x")', "line 1: a list stands in brackets: [ and ]"),
    "no such day": ("d = 2026-02-30", "line 1: there is no day 2026-02-30; a date is year, month and day"),
    "the day first": ("d = 01.03.2026", f"line 1: '01.03.2026' {NO_DATE}"),
    "slashes": ("d = 3/1/2026", f"line 1: '3/1/2026' {NO_DATE}"),
    "one digit": ("d = 2026-3-1", f"line 1: '2026-3-1' {NO_DATE}"),
    "a table twice": ("[a]\nx = 1\n[b]\n[a]", f"line 4: [a] {TWICE} 1; write all of its keys into one table"),
    "a named table twice": ('[p."b.c"]\n\n[p."b.c"]', f'line 3: [p."b.c"] {TWICE} 1; write all of its keys into'),
    "a list of tables as one": ("[[a]]\n[a]", f"line 2: [a] {TWICE} 1; write all of its keys into one table"),
    "a key twice": ("[a]\nx = 1\ny = 2\nx = 3", f"line 4: a.x {TWICE} 2; keep one of the two"),
    "a long key twice": ("x = [1,\n2]\nx = [3,\n4]", f"line 4: x {TWICE} 1; keep one of the two"),
    "a key twice in braces": ("p = { a = 1, a = 2 }", "line 1: a key stands twice in the table in braces; keep one of"),
    "a colon": ("a: 1", "line 1: write = in place of :"),
    "a sentence": ("hello world", "line 1: this is neither a table in brackets nor a key with its value: KEY = VALUE"),
    "a key with a blank": ("my key = 1", "line 1: 'my key' is no key; a key is written in letters from a to z, digits"),
    "a name with a blank": ("[protocol.a tumor]", "line 1: a name with a blank or a point stands in quotes, such as"),
    "no bracket": ("[edition\nx = 1", "line 1: the name of a table ends with ]"),
    "a decimal comma": ("a = 7,5", "line 1: a number is written with a point, such as 7.5"),
    "two keys on a line": ("a = 1 b = 2", "line 1: each key stands on a line of its own"),
    "a semicolon": ("a = 1;", "line 1: behind a value only a comment may stand, which begins with #, and not ;"),
    "a character of another kind": ("a = 1\n\x00", "line 2: Invalid statement; texts stand in quotes, and so do names"),
}


def told(text):
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    return toml_problem(text, caught.value)


@pytest.mark.parametrize(("text", "words"), CASES.values(), ids=CASES)
def test_what_people_do_is_named_with_the_way_out(text, words):
    assert told(text).startswith(words)
    assert told(text.replace("\n", "\r\n")).startswith(words)


WHOLE = starting_edition()


@given(
    st.integers(0, len(WHOLE)),
    st.integers(0, 3),
    st.sampled_from(["", '"', "'", "[", "]", "{", "}", "=", ",", "\n", "x"]),
)
def test_a_file_with_one_thing_damaged_is_told_by_a_line_that_it_has(at, gone, more):
    text = f"{WHOLE[:at]}{more}{WHOLE[at + gone :]}"
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        said = toml_problem(text, problem)
        number, _, way = said.removeprefix("line ").partition(": ")
        assert 1 <= int(number) <= text.count("\n") + 1
        assert way
