from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.records.fields import event_columns
from spine_vigil.scheduler.records.follow_up import checked_rows, follow_ups
from spine_vigil.scheduler.records.rows import read_row
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.studies import REGIONS

COLUMNS = event_columns(CURRENT)
AS_OF = date(2022, 12, 1)
END = IndexKind.TREATMENT_END


def _row(**cells):
    return read_row({"patient_id": "P1", "protocol": "bone.osteosarcoma"} | cells, CURRENT, COLUMNS)


def _study(on, **cells):
    return _row(**({"modality": "CT", "region": "chest", "date": on, "status": "performed"} | cells))


def followed(rows, as_of=AS_OF):
    return list(follow_ups(CURRENT, checked_rows(CURRENT, rows), as_of))


def test_every_row_of_the_patient_fills_the_course_whatever_their_order():
    rows = [
        _row(treatment_end_date="2022-12-31", diagnosis_date="2021-09-01", primary_site="sacrum"),
        _study("2022-05-01", treatment_end_date="2022-01-31", high_grade="no"),
        _study("2022-08-01", treatment_end_date="2022-02-28", high_grade="yes"),
        _study("2022-11-01", diagnosis_date="2021-10-01"),
    ]
    for order in permutations(rows):
        (found,) = followed(order)
        assert found.course.index_dates == {
            END: date(2022, 2, 28),  # the latest by then
            IndexKind.DIAGNOSIS: date(2021, 9, 1),  # the earliest
        }
        assert found.course.primary_site == REGIONS["sacrum"]
        assert (found.facts["high_grade"], found.facts["calcium_rising"]) == (True, None)
        assert sorted(e.date for e in found.events) == [date(2022, 5, 1), date(2022, 8, 1), date(2022, 11, 1)]


def test_two_primary_sites_of_one_course_are_unknown():
    (found,) = followed([_study("2022-05-01", primary_site="sacrum"), _study("2022-06-01", primary_site="skull")])
    assert found.course.primary_site is None


FACTS = [
    # rows from the oldest to the newest, the fact, why
    (
        [_study("2022-05-01", calcium_rising="no"), _study("2022-05-02", calcium_rising="yes")],
        True,
        "the newest counts",
    ),
    (
        [_study("2022-05-01", calcium_rising="yes"), _study("2022-05-02", calcium_rising="no")],
        False,
        "whatever it says",
    ),
    ([_study("2022-05-01", calcium_rising="yes"), _study("2022-05-02")], True, "of those that give one"),
    ([_row(calcium_rising="yes"), _study("2022-05-02")], None, "an enrolment says nothing of events"),
    (
        [_study("2022-05-02", calcium_rising="no"), _study("2022-05-02", calcium_rising="yes", status="requested")],
        True,
        "of equally new ones the greater value",
    ),
    ([_study("2022-05-01", calcium_rising="yes", protocol="")], True, "a row that names no protocol is of each"),
    ([_study("2022-05-01", calcium_rising="yes", protocol="bone.chordoma")], None, "one of another disease is not"),
    ([_study("2022-12-02", calcium_rising="yes")], None, "a study that was not done yet says nothing"),
    ([_study("2022-12-02", calcium_rising="yes", status="scheduled")], True, "a booking does"),
]


@pytest.mark.parametrize(("rows", "fact", "why"), FACTS, ids=[case[-1] for case in FACTS])
def test_a_fact_of_an_event_is_that_of_the_newest_row(rows, fact, why):
    (found,) = [f for f in followed([*rows, _row()]) if f.protocol.id == "bone.osteosarcoma"]
    assert found.facts["calcium_rising"] is fact, why


def test_a_patient_under_several_protocols_has_one_history_and_one_end_of_follow_up():
    rows = [
        _row(patient_id="P2", treatment_end_date="2022-01-31"),
        _study("2022-05-01", treatment_end_date="2022-01-31", follow_up_end_date="2022-06-01"),
        _row(protocol="cns.medulloblastoma", treatment_end_date="2020-02-02"),
        _row(protocol="", diagnosis_date="2019-01-01"),
        _row(protocol="cns.ependymoma", death_date="2022-07-01"),
    ]
    found = [(f.patient_id, f.protocol.id, f.course.index_dates, len(f.events)) for f in followed(rows)]
    assert found == [
        ("P1", "bone.osteosarcoma", {END: date(2022, 1, 31)}, 1),
        ("P1", "cns.medulloblastoma", {END: date(2020, 2, 2)}, 1),
        ("P1", "cns.ependymoma", {IndexKind.DIAGNOSIS: date(2019, 1, 1)}, 1),  # of the row that names none
        ("P2", "bone.osteosarcoma", {END: date(2022, 1, 31)}, 0),
    ]
    ends = {(f.patient_id, f.follow_up_end, f.death) for f in followed(rows)}
    assert ends == {("P1", date(2022, 6, 1), date(2022, 7, 1)), ("P2", None, None)}


def test_a_patient_without_a_protocol_is_not_followed():
    assert followed([_study("2022-05-01", protocol="")]) == []


UNREAD = [
    # rows, how many cannot be read, how many events are left, why
    ([_study("2022-02-30")], 1, 0, "no such day"),
    ([_study("2022-05-01"), _row(birth_date="2022-05-02")], 1, 0, "before the birth that another row documents"),
    ([_study("2022-05-02"), _row(birth_date="2022-05-02")], 0, 1, "on the day"),
    ([_study("2022-05-03"), _row(birth_date="2022-05-02")], 0, 1, "after it"),
    ([_study("2022-05-01"), _row(death_date="2022-05-02")], 0, 1, "before the death"),
    ([_study("2022-05-02"), _row(death_date="2022-05-02")], 0, 1, "on the day"),
    ([_study("2022-05-03"), _row(death_date="2022-05-02")], 1, 0, "performed after it"),
    ([_study("2022-05-03", status="scheduled"), _row(death_date="2022-05-02")], 0, 1, "a booking after it can be read"),
    ([_study("2022-12-02")], 0, 0, "not done yet: no error of the row"),
    ([_row(treatment_end_date="soon"), _row(primary_site="knee")], 2, 0, "two"),
]


@pytest.mark.parametrize(("rows", "count", "events", "why"), UNREAD, ids=[case[-1] for case in UNREAD])
def test_rows_that_cannot_be_read_are_left_out_and_counted(rows, count, events, why):
    (found,) = followed([*rows, _row()])
    assert (found.unread_rows, len(found.events)) == (count, events), why


def test_a_row_without_patient_id_belongs_to_nobody():
    (found,) = followed([_row(), _row(patient_id=" ")])
    assert found.unread_rows == 0


def test_the_newest_date_is_of_an_index_date_or_a_performed_study():
    rows = [
        _row(treatment_end_date="2022-01-31"),
        _study("2022-05-01"),
        _study("2022-05-02"),
        _row(modality="CT", region="chest", date="2022-06-30", status="scheduled"),
    ]
    days = (date(2022, 4, 30), date(2022, 5, 1), date(2022, 7, 1))
    assert [followed(rows, day)[0].newest_date for day in days] == [
        date(2022, 1, 31),
        date(2022, 5, 1),
        date(2022, 5, 2),
    ]
