"""Figures of time and of counts: a curve with its interval, and bars side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from spine_vigil.scheduler.pictures.canvas import ABOVE, INK, LINE, PAPER, inlined, settings
from spine_vigil.scheduler.pictures.charts import Bar, Step, percent, shortened
from spine_vigil.scheduler.pictures.share_charts import ROW, TEXT, below_all, framed, legend, row_labels

_FILLS: tuple[dict[str, Any], ...] = (
    {"facecolor": ABOVE, "edgecolor": ABOVE},
    {"facecolor": PAPER, "edgecolor": INK, "hatch": "/////"},
)
"""Style of a bar by its series, told apart without colour."""


def curve(name: str, title: str, steps: Sequence[Step], axis: str, days: str) -> str:
    """Return shares done over days as an SVG element: a step curve with its interval as a band.

    `axis` says what is shared, `days` from when the days count.
    """
    with settings(**TEXT):
        figure, axes = framed(2.7, keys=2, labels=["100\u00a0%\u00a0\u00a0\u00a0\u00a0"])
        last = max((step.days for step in steps), default=1)
        axes.set_xlim(0, max(last, 1))
        axes.set_ylim(0, 1.015)
        axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1], [f"{part}\u00a0%" for part in range(0, 101, 20)])
        axes.set_xlabel(days)
        axes.set_ylabel(axis)
        axes.grid(visible=True)
        banded = [(step.days, step.low, step.high) for step in steps if step.low is not None and step.high is not None]
        if banded:
            at, low, high = zip(*banded, strict=True)
            band = axes.fill_between(at, low, high, step="post", color=LINE, linewidth=0)
            band.set_gid("interval")
        (line,) = axes.step([step.days for step in steps], [step.share for step in steps], where="post", color=ABOVE)
        line.set_gid("curve")
        keys = [("done", {"color": ABOVE, "linewidth": 1.5})]
        legend(figure, [*keys, *([("chance (95\u00a0%)", {"color": LINE, "linewidth": 8})] if banded else [])])
        ends = [f"{percent(step.share)} done after {step.days} days" for step in (*steps[:1], *steps[-1:])]
        text = f"A curve that rises with time: {', '.join(ends)}. The table after the figure has the numbers."
        return inlined(figure, name, title, text)


def bars(name: str, title: str, found: Sequence[Bar], axis: str) -> str:
    """Return bars from the left as an SVG element, each with its number. There are at most two series.

    `axis` says what is measured.
    """
    from matplotlib.patches import Patch
    from matplotlib.transforms import ScaledTranslation

    with settings(**TEXT):
        series = list(dict.fromkeys(bar.series for bar in found))
        labels = [shortened(bar.label) for bar in found]
        figure, axes = framed(ROW * max(len(found), 1), keys=len(series) if len(series) > 1 else 0, labels=labels)
        row_labels(axes, labels)
        axes.set_xlabel(axis)
        axes.grid(visible=True, axis="x")
        axes.set_xlim(0, 1.12 * (max((bar.value or 0 for bar in found), default=0) or 1))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")
        for order, words in enumerate(series):
            drawn = [(row, bar.value) for row, bar in enumerate(found) if bar.series == words and bar.value is not None]
            for rows, values in [zip(*drawn, strict=True)] if drawn else []:
                patches = axes.barh(rows, values, height=0.6, linewidth=1, **_FILLS[order])
                for row, patch in zip(rows, patches, strict=True):
                    patch.set_gid(f"bar-{row}")
        beside = axes.transData + ScaledTranslation(4 / 72, 0, figure.dpi_scale_trans)
        for row, bar in enumerate(found):
            axes.text(bar.value or 0, row, _number(bar.value), transform=beside, va="center")
        if len(series) > 1:
            handles = [Patch(label=words, **_FILLS[order]) for order, words in enumerate(series)]
            below_all(figure, handles)
        known = [bar for bar in found if bar.value is not None]
        longest = max(known, key=lambda bar: bar.value or 0, default=None)
        told = "" if longest is None else f"The longest bar is {longest.label} ({_number(longest.value)}). "
        return inlined(figure, name, title, f"{told}The table after the figure has every number.")


def _number(value: float | None) -> str:
    if value is None:
        return "*"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
