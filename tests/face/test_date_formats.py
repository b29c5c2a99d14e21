"""Formats of dates from Python: one without a whole date is refused, and typed dates are themselves under any."""

from datetime import date, datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import spine_vigil as vigil
from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.events.typed_rows import forms_of_typed_dates
from spine_vigil.scheduler.intake.column_map import ColumnMap
from spine_vigil.scheduler.intake.profile import FileProfile, with_options

ROW = {
    "patient_id": "P1",
    "date": date(2026, 4, 15),
    "modality": "MRI",
    "region": "cervical_spine",
    "status": "performed",
    "protocol": "bone.osteosarcoma",
    "primary_site": "cervical_spine",
    "treatment_end_date": date(2026, 1, 15),
    "birth_date": date(1950, 2, 28),
}
TYPED = pl.DataFrame([ROW, ROW | {"patient_id": "P2", "birth_date": date(2025, 12, 31)}])
WITHOUT_WHOLE_DATE = [("%Y", "no month and day"), ("%d.%m", "no year"), ("", "nothing"), ("day", "no part of a date")]
CALLS = [
    lambda date_format: vigil.audit(TYPED, date_format=date_format),
    lambda date_format: vigil.due(TYPED, as_of="2026-04-15", date_format=date_format),
]


@pytest.mark.parametrize("call", CALLS, ids=["audit", "due"])
@pytest.mark.parametrize(("date_format", "why"), WITHOUT_WHOLE_DATE)
def test_a_format_without_a_whole_date_is_refused(call, date_format, why):
    with pytest.raises(vigil.VigilError) as problem:
        call(date_format)
    assert str(problem.value) == (
        f"date_format '{date_format}' does not hold a whole date; write e.g. %d.%m.%Y or %m/%d/%Y"
    ), why


@pytest.mark.parametrize("date_format", ["%d.%m.%Y", "%d.%m.%y", "%y%m%d", "%d %b %Y", "%x", "%Y-%m-%dT%H:%M:%S"])
@pytest.mark.parametrize("dtype", [pl.Date, pl.Datetime])
def test_typed_dates_are_themselves_under_any_format(tmp_path, date_format, dtype):
    events = TYPED.with_columns(pl.col(pl.Date).cast(dtype))
    events.write_parquet(tmp_path / "events.parquet")
    expected = vigil.audit(TYPED).select(RESULT_COLUMNS)
    assert expected["reason"].to_list() == ["on_schedule", "on_schedule"]
    for source in (events, tmp_path / "events.parquet"):
        assert_frame_equal(vigil.audit(source, date_format=date_format).select(RESULT_COLUMNS), expected)
    listed = vigil.due(events, as_of="2026-04-15", date_format=date_format)
    assert_frame_equal(listed, vigil.due(TYPED, as_of="2026-04-15"))


def test_typed_birth_dates_of_a_patients_frame_keep_their_century():
    events, patients = TYPED.drop("birth_date"), TYPED.select("patient_id", "birth_date")
    decided = vigil.audit(events, patients, date_format="%d.%m.%y")
    assert decided["reason"].to_list() == ["on_schedule", "on_schedule"]


def test_a_typed_date_that_no_event_has_is_refused_under_any_format():
    events = TYPED.with_columns(birth_date=pl.lit(date(204, 1, 1)))
    for date_format in (None, "%d.%m.%Y", "%d.%m.%y"):
        decided = vigil.audit(events, date_format=date_format)
        assert decided["reason"].to_list() == ["bad_row", "bad_row"]
        assert "lies outside 1900 to 2199" in decided["explanation"][0]


def test_a_typed_time_of_day_is_no_date_under_any_format():
    events = TYPED.with_columns(date=pl.lit(datetime(2026, 4, 15, 8, 30)))
    assert vigil.audit(events, date_format="%d.%m.%y")["reason"].to_list() == ["bad_row", "bad_row"]


@pytest.mark.parametrize(
    ("date_format", "form"),
    [(None, "%Y-%m-%d"), ("%d.%m.%Y", "%d.%m.%Y"), ("%d.%m.%y", "+00%Y-%m-%d"), ("%Y%m%dT%H", "+00%Y-%m-%d")],
)
def test_typed_dates_are_written_in_the_format_that_holds_them(date_format, form):
    profile = with_options(FileProfile(), ColumnMap(), date_format)
    assert forms_of_typed_dates(profile.cell_forms(["date"], ["date"], "events.csv"), ["date"]) == [form]
