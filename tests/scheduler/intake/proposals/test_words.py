"""Our words for those of a column: what is certain is taken, what is not is asked, what may name somebody is hidden."""

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.intake.proposals.samples import ColumnSample
from spine_vigil.scheduler.intake.proposals.words import is_certain, word_proposals


def lines(field, **counts):
    words = {word.replace("_", " "): count for word, count in counts.items()}
    total = sum(words.values())
    column = ColumnSample("Col", total, total, words, {word: f"line {at}" for at, word in enumerate(words, start=2)})
    return [line.line() for line in word_proposals(column, field, CURRENT, f"values.{field}")]


STATUSES = "performed, scheduled, requested, cancelled"
MODALITIES = "MRI, CT, PET/CT, PET/MRI, SPECT, SPECT/CT, ECHO"
BODY_PARTS = (
    "brain, pituitary, neck, cervical_spine, thoracic_spine, lumbar_spine, sacrum, chest, abdomen, pelvis, rectum,"
    " heart, upper_extremity, lower_extremity, skull, total_spine, whole_body"
)
HIDDEN = "# a word in 1 row, first in line 2, is not understood; add it here, in quotes"
PROPOSED = (
    # field, word, its rows, line (None: it needs none), why
    ("status", "Completed", 1, '"Completed" = "performed"  # 1 row', "a word that is certain, however rare"),
    ("status", "performed", 9, None, "our own word"),
    ("status", "PERFORMED", 9, None, "our own word in capitals"),
    ("status", "Pend", 1, '# "Pend" = "?"  # 1 row; one of performed, requested, scheduled, cancelled', "several"),
    ("status", "Pend Jane", 2, HIDDEN.replace("1 row", "2 rows"), "several, and a word more"),
    ("status", "foo", 3, f'# "foo" = "?"  # 3 rows; not understood; one of {STATUSES}', "unknown, in three rows"),
    ("status", "foo", 2, HIDDEN.replace("1 row", "2 rows"), "an unknown word in two rows"),
    ("status", "NULL", 1, f'# "NULL" = "?"  # 1 row; not understood; one of {STATUSES}', "a word for nothing"),
    ("status", "foo 123", 9, f'# "foo 123" = "?"  # 9 rows; not understood; one of {STATUSES}', "three digits"),
    ("status", "foo 1234", 9, "# a word in 9 rows, first in line 2, is not understood; add it here, in quotes", "four"),
    ("study_text", "MR C SPINE", 1, '"MR C SPINE" = "MRI cervical_spine"  # 1 row', "a study"),
    ("study_text", "US NECK", 1, '"US NECK" = "other study"  # 1 row', "another modality"),
    ("study_text", "US NECK JANE", 3, '"US NECK JANE" = "other study"  # 3 rows', "with a word more, often"),
    ("study_text", "US NECK JANE", 1, HIDDEN, "with a word more, once"),
    ("cpt", "72156-26", 1, None, "a code that needs no line"),
    ("cpt", "73721", 1, None, "imaging that the edition does not know"),
    ("modality", "MR", 1, '"MR" = "MRI"  # 1 row', "a modality"),
    ("modality", "foo", 3, f'# "foo" = "?"  # 3 rows; not understood; one of {MODALITIES}', "no modality"),
    ("modality", "foo", 1, HIDDEN, "no modality, once"),
    ("region", "foo", 3, f'# "foo" = "?"  # 3 rows; not understood; one of {BODY_PARTS}', "no body part"),
    ("cpt", "foo", 3, '# "foo" = "?"  # 3 rows; not understood; one of other study, no imaging', "no code"),
    ("region", "CSPINE", 1, '"CSPINE" = "cervical_spine"  # 1 row', "a region"),
    ("primary_site", "Left femur", 1, '"Left femur" = "lower_extremity"  # 1 row', "a site"),
    (
        "primary_site", "Elsewhere", 3,
        '"Elsewhere" = ""  # 3 rows; not one region of vigil: unknown, unless you name one', "no region",
    ),
    ("primary_site", "Elsewhere", 1, HIDDEN, "no region, once"),
    ("diagnosis", "Chordoma", 1, '"Chordoma" = "bone.chordoma"  # 1 row', "a disease situation"),
    ("diagnosis", "C79.31", 1, '"C79.31" = "cns.brain_metastases"  # 1 row', "a code of one"),
    ("diagnosis", "C71.1", 1, None, "a code that says where, not what"),
    ("diagnosis", "Hypertension", 9, None, "what asks for no surveillance"),
    ("diagnosis", "Chordoma Jane", 1, HIDDEN, "with a word more"),
    ("protocol", "bone.chordoma", 1, None, "our own name"),
    ("symptoms_new_or_progressing", "J", 9, None, "facts have no words of other systems"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("field", "word", "rows", "line", "why"), PROPOSED, ids=[f"{f} {w} {n}" for f, w, n, *_ in PROPOSED]
)
def test_a_word_has_the_line_that_it_deserves(field, word, rows, line, why):
    found = lines(field, **{word.replace(" ", "_"): rows})
    assert found == ([] if line is None else [line]), why


def test_where_most_words_and_many_are_not_understood_none_of_them_is_shown():
    """So it is where a column holds names."""
    names = {f"name{number:c}": 9 for number in range(97, 97 + 21)}
    assert all("is not understood" in line for line in lines("status", performed=9, **names))
    few = {name: names[name] for name in list(names)[:20]}
    assert [line[:7] for line in lines("status", **few)] == ['# "name'] * 20


def test_a_word_that_can_mean_several_things_is_understood():
    assert [line[:8] for line in lines("status", Pend=8)] == ['# "Pend"']
    assert [line[:5] for line in lines("diagnosis", GBM=8)] == ['# "GB']


def test_a_word_is_shown_by_its_patients_where_they_are_known():
    patients = {"foo": {1, 2}, "bar": {1, 2, 3}}
    words = {"foo": 9, "bar": 3, "performed": 5, "scheduled": 5}
    column = ColumnSample("Col", 22, 22, words, dict.fromkeys(words, "line 2"), patients=patients)
    found = [line.line() for line in word_proposals(column, "status", CURRENT, "values.status")]
    assert [line.partition(" = ")[0] for line in found] == [
        "# a word in 9 rows, first in line 2, is not understood; add it here, in quotes", '# "bar"',
    ]  # fmt: skip


def test_words_stand_by_their_number_and_those_that_are_not_understood_at_the_end():
    found = lines("status", foo=9, Completed=3, Sched=5)
    assert [line.split(" = ")[0] for line in found] == ['"Sched"', '"Completed"', '# "foo"']


def test_words_that_differ_by_case_and_blanks_alone_have_one_line():
    assert lines("status", Completed=3, COMPLETED=5) == ['"COMPLETED" = "performed"  # 5 rows']


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Chordoma", True), ("C79.31", True), ("GBM", False), ("C40.2", False), ("Z85.830", False), ("I10", False),
        ("", False),
    ],
)  # fmt: skip
def test_only_a_diagnosis_of_one_protocol_is_certain(word, expected):
    assert is_certain(word) is expected
