"""Texts as numbers: days that need no reader, empty cells, and texts that several threads read into one list."""

import polars as pl
import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.decoding.decoding import Decoder
from spine_vigil.scheduler.intake.forms import CellForms, DateForms


@pytest.mark.parametrize(
    ("text", "day", "why"),
    [
        ("1900-01-02", -25566, "the day after the earliest, which databases write for none"),
        ("1989-12-31", 7304, "the last day before the usual ones"),
        ("1990-01-01", 7305, "the first usual day"),
        ("2024-02-29", 19782, "a leap day"),
        ("2039-12-31", 25566, "the last usual day"),
        ("2040-01-01", 25567, "the first day after them"),
        ("2199-12-31", 84005, "the latest date"),
        (" 2024-02-29 ", 19782, "white space is no part of it"),
        ("", None, "an empty cell"),
    ],
    ids=str,
)
def test_a_day_is_read_whether_it_is_a_usual_one_or_not(text, day, why):
    assert Decoder(CURRENT).meanings["date"].values(pl.Series([text])).to_list() == [day], why


ZEROS = ("1900-01-01", "1904-01-01", "1970-01-01", "1899-12-30", "0001-01-01", "9999-12-31")


@pytest.mark.parametrize("text", ZEROS)
def test_a_date_by_which_databases_mean_none_is_an_empty_cell(text):
    decoder = Decoder(CURRENT)
    assert decoder.meanings["surgery_date"].values(pl.Series([text])).to_list() == [None]
    dates = decoder.meanings["date"]
    assert dates.values(pl.Series([text])).to_list() == [dates.unreadable], "but the date of an event is a real one"
    assert "a date by which databases mean that there is none" in dates.messages[text]


def test_a_day_in_another_form_is_read_by_that_form_alone():
    meanings = Decoder(CURRENT, CellForms(dates={"date": DateForms(("%d.%m.%Y",))})).meanings["date"]
    assert meanings.values(pl.Series(["31.12.2039", "2039-12-31"])).to_list() == [25566, meanings.unreadable]


def test_an_iso_day_that_a_profile_takes_for_none_is_an_empty_cell():
    """It is among the days that are known without parsing."""
    decoder = Decoder(CURRENT, CellForms(null={"surgery_date": frozenset({"2000-01-01", "n/a"})}))
    numbers = decoder.meanings["surgery_date"].values(pl.Series(["2000-01-01", "2000-01-02", "N/A"]))
    assert numbers.to_list() == [None, 10958, None]
    assert decoder.meanings["diagnosis_date"].values(pl.Series(["2000-01-01"])).to_list() == [10957]


@pytest.mark.parametrize("empty", [1, 2, 3], ids=["few are empty", "half", "most"])
def test_cells_without_text_have_no_number(empty):
    texts = pl.Series([None] * empty + ["2024-02-29", "2041-01-01"], dtype=pl.String)
    assert Decoder(CURRENT).meanings["date"].values(texts).to_list() == [None] * empty + [19782, 25933]


class LateTexts:
    """Texts of which another thread has taken the first two places and not yet put its text into the second."""

    def __init__(self, texts, first):
        self._texts = texts
        self._late = first + 1
        self.is_late = True

    def __getitem__(self, place):
        if self.is_late and place == self._late:
            raise IndexError(place)
        return self._texts[place]


def test_a_text_that_another_thread_is_about_to_add_is_read_when_it_is_there():
    meanings = Decoder(CURRENT).meanings["date"]
    distinct = meanings._distinct
    others = pl.Series(["2041-01-01", "2041-01-02"])
    own = pl.Series(["2041-01-03"])
    others.cast(distinct._holder.dtype)
    distinct._texts = late = LateTexts(distinct._texts, len(distinct.numbers))

    assert meanings.values(own).cast(pl.Date).dt.to_string().to_list() == ["2041-01-03"]
    late.is_late = False
    assert meanings.values(others).cast(pl.Date).dt.to_string().to_list() == ["2041-01-01", "2041-01-02"]
