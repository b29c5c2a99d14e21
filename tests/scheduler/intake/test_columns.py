"""The parsers of a file's columns: words of a profile, words for none, births, diagnoses, and rows left out."""

from datetime import date

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.intake.columns import check_value, read_columns
from spine_vigil.scheduler.intake.forms import CellForms, DateForms
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.studies import REGIONS, Modality

US = DateForms(("%m/%d/%Y", "%m/%d/%y"))
SITE = CellForms(
    dates={"birth_date": US, "date": US, "death_date": US},
    values={
        "status": {"completed": "performed", "?": ""},
        "modality": {"mr": "MRI"},
        "primary_site": {"thorax": "chest"},
        "symptoms_new_or_progressing": {"j": "true"},
        "weight_loss_pct_6_months": {"none": "0"},
        "protocol@diagnosis": {"c40.2": "bone.osteosarcoma", "z85": ""},
    },
    null={name: frozenset({"n/a"}) for name in ("status", "birth_date", "date", "weight_loss_pct_6_months")},
    copies={"protocol@diagnosis": "diagnosis", "left_out.0": "Type"},
    left_out={"left_out.0": frozenset({"consult"})},
    births_until=date(2026, 4, 15),
    is_profiled=True,
)
READ = (
    # column, cell, value, why
    ("status", "Com Pleted", Status.PERFORMED, "a word of the profile"),
    ("status", "scheduled", Status.SCHEDULED, "our own word needs none"),
    ("status", "?", None, "a word that says nothing"),
    ("status", "N/A", None, "a word for none"),
    ("modality", "mr", Modality.MRI, "a modality"),
    ("primary_site", "THORAX", REGIONS["chest"], "a site"),
    ("symptoms_new_or_progressing", "J", True, "a fact"),
    ("weight_loss_pct_6_months", "none", 0.0, "a number"),
    ("weight_loss_pct_6_months", "n / a", None, "no number"),
    ("birth_date", "04/15/26", date(2026, 4, 15), "the last day on which somebody was born"),
    ("birth_date", "04/16/26", date(1926, 4, 16), "the day after is a century before"),
    ("death_date", "04/16/26", date(2026, 4, 16), "only births are never in the future"),
    ("birth_date", "01/01/1900", None, "a date by which databases mean none"),
    ("protocol@diagnosis", "C40.2", (CURRENT.protocol("bone.osteosarcoma"),), "a diagnosis"),
    ("protocol@diagnosis", "I10", None, "one that asks for no surveillance"),
    ("protocol@diagnosis", "Z85", None, "one that is said to ask for none"),
    ("left_out.0", "CONSULT", True, "a row that is left out"),
    ("left_out.0", "Imaging", None, "a row that is not"),
)


@pytest.mark.parametrize(("column", "cell", "value", "why"), READ, ids=[why for *_, why in READ])
def test_a_cell_is_read_as_the_profile_says(column, cell, value, why):
    assert read_columns(CURRENT, SITE)[column].parse(cell) == value, why


REFUSED = (
    ("status", "done", "unknown status 'done'", "; add it under [values.status] of the profile ('vigil setup"),
    ("region", "knee", "unknown region 'knee'", "; add it under [values.region] of the profile ('vigil setup"),
    ("date", "n/a", "'n/a' is not a date", ""),
    ("date", "01/01/1900", "is a date by which databases mean that there is none; give the real date", ""),
    ("symptoms_new_or_progressing", "maybe", "'maybe' is neither true nor false", ""),
)


@pytest.mark.parametrize(("column", "cell", "said", "hint"), REFUSED)
def test_a_cell_that_cannot_be_read_says_what_to_do(column, cell, said, hint):
    forms = CellForms(dates=SITE.dates, values=SITE.values, is_profiled=True)
    with pytest.raises(ValueProblem) as problem:
        read_columns(CURRENT, forms)[column].parse(cell)
    assert said in str(problem.value)
    assert hint in str(problem.value)


@pytest.mark.parametrize(
    ("column", "cell", "hint"),
    [
        ("status", "done", "; 'vigil setup' makes a profile that says how a file writes it"),
        ("date", "15.04.2026", ", or say with --date-format how the file writes dates"),
    ],
)
def test_without_a_profile_a_hint_leads_to_one(column, cell, hint):
    with pytest.raises(ValueProblem) as problem:
        read_columns(CURRENT, CellForms())[column].parse(cell)
    assert str(problem.value).endswith(hint)


def test_the_day_of_the_run_is_the_latest_birth_where_a_profile_names_none():
    forms = CellForms(dates={"birth_date": US})
    assert read_columns(CURRENT, forms, as_of=date(2026, 4, 15))["birth_date"].parse("04/16/26") == date(1926, 4, 16)
    assert read_columns(CURRENT, forms)["birth_date"].parse("04/16/26") == date(2026, 4, 16)


GOOD = (
    ("status", "performed"), ("status", ""), ("cpt", "72156"), ("cpt", "MRI brain"), ("study_text", "no imaging"),
    ("study_text", "other study"), ("diagnosis", "bone.chordoma|cns.ependymoma"), ("primary_site", "chest"),
    ("symptoms_new_or_progressing", "yes"), ("surgery_date", "2026-01-15"),
)  # fmt: skip
BAD = (
    ("status", "done"), ("cpt", "99999"), ("cpt", "MRI knee"), ("study_text", "imaging"), ("diagnosis", "sarkoma"),
    ("primary_site", "femur"), ("symptoms_new_or_progressing", "maybe"), ("surgery_date", "01/15/2026"),
)  # fmt: skip


@pytest.mark.parametrize(("field", "ours"), GOOD)
def test_a_meaning_that_a_field_can_hold_is_taken(field, ours):
    check_value(CURRENT, field, ours)


@pytest.mark.parametrize(("field", "ours"), BAD)
def test_a_meaning_that_a_field_cannot_hold_is_refused(field, ours):
    with pytest.raises(ValueProblem):
        check_value(CURRENT, field, ours)
