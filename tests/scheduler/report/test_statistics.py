"""The statistics of a report: by hand in small cases, and as a second library has them in many."""

from math import comb, exp, isnan, log
from unittest.mock import ANY

import numpy as np
import pytest
from scipy.stats import binomtest, norm
from statsmodels.duration.survfunc import SurvfuncRight

from spine_vigil.scheduler.report.statistics import FUNNEL_LEVELS, limits_of_chance, survival, wilson

SHARES = [(0, 1), (1, 1), (0, 10), (10, 10), (1, 10), (5, 10), (26, 65), (999, 1000), (123_456, 1_000_000)]


@pytest.mark.parametrize(("count", "of"), SHARES)
def test_the_interval_of_a_share_is_that_of_wilson(count, of):
    low, high = wilson(np.array([count]), np.array([of]))
    expected = binomtest(count, of).proportion_ci(0.95, method="wilson")
    assert (low[0], high[0]) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_the_interval_of_a_share_is_that_of_a_textbook():
    """Newcombe 1998: 81 of 263, 15 of 148, 0 of 20 and 1 of 29."""
    low, high = wilson(np.array([81, 15, 0, 1]), np.array([263, 148, 20, 29]))
    assert low.round(4).tolist() == [0.2553, 0.0624, 0.0, 0.0061]
    assert high.round(4).tolist() == [0.3662, 0.1605, 0.1611, 0.1718]


def test_nothing_has_no_interval():
    low, high = wilson(np.array([0, 1]), np.array([0, 2]))
    assert [isnan(low[0]), isnan(high[0]), isnan(low[1])] == [True, True, False]


def exact_limits(share, of, level):
    """Return the first counts at which half of what is beyond the level is reached from below, and all but that."""
    so_far, low, high = 0.0, None, None
    for count in range(of + 1):
        so_far += comb(of, count) * share**count * (1 - share) ** (of - count)
        if low is None and so_far >= (1 - level) / 2 - 1e-12:
            low = count / of
        if high is None and so_far >= (1 + level) / 2 - 1e-12:
            high = count / of
    return low, high


@pytest.mark.parametrize("level", FUNNEL_LEVELS)
@pytest.mark.parametrize(("share", "of"), [(0.5, 1), (0.5, 10), (0.8, 37), (0.93, 200), (0.01, 12), (0.25, 400)])
def test_the_limits_of_chance_are_those_of_a_binomial_distribution(share, of, level):
    low, high = limits_of_chance(share, np.array([of]), level)
    assert (low[0], high[0]) == exact_limits(share, of, level)


def test_the_limits_of_ten_at_one_half_are_two_and_eight():
    """Of 10, at most 1 are as likely as 11 / 1024, at most 2 as 56 / 1024; 2.5 % lie between."""
    low, high = limits_of_chance(0.5, np.array([10]), 0.95)
    assert (low[0], high[0]) == (0.2, 0.8)


def of_windows(windows):
    """Return the survival of windows, each given by its days and whether its study was done."""
    counts = sorted((day, done, windows.count((day, done))) for day, done in set(windows))
    days, is_done, count = zip(*counts, strict=True)
    return survival(np.array(days), np.array(is_done), np.array(count))


def test_a_curve_that_was_worked_out_by_hand():
    """Six windows: studies after 3, 3, 8 and 12 days; one is followed for 5 days, one for 12 without a study.

    6 are at risk on day 3, 3 on day 8, 2 on day 12: 4/6, then 4/6 * 2/3 = 4/9, then 4/9 * 1/2 = 2/9 are left.
    """
    found = of_windows([(3, True), (3, True), (5, False), (8, True), (12, True), (12, False)])
    assert found.days.tolist() == [3, 8, 12]
    assert found.at_risk.tolist() == [6, 3, 2]
    assert found.done.tolist() == pytest.approx([2 / 6, 5 / 9, 7 / 9])
    assert found.median == 8
    assert found.by(2) == (0.0, ANY, ANY)
    assert all(map(isnan, found.by(2)[1:]))
    assert all(map(isnan, found.by(13)))
    assert found.by(3)[0] == found.by(7)[0] == pytest.approx(2 / 6)
    assert found.by(12)[0] == pytest.approx(7 / 9)
    # The variance of log(-log(4/6)) is (2 / (6 * 4)) / log(4/6)².
    half = norm.ppf(0.975) * (2 / 24) ** 0.5 / abs(log(4 / 6))
    ends = [1 - (4 / 6) ** exp(sign * half) for sign in (-1, 1)]
    assert (found.low[0], found.high[0]) == pytest.approx(ends)


@pytest.mark.parametrize("seed", range(25))
def test_a_curve_is_that_of_statsmodels_for_each_window_alone(seed):
    random = np.random.default_rng(seed)
    size = int(random.integers(20, 400))
    days = random.integers(-30 if seed % 3 == 0 else 0, 300, size)
    is_done = random.random(size) < random.choice([0.3, 0.7, 0.95])
    found = of_windows(list(zip(days.tolist(), is_done.tolist(), strict=True)))
    other = SurvfuncRight(days.astype(float), is_done.astype(float))
    at = np.isin(other.surv_times, found.days)
    assert found.days.tolist() == other.surv_times[at].astype(int).tolist()
    assert found.at_risk.tolist() == other.n_risk[at].astype(int).tolist()
    assert found.done == pytest.approx(1 - other.surv_prob[at], abs=1e-10)
    left, spread = other.surv_prob[at], other.surv_prob_se[at]
    inner = (left > 0) & (left < 1)
    half = norm.ppf(0.975) * spread[inner] / (left[inner] * np.abs(np.log(left[inner])))
    assert found.low[inner] == pytest.approx(1 - left[inner] ** np.exp(-half), abs=1e-8)
    assert found.high[inner] == pytest.approx(1 - left[inner] ** np.exp(half), abs=1e-8)
    assert not (np.abs(left - 0.5) < 1e-9).any()  # a quantile is reached, not passed, by statsmodels elsewise
    with np.errstate(divide="ignore", invalid="ignore"):  # where nothing is left
        medians = [other.quantile(0.5), *other.quantile_ci(0.5, method="cloglog")]
    own = [found.median, found.median_low, found.median_high]
    assert [None if isnan(day) else day for day in own] == [day if np.isfinite(day) else None for day in medians]


def test_without_a_study_there_is_no_curve():
    found = of_windows([(3, False), (8, False)])
    assert (found.days.tolist(), found.by(8)[0]) == ([], 0.0)
    assert all(map(isnan, found.by(9)))
    assert [isnan(day) for day in (found.median, found.median_low, found.median_high)] == [True] * 3


def test_where_every_window_is_done_the_last_share_is_one_and_has_no_interval():
    found = of_windows([(3, True), (8, True)])
    assert found.done.tolist() == [0.5, 1.0]
    assert found.median == 3
    assert [isnan(found.low[1]), isnan(found.high[1])] == [True, True]


def test_one_window_alone():
    found = of_windows([(4, True)])
    assert (found.days.tolist(), found.at_risk.tolist(), found.done.tolist(), found.median) == ([4], [1], [1.0], 4)


def test_days_before_the_closing_of_a_window_are_negative():
    found = of_windows([(-20, True), (-5, True), (0, True), (0, False), (40, True)])
    assert found.days.tolist() == [-20, -5, 0, 40]
    assert found.at_risk.tolist() == [5, 4, 3, 1]
    assert found.done.tolist() == pytest.approx([1 / 5, 2 / 5, 3 / 5, 1])
    assert found.by(0)[0] == pytest.approx(3 / 5)
    assert found.by(-6)[0] == pytest.approx(1 / 5)
