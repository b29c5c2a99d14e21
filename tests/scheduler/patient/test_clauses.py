"""Every clause of the rules by which a request is decided, case by case, through both evaluators."""

from datetime import date

import pytest
from support.case_rows import CaseRows
from support.evaluators import EVALUATORS

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.rules.grace import GracePolicy

TODAY = date(2026, 6, 30)
CLAUSES = CaseRows(
    "clauses",
    row=("patient_id", "status", "protocol", "modality", "region", "cpt", "date"),
    said=(
        "decision", "reason", "timing", "route", "reference_date", "opens", "closes", "days_from_window",
        "next_allowed", "missing", "undecided_regions", "unread_rows",
    ),
)  # fmt: skip
IDS = [f"{case['patient_id']} {case['clause']}" for _, case in CLAUSES.cases]
IN_ORDER = range(len(CLAUSES.rows))


def _decided(decide, places):
    """Return the results of the rows at some places, in the order of the table; patients' rows share their grace."""
    results = {}
    for grace in {row["grace"] for row in CLAUSES.rows}:
        of_grace = [place for place in places if CLAUSES.rows[place]["grace"] == grace]
        policy = GracePolicy(int(grace) if grace else None)
        told = decide([CLAUSES.cells[place] for place in of_grace], CURRENT, policy, TODAY)
        results |= dict(zip(of_grace, told, strict=True))
    return [results[place] for place in IN_ORDER]


@pytest.fixture(scope="module", params=EVALUATORS.values(), ids=EVALUATORS)
def decide(request):
    return request.param


@pytest.fixture(scope="module")
def results(decide):
    return _decided(decide, IN_ORDER)


@pytest.mark.parametrize(("place", "case"), CLAUSES.cases, ids=IDS)
def test_a_clause_decides_as_the_table_says(results, place, case):
    assert CLAUSES.told(results[place]) == CLAUSES.expected(case)


def test_a_case_names_the_section_that_its_answer_cites(results):
    CLAUSES.check_sections(results)


def test_no_order_of_rows_matters(decide, results):
    backwards = _decided(decide, IN_ORDER[::-1])
    assert [CLAUSES.told(result) for result in backwards] == [CLAUSES.told(result) for result in results]


def test_every_part_of_the_rules_has_a_clause_with_cases():
    parts = {case["clause"].split()[0] for _, case in CLAUSES.cases}
    assert parts == {"1", "2", "3", "4", "5", "6", "6.1", "6.2", "6.3", "6.4", "6.5", "6.6", "7", "8", "criteria"}
