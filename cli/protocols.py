"""`vigil protocols`: list, show, search, validate or render the encoded edition."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import click

from spine_vigil.cli.options.common import edition_in_use, edition_option
from spine_vigil.cli.output.fact_lines import fact_list_lines
from spine_vigil.cli.output.search_lines import indication_lines, match_lines
from spine_vigil.fact_list import facts_for
from spine_vigil.protocols import EDITIONS
from spine_vigil.scheduler.editions.edition import Edition, meaning
from spine_vigil.scheduler.editions.rendering.as_json import edition_json, protocol_object
from spine_vigil.scheduler.editions.rendering.review import (
    PHASE_HEADINGS,
    STANCE_WORDS,
    caution_text,
    condition_words,
    own_cautions,
    phase_rows,
    protocols_markdown,
    schedule_sentence,
    why_no_schedules,
)
from spine_vigil.scheduler.editions.rendering.review_indications import indications_markdown
from spine_vigil.scheduler.errors import UnknownName, ValueProblem
from spine_vigil.scheduler.exit_codes import ExitCode
from spine_vigil.scheduler.proofs.page import proofs_markdown
from spine_vigil.scheduler.rules.indications import Indication
from spine_vigil.scheduler.rules.schedules import Plan, Protocol, Schedule
from spine_vigil.scheduler.rules.words import index_kinds_text
from spine_vigil.searching import search

WIDTH = 80
"""Characters per line, which every terminal shows."""

DOCUMENTS = {
    "protocols.md": protocols_markdown,
    "indications.md": indications_markdown,
    "proofs.md": proofs_markdown,
    "edition.json": edition_json,
}
"""The documents that `render` writes, by file name."""


def _heading(edition: Edition) -> str:
    return f"{edition.source_of('')}\n{edition.id}\n"


_format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@click.group()
def protocols() -> None:
    """List, show, search or validate the encoded protocols and indications, with their sections and readings.

    \b
    vigil protocols show bone.osteosarcoma
    vigil protocols search GBM
    """


@protocols.command("list")
@click.option("--indications", is_flag=True, help="List the indications: the guideline's other reasons for the study.")
@_format_option
@edition_option
def list_protocols(form: str, indications: bool) -> None:  # noqa: FBT001 - as click passes it
    """List every protocol with its section and the number of its schedules, or why it has none.

    \b
    vigil protocols list
    vigil protocols list --indications
    """
    edition = edition_in_use()
    if indications:
        if form == "json":
            click.echo(json.dumps([_indication_summary(indication) for indication in edition.indications], indent=2))
            return
        click.echo(_heading(edition))
        for line in indication_lines(edition.indications):
            click.echo(line)
        return
    if form == "json":
        click.echo(json.dumps([_summary(protocol) for protocol in edition.protocols], indent=2))
        return
    click.echo(_heading(edition))
    width = max((len(str(protocol.cite)) for protocol in edition.protocols), default=0)
    for protocol in edition.protocols:
        click.echo(f"{protocol.cite!s:<{width}}  {protocol.id}")
        indent = " " * (width + 2)
        click.echo(textwrap.fill(_title_line(protocol), WIDTH, initial_indent=indent, subsequent_indent=indent))


def _summary(protocol: Protocol) -> dict[str, str | int]:
    return {
        "id": protocol.id,
        "title": protocol.title,
        "section": str(protocol.cite),
        "stance": protocol.stance.value,
        "schedules": len(protocol.schedules),
    }


def _indication_summary(indication: Indication) -> dict[str, str | int]:
    return {
        "name": indication.name,
        "route": indication.route,
        "title": indication.title,
        "section": str(indication.cite),
        "number": indication.cite.section.partition(" ")[2],
        "other_readings": len(indication.others),
    }


def _title_line(protocol: Protocol) -> str:
    count = len(protocol.schedules)
    content = ("1 schedule" if count == 1 else f"{count} schedules") if count else STANCE_WORDS[protocol.stance]
    return f"{protocol.title} ({content})"


@protocols.command("show")
@click.argument("name", metavar="ID")
@_format_option
@edition_option
def show(name: str, form: str) -> None:
    """Show one protocol or one indication, with its section and its possible readings.

    A protocol: each schedule as a sentence and a table. An indication: what raises it and hints at it, its criterion as
    a tree, and its facts.

    \b
    vigil protocols show bone.osteosarcoma
    vigil protocols show indication.neck_pain
    """
    edition = edition_in_use()
    found = _protocol_or_indication(edition, name)
    if isinstance(found, Indication):
        fact_list = facts_for(found.name, edition=edition)
        shown, lines = fact_list.as_object(), fact_list_lines(fact_list)
    else:
        shown, lines = protocol_object(edition, found), _protocol_lines(edition, found)
    if form == "json":
        click.echo(json.dumps(shown, indent=2))
        return
    for line in lines:
        click.echo(line)


def _protocol_or_indication(edition: Edition, text: str) -> Protocol | Indication:
    """Return the protocol of an id, or the indication of a name or a route, in any case. Raises ValueProblem."""
    name = text.strip().lower()
    indications = {indication.name for indication in edition.indications}
    try:
        if name in indications or name.startswith("indication."):
            return edition.indication(name)
        if name in edition.protocols_by_id:
            return edition.protocol(name)
        known = [*edition.protocols_by_id, *indications]
        raise UnknownName("protocol or indication", text.strip(), known, edition.words)
    except UnknownName as problem:
        ways = "'vigil protocols list' names them all, 'vigil protocols search' finds them by other words"
        raise ValueProblem(f"{problem} ({ways})") from None


@protocols.command("search")
@click.argument("words", metavar="WORDS...", nargs=-1, required=True)
@_format_option
@edition_option
def search_protocols(words: tuple[str, ...], form: str) -> None:
    """Find protocols and indications by words, abbreviations, sections, facts and codes, best match first.

    Every word must be found: in a name or a title, in what else a tumor or a complaint is called, in the section or in
    a fact that is asked for. A billing code is found where its study may be supported, a code of ICD-10-CM where its
    disease may be meant.

    \b
    vigil protocols search GBM
    vigil protocols search MEN 1 pancreas
    vigil protocols search 72156
    """
    edition = edition_in_use()
    matches = search(words, edition)
    if form == "json":
        click.echo(json.dumps([match.as_object() for match in matches], indent=2))
        return
    for line in match_lines(matches):
        click.echo(line)


def _protocol_lines(edition: Edition, protocol: Protocol) -> Iterator[str]:
    yield protocol.id
    yield from _wrapped(_title_line(protocol), "")
    yield edition.source_of(str(protocol.cite))
    why = why_no_schedules(protocol)
    if why:
        yield from _field("Note", why)
    for caution in edition.cautions_about(protocol.id):
        yield from _wrapped(caution_text(caution), "  ")
    for schedule in protocol.schedules:
        yield ""
        yield f"{protocol.route(schedule)} ({schedule.cite})"
        yield from _wrapped(schedule_sentence(edition, schedule), "  ")
        yield from _field("Study", str(schedule.study))
        yield from _field("Counted from", index_kinds_text(schedule))
        if schedule.when is not None:
            yield from _field("Applies where", f"{condition_words(edition, schedule.when)} ({schedule.when.fact})")
        if schedule.stops_at:
            yield from _field("Ends with", " or ".join(kind.words for kind in schedule.stops_at))
        if schedule.restarts:
            yield from _field("Starts again with", "a treatment that follows a progression")
        if schedule.complements:
            yield from _field("One round", "studies of different modalities less than 21 days apart")
        yield from _plan_lines(edition, schedule)
        if schedule.reading:
            yield from _field("Read as", schedule.reading)
        for caution in own_cautions(edition, protocol, schedule):
            yield from _wrapped(caution_text(caution), "  ")
        for other in schedule.others:
            yield from _field(f"Other reading {other.name}", other.says)
            yield from _plan_lines(edition, schedule.read_as(other.name))


def _plan_lines(edition: Edition, schedule: Schedule) -> Iterator[str]:
    rows = [PHASE_HEADINGS, *(row.cells for row in phase_rows(edition, schedule))]
    is_conditional = any(row[-1] for row in rows[1:])
    yield from _table(row if is_conditional else row[:-1] for row in rows)
    plan: Plan = schedule.plan
    if plan.or_if is not None:
        yield from _field("Also at any time if", f"{meaning(edition, plan.or_if)} ({plan.or_if})")
    if plan.more_often_if is not None:
        yield from _field("More often if", f"{meaning(edition, plan.more_often_if)} ({plan.more_often_if})")
    facts = dict.fromkeys(phase.fact for phase in plan.phases if phase.fact is not None)
    if facts:
        yield from _field("Condition documented by", ", ".join(facts))


def _field(name: str, text: str) -> Iterator[str]:
    yield from _wrapped(f"{name}: {text}", "  ")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")


def _table(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of a table; the last column wraps to fit the width."""
    lines = list(rows)
    widths = [max(len(row[column]) for row in lines) + 2 for column in range(len(lines[0]) - 1)]
    for row in lines:
        start = "    " + "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        last = textwrap.wrap(row[-1], max(WIDTH - len(start), 12)) or [""]
        yield (start + last[0]).rstrip()
        yield from (" " * len(start) + more for more in last[1:])


@protocols.command("validate")
@edition_option
def validate() -> None:
    """Check the edition: print each issue with its place and exit with code 2, or print what was checked.

    A shipped edition is also checked for the numbering, the order and the words of its guideline.

    \b
    vigil protocols validate
    """
    from spine_vigil.scheduler.editions.checking.checks import CHECKS, issues_by
    from spine_vigil.scheduler.editions.checking.guideline_checks import GUIDELINE_CHECKS

    edition = edition_in_use()
    is_shipped = any(edition is shipped for shipped in EDITIONS)
    checks = {**CHECKS, **GUIDELINE_CHECKS} if is_shipped else CHECKS
    issues = issues_by(checks, edition)
    for issue in issues:
        click.echo(str(issue))
    if issues:
        click.echo(f"vigil: issues in {edition.id}: {len(issues)}; correct the rules named above", err=True)
        sys.exit(ExitCode.WRONG_USE)
    click.echo(
        f"{edition.id}: no issue in {len(edition.protocols)} protocols, {len([*edition.schedules()])} schedules,"
        f" {len(edition.indications)} indications, {len([*edition.readings()])} other readings,"
        f" {len(edition.contraindications)} contraindications, {len(edition.combinations)} combinations,"
        f" {len(edition.facts)} facts, {len(edition.cautions)} cautions and {len(edition.cpt_codes)} CPT codes."
    )
    click.echo("Checked: " + "; ".join(checks) + ".")


@protocols.command("render")
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, exists=True, path_type=Path))
@edition_option
def render(directory: Path) -> None:
    """Write the edition into DIR: protocols.md, indications.md and proofs.md for reviewers, edition.json for programs.

    \b
    vigil protocols render docs
    """
    from spine_vigil.scheduler.files.atomic import ANYONE, write_file

    edition = edition_in_use()
    for name, rendered in DOCUMENTS.items():
        content = rendered(edition).encode()

        def write(file: IO[bytes], content: bytes = content) -> None:
            file.write(content)

        write_file(directory / name, write, ANYONE)
        click.echo(f"vigil: wrote {directory / name}", err=True)
