"""Shares, curves and other readings tell no number that another table leaves out."""

import polars as pl
import pytest
from support.paths import SAMPLES
from support.worked_out import COUNTS, worked_out

from spine_vigil import report

pytestmark = pytest.mark.slow

AUDITOR = SAMPLES / "auditor.csv"


def tables_of(events=AUDITOR, **options):
    made = report(events, as_of="2026-11-02", **{"readings": False, **options})
    return {name: table.to_dicts() for name, table in made.tables.items()}


def readings(**options):
    return {row["reading"]: row for row in tables_of(readings=True, **options)["readings"]}


def test_windows_of_few_patients_are_not_told_by_the_share_that_a_reading_would_give():
    every, shown = readings(small_cells=0), readings()
    six_monthly = "bone.chordoma/chest=six_monthly"
    assert every[six_monthly]["timeliness_read_so"] < every[six_monthly]["timeliness"]  # more windows would be due
    assert every[six_monthly]["suppressed"] is None
    assert shown[six_monthly]["timeliness_read_so"] is None
    assert shown[six_monthly]["suppressed"] == "timeliness_read_so"
    unchanged = shown["bone.chordoma/primary_site=clinically_indicated"]
    assert unchanged["timeliness_read_so"] == unchanged["timeliness"] == pytest.approx(920 / 2742)


def test_a_share_that_the_report_leaves_out_stands_beside_no_reading():
    found = readings(first_day="2024-01-01")
    assert {row["use_share"] for row in found.values()} == {None}
    assert {row["use_share_read_so"] for row in found.values()} == {None}
    assert found["bone.chordoma/primary_site=clinically_indicated"]["suppressed"] == "use_share;use_share_read_so"


def test_the_share_of_a_range_does_not_tell_how_many_studies_were_early_where_that_is_left_out():
    every, shown = tables_of(small_cells=0), tables_of()
    early = [next(row for row in tables["use_reasons"] if row["reason"] == "early") for tables in (every, shown)]
    assert [row["studies"] for row in early] == [44, None]
    row = next(row for row in shown["early_days"] if row["days"] == "8 to 14")
    assert (row["studies"], row["share"], row["suppressed"]) == (30, None, "share")
    assert next(row for row in every["early_days"] if row["days"] == "8 to 14")["share"] == pytest.approx(30 / 44)


def of_first(patients):
    """Return the rows of the first patients of the sample."""
    events = pl.read_csv(AUDITOR, infer_schema=False)
    return events.filter(pl.col("patient_id") <= f"A{patients:04}")


def test_a_handful_of_patients_has_no_curve_and_no_years():
    few, more = tables_of(of_first(10)), tables_of(of_first(40))
    assert few["time_curve"] == []
    assert {row["patient_years"] for row in few["burden"]} == {None}
    assert len(more["time_curve"]) > 3
    assert more["burden"][0]["patient_years"] > 100


OPTIONS = [
    ("auditor", {"by": ["facility", "ordering_physician"]}),
    ("auditor", {"by": ["facility"], "first_day": "2024-01-01"}),
    ("auditor", {"by": ["facility"], "small_cells": 5}),
    ("clinic", {"small_cells": 3}),
    ("clinic", {}),
]


@pytest.mark.parametrize(("sample", "options"), OPTIONS)
def test_nothing_that_is_left_out_can_be_worked_out_from_sums_and_shares(sample, options):
    found = tables_of(SAMPLES / f"{sample}.csv", **options)
    assert (
        sum(row[column] is None for name, columns in COUNTS.items() for row in found[name] for column in columns) > 100
    )
    assert worked_out(found) == []


def test_a_number_that_a_total_gives_away_is_found():
    found = tables_of(SAMPLES / "clinic.csv", small_cells=0)
    found["timeliness"][0]["missed"] = None
    assert worked_out(found) == [("timeliness", 0, "missed")]
