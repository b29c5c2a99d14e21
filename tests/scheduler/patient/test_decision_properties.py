"""What holds of every decision, whatever the patient: windows, next allowed dates and missing facts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.evaluators import other_events, read_rows
from support.made_up_editions import random_edition
from support.next_allowed import first_allowed_day, open_cases
from support.random_cohorts import random_cohort

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.reasons import Verdict
from spine_vigil.scheduler.patient.decisions import decide
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.grace import GracePolicy

CHANCE = st.randoms(use_true_random=False)
GRACES = st.sampled_from([None, None, 0, 5, 40]).map(GracePolicy)
BOTH_EDITIONS = pytest.mark.parametrize("choose_edition", [lambda _: CURRENT, random_edition], ids=["ours", "made up"])


def judged(random, edition, grace):
    """Yield row, history and decision of every event of a random cohort that is judged."""
    cells = random_cohort(random, edition, patients=3, rows=4)
    read = read_rows(cells, edition)
    for row, history in zip(read, other_events(read), strict=True):
        if row.event is not None and row.event.status is not Status.CANCELLED:
            yield row, history, decide(edition, row.patient, row.event, history, grace)


@BOTH_EDITIONS
@given(random=CHANCE, grace=GRACES)
def test_a_window_opens_before_it_closes_and_inside_its_schedule(choose_edition, random, grace):
    edition = choose_edition(random)
    for row, history, _ in judged(random, edition, grace):
        for case in open_cases(row, history, grace):
            if case.window is None:
                continue
            index, end = case.index[1], case.schedule.timed_end
            assert case.window.opens <= case.window.closes
            assert case.window.opens >= add(index, case.schedule.starts[0])
            assert end is None or case.window.opens <= add(index, end)
            assert case.window.reference == index or index <= case.window.reference < row.event.date


@BOTH_EDITIONS
@given(random=CHANCE, grace=GRACES)
def test_timing_and_distance_say_where_the_date_lies(choose_edition, random, grace):
    for row, _, decision in judged(random, choose_edition(random), grace):
        if decision.opens is None:
            assert (decision.timing, decision.closes, decision.days_from_window) == (None, None, None)
            continue
        before = (decision.opens - row.event.date).days
        after = (row.event.date - decision.closes).days
        assert decision.days_from_window == (-before if before > 0 else max(after, 0))
        late = decision.days_from_window > decision.grace_days
        early = decision.days_from_window < -decision.grace_days
        assert decision.timing.value == ("early" if early else "overdue" if late else "on_time")


@pytest.mark.slow
@BOTH_EDITIONS
@given(random=CHANCE, grace=GRACES)
def test_the_next_allowed_date_is_the_first_that_a_walk_day_by_day_finds(choose_edition, random, grace):
    edition = choose_edition(random)
    for row, history, decision in judged(random, edition, grace):
        assert decision.next_allowed == first_allowed_day(edition, row, history, grace)


@pytest.mark.slow
@BOTH_EDITIONS
@given(random=CHANCE, grace=GRACES)
def test_a_date_within_without_grace_before_the_window_is_its_own_next_allowed_date(choose_edition, random, grace):
    for row, _, decision in judged(random, choose_edition(random), grace):
        used_grace = decision.timing is not None and decision.reason.value == "within_grace"
        if decision.decision is Verdict.WITHIN and not (used_grace and row.event.date < decision.opens):
            assert decision.next_allowed == row.event.date


@BOTH_EDITIONS
@given(random=CHANCE, grace=GRACES)
def test_a_request_on_the_next_allowed_date_is_within(choose_edition, random, grace):
    """Asked again with the same references: only events before the first request count."""
    edition = choose_edition(random)
    for row, history, decision in judged(random, edition, grace):
        if decision.next_allowed is None or decision.next_allowed > date(2199, 1, 1):
            continue
        earlier = [event for event in history if event.date < row.event.date]
        again = type(row.event)(row.event.study, decision.next_allowed, row.event.status, row.event.is_add_on)
        assert decide(edition, row.patient, again, earlier, grace).decision is Verdict.WITHIN


@BOTH_EDITIONS
@given(random=CHANCE, grace=GRACES)
def test_documenting_every_missing_fact_makes_it_within(choose_edition, random, grace):
    """Facts that open a whole schedule (`when`) apart: what they open may still be early.

    And indications, whose criteria ask for dates, numbers and what must not be.
    """
    edition = choose_edition(random)
    for row, history, decision in judged(random, edition, grace):
        facts = [name for name in decision.missing if name in edition.facts_by_name]
        gates = {s.when.fact for route, s in edition.schedules() if route == decision.route and s.when}
        if not facts or gates & set(facts) or decision.route.startswith("indication."):
            continue
        patient = type(row.patient)(
            row.patient.protocol,
            row.patient.index_dates,
            row.patient.primary_site,
            {**row.patient.facts, **dict.fromkeys(facts, True)},
        )
        assert decide(edition, patient, row.event, history, grace).decision is Verdict.WITHIN


@BOTH_EDITIONS
@given(random=CHANCE, grace=GRACES)
def test_nothing_is_missing_where_the_decision_is_within(choose_edition, random, grace):
    for _, _, decision in judged(random, choose_edition(random), grace):
        assert decision.decision is not Verdict.WITHIN or decision.missing == ()
