"""Rows that end with a separator too many: a profile says so, and they are read as if they did not."""

from io import BytesIO

import pytest

from spine_vigil.scheduler.cohort.events.opening import open_stream, whole_file
from spine_vigil.scheduler.files.csv_text import DAMAGE, LINE
from spine_vigil.scheduler.intake.profile import FileForm, FileProfile

HEAD = "patient_id,date,cpt,note"


def events_of(text, form):
    profile = FileProfile(form=form, is_profiled=True)
    with open_stream(BytesIO(text.encode(form.encoding or "utf-8")), "e.csv", profile) as file:
        return whole_file(file)


def found(text, **form):
    """Return patient id, code, note, line and whether it is damaged of every row, read with a trailing separator."""
    cells = events_of(text, FileForm(trailing_separator=True, **form)).cells
    rows = cells.select("patient_id", "cpt", "note", LINE, DAMAGE).rows()
    return [(*row[:4], row[4] is not None) for row in rows]


ROWS = (
    # a row, its cells and whether it is damaged, why
    ("P1,2026-04-15,72156,a,", ("P1", "72156", "a", 2, False), "a separator too many"),
    ("P1,2026-04-15,72156,a", ("P1", "72156", "a", 2, False), "a row without it"),
    ("P1,2026-04-15,72156,,", ("P1", "72156", None, 2, False), "behind an empty cell"),
    ("P1,2026-04-15,72156,", ("P1", "72156", None, 2, False), "an empty last cell of a row without it"),
    ('P1,2026-04-15,72156,"a,b",', ("P1", "72156", "a,b", 2, False), "a separator in a quoted cell"),
    ('P1,2026-04-15,72156,"a,"', ("P1", "72156", "a,", 2, False), "one at the end of a quoted cell"),
    ('P1,2026-04-15,72156,"a\nb",', ("P1", "72156", "a\nb", 2, False), "behind a cell of two lines"),
    ("P1,2026-04-15,72156,a,b", ("P1", "72156", "a,b", 2, True), "a cell too many is damage"),
    ("P1,2026-04-15,72156,a,,", ("P1", "72156", "a,,", 2, True), "two separators too many are damage"),
)


@pytest.mark.parametrize(("row", "cells", "why"), ROWS, ids=[why for *_, why in ROWS])
def test_one_empty_cell_too_many_is_left_out(row, cells, why):
    last = ("P2", None, None, 3 + row.count("\n"), False)
    assert found(f"{HEAD}\n{row}\nP2,2026-04-16,,,\n") == [cells, last], why


FILES = (
    # text, form, why
    (f"{HEAD}\r\nP1,2026-04-15,72156,a,\r\n", {}, "Windows line ends"),
    (f"{HEAD}\nP1,2026-04-15,72156,a,", {}, "no line end after the last row"),
    (f"{HEAD},\nP1,2026-04-15,72156,a,\n", {}, "behind the names too"),
    (f"\ufeff{HEAD}\nP1,2026-04-15,72156,a,\n", {}, "a byte order mark"),
    (f"{HEAD}\nP1,2026-04-15,72156,a,\n".replace(",", ";"), {"separator": ";"}, "semicolons"),
    (f"{HEAD}\nP1,2026-04-15,72156,a,\n".replace(",", "\t"), {"separator": "\t"}, "tabs"),
    (f"{HEAD}\nP1,2026-04-15,72156,a,\n", {"encoding": "utf-16-le"}, "another encoding"),
)


@pytest.mark.parametrize(("text", "form", "why"), FILES, ids=[why for *_, why in FILES])
def test_a_separator_too_many_is_left_out_of_files_of_every_form(text, form, why):
    assert found(text, **form) == [("P1", "72156", "a", 2, False)], why


def test_the_names_stand_where_the_profile_says():
    assert found(f"Report,\n\n{HEAD}\nP1,2026-04-15,72156,a,\n", header_line=3) == [("P1", "72156", "a", 4, False)]


def test_without_a_word_of_the_profile_such_rows_are_damaged():
    events = events_of(f"{HEAD}\nP1,2026-04-15,72156,a,\n", FileForm())
    assert "5 cells and the header 4" in events.cells[DAMAGE][0]
