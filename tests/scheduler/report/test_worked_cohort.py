"""A cohort of which every window and every number was worked out by hand, from the page that says how a report counts.

Its rows stand in cases/report: `patients.csv`, `events.csv`, and the windows that are expected of them with the reason
for each, `windows.csv`. The observation is the year 2024.
"""

import csv
from datetime import date

import pytest
from support.engine_report import engine
from support.literal_counts import Timeliness, Use
from support.literal_report import LiteralReport, literal
from support.paths import CASES

EVALUATORS = {"literal": literal, "engine": engine}

ASTROCYTOMA = "cns.astrocytoma.grade2.rt_or_chemo"
PHEOCHROMOCYTOMA = "neuroendocrine.pheochromocytoma.resected"


def read(name: str) -> list[dict[str, str]]:
    with (CASES / "report" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def report_of(evaluator, events, patients) -> LiteralReport:
    return evaluator(events, patients, date(2024, 1, 1), date(2024, 12, 31), ("site",))


@pytest.fixture(scope="module", params=EVALUATORS.values(), ids=EVALUATORS)
def evaluator(request):
    return request.param


@pytest.fixture(scope="module")
def report(evaluator) -> LiteralReport:
    return report_of(evaluator, read("events"), read("patients"))


def as_cells(window) -> dict[str, str]:
    """Return a window as the table writes it."""
    return {
        "patient_id": window.patient_id,
        "schedule": f"{window.protocol}/{window.schedule}",
        "index_date": str(window.index_date),
        "opens": str(window.opens),
        "closes": str(window.closes),
        "last_day": str(window.last_day),
        "outcome": window.outcome,
        "why": window.why,
        "study_date": str(window.study_date or ""),
        "days": "" if window.days is None else str(window.days),
        "observed_days": str(window.observed_days),
        "at_worst": window.at_worst,
        "at_best": window.at_best,
        "site": window.groups["site"],
    }


PATIENTS = list(dict.fromkeys(row["patient_id"] for row in [*read("patients"), *read("events")] if row["patient_id"]))


@pytest.mark.parametrize("patient_id", PATIENTS)
def test_each_patient_has_the_windows_that_were_worked_out(report, patient_id):
    expected = [row for row in read("windows") if row["patient_id"] == patient_id]
    for row in expected:
        assert row.pop("why_so")
    found = [as_cells(window) for window in report.windows if window.patient_id == patient_id]
    order = ("index_date", "schedule", "opens")
    assert sorted(found, key=lambda row: [row[name] for name in order]) == sorted(
        expected, key=lambda row: [row[name] for name in order]
    )


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (("all", "all"), Timeliness(51, 79, 26, 6, 33, 14, 26 / 78, 35 / 74, 40, 10, 9 / 51, 19 / 49)),
        (("year", "2024"), Timeliness(51, 79, 26, 6, 33, 14, 26 / 78, 35 / 74, 40, 10, 9 / 51, 19 / 49)),
        (("protocol", ASTROCYTOMA), Timeliness(34, 38, 10, 3, 17, 8, 10 / 38, 16 / 36, 26, 8, 8 / 34, 14 / 32)),
        (("protocol", "cns.medulloblastoma"), Timeliness(4, 10, 4, 0, 6, 0, 4 / 10, 4 / 10, 4, 0, 0 / 4, 0 / 4)),
        (("protocol", PHEOCHROMOCYTOMA), Timeliness(3, 6, 1, 0, 1, 4, 1 / 5, 3 / 4, 1, 0, 0 / 3, 2 / 3)),
        (
            ("schedule", "cns.leptomeningeal_metastases/spine"),
            Timeliness(2, 4, 1, 1, 2, 0, 1 / 4, 1 / 4, 2, 0, 0 / 2, 0 / 2),
        ),
        (
            ("schedule", "bone.chondrosarcoma.atypical_cartilaginous/primary_site"),
            Timeliness(2, 2, 1, 0, 0, 1, 1 / 2, 2 / 2, 1, 1, 1 / 2, 2 / 2),
        ),
        (
            ("protocol", "neuroendocrine.carcinoid_syndrome"),
            Timeliness(2, 5, 2, 0, 2, 1, 2 / 5, 2 / 4, 2, 1, 0 / 2, 1 / 2),
        ),
        (("site", "east"), Timeliness(3, 3, 2, 0, 1, 0, 2 / 3, 2 / 3, 3, 2, 2 / 3, 2 / 3)),
        (("site", "north"), Timeliness(1, 1, 1, 0, 0, 0, 1 / 1, 1 / 1, 1, 1, 1 / 1, 1 / 1)),
        (("site", "west"), Timeliness(1, 1, 1, 0, 0, 0, 1 / 1, 1 / 1, 1, 1, 1 / 1, 1 / 1)),
        (("site", "(none)"), Timeliness(46, 74, 22, 6, 32, 14, 22 / 73, 31 / 69, 35, 6, 5 / 46, 15 / 44)),
    ],
)
def test_windows_are_counted_by_group_with_their_bounds(report, group, expected):
    assert report.timeliness[group] == expected


def test_windows_belong_to_the_site_before_them_and_studies_to_that_of_their_row(report):
    assert {site for by, site in report.timeliness if by == "site"} == {"east", "north", "west", "(none)"}
    assert {site for by, site in report.use if by == "site"} == {"east", "south", "west", "(none)"}


def test_what_is_not_counted_is_listed_with_why(report):
    assert report.not_counted == {
        ("not_due_yet", ""): (11, 8),
        ("not_counted", "before_observation"): (5, 2),
        ("not_counted", "died"): (1, 1),
        ("not_counted", "follow_up_ended"): (2, 2),
        ("not_counted", "progressed"): (2, 2),
        ("not_counted", "stopped"): (1, 1),
        ("not_counted", "restarted"): (1, 1),
        ("not_counted", "schedule_ended"): (1, 1),
        ("not_counted", "condition_not_met"): (2, 1),
        ("unknown", "undocumented_fact"): (5, 3),
        ("unknown", "primary_site"): (1, 1),
        ("unknown", "unreadable_row"): (5, 5),
        ("unknown", "unconfirmed_booking"): (3, 3),
    }


def test_the_time_to_study_leaves_out_what_was_not_asked_for_in_the_observation(report):
    timed = [window for window in report.windows if window.has_time]
    assert len(timed) == 90
    assert sum(window.days is not None for window in timed) == 41


def test_each_course_has_one_standing(report):
    assert report.courses == {
        "has_windows": (62, 61),
        "no_index_date": (1, 1),
        "no_interval": (2, 2),
        "no_schedule": (2, 2),
    }


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (("all", "all"), Use(50, 62, 38, 4, 15, 5, 4 / 57, 19 / 57)),
        (("year", "2024"), Use(49, 61, 38, 4, 14, 5, 4 / 56, 18 / 56)),
        (("year", "(none)"), Use(1, 1, 0, 0, 1, 0, 0 / 1, 1 / 1)),
        (("site", "east"), Use(1, 1, 1, 0, 0, 0, 0 / 1, 0 / 1)),
        (("site", "south"), Use(1, 1, 1, 0, 0, 0, 0 / 1, 0 / 1)),
        (("site", "(none)"), Use(47, 59, 35, 4, 15, 5, 4 / 54, 19 / 54)),
        (("schedule", ASTROCYTOMA), Use(1, 2, 0, 1, 0, 1, 1 / 1, 1 / 1)),
        (("schedule", "cns.leptomeningeal_metastases/spine"), Use(2, 4, 4, 0, 0, 0, 0 / 4, 0 / 4)),
        (("schedule", "(none)"), Use(7, 8, 0, 0, 8, 0, 0 / 8, 8 / 8)),
    ],
)
def test_studies_are_counted_by_group_each_once(report, group, expected):
    assert report.use[group] == expected


def test_studies_are_counted_by_decision_and_reason(report):
    assert report.use_reasons == {
        ("within", "on_schedule"): (20, 16),
        ("within", "within_grace"): (7, 6),
        ("within", "overdue"): (10, 10),
        ("within", "symptomatic"): (1, 1),
        ("needs_info", "missing_fact"): (4, 4),
        ("needs_info", "unconfirmed_prior"): (1, 1),
        ("needs_info", "interval_unspecified"): (1, 1),
        ("needs_info", "no_index_date"): (1, 1),
        ("needs_info", "no_route"): (1, 1),
        ("refer", "progressed"): (1, 1),
        ("refer", "follow_up_ended"): (1, 1),
        ("refer", "before_index"): (1, 1),
        ("refer", "other_guideline"): (1, 1),
        ("refer", "not_covered"): (1, 1),
        ("outside", "early"): (1, 1),
        ("outside", "condition_not_met"): (1, 1),
        ("outside", "not_in_protocol"): (1, 1),
        ("outside", "no_surveillance"): (1, 1),
        ("invalid", "bad_row"): (7, 6),
    }


def test_an_early_study_has_its_days_to_the_opening_of_the_window(report):
    assert report.early_days == {"8 to 14": (1, 1)}


def test_what_to_collect_first_is_what_settles_most_together_with_what_stands_above(report):
    assert report.collect_first == [
        ("calcium_rising", 1, 1),
        ("clinically_indicated", 1, 2),
        ("diagnosis_date", 1, 3),
        ("primary_site", 1, 4),
        ("symptoms_new_or_progressing", 0, 5),
        ("radiation_end_date", 1, 5),
        ("treatment_end_date", 1, 5),
    ]


def test_the_burden_is_what_was_done_beside_what_was_asked_for_at_least(evaluator):
    some = ("timely", "left-last-day", "treated-again", "round", "not-indicated", "heart-disease")
    events = [row for row in read("events") if row["patient_id"] in some]
    patients = [row for row in read("patients") if row["patient_id"] in some]
    burden = report_of(evaluator, events, patients).burden
    assert burden.patient_days == 184 + 133 + 326 + 236 + 366 + 366
    assert burden.done == {"CT": (2, 2), "ECHO": (1, 1), "MRI": (3, 3), "PET/CT": (1, 1), "all": (7, 5)}
    assert burden.asked == {
        "CT or MRI": (1, 1),
        "CT or MRI or PET/CT": (2, 1),
        "CT or PET/CT": (2, 1),
        "ECHO": (1, 1),
        "MRI": (4, 3),
        "all": (10, 5),
    }


def test_the_order_of_rows_does_not_matter(evaluator, report):
    again = report_of(evaluator, read("events")[::-1], read("patients")[::-1])
    assert again.windows == report.windows
    assert (again.timeliness, again.use) == (report.timeliness, report.use)
