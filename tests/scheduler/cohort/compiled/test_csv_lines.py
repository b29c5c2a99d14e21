"""Results behind the lines of a file: where their texts stand, and lines that are not those that were decided."""

from io import BytesIO

import numpy as np
import polars as pl
import pytest

from spine_vigil.scheduler.cohort.compiled import csv_lines as joining
from spine_vigil.scheduler.cohort.compiled.csv_lines import TextPool
from spine_vigil.scheduler.cohort.row_texts import EMPTY, RowTexts, TextColumn
from spine_vigil.scheduler.errors import FileError

VERDICTS, DAYS = pl.Series(["within", "outside", None]), pl.Series(["2026-04-15", "2026-07-15"])
LINES = b"P1,x\nP2,\nP3,caf\xc3\xa9\n"


def numbers(*values):
    return np.array(values, np.int32)


def columns(*days):
    explained = RowTexts.of_some(3, np.array([0, 2]), pl.Series(['"a, b"', None]))
    return [
        TextColumn("decision", [RowTexts(VERDICTS, numbers(1, 0, 2))]),
        TextColumn("explanation", [RowTexts(DAYS, numbers(*days)), explained]),
    ]


def beside(lines, columns):
    return TextPool([EMPTY, VERDICTS, DAYS]).beside(lines, columns, 3)


def test_columns_stand_behind_their_lines():
    text = beside(LINES, columns(0, 1, 1)).text()
    assert text.decode() == 'P1,x,outside,2026-04-15"a, b"\nP2,,within,2026-07-15\nP3,caf\u00e9,,2026-07-15\n'


def test_the_same_columns_make_the_same_series():
    found = pl.DataFrame([column.series() for column in columns(0, 1, 1)[:1]])
    assert found.to_dict(as_series=False) == {"decision": ["outside", "within", None]}


def test_a_long_line_has_the_room_that_it_needs(monkeypatch):
    monkeypatch.setattr(joining, "_ROOM", 3)
    assert beside(LINES, columns(0, 1, 1)).text().count(b"\n") == 3


@pytest.mark.parametrize("lines", [LINES + b"P4,\n", LINES[:-9], b""], ids=["one more", "one less", "none"])
def test_other_lines_than_were_decided_are_refused(lines):
    with pytest.raises(FileError, match="changed while it was read; run the command again"):
        beside(lines, columns(0, 1, 1)).write_to(BytesIO())


@pytest.mark.parametrize("day", [-1, 2])
def test_a_text_outside_its_table_is_refused(day):
    with pytest.raises(IndexError, match=f"there is no text .*{day}"):
        beside(LINES, columns(0, day, 1))


def test_rows_without_results_are_lines():
    assert beside(LINES, []).text() == LINES
