"""The option that makes a run with unreadable rows fail once it is done."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import click

from spine_vigil.cli.unreadable import has_unreadable
from spine_vigil.scheduler.exit_codes import ExitCode

_F = TypeVar("_F", bound=Callable[..., Any])


def fail_on_option(command: _F) -> _F:
    """Add `--fail-on invalid`: the command exits with 5, after its output, where rows of its files cannot be read."""

    @click.option(
        "--fail-on",
        type=click.Choice(["invalid"]),
        help="Exit with code 5 if a row of EVENTS or of a patients file cannot be read.",
    )
    @wraps(command)
    def failing(*args: Any, fail_on: str | None, **options: Any) -> Any:
        result = command(*args, **options)
        if fail_on and has_unreadable():
            sys.exit(ExitCode.FAIL_ON)
        return result

    return cast("_F", failing)
