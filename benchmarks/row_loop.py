"""Audit row by row with pandas and dateutil, for schedules only: `row_loop.py EVENTS.csv OUT.csv`.

The baseline for what an analyst would write: group the events by patient, look back from each, add months with
`relativedelta`. It uses vigil's rules as data, and none of its evaluators. Decision, reason, timing, route, reference
date and window equal those of vigil wherever schedules alone decide; `compare_answers.py` verifies this. Not
implemented, with empty columns: the next allowed date, what is missing, the regions that stay undecided, the count of
unread rows, indications, contraindications and combinations. The explanation does not say what is wrong with a bad row.
Not read: several protocols in one row, and courses that other rows of the patient give to it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd
from row_loop_rules import Event, judge, shared_regions

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS
from spine_vigil.scheduler.rules.dates import NO_DATES
from spine_vigil.scheduler.rules.facts import FALSE_WORDS, SYMPTOMS, TRUE_WORDS
from spine_vigil.scheduler.rules.schedules import Schedule, Stance
from spine_vigil.scheduler.rules.studies import REGIONS, SPINE, Modality, Place

Answer: TypeAlias = tuple[Any, ...]
"""Reason, timing, route, section, reference date, opens, closes, days from the window."""

MODALITIES = {m.value: m for m in Modality}
STATUSES = ("performed", "scheduled", "requested", "cancelled")
DATES = (*INDEX_COLUMNS, "follow_up_end_date", "death_date")
FACTS = list(dict.fromkeys(fact for _, s in CURRENT.schedules() for fact in s.facts()))
FAR = 1_000_000
SAYS_LITTLE = (Reason.ENDED, Reason.NO_INDEX_DATE)
ELSEWHERE = (Reason.EARLY, Reason.ENDED, Reason.CONDITION_NOT_MET, Reason.NO_SURVEILLANCE)
STANCES = {
    Stance.REFERRAL: Reason.OTHER_GUIDELINE,
    Stance.NOT_COVERED: Reason.NOT_COVERED,
    Stance.NO_SURVEILLANCE: Reason.NO_SURVEILLANCE,
}


def decide_file(events: Path, out: Path) -> None:
    """Decide every row of a CSV of events, in its order."""
    frame = pd.read_csv(events, dtype=object, keep_default_na=False)
    rows = frame.to_dict("records")
    answers: list[Answer] = [(None,) * 8] * len(frame)
    for of_patient in frame.groupby("patient_id", sort=False).indices.values():
        read: list[Event] = []
        for index in of_patient:
            try:
                event = read_event(index, rows[index])
            except (KeyError, ValueError):
                answers[index] = (Reason.BAD_ROW, *(None,) * 7)
                continue
            if event is not None and event.status == "cancelled":
                answers[index] = (Reason.CANCELLED, *(None,) * 7)
            elif event is not None:
                read.append(event)
        for event in read:
            answers[event.row] = decide(event, read)
    write(frame, answers, out)


def write(frame: pd.DataFrame, answers: Sequence[Answer], out: Path) -> None:
    """Write the columns of the input, followed by the result columns of an audit."""
    names = ("reason", "timing", "route", "section", "reference_date", "opens", "closes", "days_from_window")
    results = pd.DataFrame(answers, columns=names, dtype=object)
    reasons = results["reason"]
    results["decision"] = [r.verdict.value if r is not None and r.verdict else None for r in reasons]
    results["explanation"] = [
        f"{section or ''}: {reason.value if reason else ''}." if opens is None else
        f"{section}: counted from {reference}, the window is {opens} to {closes}. {reason.value}."
        for reason, section, reference, opens, closes in zip(
            reasons, results["section"], results["reference_date"], results["opens"], results["closes"], strict=True
        )
    ]  # fmt: skip
    results["reason"] = [r.value if r is not None else None for r in reasons]
    results = results.reindex(columns=RESULT_COLUMNS)
    pd.concat([frame, results], axis="columns").to_csv(out, index=False)


def read_date(text: str) -> date | None:
    """Read a date, only as YYYY-MM-DD; None for one that means none. Raises ValueError."""
    day = date.fromisoformat(text)
    if day in NO_DATES:
        return None
    if len(text) != len("YYYY-MM-DD") or not 1900 <= day.year <= 2199:
        raise ValueError(text)
    return day


def read_fact(text: str) -> bool:
    """Read a boolean. Raises ValueError."""
    if text.lower() in TRUE_WORDS:
        return True
    if text.lower() in FALSE_WORDS:
        return False
    raise ValueError(text)


def read_regions(text: str) -> int:
    """Read regions joined by |. Raises KeyError."""
    bits = 0
    for part in text.lower().split("|"):
        bits |= REGIONS[part.strip()]
    return bits


def read_event(row: int, cells: dict[str, str]) -> Event | None:
    """Read a row; None if it only enrols a patient. Raises KeyError or ValueError if a cell cannot be read."""
    text = {name: cell.strip() for name, cell in cells.items()}
    if not text["patient_id"]:
        raise ValueError(row)
    day = read_date(text["date"]) if text["date"] else None
    given = {name: read_date(text[name]) for name in DATES if text.get(name)}
    dates = {name: value for name, value in given.items() if value is not None}
    facts = {name: read_fact(text[name]) for name in FACTS if text.get(name)}
    protocol = CURRENT.protocols_by_id[text["protocol"].lower()] if text["protocol"] else None
    site = REGIONS[text["primary_site"].lower()] if text["primary_site"] else None
    status = text["status"].lower() or "requested"
    code = CURRENT.cpt_by_code[text["cpt"].upper()] if text.get("cpt") else None
    modality = MODALITIES[text["modality"].upper()] if text["modality"] else None
    regions = read_regions(text["region"]) if text["region"] else None
    if status not in STATUSES or (day is None) != (code is None and modality is None and regions is None):
        raise ValueError(row)
    if day is None and text["date"]:
        raise ValueError(row)
    if day is not None and status == "performed" and day > dates.get("death_date", day):
        raise ValueError(row)
    if code is not None:
        wrong_region = code.regions and regions not in (None, code.region_bits)
        if modality not in (None, code.modality) or wrong_region or (not code.regions and regions is None):
            raise ValueError(row)
        modality, regions = code.modality, code.region_bits or regions
    if (modality is None) != (regions is None):
        raise ValueError(row)
    if modality is None or regions is None or day is None:
        return None
    is_add_on = code is not None and code.is_add_on
    return Event(row, protocol, modality, regions, day, status, is_add_on, site, dates, facts)


def decide(event: Event, events: Sequence[Event]) -> Answer:
    """Decide one event, given all events of its patient."""
    if event.day > event.dates.get("death_date", event.day):
        return (Reason.FOLLOW_UP_ENDED, *(None,) * 7)
    protocol = event.protocol
    schedules = protocol.schedules if protocol else ()
    fitting = [s for s in schedules if shared_regions(s, event, event.site)]
    if protocol is None or not fitting:
        return without_schedule(event)
    applying = [s for s in fitting if s.when is None or s.when.holds(event.facts) is not False]
    if not applying:
        return (Reason.NOT_IN_PROTOCOL, None, protocol.id, protocol.cite.section, *(None,) * 4)
    found = [(s, *judge(s, event, events)) for s in applying]
    if any(reason not in SAYS_LITTLE for _, reason, _ in found):
        found = [one for one in found if one[1] is not Reason.NO_INDEX_DATE]
    if any(window for *_, window in found):
        found = [one for one in found if not one[0].has_no_interval]
    routes = []
    for number, (schedule, reason, window) in enumerate(found):
        timing, off = None, FAR
        shown: tuple[Any, ...] = (None,) * 4
        if window is not None:
            off = window.off
            timing = "early" if off < -window.grace else "overdue" if off > window.grace else "on_time"
            shown = (window.reference, window.opens, window.closes, off)
        final = elsewhere(event, reason)
        answer = (final, timing, f"{protocol.id}/{schedule.name}", schedule.cite.section, *shown)
        routes.append(((final.rank, abs(off), number), answer))
    return min(routes)[1]


def without_schedule(event: Event) -> Answer:
    """Return the answer for a study that matches no schedule of the patient's protocol."""
    protocol = event.protocol
    if protocol is None:
        reason = Reason.NO_ROUTE if event.is_covered else Reason.OTHER_GUIDELINE
        return (reason, *(None,) * 7)
    if protocol.stance is not Stance.SURVEILLANCE:
        reason = elsewhere(event, STANCES[protocol.stance])
    elif any(may_fit(s, event) for s in protocol.schedules):
        reason = Reason.MISSING_FACT
    else:
        reason = Reason.NOT_IN_PROTOCOL if event.is_covered else Reason.OTHER_GUIDELINE
    return (reason, None, protocol.id, protocol.cite.section, *(None,) * 4)


def elsewhere(event: Event, reason: Reason) -> Reason:
    """Apply the third clause: new symptoms are a question for the guideline of a study that this one does not cover."""
    is_asked = reason in ELSEWHERE and not event.is_covered and event.facts.get(SYMPTOMS)
    return Reason.OTHER_GUIDELINE if is_asked else reason


def may_fit(schedule: Schedule, event: Event) -> bool:
    """Tell whether a study might match if the primary site were known."""
    study = schedule.study
    if event.site is not None or (study.modalities is not None and event.modality not in study.modalities):
        return False
    return Place.PRIMARY_SITE in study.places or bool(Place.SPINAL_PRIMARY_SITE in study.places and event.shown & SPINE)


if __name__ == "__main__":
    decide_file(Path(sys.argv[1]), Path(sys.argv[2]))
