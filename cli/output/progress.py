"""Progress on a terminal for work that takes longer than two seconds; silent everywhere else."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

import click

_PATIENCE = 2.0
_BETWEEN = 0.2
"""Seconds between two looks."""
_INSTANT = 0.001
"""What a clock that stands still is taken for, in seconds."""


class Progress:
    """Says what is being done once the whole has taken longer than two seconds."""

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

    def step(self, text: str) -> None:
        """Say what is being done now."""
        elapsed = time.monotonic() - self._started
        if self._shows and elapsed > _PATIENCE:
            click.echo(f"[{elapsed:6.1f} s] {text}", err=True)

    def show(self, text: str, rows: int, share: float) -> None:
        """Say on one line what is being done, how many rows that is, how fast, and how long it will take.

        `share` is how much of the whole is done, from 0 to 1; `rows` are those of what is named by `text`.
        """
        now = time.monotonic()
        if text != self._doing:
            self._doing, self._since = text, self._looked
        self._looked = now
        elapsed = now - self._started
        if not self._shows or elapsed < _PATIENCE or now - self._last < _BETWEEN or not share:
            return
        self._last, self._is_open = now, True
        left = elapsed / share - elapsed
        rate = rows / max(now - self._since, _INSTANT)
        line = f"{text}: {rows:,} rows, {share:4.0%}, {rate:,.0f} rows/s, {left:.0f} s left"
        click.echo(f"\r{line}\033[K", err=True, nl=False)

    def done(self) -> None:
        """Take the line of `show` away, so that what is said next has one of its own."""
        if self._is_open:
            click.echo("\r\033[K", err=True, nl=False)
            self._is_open = False
