"""Random cohorts for reports: patients who are imaged around their windows, for years, and all that can go wrong."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind, Protocol, Schedule
from spine_vigil.scheduler.rules.studies import Place

FROM, TO = date(2020, 3, 1), date(2023, 8, 31)
"""An observation that cuts through the courses of these cohorts."""

BY = ("site", "payer")
"""The columns of these cohorts by which a report can be grouped."""

Cells = dict[str, str]

_FIRST_DAYS = (
    date(2018, 8, 31), date(2019, 2, 28), date(2019, 11, 30), date(2020, 2, 29), date(2020, 5, 15), date(2021, 1, 31),
    date(2021, 12, 31), date(2022, 10, 29),
)  # fmt: skip
_SITES = ("", "north", "north", "south", "Süd, Haus 2", "west")
_PRIMARY_SITES = ("", "cervical_spine", "lumbar_spine", "total_spine", "pelvis", "chest", "brain", "whole_body")
_OFF = (-40, -31, -19, -18, -10, -9, -8, -1, 0, 0, 0, 0, 0, 0, 1, 7, 8, 9, 10, 18, 19, 30, 31, 60, 100)
_STATUSES = ("performed",) * 12 + ("scheduled", "scheduled", "requested", "cancelled", "")
_ROUND = (1, 5, 19, 20, 21, -3)
_SPOILT = (
    ("date", "2021-02-30"), ("date", ""), ("date", "1900-01-01"), ("status", "postponed"), ("region", "cervical"),
    ("modality", "MRT"), ("modality", ""), ("protocol", "bone.osteosarkoma"), ("primary_site", "knee"),
    ("birth_date", "2199-01-01"), ("patient_id", " "), ("cpt", "99999"), ("surgery_date", "0204-01-01"),
)  # fmt: skip
_INDEX_COLUMNS = (
    "diagnosis_date", "treatment_end_date", "surgery_date", "radiation_start_date", "radiation_end_date",
)  # fmt: skip


def random_report_cohort(random: Random, edition: Edition, patients: int = 6) -> tuple[list[Cells], list[Cells]]:
    """Return the rows of an events file and of a patients file, for up to `patients` patients, shuffled."""
    events: list[Cells] = []
    known: list[Cells] = []
    for number in range(random.randint(1, patients)):
        own, of_patient = _patient(random, edition, f"R{number}")
        events += own
        known += of_patient
    random.shuffle(events)
    return events, known


def _patient(random: Random, edition: Edition, patient_id: str) -> tuple[list[Cells], list[Cells]]:
    timed = [
        p for p in edition.protocols if any(schedule.timed_phases for schedule in p.schedules)
    ] or edition.protocols
    particular = [protocol for protocol in timed if any(_is_particular(s) for s in protocol.schedules)] or timed
    choice = random.random()
    protocols = [random.choice(particular if choice < 0.4 else timed if choice < 0.95 else edition.protocols)]
    if random.random() < 0.2:
        protocols.append(random.choice(timed))
    rows: list[Cells] = []
    known: list[Cells] = []
    facts: Cells = {}
    for protocol in protocols:
        course, own = _course(random, protocol, patient_id)
        facts |= {name: text for name, text in course.items() if text in ("true", "false")}
        rows += own
        if random.random() < 0.6:
            says = {name: text for name, text in course.items() if text not in ("true", "false")}
            (known if random.random() < 0.5 else rows).append(says | _where(random))
            if random.random() < 0.6:
                _strip(own, says)
    _end(random, rows, known)
    _give_sites(random, rows)
    for row in rows:
        row.update(facts if row.get("date") else {})
    rows += [_again(random, row) for row in rows if random.random() < 0.08]
    for row in rows:
        if random.random() < 0.025:
            row.update([random.choice(_SPOILT)])
    return rows, known


def _is_particular(schedule: Schedule) -> bool:
    """Return whether a schedule has a condition, a one-time window, several regions or an event that stops it."""
    phases = schedule.timed_phases
    is_conditional = bool(phases) and (schedule.when is not None or any(phase.fact for phase in phases))
    is_once = any(phase.kind is PhaseKind.ONCE for phase in phases)
    return is_conditional or is_once or len(schedule.study.places) > 1 or len(schedule.stops_at) > 1


def _course(random: Random, protocol: Protocol, patient_id: str) -> tuple[Cells, list[Cells]]:
    """Return what is known of a course, and the studies of its patient."""
    course = {"patient_id": patient_id, "protocol": protocol.id, "primary_site": random.choice(_PRIMARY_SITES)}
    first_day = random.choice(_FIRST_DAYS)
    wanted = {kind.column for schedule in protocol.schedules for kind in schedule.index_kinds}
    for column in _INDEX_COLUMNS:
        if random.random() < (0.6 if column in wanted else 0.15):
            course[column] = str(first_day + timedelta(days=random.choice((0, 0, 0, 14, 100, 200, 400, 700, -60))))
    if random.random() < 0.25:
        progression = first_day + timedelta(days=random.choice((-1, 0, 100, 365, 380, 600)))
        course["progression_date"] = str(progression)
        if random.random() < 0.5:
            again = progression + timedelta(days=random.choice((-1, 0, 1, 60, 200)))
            course[random.choice(("treatment_end_date", "surgery_date", "radiation_end_date"))] = str(again)
    for schedule in protocol.schedules:
        for fact in schedule.facts():
            if random.random() < 0.6:
                course[fact] = random.choice(("true", "true", "false"))
    begins = sorted({date.fromisoformat(text) for name, text in course.items() if name in _INDEX_COLUMNS})
    rows = []
    for schedule in protocol.schedules:
        for day in [*begins[:1], *(d for d in begins[1:] if random.random() < 0.5)] or [first_day]:
            rows += [course | cells for cells in _followed(random, schedule, day, course["primary_site"])]
    return course, rows


def _followed(random: Random, schedule: Schedule, index: date, primary_site: str) -> Iterator[Cells]:
    """Yield studies around the windows of a schedule."""
    day = index
    is_kept = random.random()  # how well the patient keeps the schedule
    while day < TO + timedelta(days=120):
        phase = _phase_on(schedule, index, day)
        steps = [duration for duration in (phase.low, phase.high) if duration and duration.count > 0]
        if not steps:
            return
        is_once = phase.kind is PhaseKind.ONCE
        due = add(index if is_once else day, random.choice(steps))
        done = due + timedelta(days=random.choice(_OFF))
        is_done = random.random() < 0.5 + is_kept / 2
        if is_done:
            yield from _studies(random, schedule, done, primary_site)
        if is_once and phase.end is not None:
            day = add(index, phase.end)
            if phase is schedule.timed_phases[-1]:
                return
        else:
            day = max(done, due - timedelta(days=20)) if is_done and random.random() < 0.85 else due


def _phase_on(schedule: Schedule, index: date, day: date) -> Phase:
    for phase in schedule.phases:
        if phase.end is None or day < add(index, phase.end):
            return phase
    return schedule.phases[-1]


def _studies(random: Random, schedule: Schedule, day: date, primary_site: str) -> Iterator[Cells]:
    """Yield the study of a window, in one piece or in parts, with a second modality of its round, or another region."""
    accepted = sorted(m.value for m in schedule.study.modalities) if schedule.study.modalities else ["MRI", "CT"]
    regions = []
    for place in schedule.study.places:
        regions.append(place if isinstance(place, str) else primary_site or "cervical_spine")
        if place is Place.ANYWHERE:
            regions[-1] = "whole_body"
    row = {"date": str(day), "modality": random.choice(accepted), "region": "|".join(regions)}
    row["status"] = random.choice(_STATUSES)
    kind = random.random()
    if kind < 0.05:
        row["region"] = random.choice(("brain", "chest", "cervical_spine", "whole_body"))
    elif "total_spine" in regions and kind < 0.5:
        regions = ["cervical_spine", "thoracic_spine|lumbar_spine"]
    if len(regions) > 1 and kind < 0.6:
        for number, region in enumerate(regions):
            later = day + timedelta(days=0 if number == 0 else random.choice((0, 1, 12, 45)))
            if random.random() < 0.9:
                yield row | {"date": str(later), "region": region}
        return
    yield row
    if random.random() < (0.35 if schedule.complements else 0.05):
        other = day + timedelta(days=random.choice(_ROUND))
        yield row | {"date": str(other), "modality": random.choice(accepted)}


def _where(random: Random) -> Cells:
    return {"site": random.choice(_SITES), "payer": random.choice(("", "A", "B"))}


def _give_sites(random: Random, rows: list[Cells]) -> None:
    """Give the rows of a patient places that change now and then, in order of time."""
    where = _where(random)
    for row in sorted(rows, key=lambda row: row.get("date", "")):
        if random.random() < 0.15:
            where = _where(random)
        row.update(where if random.random() < 0.85 else {"site": "", "payer": where["payer"]})


def _strip(rows: list[Cells], says: Cells) -> None:
    """Leave what another row says out of the rows of a course, mostly."""
    for row in rows:
        for name in says:
            if name != "patient_id":
                row.pop(name, None)


def _end(random: Random, rows: list[Cells], known: list[Cells]) -> None:
    """Let a patient die or leave now and then; some studies are then dated after the death."""
    if random.random() < 0.3 and rows:
        column = random.choice(("death_date", "follow_up_end_date"))
        days = sorted(row["date"] for row in rows if row.get("date"))
        if days:
            at = date.fromisoformat(random.choice(days)) + timedelta(days=random.choice((-1, 0, 0, 1, 30, 200)))
            for row in random.choice((rows, known, known)) or rows:
                row[column] = str(at)


def _again(random: Random, row: Cells) -> Cells:
    """Return a row that repeats another, in part."""
    return row | random.choice(({}, {}, {"site": "east"}, {"protocol": ""}, {"status": "performed"}))
