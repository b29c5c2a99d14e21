"""Billing codes and names of studies as files write them: which study a cell names, another one, or none."""

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.intake.codes import parse_coded_study, parse_left_out_modifier, parse_study
from spine_vigil.scheduler.intake.forms import CellForms, CodeForms, plain
from spine_vigil.scheduler.records.fields import ANOTHER_STUDY, NO_IMAGING, STUDY_TEXT
from spine_vigil.scheduler.rules.studies import REGIONS, Modality

SITE = CellForms(
    values={
        "cpt": {
            "h1": "MRI cervical_spine", "img-2": "MRI thoracic_spine", "x9": "no imaging", "99213": "other study",
            "7215x": "",
        },
        STUDY_TEXT: {plain("MR C SPINE"): "MRI cervical_spine", "usneck": "other study", "consult": "no imaging"},
    },
    null={"cpt": frozenset({"n/a"})},
    codes=CodeForms(modifiers=True),
    is_profiled=True,
)  # fmt: skip
CERVICAL, BOTH = REGIONS["cervical_spine"], REGIONS["cervical_spine"] | REGIONS["thoracic_spine"]

STUDIES = (
    # cell, modality, regions, why
    ("72156", Modality.MRI, CERVICAL, "a code of the edition"),
    ("72156-26", Modality.MRI, CERVICAL, "with a modifier"),
    ("72156 TC", Modality.MRI, CERVICAL, "behind a blank"),
    ("7215626", Modality.MRI, CERVICAL, "written together"),
    ("72156.0", Modality.MRI, CERVICAL, "as a decimal"),
    ("72156.00", Modality.MRI, CERVICAL, "as a decimal of a database"),
    ("CPT 72156", Modality.MRI, CERVICAL, "behind the name of the system"),
    ("72156-26-59", Modality.MRI, CERVICAL, "with two modifiers"),
    ("72156,72156", Modality.MRI, CERVICAL, "twice, as where parts are billed"),
    ("72156,72157", Modality.MRI, BOTH, "two codes of one modality are one study of both regions"),
    ("72156 93000", Modality.MRI, CERVICAL, "beside a code that is no imaging"),
    ("H1", Modality.MRI, CERVICAL, "a code of the site"),
    (" h 1", Modality.MRI, CERVICAL, "compared without case and blanks"),
    ("h1-26", Modality.MRI, CERVICAL, "a code of the site with a modifier"),
    ("H1 26 59", Modality.MRI, CERVICAL, "a code of the site with two modifiers"),
    ("H1, TC", Modality.MRI, CERVICAL, "a code of the site with a modifier behind a comma"),
    ("img-2-26", Modality.MRI, REGIONS["thoracic_spine"], "a code of the site with a sign in it"),
    ("H1 / 72156", Modality.MRI, CERVICAL, "a code of the site and one of the edition"),
    ("72157 h1", Modality.MRI, BOTH, "a code of the edition and one of the site"),
    ("H1-26 / IMG-2 TC", Modality.MRI, BOTH, "two codes of the site"),
    ("H1, 26 / 72157", Modality.MRI, BOTH, "a modifier between them"),
    ("H1-26 / 93000", Modality.MRI, CERVICAL, "beside a code that is no imaging, with a modifier"),
    ("72156-26 / X9", Modality.MRI, CERVICAL, "beside a code of the site that is no imaging"),
)


@pytest.mark.parametrize(("cell", "modality", "regions", "why"), STUDIES, ids=[why for *_, why in STUDIES])
def test_a_cell_of_codes_names_a_study(cell, modality, regions, why):
    study = parse_coded_study(CURRENT, SITE, "cpt", cell)
    assert (study.modality, study.region_bits) == (modality, regions), why


KINDS = (
    # field, cell, what it is, why
    ("cpt", "73721", ANOTHER_STUDY, "imaging that the edition does not know"),
    ("cpt", "93000", NO_IMAGING, "an electrocardiogram"),
    ("cpt", "99213", ANOTHER_STUDY, "what the profile says goes before the ranges"),
    ("cpt", "X9", NO_IMAGING, "the site's own code"),
    ("cpt", "N/A", None, "a word for none"),
    ("cpt", "7215X", None, "a code of which nothing is known"),
    ("cpt", "7215X-26", None, "such a code with a modifier"),
    ("cpt", "X9-26", NO_IMAGING, "the site's own code with a modifier"),
    (STUDY_TEXT, "US Neck", ANOTHER_STUDY, "words for another study"),
    (STUDY_TEXT, "consult", NO_IMAGING, "words for none"),
)


@pytest.mark.parametrize(("field", "cell", "expected", "why"), KINDS, ids=[why for *_, why in KINDS])
def test_a_cell_may_name_another_study_none_or_nothing(field, cell, expected, why):
    assert parse_coded_study(CURRENT, SITE, field, cell) == expected, why


REFUSED = (
    # forms, field, cell, what is said
    (SITE, "cpt", "72156 71260", "'72156 71260' holds codes of different studies; write a row for each"),
    (SITE, "cpt", "72156 0649T", "'72156 0649T' holds codes of different studies; write a row for each"),
    (SITE, "cpt", "C-spine", "'C-spine' cannot be read as billing codes; add it under [values.cpt] of the profile"),
    (SITE, "cpt", "H1 / 71260", "'H1 / 71260' holds codes of different studies; write a row for each"),
    (SITE, "cpt", "H1 / soon", "'H1 / soon' cannot be read as billing codes"),
    (SITE, "cpt", "H1-ZQ", "'H1-ZQ' cannot be read as billing codes"),
    (SITE, "cpt", "D0330", "unknown code 'D0330'; say under [values.cpt] of the profile which study it is"),
    (SITE, STUDY_TEXT, "MR soon", "the study 'MR soon' is not listed; add it under [values.study_text] of the profile"),
    (CellForms(), "cpt", "72156-26", "(the cell holds the code 72156 and more; 'vigil setup' makes a profile"),
    (CellForms(), "cpt", "72156,72157", "(the cell holds several codes; 'vigil setup' makes a profile"),
    (CellForms(), "cpt", "99999", "'vigil setup' makes a profile that reads codes as a file writes them"),
)  # fmt: skip


@pytest.mark.parametrize(("forms", "field", "cell", "said"), REFUSED, ids=[said for *_, said in REFUSED])
def test_what_is_no_study_is_refused_with_the_way_out(forms, field, cell, said):
    with pytest.raises(ValueProblem) as problem:
        parse_coded_study(CURRENT, forms, field, cell)
    assert said in str(problem.value)


@pytest.mark.parametrize(
    ("text", "modality", "regions"),
    [
        ("72156", Modality.MRI, CERVICAL),
        ("MRI cervical_spine|thoracic_spine", Modality.MRI, BOTH),
        (" pet/ct  Chest ", Modality.PET_CT, REGIONS["chest"]),
    ],
)
def test_a_profile_names_a_study_by_its_code_or_by_modality_and_regions(text, modality, regions):
    study = parse_study(CURRENT, text)
    assert (study.modality, study.region_bits) == (modality, regions)


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_meaning_is_none(text):
    assert parse_study(CURRENT, text) is None


LEFT_OUT = (
    # left out: reduced, stopped; cell; whether the row is
    (True, False, "70553-52", True),
    (True, False, "52", True),
    (True, False, "26, 52", True),
    (True, False, "53", None),
    (False, True, "53", True),
    (False, True, "70553-53", True),
    (False, True, "52", None),
    (True, True, "26", None),
    (True, True, "", None),
    (True, True, "70553", None),
    (True, True, "72152", None),
    (False, False, "52 53", None),
)


@pytest.mark.parametrize(("reduced", "stopped", "cell", "expected"), LEFT_OUT)
def test_modifiers_leave_a_row_out_where_a_profile_says_so(reduced, stopped, cell, expected):
    codes = CodeForms(leave_out_reduced=reduced, leave_out_stopped=stopped)
    assert parse_left_out_modifier(codes, cell) is expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("IMG1-52", True), ("img1 26 52", True), ("IMG1-52 / 72156", True), ("IMG1 / 70553-52", True), ("IMG1-26", None)],
)
def test_modifiers_behind_a_code_of_the_site_leave_a_row_out(cell, expected):
    codes = CodeForms(leave_out_reduced=True)
    assert parse_left_out_modifier(codes, cell, own={"img1": "MRI cervical_spine"}) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Com pleted ", "completed"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("\u00a0x", "x")],
)
def test_words_are_compared_without_case_and_blanks(text, expected):
    assert plain(text) == expected
