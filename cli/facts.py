"""`vigil facts`: list the fact dictionary, or the facts that an indication or a protocol needs."""

from __future__ import annotations

import json

import click

from spine_vigil.cli.options.common import edition_in_use, edition_option
from spine_vigil.cli.output.fact_lines import fact_list_lines
from spine_vigil.fact_list import facts_for
from spine_vigil.scheduler.errors import ValueProblem


@click.command()
@click.option("--indication", "indication_name", metavar="NAME", help="Only the facts that this indication needs.")
@click.option("--protocol", "protocol_id", metavar="ID", help="Only those that schedules of this protocol need.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@edition_option
def facts(indication_name: str | None, protocol_id: str | None, form: str) -> None:
    """List the facts that can be documented: the meaning of each, how to write it, and the sections that need it.

    A fact has the same name as a column of an events file and in the --fact option of check.

    \b
    vigil facts
    vigil facts --indication neck_pain
    vigil facts --protocol bone.osteosarcoma --format json
    """
    if indication_name is not None and protocol_id is not None:
        raise ValueProblem("--indication and --protocol are both given; give one of them")
    fact_list = facts_for(indication_name, protocol_id, edition_in_use())
    if form == "json":
        click.echo(json.dumps(fact_list.as_object(), indent=2))
        return
    for line in fact_list_lines(fact_list):
        click.echo(line)
