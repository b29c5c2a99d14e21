"""Intervals of shares, survival of waits, and limits of chance: statistics by statsmodels and SciPy."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spine_vigil.scheduler.extras import MissingLibrary

Floats = NDArray[np.float64]

LEVEL = 0.95
"""The level of all intervals."""

FUNNEL_LEVELS = (0.95, 0.998)
"""The levels of the limits of a funnel plot."""

_HALF = 0.5
"""The share that is done by the median wait."""


def check_library() -> None:
    """Raise MissingLibrary if statsmodels or matplotlib is not installed; the message says how to install them."""
    try:
        import matplotlib as mpl  # noqa: F401 - an optional part, loaded where a report is made
        import statsmodels  # noqa: F401 - likewise
    except ImportError:
        raise MissingLibrary("a report", ["matplotlib", "statsmodels"], extra="report") from None


def wilson(count: NDArray[np.int64], of: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return the lower and the upper end of the Wilson interval of shares; NaN where there is no denominator."""
    from statsmodels.stats.proportion import proportion_confint

    low, high = np.full(len(of), np.nan), np.full(len(of), np.nan)
    some = of > 0
    if some.any():
        low[some], high[some] = proportion_confint(count[some], of[some], alpha=1 - LEVEL, method="wilson")
    # The ends are exact there, but for the last digit of a float.
    low[some & (count == 0)], high[some & (count == of)] = 0.0, 1.0
    return low, high


def limits_of_chance(share: float, of: NDArray[np.int64], level: float) -> tuple[Floats, Floats]:
    """Return within which shares groups of a size lie by chance where the share of all is `share` (binomial)."""
    from scipy.stats import binom

    low, high = binom.interval(level, of, share)
    return low / of, high / of


@dataclass(frozen=True, slots=True)
class Survival:
    """How many waits are over after a number of days: a Kaplan-Meier curve of the share that is done.

    `days` are those on which at least one study was done, in order; `done` is the share done by then, with its
    interval (`low`, `high`); `at_risk` counts the waits that lasted until that day. `last` is the day of the longest.
    """

    days: NDArray[np.int64]
    done: Floats
    low: Floats
    high: Floats
    at_risk: NDArray[np.int64]
    median: float
    median_low: float
    median_high: float
    last: int

    def by(self, day: int) -> tuple[float, float, float]:
        """Return the share done by a day, with its interval; NaN where nobody waited that long, and for no interval."""
        if day > self.last and (not len(self.done) or self.done[-1] < 1):
            return np.nan, np.nan, np.nan
        place = int(np.searchsorted(self.days, day, side="right")) - 1
        if place < 0:
            return 0.0, np.nan, np.nan
        return float(self.done[place]), float(self.low[place]), float(self.high[place])


def survival(days: NDArray[np.int64], is_done: NDArray[np.bool_], count: NDArray[np.int64]) -> Survival:
    """Return the survival of waits: so many (`count`) ended on a day, with a study or censored.

    The interval of a share is that of log(-log) of what is left; it is NaN where all are done. The median is the first
    day by which half are done, and the ends of its interval likewise by the ends of that of the share (NaN where none
    is reached).
    """
    from scipy.stats._result_classes import EmpiricalDistributionFunction
    from statsmodels.duration.survfunc import SurvfuncRight

    if not is_done.any():
        none, nothing = np.empty(0, np.float64), np.empty(0, np.int64)
        last = int(days.max(initial=0))
        return Survival(nothing, none, none, none, nothing, np.nan, np.nan, np.nan, last)
    # Millions of waits end on a few thousand days. The one library takes counts, but no days before 0; the other has
    # the interval for what the first has worked out.
    first = int(days.min())
    curve = SurvfuncRight(days - first, is_done.astype(np.int64), freq_weights=count.astype(np.float64))
    of_days: Any = [curve.surv_times, curve.surv_prob, curve.n_risk, curve.n_events]
    times, probabilities = (np.asarray(values, np.float64) for values in of_days[:2])
    risk, events = (np.asarray(values).round().astype(np.int64) for values in of_days[2:])
    left: Any = EmpiricalDistributionFunction(times, probabilities, risk, events, "sf")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # where all are done there is no interval
        interval = left.confidence_interval(LEVEL, method="log-log")
    at = times.astype(np.int64) + first
    share, low, high = (1 - curve.probabilities for curve in (left, interval.high, interval.low))
    median, median_low, median_high = (_first(at, values >= _HALF) for values in (share, high, low))
    return Survival(at, share, low, high, risk, median, median_low, median_high, int(days.max()))


def _first(days: NDArray[np.int64], holds: NDArray[np.bool_]) -> float:
    places = holds.nonzero()[0]
    return float(days[places[0]]) if len(places) else np.nan
