"""The text alternative of a timeline, for people who cannot see it and for programs."""

from __future__ import annotations

from collections.abc import Iterator

from spine_vigil.scheduler.pictures.scenes import Bar, Lane, Mark, Scene
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.words import dates_text, grace_text

_EVENTS = {
    Status.PERFORMED: "study",
    Status.SCHEDULED: "booking",
    Status.REQUESTED: "request",
    Status.CANCELLED: "cancelled study",
}
"""What an event is called: a booking is no study yet."""


def describe(scene: Scene) -> str:
    """Return a scene as text: a line for each lane, followed by an indented line for each thing in the lane."""
    return "\n".join(_lines(scene))


def _lines(scene: Scene) -> Iterator[str]:
    axis = "months since the index date" if scene.since_index else "the calendar"
    count = len(scene.lanes)
    yield f"{scene.title}: {count} schedule{'' if count == 1 else 's'} along {axis}."
    for lane in scene.lanes:
        yield from _lane_lines(lane)
    yield from (f"Not shown: {text}." for text in scene.left_out)


def _lane_lines(lane: Lane) -> Iterator[str]:
    status = lane.status.value.replace("_", " ")
    because = f" ({lane.because})" if lane.because else ""
    yield f"{lane.name}, {lane.protocol}, {lane.schedule}: {lane.study} ({lane.section}): {status}{because}."
    if lane.index is not None:
        yield f"  index date {lane.index}"
    yield from (f"  phase from {boundary.day}: {boundary.rule}" for boundary in lane.boundaries)
    yield from (f"  {bar_text(bar)}" for bar in lane.bars)
    yield from (f"  {mark_text(mark)}" for mark in lane.marks)
    if lane.nothing_from is not None:
        yield f"  nothing is due from {lane.nothing_from}"


def bar_text(bar: Bar) -> str:
    """Return a window as text."""
    return f"window {dates_text(bar.opens, bar.closes)}, {bar.kind.value}, {grace_text(bar.grace)}"


def mark_text(mark: Mark) -> str:
    """Return an event and its decision as text."""
    decision = "not judged" if mark.verdict is None else mark.verdict.value.replace("_", " ")
    reason = "" if mark.verdict is None else f" ({mark.reason.value.replace('_', ' ')})"
    what = _EVENTS[mark.status]
    return f"{what} {mark.day}, {mark.study}: {decision}{reason}"
