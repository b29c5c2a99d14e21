"""The proof that each day of a schedule belongs to exactly one phase."""

import pytest
from support.sound_edition import CHEST

from spine_vigil.scheduler.editions.vocabulary import Plan, as_, days, every, months, once, unspecified, weeks, years
from spine_vigil.scheduler.proofs import days as proof
from spine_vigil.scheduler.proofs.days import refute_days
from spine_vigil.scheduler.rules.schedules import replace


def with_phases(*phases):
    return replace(CHEST, plan=Plan(phases=phases), others=())


@pytest.mark.parametrize(
    ("phases", "why"),
    [
        ((every(months(3)),), "without end"),
        ((every(months(3), until=years(2)), every(months(6))), "two intervals"),
        ((every(months(3), until=years(2)), unspecified(until=years(5))), "a trailing phase with an end"),
        ((once(days(-2), days(0)), every(months(3))), "from before the index date on"),
        ((once(months(6), months(6)), once(months(12), months(12))), "windows of one day"),
        ((as_("pain", until=years(10)),), "no window at all"),
    ],
)
def test_each_day_of_a_sound_schedule_belongs_to_one_phase(phases, why):
    assert refute_days(with_phases(*phases)) is None, why


def test_a_phase_that_ends_before_it_begins_on_the_calendar_is_found_with_its_first_day():
    """Of the index dates in their order, 2 March is the first from which three months are longer than 13 weeks."""
    phases = (every(months(1), until=months(3)), every(weeks(6), until=weeks(13)), every(months(6)))
    assert str(refute_days(with_phases(*phases))) == (
        "counted from 2023-03-02: 2023-06-01 belongs to 'every 1 month until 3 months' and 'every 6 months',"
        " and is judged by 'every 6 weeks until 13 weeks'"
    )


def test_an_engine_that_takes_another_phase_is_found(monkeypatch):
    monkeypatch.setattr(proof, "phase_at", lambda _schedule, _index, _day: 0)
    example = refute_days(with_phases(every(months(3), until=years(2)), every(months(6))))
    assert str(example) == (
        "counted from 2022-12-31: 2024-12-31 belongs to 'every 6 months',"
        " and is judged by 'every 3 months until 2 years'"
    )
