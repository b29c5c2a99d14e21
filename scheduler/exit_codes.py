"""The one list of the codes with which a command exits; docs/reference/exit-codes.md explains it."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a run ended. Only 0, 1, 3 and 4, and 2 with an `invalid` decision as JSON, are decisions, of `check`."""

    DONE = 0
    OUTSIDE = 1
    WRONG_USE = 2
    NEEDS_INFO = 3
    REFER = 4
    FAIL_ON = 5
    REFUSED_EVENTS = 6
    UNFORESEEN = 70
    STOPPED = 130
    READER_GONE = 141
