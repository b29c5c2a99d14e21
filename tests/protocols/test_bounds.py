"""Every schedule of the edition at each of its bounds: the day before, the day, the day after.

The dates of the tables were worked out from the intervals by hand rules, not by the engine.
"""

from datetime import date, timedelta
from functools import cache

import pytest
from support.evaluators import decide_as_columns, decide_one_by_one
from support.tables import only_schedule, patient_cells, read_table

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.rules.grace import GracePolicy

BOTH = pytest.mark.parametrize(
    "decide",
    [
        pytest.param(decide_one_by_one, id="scalar"),
        pytest.param(decide_as_columns, id="columnar", marks=pytest.mark.slow),
    ],
)


def route_of(case):
    return case["route"]


def in_words(case):
    return f"{case['route']} {case['last_study']} {case.get('date', '')} {case.get('fact', '')}".strip()


def days_around(case):
    """Return each date to be tried with the reason that it should get: three days around every bound."""
    opens, closes, start = (date.fromisoformat(case[name]) for name in ("opens", "closes", "start"))
    grace = timedelta(days=int(case["grace"]))
    day = timedelta(days=1)
    reasons = {
        opens - grace - day: "early",
        opens - grace: "within_grace",
        opens - grace + day: "within_grace",
        opens - day: "within_grace" if grace else "early",
        closes + grace - day: "within_grace",
        closes + grace: "within_grace",
        closes + grace + day: case["afterwards"],
        closes + day: "within_grace" if grace else case["afterwards"],
        opens: "on_schedule",
        min(opens + day, closes): "on_schedule",
        max(closes - day, opens): "on_schedule",
        closes: "on_schedule",
    }
    return {str(d): reason if d >= start else "before_index" for d, reason in reasons.items()}


@pytest.mark.parametrize("case", read_table("first_windows"), ids=route_of)
@BOTH
def test_the_first_window_opens_and_closes_on_its_days_and_keeps_its_grace(decide, case):
    wanted = days_around(case)
    rows = [patient_cells(case, date=day, patient_id=day) for day in wanted]
    results = decide(rows, only_schedule(case["route"]), GracePolicy())
    assert {row["date"]: result["reason"] for row, result in zip(rows, results, strict=True)} == wanted


@pytest.mark.parametrize("case", read_table("first_windows"), ids=route_of)
@BOTH
def test_the_first_window_is_told_with_its_dates(decide, case):
    (result,) = decide([patient_cells(case, date=case["closes"])], only_schedule(case["route"]), GracePolicy())
    assert [result[name] for name in ("route", "reference_date", "opens", "closes", "days_from_window")] == [
        case["route"],
        case["index"],
        case["opens"],
        case["closes"],
        0,
    ]
    grace = f"grace {case['grace']} days" if case["grace"] != "0" else "no grace"
    assert f"({grace})" in result["explanation"]


@pytest.mark.parametrize("case", read_table("first_windows"), ids=route_of)
@BOTH
def test_strict_grace_makes_the_day_before_early_and_the_day_after_late(decide, case):
    opens, closes = date.fromisoformat(case["opens"]), date.fromisoformat(case["closes"])
    before, after = str(opens - timedelta(days=1)), str(closes + timedelta(days=1))
    rows = [patient_cells(case, date=day, patient_id=day) for day in (before, after)]
    results = decide(rows, only_schedule(case["route"]), GracePolicy(0))
    assert [result["reason"] for result in results] == [
        "early" if before >= case["start"] else "before_index",
        case["afterwards"],
    ]


@cache
def results_by_case(decide, table, route):
    """Decide the request of every case of a schedule at once, each case a patient of its own."""
    rows = []
    for place, case in enumerate(read_table(table)):
        if case["route"] == route:
            patient = patient_cells(case, patient_id=f"P{place}")
            if case["last_study"]:
                rows.append(patient | {"date": case["last_study"], "status": "performed"})
            later = str(date.fromisoformat(case["last_study"] or case["index"]) + timedelta(days=400))
            rows.append(patient | {"date": case.get("date") or case["closes"] or later})
    results = decide(rows, only_schedule(route), GracePolicy())
    return {row["patient_id"]: result for row, result in zip(rows, results, strict=True)}  # the request comes last


def cases_of(table):
    cases = read_table(table)
    return pytest.mark.parametrize(
        ("place", "case"), [(str(n), case) for n, case in enumerate(cases)], ids=map(in_words, cases)
    )


@cases_of("last_studies")
@BOTH
def test_the_last_study_decides_which_interval_applies(decide, place, case):
    """See `why` in tests/cases/last_studies.csv."""
    result = results_by_case(decide, "last_studies", case["route"])[f"P{place}"]
    told = [result[name] or "" for name in ("opens", "closes", "reference_date")]
    assert told == [case["opens"], case["closes"], case["reference"]], case["why"]


@cases_of("schedule_ends")
@BOTH
def test_a_schedule_ends_on_its_day(decide, place, case):
    """See `why` in tests/cases/schedule_ends.csv."""
    assert results_by_case(decide, "schedule_ends", case["route"])[f"P{place}"]["reason"] == case["reason"], case["why"]


@pytest.mark.parametrize("case", read_table("fact_schedules"), ids=route_of)
@BOTH
def test_a_study_that_waits_for_a_fact_follows_the_fact_from_the_index_date_on(decide, case):
    fact = case["fact"]
    rows = [
        patient_cells({**case, "fact": f"{fact}={value}" if value else ""}, date=day, patient_id=value + day)
        for value in ("true", "false", "")
        for day in ("2021-01-30", "2021-01-31", "2039-06-01" if "chordoma" not in case["route"] else "2031-01-31")
    ]
    results = decide(rows, only_schedule(case["route"]), GracePolicy())
    true, false, unknown = case["reason_if_true"], "condition_not_met", "missing_fact"
    assert [r["reason"] for r in results] == [
        *("before_index", true, true),
        *("before_index", false, false),
        *("before_index", unknown, unknown),
    ]
    assert [r["opens"] for r in results] == [None] * 9
    assert (results[-1]["missing"] or "").split(";")[0] == fact


def test_the_tables_hold_every_schedule_of_the_edition_that_has_a_window():
    timed = {route for route, schedule in CURRENT.schedules() if schedule.timed_phases}
    assert {case["route"] for case in read_table("first_windows")} == timed
    waiting = {route for route, s in CURRENT.schedules() if not s.timed_phases and s.phases[0].fact}
    assert {case["route"] for case in read_table("fact_schedules")} == waiting
    ends = {case["route"] for case in read_table("last_studies")}
    assert ends == {route for route, s in CURRENT.schedules() if s.timed_phases and s.phases[0].end is not None}
