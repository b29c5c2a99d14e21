"""The `vigil` program: loads commands on demand, and turns errors into messages and exit codes."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

import click

from spine_vigil import __version__
from spine_vigil.cli.streams import discard_output, prepare_streams
from spine_vigil.scheduler.errors import VigilError
from spine_vigil.scheduler.exit_codes import ExitCode

_MEMORY = "dirty_decay_ms:10000,muzzy_decay_ms:-1,oversize_threshold:0"
"""Settings of the memory allocator of polars: it keeps freed memory, since the next block of a cohort needs as much."""

_OBJECTS_OF_A_COLLECTION = 200_000
"""New objects after which Python looks for cycles. Its default of 700 makes a report search every library it loads a
thousand times over, which is a twelfth of its time."""

_COMMANDS = {
    "check": "Decide one requested date.",
    "windows": "List the coming imaging windows of a patient.",
    "setup": "Make an intake profile: how your own files are read.",
    "inspect": "Show what would be read of your files.",
    "audit": "Decide every row of an events file.",
    "report": "Report what the windows and studies of a cohort add up to.",
    "due": "List what is due for every patient of an events file.",
    "calendar": "Write imaging windows as an iCalendar file.",
    "timeline": "Draw the windows and studies of a patient or a cohort.",
    "sync": "Send imaging windows to a CalDAV calendar.",
    "editions": "List editions, write one as a file, check a file, or compare two.",
    "protocols": "List, show, search or validate the encoded protocols.",
    "facts": "List the facts that can be documented, and what needs them.",
    "template": "Write an empty events file.",
}

_DEBUG = "--debug"


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
        _accept_debug(command)
        return command

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with _reader_may_go():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _reader_may_go():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@contextlib.contextmanager
def _reader_may_go() -> Iterator[None]:
    """Exit where the reader of the output has gone; click itself would exit with 1, which says `outside`."""
    try:
        yield
    except BrokenPipeError:
        raise SystemExit(ExitCode.READER_GONE) from None


def _accept_debug(command: click.Command) -> None:
    """Let `--debug` follow the name of a command too; its help names the option once."""
    if not any(_DEBUG in parameter.opts for parameter in command.params):
        command.params.append(click.Option([_DEBUG], is_flag=True, expose_value=False, hidden=True))
    if isinstance(command, click.Group):
        for subcommand in command.commands.values():
            _accept_debug(subcommand)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="vigil")
@click.option(_DEBUG, is_flag=True, expose_value=False, help="Show where an unexpected error arose.")
def vigil() -> None:
    """Spine-imaging surveillance: which studies are due when, and which are supported, by a payer's guideline.

    \b
    vigil check --study "MRI cervical_spine" --date 2026-04-15 \\
        --protocol bone.osteosarcoma --index treatment_end=2026-01-15 --primary-site cervical_spine
    """


def main() -> None:
    """Run the program. Whatever fails becomes one message on standard error, and an exit code that is no decision."""
    try:
        prepare_streams()
        code = _run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = _stopped()
    except BrokenPipeError:
        code = ExitCode.READER_GONE
    except BaseException as problem:  # noqa: BLE001 - a panic in a library written in Rust is no Exception
        code = _failed(problem)
    discard_output()
    sys.exit(code)


def _run() -> int:
    """Run the command given by the arguments; return its exit code."""
    try:
        code = vigil.main(prog_name="vigil", standalone_mode=False)
    except SystemExit as done:
        code = done.code or ExitCode.DONE
        return code if isinstance(code, int) else ExitCode.UNFORESEEN
    except click.Abort:
        return _stopped()
    except click.ClickException as problem:
        with contextlib.suppress(OSError):
            problem.show()
        return ExitCode.WRONG_USE
    except VigilError as problem:
        for message in problem.messages:
            _say(message)
        return problem.exit_code
    return code if isinstance(code, int) else ExitCode.DONE  # click returns the code of ctx.exit()


def _say(message: str) -> None:
    """Print a message on standard error, if anything can be printed there."""
    with contextlib.suppress(OSError):
        click.echo(f"vigil: {message}", err=True)


def _stopped() -> ExitCode:
    _say("stopped")
    return ExitCode.STOPPED


def _failed(problem: BaseException) -> ExitCode:
    """Report an error that no part of the program has foreseen; its text may hold a patient's data, so it is left out.

    An error of the operating system without a file arises where standard output is written.
    """
    if isinstance(problem, OSError) and problem.filename is None:
        _say(f"cannot write the output: {problem.strerror or problem}")
        return ExitCode.WRONG_USE
    if _DEBUG in sys.argv[1:]:
        import traceback  # needed here alone

        with contextlib.suppress(OSError):
            traceback.print_exception(problem)
    reason = type(problem).__name__
    if isinstance(problem, OSError):
        reason += f": {problem.strerror}"
    _say(f"unexpected error ({reason}); this is a defect of vigil; run 'vigil --debug ...' to see where, and report it")
    return ExitCode.UNFORESEEN


def run() -> None:
    """Run the program and exit without cleanup, since freeing the memory of a large cohort would take time."""
    os.environ.setdefault("_RJEM_MALLOC_CONF", _MEMORY)
    gc.set_threshold(_OBJECTS_OF_A_COLLECTION)
    code: int = ExitCode.UNFORESEEN
    sys.unraisablehook = _report_unless_interrupted
    # SIGTERM, by which job schedulers end a job, removes temporary files like an interrupt by hand.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main()
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else code
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # closed, or its reader has gone, which main has reported
            stream.flush()
    os._exit(code)


def _report_unless_interrupted(problem: sys.UnraisableHookArgs) -> None:
    """Print an exception that cannot be raised, except KeyboardInterrupt, which ends the program anyway."""
    if not issubclass(problem.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(problem)
