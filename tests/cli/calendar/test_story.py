"""A year of one patient, worked out by hand: each export revises and cancels what the one before said."""

from datetime import date

from support.calendar_year import events_of
from support.reminders import SECRET, ct, revision, row

from spine_vigil.scheduler.calendars.feeds import feed
from spine_vigil.scheduler.calendars.state import State

FIRST = [ct("2022-04-22")]
BOTH = [*FIRST, ct("2022-11-03")]
EARLIER, PROGRESSED = {"treatment_end_date": "2022-01-24"}, {"progression_date": "2022-12-01"}
STORY = [
    # day, studies, what else is documented, by number the first day, STATUS and SEQUENCE of the windows, why
    ("2022-02-07", [], {}, {0: ("2022-04-30", "CONFIRMED", 0), 1: ("2022-07-31", "TENTATIVE", 0),
        2: ("2022-10-31", "TENTATIVE", 0)}, "treated until 31 January: every 3 months of the chest"),
    ("2022-04-25", FIRST, {}, {0: ("2022-04-30", "CANCELLED", 1), 1: ("2022-07-22", "CONFIRMED", 1),
        2: ("2022-10-22", "TENTATIVE", 1)}, "studied on 22 April, in the grace: counted from then on"),
    ("2022-05-30", FIRST, {}, {0: ("2022-04-30", "CANCELLED", 1), 1: ("2022-07-22", "CONFIRMED", 1),
        2: ("2022-10-22", "TENTATIVE", 1)}, "30 days after 30 April"),
    ("2022-05-31", FIRST, {}, {1: ("2022-07-22", "CONFIRMED", 1), 2: ("2022-10-22", "TENTATIVE", 1)}, "the day after"),
    ("2022-07-11", FIRST, EARLIER, {1: ("2022-07-22", "CONFIRMED", 1), 2: ("2022-10-22", "TENTATIVE", 1)},
        "another index date moves no window that counts from a study"),
    ("2022-07-22", FIRST, EARLIER, {1: ("2022-07-22", "CONFIRMED", 1), 2: ("2022-10-22", "TENTATIVE", 1)},
        "the day on which the firm window closes"),
    ("2022-08-08", FIRST, EARLIER, {1: ("2022-08-09", "CONFIRMED", 2), 2: ("2022-11-08", "TENTATIVE", 2)},
        "overdue since 1 August: on the day after the run, and the projection counts from the day of the run"),
    ("2022-09-30", FIRST, EARLIER, {1: ("2022-08-09", "CONFIRMED", 2), 2: ("2022-12-30", "TENTATIVE", 3)},
        "the overdue one stays where it is, the projection moves on"),
    ("2022-10-01", FIRST, EARLIER, {1: ("2022-08-09", "CONFIRMED", 2)}, "behind the horizon"),
    ("2022-11-07", BOTH, EARLIER, {1: ("2022-08-09", "CANCELLED", 3), 2: ("2023-02-03", "CONFIRMED", 4)},
        "studied on 3 November, late; the next window is firm, wherever the horizon is"),
    ("2022-11-14", BOTH, EARLIER, {1: ("2022-08-09", "CANCELLED", 3), 2: ("2023-02-03", "CONFIRMED", 4)},
        "a week after a cancellation whose 30 days were over before"),
    ("2022-11-15", BOTH, EARLIER, {2: ("2023-02-03", "CONFIRMED", 4)}, "the day after"),
    ("2022-11-28", FIRST, EARLIER, {1: ("2022-11-29", "CONFIRMED", 4), 2: ("2023-02-03", "CANCELLED", 5)},
        "the study of November was another patient's: overdue once more, on the day after the run"),
    ("2022-12-05", FIRST, EARLIER | PROGRESSED, {1: ("2022-11-29", "CANCELLED", 5),
        2: ("2023-02-03", "CANCELLED", 5)}, "progression on 1 December"),
    ("2022-12-29", FIRST, EARLIER | PROGRESSED, {1: ("2022-11-29", "CANCELLED", 5),
        2: ("2023-02-03", "CANCELLED", 5)}, "30 days after 29 November, where it stood"),
    ("2022-12-30", FIRST, EARLIER | PROGRESSED, {2: ("2023-02-03", "CANCELLED", 5)}, "the day after"),
    ("2022-12-31", BOTH, EARLIER, {2: ("2023-02-03", "CONFIRMED", 6)}, "neither was so: what was dropped stays so"),
]  # fmt: skip


def test_the_year_of_one_patient():
    numbers = {SECRET.window_uid("MRN-4711-Zoë", "bone.osteosarcoma", "chest", number): number for number in range(9)}
    state = State()
    for day, studies, documented, expected, why in STORY:
        found = revision(state, [row(**documented), *studies], day, until=date(2022, 12, 31))
        events = {numbers[uid]: e for uid, e in events_of(feed(found.revised)).items() if uid in numbers}
        assert {n: (str(e.stands_on), e.status, e.sequence) for n, e in events.items()} == expected, why
        state = found.state
