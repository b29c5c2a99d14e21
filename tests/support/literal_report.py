"""A report worked out literally, one patient at a time, as docs/reference/report.md says it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from support import literal_counts as counts
from support.literal_courses import dated_courses
from support.literal_rows import Seen, read_rows
from support.literal_use import Burden, burden, collect_first, judged_studies
from support.literal_windows import Observation, ReportWindow, windows_of
from support.patients import Cells

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.grace import GracePolicy


@dataclass(frozen=True)
class LiteralReport:
    """The windows and studies of a report and its counts, without statistics and with all small cells.

    `timeliness`, `time_to_study` (patients, windows done, windows not done) and `use` are by kind of group and group
    (`("protocol", "bone.chordoma")`). The others hold the number of windows, courses or studies and that of patients:
    `not_counted` by outcome and why, `courses` by standing, `use_reasons` by decision and reason, `early_days` by
    ranges of days. `collect_first` lists item, alone, together. `studies_of` counts the studies of each patient that
    can be read by decision.
    """

    windows: Sequence[ReportWindow]
    timeliness: Mapping[counts.Group, counts.Timeliness]
    time_to_study: Mapping[counts.Group, tuple[int, int, int]]
    not_counted: Mapping[tuple[str, str], tuple[int, int]]
    courses: Mapping[str, tuple[int, int]]
    use: Mapping[counts.Group, counts.Use]
    use_reasons: Mapping[tuple[str, str], tuple[int, int]]
    early_days: Mapping[str, tuple[int, int]]
    collect_first: Sequence[tuple[str, int, int]]
    burden: Burden
    studies_of: Mapping[tuple[str, str], int]


def literal(
    events: Sequence[Cells],
    patients: Sequence[Cells],
    first_day: date,
    last_day: date,
    by: Sequence[str] = (),
    grace_days: int | None = None,
    *,
    as_of: date | None = None,
    edition: Edition = CURRENT,
) -> LiteralReport:
    """Return the report of a cohort from `first_day` to `last_day`; `as_of` is `last_day` where it is not given."""
    as_of = as_of or last_day
    rows = read_rows(events, patients, edition, as_of)
    seen = Observation(first_day, last_day, GracePolicy(grace_days), tuple(by))
    of_patient: dict[str, list[Seen]] = {}
    for row in rows:
        of_patient.setdefault(row.patient_id, []).append(row)
    courses = list(dated_courses(edition, rows, last_day))
    windows = [
        window
        for course in courses
        for schedule in course.at_end.protocol.schedules
        for window in windows_of(schedule, course, of_patient[course.at_end.patient_id], seen)
    ]
    studies = list(judged_studies([*events, *patients], rows, edition, seen, as_of))
    return LiteralReport(
        windows=windows,
        timeliness=counts.timeliness(windows),
        time_to_study=counts.time_to_study(windows),
        not_counted=counts.not_counted(windows),
        courses=counts.courses(courses, seen),
        use=counts.use(studies),
        use_reasons=counts.use_reasons(studies),
        early_days=counts.early_days(studies),
        collect_first=collect_first(studies),
        burden=burden(courses, seen),
        studies_of=Counter((study.patient_id, study.counts_as) for study in studies if study.decision != "invalid"),
    )
