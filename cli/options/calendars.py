"""Options that the commands share which put windows into calendars."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from spine_vigil.cli.options.common import DATE
from spine_vigil.scheduler.calendars.entries import Show
from spine_vigil.scheduler.calendars.items import Style
from spine_vigil.scheduler.errors import UnknownName

_F = TypeVar("_F", bound=Callable[..., Any])


def _show(_ctx: click.Context, _param: click.Parameter, value: str | None) -> frozenset[Show]:
    known = {what.value: what for what in Show}
    names = [name.strip() for name in (value or "").split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise UnknownName("thing to show", name, known)
    return frozenset(known[name] for name in names)


_OPTIONS = (
    click.option("--as-of", type=DATE, help="The date on which it is asked what is due. [default: today]"),
    click.option(
        "--months",
        "months_ahead",
        type=click.IntRange(0, 1200),
        default=12,
        show_default=True,
        help="How far ahead windows are projected.",
    ),
    click.option(
        "--style",
        type=click.Choice([style.value for style in Style]),
        default=Style.WINDOWS.value,
        show_default=True,
        help="Windows as events from their first to their last day, or as two events of a day each.",
    ),
    click.option(
        "--alarm-days",
        type=click.IntRange(0, 365),
        default=14,
        show_default=True,
        help="Days before a firm window opens on which its reminder rings, at 09:00; 0: none. Projections have none.",
    ),
    click.option(
        "--show",
        callback=_show,
        metavar="WHAT,...",
        help="Add modality, protocol or patient-id to the names of events, in a calendar that is protected.",
    ),
)


def window_options(command: _F) -> _F:
    """Add which windows become events, and what these say and ring.

    That is `--as-of`, `--months` (passed on as `months_ahead`), `--style`, `--alarm-days` and `--show`.
    """
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def codes_option(command: _F) -> _F:
    """Add `--codes FILE.csv` (passed on as `codes_file`)."""
    return click.option(
        "--codes",
        "codes_file",
        type=click.Path(path_type=Path),
        metavar="FILE.csv",
        help="Write which pseudonym is which patient (code,patient_id). Keep it apart from the calendar.",
    )(command)
