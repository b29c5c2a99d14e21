"""A clinic of 40 made-up patients over a year: its events file on each Monday, and the reasons for its changes.

The clinic works by its own list of what is due: whoever has a window comes early, in time or late, is booked before or
not, and now and then a study is reported weeks after it was done. Beside that the year has its surprises (CHANGES).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from support.due import Line

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.rules.facts import Level
from spine_vigil.scheduler.rules.schedules import Protocol, Schedule

Cells = dict[str, str]

FIRST_DAY = date(2023, 11, 6)
WEEKS = 54
"""From a Monday on, over a 29 February and two ends of a year."""

SITE = "sacrum"

OF_EVENTS = {fact.name for fact in CURRENT.facts if fact.level is Level.EVENT}

PROTOCOLS = (
    "bone.osteosarcoma",
    "cns.brain_metastases",
    "bone.chondrosarcoma.other",
    "cns.glioblastoma",
    "neuroendocrine.poorly_differentiated.resectable",
    "bone.chondrosarcoma.atypical_cartilaginous",
    "cns.leptomeningeal_metastases",
    "neuroendocrine.rectal_small",
    "cns.medulloblastoma",
    "neuroendocrine.carcinoid_syndrome",
)
"""Four patients each: windows of one day and of months, without a first day, once, in days, conditional, and none."""

HABITS = ("early", "in time", "late", "booked")

NEW = {30: 2, 31: 5, 32: 9, 33: 12, 34: 16, 35: 21, 36: 26, 37: 33, 38: 40, 39: 47}
"""Patient and the week in which he or she comes; all others are there from the start."""

CHANGES = (
    # week, patient, column, value (a number: so many days from that Monday), why
    (3, 25, "clinically_indicated", "yes", "a condition is documented"),
    (6, 10, "progression_date", -10, "progression, found ten days ago"),
    (8, 15, "surgery_date", -560, "an index date is corrected"),
    (8, 20, "treatment_end_date", -120, "an index date is corrected"),
    (10, 11, "follow_up_end_date", -3, "a patient has died"),
    (13, 16, "follow_up_end_date", 38, "a transfer that is known before"),
    (15, 0, "treatment_end_date", "", "an index date is lost"),
    (16, 0, "treatment_end_date", -300, "and given again, otherwise"),
    (19, 2, "treatment_end_date", -200, "an index date is corrected"),
    (20, 9, "carcinoid_heart_disease", "yes", "another schedule applies from now on"),
    (22, 30, "primary_site", "", "the site is lost"),
    (24, 30, "primary_site", SITE, "and given again"),
    (27, 25, "clinically_indicated", "no", "a condition holds no more"),
    (28, 5, "progression_date", -2, "progression"),
    (29, 5, "progression_date", "", "that was none"),
    (31, 4, "protocol", "neuroendocrine.adrenal.localized", "the diagnosis is another one"),
    (34, 22, "follow_up_end_date", 9, "hospice from next week on"),
    (36, 12, "progression_date", -30, "progression, reported a month late"),
    (43, 1, "follow_up_end_date", -60, "a death two months ago"),
    (46, 14, "treatment_end_date", -30, "treated again: the schedule starts anew"),
)
LEFT_OUT = {6: range(7, 9), 23: range(20, 31), 38: range(44, 45)}
"""Patients whose rows are missing from the input for some weeks."""

STRUCK_OUT = {0: range(30, 32), 20: range(38, 47), 25: range(24, 26), 2: range(41, 42)}
"""Patients whose studies, for some weeks, are taken for those of someone else."""


@dataclass
class Person:
    """A patient: what is documented, and every event with the Monday from which the file tells it."""

    patient_id: str
    number: int
    documented: dict[str, str]
    events: list[dict[str, str | date]] = field(default_factory=list)
    plans: dict[tuple[str, date], date] = field(default_factory=dict)

    @property
    def protocol(self) -> Protocol:
        """The protocol as documented now."""
        return CURRENT.protocol(self.documented["protocol"])

    def rows(self, day: date) -> list[Cells]:
        """Return what the file says of the patient on a Monday; facts of an event stand in the rows of studies."""
        of_event = {name: text for name, text in self.documented.items() if name in OF_EVENTS}
        same = {"patient_id": self.patient_id, "protocol": self.documented["protocol"]}
        told = [event for event in self.events if event["told"] <= day]
        return [
            same | {name: text for name, text in self.documented.items() if name not in of_event},
            *(
                same | of_event | {name: str(value) for name, value in event.items() if name != "told"}
                for event in told
            ),
        ]


def clinic() -> list[Person]:
    """Return the patients as they are before the first week, or when they come."""
    return [_person(number) for number in range(40)]


def _person(number: int) -> Person:
    random = _chance(number)
    protocol = CURRENT.protocol(PROTOCOLS[number % len(PROTOCOLS)])
    is_new = number in NEW
    day = FIRST_DAY + timedelta(weeks=NEW.get(number, 0))
    # Whoever is new was treated lately; who has a glioblastoma will be operated on on Wednesday.
    is_planned = is_new and protocol.id == "cns.glioblastoma"
    index = day - timedelta(days=-2 if is_planned else random.randint(0, 30) if is_new else 40 + 17 * number)
    if protocol.id == "bone.chondrosarcoma.atypical_cartilaginous":
        index -= timedelta(days=300)  # after 2 years it asks for an indication
    documented = {"protocol": protocol.id, "primary_site": SITE}
    for schedule in protocol.schedules:
        later = {"radiation_start_date": 35, "radiation_end_date": 75}.get(schedule.index[0].column, 0)
        documented[schedule.index[0].column] = str(index + timedelta(days=later))
        if schedule.when is not None:
            documented[schedule.when.fact] = ("no", "yes", "")[number // len(PROTOCOLS) % 3]
    person = Person(f"MRN-{4700 + number}", number, documented)
    if not is_new:
        for schedule in protocol.schedules:
            done = max(index + timedelta(days=3), day - timedelta(days=random.randint(3, 100)))
            person.events.append(_event(schedule, done, "performed", day))
    return person


def _chance(*of: object) -> Random:
    return Random(repr(of))  # noqa: S311 - not for secrets; of its own for each decision, whatever else changes


def _event(schedule: Schedule, day: date, status: str, told: date) -> dict[str, str | date]:
    modalities = schedule.study.modalities
    place = schedule.study.places[0]
    return {
        "modality": "MRI" if modalities is None else min(modality.value for modality in modalities),
        "region": place if isinstance(place, str) else SITE,
        "date": str(day),
        "status": status,
        "told": told,
    }


def weeks(list_due: Callable[[Sequence[Cells], date], list[Line]]) -> list[tuple[date, list[Cells], list[Line]]]:
    """Return each Monday with the rows of the events file, and the list of what is due by which the clinic works."""
    people, found = clinic(), []
    for week in range(WEEKS):
        day = FIRST_DAY + timedelta(weeks=week)
        for at, number, column, value, _ in CHANGES:
            if at == week:
                new = str(day + timedelta(days=value)) if isinstance(value, int) else value
                people[number].documented[column] = new
        rows = [row for person in people for row in _told(person, week, day)]
        found.append((day, rows, list_due(rows, day)))
        due: dict[str, list[Line]] = {}
        for line in found[-1][2]:
            due.setdefault(line["patient_id"], []).append(line)
        for person in people:
            _live(person, day, due.get(person.patient_id, []))
    return found


def _told(person: Person, week: int, day: date) -> list[Cells]:
    if week < NEW.get(person.number, 0) or week in LEFT_OUT.get(person.number, ()):
        return []
    rows = person.rows(day)
    return rows[:1] if week in STRUCK_OUT.get(person.number, ()) else rows


def _live(person: Person, day: date, due: Iterable[Line]) -> None:
    """Let a patient live a week, from this Monday to the next."""
    schedules = {schedule.name: schedule for schedule in person.protocol.schedules}
    habit = HABITS[person.number % len(HABITS)]
    for line in due:
        if line["opens"] is None or line["status"] not in ("upcoming", "open", "overdue"):
            continue
        schedule, key = schedules[line["schedule"]], (line["schedule"], line["opens"])
        random = _chance(person.number, *key, person.plans.get(key))
        if key not in person.plans:
            person.plans[key] = _planned(random, habit, line["opens"], line["closes"])
            if habit == "booked":
                person.events.append(_event(schedule, person.plans[key], "scheduled", day + timedelta(weeks=1)))
        planned = max(person.plans[key], day)
        if planned >= day + timedelta(weeks=1):
            continue
        if habit == "booked" and random.random() < 0.3 and planned == person.plans[key]:
            _settle(person, planned, "cancelled")
            person.plans[key] = planned + timedelta(days=random.randint(10, 25))
            continue
        _settle(person, person.plans[key], "cancelled")
        told = day + timedelta(weeks=random.choice((1, 1, 1, 4)))
        person.events.append(_event(schedule, planned, "performed", told))
        person.plans[key] = date.max


def _planned(random: Random, habit: str, opens: date, closes: date) -> date:
    if habit == "early":
        return opens - timedelta(days=random.randint(1, 20))
    if habit == "late":
        return closes + timedelta(days=random.choice((1, 5, 12, 40, 90)))
    return opens + timedelta(days=random.randint(0, (closes - opens).days))


def _settle(person: Person, day: date, status: str) -> None:
    """Say of a booking what became of it."""
    for event in person.events:
        if event["status"] == "scheduled" and event["date"] == str(day):
            event["status"] = status
