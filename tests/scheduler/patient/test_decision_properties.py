"""What holds of every decision, whatever the patient: windows, next allowed dates and missing facts."""

import dataclasses
import re
from datetime import date
from random import Random

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


def ours(_):
    """Return the edition that is shipped."""
    return CURRENT


BOTH_EDITIONS = pytest.mark.parametrize("choose_edition", [ours, random_edition], ids=["ours", "made up"])


def judged(random, edition, grace, patients=3):
    """Yield the request and the decision of every event of a random cohort that is judged."""
    for request in read_requests(random_cohort(random, edition, patients=patients, rows=4), edition):
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


def drawn(choose_edition):
    """Yield editions, each with a grace and the judged rows of a random cohort: many, for the sake of rare cases.

    What compares only some of the rows counts them, and uses these rather than examples that grow from simple ones.
    """
    for seed in range(40):
        random = Random(seed)  # noqa: S311 - not for secrets
        edition, grace = choose_edition(random), GracePolicy(random.choice((None, None, 0, 5, 40)))
        yield edition, grace, judged(random, edition, grace, patients=60)


def on_another_day(request, day):
    """Return a request as if made on another day, by what lay before it alone; None where it is counted otherwise then.

    The next allowed date holds with the same index dates and references: on another day a course can have another index
    date, and studies of the round of the first day are earlier ones.
    """
    event = request.row.event
    earlier = tuple(other for other in request.others if other.date < event.date)
    others = [dataclasses.replace(request, others=earlier)]
    others.append(dataclasses.replace(others[0], row=replace(request.row, event=replace(event, date=day))))
    first, again = (
        [(case.index, case.reference, case.performed) for case in open_cases(other, GracePolicy())] for other in others
    )
    return others[1] if first == again else None


@BOTH_EDITIONS
def test_a_request_on_the_next_allowed_date_is_within(choose_edition):
    compared = []

    for edition, grace, cohort in drawn(choose_edition):
        for request, decision in cohort:
            day = decision.next_allowed
            again = None if day is None or day > date(2199, 1, 1) else on_another_day(request, day)
            if again is not None:
                assert again.decision(edition, grace).decision is Verdict.WITHIN
                compared.append(day > request.row.event.date)

    assert sum(compared) > 100


@BOTH_EDITIONS
def test_documenting_every_missing_fact_makes_it_within(choose_edition):
    """Facts that open a whole schedule (`when`) apart: what they open may still be early.

    And unknown indications, whose criteria ask for dates, numbers and what must not be. A device is cleared: where it
    may not be, that is missing too, once nothing else is.
    """
    compared = []

    for edition, grace, cohort in drawn(choose_edition):
        for request, decision in cohort:
            facts = [name for name in decision.missing if name in edition.facts_by_name]
            gates = {s.when.fact for route, s in edition.schedules() if route == decision.route and s.when}
            is_criterion = decision.route.startswith("indication.") and decision.reason is Reason.MISSING_FACT
            if not facts or gates & set(facts) or is_criterion:
                continue
            has_device = request.patient.facts.get("implanted_device", False)
            cleared = ["device_mri_conditional"] if has_device else []
            known = {**request.patient.facts, **dict.fromkeys([*facts, *cleared], True)}
            patient = replace(request.patient, facts=known)
            assert decide(edition, patient, request.row.event, request.others, grace).decision is Verdict.WITHIN
            compared.append(has_device is True)

    assert len(compared) > 100
    assert (sum(compared) > 5) == (choose_edition is ours)


WHAT_IS_NAMED = re.compile(r"the (study on|booking for|study booked for) ([0-9-]{10})")


@BOTH_EDITIONS
def test_a_booking_is_named_where_a_sentence_says_so_and_a_performed_study_where_it_says_study(choose_edition):
    compared = []

    for _, _, cohort in drawn(choose_edition):
        for request, decision in cohort:
            for named, day in WHAT_IS_NAMED.findall(decision.explanation):
                status = Status.PERFORMED if named == "study on" else Status.SCHEDULED
                assert status in {other.status for other in request.others if str(other.date) == day}
                compared.append(named)

    assert set(compared) == {"study on", "booking for", "study booked for"}


@BOTH_EDITIONS
@given(random=CHANCE, grace=GRACES)
def test_nothing_is_missing_where_the_decision_is_within(choose_edition, random, grace):
    for _, decision in judged(random, choose_edition(random), grace):
        assert decision.decision is not Verdict.WITHIN or decision.missing == ()
