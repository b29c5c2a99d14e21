"""Studies that stand twice: rows of one patient with the same day, study and status."""

import pytest
from support.block_sizes import Sizes, as_csv, audited

STUDY = {"patient_id": "P1", "modality": "CT", "region": "chest", "date": "2022-03-01", "status": "performed"}


def repeated(*changes, **sizes):
    """Return how many rows repeat another one, each row given by what it changes of STUDY."""
    return audited(as_csv([STUDY | change for change in changes]), Sizes(**sizes))[1]["repeated"]


CASES = [
    # the second row, repeated rows, why
    ({}, 1, "the same row twice"),
    ({"date": "2022-02-28"}, 0, "the day before"),
    ({"date": "2022-03-02"}, 0, "the day after"),
    ({"status": "requested"}, 0, "another status"),
    ({"status": "scheduled"}, 0, "a booking beside the study"),
    ({"region": "abdomen"}, 0, "another region"),
    ({"region": "chest|abdomen"}, 0, "one region more"),
    ({"modality": "MRI"}, 0, "another modality"),
    ({"modality": "ct", "region": " Chest "}, 1, "the same study, written otherwise"),
    ({"modality": "", "region": "", "cpt": "71250"}, 1, "the same study by its code"),
    ({"protocol": "bone.chordoma"}, 1, "whatever protocol the row carries"),
    ({"patient_id": "P2"}, 0, "another patient"),
    ({"patient_id": " P1 "}, 1, "the same patient, written with spaces"),
    ({"status": "cancelled"}, 0, "a cancelled study is none"),
    ({"region": "knee"}, 0, "a row that cannot be read says nothing"),
]


@pytest.mark.parametrize(("second", "count", "why"), CASES, ids=[case[-1] for case in CASES])
def test_a_study_that_stands_twice_is_counted(second, count, why):
    assert repeated({}, second) == count, why


def test_every_row_behind_the_first_counts():
    assert repeated({}, {}, {}, {"date": "2022-03-02"}, {"date": "2022-03-02"}) == 3


def test_requests_and_bookings_are_compared_as_performed_studies_are():
    assert repeated(*[{"status": status} for status in ("requested", "", "scheduled", "scheduled", "performed")]) == 2


def test_two_cancelled_rows_repeat_nothing():
    assert repeated({"status": "cancelled"}, {"status": "cancelled"}) == 0


def test_rows_that_only_enrol_repeat_nothing():
    enrolment = {"modality": "", "region": "", "date": "", "protocol": "bone.chordoma"}
    assert repeated(enrolment, enrolment) == 0


@pytest.mark.parametrize(
    ("second", "count"), [("performed", 1), ("scheduled", 0), ("requested", 0)], ids=["done", "booked", "asked for"]
)
def test_an_add_on_is_compared_with_its_status(second, count):
    add_on = {"modality": "", "region": "cervical_spine", "cpt": "0649T"}
    assert repeated(add_on, add_on | {"status": second}) == count
    assert repeated(add_on, {"modality": "MRI", "region": "cervical_spine"}) == 0


def test_a_row_that_other_rows_prove_wrong_repeats_nothing():
    death = {"modality": "", "region": "", "date": "", "status": "", "death_date": "2022-02-28"}
    assert repeated(death, {}, {}) == 0
    assert repeated(death | {"death_date": "2022-03-01"}, {}, {}) == 1


def test_rows_of_distant_blocks_are_compared():
    others = [{"patient_id": f"Q{n}"} for n in range(40)]
    assert repeated({}, *others, {}, block_bytes=1, rows_at_once=1) == 1
    assert repeated({}, *others, {}, block_bytes=1, rows_at_once=1, workers=3) == 1
