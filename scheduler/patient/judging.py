"""The judgement of one date against one schedule, step by step (rules 6)."""

from __future__ import annotations

from datetime import date

from spine_vigil.scheduler.answers.reasons import Reason, Timeliness, Verdict, reason_for_fact
from spine_vigil.scheduler.patient.windows import Reference, Window, last_day, next_window, phase_at
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.facts import Facts, IndexKind
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.index_dates import IndexDate
from spine_vigil.scheduler.rules.schedules import Phase, PhaseKind, Schedule
from spine_vigil.scheduler.values import Frozen, replace

_SOFTENED_BY_FACT = (
    Reason.EARLY,
    Reason.ENDED,
    Reason.CONDITION_NOT_MET,
    Reason.UNCONFIRMED_PRIOR,
    Reason.INTERVAL_UNSPECIFIED,
    Reason.MISSING_FACT,
)
"""The reasons despite which a documented fact can admit an extra study."""


class Finding(Frozen):
    """The judgement of one date under one schedule.

    `wording` names the sentence that explains it (answers/sentences.py), `phase` is the conditional phase in that
    sentence, `stop` the event that ended the schedule, `judged` the day that stands for the date in its round.
    """

    reason: Reason
    wording: str
    timing: Timeliness | None = None
    window: Window | None = None
    phase: Phase | None = None
    stop: tuple[IndexKind, date] | None = None
    judged: date | None = None
    missing: tuple[str, ...] = ()

    @property
    def is_within(self) -> bool:
        """Whether the schedule supports the study on that date."""
        return self.reason.verdict is Verdict.WITHIN


class Case(Frozen):
    """One patient under one schedule, with index date, references and windows fixed: judges any date.

    `performed` is the reference by the performed studies alone, `booked` the date of the booking that `reference` needs
    (None where it needs none); `round_began` is the first day of the request's own round of imaging, which only the
    date of the request belongs to.
    """

    schedule: Schedule
    facts: Facts
    grace: GracePolicy
    index: IndexDate | None
    stops: tuple[tuple[IndexKind, date], ...]
    follow_up_end: date | None
    reference: Reference | None
    performed: Reference | None
    booked: date | None
    requested: date
    round_began: date

    def on(self, day: date, *, early_grace: bool = True) -> Finding:
        """Return the finding for `day`; without `early_grace` a day before the window opens is early.

        The schedule's own condition is not documented false. The third softening clause needs the study as well and is
        applied with the routes.
        """
        if self.follow_up_end is not None and day > self.follow_up_end:
            return Finding(Reason.FOLLOW_UP_ENDED, "follow_up_ended")
        when = self.schedule.when
        if when is not None and when.holds(self.facts) is None:
            return Finding(Reason.MISSING_FACT, "when_unknown", missing=(when.fact,))
        if self.index is None:
            if self.schedule.counts_nothing:
                return self._soften(self._by_phase(self.schedule.phases[0]))
            columns = tuple(kind.column for kind in self.schedule.index_kinds)
            return Finding(Reason.NO_INDEX_DATE, "no_index_date", missing=columns)
        if day < self.start:
            is_recurrence = self.index[0] is IndexKind.PROGRESSION
            return Finding(Reason.BEFORE_INDEX, "before_recurrence" if is_recurrence else "before_index")
        stop = self._stop_on(day)
        if stop is not None and stop[0] is IndexKind.PROGRESSION:
            return Finding(Reason.PROGRESSED, "progressed", stop=stop)
        if stop is not None:
            return self._soften(Finding(Reason.ENDED, "stopped", stop=stop))
        return self._soften(self._confirmed(day, early_grace=early_grace))

    @property
    def start(self) -> date:
        """The day on which the schedule starts."""
        return add(self.index_date, self.schedule.starts[0])

    @property
    def index_date(self) -> date:
        """The index date of a case that has one."""
        if self.index is None:  # pragma: no cover - every caller has checked
            raise AssertionError
        return self.index[1]

    @property
    def window(self) -> Window | None:
        """The window in which the next study is due."""
        return self._window_after(self.reference)

    def _window_after(self, reference: Reference | None) -> Window | None:
        return None if self.index is None else next_window(self.schedule, self.index_date, reference, self.grace)

    def _stop_on(self, day: date) -> tuple[IndexKind, date] | None:
        reached = [(kind, d) for kind, d in self.stops if self.index_date < d <= day]
        return min(reached, key=lambda stop: stop[0] is not IndexKind.PROGRESSION, default=None)

    def _confirmed(self, day: date, *, early_grace: bool) -> Finding:
        """Return the finding by the whole history, unless it rests on a booking that nobody confirmed (rules 4)."""
        finding = self._after(self.reference, day, early_grace=early_grace)
        is_doubtful = finding.reason is Reason.EARLY or (
            finding.window is None and not finding.is_within and finding.reason is not Reason.MISSING_FACT
        )
        if self.booked is None or not is_doubtful:
            return finding
        again = self._after(self.performed, day, early_grace=early_grace)
        is_due = again.window is not None and again.reason.verdict in (Verdict.WITHIN, Verdict.NEEDS_INFO)
        if not is_due:
            return finding
        wording = "ended_by_booking" if finding.window is None else "early_by_booking"
        return replace(finding, reason=Reason.UNCONFIRMED_PRIOR, wording=wording, phase=None, missing=())

    def _after(self, reference: Reference | None, day: date, *, early_grace: bool) -> Finding:
        """Return the finding of steps 5 and 6 by the window that follows a reference."""
        window = self._window_after(reference)
        if window is not None:
            judged = day
            if day == self.requested and day > window.closes:
                judged = max(self.round_began, window.opens)
            if judged <= last_day(self.schedule, self.index_date, window):
                return self._against_window(window, judged, is_round=judged != day, early_grace=early_grace)
        phase = self.schedule.trailing
        if phase is None or (phase.end is not None and day > add(self.index_date, phase.end)):
            return Finding(Reason.ENDED, "ended")
        return self._by_phase(phase)

    def _against_window(self, window: Window, day: date, *, is_round: bool, early_grace: bool) -> Finding:
        days = window.days_from(day)
        if days < (-window.grace if early_grace else 0):
            return Finding(Reason.EARLY, "early", Timeliness.EARLY, window)
        if days == 0:
            finding = Finding(Reason.ON_SCHEDULE, "on_schedule", Timeliness.ON_TIME, window)
        elif days <= window.grace:
            wording = "grace_before" if days < 0 else "grace_after"
            finding = Finding(Reason.WITHIN_GRACE, wording, Timeliness.ON_TIME, window)
        else:
            finding = Finding(Reason.OVERDUE, "overdue", Timeliness.OVERDUE, window)
        if is_round:
            finding = replace(finding, judged=day, wording=f"{finding.wording}_round")
        phase = self._timed_phase_on(day)
        if phase.fact is None or self.facts.get(phase.fact):
            return finding
        if self.facts.get(phase.fact) is None:
            reason, wording, missing = Reason.MISSING_FACT, "condition_unknown", (phase.fact,)
            return replace(finding, reason=reason, wording=wording, phase=phase, missing=missing)
        return replace(finding, reason=Reason.CONDITION_NOT_MET, wording="condition_false", phase=phase)

    def _timed_phase_on(self, day: date) -> Phase:
        index = phase_at(self.schedule, self.index_date, day)
        timed = self.schedule.timed_phases
        return timed[min(len(timed) - 1 if index is None else index, len(timed) - 1)]

    def _by_phase(self, phase: Phase) -> Finding:
        """Return the finding of a phase without interval."""
        if phase.kind is PhaseKind.UNSPECIFIED or phase.fact is None:
            return Finding(Reason.INTERVAL_UNSPECIFIED, "interval_unspecified")
        if self.facts.get(phase.fact) is None:
            return Finding(Reason.MISSING_FACT, "as_unknown", phase=phase, missing=(phase.fact,))
        if self.facts[phase.fact]:
            return Finding(reason_for_fact(phase.fact), "as_true", phase=phase)
        return Finding(Reason.CONDITION_NOT_MET, "as_false", phase=phase)

    def _soften(self, finding: Finding) -> Finding:
        """Apply the first two softening clauses, and name the fact of the first where it is unknown."""
        plan = self.schedule.plan
        if finding.reason not in _SOFTENED_BY_FACT:
            return finding
        if plan.or_if is not None:
            opens_extra = self.facts.get(plan.or_if)
            if opens_extra:
                wording = f"{finding.wording}_or_if"
                return replace(finding, reason=reason_for_fact(plan.or_if), wording=wording, missing=())
            if opens_extra is None and plan.or_if not in finding.missing:
                finding = replace(finding, missing=(*finding.missing, plan.or_if))
        if finding.reason is Reason.EARLY and plan.more_often_if is not None and self.facts.get(plan.more_often_if):
            return replace(finding, reason=Reason.INTERVAL_UNSPECIFIED, wording="early_more_often")
        return finding
