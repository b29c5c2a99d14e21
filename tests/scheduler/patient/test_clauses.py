"""Every clause of the rules by which a request is decided, case by case, through both evaluators."""

from datetime import date

import pytest
from support.evaluators import decide_as_columns, decide_one_by_one
from support.tables import read_table

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.rules.grace import GracePolicy

TODAY = date(2026, 6, 30)
ROW = ("patient_id", "status", "protocol", "modality", "region", "cpt", "date")
SAID = (
    "decision", "reason", "timing", "route", "reference_date", "opens", "closes", "days_from_window", "next_allowed",
    "missing", "undecided_regions", "unread_rows",
)  # fmt: skip
CLAUSES = read_table("clauses")
CASES = [(place, row) for place, row in enumerate(CLAUSES) if row["why"]]


def _cells(row):
    return {name: row[name] for name in ROW} | dict(cell.split("=", 1) for cell in row["cells"].split())


def _decided(decide, rows):
    """Return the results of rows of the table, in their order; the rows of a patient share their grace."""
    results = {}
    for grace in {row["grace"] for row in rows}:
        places = [place for place, row in enumerate(rows) if row["grace"] == grace]
        policy = GracePolicy(int(grace) if grace else None)
        told = decide([_cells(rows[place]) for place in places], CURRENT, policy, TODAY)
        results |= dict(zip(places, told, strict=True))
    return [results[place] for place in range(len(rows))]


def _told(result):
    return {name: "" if result[name] is None else str(result[name]) for name in SAID}


@pytest.fixture(scope="module", params=[decide_one_by_one, decide_as_columns], ids=["scalar", "columnar"])
def decide(request):
    return request.param


@pytest.fixture(scope="module")
def results(decide):
    return _decided(decide, CLAUSES)


@pytest.mark.parametrize(("place", "case"), CASES, ids=[f"{r['patient_id']} {r['clause']}" for _, r in CASES])
def test_a_clause_decides_as_the_table_says(results, place, case):
    assert _told(results[place]) == {name: case[name] for name in SAID}


def test_a_case_names_the_section_that_its_answer_cites(results):
    cited = [results[place]["section"] or "engine: no section" for place, _ in CASES]
    assert [case["section"] for _, case in CASES] == cited


def test_no_order_of_rows_matters(decide, results):
    backwards = _decided(decide, CLAUSES[::-1])[::-1]
    assert [_told(result) for result in backwards] == [_told(result) for result in results]


def test_every_part_of_the_rules_has_a_clause_with_cases():
    parts = {case["clause"].split()[0] for _, case in CASES}
    assert parts == {"1", "2", "3", "4", "5", "6", "6.1", "6.2", "6.3", "6.4", "6.5", "6.6", "7", "8", "CRITERIA"}
