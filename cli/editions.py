"""`vigil editions`: list, show, write, begin, check and compare editions of the guideline."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click

from spine_vigil.cli.edition_diff import diff_editions
from spine_vigil.cli.output.edition_lines import edition_lines
from spine_vigil.cli.streams import standard_output
from spine_vigil.editions import FILES, KnownEdition, edition, known_edition, known_editions
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.rendering.contents import contents
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.atomic import write_whole
from spine_vigil.scheduler.rules.words import counted

_F = TypeVar("_F", bound=Callable[..., Any])


@click.group()
def editions() -> None:
    """List the editions of the guideline, show one, write one as a file, begin a new one, check a file, or compare two.

    An edition file holds a whole edition; an overlay names a base and says only what differs. Every command decides by
    one with --edition.

    \b
    vigil editions list
    vigil editions show healthhelp-mri-cspine-2024
    vigil editions export healthhelp-mri-cspine-2025 -o edition.toml
    vigil editions new -o edition.toml
    vigil editions validate local.toml
    vigil editions diff healthhelp-mri-cspine-2025 local.toml
    """


@editions.command("list")
def list_editions() -> None:
    """List the editions that have an id: the shipped ones, and those of the files that VIGIL_EDITIONS names.

    \b
    vigil editions list
    """
    for known in known_editions():
        for line in _lines(known):
            click.echo(line)


def _lines(known: KnownEdition) -> Iterator[str]:
    found = known.edition
    place = "shipped" if known.file is None else f"{known.file} ({FILES})"
    yield found.id
    yield f"  {found.source_of('')}"
    yield f"  covers {found.covers}; {_contents(found)}; {place}"


def _contents(found: Edition) -> str:
    schedules = sum(1 for _ in found.schedules())
    parts = ((len(found.protocols), "protocol"), (schedules, "schedule"), (len(found.indications), "indication"))
    return ", ".join(counted(count, noun) for count, noun in parts)


@editions.command("show")
@click.argument("name", metavar="ID|FILE.toml")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def show(name: str, form: str) -> None:
    """Show what an edition holds: its head, its protocols with their schedules, and its indications, with sections.

    Of an overlay, the rules that it changed or added are marked with a *, and those that it took away are named.

    \b
    vigil editions show healthhelp-mri-cspine-2024
    """
    known = known_edition(name)
    base = None if known.base is None else edition(known.base)
    held = contents(known.edition, base)
    if form == "json":
        click.echo(json.dumps(held, indent=2))
        return
    for line in edition_lines(known.edition, held):
        click.echo(line)


def _output_option(suffix: str) -> Callable[[_F], _F]:
    return click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path, allow_dash=True),
        default="-",
        help=f"File to write: a new {suffix}; - is standard output. [default: -]",
    )


@editions.command("new")
@_output_option(".toml")
@click.option("--base", metavar="ID", help="Write an overlay of this edition, in place of a whole edition.")
def new(output: Path, base: str | None) -> None:
    """Write a commented file to start from: a whole small edition, or with --base an overlay. Both are made up.

    The file is valid and decides as it stands. Every key is explained, and what else can be said stands there as a
    comment.

    \b
    vigil editions new -o edition.toml
    vigil editions new --base healthhelp-mri-cspine-2025 -o local.toml
    """
    from spine_vigil.scheduler.editions.toml_files.starting_file import starting_edition, starting_overlay

    text = starting_edition() if base is None else starting_overlay(edition(base))
    if output.is_file() and str(output) != "-":
        raise FileError(f"{output} is there already, and a file to start from would replace it; give another name")
    _write(text, output, ".toml")


@editions.command("schema")
@_output_option(".json")
def schema(output: Path) -> None:
    """Write the JSON Schema of edition files, by which an editor explains, completes and checks them.

    \b
    vigil editions schema -o edition.schema.json
    """
    from spine_vigil.scheduler.editions.toml_files.schema import schema_text

    _write(schema_text(), output, ".json")


@editions.command("export")
@click.argument("name", metavar="ID|FILE.toml")
@_output_option(".toml")
def export(name: str, output: Path) -> None:
    """Write an edition as one TOML file, which reads back as the same rules; an overlay together with its base.

    \b
    vigil editions export healthhelp-mri-cspine-2025 -o edition.toml
    """
    from spine_vigil.scheduler.editions.toml_files.edition_file import edition_text

    _write(edition_text(edition(name)), output, ".toml")


def _write(text: str, output: Path, suffix: str) -> None:
    """Write a text into a file, or to standard output. Raises FileError where it cannot, or the name ends otherwise."""
    from spine_vigil.scheduler.files.atomic import ANYONE, write_file
    from spine_vigil.scheduler.files.destinations import check_output, is_stream

    if str(output) == "-":
        write_whole(text.encode(), standard_output())
        return
    if not is_stream(output):
        if output.suffix.lower() != suffix:
            raise FileError(f"{output} must end in {suffix}, by which it is known")
        check_output(output)
    write_file(output, lambda file: file.write(text.encode()), ANYONE)
    click.echo(f"vigil: wrote {output}", err=True)


@editions.command("validate")
@click.argument("name", metavar="ID|FILE.toml")
@click.option("--proofs", is_flag=True, help="Prove what holds of every schedule and indication; takes up to a minute.")
def validate(name: str, proofs: bool) -> None:  # noqa: FBT001 - as click passes it
    """Check an edition, as a rule a file: say all that is wrong with it, each with its line, and exit with code 2.

    Where nothing is wrong, warnings say what can be meant and seldom is. --proofs shows that each day of a schedule
    belongs to one phase, that a patient who keeps every window is never called early or overdue, and that each
    indication can be met and can fail; or the shortest example of the contrary, with exit code 2.

    \b
    vigil editions validate local.toml
    vigil editions validate local.toml --proofs
    """
    from spine_vigil.validating import validate as validated

    valid = validated(name, proofs=proofs)
    what = "" if name == valid.edition.id else f": {valid.edition.id}"
    click.echo(f"{name} can be used{what}, with {_contents(valid.edition)}.")
    if valid.warnings:
        click.echo("Look again at what can be meant and seldom is:")
    for warning in valid.warnings:
        click.echo(f"- {warning}")
    if proofs:
        from spine_vigil.scheduler.proofs.proving import OF_INDICATIONS, OF_SCHEDULES

        click.echo("Proved of every schedule, under each of its readings: " + "; ".join(OF_SCHEDULES) + ".")
        click.echo("Proved of every indication, under each of its readings: " + "; ".join(OF_INDICATIONS) + ".")


editions.add_command(diff_editions)
