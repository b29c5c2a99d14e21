"""Whether a run left out rows that cannot be read, for `--fail-on`."""

from __future__ import annotations

import click

_UNREADABLE = "spine_vigil.unreadable"


def note_unreadable() -> None:
    """Remember that this run left out rows of its files that cannot be read."""
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta[_UNREADABLE] = True


def has_unreadable() -> bool:
    """Return whether this run left out rows of its files that cannot be read."""
    return bool(click.get_current_context().meta.get(_UNREADABLE))
