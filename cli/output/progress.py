"""Notices and progress on standard error; progress is shown only for runs of more than two seconds."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

import click

from spine_vigil.cli.unreadable import note_unreadable
from spine_vigil.notices import Notice, NoticeKind

_PATIENCE = 2.0
_BETWEEN = 0.2
"""Seconds between two updates of the progress line."""
_INSTANT = 0.001
"""Seconds assumed when the clock shows no time passed, to avoid a division by zero."""

_UNREADABLE = (NoticeKind.UNREADABLE_ROWS, NoticeKind.UNREADABLE_PATIENTS)

_REPORTS = (NoticeKind.UNREADABLE_ROWS, NoticeKind.LIMIT, NoticeKind.NEW_SECRET)
"""Kinds of notices that belong to the report of a run; all others are warnings, printed with the program's name."""


class Progress:
    """A listener that prints notices at once, and progress on a terminal once the run has taken two seconds."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shows = sys.stderr.isatty()
        self._last = 0.0
        self._doing = ""
        self._since = self._looked = self._started
        self._is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.done()

    def notice(self, notice: Notice) -> None:
        """Print a notice; rows that cannot be read are remembered for `--fail-on`."""
        if notice.kind in _UNREADABLE:
            note_unreadable()
        click.echo(notice.message if notice.kind in _REPORTS else f"vigil: {notice}", err=True)

    def step(self, text: str) -> None:
        """Print the step that starts now."""
        elapsed = time.monotonic() - self._started
        if self._shows and elapsed > _PATIENCE:
            click.echo(f"[{elapsed:6.1f} s] {text}", err=True)

    def show(self, text: str, rows: int, fraction: float) -> None:
        """Print the progress line: the step, its rows so far, rows per second, and the seconds left for the run.

        `fraction` is the part of the whole run that is done, from 0 to 1; `rows` are those of the step `text`.
        """
        now = time.monotonic()
        if text != self._doing:
            self._doing, self._since = text, self._looked
        self._looked = now
        elapsed = now - self._started
        if not self._shows or elapsed < _PATIENCE or now - self._last < _BETWEEN or not fraction:
            return
        self._last, self._is_open = now, True
        left = elapsed / fraction - elapsed
        rate = rows / max(now - self._since, _INSTANT)
        line = f"{text}: {rows:,} rows, {fraction:4.0%}, {rate:,.0f} rows/s, {left:.0f} s left"
        click.echo(f"\r{line}\033[K", err=True, nl=False)

    def done(self) -> None:
        """Erase the progress line, so that the next message starts on an empty line."""
        if self._is_open:
            click.echo("\r\033[K", err=True, nl=False)
            self._is_open = False
