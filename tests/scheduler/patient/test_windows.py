"""Which phase of a schedule a day belongs to, on both sides of each boundary, and the windows that follow from it."""

from datetime import date

import pytest
from support.evaluators import decide_as_columns, decide_one_by_one

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.vocabulary import (
    SURGERY,
    Cite,
    Plan,
    Schedule,
    as_,
    at_least_every,
    months,
    protocol,
    study,
)
from spine_vigil.scheduler.patient.windows import phase_at
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.values import replace

INDEX = date(2020, 1, 31)
SCHEDULE = Schedule(
    "brain",
    Cite("M 1"),
    study(at="brain"),
    (SURGERY,),
    Plan(
        phases=(
            at_least_every(months(3), until=months(12)),
            at_least_every(months(6), until=months(24)),
            as_("symptoms_new_or_progressing", until=months(36)),
        )
    ),
)
PHASES = [
    ("2020-01-30", None, "the day before the index date"),
    ("2020-01-31", 0, "the index date"),
    ("2021-01-30", 0, "the day before the first boundary"),
    ("2021-01-31", 1, "a boundary belongs to the phase that begins"),
    ("2021-02-01", 1, "the day after it"),
    ("2022-01-30", 1, "the day before the timed phases end"),
    ("2022-01-31", 1, "the timed end belongs to the last timed phase"),
    ("2022-02-01", 2, "the day after it"),
    ("2023-01-30", 2, "the day before the trailing phase ends"),
    ("2023-01-31", 2, "the last day of the trailing phase"),
    ("2023-02-01", None, "the day after it"),
]


@pytest.mark.parametrize(("day", "place", "why"), PHASES, ids=[why for *_, why in PHASES])
def test_a_day_belongs_to_a_phase(day, place, why):
    assert phase_at(SCHEDULE, INDEX, date.fromisoformat(day)) == place, why


@pytest.mark.parametrize("decide", [decide_one_by_one, decide_as_columns], ids=["scalar", "columnar"])
@pytest.mark.parametrize(
    ("last_study", "opens", "reason", "why"),
    [
        ("2022-01-30", "2022-01-30", "on_schedule", "the day before the timed phases end: within 6 months"),
        ("2022-01-31", "2022-01-31", "on_schedule", "on the timed end: the last timed phase still gives a window"),
        ("2022-02-01", None, "missing_fact", "the day after: the trailing phase waits for its fact"),
    ],
)
def test_a_study_on_the_timed_end_gives_a_window_of_the_last_timed_phase(decide, last_study, opens, reason, why):
    edition = replace(CURRENT, protocols=(protocol("made_up", "made up", SCHEDULE, cite=Cite("M 1")),))
    row = {"patient_id": "P1", "protocol": "made_up", "modality": "MRI", "region": "brain", "surgery_date": str(INDEX)}
    rows = [row | {"date": last_study, "status": "performed"}, row | {"date": "2022-02-10"}]
    result = decide(rows, edition, GracePolicy())[1]
    assert (result["reason"], result["opens"]) == (reason, opens), why
