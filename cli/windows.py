"""`vigil windows`: list the coming imaging windows of one patient, firm and projected."""

from __future__ import annotations

from datetime import date

import click

from spine_vigil.cli.options.common import DATE, OPTIONS, edition_in_use, edition_options, grace_option, rules_on, today
from spine_vigil.cli.options.problems import AllProblems, option, refuse
from spine_vigil.plan_text import plan_json, plan_text
from spine_vigil.planning import Assume, PlanRequest, Question, plan_read, read_plan_request
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.dates import add, months
from spine_vigil.scheduler.rules.grace import GracePolicy


@click.command(cls=AllProblems)
@option(
    "--protocol",
    "protocol_id",
    required=True,
    metavar="ID",
    help="Surveillance protocol of the patient, or its disease in words, where that is certain.",
)
@option("--index", multiple=True, metavar="KIND=DATE", help="An index date, e.g. treatment_end=2026-01-15.")
@option(
    "--prior",
    "priors",
    multiple=True,
    metavar='"DATE [STUDY]"',
    help='A study that was performed, e.g. "2026-04-15 CT chest"; without STUDY it counts for every schedule. One that'
    " is only scheduled does not count.",
)
@option("--primary-site", metavar="REGION", help="Region of the primary tumor, or words for it.")
@option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="A documented fact, e.g. high_grade=true.")
@option("--until", type=DATE, help="The last day on which a projected window may open.")
@option(
    "--months",
    "months_ahead",
    type=click.IntRange(0, 1200),
    help="The months from --as-of to --until, instead of it. [default: 24]",
)
@option(
    "--project",
    "assume",
    type=click.Choice(["latest", "earliest"]),
    default="latest",
    show_default=True,
    help="The day of its window on which each future study is assumed to be done.",
)
@option("--as-of", type=DATE, help="Compute windows as of this date. [default: today]")
@grace_option
@edition_options
@option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def windows(
    protocol_id: str,
    index: tuple[str, ...],
    priors: tuple[str, ...],
    primary_site: str | None,
    facts: tuple[str, ...],
    until: date | None,
    months_ahead: int | None,
    assume: str,
    as_of: date | None,
    grace: GracePolicy,
    edition: Edition,
    form: str,
) -> None:
    """List the windows of each schedule of a protocol: the firm one, and those projected from it.

    The firm window is listed until its study is done; projected ones are listed up to the horizon. They assume that
    each study is done on the last day of its window, or on --as-of where that day has passed. A --prior after --as-of
    does not count.

    \b
    vigil windows --protocol bone.osteosarcoma --index treatment_end=2026-01-15 --primary-site cervical_spine
    """
    request = PlanRequest(
        protocol=protocol_id or "",
        index=index,
        priors=priors,
        primary_site=primary_site or None,
        facts=facts,
    )
    day = as_of or today()
    edition = edition or edition_in_use()
    edition, grace = rules_on(day, edition, grace or edition.grace_of(None))
    read = read_plan_request(request, edition, OPTIONS)
    refuse(read.problems, OPTIONS)
    if until is not None and months_ahead is not None:
        raise click.UsageError("give --until or --months, not both")
    until = until or add(day, months(24 if months_ahead is None else months_ahead))
    question = Question(edition, day, until, Assume(assume), grace)
    coming = plan_read(read, question, OPTIONS)
    for notice in coming.notices:
        click.echo(f"vigil: {notice}", err=True)
    click.echo(plan_json(question, coming) if form == "json" else plan_text(question, coming))
