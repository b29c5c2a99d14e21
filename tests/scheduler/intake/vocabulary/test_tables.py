"""The tables of words and codes: their form, and that what they name exists in the shipped edition."""

from itertools import chain

import pytest
from support.paths import ROOT

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.intake.vocabulary.candidates import CandidateGrade
from spine_vigil.scheduler.intake.vocabulary.disease_words import FAMILY, HISTORY, NEGATED, UNCERTAIN
from spine_vigil.scheduler.intake.vocabulary.fields import OTHER_KINDS
from spine_vigil.scheduler.intake.vocabulary.tables import parts, read_table
from spine_vigil.scheduler.intake.vocabulary.words import words_of
from spine_vigil.scheduler.records.fields import PATIENT_ID, event_columns
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.studies import REGIONS, Modality

DISEASES = ["brain_markers", "disease_rules", "icd10cm", "morphologies", "snomed"]
COLUMNS = {
    "brain_markers": ["code", "family", "protocols", "grade", "settles", "site", "source"],
    "code_ranges": ["first", "last", "kind", "what", "source"],
    "disease_phrases": ["words", "concepts", "source"],
    "disease_rules": ["concepts", "family", "protocols", "grade", "settles", "source"],
    "field_names": ["name", "fields", "source"],
    "icd10cm": ["code", "family", "protocols", "grade", "settles", "site", "source"],
    "modifiers": ["modifier", "effect", "says", "source"],
    "morphologies": [
        "histologies",
        "behaviors",
        "topographies",
        "from_year",
        "to_year",
        "family",
        "protocols",
        "grade",
        "settles",
        "source",
    ],
    "null_words": ["words", "source"],
    "protocol_titles": ["words", "protocol", "source"],
    "site_words": ["words", "region", "source"],
    "snomed": ["code", "family", "protocols", "grade", "settles", "site", "source"],
    "status_words": ["words", "statuses", "certain", "source", "note"],
    "study_words": ["words", "modality", "regions", "contrast", "side", "kind", "source"],
    "topographies": ["code", "region", "source"],
}
KEYS = {
    "code_ranges": ["first", "last"],
    "disease_rules": ["concepts"],
    "field_names": ["name"],
    "modifiers": ["modifier"],
    "morphologies": ["histologies", "behaviors", "topographies", "from_year", "to_year"],
}


def cells(table, column):
    """Return the parts of all cells of a column."""
    return set(chain.from_iterable(parts(row[column]) for row in read_table(table)))


def test_every_table_is_known_here():
    folder = ROOT / "scheduler" / "intake" / "vocabulary" / "tables"
    assert sorted(path.stem for path in folder.iterdir()) == sorted(COLUMNS)


@pytest.mark.parametrize("table", COLUMNS)
def test_every_row_has_its_columns_and_a_source(table):
    for row in read_table(table):
        assert list(row) == COLUMNS[table]
        assert row["source"], row


@pytest.mark.parametrize("table", ["null_words", "morphologies"])
def test_nothing_whose_marks_count_stands_in_a_table_twice(table):
    columns = KEYS.get(table, COLUMNS[table][:1])
    keys = [tuple(row[column].casefold() for column in columns) for row in read_table(table)]
    assert [key for key in keys if keys.count(key) > 1] == []


@pytest.mark.parametrize("table", [table for table in COLUMNS if table not in ("null_words", "morphologies")])
def test_nothing_stands_in_a_table_twice(table):
    columns = KEYS.get(table, COLUMNS[table][:1])
    keys = [tuple(" ".join(words_of(row[column])) for column in columns) for row in read_table(table)]
    if table == "disease_rules":
        keys = [tuple(sorted(row["concepts"].split("+"))) for row in read_table(table)]
    assert [key for key in keys if keys.count(key) > 1 or key == ("",)] == []


@pytest.mark.parametrize("table", DISEASES)
def test_every_protocol_of_a_candidate_exists(table):
    assert cells(table, "protocols") <= set(CURRENT.protocols_by_id)


@pytest.mark.parametrize("table", DISEASES)
def test_a_grade_fits_its_protocols_and_what_settles_them(table):
    for row in filter(lambda row: row["grade"], read_table(table)):
        grade, protocols = CandidateGrade(row["grade"]), parts(row["protocols"])
        assert (grade is CandidateGrade.CERTAIN) == (not row["settles"]), row
        assert len(protocols) == 1 if grade is CandidateGrade.CERTAIN else True, row
        assert bool(protocols) == (grade in (CandidateGrade.CERTAIN, CandidateGrade.BRANCH)), row
        families = {protocol.partition(".")[0] for protocol in protocols}
        assert len(families) != 1 or families == {row["family"]}, row


def test_a_code_without_a_grade_leads_nowhere_under_a_prefix_that_does():
    codes = {row["code"]: row["grade"] for row in read_table("icd10cm")}
    without = [code for code, grade in codes.items() if not grade]
    assert len(without) == 16
    assert [code for code in without if not any(codes.get(code[:n]) for n in range(3, len(code)))] == []


def test_titles_are_those_of_the_edition():
    titles = {row["words"]: row["protocol"] for row in read_table("protocol_titles")}
    assert titles == {protocol.title: protocol.id for protocol in CURRENT.protocols}


def test_every_protocol_is_reached_by_words_beside_its_title():
    assert cells("disease_rules", "protocols") == set(CURRENT.protocols_by_id)


def test_every_concept_of_a_rule_has_a_phrase_and_every_phrase_a_rule():
    needed = {concept for row in read_table("disease_rules") for concept in row["concepts"].split("+")}
    named = cells("disease_phrases", "concepts")
    assert needed <= named
    without_rule = {
        "anaplastic",
        "advanced",
        "not_metastatic",
        "progressive",
        "secondary_lymphoma",
        "adenoma",
        "tendon_sheath",
        "codeleted",
    }
    assert named - needed == without_rule | {"heart", NEGATED, UNCERTAIN, HISTORY, FAMILY}


@pytest.mark.parametrize(
    ("table", "column", "known"),
    [
        ("study_words", "regions", set(REGIONS)),
        ("study_words", "modality", {modality.value for modality in Modality}),
        ("study_words", "contrast", {"with", "without", "both"}),
        ("study_words", "side", {"left", "right", "both"}),
        ("site_words", "region", {*REGIONS, "any"}),
        ("topographies", "region", set(REGIONS)),
        ("icd10cm", "site", set(REGIONS)),
        ("snomed", "site", set(REGIONS)),
        ("status_words", "statuses", {status.value for status in Status}),
        ("status_words", "certain", {"yes", "no"}),
        ("code_ranges", "kind", {"imaging", "not_imaging"}),
        ("field_names", "fields", {PATIENT_ID, *event_columns(CURRENT), *OTHER_KINDS}),
    ],
)
def test_a_column_names_what_exists(table, column, known):
    assert cells(table, column) <= known


def test_a_certain_status_is_one():
    assert [row for row in read_table("status_words") if row["certain"] == "yes" and "|" in row["statuses"]] == []


def test_a_doubtful_status_says_why():
    assert [row for row in read_table("status_words") if row["certain"] == "no" and not row["note"]] == []


def test_a_range_starts_before_it_ends_and_keeps_its_letters():
    for row in read_table("code_ranges"):
        shapes = [[sign.isalpha() and sign for sign in row[end]] for end in ("first", "last")]
        assert row["first"] <= row["last"]
        assert shapes[0] == shapes[1]
