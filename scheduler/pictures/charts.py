"""What the figures of a report show, as values: shares with what is uncertain about them, curves and bars."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """A share from 0 to 1 with its interval (chance) and its bounds (what is missing); None where it is left out.

    `size` is the number that it is a share of. `standing` is how it stands beside the share of all, if
    that is told. `instead` is drawn where there is no share.
    """

    label: str
    share: float | None
    low: float | None = None
    high: float | None = None
    least: float | None = None
    greatest: float | None = None
    size: int | None = None
    standing: str = ""
    instead: str = "*"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a curve: from `days` on, `share` are done, with its interval."""

    days: int
    share: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its label; no value where it is left out. `series` tells bars of one kind from those of another."""

    label: str
    value: float | None
    series: str


MARKERS = {"above": "^", "perhaps above": "^", "perhaps below": "v", "below": "v", "too few to tell": "x"}
"""Marker of a share by its standing; a disc for every other. What stands `perhaps` is not filled."""


def shortened(label: str, length: int = 34) -> str:
    """Return a label that fits beside a figure; the table after the figure has it in full."""
    return label if len(label) <= length else f"{label[: length - 1].rstrip()}\u2026"


def percent(share: float) -> str:
    """Return a share in percent with one decimal; what is neither none nor all never reads as such."""
    text = f"{100 * share:.1f}"
    if text == "0.0" and share > 0:
        return "under 0.1\u00a0%"
    if text == "100.0" and share < 1:
        return "over 99.9\u00a0%"
    return f"{text}\u00a0%"
