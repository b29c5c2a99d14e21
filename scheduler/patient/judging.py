"""The judgement of one date against one schedule, step by step."""

from __future__ import annotations

from datetime import date, timedelta

from spine_vigil.scheduler.answers.reasons import Reason, Timeliness, Verdict, reason_for_fact
from spine_vigil.scheduler.patient.windows import Window, phase_at
from spine_vigil.scheduler.rules.dates import add
from spine_vigil.scheduler.rules.facts import Condition, Facts, IndexKind
from spine_vigil.scheduler.rules.schedules import OVERDUE_ONCE, Phase, PhaseKind, Schedule
from spine_vigil.scheduler.values import Frozen

SOFTENED_BY_FACT = (Reason.EARLY, Reason.ENDED, Reason.CONDITION_NOT_MET)


class Finding(Frozen):
    """The judgement of one date under one schedule.

    `wording` names the sentence that explains it (answers/sentences.py), `phase` is the conditional phase in that
    sentence, `stop` the event that ended the schedule.
    """

    reason: Reason
    wording: str
    timing: Timeliness | None = None
    has_window: bool = False
    phase: Phase | None = None
    stop: tuple[IndexKind, date] | None = None
    missing: tuple[str, ...] = ()

    @property
    def is_within(self) -> bool:
        """Whether the schedule supports the study on that date."""
        return self.reason.verdict is Verdict.WITHIN


class Case(Frozen):
    """One patient under one schedule, with reference and window fixed: judges any date.

    `performed_window` is the window that the performed studies alone would give.
    """

    schedule: Schedule
    facts: Facts
    index: tuple[IndexKind, date] | None
    stops: tuple[tuple[IndexKind, date], ...]
    window: Window | None
    performed_window: Window | None

    def on(self, day: date, *, early_grace: bool = True) -> Finding:
        """Return the finding for `day`; without `early_grace` a day before the window opens is early."""
        when = self._holds(self.schedule.when)
        if when is None and self.schedule.when is not None:
            return Finding(Reason.MISSING_FACT, "when_unknown", missing=(self.schedule.when.fact,))
        if self.index is None:
            columns = tuple(kind.column for kind in self.schedule.index)
            return Finding(Reason.NO_INDEX_DATE, "no_index_date", missing=columns)
        if day < self.start:
            return Finding(Reason.BEFORE_INDEX, "before_index")
        stop = self._stop_on(day)
        if stop is not None and stop[0] is IndexKind.PROGRESSION:
            return Finding(Reason.PROGRESSED, "progressed", stop=stop)
        if stop is not None:
            return self._soften(Finding(Reason.ENDED, "stopped", stop=stop))
        if self.window is not None and day <= self.last_day_of_window():
            return self._soften(self._against_window(self.window, day, early_grace=early_grace))
        return self._soften(self._without_window(day))

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

    def last_day_of_window(self) -> date:
        """Return the last day that the window decides (date.max: no end)."""
        end = self.schedule.timed_end
        if end is None or self.window is None:
            return date.max
        days = [add(self.index_date, end), self.window.closes + timedelta(days=self.window.grace)]
        phase = self.schedule.phases[self.window.phase]
        if phase.kind is PhaseKind.ONCE and not phase.in_days:
            days.append(add(self.window.closes, OVERDUE_ONCE))
        return max(days)

    def _holds(self, condition: Condition | None) -> bool | None:
        return True if condition is None else condition.holds(self.facts)

    def _stop_on(self, day: date) -> tuple[IndexKind, date] | None:
        reached = [(kind, d) for kind, d in self.stops if self.index_date < d <= day]
        return min(reached, key=lambda stop: stop[0] is not IndexKind.PROGRESSION, default=None)

    def _against_window(self, window: Window, day: date, *, early_grace: bool) -> Finding:
        days = window.days_from(day)
        if days < (-window.grace if early_grace else 0):
            if self._is_early_by_a_booking(day, early_grace=early_grace):
                return Finding(Reason.UNCONFIRMED_PRIOR, "early_by_booking", Timeliness.EARLY, has_window=True)
            return Finding(Reason.EARLY, "early", Timeliness.EARLY, has_window=True)
        if days == 0:
            finding = Finding(Reason.ON_SCHEDULE, "on_schedule", Timeliness.ON_TIME, has_window=True)
        elif days <= window.grace:
            wording = "grace_before" if days < 0 else "grace_after"
            finding = Finding(Reason.WITHIN_GRACE, wording, Timeliness.ON_TIME, has_window=True)
        else:
            finding = Finding(Reason.OVERDUE, "overdue", Timeliness.OVERDUE, has_window=True)
        phase = self._timed_phase_on(day)
        if phase.fact is None or self.facts.get(phase.fact):
            return finding
        if self.facts.get(phase.fact) is None:
            reason, wording, missing = Reason.MISSING_FACT, "condition_unknown", (phase.fact,)
            return Finding(reason, wording, finding.timing, has_window=True, phase=phase, missing=missing)
        return Finding(Reason.CONDITION_NOT_MET, "condition_false", finding.timing, has_window=True, phase=phase)

    def _is_early_by_a_booking(self, day: date, *, early_grace: bool) -> bool:
        window = self.performed_window
        if window == self.window:
            return False
        if window is None:
            return True
        return window.days_from(day) >= (-window.grace if early_grace else 0)

    def _timed_phase_on(self, day: date) -> Phase:
        index = phase_at(self.schedule, self.index_date, day)
        timed = self.schedule.timed_phases
        return timed[min(len(timed) - 1 if index is None else index, len(timed) - 1)]

    def _without_window(self, day: date) -> Finding:
        phase = self.schedule.trailing
        if phase is None or (phase.end is not None and day > add(self.index_date, phase.end)):
            return Finding(Reason.ENDED, "ended")
        if phase.kind is PhaseKind.UNSPECIFIED or phase.fact is None:
            return Finding(Reason.INTERVAL_UNSPECIFIED, "interval_unspecified")
        if self.facts.get(phase.fact) is None:
            return Finding(Reason.MISSING_FACT, "as_unknown", phase=phase, missing=(phase.fact,))
        if self.facts[phase.fact]:
            return Finding(reason_for_fact(phase.fact), "as_true", phase=phase)
        return Finding(Reason.CONDITION_NOT_MET, "as_false", phase=phase)

    def _soften(self, finding: Finding) -> Finding:
        plan = self.schedule.plan
        softened = (*SOFTENED_BY_FACT, Reason.MISSING_FACT, Reason.UNCONFIRMED_PRIOR)
        if finding.reason not in softened:
            return finding
        reason, wording, missing = finding.reason, finding.wording, finding.missing
        if plan.or_if is not None:
            opens_extra = self.facts.get(plan.or_if)
            if opens_extra:
                reason, wording, missing = reason_for_fact(plan.or_if), f"{wording}_or_if", ()
            elif opens_extra is None and plan.or_if not in missing:
                missing = (*missing, plan.or_if)
        if reason is Reason.EARLY and plan.more_often_if is not None and self.facts.get(plan.more_often_if):
            reason, wording = Reason.INTERVAL_UNSPECIFIED, "early_more_often"
        return Finding(reason, wording, finding.timing, finding.has_window, finding.phase, finding.stop, missing)
