"""The page on how a report counts has every table, column and word of the tables, and no other."""

import re

import polars as pl
import pytest
from support.paths import ROOT, SAMPLES

from spine_vigil import report
from spine_vigil.scheduler.cohort.adherence.outcomes import OUTCOMES, WHYS
from spine_vigil.scheduler.cohort.adherence.partition import STANDINGS as STANDINGS_OF_COURSES
from spine_vigil.scheduler.report.model import STANDINGS, TABLES

PAGE = (ROOT / "docs" / "reference" / "report.md").read_text(encoding="utf-8")
TYPES = {"text": pl.String, "whole number": pl.Int64, "number": pl.Float64}
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL))


def columns_of(section):
    """Return the columns of a table on the page with their types, in order; a line may name several."""
    lines = re.findall(r"^\| (`[^|]*`) \| ([^|]*) \| [^|]+ \|$", section, re.MULTILINE)
    return [(name, TYPES[kind]) for names, kind in lines for name in re.findall(r"`(\w+)`", names)]


def test_the_page_has_the_tables_in_their_order():
    assert list(SECTIONS) == list(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_on_the_page_has_the_columns_of_the_table_and_their_types(name):
    assert columns_of(SECTIONS[name]) == list(TABLES[name].items())


@pytest.mark.parametrize("word", [*OUTCOMES, *WHYS, *STANDINGS, *STANDINGS_OF_COURSES])
def test_every_word_of_the_tables_is_on_the_page(word):
    assert f"`{word}`" in PAGE


def test_the_lists_have_the_columns_that_the_page_names():
    lists = report(
        SAMPLES / "auditor.csv", as_of="2026-11-02", by=["facility"], patients_too=True, readings=False
    ).lists
    said = PAGE.partition("\n## Lists\n")[2]
    names = {
        name: [word for word in re.findall(r"`(\w+)`", text) if word != name]
        for name, text in re.findall(r"^- `(\w+)`:(.*?)(?=^- |\Z)", said, re.MULTILINE | re.DOTALL)
    }
    assert lists["windows"].columns == [*names["windows"], "facility"]
    assert lists["patients"].columns == names["patients"]
