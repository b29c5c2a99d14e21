"""Statuses of other systems: what is certain, what is a proposal, and what is neither."""

import pytest

from spine_vigil.scheduler.intake.vocabulary.status_words import ambiguous_status, status_of
from spine_vigil.scheduler.records.patients import Status

CERTAIN = {
    "performed": "performed, Completed, COMPLETE, Final, Finalized, Exam Complete, EXAM_COMPLETE, exam ended, Read, "
    "Verified, Signed, amended, corrected, available, fulfilled, CM, F, Completed - Final, Done, Awaiting Read, "
    "Abgeschlossen, Durchgeführt, durchgefuehrt, Befundet, Realizado, Completada, Réalisé, Terminé",
    "scheduled": "scheduled, Sched, Booked, Confirmed, Appt Made, planned, SC, Geplant, Terminiert, Programado, "
    "Planifié",
    "requested": "requested, Ordered, ORDER PLACED, proposed, waitlist, Auth Pending, Pending Authorization, NW, "
    "Not Scheduled, To Be Scheduled, Angefordert, Solicitado, Demandé",
    "cancelled": "cancelled, Canceled, CANCEL, Cancelled by patient, No Show, NOSHOW, no-show, N/S, DNA, LWBS, Voided, "
    "Entered in error, entered-in-error, revoked, not-done, Not Completed, CA, DC, Patient Refused, Storniert, "
    "Abgesagt, Cancelado, Anulado, Annulé, nicht durchgeführt",
}
AMBIGUOUS = {
    "Prelim": "performed scheduled",
    "preliminary": "performed scheduled",
    "Arrived": "scheduled performed",
    "Checked in": "scheduled performed",
    "checked-in": "scheduled performed",
    "In progress": "scheduled performed",
    "IP": "performed scheduled",
    "Rescheduled": "cancelled scheduled",
    "Pending": "requested scheduled",
    "active": "requested scheduled",
    "on-hold": "requested scheduled",
    "Approved": "requested scheduled performed",
    "PEND": "performed requested",
    "DENIED": "performed cancelled",
    "Reversed": "cancelled",
    "Discontinued": "cancelled performed",
    "stopped": "cancelled",
    "Incomplete": "cancelled performed",
    "P": "performed requested scheduled",
    "C": "performed cancelled",
    "X": "cancelled",
    "Cancelled: patient was ill": "cancelled",
    "Completed, then rescheduled": "performed cancelled scheduled",
}


def words_by_status():
    return [(word.strip(), status) for status, words in CERTAIN.items() for word in words.split(",")]


@pytest.mark.parametrize(("text", "status"), words_by_status())
def test_a_word_with_one_meaning_is_certain(text, status):
    assert status_of(text) is Status(status)
    assert ambiguous_status(text) == ()


@pytest.mark.parametrize(("text", "statuses"), AMBIGUOUS.items())
def test_a_word_with_several_meanings_is_a_proposal_likeliest_first(text, statuses):
    assert status_of(text) is None
    assert [status.value for status in ambiguous_status(text)] == statuses.split()


@pytest.mark.parametrize("text", ["", "-", "foo", "12", "not final", "No images completed", "never scheduled", "Y"])
def test_what_is_not_understood_proposes_nothing(text):
    assert status_of(text) is None
    assert ambiguous_status(text) == ()
