"""What is said to a patient on the phone: plain, without disease, and without what does not fit the day."""

import re
from datetime import date, timedelta

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.answers.spoken import SENTENCES, day_words, spoken, study_words
from spine_vigil.scheduler.rules.studies import NAMED_MODALITIES, REGIONS
from spine_vigil.scheduler.rules.words import pattern_words

AS_OF = date(2026, 11, 30)
CALL = "Please call us"
NOTHING = "You have no appointment to arrange right now. Please call us if you have a question or feel unwell."


def line(status, opens=None, closes=None, grace=7, **more):
    """Return a line of a list of all cases; dates are days after the day of the list."""
    days = {name: AS_OF + timedelta(days=value) for name, value in more.items() if isinstance(value, int)}
    window = {"opens": None, "closes": None, "last_day": None}
    if opens is not None:
        ends = (opens, closes, closes + grace)
        window = {n: AS_OF + timedelta(days=day) for n, day in zip(window, ends, strict=True)}
    empty = dict.fromkeys(("booked", "next_booked", "followed_until", "note", "study"))
    return empty | {"status": status, **window} | more | days


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (line("overdue", -90, -60), "It is time for imaging. Please call us and we will find a day that suits you."),
        (line("open", -30, 0), ("It is time for imaging. Please call us to arrange it."
         " A good day is on or before Monday, 30 November 2026.")),
        (line("open", -30, -1), ("It is time for imaging. Please call us to arrange it."
         " A good day is on or before Sunday, 6 December 2026.")),
        (line("upcoming", 2, 33), ("Your next appointment for imaging is due between Wednesday, 2 December 2026 and"
         " Saturday, 2 January 2027. Please call us to arrange it before Wednesday, 2 December 2026.")),
        (line("upcoming", 2, 2), ("Your next appointment for imaging is due on Wednesday, 2 December 2026."
         " Please call us to arrange it before then.")),
        (line("needs_info"), "We need to ask you a few questions before we plan imaging. Please call us."),
        (line("conditional"), NOTHING),
        (line("no_schedule"), NOTHING),
        (line("ended"), NOTHING),
        (line("upcoming", 60, 90, note="nothing is due from then on"), NOTHING),
        (line("open", -9, 9, next_booked=1), "You have an appointment for imaging on Tuesday, 1 December 2026."),
        (line("open", -30, 30, booked=-1), ("We have a note of an appointment for imaging on Sunday, 29 November 2026."
         " Please call us so that we can update it.")),
        (line("ended", next_booked=1), "You have an appointment for imaging on Tuesday, 1 December 2026."),
    ],
)  # fmt: skip
def test_each_status_has_its_sentence(of, said):
    assert spoken([of], AS_OF) == [said]


@pytest.mark.parametrize(("booked", "fits"), [(22, False), (23, True), (67, True), (68, False)])
def test_a_booking_outside_the_window_and_its_grace_asks_to_call(booked, fits):
    said = spoken([line("upcoming", 30, 60, next_booked=booked)], AS_OF)
    assert said[1:] == ([] if fits else [SENTENCES["other_day"]])


def test_a_late_booking_is_offered_an_earlier_day_without_blame():
    assert spoken([line("overdue", -90, -60, next_booked=3)], AS_OF) == [
        "You have an appointment for imaging on Thursday, 3 December 2026.",
        "If you would like an earlier day, please call us.",
    ]


def test_the_same_sentence_is_said_once_and_appointments_come_by_date():
    lines = [
        line("open", -30, 30, next_booked=9),
        line("open", -30, 30, next_booked=1),
        line("open", -9, 30, next_booked=1),
    ]
    assert spoken(lines, AS_OF) == [
        "You have an appointment for imaging on Tuesday, 1 December 2026.",
        "You have an appointment for imaging on Wednesday, 9 December 2026.",
    ]


def test_nothing_to_arrange_is_said_only_where_nothing_else_is():
    assert spoken([line("ended"), line("ended")], AS_OF) == [NOTHING]
    assert NOTHING not in spoken([line("ended"), line("overdue", -90, -60)], AS_OF)


@pytest.mark.parametrize(("until", "count"), [(-1, 0), (0, 0), (1, 1)])
def test_nothing_is_said_once_follow_up_has_ended(until, count):
    assert len(spoken([line("overdue", -90, -60), line("ended", followed_until=until)], AS_OF)) == count


def test_of_what_was_stopped_nothing_is_said():
    assert spoken([line("stopped")], AS_OF) == []
    assert len(spoken([line("stopped"), line("needs_info")], AS_OF)) == 1


@pytest.mark.parametrize(
    ("study", "words"),
    [
        ("MRI of the brain", "an MRI of the brain"),
        ("CT or PET/CT of the chest", "a CT or PET/CT of the chest"),
        ("echocardiography of the heart", "an echocardiography of the heart"),
        ("any imaging of any region", "imaging"),
        (None, "imaging"),
    ],
)
def test_a_study_is_named_with_its_article(study, words):
    assert study_words(study) == words


def every_sentence(*, names_study):
    """Return what is said of every schedule of the edition, in every status, booked and not."""
    told = {}
    for protocol in CURRENT.protocols:
        for schedule in protocol.schedules:
            study = pattern_words(schedule.study, REGIONS["sacrum"])
            for status in DueStatus:
                for more in ({}, {"booked": -5}, {"booked": 5, "next_booked": 5}, {"next_booked": 300}):
                    window = (
                        (-40, -10) if status is DueStatus.OVERDUE else (-10, 9) if status is DueStatus.OPEN else (9, 9)
                    )
                    shown = window if status.is_due else ()
                    own = line(status.value, *shown, study=study, protocol=protocol.id, schedule=schedule.name, **more)
                    own |= {"patient_id": "ZQX-4711"}
                    told[protocol.id, schedule.name, status, *more] = spoken([own], AS_OF, names_study=names_study)
    return told


def words_of(text):
    return set(re.findall(r"[a-z]+", text.lower()))


PLAIN = {"of", "the", "and", "or", "with", "after", "not", "as", "no", "in", "a", "by", "for", "is", "it", "on"}


def diseases():
    """Return the words of the ids and titles of all protocols, and those of their schedules."""
    texts = [text for p in CURRENT.protocols for text in (p.id, *(s.name for s in p.schedules))]
    return set().union(*(words_of(text.replace("_", " ")) for text in texts)) - PLAIN


def test_no_sentence_names_a_disease_a_protocol_a_patient_or_a_part_of_the_body():
    told = every_sentence(names_study=False)
    places = set().union(*(words_of(name.replace("_", " ")) for name in REGIONS))
    studies = {word for modality in NAMED_MODALITIES for word in words_of(modality.value)}
    forbidden = diseases() | places | studies | {"cancer", "tumor", "oncology", "scan", "zqx"}
    assert len(forbidden) > 60
    said = {sentence for sentences in told.values() for sentence in sentences}
    assert len(said) > 6
    assert {word for sentence in said for word in words_of(sentence)} & forbidden == set()


def test_a_named_study_names_its_places_and_no_disease():
    places = set().union(*(words_of(name.replace("_", " ")) for name in REGIONS)) | {"primary", "site", "any", "pet"}
    said = {text for texts in every_sentence(names_study=True).values() for text in texts}
    assert any("MRI of the brain" in text for text in said)
    assert {word for text in said for word in words_of(text)} & (diseases() - places) == set()
    assert not any("ZQX" in text or "_" in text for text in said)


def test_sentences_are_short_and_blame_nobody():
    for text in SENTENCES.values():
        for sentence in re.split(r"(?<=[.])\s", text):
            assert len(sentence.split()) <= 20
    assert words_of(" ".join(SENTENCES.values())) & {"overdue", "late", "missed", "must", "failed", "urgent"} == set()


def test_a_date_is_written_out():
    assert day_words(date(2026, 12, 2)) == "Wednesday, 2 December 2026"
