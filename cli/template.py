"""`vigil template`: write an empty events file."""

from __future__ import annotations

from pathlib import Path

import click

from spine_vigil.cli.options.common import edition_in_use, edition_option
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.records.data_dictionary import template_columns


@click.command()
@click.option("--protocol", "protocol_id", metavar="ID", help="Only the columns that this protocol needs.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    default="-",
    help="File to write: a new .csv; - is standard output. [default: -]",
)
@edition_option
def template(protocol_id: str | None, output: Path) -> None:
    """Write an empty events file: a CSV header with the columns that a protocol needs, or with all of them.

    A protocol needs the event itself, the index dates that its schedules count from or stop at, the primary
    site if a schedule images it, and its facts ('vigil facts' explains them).

    \b
    vigil template --protocol bone.osteosarcoma -o events.csv
    """
    protocol = None if protocol_id is None else edition_in_use().protocol(protocol_id)
    header = ",".join(template_columns(edition_in_use(), protocol)) + "\n"
    if str(output) == "-":
        click.echo(header, nl=False)
        return
    from spine_vigil.scheduler.files.atomic import ANYONE, write_file
    from spine_vigil.scheduler.files.destinations import check_output, is_stream

    to_stream = is_stream(output)
    if output.suffix.lower() != ".csv" and not to_stream:
        raise FileError(f"{output} must end in .csv; a template is a CSV header")
    if output.is_file() and not to_stream:
        raise FileError(f"{output} is there already, and a template would empty it; give another name")
    check_output(output)
    write_file(output, lambda file: file.write(header.encode()), ANYONE)
    click.echo(f"vigil: wrote {output}", err=True)
