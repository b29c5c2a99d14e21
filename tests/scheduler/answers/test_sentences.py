"""Sentences and their pieces read as plain English, whatever fills them."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.due_status import ADVICE, BECAUSE
from spine_vigil.scheduler.answers.sentences import BOOKING, SENTENCES, STUDY
from spine_vigil.scheduler.rules.studies import REGIONS
from spine_vigil.scheduler.rules.words import grace_text, region_words

TEMPLATES = {**SENTENCES, **BECAUSE, **ADVICE}
OPTIONAL = {"advice", "hazard_advice", "to_closes"}
"""Placeholders that may be empty, or begin with a space of their own."""


def plain(template: str) -> str:
    """Return a template with a word in place of each placeholder, and nothing for one that may be empty."""
    parts = Formatter().parse(template)
    return "".join(text + ("" if name is None or name in OPTIONAL else "word") for text, name, _, _ in parts).strip()


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_holds_no_file_name_and_no_space_too_many(name: str) -> None:
    text = plain(TEMPLATES[name])
    assert not re.search(r"_|  | [.,;:]|\.\.", text), text
    assert " holds" not in text


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_ends_with_a_full_stop(name: str) -> None:
    assert plain(SENTENCES[name]).endswith(".")


def test_a_booking_is_not_called_a_study_that_was_done() -> None:
    assert (STUDY, BOOKING) == ("the study on", "the booking for")
    for name in ("early_by_booking", "ended_by_booking", "ended_by_booking_or_if"):
        assert "if the study booked for {booked} was done" in SENTENCES[name]


def test_staging_is_not_said_of_imaging_before_a_recurrence() -> None:
    assert "staging or treatment" in SENTENCES["before_index"]
    assert "staging" not in SENTENCES["before_recurrence"]


@pytest.mark.parametrize("fact", CURRENT.facts, ids=lambda fact: fact.name)
def test_a_fact_is_told_in_words_that_a_sentence_can_take(fact) -> None:
    for words in filter(None, (fact.meaning, fact.denial, fact.happened)):
        assert "_" not in words
        assert not words.endswith(".")


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_is_told_in_words(region: str) -> None:
    assert region_words(REGIONS[region]) == f"the {region.replace('_', ' ')}"


@pytest.mark.parametrize(("days", "words"), [(0, "no grace"), (1, "grace 1 day"), (9, "grace 9 days")])
def test_the_grace_is_told_in_days_unless_there_is_none(days: int, words: str) -> None:
    assert grace_text(days) == words
