"""What of the site is made from the program: pages on commands, rooms, names and cases, pictures, and a report."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib import import_module
from inspect import isclass, isroutine
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from click.testing import CliRunner
from decided_cases import decided_cases

import spine_vigil
from spine_vigil.cli.main import vigil

ROOT = Path(__file__).parents[2]
CLINIC, AUDITOR = (ROOT / "sample_cohorts" / name for name in ("clinic.csv", "auditor.csv"))
AS_OF = "2026-11-02"
"""The date of every picture and of the report, so that a site built later is the same."""

REPORT = "extra/reports/auditor.html"
"""The report on the auditor's sample; what lies in `extra` is copied into the site as it is."""

BY = ("facility", "ordering_physician")

PICTURES = {
    "patient.svg": ("--patient", "C020"),
    "cohort.svg": ("--cohort", "--most", "20"),
}
"""The options of `vigil timeline` for each picture."""


def write_pages(folder: Path) -> None:
    """Write every generated page and picture into a folder; a page that is no longer made is removed."""
    with TemporaryDirectory() as passing:
        files = {**pages(), **pictures(Path(passing)), REPORT: sample_report()}
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        if path.relative_to(folder).as_posix() not in files:
            path.unlink()
    for name, content in files.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:  # an unchanged page need not be built again
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def pages() -> dict[str, bytes]:
    """Return the text of every generated page by its name."""
    texts = {"commands.md": commands(), "rooms.txt": rooms(), "names.txt": public_names()}
    texts |= {f"cases/{name}": text for name, text in decided_cases(ROOT / "tests" / "cases").items()}
    return {name: text.encode() for name, text in texts.items()}


def commands() -> str:
    """Return the page on every command: what `--help` prints."""
    parts = ["# Commands\n\nEvery command as its `--help` describes it, made from the program.\n"]
    runner = CliRunner()
    for path in [(), *_command_paths(vigil, ())]:
        text = runner.invoke(vigil, [*path, "--help"], prog_name="vigil", catch_exceptions=False).output
        parts.append(f"## {' '.join(('vigil', *path))}\n\n```text\n{text.rstrip()}\n```\n")
    return "\n".join(parts)


def _command_paths(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from _command_paths(command, (*path, name))


def rooms() -> str:
    """Return the table of the packages of the code, each with the first line of its docstring."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rows = []
    for name in project["tool"]["setuptools"]["packages"]:
        first = (import_module(name).__doc__ or "").partition("\n")[0]
        rows.append(f"| `{name}` | {first} |")
    return "\n".join(["| package | what it holds |", "| --- | --- |", *rows, ""])


def public_names() -> str:
    """Return the directives that document every public name of `spine_vigil` from its docstring."""
    lines = ["```{eval-rst}"]
    for name in getattr(spine_vigil, "__all__", ("__version__",)):
        thing = getattr(spine_vigil, name)
        if isclass(thing) or isroutine(thing):
            lines.append(f".. auto{'class' if isclass(thing) else 'function'}:: spine_vigil.{name}")
        else:
            lines += [f".. py:data:: spine_vigil.{name}", f"   :type: {type(thing).__name__}"]
        lines.append("")
    return "\n".join([*lines, "```", ""])


def pictures(folder: Path) -> dict[str, bytes]:
    """Return each picture as `vigil timeline` draws it from a sample cohort, made in a folder of its own."""
    runner, made = CliRunner(), {}
    for name, options in PICTURES.items():
        command = ["timeline", str(CLINIC), *options, "--as-of", AS_OF, "-o", str(folder / name)]
        done = runner.invoke(vigil, command, prog_name="vigil", catch_exceptions=False)
        if done.exit_code:
            raise RuntimeError(f"vigil {' '.join(command)}: {done.output}")
        made[name] = (folder / name).read_bytes()
    return made


def sample_report() -> bytes:
    """Return the page of the report on the auditor's sample; its tables are in docs/reports/auditor."""
    return spine_vigil.report(AUDITOR, as_of=AS_OF, by=BY).html().encode()
