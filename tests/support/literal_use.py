"""The use of imaging and its burden, row by row and patient by patient, as docs/reference/report.md says it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from support.literal_courses import DatedCourse
from support.literal_rows import NONE, Seen
from support.literal_windows import Observation, after_miss, condition_holds, stretches
from support.patients import Cells, read_requests

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.patient.windows import next_window
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.schedules import Schedule
from spine_vigil.scheduler.rules.studies import modality_names


@dataclass(frozen=True)
class JudgedStudy:
    """A study of the observation with the decision that counts for it; a row that cannot be read is one too.

    `day` is None where it is not known, `patient_id` empty where the row names nobody, `route` empty for none.
    """

    patient_id: str
    day: date | None
    reason: Reason
    route: str = ""
    days_from_window: int | None = None
    missing: tuple[str, ...] = ()
    groups: Mapping[str, str] | None = None

    @property
    def decision(self) -> str:
        assert self.reason.verdict is not None
        return self.reason.verdict.value

    @property
    def counts_as(self) -> str:
        return {"needs_info": "undecided", "invalid": "undecided"}.get(self.decision, self.decision)

    @property
    def order(self) -> tuple[int, float, str, tuple[str, ...]]:
        """The place among rows that repeat a study, the best first."""
        days = float("inf") if self.days_from_window is None else abs(self.days_from_window)
        return self.reason.rank, days, self.route, self.missing


def judged_studies(
    cells: Sequence[Cells], rows: Sequence[Seen], edition: Edition, seen: Observation, as_of: date
) -> Iterator[JudgedStudy]:
    """Yield the studies of the observation, each once, and the rows that cannot be read and may be one."""
    repeated: dict[tuple[str, date, object, int], list[JudgedStudy]] = {}
    for own, request in zip(cells, read_requests(cells, edition, as_of), strict=True):
        event = request.row.event
        if request.patient is None or event is None or event.status is not Status.PERFORMED:
            continue
        if not seen.first_day <= event.date <= seen.last_day:
            continue
        decided = request.decision(edition, seen.grace)
        study = JudgedStudy(
            request.row.patient_id,
            event.date,
            decided.reason,
            decided.route,
            decided.days_from_window,
            decided.missing,
            {column: (own.get(column) or "").strip() for column in seen.by},
        )
        key = (study.patient_id, event.date, event.study.modality, event.study.regions)
        repeated.setdefault(key, []).append(study)
    for same in repeated.values():
        best = min(same, key=lambda study: study.order)
        equal = [study.groups or {} for study in same if study.order == best.order]
        values = {column: [groups[column] for groups in equal if groups[column]] for column in seen.by}
        groups = {column: min(given, default=NONE) for column, given in values.items()}
        yield JudgedStudy(
            best.patient_id, best.day, best.reason, best.route, best.days_from_window, best.missing, groups
        )
    for row in rows:
        if row.may_be_performed and (row.date is None or seen.first_day <= row.date <= seen.last_day):
            patient_id = "" if row.names_nobody else row.patient_id
            groups = {column: row.value(column) or NONE for column in seen.by}
            yield JudgedStudy(patient_id, row.date, Reason.BAD_ROW, groups=groups)


def collect_first(studies: Sequence[JudgedStudy]) -> list[tuple[str, int, int]]:
    """Return each item with how many studies it settles alone, and together with those before it."""
    asking = [study for study in studies if study.decision == "needs_info" and study.missing]
    left = sorted({item for study in asking for item in study.missing})
    chosen: list[str] = []
    lines = []
    while left:
        best = left[0]
        for item in left:
            if _settled(asking, [*chosen, item]) > _settled(asking, [*chosen, best]):
                best = item
        left.remove(best)
        chosen.append(best)
        lines.append((best, _settled(asking, [best]), _settled(asking, chosen)))
    return lines


def _settled(asking: Sequence[JudgedStudy], items: Sequence[str]) -> int:
    count = 0
    for study in asking:
        has = [item in items for item in study.missing]
        count += any(has) if study.reason is Reason.NO_INDEX_DATE else all(has)
    return count


@dataclass(frozen=True)
class Burden:
    """The imaging of all patients: done by modality, asked by the modalities that would do, and the time of both.

    `done` and `asked` hold the number of studies and of patients, under `all` too. `patient_days` counts both bounds;
    it is None where nothing was done or asked for.
    """

    done: Mapping[str, tuple[int, int]]
    asked: Mapping[str, tuple[int, int]]
    patient_days: int | None


def burden(courses: Sequence[DatedCourse], seen: Observation) -> Burden:
    """Return the burden of imaging of a cohort."""
    of_patient: dict[str, list[DatedCourse]] = {}
    for course in courses:
        of_patient.setdefault(course.at_end.patient_id, []).append(course)
    done: list[tuple[str, str]] = []
    asked: list[tuple[str, str]] = []
    patient_days = 0
    for patient_id, own in of_patient.items():
        first = own[0].at_end
        index_dates = [
            stretch.index
            for course in own
            for schedule in _applying(course)
            for stretch in stretches(schedule, course, seen)
        ]
        if not index_dates:
            continue
        begins = max(min(index_dates), seen.first_day)
        ends = min(day for day in (seen.last_day, first.follow_up_end, first.death) if day is not None)
        if ends < begins:
            continue
        patient_days += (ends - begins).days + 1
        studies = {
            (event.date, event.study.modality.value, event.study.regions)
            for event in first.events
            if event.status is Status.PERFORMED and begins <= event.date <= ends
        }
        done += [(modality, patient_id) for _, modality, _ in studies]
        for course in own:
            for schedule in _applying(course):
                accepted = schedule.study.modalities
                what = "any" if accepted is None else " or ".join(modality_names(accepted))
                closing = _closes(schedule, course, seen)
                asked += [(what, patient_id) for day in closing if begins <= day <= ends]
    return Burden(_lines(done), _lines(asked), patient_days if done or asked else None)


def _applying(course: DatedCourse) -> list[Schedule]:
    patient = course.at_end
    return [s for s in patient.protocol.schedules if s.when is None or s.when.holds(patient.facts) is not False]


def _closes(schedule: Schedule, course: DatedCourse, seen: Observation) -> Iterator[date]:
    """Yield the days on which windows close that are asked for, where every study is done on the last day."""
    for stretch in stretches(schedule, course, seen):
        window = next_window(schedule, stretch.index, None, seen.grace)
        while window is not None and window.closes <= stretch.followed:
            if condition_holds(schedule, course.at_end, stretch.index, window.opens) and (
                schedule.timed_end is None or window.closes <= add(stretch.index, schedule.timed_end)
            ):
                yield window.closes
            window = after_miss(schedule, stretch.index, window, seen.grace)


def _lines(studies: Sequence[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    lines = {}
    for name in sorted({name for name, _ in studies}):
        of_name = [patient_id for other, patient_id in studies if other == name]
        lines[name] = (len(of_name), len(set(of_name)))
    if studies:
        lines["all"] = (len(studies), len({patient_id for _, patient_id in studies}))
    return lines
