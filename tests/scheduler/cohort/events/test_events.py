"""Cells under the names of their fields: patient ids as a profile cleans them, and footers."""

import polars as pl
import pytest

from spine_vigil.scheduler.cohort.events.events import named
from spine_vigil.scheduler.files.csv_text import DAMAGE, FOOTER, with_lines
from spine_vigil.scheduler.intake.forms import CellForms, IdForms

IDS = (
    # id in the file, as given, clean, clean without leading zeros, why
    ("P1", "P1", "P1", "P1", "as it should be"),
    ('="00123"', '="00123"', "00123", "123", "a formula that keeps zeros"),
    ("'00123", "'00123", "00123", "123", "an apostrophe in front"),
    ('"123"', '"123"', "123", "123", "quotes"),
    ("123.0", "123.0", "123", "123", "a decimal"),
    ("123.50", "123.50", "123.50", "123.50", "a fraction is a part of the id"),
    ("P1.0", "P1.0", "P1.0", "P1.0", "letters before it"),
    ("P\u200b1\ufeff", "P\u200b1\ufeff", "P1", "P1", "invisible characters"),
    (" P1 ", " P1 ", "P1", "P1", "blanks"),
    ("000", "000", "000", "0", "zeros alone keep one, which names nobody"),
    ("0A1", "0A1", "0A1", "A1", "a zero before a letter"),
    (None, None, None, None, "an empty cell"),
)


@pytest.mark.parametrize(("text", "given", "clean", "without_zeros", "why"), IDS, ids=[why for *_, why in IDS])
def test_an_id_is_read_as_the_profile_says(text, given, clean, without_zeros, why):
    cells = with_lines(pl.DataFrame({"MRN": [text]}, schema={"MRN": pl.String}), 2)
    forms = (IdForms(), IdForms(clean=True), IdForms(clean=True, leading_zeros=False))
    found = [named(cells, ["patient_id"], CellForms(ids=each))["patient_id"].item() for each in forms]
    assert found == [given, clean, without_zeros], why


def test_zeros_alone_are_dropped_where_ids_are_not_cleaned():
    cells = with_lines(pl.DataFrame({"MRN": ["00123", '="00123"']}), 2)
    found = named(cells, ["patient_id"], CellForms(ids=IdForms(leading_zeros=False)))
    assert found["patient_id"].to_list() == ["123", '="00123"']


@pytest.mark.parametrize(
    ("first", "is_footer"),
    [("Total rows: 3", True), (" Total", True), ("total", False), ("A Total", False), ("", False), (None, False)],
)
def test_a_row_whose_first_cell_starts_like_a_footer_is_one(first, is_footer):
    cells = with_lines(pl.DataFrame({"MRN": [first, "P1"]}, schema={"MRN": pl.String}), 2)
    found = named(cells, ["patient_id"], CellForms(footer=("Total", "Printed")))
    assert found[DAMAGE].to_list() == [FOOTER if is_footer else None, None]


@pytest.mark.parametrize(
    ("cells", "is_footer", "why"),
    [
        (("Total: 8", None, " ", None), True, "nothing else is filled"),
        (("Total", "8", None, None), True, "one other cell is"),
        (("Total spine MRI W WO", "P1", "2026-04-15", None), False, "two others are"),
        (("Total spine MRI W WO", "P1", "2026-04-15", "a"), False, "a row"),
    ],
)
def test_a_row_that_starts_like_a_footer_is_one_only_if_it_is_nearly_empty(cells, is_footer, why):
    names = ["cpt", "patient_id", "date", "note"]
    frame = with_lines(pl.DataFrame([cells], dict.fromkeys(names, pl.String), orient="row"), 2)
    found = named(frame, names, CellForms(footer=("Total",)))
    assert found[DAMAGE].to_list() == [FOOTER if is_footer else None], why


def test_in_two_columns_a_footer_has_nothing_beside_it():
    frame = with_lines(pl.DataFrame({"MRN": ["Total", "Total"], "State": [None, "TX"]}), 2)
    found = named(frame, ["patient_id", "state"], CellForms(footer=("Total",)))
    assert found[DAMAGE].to_list() == [FOOTER, None]
