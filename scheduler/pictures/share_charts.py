"""Figures of shares: dots with intervals and bounds by group or by year, and the funnel that compares groups."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING, Any

import numpy as np

from spine_vigil.scheduler.pictures.canvas import ABOVE, BELOW, INK, LINE, PAPER, QUIET, inlined, settings
from spine_vigil.scheduler.pictures.charts import MARKERS, Share, percent, shortened

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

WIDTH = 7.0
"""Width of a figure in inches: that of the text on A4 and Letter."""

TEXT: Any = {
    "font.size": 9.5,
    "axes.labelsize": 9.5,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "legend.fontsize": 9.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": LINE,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}
"""Settings of figures in a page: text of at least 9 points where the page is printed, on the paper of the page."""

LIMITS = {95: (0.025, 0.975), 99.8: (0.001, 0.999)}
"""The limits of the funnel in percent, as quantiles of the binomial distribution."""

_NAME = (0.3, 0.06)
"""The width and height of a name in a funnel, as parts of those of the funnel."""

ROW = 0.3
"""Height of a row of a figure in inches."""

_KEYS_OF_A_LINE = 4

_WIDEST = ("100\u00a0%\u00a0\u00a0\u00a0\u00a0",)
"""The widest label of an axis of shares, with room for the words of the axis, which stand upright."""

_MOST_YEARS = 12
"""The number of years that can be read beside each other; of more, every second or third has its label."""

_MANY = 60
"""The number of groups above which the marks of a funnel are small, and what stands apart `perhaps` has no name."""


def dots(name: str, title: str, shares: Sequence[Share], whole: float | None, axis: str) -> str:
    """Return shares of groups as an SVG element: a dot with its interval, and its bounds as a thin bar below.

    `whole` is the share of all, drawn as a line. `axis` says what is shared. `name` begins every id.
    """
    with settings(**TEXT):
        keys = [*_share_keys(shares), *([("all", _dashes())] if whole is not None else [])]
        labels = [shortened(share.label) for share in shares]
        figure, axes = framed(ROW * max(len(shares), 1), keys=len(keys), labels=labels)
        row_labels(axes, labels)
        _percent_axis(axes.xaxis, axis, 0, _end(shares))
        if whole is not None:
            axes.axvline(whole, color=INK, linewidth=1, linestyle=(0, (5, 3)), zorder=1).set_gid("whole")
        for row, share in enumerate(shares):
            if share.share is None:
                axes.text(0.005, row, share.instead, color=QUIET, va="center")
        _draw_shares(axes, shares, 0.24, is_upright=False)
        legend(figure, keys)
        return inlined(figure, name, title, _summary(shares, whole))


def over_years(name: str, title: str, shares: Sequence[Share], whole: float | None, axis: str) -> str:
    """Return shares of years, in order, as an SVG element; the labels are years. See `dots`."""
    with settings(**TEXT):
        keys = [*_share_keys(shares), *([("all", _dashes())] if whole is not None else [])]
        figure, axes = framed(2.3, keys=len(keys), labels=_WIDEST)
        axes.set_xlim(-0.5, max(len(shares) - 0.5, 0.5))
        labelled = range(0, len(shares), ceil(len(shares) / _MOST_YEARS) or 1)
        axes.set_xticks(labelled, [shares[at].label for at in labelled])
        _percent_axis(axes.yaxis, axis, 0, _end(shares))
        if whole is not None:
            axes.axhline(whole, color=INK, linewidth=1, linestyle=(0, (5, 3)), zorder=1).set_gid("whole")
        known = [(at, share.share) for at, share in enumerate(shares) if share.share is not None]
        axes.plot([at for at, _ in known], [share for _, share in known], color=QUIET, linewidth=0.8, zorder=2)
        for at, share in enumerate(shares):
            if share.share is None:
                axes.text(at, 0.03, share.instead, color=QUIET, ha="center")
        _draw_shares(axes, shares, 0.07, is_upright=True)
        legend(figure, keys)
        return inlined(figure, name, title, _summary(shares, whole))


def funnel(name: str, title: str, shares: Sequence[Share], whole: float, axis: str, sizes: str) -> str:
    """Return a funnel plot as an SVG element: shares against the number that each is a share of.

    The lines are the share of all, and the limits within which a group of that size would lie by chance, 95 % and
    99.8 % of a binomial distribution. `sizes` says what is counted. A group outside the limits bears its
    label where there is room.
    """
    with settings(**TEXT):
        limits = [
            ("95\u00a0% by chance", {"color": QUIET, "linewidth": 1, "linestyle": (0, (1, 1.5))}),
            ("99.8\u00a0% by chance", {"color": QUIET, "linewidth": 1}),
        ]
        keys = [*_standing_keys(shares), ("all", _dashes()), *limits]
        figure, axes = framed(3.2, keys=len(keys), labels=_WIDEST)
        known = [share for share in shares if share.share is not None and share.size]
        counts = [share.size or 0 for share in known] or [1]
        axes.set_xlabel(sizes)
        first, last = max(int(min(counts) * 0.7), 1), int(max(counts) * 1.15) + 2
        if last > 20 * first:
            axes.set_xscale("log")
            axes.set_xticks([step * 10**power for power in range(8) for step in (1, 2, 5)], minor=False)
            axes.set_xticks([], minor=True)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.set_xlim(first, last)
        axes.axhline(whole, color=INK, linewidth=1, linestyle=(0, (5, 3))).set_gid("whole")
        points = _sizes(first, last)
        lows, highs = [share.share or 0.0 for share in known], [share.share or 0.0 for share in known]
        for percents, dashes in ((95, (0, (1, 1.5))), (99.8, "-")):
            for side, quantile in zip(("low", "high"), LIMITS[percents], strict=True):
                line = limits_of(points, whole, quantile)
                lows, highs = [*lows, *line], [*highs, *line]
                (drawn,) = axes.plot(points, line, color=QUIET, linewidth=1, linestyle=dashes)
                drawn.set_gid(f"limit-{percents}-{side}")
        small = {"markersize": 4.5, "markeredgewidth": 1} if len(known) > _MANY else {}
        _draw_dots(axes, [(share.size or 0, share.share or 0.0) for share in known], known, **small)
        least, greatest = floor(10 * min(lows)) / 10, ceil(10 * max(highs)) / 10
        _percent_axis(axes.yaxis, axis, least, greatest)
        _name_apart(axes, known)
        legend(figure, keys)
        return inlined(figure, name, title, _summary(shares, whole))


def _draw_shares(axes: Axes, shares: Sequence[Share], beside: float, *, is_upright: bool) -> None:
    """Draw shares at their places along an axis: dots, intervals, and bounds a little `beside` them.

    What looks alike is one artist: a figure has hundreds of marks, and each artist takes time.
    """
    from matplotlib.collections import LineCollection

    def add_lines(name: str, lines: Sequence[tuple[float, float, float]], **style: Any) -> None:
        ends = [[(at, first), (at, last)] if is_upright else [(first, at), (last, at)] for at, first, last in lines]
        if ends:
            axes.add_collection(LineCollection(ends, gid=name, **style), autolim=False)

    known = [(at, share) for at, share in enumerate(shares) if share.share is not None]
    bounds = [(at + beside, s.least, s.greatest) for at, s in known if s.least is not None and s.greatest is not None]
    add_lines("bounds", bounds, colors=QUIET, linewidths=3)
    sure = [(at, share) for at, share in known if share.low is not None and share.high is not None]
    add_lines(
        "intervals",
        [(at, s.low or 0.0, s.high or 0.0) for at, s in sure],
        colors=[_colour(s) for _, s in sure],
        linewidths=1.5,
    )
    points = [(at, share.share or 0.0) if is_upright else (share.share or 0.0, at) for at, share in known]
    _draw_dots(axes, points, [share for _, share in known])


def _draw_dots(axes: Axes, points: Sequence[tuple[float, float]], shares: Sequence[Share], **style: Any) -> None:
    """Draw a dot for each share; those of one standing look alike."""
    from matplotlib.lines import Line2D

    for standing in dict.fromkeys(share.standing for share in shares):
        alike = [(point, share) for point, share in zip(points, shares, strict=True) if share.standing == standing]
        x, y = zip(*(point for point, _ in alike), strict=True)
        gid = "-".join(["dots", *standing.split()])
        axes.add_line(Line2D(x, y, gid=gid, zorder=4, **(_style(alike[0][1]) | style)))


def row_labels(axes: Axes, labels: Sequence[str]) -> None:
    """Write the labels of rows, from above, to the left of the axes; ticks would take ten times as long."""
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_yticks([])
    for row, label in enumerate(labels):
        axes.text(-0.012, row, label, transform=axes.get_yaxis_transform(), ha="right", va="center")


def limits_of(sizes: Sequence[int], whole: float, quantile: float) -> list[float]:
    """Return the shares at a quantile of the binomial distribution, for groups of some sizes and the share of all."""
    from scipy.stats import binom

    shares: list[float] = (binom.ppf(quantile, sizes, whole) / np.array(sizes)).tolist()
    return shares


def _sizes(first: int, last: int) -> list[int]:
    """Return at most 200 sizes, dense where the limits bend."""
    ratio = (last / first) ** (1 / 199)
    return sorted({round(first * ratio**step) for step in range(200)})


def _name_apart(axes: Axes, known: Sequence[Share]) -> None:
    """Write the labels of groups outside the limits, the largest first, where none lies on another."""
    named = {"above", "below"} if len(known) > _MANY else {"above", "below", "perhaps above", "perhaps below"}
    apart = [share for share in known if share.standing in named]
    apart.sort(key=lambda share: ("perhaps" in share.standing, -(share.size or 0)))
    to_axes = axes.transData + axes.transAxes.inverted()
    taken: list[tuple[float, float]] = []
    for share in apart:
        x, y = to_axes.transform((share.size or 0, share.share or 0.0))
        is_left = bool(x > 1 / 2)
        side = x - _NAME[0] if is_left else x
        free = [at for at in (y, y + _NAME[1], y - _NAME[1]) if all(_is_clear((side, at), other) for other in taken)]
        if not free:
            continue
        taken.append((side, free[0]))
        words = axes.annotate(
            shortened(share.label, 24),
            (x, free[0]),
            xytext=(-8 if is_left else 8, 0),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="right" if is_left else "left",
            va="center",
        )
        words.set_gid(f"label-{len(taken)}")


def _is_clear(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) >= _NAME[0] or abs(one[1] - other[1]) >= 0.95 * _NAME[1]


def framed(height: float, *, keys: int, labels: Sequence[str]) -> tuple[Figure, Axes]:
    """Return a figure of the width of the page, with axes of a height in inches that have no box.

    There is room for `labels` on the left, and below for the words of the axis and so many `keys` of a legend. It is
    worked out here, since matplotlib's own layout draws every figure twice.
    """
    from matplotlib.figure import Figure

    left = max(map(_width, labels), default=0) / 72 + 0.2
    below = 0.6 + 0.22 * ceil(keys / _KEYS_OF_A_LINE)
    above = 0.12
    whole = below + height + above
    figure = Figure(figsize=(WIDTH, whole))
    axes = figure.add_axes((left / WIDTH, below / whole, 1 - (left + 0.2) / WIDTH, height / whole))
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.set_axisbelow(b=True)
    return figure, axes


@lru_cache(maxsize=1 << 12)
def _width(label: str) -> float:
    """Return the width of a label in points; the figures of a page have many labels in common."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    return text_to_path.get_text_width_height_descent(label, FontProperties(size=TEXT["font.size"]), ismath=False)[0]


def _percent_axis(axis: Axis, words: str, first: float, last: float) -> None:
    from matplotlib.axis import XAxis

    step = 0.05 if last - first < 0.3 else 0.1 if last - first < 0.7 else 0.2  # noqa: PLR2004 - few enough to read
    ticks = [first + step * number for number in range(floor((last - first) / step + 0.01) + 1)]
    axis.set_ticks(ticks, [f"{100 * tick:.0f}\u00a0%" for tick in ticks])
    margin = 0.015 * (last - first)
    (axis.axes.set_xlim if isinstance(axis, XAxis) else axis.axes.set_ylim)(first - margin, last + margin)
    axis.set_label_text(words)
    axis.grid(visible=True)


def _end(shares: Sequence[Share]) -> float:
    """Return the end of an axis from 0 that holds all that is drawn: a multiple of 20 %."""
    values = [value for share in shares for value in (share.share, share.high, share.greatest) if value is not None]
    return min(max(ceil(5 * max(values, default=1.0)), 1), 5) / 5


def _colour(share: Share) -> str:
    if "above" in share.standing:
        return ABOVE
    return BELOW if "below" in share.standing else INK


def _style(share: Share) -> dict[str, Any]:
    colour = _colour(share)
    return {
        "marker": MARKERS.get(share.standing, "o"),
        "color": colour,
        "markerfacecolor": PAPER if "perhaps" in share.standing else colour,
        "markersize": 7,
        "markeredgewidth": 1.5,
        "linestyle": "none",
    }


def _dashes() -> dict[str, Any]:
    return {"color": INK, "linewidth": 1, "linestyle": (0, (5, 3))}


def _share_keys(shares: Sequence[Share]) -> list[tuple[str, dict[str, Any]]]:
    keys = _standing_keys(shares) or [("share", _style(Share("", None)))]
    if any(share.low is not None for share in shares):
        keys.append(("chance (95\u00a0%)", {"color": INK, "linewidth": 1.5}))
    if any(share.least is not None for share in shares):
        keys.append(("what is missing", {"color": QUIET, "linewidth": 3}))
    return keys


def _standing_keys(shares: Sequence[Share]) -> list[tuple[str, dict[str, Any]]]:
    found = {share.standing for share in shares if share.share is not None and share.standing}
    order = (*list(MARKERS)[:2], "as the whole", *list(MARKERS)[2:])
    return [(standing, _style(Share("", None, standing=standing))) for standing in order if standing in found]


def legend(figure: Figure, keys: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Draw a legend below the figure: words with the style of a line or a marker."""
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], label=words, **style) for words, style in keys]
    if handles:
        below_all(figure, handles)


def below_all(figure: Figure, handles: Sequence[Artist]) -> None:
    """Draw a legend of handles with labels below the figure."""
    figure.legend(handles=handles, loc="lower center", ncols=_KEYS_OF_A_LINE, frameon=False, borderaxespad=0.1)


def _summary(shares: Sequence[Share], whole: float | None) -> str:
    """Return what a figure of shares shows, for who cannot see it; the numbers stand in the table after it."""
    known = [(share.share, share.label) for share in shares if share.share is not None]
    texts = [] if whole is None else [f"All together: {percent(whole)}."]
    if known:
        (least, lowest), (greatest, highest) = min(known), max(known)
        texts.append(f"{len(known)} shown, from {percent(least)} ({lowest}) to {percent(greatest)} ({highest}).")
    if len(known) < len(shares):
        texts.append(f"{len(shares) - len(known)} without a share.")
    return " ".join([*texts, "The table after the figure has every number."])
