"""Options of the commands that put windows into calendars."""

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
    known = {detail.value: detail for detail in Show}
    names = [name.strip() for name in (value or "").split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise UnknownName("thing to show", name, known)
    return frozenset(known[name] for name in names)


_OPTIONS = (
    click.option("--as-of", type=DATE, help="Compute windows as of this date. [default: today]"),
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
        help="Each window as one event from its first to its last day, or as two events of one day each.",
    ),
    click.option(
        "--alarm-days",
        type=click.IntRange(0, 365),
        default=14,
        show_default=True,
        help="Days between the reminder, at 09:00, and the opening of a firm window; 0: no reminder, not even of an"
        " overdue one. Projections have none, nor have windows in which a study is booked.",
    ),
    click.option(
        "--overdue-again",
        type=click.IntRange(1, 365),
        metavar="DAYS",
        help="Show a window that stays overdue again, with a reminder, so many days after it was shown last."
        " [default: it is shown once]",
    ),
    click.option(
        "--show",
        callback=_show,
        metavar="WHAT,...",
        help="Add modality, protocol or patient-id to the names of events, for a protected calendar.",
    ),
)


def window_options(command: _F) -> _F:
    """Add the options that select windows and shape their events.

    These are `--as-of`, `--months` (passed on as `months_ahead`), `--style`, `--alarm-days`, `--overdue-again` and
    `--show`.
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
        help="Write the patient of each pseudonym (code,patient_id). Keep it apart from the calendar.",
    )(command)
