"""All problems of a command line in one run: options keep theirs, and the command refuses them together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import click

from spine_vigil.problems import ArgumentProblem, raise_all
from spine_vigil.requests import Labels
from spine_vigil.scheduler.errors import VigilError

_KEPT = "spine_vigil.problems"
_GIVEN = "spine_vigil.given"


class AllProblems(click.Command):
    """A command whose options are read to the end, whatever is wrong with one; its body calls `refuse`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments, and remember their order."""
        ctx.meta[_KEPT], ctx.meta[_GIVEN] = [], list(args)
        return super().parse_args(ctx, args)


class KeptOption(click.Option):
    """An option that keeps its problem for `refuse` where the command collects them."""

    def handle_parse_result(
        self, ctx: click.Context, opts: Mapping[str, Any], args: list[str]
    ) -> tuple[Any, list[str]]:
        """Read the option; its value is None where it cannot be read."""
        try:
            return super().handle_parse_result(ctx, opts, args)
        except (click.UsageError, VigilError) as problem:
            if _KEPT not in ctx.meta:
                raise
            ctx.meta[_KEPT].append((self, problem))
            if self.name is not None:
                ctx.params[self.name] = None
            return None, args


option = partial(click.option, cls=KeptOption)
"""An option as `click.option` declares it; where the command is of AllProblems, it is one of those that keep theirs."""


def has_kept() -> bool:
    """Return whether an option of the current command could not be read."""
    return bool(click.get_current_context().meta[_KEPT])


def refuse(found: Iterable[ArgumentProblem], labels: Labels) -> None:
    """Raise what is wrong with options and what was `found` in their values, in the order of the command line.

    A value that its option could not read is not told of twice.
    """
    context = click.get_current_context()
    kept: Sequence[tuple[click.Option, click.UsageError | VigilError]] = context.meta[_KEPT]
    listed = list(found)
    if len(kept) == 1 and not listed:
        raise kept[0][1]
    given: list[str] = context.meta[_GIVEN]
    placed = [(_place(given, kept_option.opts[0], 0), _said(problem)) for kept_option, problem in kept]
    known = {kept_option.opts[0] for kept_option, _ in kept}
    placed += [
        (_place(given, labels[one.argument], one.number), one.message)
        for one in listed
        if labels[one.argument] not in known
    ]
    placed.sort(key=lambda item: item[0])
    raise_all(ArgumentProblem("", number, message) for number, message in placed)


def _said(problem: click.UsageError | VigilError) -> str:
    return problem.format_message() if isinstance(problem, click.UsageError) else str(problem)


def _place(given: Sequence[str], name: str, number: int) -> int:
    """Return where on the command line an option stands for the nth time; behind all where it does not."""
    places = [at for at, text in enumerate(given) if text.partition("=")[0] == name]
    return places[number] if number < len(places) else len(given)


def given_values(name: str) -> tuple[str, ...]:
    """Return the values of an option as they stand on the command line."""
    given: list[str] = click.get_current_context().meta[_GIVEN]
    values = []
    for at, text in enumerate(given):
        option_name, equals, value = text.partition("=")
        if option_name == name and (equals or at + 1 < len(given)):
            values.append(value if equals else given[at + 1])
    return tuple(values)
