"""A fact may have any name that is not reserved: no column of the program's own is taken for it."""

import ast
from datetime import date

import pytest
from support.due import due_as_columns, due_one_by_one
from support.evaluators import decide_as_columns, decide_one_by_one
from support.paths import ROOT

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.editions.vocabulary import (
    DATE,
    EVENT,
    MRI,
    PATIENT,
    TREATMENT_END,
    Cite,
    Documented,
    Fact,
    Indication,
    Plan,
    Schedule,
    Since,
    days,
    every,
    months,
    protocol,
    study,
)
from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.rules.column_names import RESERVED, RESERVED_START
from spine_vigil.scheduler.rules.facts import MOST_FACTS, SYMPTOMS
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.values import replace

DAY = date(2026, 6, 1)
STUDY = {"date": str(DAY), "modality": "MRI", "region": "cervical_spine"}


def texts_in(folder):
    """Yield every text and every name of an argument in the Python files of a folder."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.keyword) and node.arg is not None:
                yield node.arg


def can_name_a_fact(text):
    is_name = text.isidentifier() and text == text.lower()
    return (
        is_name and not text.startswith(RESERVED_START) and text not in RESERVED and text not in CURRENT.facts_by_name
    )


TEXTS = {text for folder in ("cohort", "records") for text in texts_in(ROOT / "scheduler" / folder)}
NAMES = sorted(filter(can_name_a_fact, TEXTS))
SOME = 20
"""Names that are tried in one edition."""

BATCHES = [NAMES[start : start + SOME] for start in range(0, len(NAMES), SOME)]


def edition_of(names, kind):
    """Return an edition with a fact of each name, each with an indication and, if it is a boolean, a schedule."""
    is_boolean = kind == "boolean"
    more = {} if is_boolean else {"kind": DATE}
    facts = [Fact(name, (EVENT, PATIENT)[at % 2], f"it is {name}", ("L 1",), **more) for at, name in enumerate(names)]
    criteria = {name: Documented(name) if is_boolean else Since(name, days(10)) for name in names}
    indications = [
        Indication(f"for_{name}", name, Cite("L 1"), criterion, **{"hints" if is_boolean else "leads": (criterion,)})
        for name, criterion in criteria.items()
    ]
    protocols = [
        protocol(f"local.{name}", name, schedule_for(name if is_boolean else None), cite=Cite("L")) for name in names
    ]
    return replace(
        CURRENT,
        facts=(*CURRENT.facts, *facts),
        protocols=(*CURRENT.protocols, *protocols),
        indications=tuple(indications),
        contraindications=(),
        combinations=(),
    )


def schedule_for(fact):
    phases = (every(months(6), if_=fact),)
    return Schedule("spine", Cite("L 1"), study(MRI, at="cervical_spine"), (TREATMENT_END,), Plan(phases=phases))


def rows_of(names, kind):
    """Yield rows that give one fact each: of a study, and of a patient who is only enrolled."""
    for name in names:
        for value in {"boolean": ("true", "false"), "date": ("2026-05-01", "2026-05-28")}[kind]:
            course = {"protocol": f"local.{name}", "treatment_end_date": "2025-11-01"}
            yield {"patient_id": f"A {name} {value}", name: value, **STUDY}
            yield {"patient_id": f"B {name} {value}", name: value, **course}
            yield {"patient_id": f"B {name} {value}", "status": "performed", **STUDY}


@pytest.mark.parametrize("kind", ["boolean", "date"])
@pytest.mark.parametrize("names", BATCHES, ids=lambda names: f"{names[0]} to {names[-1]}")
def test_no_fact_is_taken_for_a_column_of_the_program(names, kind):
    edition, rows = edition_of(names, kind), [*rows_of(names, kind)]
    found, expected = (decide(rows, edition, GracePolicy()) for decide in (decide_as_columns, decide_one_by_one))
    assert [{name: row[name] for name in RESULT_COLUMNS} for row in found] == expected
    due, one_by_one = (list_due(rows, edition, GracePolicy(), DAY) for list_due in (due_as_columns, due_one_by_one))
    assert due == one_by_one


def test_many_names_are_tried():
    assert len(NAMES) > 500


def test_schedules_that_ask_for_more_facts_than_fit_into_a_number_are_refused():
    known = {name for _, schedule in CURRENT.schedules() for name in schedule.facts()}
    assert SYMPTOMS in known
    most = NAMES[: MOST_FACTS - len(known)]
    RuleTables(edition_of(most, "boolean"), GracePolicy())
    with pytest.raises(RuleError, match="ask for more than 31 facts"):
        RuleTables(edition_of(NAMES[: len(most) + 1], "boolean"), GracePolicy())
