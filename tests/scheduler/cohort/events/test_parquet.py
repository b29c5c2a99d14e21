"""Parquet events files: their typed columns as the text of a CSV, and files that are none."""

import gzip
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import polars as pl
import pyarrow.parquet
import pytest
from support.events_files import parse_events

from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.csv_text import LINE


def parquet(**columns):
    data = BytesIO()
    pl.DataFrame(columns).write_parquet(data)
    return data.getvalue()


BASE = {"patient_id": ["P1", "P2"], "modality": ["MRI", "MRI"], "region": ["brain", "brain"]}
TYPED = [
    # name, values, text, why
    ("date", [date(2026, 4, 15), None], ["2026-04-15", None], "a date"),
    ("date", [datetime(2026, 4, 15), None], ["2026-04-15", None], "a date with a time of 0:00"),
    ("date", [datetime(2026, 4, 15, 9, 30), None], ["2026-04-15T09:30:00", None], "a time of day, which is no date"),
    ("date", ["2026-04-15", ""], ["2026-04-15", ""], "text"),
    ("high_grade", [True, None], ["true", None], "a boolean"),
    ("high_grade", [1, 0], ["1", "0"], "a whole number"),
    ("cpt", [72141.0, None], ["72141", None], "a whole number in a column with gaps"),
    ("score", [2.5, float("nan")], ["2.5", None], "a number, and the gap that dataframes write as no number"),
    (
        "score",
        [-3.0, float("inf")],
        ["-3", "inf"],
        "a whole number below 0, and one without end, which no reader takes",
    ),
    ("score", [2.0**53, 0.1], ["9007199254740992.0", "0.1"], "a number too large to be exact, and a fraction"),
    ("score", [Decimal("2.50"), None], ["2.50", None], "a decimal"),
    ("score", [Decimal("100.010000"), Decimal("-3.000000")], ["100.010000", "-3"], "a decimal that is a whole number"),
    ("cpt", [Decimal("72156.000000"), None], ["72156", None], "a code that a database wrote as a decimal"),
    ("cpt", [Decimal(72150), Decimal(0)], ["72150", "0"], "decimals without a fraction, which keep their zeros"),
    ("status", pl.Series(["requested", None], dtype=pl.Categorical), ["requested", None], "a category"),
    ("mine", [None, None], [None, None], "nothing at all"),
    ("mine", [[1], None], ["a value of type List(Int64)", None], "a list, which is no cell"),
    (
        "mine",
        pl.Series([timedelta(days=1), None], dtype=pl.Duration("ms")),
        ["a value of type Duration(time_unit='ms')", None],
        "a span of time, which is none either",
    ),
]


@pytest.mark.parametrize(("name", "values", "text", "why"), TYPED, ids=[why for *_, why in TYPED])
def test_a_typed_column_of_parquet_is_read_as_the_text_of_a_csv(name, values, text, why):
    columns = {**BASE, "date": ["", ""], name: values}
    events = parse_events(parquet(**columns), "events.parquet")
    assert events.cells[name].to_list() == text, why
    assert events.original.schema[name] == pl.DataFrame(columns).schema[name]
    assert events.cells[LINE].to_list() == [1, 2]


def test_a_date_of_parquet_takes_the_form_in_which_text_will_be_read():
    events = parse_events(parquet(**BASE, date=[date(2026, 4, 15), None]), "events.parquet", "%d.%m.%Y")
    assert events.cells["date"].to_list() == ["15.04.2026", None]


def test_a_number_serves_as_patient_id():
    columns = BASE | {"patient_id": [17.0, 18.0], "date": ["", ""]}
    assert parse_events(parquet(**columns), "events.parquet").cells["patient_id"].to_list() == ["17", "18"]


def test_a_decimal_serves_as_patient_id_as_its_whole_number_does():
    columns = BASE | {"patient_id": [Decimal("100.000000"), Decimal("0.500000")], "date": ["", ""]}
    assert parse_events(parquet(**columns), "events.parquet").cells["patient_id"].to_list() == ["100", "0.500000"]


TWICE = [
    # names of the columns, what is said, why
    (["patient_id", "date", "cpt", "date"], "has two columns named 'date'; rename or remove one", "a known name"),
    (["patient_id", "a 'b'", "date", "cpt", "a 'b'"], "has two columns named 'a 'b''; rename", "an odd name"),
    (["patient_id", "", "date", "cpt", ""], "has several columns without a name; name or remove them", "no name"),
]


@pytest.mark.parametrize(("names", "said", "why"), TWICE, ids=[why for *_, why in TWICE])
def test_two_columns_of_one_name_are_said_as_for_a_csv(names, said, why):
    file = BytesIO()
    pyarrow.parquet.write_table(pyarrow.table([["x"]] * len(names), names=names), file)
    text = "\n".join([",".join(names), ",".join(["x"] * len(names)), ""]).encode()
    for data in (file.getvalue(), text):
        with pytest.raises(FileError) as refused:
            parse_events(data, "events")
        assert str(refused.value).startswith(f"events {said}"), why


def test_a_patient_id_that_is_no_text_is_refused():
    with pytest.raises(FileError, match="column 'patient_id' that holds no text or number"):
        parse_events(parquet(**BASE | {"patient_id": [["P1"], ["P2"]]}, date=["", ""]), "events.parquet")


def test_a_parquet_file_in_a_gzip_file_and_one_without_rows_are_read():
    empty = parquet(**{name: pl.Series([], dtype=pl.String) for name in ("patient_id", "date", "cpt")})
    assert parse_events(gzip.compress(empty), "events.parquet.gz").cells.height == 0


def test_a_parquet_file_without_a_required_column_is_refused():
    with pytest.raises(FileError, match="no column 'date'"):
        parse_events(parquet(**BASE), "events.parquet")
