"""What holds of every decision, whatever the patient: windows, next allowed dates and missing facts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.made_up_editions import random_edition
from support.next_allowed import Walk, open_cases
from support.patients import read_requests
from support.random_cohorts import random_cohort

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.reasons import Reason, Verdict
from spine_vigil.scheduler.patient.decisions import decide
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.values import replace

CHANCE = st.randoms(use_true_random=False)
GRACES = st.sampled_from([None, None, 0, 5, 40]).map(GracePolicy)
BOTH_EDITIONS = pytest.mark.parametrize("choose_edition", [lambda _: CURRENT, random_edition], ids=["ours", "made up"])


def judged(random, edition, grace):
    """Yield the request and the decision of every event of a random cohort that is judged."""
    for request in read_requests(random_cohort(random, edition, patients=3, rows=4), edition):
        if request.patient is not None and request.row.event.status is not Status.CANCELLED:
            yield request, request.decision(edition, grace)


@BOTH_EDITIONS
@given(random=CHANCE, grace=GRACES)
def test_a_window_opens_before_it_closes_and_inside_its_schedule(choose_edition, random, grace):
    for request, _ in judged(random, choose_edition(random), grace):
        for case in open_cases(request, grace):
            if case.window is None:
                continue
            index, end = case.index[1], case.schedule.timed_end
            assert case.window.opens <= case.window.closes
            assert case.window.opens >= add(index, case.schedule.starts[0])
            assert end is None or case.window.opens <= add(index, end)
            assert case.window.reference == index or index <= case.window.reference < request.row.event.date


@BOTH_EDITIONS
@given(random=CHANCE, grace=GRACES)
def test_timing_and_distance_say_where_the_date_lies(choose_edition, random, grace):
    """A study of a round may be told as it stood on an earlier day, but never before the window opens."""
    for request, decision in judged(random, choose_edition(random), grace):
        if decision.opens is None:
            assert (decision.timing, decision.closes, decision.days_from_window) == (None, None, None)
            continue
        before = (decision.opens - request.row.event.date).days
        after = (request.row.event.date - decision.closes).days
        if "round of imaging" in decision.explanation:
            assert 0 <= decision.days_from_window < after
        else:
            assert decision.days_from_window == (-before if before > 0 else max(after, 0))
        late = decision.days_from_window > decision.grace_days
        early = decision.days_from_window < -decision.grace_days
        assert decision.timing.value == ("early" if early else "overdue" if late else "on_time")


@pytest.mark.slow
@BOTH_EDITIONS
@given(random=CHANCE, grace=GRACES)
def test_the_next_allowed_date_is_the_first_that_a_walk_day_by_day_finds(choose_edition, random, grace):
    edition = choose_edition(random)
    for request, decision in judged(random, edition, grace):
        assert decision.next_allowed == Walk(edition, request, grace).first()


@pytest.mark.slow
@BOTH_EDITIONS
@given(random=CHANCE, grace=GRACES)
def test_a_date_within_without_grace_before_the_window_is_its_own_next_allowed_date(choose_edition, random, grace):
    for request, decision in judged(random, choose_edition(random), grace):
        used_grace = decision.timing is not None and decision.reason is Reason.WITHIN_GRACE
        if decision.decision is Verdict.WITHIN and not (used_grace and request.row.event.date < decision.opens):
            assert decision.next_allowed == request.row.event.date


@BOTH_EDITIONS
@given(random=CHANCE, grace=GRACES)
def test_a_request_on_the_next_allowed_date_is_within(choose_edition, random, grace):
    """Asked again with the same patient and references: only events before the first request's round count."""
    edition = choose_edition(random)
    for request, decision in judged(random, edition, grace):
        event = request.row.event
        if decision.next_allowed is None or decision.next_allowed > date(2199, 1, 1):
            continue
        earlier = [other for other in request.others if other.date < event.date - timedelta(days=20)]
        if len(earlier) < sum(other.date < event.date for other in request.others):
            continue
        again = replace(event, date=decision.next_allowed)
        courses = request.patient.courses
        if any(len(course.index_dates) > 1 for course in courses):
            continue  # the index date can be another one on another day
        assert decide(edition, request.patient, again, earlier, grace).decision is Verdict.WITHIN


@BOTH_EDITIONS
@given(random=CHANCE, grace=GRACES)
def test_documenting_every_missing_fact_makes_it_within(choose_edition, random, grace):
    """Facts that open a whole schedule (`when`) apart: what they open may still be early.

    And indications, whose criteria ask for dates, numbers and what must not be, and devices, which may be uncleared.
    """
    edition = choose_edition(random)
    for request, decision in judged(random, edition, grace):
        facts = [name for name in decision.missing if name in edition.facts_by_name]
        gates = {s.when.fact for route, s in edition.schedules() if route == decision.route and s.when}
        if not facts or gates & set(facts) or decision.route.startswith("indication."):
            continue
        known = {**request.patient.facts, **dict.fromkeys(facts, True)}
        hazards = any(h.lead and known.get(h.lead) for h in edition.contraindications)
        if hazards:
            continue
        patient = replace(request.patient, facts=known)
        assert decide(edition, patient, request.row.event, request.others, grace).decision is Verdict.WITHIN


@BOTH_EDITIONS
@given(random=CHANCE, grace=GRACES)
def test_nothing_is_missing_where_the_decision_is_within(choose_edition, random, grace):
    for _, decision in judged(random, choose_edition(random), grace):
        assert decision.decision is not Verdict.WITHIN or decision.missing == ()
