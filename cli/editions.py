"""`vigil editions`: the editions there are, what one holds, one as a file, and what is wrong with a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from spine_vigil.cli.output.edition_lines import changed_by, edition_lines
from spine_vigil.cli.streams import standard_output
from spine_vigil.editions import FILES, KnownEdition, edition, known_edition, known_editions
from spine_vigil.scheduler.editions.contents import contents
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.words import counted


@click.group()
def editions() -> None:
    """List the editions of the guideline, show one, write one as a file, or check a file.

    An edition file holds a whole edition; an overlay names a base and says only what differs. Every command decides by
    one with --edition.

    \b
    vigil editions list
    vigil editions show healthhelp-mri-cspine-2024
    vigil editions export healthhelp-mri-cspine-2025 -o edition.toml
    vigil editions validate local.toml
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
    yield from (f"  changed by {text}" for text in changed_by(found))
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


@editions.command("export")
@click.argument("name", metavar="ID|FILE.toml")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    default="-",
    help="File to write: a new .toml; - is standard output. [default: -]",
)
def export(name: str, output: Path) -> None:
    """Write an edition as one TOML file, which reads back as the same rules; an overlay together with its base.

    \b
    vigil editions export healthhelp-mri-cspine-2025 -o edition.toml
    """
    from spine_vigil.scheduler.editions.edition_file import edition_text
    from spine_vigil.scheduler.files.atomic import ANYONE, write_file, write_whole
    from spine_vigil.scheduler.files.destinations import check_output, is_stream

    content = edition_text(edition(name)).encode()
    if str(output) == "-":
        write_whole(content, standard_output())
        return
    if not is_stream(output):
        check_output(output)
    write_file(output, lambda file: file.write(content), ANYONE)


@editions.command("validate")
@click.argument("file", metavar="FILE.toml", type=click.Path(path_type=Path))
def validate(file: Path) -> None:
    """Check an edition file or an overlay: say all that is wrong with it, each with its line, and exit with code 2.

    \b
    vigil editions validate local.toml
    """
    found = edition(file)
    click.echo(f"{file} can be used: {found.id}, with {_contents(found)}.")
