"""Where two editions hold the same rules: in another order, in other units; and a comparison from either side."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.changed_editions import changed, changed_phases, changed_schedule
from support.evaluators import decide_as_columns
from support.indicated_cohorts import indicated_cohort, with_random_indications
from support.made_up_editions import random_edition
from support.random_criteria import MONTH_ENDS
from support.shuffled_editions import shuffled
from support.sound_edition import SOUND

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.comparing.aspects import What
from spine_vigil.scheduler.editions.comparing.differences import Kind, differences
from spine_vigil.scheduler.editions.vocabulary import CT, months, study, weeks, years
from spine_vigil.scheduler.rules.dates import add, days
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import Plan, Reading, at_least_every, every, once
from spine_vigil.scheduler.values import replace

SEEDS = st.integers(0, 2**32)


def made_up(random):
    return with_random_indications(random, random_edition(random))


@given(SEEDS)
def test_an_edition_in_another_order_holds_the_same_rules(seed):
    other = shuffled(Random(seed), CURRENT)  # noqa: S311 - not for secrets
    assert differences(CURRENT, other) == differences(other, CURRENT) == ()


@given(SEEDS)
def test_a_made_up_edition_in_another_order_holds_the_same_rules(seed):
    random = Random(seed)  # noqa: S311 - not for secrets
    edition = made_up(random)
    assert differences(edition, shuffled(random, edition)) == ()


@pytest.mark.slow
@given(SEEDS)
def test_order_changes_neither_decision_nor_reason(seed):
    random = Random(seed)  # noqa: S311 - not for secrets
    for edition in (CURRENT, made_up(random)):
        rows = indicated_cohort(random, edition, patients=12)
        decided, others = (
            decide_as_columns(rows, each, GracePolicy()) for each in (edition, shuffled(random, edition))
        )
        assert [_decision(row) for row in decided] == [_decision(row) for row in others]


def _decision(row):
    return row["decision"], row["reason"], row["next_allowed"]


SAME = {
    "12 months and a year": (every(months(12)), every(years(1))),
    "a bound of 2 years and of 24 months": (every(months(3), until=years(2)), every(months(3), until=months(24))),
    "a week and 7 days of an interval": (every(weeks(1)), every(days(7))),
    "no lower bound in another unit": (at_least_every(months(6)), every(months(0), months(6))),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_phases_in_other_units_are_the_same(one, other):
    assert differences(changed_phases(one), changed_phases(other)) == ()


def test_a_window_in_days_is_none_in_weeks_since_it_has_no_grace():
    found = differences(changed_phases(once(days(7), days(14))), changed_phases(once(weeks(1), weeks(2))))
    assert [what.value for each in found for what in each.what] == ["interval", "late"]


def test_neither_is_it_in_another_reading():
    windows = (once(days(7), days(14), late=months(1)), once(weeks(1), weeks(2), late=months(1)))
    readings = ([Reading("once", Plan(phases=(window,)), "Once")] for window in windows)
    found = differences(*(changed_schedule(others=tuple(each)) for each in readings))
    assert [each.what for each in found] == [(What.OTHER_READING,)]


def test_regions_of_a_study_have_no_order():
    one, other = (changed_schedule(study=study(CT, at=at)) for at in (("abdomen", "pelvis"), ("pelvis", "abdomen")))
    assert differences(one, other) == ()


def test_what_widens_a_condition_means_nothing_where_there_is_none():
    assert differences(SOUND, changed("combinations", or_protocol=True)) == ()


def _mixed(random):
    """Return a made-up edition, and one that takes some of its schedules, or parts of them, from another."""
    edition, donor = random_edition(random), random_edition(random)
    given_by = [schedule for _, schedule in donor.schedules()]

    def mixed(schedule):
        names = random.choice(((), (), (), (), ("plan",), ("study",), ("index",), ("stops_at", "when"), ("restarts",)))
        other = random.choice(given_by)
        return replace(schedule, **{name: getattr(other, name) for name in names})

    protocols = (
        replace(each, schedules=tuple(mixed(s) for s in each.schedules if random.random() < 0.97) or each.schedules)
        for each in edition.protocols
    )
    return edition, shuffled(random, replace(edition, protocols=tuple(protocols)))


def _meaning(edition):
    """Return what the schedules of an edition mean, worked out from dates and days of grace."""
    return {route: _schedule_meaning(schedule) for route, schedule in edition.schedules()}


def _schedule_meaning(schedule):
    return (
        schedule.study.modalities, set(schedule.study.places), schedule.index, schedule.plan.or_if,
        schedule.plan.more_often_if, set(schedule.stops_at), schedule.when, schedule.restarts, schedule.complements,
        [_phase_meaning(phase) for phase in schedule.phases],
    )  # fmt: skip


def _phase_meaning(phase):
    spans = (phase.low, phase.high, phase.end, phase.late)
    dates = [None if span is None else [add(day, span) for day in MONTH_ENDS] for span in spans]
    return phase.kind, dates, phase.fact, GracePolicy().of(phase)


@given(SEEDS)
def test_there_is_a_difference_exactly_where_the_rules_mean_something_else(seed):
    before, after = _mixed(Random(seed))  # noqa: S311 - not for secrets
    assert (differences(before, after) == ()) == (_meaning(before) == _meaning(after))


def test_half_of_the_mixed_editions_differ():
    same = [differences(*_mixed(Random(seed))) == () for seed in range(60)]  # noqa: S311 - not for secrets
    assert 5 < sum(same) < 55


@given(SEEDS)
def test_a_comparison_from_the_other_side_has_before_and_after_exchanged(seed):
    random = Random(seed)  # noqa: S311 - not for secrets
    before, after = random.choice(((made_up(random), made_up(random)), _mixed(random)))
    turned = [_turned(each) for each in differences(after, before)]
    assert sorted(differences(before, after), key=repr) == sorted(turned, key=repr)


def _turned(difference):
    kind = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED}.get(difference.kind, difference.kind)
    return replace(difference, kind=kind, before=difference.after, after=difference.before)
