"""The command that says a request: one line to copy into a shell."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from spine_vigil.request_reading import Request
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.grace import GracePolicy


def command_of(request: Request, grace: GracePolicy, readings: Sequence[str] = (), more: Sequence[str] = ()) -> str:
    """Return the `vigil check` that decides a request, quoted for a shell; `more` options stand last."""
    return shlex.join(["vigil", "check", *_options(request, grace, readings), *more])


def _options(request: Request, grace: GracePolicy, readings: Sequence[str]) -> Iterator[str]:
    texts = {
        "--study": [request.study],
        "--date": [request.date],
        "--protocol": request.protocol.split("|"),
        "--index": request.index,
        "--primary-site": [request.primary_site],
        "--prior": request.priors,
        "--also": request.also,
        "--fact": request.facts,
        "--birth-date": [request.birth_date],
        "--follow-up-end": [request.follow_up_end],
        "--death": [request.death],
        "--status": [] if request.status == Status.REQUESTED.value else [request.status],
        "--grace-days": [] if grace.days is None else [str(grace.days)],
        "--reading": readings,
    }
    for option, values in texts.items():
        for value in values:
            if value:
                yield from (option, value)
