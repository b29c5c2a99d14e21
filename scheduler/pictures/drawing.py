"""Drawing of a timeline with matplotlib, as reproducible SVG or PNG that is legible without colour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from spine_vigil.scheduler.answers.reasons import Verdict
from spine_vigil.scheduler.pictures.canvas import described, require, settings
from spine_vigil.scheduler.pictures.descriptions import describe
from spine_vigil.scheduler.pictures.scenes import Bar, BarKind, Lane, Scene
from spine_vigil.scheduler.records.fields import day_number
from spine_vigil.scheduler.records.patients import Status

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

SUFFIXES = (".svg", ".png")

MARKERS = {Verdict.WITHIN: "o", Verdict.OUTSIDE: "X", Verdict.NEEDS_INFO: "^", Verdict.REFER: "s", None: "P"}
"""Marker of a study by its decision, so that decisions can be told apart in black and white."""

COLOURS = {
    Verdict.WITHIN: "#0072B2",
    Verdict.OUTSIDE: "#D55E00",
    Verdict.NEEDS_INFO: "#E69F00",
    Verdict.REFER: "#CC79A7",
    None: "#666666",
}
"""Colour of a study by its decision, in addition to its marker, from the colour-blind safe palette of Okabe and Ito."""

FILLS = {Status.PERFORMED: "full", Status.SCHEDULED: "full", Status.REQUESTED: "left", Status.CANCELLED: "full"}
"""Fill of a marker by the status of the study. A scheduled study is filled in white, so that no hatch shows through."""

BARS: dict[BarKind, dict[str, Any]] = {
    BarKind.JUDGED: {"facecolor": "0.88", "edgecolor": "0.45", "hatch": None, "linestyle": "-"},
    BarKind.FIRM: {"facecolor": "white", "edgecolor": "black", "hatch": "/////", "linestyle": "-"},
    BarKind.PROJECTED: {"facecolor": "white", "edgecolor": "0.35", "hatch": "....", "linestyle": "--"},
}
"""Style of a bar by the kind of window: plain grey, hatched, or dotted with a dashed edge."""

_BAR_WORDS = {
    BarKind.JUDGED: "window of an earlier study",
    BarKind.FIRM: "window that waits (firm; \u25bc)",
    BarKind.PROJECTED: "projected window",
}
_DAYS_OF_A_MONTH = 30.4375
_BAR, _LANE = 0.34, 0.4
"""Half heights of a window and of the lines across a lane, in lanes."""


def check_library() -> None:
    """Raise MissingLibrary if matplotlib is not installed; the message holds the command that installs it."""
    require("a picture", ["matplotlib"], extra="pictures")


def draw(scene: Scene, suffix: str) -> bytes:
    """Return a scene as a picture: `.svg` (with title and description) or `.png` (with both as metadata).

    The same scene gives the same bytes with the same matplotlib. Every window, study, index date and boundary
    of an SVG is a group of its own, with an id that names its kind, lane (from 1) and dates. Raises MissingLibrary.
    """
    check_library()
    from matplotlib.figure import Figure

    text = describe(scene)
    with settings():
        lanes = max(len(scene.lanes), 1)
        figure = Figure(figsize=(12, 2.6 + 0.55 * lanes), dpi=120, layout="constrained")
        axes = figure.add_subplot()
        _draw_axes(axes, scene)
        for row, lane in enumerate(scene.lanes):
            _draw_lane(axes, scene, lane, row)
        _draw_legend(figure, scene)
        file = BytesIO()
        if suffix == ".svg":
            figure.savefig(file, format="svg", metadata={"Title": scene.title, "Creator": "vigil", "Date": None})
            return described(file.getvalue(), scene.title, text)
        # The description is what the ISO text chunk of a PNG is for.
        figure.savefig(file, format="png", metadata={"Title": scene.title, "Description": text, "Software": None})
        return file.getvalue()


def _draw_axes(axes: Axes, scene: Scene) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    axes.set_title(scene.title)
    axes.set_ylim(len(scene.lanes) - 0.4, -0.6)
    axes.set_yticks(range(len(scene.lanes)), _labels(scene))
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="x", color="0.92")
    axes.set_axisbelow(b=True)
    if scene.since_index:
        axes.set_xlabel("months since the index date")
    else:
        locator = AutoDateLocator(minticks=5, maxticks=12)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
        line = axes.axvline(_at(scene, None, scene.as_of), color="black", linestyle=(0, (6, 3)), linewidth=1)
        line.set_gid(f"as-of-{scene.as_of}")


def _labels(scene: Scene) -> list[str]:
    """Return the label of each lane: the schedule, with the patient (cohort) or one of several protocols before it.

    Below it stands who answers for the rule where that is not the publisher of the edition.
    """
    return [f"{name}\n{lane.publisher}".rstrip() for name, lane in zip(_names(scene), scene.lanes, strict=True)]


def _names(scene: Scene) -> list[str]:
    if scene.since_index:
        return [f"{lane.name}: {lane.schedule}" for lane in scene.lanes]
    has_several = len({lane.protocol for lane in scene.lanes}) > 1
    return [f"{lane.protocol}: {lane.schedule}" if has_several else lane.schedule for lane in scene.lanes]


def _at(scene: Scene, lane: Lane | None, day: date) -> float:
    """Return the position of a day on the time axis: a calendar day number, or months since the lane's index date."""
    if scene.since_index and lane is not None and lane.index is not None:
        return (day - lane.index).days / _DAYS_OF_A_MONTH
    return float(day_number(day))  # the day numbers of matplotlib


def _draw_lane(axes: Axes, scene: Scene, lane: Lane, row: int) -> None:
    number = row + 1
    for bar in lane.bars:
        _draw_bar(axes, scene, lane, row, bar)
    if lane.index is not None:
        at = _at(scene, lane, lane.index)
        line = axes.vlines(at, row - _LANE, row + _LANE, color="black", linewidth=3)
        line.set_gid(f"index-{number}-{lane.index}")
    for boundary in lane.boundaries:
        if boundary.day <= _last_day(scene, lane):
            at = _at(scene, lane, boundary.day)
            line = axes.vlines(at, row - _LANE, row + _LANE, color="0.3", linewidth=1.2, linestyle=":")
            line.set_gid(f"phase-{number}-{boundary.day}")
    if scene.since_index:
        at = _at(scene, lane, scene.as_of)
        line = axes.vlines(at, row - _LANE, row + _LANE, color="black", linewidth=1, linestyle=(0, (4, 2)))
        line.set_gid(f"as-of-{number}-{scene.as_of}")
    if lane.nothing_from is not None:
        at = _at(scene, lane, lane.nothing_from)
        (stop,) = axes.plot([at], [row], marker="8", color="black", markersize=10, linestyle="none", zorder=3)
        stop.set_gid(f"stop-{number}-{lane.nothing_from}")
    for order, mark in enumerate(lane.marks, start=1):
        (artist,) = axes.plot(
            [_at(scene, lane, mark.day)],
            [row],
            **_style(mark.verdict, mark.status, COLOURS[mark.verdict]),
            linestyle="none",
            zorder=4,
        )
        verdict = "none" if mark.verdict is None else mark.verdict.value
        artist.set_gid(f"study-{number}-{order}-{mark.day}-{mark.status.value}-{verdict}")


def _last_day(scene: Scene, lane: Lane) -> date:
    """Return the last day of a lane's bars and marks; later boundaries are not drawn, to keep the scale readable."""
    days = [scene.as_of, *(bar.closes for bar in lane.bars), *(mark.day for mark in lane.marks)]
    return max(days)


def _draw_bar(axes: Axes, scene: Scene, lane: Lane, row: int, bar: Bar) -> None:
    first, end = _at(scene, lane, bar.opens), _at(scene, lane, bar.closes + timedelta(days=1))
    grace = timedelta(days=bar.grace)
    low, high = _at(scene, lane, bar.opens - grace), _at(scene, lane, bar.closes + grace + timedelta(days=1))
    axes.hlines(row, low, high, color="0.45", linewidth=1.2, zorder=1)
    (patch,) = axes.barh(row, end - first, left=first, height=2 * _BAR, linewidth=1, zorder=2, **BARS[bar.kind])
    patch.set_gid(f"window-{row + 1}-{bar.kind.value}-{bar.opens}-{bar.closes}")
    if bar.kind is BarKind.FIRM:  # a window of one day is too narrow to show its hatch
        axes.plot([(first + end) / 2], [row - _BAR], marker="v", color="black", markersize=6, linestyle="none")


def _style(verdict: Verdict | None, status: Status, colour: str) -> dict[str, Any]:
    return {
        "marker": MARKERS[verdict],
        "color": colour,
        "markeredgecolor": "black" if status is Status.PERFORMED else colour,
        "markerfacecolor": "white" if status is Status.SCHEDULED else colour,
        "markerfacecoloralt": "white",
        "fillstyle": FILLS[status],
        "markersize": 9,
        "markeredgewidth": 1.4 if status is not Status.PERFORMED else 0.6,
    }


def _draw_legend(figure: Any, scene: Scene) -> None:
    """Draw a legend of the things that occur in the picture, and no others."""
    handles = list(_handles(scene))
    figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False)


def _handles(scene: Scene) -> Iterator[Artist]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    marks = [mark for lane in scene.lanes for mark in lane.marks]
    kinds = {bar.kind for lane in scene.lanes for bar in lane.bars}
    yield from (Patch(**BARS[kind], label=_BAR_WORDS[kind]) for kind in BarKind if kind in kinds)
    if kinds:
        yield Line2D([], [], color="0.45", linewidth=1.2, label="grace")
    verdicts = {mark.verdict for mark in marks}
    for verdict in (*Verdict, None):
        if verdict in verdicts:
            words = "not judged (cancelled)" if verdict is None else f"decision: {verdict.value.replace('_', ' ')}"
            style = _style(verdict, Status.PERFORMED, COLOURS[verdict])
            yield Line2D([], [], **style, linestyle="none", label=words)
    for status in (Status.SCHEDULED, Status.REQUESTED):
        if any(mark.status is status for mark in marks):
            words = {Status.SCHEDULED: "scheduled (open)", Status.REQUESTED: "requested (half filled)"}[status]
            yield Line2D([], [], **_style(Verdict.WITHIN, status, "0.3"), linestyle="none", label=words)
    if any(lane.index is not None for lane in scene.lanes):
        yield _across("index date", color="black", linewidth=3)
    if any(boundary.day <= _last_day(scene, lane) for lane in scene.lanes for boundary in lane.boundaries):
        yield _across("phase begins or ends", color="0.3", linewidth=1.2, linestyle=":")
    yield _across(f"as of {scene.as_of}", color="black", linewidth=1, linestyle=(0, (4, 2)))
    if any(lane.nothing_from is not None for lane in scene.lanes):
        yield Line2D(
            [], [], marker="8", color="black", markersize=10, linestyle="none", label="nothing is due from here"
        )


def _across(words: str, **style: Any) -> Artist:
    from matplotlib.lines import Line2D

    return Line2D([], [], label=words, **style)
