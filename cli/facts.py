"""`vigil facts`: list the fact dictionary, or the facts that an indication or a protocol needs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import click

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.criteria_text import criterion_tree
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import UnknownName, ValueProblem
from spine_vigil.scheduler.records.data_dictionary import FACT_VALUES, kind_text, template_columns
from spine_vigil.scheduler.rules.facts import Fact
from spine_vigil.scheduler.rules.indications import Indication
from spine_vigil.scheduler.rules.schedules import Protocol

WIDTH = 80
"""Characters per line, which every terminal shows."""


@click.command()
@click.option("--indication", "indication_name", metavar="NAME", help="Only the facts that this indication needs.")
@click.option("--protocol", "protocol_id", metavar="ID", help="Only those that schedules of this protocol need.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
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
    indication = None if indication_name is None else _indication(CURRENT, indication_name)
    protocol = None if protocol_id is None else CURRENT.protocol(protocol_id)
    chosen = _chosen(CURRENT, indication, protocol)
    if form == "json":
        click.echo(json.dumps(_as_object(CURRENT, chosen, indication, protocol), indent=2))
        return
    for line in _as_text(CURRENT, chosen, indication, protocol):
        click.echo(line)


def _indication(edition: Edition, text: str) -> Indication:
    """Return an indication by its name or its route, in upper or lower case. Raises UnknownName."""
    known = {indication.name: indication for indication in edition.indications}
    indication = known.get(text.strip().lower().removeprefix("indication."))
    if indication is None:
        raise UnknownName("indication", text.strip(), known)
    return indication


def _chosen(edition: Edition, indication: Indication | None, protocol: Protocol | None) -> list[Fact]:
    """Return the needed facts, in the order of the dictionary."""
    if indication is not None:
        names = set(indication.criterion.facts())
    elif protocol is not None:
        names = {name for schedule in protocol.schedules for name in schedule.facts()}
    else:
        names = set(edition.facts_by_name)
    return [fact for fact in edition.facts if fact.name in names]


def _as_object(
    edition: Edition, chosen: Iterable[Fact], indication: Indication | None, protocol: Protocol | None
) -> dict[str, Any]:
    result: dict[str, Any] = {"edition": edition.id}
    if indication is not None:
        result["indication"] = {
            "name": indication.name,
            "route": indication.route,
            "title": indication.title,
            "section": indication.cite.section,
            "leads": list(indication.leads),
            "criterion": criterion_tree(indication.criterion),
            "advice": indication.advice or None,
        }
    if protocol is not None:
        result["protocol"] = {
            "id": protocol.id,
            "title": protocol.title,
            "section": protocol.cite.section,
            "columns": list(template_columns(edition, protocol)),
        }
    result["facts"] = [
        {
            "name": fact.name,
            "kind": fact.kind.value,
            "unit": fact.unit or None,
            "values": FACT_VALUES[fact.kind],
            "level": fact.level.value,
            "meaning": fact.meaning,
            "sections": list(fact.sections),
        }
        for fact in chosen
    ]
    return result


def _as_text(
    edition: Edition, chosen: Sequence[Fact], indication: Indication | None, protocol: Protocol | None
) -> Iterator[str]:
    source = f"{edition.publisher}, {edition.title}, reviewed {edition.reviewed}"
    if indication is not None:
        yield from _wrapped(f"{indication.route}: {indication.title}")
        yield from _wrapped(f"{indication.cite} of {source}")
        yield from _wrapped(f"Raised by: {', '.join(indication.leads)}")
        yield "Criterion:"
        for line in criterion_tree(indication.criterion):
            yield from _tree_line(line)
        if indication.advice:
            yield from _wrapped(f"Advice: {indication.advice}")
        yield ""
    elif protocol is not None:
        yield from _wrapped(f"{protocol.id}: {protocol.title}")
        yield from _wrapped(f"{protocol.cite} of {source}")
        yield from _wrapped(f"Columns that it needs: {', '.join(template_columns(edition, protocol))}")
        yield ""
    else:
        yield source
        yield ""
    if not chosen:
        yield "It asks for no fact."
        return
    yield from _table(chosen)
    yield ""
    for kind, values in FACT_VALUES.items():
        if any(fact.kind is kind for fact in chosen):
            yield f"{kind.value}: {values}"


def _table(chosen: Sequence[Fact]) -> Iterator[str]:
    """Yield two or more lines for each fact: its kind and level, then its meaning and sections."""
    name_width = max(len("fact"), *(len(fact.name) for fact in chosen))
    kind_width = max(len("kind"), *(len(kind_text(fact)) for fact in chosen))

    def row(name: str, kind: str, level: str) -> str:
        return f"{name:<{name_width}}  {kind:<{kind_width}}  {level}"

    yield row("fact", "kind", "level")
    yield "    meaning [sections]"
    yield "-" * len(row("", "", "patient"))
    for fact in chosen:
        yield row(fact.name, kind_text(fact), fact.level.value)
        meaning = f"{fact.meaning} [{'; '.join(fact.sections)}]"
        yield from textwrap.wrap(meaning, WIDTH, initial_indent="    ", subsequent_indent="    ")


def _tree_line(line: str) -> list[str]:
    indent = "  " + " " * (len(line) - len(line.lstrip()))
    return textwrap.wrap(line.lstrip(), WIDTH, initial_indent=indent, subsequent_indent=f"{indent}    ")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
