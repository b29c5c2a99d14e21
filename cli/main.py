"""The `vigil` program: loads commands on demand, and turns errors into messages and exit codes."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
from typing import Any

import click

from spine_vigil import __version__
from spine_vigil.scheduler.errors import VigilError

_MEMORY = "dirty_decay_ms:10000,muzzy_decay_ms:-1,oversize_threshold:0"
"""Settings of the memory allocator of polars: it keeps freed memory, since the next block of a cohort needs as much."""

_COMMANDS = {
    "check": "Decide one requested date.",
    "windows": "List the coming imaging windows of a patient.",
    "audit": "Decide every row of an events file.",
    "due": "List what is due for every patient of an events file.",
    "calendar": "Write imaging windows as an iCalendar file.",
    "timeline": "Draw the windows and studies of a patient or a cohort.",
    "sync": "Send imaging windows to a CalDAV calendar.",
    "protocols": "List, show or validate the encoded protocols.",
    "facts": "List the facts that can be documented, and what needs them.",
    "template": "Write an empty events file.",
}

_READER_HAS_GONE = 141
"""The exit code when the reader of the output has closed it: that of a program killed by SIGPIPE in a shell."""


class _LazyGroup(click.Group):
    """A command group that imports the module of a command only when it is used, to start quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(importlib.import_module(f"spine_vigil.cli.{cmd_name}"), cmd_name)
        if not isinstance(command, click.Command):  # pragma: no cover - every module defines its command
            raise TypeError(cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            ctx.exit(_READER_HAS_GONE)  # click itself would exit with 1, which says `outside`

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="vigil")
def vigil() -> None:
    """Spine-imaging surveillance: which studies are due when, and which are supported, by a payer's guideline.

    \b
    vigil check --study "MRI cervical_spine" --date 2026-04-15 \\
        --protocol bone.osteosarcoma --index treatment_end=2026-01-15 --primary-site cervical_spine
    """


def main() -> None:
    """Run the program. An error that the user can correct becomes one message on standard error and an exit code."""
    try:
        code = _run()
        sys.stdout.flush()
    except OSError as problem:
        # Discard buffered output, or the interpreter would fail again when it flushes it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = _READER_HAS_GONE
        if not isinstance(problem, BrokenPipeError):
            click.echo(f"vigil: cannot write the output: {problem.strerror or problem}", err=True)
            code = VigilError.exit_code
    sys.exit(code)


def _run() -> int | str | None:
    """Run the command given by the arguments; return its exit code."""
    try:
        code = vigil.main(prog_name="vigil", standalone_mode=False)
    except SystemExit as done:
        return done.code
    except click.Abort:
        click.echo("vigil: stopped", err=True)
        return 130
    except click.ClickException as problem:
        problem.show()
        return problem.exit_code
    except VigilError as problem:
        click.echo(f"vigil: {problem}", err=True)
        return problem.exit_code
    return code if isinstance(code, int) else 0  # click returns the code of ctx.exit()


def run() -> None:
    """Run the program and exit without cleanup, since freeing the memory of a large cohort would take time."""
    os.environ.setdefault("_RJEM_MALLOC_CONF", _MEMORY)
    code = 0
    sys.unraisablehook = _report_unless_interrupted
    # SIGTERM, by which job schedulers end a job, removes temporary files like an interrupt by hand.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main()
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else 0 if done.code is None else 1
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # closed, or its reader has gone, which main has reported
            stream.flush()
    os._exit(code)


def _report_unless_interrupted(problem: sys.UnraisableHookArgs) -> None:
    """Print an exception that cannot be raised, except KeyboardInterrupt, which ends the program anyway."""
    if not issubclass(problem.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(problem)
