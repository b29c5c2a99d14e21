"""Numbers beside cells that are left out: rounded, and without patients who may be counted twice."""

from io import BytesIO

import polars as pl
import pytest
from support.small_cohort import HEADER, cohort_lines

import spine_vigil as vigil
from spine_vigil.scheduler.report.model import TABLES
from spine_vigil.scheduler.report.names import FEW
from spine_vigil.scheduler.report.rounding import coarse, rounded


def frames(**rows):
    """Return all tables of a report, with one row for each that is given."""
    return {
        name: pl.DataFrame([rows[name]] if name in rows else [], schema=columns) for name, columns in TABLES.items()
    }


@pytest.mark.parametrize(("count", "to_tens"), [(11, 10), (14, 10), (15, 20), (24, 20), (25, 30), (1105, 1110)])
def test_counts_are_rounded_to_tens(count, to_tens):
    assert rounded(count) == to_tens


def test_bounds_are_rounded_outward_and_whole_percents_stay():
    row = {
        "by": "all",
        "group": "all",
        "least": 0.3321,
        "greatest": 0.3395,
        "patients_least": 0.4,
        "patients_greatest": 1.0,
    }
    made = coarse(frames(timeliness=row))["timeliness"].row(0, named=True)
    assert [made[name] for name in ("least", "greatest", "patients_least", "patients_greatest")] == [
        0.33,
        0.34,
        0.4,
        1.0,
    ]


def test_the_time_to_study_tells_its_counts_in_tens_and_its_shares_in_percents():
    row = {"by": "all", "group": "all", "patients": 40, "windows": 37, "done": 26, "censored": 11, "by_closes": 0.5439}
    made = coarse(frames(time_to_study=row, timeliness={"by": "all", "group": "all", "patients": 40}))["time_to_study"]
    told = made.row(0, named=True)
    assert [told[name] for name in ("patients", "windows", "done", "censored", "by_closes")] == [40, 40, 30, 10, 0.54]


def test_patients_whose_windows_do_not_count_cannot_be_subtracted():
    row = {"by": "all", "group": "all", "patients": 42, "windows": 80}
    made = coarse(frames(time_to_study=row, timeliness={"by": "all", "group": "all", "patients": 40}))["time_to_study"]
    assert made.select("patients", "suppressed").row(0) == (None, "patients")


def test_groups_that_are_put_together_tell_windows_but_no_patients():
    row = {"by": "site", "group": FEW, "patients": 12, "windows": 40, "timely": 20, "suppressed": "late"}
    made = coarse(frames(timeliness=row))["timeliness"].row(0, named=True)
    assert (made["patients"], made["windows"], made["timely"]) == (None, 40, 20)
    assert made["suppressed"].startswith("late;patients;patients_counted;patients_timely")


def test_all_numbers_are_exact_where_none_is_left_out():
    events = pl.read_csv(BytesIO("\n".join([HEADER, *cohort_lines()]).encode()), infer_schema=False)
    told = []
    for small_cells in (0, 11):
        report = vigil.report(events, as_of="2022-09-30", small_cells=small_cells, readings=False)
        told.append((report.tables["courses"]["patients"][0], report.about.counts["performed studies"]))
        assert report.about.counts["rows"] == 26
    assert told == [(13, 13), (13, 10)]
