"""What to say to a patient on the phone: plain sentences that a family member or a voicemail may hear.

They name no disease, no protocol and no part of the body, since each of these can reveal the disease. They blame nobody
and alarm nobody. Of a patient whose follow-up has ended nothing is said, since nobody may be there to be called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from spine_vigil.scheduler.answers.due_status import DueStatus

SENTENCES: Mapping[str, str] = {
    "booked": "You have an appointment for {study} on {booked}.",
    "earlier": "If you would like an earlier day, please call us.",
    "other_day": "Another day may suit better, so please call us before then.",
    "unconfirmed": "We have a note of an appointment for {study} on {booked}. Please call us so that we can update it.",
    "overdue": "It is time for {study}. Please call us and we will find a day that suits you.",
    "open": "It is time for {study}. Please call us to arrange it. A good day is on or before {by}.",
    "upcoming": "Your next appointment for {study} is due between {opens} and {closes}. "
    "Please call us to arrange it before {opens}.",
    "upcoming_day": "Your next appointment for {study} is due on {opens}. Please call us to arrange it before then.",
    "needs_info": "We need to ask you a few questions before we plan {study}. Please call us.",
    "nothing": "You have no appointment to arrange right now. Please call us if you have a question or feel unwell.",
}
"""The sentences, by name."""

NEUTRAL = "imaging"
"""The word for every study, unless its name is asked for."""

_QUIET = (DueStatus.CONDITIONAL, DueStatus.NO_SCHEDULE, DueStatus.ENDED)


def spoken(lines: Sequence[Mapping[str, Any]], as_of: date, *, names_study: bool = False) -> list[str]:
    """Return what to say of the lines of one patient, each sentence once, by date.

    A line has the columns of DUE_COLUMNS and WHOLE_COLUMNS. Of stopped lines nothing is said, and nothing at all where
    `has_left`. That nothing is due is said only where nothing else is.
    """
    if has_left(lines, as_of):
        return []
    by_day = sorted(lines, key=lambda line: line["next_booked"] or line["opens"] or date.max)
    said = [text for line in by_day for text in _sentences(line, as_of, names_study=names_study)]
    if not said and any(DueStatus(line["status"]) in (*_QUIET, DueStatus.UPCOMING) for line in lines):
        said = [SENTENCES["nothing"]]
    return list(dict.fromkeys(said))


def has_left(lines: Iterable[Mapping[str, Any]], as_of: date) -> bool:
    """Return whether follow-up has ended, or the patient has died, by a date."""
    return any(line["followed_until"] is not None and line["followed_until"] <= as_of for line in lines)


def day_words(day: date) -> str:
    """Return a date as it is said: `Wednesday, 2 December 2026`."""
    return f"{day:%A}, {day.day} {day:%B} {day.year}"


def study_words(study: str | None) -> str:
    """Return the name of a study with its article: `an MRI of the brain`, `a CT or PET/CT of the chest`."""
    if not study or study.startswith("any imaging"):
        return NEUTRAL
    return f"{'an' if study.startswith(('MRI', 'echo')) else 'a'} {study}"


def _sentences(line: Mapping[str, Any], as_of: date, *, names_study: bool) -> Iterator[str]:
    status, coming = DueStatus(line["status"]), line["next_booked"]
    words = {
        "study": study_words(line["study"]) if names_study else NEUTRAL,
        **{name: day_words(line[name]) for name in ("opens", "closes", "last_day") if line[name]},
    }
    if coming is not None:
        yield SENTENCES["booked"].format(**words, booked=day_words(coming))
        if status is DueStatus.OVERDUE:
            yield SENTENCES["earlier"]
        elif status.is_due and not _fits(line, coming):
            yield SENTENCES["other_day"]
        return
    if status is DueStatus.STOPPED or status in _QUIET:
        return
    if line["booked"] is not None:
        yield SENTENCES["unconfirmed"].format(**words, booked=day_words(line["booked"]))
        return
    yield from _to_arrange(status, line, words, as_of)


def _fits(line: Mapping[str, Any], day: date) -> bool:
    """Return whether a day lies in the window of a line, with its grace."""
    grace = (line["last_day"] - line["closes"]).days
    return bool(-grace <= (day - line["opens"]).days and day <= line["last_day"])


def _to_arrange(status: DueStatus, line: Mapping[str, Any], words: Mapping[str, str], as_of: date) -> Iterator[str]:
    if status is DueStatus.UPCOMING and line["note"] is not None:  # follow-up ends before the window opens
        return
    if status is DueStatus.UPCOMING:
        name = "upcoming_day" if line["opens"] == line["closes"] else "upcoming"
        yield SENTENCES[name].format(**words)
    elif status is DueStatus.OPEN:
        by = line["closes"] if line["closes"] >= as_of else line["last_day"]
        yield SENTENCES["open"].format(**words, by=day_words(by))
    else:
        yield SENTENCES[status.value].format(**words)
