"""Small cells are left out, and with them what would give them away, at the least cost for the shares."""

import pytest

from spine_vigil.scheduler.report.small_cells import small_cells

ROW = {"windows": 60, "counted": 60, "timely": 40, "untimely": 30, "unknown": 4}
SUMS = [("windows", ["counted", "unknown"]), ("counted", ["timely", "untimely"])]


@pytest.mark.parametrize(("unknown", "left_out"), [(0, set()), (10, {"windows", "unknown"}), (11, set())])
def test_the_total_goes_before_the_part_that_a_share_needs(unknown, left_out):
    assert small_cells(ROW | {"unknown": unknown}, SUMS, 11, {"windows"}) == left_out


def test_of_a_total_that_is_needed_the_smallest_part_goes():
    assert small_cells(ROW, SUMS, 11) == {"unknown", "counted", "untimely"}


def test_of_totals_that_add_up_to_one_another_goes_too_and_the_whole_stays():
    patients = {"all": 200, "a": 60, "b": 70, "c": 70, "a counted": 60, "a unknown": 4}
    sums = [("all", ["a", "b", "c"]), ("a", ["a counted", "a unknown"])]
    assert small_cells(patients, sums, 11, {"all", "a", "b", "c"}) == {"a", "a unknown", "b"}


def test_a_total_without_parts_that_are_shown_goes_itself():
    assert small_cells({"all": 40, "a": 5, "b": 0}, [("all", ["a", "b"])], 11) == {"a", "all"}


def test_cells_of_nobody_are_shown():
    assert small_cells({"all": 40, "a": 40, "b": 0}, [("all", ["a", "b"])], 11) == set()
