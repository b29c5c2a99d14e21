"""What a report counts of windows, courses and studies, as plain numbers."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from support.literal_courses import DatedCourse
from support.literal_rows import NONE
from support.literal_use import JudgedStudy
from support.literal_windows import COUNTED, Observation, ReportWindow, stretches

from spine_vigil.scheduler.answers.reasons import Reason

Item = TypeVar("Item")
Group = tuple[str, str]
Share = float | None
"""A share; None of nothing."""

EARLY_DAYS = {"1 to 7": 7, "8 to 14": 14, "15 to 30": 30, "31 to 60": 60, "61 to 90": 90, "91 to 180": 180}
"""The last day of each range of days, but of `181 or more`."""


@dataclass(frozen=True)
class Timeliness:
    """The counts of one group; `windows` and `patients` are those with an outcome, unknown ones included."""

    patients: int
    windows: int
    timely: int
    late: int
    missed: int
    unknown: int
    least: Share
    greatest: Share
    patients_counted: int
    patients_timely: int
    patients_least: Share
    patients_greatest: Share


@dataclass(frozen=True)
class Use:
    """The counts of one group of studies; the bounds are of the share that is not supported."""

    patients: int
    studies: int
    within: int
    outside: int
    undecided: int
    refer: int
    least: Share
    greatest: Share


def _grouped(items: Iterable[Item], groups_of: Callable[[Item], Iterator[Group]]) -> dict[Group, list[Item]]:
    grouped: dict[Group, list[Item]] = {}
    for item in items:
        for group in groups_of(item):
            grouped.setdefault(group, []).append(item)
    return grouped


def _groups_of_window(window: ReportWindow) -> Iterator[Group]:
    yield "all", "all"
    yield "protocol", window.protocol
    yield "schedule", f"{window.protocol}/{window.schedule}"
    yield "year", str(window.last_day.year)
    yield from window.groups.items()


def _groups_of_study(study: JudgedStudy) -> Iterator[Group]:
    yield "all", "all"
    yield "protocol", study.route.partition("/")[0] or NONE
    yield "schedule", study.route or NONE
    yield "year", str(study.day.year) if study.day else NONE
    yield from (study.groups or {}).items()


def timeliness(windows: Iterable[ReportWindow]) -> dict[Group, Timeliness]:
    """Return the counts of windows by kind of group and group."""
    with_outcome = [window for window in windows if window.outcome in (*COUNTED, "unknown")]
    return {group: _timeliness(own) for group, own in _grouped(with_outcome, _groups_of_window).items()}


def _timeliness(windows: Sequence[ReportWindow]) -> Timeliness:
    outcomes = Counter(window.outcome for window in windows)
    known = [(w.patient_id, "timely" if w.outcome == "timely" else "untimely") for w in windows if w.outcome in COUNTED]
    at_worst = [(window.patient_id, window.at_worst) for window in windows if window.at_worst]
    at_best = [(window.patient_id, window.at_best) for window in windows if window.at_best]
    patients_timely, patients_counted = _patients_timely(known)
    return Timeliness(
        patients=len({window.patient_id for window in windows}),
        windows=len(windows),
        timely=outcomes["timely"],
        late=outcomes["late"],
        missed=outcomes["missed"],
        unknown=outcomes["unknown"],
        least=_share(at_worst),
        greatest=_share(at_best),
        patients_counted=patients_counted,
        patients_timely=patients_timely,
        patients_least=ratio(*_patients_timely(at_worst)),
        patients_greatest=ratio(*_patients_timely(at_best)),
    )


def ratio(count: int, of: int) -> Share:
    """Return a share."""
    return count / of if of else None


def _share(states: Sequence[tuple[str, str]]) -> Share:
    return ratio(sum(state == "timely" for _, state in states), len(states))


def _patients_timely(states: Sequence[tuple[str, str]]) -> tuple[int, int]:
    """Return how many patients have timely states alone, and how many there are."""
    patients = {patient_id for patient_id, _ in states}
    untimely = {patient_id for patient_id, state in states if state == "untimely"}
    return len(patients - untimely), len(patients)


def not_counted(windows: Iterable[ReportWindow]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the windows and the patients by outcome and why, of windows that are not timely, late or missed."""
    left_out = [window for window in windows if window.outcome not in COUNTED]
    grouped = _grouped(left_out, lambda window: iter([(window.outcome, window.why)]))
    return {why: (len(own), len({window.patient_id for window in own})) for why, own in grouped.items()}


def courses(found: Iterable[DatedCourse], seen: Observation) -> dict[str, tuple[int, int]]:
    """Return the courses and the patients by standing."""
    grouped = _grouped(found, lambda course: iter([("", _standing(course, seen))]))
    return {name: (len(own), len({course.at_end.patient_id for course in own})) for (_, name), own in grouped.items()}


def _standing(course: DatedCourse, seen: Observation) -> str:
    patient = course.at_end
    if not patient.protocol.schedules:
        return "no_schedule"
    timed = [
        schedule
        for schedule in patient.protocol.schedules
        if schedule.timed_phases and (schedule.when is None or schedule.when.holds(patient.facts) is not False)
    ]
    if not timed:
        return "no_interval"
    return "has_windows" if any(stretches(schedule, course, seen) for schedule in timed) else "no_index_date"


def use(studies: Iterable[JudgedStudy]) -> dict[Group, Use]:
    """Return the counts of studies by kind of group and group."""
    return {group: _use(own) for group, own in _grouped(studies, _groups_of_study).items()}


def _use(studies: Sequence[JudgedStudy]) -> Use:
    counts = Counter(study.counts_as for study in studies)
    within, outside, undecided = counts["within"], counts["outside"], counts["undecided"]
    decidable = within + outside + undecided
    return Use(
        patients=_patients(studies),
        studies=len(studies),
        within=within,
        outside=outside,
        undecided=undecided,
        refer=counts["refer"],
        least=ratio(outside, decidable),
        greatest=ratio(outside + undecided, decidable),
    )


def _patients(studies: Iterable[JudgedStudy]) -> int:
    return len({study.patient_id for study in studies} - {""})


def use_reasons(studies: Iterable[JudgedStudy]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the studies and the patients by decision and reason; rows that cannot be read are among them."""
    grouped = _grouped(studies, lambda study: iter([(study.decision, study.reason.value)]))
    return {reason: (len(own), _patients(own)) for reason, own in grouped.items()}


def early_days(studies: Iterable[JudgedStudy]) -> dict[str, tuple[int, int]]:
    """Return the early studies and the patients by the days from the study to the opening of its window."""
    early = [study for study in studies if study.reason is Reason.EARLY]
    grouped = _grouped(early, lambda study: iter([("", _days_early(study))]))
    return {name: (len(own), _patients(own)) for (_, name), own in grouped.items()}


def _days_early(study: JudgedStudy) -> str:
    assert study.days_from_window is not None
    return next((name for name, last in EARLY_DAYS.items() if -study.days_from_window <= last), "181 or more")


def time_to_study(windows: Iterable[ReportWindow]) -> dict[Group, tuple[int, int, int]]:
    """Return the patients, and the windows that were done and those that were not, of windows with a time to study."""
    timed = [window for window in windows if window.has_time]
    groups = {group: own for group, own in _grouped(timed, _groups_of_window).items() if group[0] in WITH_TIME}
    return {
        group: (
            len({window.patient_id for window in own}),
            sum(window.days is not None for window in own),
            sum(window.days is None for window in own),
        )
        for group, own in groups.items()
    }


WITH_TIME = ("all", "protocol", "schedule")
"""The kinds of groups of which the time to study is given."""
