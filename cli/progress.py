"""Progress on a terminal for work that takes longer than two seconds; silent everywhere else."""

from __future__ import annotations

import sys
import time

import click

_PATIENCE = 2.0


class Progress:
    """Names the step that runs, once the whole has taken longer than two seconds."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shows = sys.stderr.isatty()

    def step(self, text: str, *, long: bool = False) -> None:
        """Say what is being done now; `long` says it at once."""
        elapsed = time.monotonic() - self._started
        if self._shows and (long or elapsed > _PATIENCE):
            click.echo(f"[{elapsed:6.1f} s] {text}", err=True)
