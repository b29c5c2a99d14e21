"""Options of `vigil audit` that select the results, the rows and the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

import click

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.audit.other_readings import CONTESTED
from spine_vigil.scheduler.cohort.events.shards import Shard, parse_shard
from spine_vigil.scheduler.errors import ValueProblem, nearest

_F = TypeVar("_F", bound=Callable[..., Any])


def results_options(command: _F) -> _F:
    """Add `--explain`, `--columns` and `--readings` (passed on as `results` and `readings`)."""

    @click.option(
        "--explain",
        type=click.Choice(["full", "none"]),
        help="none leaves out the explanations, which makes the output much smaller. [default: full]",
    )
    @click.option(
        "--columns",
        "chosen",
        metavar="NAME,NAME…",
        help="The result columns to write, in their usual order; those of EVENTS are always kept. [default: all]",
    )
    @click.option(
        "--readings",
        type=click.Choice(["all"]),
        help="Add the column 'contested': other readings of the guideline that would decide otherwise, and how.",
    )
    @wraps(command)
    def with_results(*args: Any, explain: str | None, chosen: str | None, readings: str | None, **options: Any) -> Any:
        results = _chosen_results(chosen, explain, with_readings=readings is not None)
        return command(*args, results=results, readings=readings is not None, **options)

    return cast("_F", with_results)


def shard_option(command: _F) -> _F:
    """Add `--shard I/N` (passed on as `shard`)."""

    def convert(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Shard | None:
        return None if value is None else parse_shard(value)

    return click.option(
        "--shard",
        metavar="I/N",
        callback=convert,
        help="Write only the rows of patients in shard I of N (I from 1 to N). N such runs, on any number of machines,"
        " write every row once.",
    )(command)


def engine_options(command: _F) -> _F:
    """Add `--engine` and `--master` (passed on under these names)."""

    @click.option(
        "--engine",
        type=click.Choice(["local", "spark"]),
        default="local",
        help="spark distributes the rows over the machines of a cluster and writes a folder. [default: local]",
    )
    @click.option("--master", metavar="URL", help="The cluster, for --engine spark. [default: local[*], this machine]")
    @wraps(command)
    def with_engine(*args: Any, engine: str, master: str | None, **options: Any) -> Any:
        if master is not None and engine != "spark":
            raise ValueProblem("--master names a Spark cluster; add --engine spark, or drop it")
        return command(*args, engine=engine, master=master or "local[*]", **options)

    return cast("_F", with_engine)


def _chosen_results(chosen: str | None, explain: str | None, *, with_readings: bool) -> Sequence[str]:
    """Return the selection of RESULT_COLUMNS, in its order. Raises ValueProblem."""
    left_out = {"explanation"} if explain == "none" else set()
    if chosen is None:
        return [name for name in RESULT_COLUMNS if name not in left_out]
    names = [name.strip().lower() for name in chosen.split(",") if name.strip()]
    if not names:
        raise ValueProblem(f"--columns names no column; give some of {', '.join(RESULT_COLUMNS)}")
    for name in names:
        if name not in (*RESULT_COLUMNS, CONTESTED):
            close = nearest(name, RESULT_COLUMNS)
            hint = f"did you mean '{close}'? " if close else ""
            known = f"the result columns are {', '.join(RESULT_COLUMNS)}"
            raise ValueProblem(f"--columns names '{name}', which is no result column; {hint}{known}")
    if CONTESTED in names and not with_readings:
        raise ValueProblem(f"--columns names '{CONTESTED}', which only --readings all fills; add that")
    if left_out & set(names):
        raise ValueProblem("--columns names 'explanation', and --explain none leaves it out; drop one of the two")
    if explain == "full" and "explanation" not in names:
        raise ValueProblem("--explain full asks for 'explanation', which --columns does not name; drop one of the two")
    return [name for name in RESULT_COLUMNS if name in names]
