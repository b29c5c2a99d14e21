"""Both evaluators give the same answer, to the letter, where indications and contraindications mix with schedules."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.evaluators import decide_as_columns, decide_one_by_one, other_events, read_rows
from support.indicated_cohorts import indicated_cohort, with_random_indications
from support.made_up_editions import random_edition
from support.next_allowed import open_cases

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.patient.decisions import decide
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.grace import GracePolicy

SEEDS = st.integers(0, 2**32)
GRACES = st.sampled_from([None, None, 0, 5, 40]).map(GracePolicy)


def differences(rows, edition, grace):
    """Return the rows on which the two evaluators differ, each with what differs."""
    both = zip(rows, decide_one_by_one(rows, edition, grace), decide_as_columns(rows, edition, grace), strict=True)
    return [(row, {n: (a[n], b[n]) for n in a if a[n] != b[n]}) for row, a, b in both if a != b]


@pytest.fixture(scope="module")
def large_cohort():
    """Return some 900 rows of the edition, with every fact random."""
    return indicated_cohort(Random("every fact a"), CURRENT, patients=500)  # noqa: S311 - not for secrets


@pytest.mark.parametrize("grace", [None, 0], ids=["default grace", "no grace"])
def test_they_agree_on_a_large_cohort_of_the_edition_with_every_fact_random(large_cohort, grace):
    assert differences(large_cohort, CURRENT, GracePolicy(grace)) == []


def test_such_a_cohort_raises_indications_and_meets_contraindications(large_cohort):
    results = decide_as_columns(large_cohort, CURRENT, GracePolicy())
    reasons = {r["reason"] for r in results}
    assert reasons >= {"criteria_met", "criteria_not_met", "missing_fact", "contraindicated", "early", "no_route"}
    routes = {r["route"] for r in results if (r["route"] or "").startswith("indication.")}
    assert len(results) > 800
    assert len(routes) > 15
    assert sum("must be cleared" in (r["explanation"] or "") for r in results) > 5


@pytest.mark.slow
@settings(max_examples=20)  # each is an edition of its own, whose expressions are built anew
@given(SEEDS, GRACES)
def test_they_agree_on_indications_that_nobody_published(seed, grace):
    random = Random(seed)  # noqa: S311 - not for secrets
    edition = with_random_indications(random, random_edition(random))
    assert differences(indicated_cohort(random, edition, patients=12), edition, grace) == []


def walk(edition, row, history, grace):
    """Return whether each of the days from the request on would be allowed, asking every route anew."""
    event, facts = row.event, row.patient.facts
    cases = open_cases(row, history, grace)
    raised = [i for i in edition.indications if edition.covers_study(event.study) and i.is_raised(facts)]
    done = event.status is Status.PERFORMED
    hazards = [c for c in edition.contraindications if not done and event.study.modality in c.modalities]
    for ahead in range(1200):
        day = event.date + timedelta(days=ahead)
        route_allows = any(case.on(day, early_grace=False).is_within for case in cases)
        indicated = any(indication.criterion.holds(facts, day) for indication in raised)
        yield day, (route_allows or indicated) and not any(h.criterion.holds(facts, day) for h in hazards)


@pytest.mark.slow
@given(SEEDS, GRACES)
def test_the_next_allowed_date_is_the_first_that_a_walk_day_by_day_finds(seed, grace):
    """A walk of 1200 days; a date beyond it must be one that it does not reach."""
    random = Random(seed)  # noqa: S311 - not for secrets
    edition = with_random_indications(random, random_edition(random)) if random.random() < 0.6 else CURRENT
    read = read_rows(indicated_cohort(random, edition, patients=3), edition)
    for row, history in zip(read, other_events(read), strict=True):
        if row.event is None or row.event.status is Status.CANCELLED:
            continue
        found = decide(edition, row.patient, row.event, history, grace).next_allowed
        first = next((day for day, is_allowed in walk(edition, row, history, grace) if is_allowed), None)
        assert found == first or (first is None and found >= row.event.date + timedelta(days=1200))


FAR = {"patient_id": "P1", "modality": "MRI", "region": "cervical_spine", "date": "2024-06-15"}
FAR_DATES = [
    ({"cervical_spine_surgery_date": "1930-01-01", "complication_or_recurrence_evaluation": "true"}, None, "long ago"),
    (
        {"cervical_spine_surgery_date": "2150-01-01", "complication_or_recurrence_evaluation": "true"},
        "2150-01-01",
        "far ahead",
    ),
]


@pytest.mark.parametrize(("facts", "next_allowed", "why"), FAR_DATES, ids=[c[2] for c in FAR_DATES])
@pytest.mark.parametrize("decide_rows", [decide_one_by_one, decide_as_columns], ids=["scalar", "columnar"])
def test_a_date_far_from_every_event_is_read_as_it_stands(decide_rows, facts, next_allowed, why):
    (result,) = decide_rows([FAR | facts], CURRENT, GracePolicy())
    assert (result["reason"], result["next_allowed"]) == ("criteria_not_met", next_allowed), why
    assert next_allowed is None or date.fromisoformat(next_allowed) > date(2024, 6, 15)
