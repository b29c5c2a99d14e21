"""Words of a text, and the longest phrases among them."""

import pytest

from spine_vigil.scheduler.intake.vocabulary.words import Phrases, words_of

PHRASES = Phrases({("c", "spine"): "cervical", ("spine",): "spine", ("w",): "with", ("w", "o"): "without"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("MRI C-SPINE", ("mri", "c", "spine")),
        ("  W/O & W ", ("w", "o", "w")),
        ("Durchgeführt", ("durchgefuhrt",)),
        ("réalisée", ("realisee",)),
        ("Ewing's", ("ewings",)),
        ("Ewing\N{RIGHT SINGLE QUOTATION MARK}s", ("ewings",)),
        ("1p/19q", ("1p", "19q")),
        ("exam_complete", ("exam", "complete")),
        ("--", ()),
        ("", ()),
    ],
)
def test_words_are_lower_case_without_marks(text, words):
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("C SPINE", [(0, "c spine", "cervical")]),
        ("SPINE C", [(0, "spine", "spine"), (1, "c", None)]),
        ("X C SPINE W/O", [(0, "x", None), (1, "c spine", "cervical"), (3, "w o", "without")]),
        ("W SPINE", [(0, "w", "with"), (1, "spine", "spine")]),
        ("", []),
    ],
)
def test_the_longest_phrase_is_taken_and_unknown_words_stand_alone(text, spans):
    assert [(span.start, span.text, span.meaning) for span in PHRASES.read(words_of(text))] == spans


def test_a_phrase_is_known_as_a_whole_only():
    assert PHRASES.exactly(("c", "spine")) == "cervical"
    assert PHRASES.exactly(("c",)) is None
