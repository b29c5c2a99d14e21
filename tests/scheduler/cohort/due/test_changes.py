"""What changed since an earlier due list: new, moved, gone, unchanged, and why."""

from datetime import date, timedelta
from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.due_changes import KEY, changes_since, keys
from support.random_cohorts import FIRST_DAYS, random_cohort

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.cohort.due.changes import UNCOMPARED
from spine_vigil.scheduler.cohort.due.described import CHANGE_COLUMNS
from spine_vigil.scheduler.cohort.due.rules import DueRules, Wanted
from spine_vigil.scheduler.cohort.due.wording import DUE_COLUMNS
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.studies import Modality

CHANCE = st.integers(0, 2**32).map(Random)
PROTOCOL = {"protocol": "bone.osteosarcoma", "treatment_end_date": "2022-01-31", "primary_site": "sacrum"}
ENROLLED = {"patient_id": "P1", **PROTOCOL}
CT = {"patient_id": "P1", "modality": "CT", "region": "chest", "date": "2022-05-02", "status": "performed"}
"""With it the chest is due on 2 August 2022, the sacrum since 30 April 2022."""
DONE = CT | {"region": "sacrum", "date": "2022-05-11"}


def rules(day):
    return DueRules(CURRENT, GracePolicy(), date.fromisoformat(day))


def told(lines, schedule):
    """Return the change of a schedule of the only patient, why, and what it was."""
    line = lines.filter(pl.col("schedule") == schedule).to_dicts()[0]
    return line["change"], line["change_note"], line["was_status"], line["status"]


def random_lists(random):
    """Return two lists of nearly the same rows: some are gone, some are booked, some days have passed."""
    rows = random_cohort(random, CURRENT, patients=6, rows=4)
    as_of = random.choice(FIRST_DAYS) + timedelta(days=random.choice((30, 100, 400)))
    later = [row | ({"status": "scheduled"} if random.random() < 0.3 else {}) for row in rows if random.random() < 0.9]
    gone = random.choice([row["patient_id"] for row in rows])
    later = [row for row in later if row["patient_id"] != gone or random.random() < 0.1]
    later += random_cohort(random, CURRENT, patients=1, rows=2)[:1]
    days = timedelta(days=random.choice((0, 1, 40)))
    return [(part, DueRules(CURRENT, GracePolicy(), day)) for part, day in ((rows, as_of), (later, as_of + days))]


def random_wanted(random):
    statuses = [status for status in DueStatus if random.random() < 0.5]
    modalities = random.choice(((), (), (Modality.MRI,)))
    return Wanted(statuses if random.random() < 0.3 else (), modalities=modalities)


@pytest.mark.slow
@given(CHANCE, st.sampled_from([".csv", ".csv.gz", ".json", ".parquet"]))
def test_a_list_compared_with_itself_says_that_nothing_changed(random, suffix):
    before, _ = random_lists(random)
    wanted = random_wanted(random)
    changes, lines = changes_since(before, before, (wanted, wanted), suffix)
    assert dict(changes.counts) == ({"unchanged": len(lines)} if len(lines) else {})
    assert lines["change_note"].null_count() == len(lines)


@pytest.mark.slow
@given(CHANCE, st.sampled_from([".json", ".parquet"]))
def test_what_is_new_one_way_is_gone_the_other_way(random, suffix):
    before, now = random_lists(random)
    wanted = random_wanted(random), random_wanted(random)
    _, there = changes_since(before, now, wanted, suffix)
    _, back = changes_since(now, before, wanted[::-1], suffix)
    is_same_modality = wanted[0].modalities == wanted[1].modalities
    if is_same_modality:
        assert keys(there, "new") == keys(back, "gone")
        assert keys(there, "gone") == keys(back, "new")
    assert keys(there, "moved") == keys(back, "moved")
    assert keys(there, "unchanged") == keys(back, "unchanged")
    moved = [lines.filter(pl.col("change") == "moved").sort(KEY) for lines in (there, back)]
    for name in ("status", "opens", "closes", "last_day", "booked"):
        assert moved[0][name].to_list() == moved[1][f"was_{name}"].to_list()


def test_a_study_that_was_done_moves_the_window_and_is_named():
    changes, lines = changes_since(([ENROLLED, CT], rules("2022-05-10")), ([ENROLLED, CT, DONE], rules("2022-05-12")))
    assert told(lines, "primary_site") == ("moved", "done on 2022-05-11", "overdue", "upcoming")
    assert told(lines, "chest") == ("unchanged", None, "upcoming", "upcoming")
    assert changes.words == "since the list of 2022-05-10: 0 new, 1 moved, 0 gone, 1 unchanged"


def test_a_study_that_the_earlier_list_knew_is_not_called_done_where_other_things_change():
    without = ENROLLED | {"treatment_end_date": ""}
    _, lines = changes_since(([without, CT], rules("2022-05-10")), ([ENROLLED, CT], rules("2022-05-10")))
    assert told(lines, "chest") == ("moved", "counted from 2022-05-02 now", "needs_info", "upcoming")
    ended = ENROLLED | {"follow_up_end_date": "2022-05-11"}
    _, lines = changes_since(([ENROLLED, CT], rules("2022-05-10")), ([ended, CT], rules("2022-05-11")))
    assert told(lines, "chest")[:2] == ("moved", "follow-up ended on 2022-05-11")


@pytest.mark.parametrize(
    ("done", "why"), [("2022-05-10", "follow-up ended on 2022-05-13"), ("2022-05-11", "done on 2022-05-11")]
)
def test_a_study_before_the_end_of_follow_up_is_named_if_it_is_later_than_the_earlier_list(done, why):
    ended = [ENROLLED | {"follow_up_end_date": "2022-05-13"}, DONE | {"date": done}]
    _, lines = changes_since(([ENROLLED], rules("2022-05-10")), (ended, rules("2022-05-13")))
    assert told(lines, "primary_site")[:2] == ("moved", why)


def test_a_booking_that_came_or_went_is_a_move():
    booked = CT | {"date": "2022-08-02", "status": "scheduled"}
    without, with_it = (([ENROLLED, CT, *more], rules("2022-05-10")) for more in ([], [booked]))
    assert told(changes_since(without, with_it)[1], "chest")[:2] == ("moved", "booked for 2022-08-02")
    assert told(changes_since(with_it, without)[1], "chest")[:2] == ("moved", "no longer booked")


def test_time_alone_moves_a_status_and_gives_no_reason():
    row = [ENROLLED, CT]
    _, lines = changes_since((row, rules("2022-08-11")), (row, rules("2022-08-12")))  # its grace ends on 11 August
    assert told(lines, "chest") == ("moved", None, "open", "overdue")
    _, lines = changes_since((row, rules("2022-08-10")), (row, rules("2022-08-11")))
    assert told(lines, "chest") == ("unchanged", None, "open", "open")


def test_a_new_index_date_is_named_where_nothing_was_done():
    later = ENROLLED | {"treatment_end_date": "2022-03-31"}
    _, lines = changes_since(([ENROLLED], rules("2022-04-10")), ([later], rules("2022-04-10")))
    assert told(lines, "primary_site")[:2] == ("moved", "counted from 2022-03-31 now")


URGENT = Wanted((DueStatus.OVERDUE, DueStatus.OPEN))
CHORDOMA = {"patient_id": "P1", "protocol": "bone.chordoma", "treatment_end_date": "2022-01-31"}


@pytest.mark.parametrize(
    ("now", "why", "status"),
    [
        ([ENROLLED, CT, DONE], "done on 2022-05-11", "upcoming"),
        ([ENROLLED | {"follow_up_end_date": "2022-05-12"}, CT], "follow-up ended on 2022-05-12", "stopped"),
        ([ENROLLED | {"progression_date": "2022-05-12"}, CT], "progression is documented on 2022-05-12", "stopped"),
        ([CHORDOMA, CT], "no longer enrolled in the protocol", None),
        ([ENROLLED | {"patient_id": "P2"}], "not in the file, or no readable row names a protocol", None),
        ([ENROLLED | {"date": "2022-99-99"}], "not in the file, or no readable row names a protocol", None),
    ],
    ids=["done", "follow-up ended", "stopped", "another protocol", "another patient", "unreadable"],
)
def test_what_is_gone_comes_last_and_says_why(now, why, status):
    changes, lines = changes_since(([ENROLLED, CT], rules("2022-05-10")), (now, rules("2022-05-12")), (URGENT, URGENT))
    assert changes.counts["gone"] == 1
    last = lines.to_dicts()[-1]
    assert [last[name] for name in ("patient_id", "schedule", "change", "change_note", "status")] == [
        "P1", "primary_site", "gone", why, status,
    ]  # fmt: skip
    assert (last["was_status"], last["was_opens"], last["was_last_day"]) == (
        "overdue", date(2022, 4, 30), date(2022, 5, 9),
    )  # fmt: skip
    assert (last["study"], last["section"]) == ("CT, MRI or PET/CT of the sacrum", "Bone 5")


def test_what_the_earlier_list_was_not_asked_for_is_not_called_new():
    both = ([ENROLLED, CT], rules("2022-05-10"))
    changes, lines = changes_since(both, both, (URGENT, Wanted()))
    assert dict(changes.counts) == {"unchanged": 1, UNCOMPARED: 1}
    assert told(lines, "chest") == (None, None, None, "upcoming")
    assert dict(changes.held_back) == {"upcoming": 1}


def test_a_csv_does_not_tell_what_it_was_asked_for_so_its_lines_do():
    both = ([ENROLLED, CT], rules("2022-05-10"))
    assert dict(changes_since(both, both, (URGENT, Wanted()), ".csv")[0].counts) == {"unchanged": 1, UNCOMPARED: 1}
    other = ([ENROLLED, CT, ENROLLED | {"patient_id": "P2"}], rules("2022-05-10"))
    assert keys(changes_since(both, other, (URGENT, URGENT), ".csv")[1], "new") == [
        ("P2", "bone.osteosarcoma", "chest"),
        ("P2", "bone.osteosarcoma", "primary_site"),
    ]


def test_what_this_list_is_not_asked_for_is_not_called_gone():
    both = ([ENROLLED, CT], rules("2022-05-10"))
    changes, lines = changes_since(both, both, (Wanted(), URGENT))
    assert (dict(changes.counts), len(lines)) == ({"unchanged": 1}, 1)


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_a_window_that_came_near_since_the_earlier_list_is_new(suffix):
    near = CT | {"patient_id": "P2", "date": "2022-05-01"}  # a CSV tells by its lines that upcoming ones were asked for
    rows = [ENROLLED, CT, ENROLLED | {"patient_id": "P2"}, near]
    horizon = Wanted(opens_by=date(2022, 8, 1)), Wanted(opens_by=date(2022, 8, 2))  # the chest opens on the second
    changes, lines = changes_since((rows, rules("2022-05-10")), (rows, rules("2022-05-11")), horizon, suffix)
    assert keys(lines, "new") == [("P1", "bone.osteosarcoma", "chest")]
    assert dict(changes.counts) == {"new": 1, "unchanged": 3}


@pytest.mark.parametrize(("last", "change"), [("2022-07-29", None), ("2022-07-30", "new")])
def test_a_wider_look_ahead_brings_nothing_new(last, change):
    """Three days are allowed, by which months differ."""
    both = [ENROLLED, CT], rules("2022-05-10")
    horizon = Wanted(opens_by=date.fromisoformat(last)), Wanted(opens_by=date(2022, 12, 1))
    assert told(changes_since(both, both, horizon)[1], "chest")[0] == change
    assert dict(changes_since(both, both, horizon[::-1])[0].counts) == {"unchanged": 1}


def test_a_csv_of_near_windows_does_not_tell_whether_a_far_one_is_new():
    later = CT | {"date": "2022-05-09"}  # the window opens on 9 August
    both = [ENROLLED, CT, ENROLLED | {"patient_id": "P2"}, later | {"patient_id": "P2"}], rules("2022-05-10")
    near = Wanted(opens_by=date(2022, 8, 2))
    changes, lines = changes_since(both, both, (near, Wanted()), ".csv")
    assert dict(changes.counts) == {"unchanged": 3, UNCOMPARED: 1}
    assert lines.filter(pl.col("change").is_null()).select(KEY).rows() == [("P2", "bone.osteosarcoma", "chest")]


def test_an_id_that_a_csv_quotes_is_the_same_patient():
    both = ([ENROLLED | {"patient_id": "=1+1"}], rules("2022-05-10"))
    for suffix in (".csv", ".csv.gz", ".json", ".parquet", ".xlsx"):
        assert dict(changes_since(both, both, suffix=suffix)[0].counts) == {"unchanged": 2}


def test_a_protocol_without_schedules_is_compared_too():
    other = ([{"patient_id": "P5", "protocol": "cns.ependymoma"}], rules("2022-05-10"))
    assert dict(changes_since(other, other)[0].counts) == {"unchanged": 1}
    _, lines = changes_since(other, ([ENROLLED], rules("2022-05-10")))
    assert keys(lines, "gone") == [("P5", "cns.ependymoma", "")]
    assert list(lines.schema.items()) == list((DUE_COLUMNS | CHANGE_COLUMNS).items())
