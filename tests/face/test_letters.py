"""Letters: a decision as one paragraph, for every reason that the case tables know."""

from __future__ import annotations

import pytest
from support.case_rows import CaseRows
from support.patients import read_requests
from support.tables import read_table

from spine_vigil.checking import Checked
from spine_vigil.decision_letter import decision_letter
from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.rules.grace import GracePolicy

NOT_A_RESULT = ("section", "why", "cells", "clause", "grace", "missing", "undecided_regions")
WITHOUT_LETTER = {Reason.BAD_ROW, Reason.NOT_IMAGING}


def decided(table):
    """Yield the requests of a case table with their decisions."""
    rows = read_table(table)
    names = [name for name in rows[0] if name not in NOT_A_RESULT]
    for request in read_requests(CaseRows(table, names, ()).cells if "cells" in rows[0] else rows, CURRENT):
        if request.patient is not None:
            yield request, request.decision(CURRENT, GracePolicy())


CASES = [case for table in ("requests", "clauses", "stories") for case in decided(table)]


def letter(request, decision):
    return decision_letter(Checked(decision, request.row.event), request.row.says, request.others, CURRENT)


def test_every_reason_of_a_decision_is_among_the_cases():
    assert {decision.reason for _, decision in CASES} >= set(Reason) - WITHOUT_LETTER


@pytest.mark.parametrize("reason", sorted({d.reason for _, d in CASES}, key=lambda r: r.rank), ids=lambda r: r.value)
def test_a_letter_is_one_complete_paragraph_in_words(reason):
    for request, decision in CASES:
        if decision.reason is not reason:
            continue
        text = letter(request, decision)
        assert "\n" not in text
        assert "_" not in text
        assert "  " not in text
        assert text.endswith(".")
        assert ".." not in text
        assert decision.route == "" or decision.route not in text
        assert decision.section in text
        assert (CURRENT.title in text and str(CURRENT.reviewed) in text) is (reason is not Reason.CANCELLED)
        days = (request.row.event.date, decision.opens, decision.closes, decision.reference_date)
        assert [day for day in days if day is not None and str(day) not in text] == []
