"""The entries of a calendar: which windows they are of, and what they say."""

from __future__ import annotations

from datetime import date

import pytest
from support.reminders import ct, entries, row

from spine_vigil.scheduler.calendars.entries import day_words
from spine_vigil.scheduler.patient.standing import DueStatus


def spans(found, schedule_words="of the chest"):
    of_schedule = [e for e in found.events if schedule_words in e.description]
    return sorted((str(e.opens), str(e.closes), "firm" if e.is_firm else "projected") for e in of_schedule)


# Which windows


def test_firm_and_projected_windows_up_to_the_horizon():
    """Osteosarcoma, 3-monthly from 31 January 2022, asked on 1 February for 12 months."""
    assert spans(entries([row()])) == [
        ("2022-04-30", "2022-04-30", "firm"),
        ("2022-07-31", "2022-07-31", "projected"),
        ("2022-10-31", "2022-10-31", "projected"),
        ("2023-01-31", "2023-01-31", "projected"),
    ]


@pytest.mark.parametrize(
    ("as_of", "first_projection", "why"),
    [
        ("2022-04-30", "2022-07-31", "closes on the day"),
        ("2022-05-01", "2022-08-01", "closed the day before: the missed study is assumed today"),
        ("2022-08-01", "2022-11-01", "and not a day in the past"),
    ],
)
def test_an_overdue_window_stays_and_projections_behind_it_count_from_the_day(as_of, first_projection, why):
    found = spans(entries([row()], as_of))
    assert (found[0], found[1][0]) == (("2022-04-30", "2022-04-30", "firm"), first_projection), why


@pytest.mark.parametrize(("as_of", "revised"), [("2022-04-30", "2022-01-31"), ("2022-05-01", "2022-05-01")])
def test_a_projection_that_counts_from_the_day_is_revised_on_it_and_the_firm_window_is_not(as_of, revised):
    found = entries([row()], as_of).events
    assert {str(e.revised) for e in found if e.is_firm} == {"2022-01-31"}
    assert {str(e.revised) for e in found if not e.is_firm} == {revised}


def test_a_booked_or_requested_study_moves_no_window():
    assert spans(entries([row(), ct("2022-04-30", "scheduled"), ct("2022-04-30", "requested")], "2022-05-01"))[0] == (
        "2022-04-30",
        "2022-04-30",
        "firm",
    )


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"follow_up_end_date": "2022-02-01"}, DueStatus.STOPPED),
        ({"progression_date": "2022-02-01"}, DueStatus.STOPPED),
        ({"protocol": "occult_primary", "diagnosis_date": "2022-01-31"}, DueStatus.CONDITIONAL),
        ({"protocol": "neuroendocrine.lung_nodules"}, DueStatus.NEEDS_INFO),
        ({"protocol": "cns.ependymoma"}, DueStatus.NO_SCHEDULE),
        ({"protocol": "cns.glioblastoma", "surgery_date": "2020-01-31"}, DueStatus.ENDED),
    ],
)
def test_nothing_is_written_where_nothing_is_due_but_counted(cells, status):
    found = entries([row(**cells)])
    assert found.events == ()
    assert found.statuses[status] >= 1


def test_what_is_lacking_is_counted_in_words():
    """Two patients without a primary site, for the first of the two schedules of osteosarcoma."""
    found = entries([row(primary_site=""), row(primary_site="", patient_id="other")])
    assert found.lacking == {"the primary site is not documented": 2}
    assert found.statuses[DueStatus.NEEDS_INFO] == 2


def test_the_codes_are_those_of_the_patients_with_an_event_each_once():
    stopped = row(patient_id="stopped", follow_up_end_date="2022-02-01")
    found = entries([row(), row(patient_id="other"), stopped])
    assert [name for _, name in sorted(found.pseudonyms, key=lambda pair: pair[1])] == ["MRN-4711-Zoë", "other"]
    assert {pseudonym for pseudonym, _ in found.pseudonyms} == {e.pseudonym for e in found.events}
    assert list(found.pseudonyms) == sorted(found.pseudonyms)


@pytest.mark.parametrize(
    ("follow_up_end_date", "patients", "why"),
    [
        ("2022-04-29", 0, "ends the day before the first window opens"),
        ("2022-04-30", 0, "ends on the day, from which on nothing is due"),
        ("2022-05-01", 1, "ends the day after"),
    ],
)
def test_a_patient_whose_follow_up_ends_before_any_window_has_no_code(follow_up_end_date, patients, why):
    assert len(entries([row(follow_up_end_date=follow_up_end_date)]).pseudonyms) == patients, why


def test_no_projection_opens_after_the_known_end_of_follow_up():
    found = spans(entries([row(follow_up_end_date="2022-07-31")]))
    assert found == [("2022-04-30", "2022-04-30", "firm")]


@pytest.mark.parametrize(
    ("indicated", "opens"),
    [
        ("", ["2022-07-31", "2023-07-31"]),
        ("no", ["2022-07-31", "2023-07-31"]),
        ("yes", ["2022-07-31", "2023-07-31", "2025-01-31"]),
    ],
)
def test_a_projection_in_a_conditional_phase_needs_its_fact(indicated, opens):
    """Atypical cartilaginous tumor: yearly after 24 months only if clinically indicated."""
    cells = {"protocol": "bone.chondrosarcoma.atypical_cartilaginous", "surgery_date": "2022-01-31"}
    asked = ct("2022-02-01", "requested", clinically_indicated=indicated, **cells)
    found = entries([row(**cells), asked], until=date(2025, 12, 31))
    assert [s[0] for s in spans(found, "primary site")] == opens


def test_a_schedule_that_does_not_apply_is_neither_written_nor_counted():
    """Carcinoid syndrome without heart disease: abdomen open, chest by symptoms, one of the two echocardiograms."""
    cells = {"protocol": "neuroendocrine.carcinoid_syndrome", "diagnosis_date": "2022-01-31"}
    found = entries([row(carcinoid_heart_disease="no", **cells)], "2022-05-01")
    assert found.statuses == {DueStatus.OPEN: 1, DueStatus.CONDITIONAL: 1, DueStatus.UPCOMING: 1}


# What they say


def test_the_description_says_what_to_order_when_and_by_which_rule():
    (firm,) = [e for e in entries([row()]).events if e.is_firm and "primary site" in e.description]
    assert firm.description.split("\n") == [
        "Only day: 30 April 2022.",
        "Target date: 30 April 2022, the day on which the window opens.",
        "To order: CT, MRI or PET/CT of the primary site.",
        "Rule: every 3 months; grace 9 days on either side.",
        "Source: Bone 5 of HealthHelp, 2025 MRI Cervical Spine, reviewed 2025-05-16.",
        "A reminder, not an order. A study outside the window is not thereby denied.",
    ]


def test_a_window_in_days_says_that_there_is_no_grace():
    cells = {"protocol": "cns.glioblastoma", "treatment_end_date": "", "surgery_date": "2022-02-01"}
    said = [e.description for e in entries([row(**cells)], "2022-02-01").events]
    assert sum("Rule: once, from the day itself to 2 days after; no grace.\n" in text for text in said) == 1


def test_rows_of_the_patient_that_cannot_be_read_are_told():
    found = entries([row(), ct("2022-02-30")]).events
    assert all("1 row of this patient cannot be read and did not count." in e.description for e in found)


def test_a_projection_says_that_it_is_one():
    found = entries([row()]).events
    assert [("a projection" in e.description) for e in found] == [not e.is_firm for e in found]


def test_a_condition_is_said_with_the_day_from_which_it_holds():
    cells = {"protocol": "bone.chondrosarcoma.atypical_cartilaginous", "surgery_date": "2022-01-31"}
    found = entries([row(**cells)], until=date(2024, 12, 31))
    (said,) = [e.description for e in found.events if e.opens == date(2023, 7, 31)]
    assert "From 31 January 2024 on only where the study is clinically indicated." in said


@pytest.mark.parametrize(("day", "words"), [((2024, 2, 29), "29 February 2024"), ((2022, 12, 1), "1 December 2022")])
def test_dates_in_words(day, words):
    assert day_words(date(*day)) == words
