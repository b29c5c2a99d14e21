"""Both evaluators give the same answer, to the letter, where indications and contraindications mix with schedules."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.evaluators import decide_as_columns, decide_one_by_one
from support.indicated_cohorts import indicated_cohort, with_random_indications
from support.made_up_editions import random_edition
from support.next_allowed import Walk
from support.patients import read_requests

from spine_vigil.protocols import CURRENT
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


@pytest.mark.slow
@given(SEEDS, GRACES)
def test_the_next_allowed_date_is_the_first_that_a_walk_day_by_day_finds(seed, grace):
    random = Random(seed)  # noqa: S311 - not for secrets
    edition = with_random_indications(random, random_edition(random)) if random.random() < 0.6 else CURRENT
    rows = indicated_cohort(random, edition, patients=3)
    found = [result["next_allowed"] for result in decide_as_columns(rows, edition, grace)]
    for request, next_allowed in zip(read_requests(rows, edition), found, strict=True):
        if request.patient is not None and request.row.event.status is not Status.CANCELLED:
            walk = Walk(edition, request, grace)
            first, day = walk.first(), None if next_allowed is None else date.fromisoformat(next_allowed)
            # An age can decide years after the walk has ended.
            is_beyond = first is None and day is not None and walk.allows(day) and not walk.allows(day - timedelta(1))
            assert day == first or is_beyond


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
