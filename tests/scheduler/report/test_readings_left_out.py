"""What another reading would change for few patients is left out, and a share that the report itself leaves out."""

import pytest
from support.paths import SAMPLES

from spine_vigil import report

pytestmark = pytest.mark.slow


def readings(**options):
    table = report(SAMPLES / "auditor.csv", as_of="2026-11-02", readings=True, **options).tables["readings"]
    return {row["reading"]: row for row in table.to_dicts()}


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
