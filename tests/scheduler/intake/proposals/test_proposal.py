"""One line of a profile: as TOML, with what it rests on, and as a comment where a person has to confirm it."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spine_vigil.scheduler.intake.proposals.proposal import Proposal, profile_text, toml_text

LINES = (
    (Proposal("columns", "MRN", "patient_id"), '"MRN" = "patient_id"'),
    (Proposal("file", "header_line", 4, "there", is_word=False), "header_line = 4  # there"),
    (Proposal("ids", "clean", True, is_word=False), "clean = true"),
    (Proposal("dates", "formats", ("%m/%d/%Y", "excel"), is_word=False), 'formats = ["%m/%d/%Y", "excel"]'),
    (Proposal("values.status", 'a "b"\n\\', "performed"), '"a \\"b\\"\\n\\\\" = "performed"'),
    (Proposal("values.x", "Pend", "a", "2 rows", "?", ("a", "b", "c")), '# "Pend" = "?"  # 2 rows; one of a, b, c'),
    (Proposal("values.x", "Pend", None, "2 rows", "?", ("a", "b")), '# "Pend" = "?"  # 2 rows; one of a, b'),
    (Proposal("values.x", "Pend", "a", "", "?", ("a", "")), '# "Pend" = "?"  # one of a, ""'),
    (Proposal("values.x", "P", "a", "", "?", tuple("abcdefgh")), '# "P" = "?"  # one of a, b, c, d, e, f, g, h'),
    (Proposal("values.x", "P", None, "2 rows", "?", ("a",)), '# "P" = "?"  # 2 rows; perhaps a'),
    (Proposal("values.x", "P", None, "2 rows", "?"), '# "P" = "?"  # 2 rows'),
    (Proposal("values.x", "P", "a", "2 rows", "?", ("a",)), '# "P" = "a"  # 2 rows'),
    (Proposal("values.x", "P", "a", "2 rows", None, ("a", "b")), '"P" = "a"  # 2 rows'),
    (
        Proposal("dates", "formats", ("%d/%m/%Y", "excel"), "why", "?", ("%d/%m/%Y, excel", "%Y"), is_word=False),
        '# formats = "?"  # why; one of ["%d/%m/%Y", "excel"], ["%Y"]',
    ),
    (
        Proposal("ids", "clean", True, "why", "?", ("true", "false"), is_word=False),
        '# clean = "?"  # why; one of true, false',
    ),
    (Proposal("columns", "Aaa", "cpt", "why", "?", ("Aaa", "Bbb")), '# "Aaa" = "cpt"  # why'),
    (Proposal("patients.columns", "Aaa", "date", "why", "?", ("Aaa", "Bbb")), '# "Aaa" = "date"  # why'),
    (Proposal("values.x", "", None, "a word in line 7", "?", hidden="Jane"), "# a word in line 7"),
)


@pytest.mark.parametrize(("line", "text"), LINES, ids=[text for _, text in LINES])
def test_a_line_is_toml_and_a_comment_where_it_is_open(line, text):
    assert line.line() == text


def test_an_answer_closes_a_line_and_names_what_was_hidden():
    answered = Proposal("values.x", "", None, "a word in line 7", "?", hidden="Jane").answered("performed")
    assert (answered.is_open, answered.line()) == (False, '"Jane" = "performed"  # a word in line 7')


@given(st.dictionaries(st.text(min_size=1), st.text(), min_size=1))
def test_any_text_of_a_file_comes_back_from_a_profile(words):
    lines = [Proposal("values.status", word, ours, "seen\u2026") for word, ours in words.items()]
    assert tomllib.loads(profile_text(lines, ["head", ""])) == {"values": {"status": words}}


def test_tables_stand_in_the_order_of_their_first_line():
    lines = [Proposal("a", "x", 1), Proposal("b", "y", 2), Proposal("a", "z", 3)]
    assert profile_text(lines, ["head"]) == '# head\n\n[a]\n"x" = 1\n"z" = 3\n\n[b]\n"y" = 2\n'


def test_a_delete_character_is_escaped_as_toml_wants_it():
    assert toml_text("a\x7f") == '"a\\u007f"'
