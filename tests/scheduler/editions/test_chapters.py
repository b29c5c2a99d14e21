"""Parts of an edition that are read late: when they are read, and that they say the same as those given at once."""

import sys

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.chapters import Chapters, Constant
from spine_vigil.scheduler.editions.checks import findings
from spine_vigil.scheduler.editions.vocabulary import Cite, not_covered
from spine_vigil.scheduler.errors import RuleError, UnknownName
from spine_vigil.scheduler.values import replace


def disease(id_):
    return not_covered(id_, "made up", cite=Cite("M 1"), note="made up")


FIRST, SECOND, ODD = disease("first.a"), disease("second.a"), disease("third.a")


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Return a function that writes a module which says when it is read."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(name, text):
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        monkeypatch.delitem(sys.modules, name, raising=False)

    yield write
    for path in tmp_path.glob("*.py"):
        sys.modules.pop(path.stem, None)


def test_a_constant_is_read_when_it_is_first_asked_for(written):
    written("late_words", "WORDS = ('a', 'b', 'c')\n")
    words = Constant("late_words", "WORDS")
    assert "late_words" not in sys.modules
    assert words[0] == "a"
    assert "late_words" in sys.modules
    assert (len(words), words[1:], tuple(words), "b" in words, words.index("c")) == (
        3,
        ("b", "c"),
        ("a", "b", "c"),
        True,
        2,
    )


def test_a_constant_that_there_is_not_is_no_empty_one(written):
    written("late_words", "WORDS = ('a',)\n")
    with pytest.raises(AttributeError, match="WRODS"):
        len(Constant("late_words", "WRODS"))
    with pytest.raises(ImportError, match="later_words"):
        len(Constant("later_words", "WORDS"))


def test_a_protocol_is_found_without_reading_the_other_chapters(written):
    written("late_chapter", "raise AssertionError\n")
    chapters = Chapters(first=(FIRST,), second=Constant("late_chapter", "PROTOCOLS"))
    assert chapters.get("first.a") is FIRST
    assert chapters.get("first.b") is None


def test_a_protocol_in_a_chapter_of_another_name_is_found_all_the_same():
    chapters = Chapters(first=(FIRST, ODD), second=(SECOND,))
    assert [chapters.get(p.id) for p in (FIRST, ODD, SECOND)] == [FIRST, ODD, SECOND]
    assert list(chapters) == [FIRST, ODD, SECOND]


@pytest.mark.parametrize("protocol", CURRENT.protocols, ids=lambda protocol: protocol.id)
def test_every_protocol_of_the_edition_stands_where_its_id_is_looked_up(protocol):
    assert CURRENT.protocol(protocol.id.upper()) is protocol
    assert [CURRENT.schedule(protocol.route(s)) for s in protocol.schedules] == list(protocol.schedules)


@pytest.mark.parametrize("route", ["bone.osteosarcoma", "bone.osteosarcoma/hand", "indication.neck_pain", ""])
def test_a_route_that_is_no_schedule_has_none(route):
    assert CURRENT.schedule(route) is None


def test_an_unknown_protocol_is_answered_from_every_chapter():
    with pytest.raises(UnknownName, match=r"did you mean 'cns\.glioblastoma'"):
        CURRENT.protocol("csn.glioblastoma")


def test_names_that_are_no_chapter_are_kept_once_however_many_a_file_holds():
    asked = []

    class Counting:
        @property
        def id(self):
            asked.append("id")
            return "first.a"

    chapters = Chapters(first=(Counting(),))
    assert [chapters.get(f"record{number}") for number in range(50)] == [None] * 50
    assert len(asked) == 1


def test_an_edition_in_late_parts_is_checked_where_all_of_it_is_read():
    twice = Chapters(first=(FIRST,), second=(FIRST,))
    at_once = {
        "facts": tuple(CURRENT.facts),
        "cpt_codes": tuple(CURRENT.cpt_codes),
        "indications": tuple(CURRENT.indications),
        "contraindications": tuple(CURRENT.contraindications),
        "combinations": tuple(CURRENT.combinations),
    }
    late = replace(CURRENT, protocols=twice)
    assert ("first.a", "protocol stands 2 times") in {(f.place, f.message) for f in findings(late)}
    with pytest.raises(RuleError, match=r"protocol first\.a stands twice"):
        replace(CURRENT, **at_once, protocols=tuple(twice))


def test_the_parts_of_the_edition_fit_together_when_all_are_given_at_once():
    parts = ("facts", "cpt_codes", "protocols", "indications", "contraindications", "combinations")
    whole = replace(CURRENT, **{part: tuple(getattr(CURRENT, part)) for part in parts})
    assert [len(getattr(whole, part)) for part in parts] == [96, 68, 68, 24, 3, 2]
