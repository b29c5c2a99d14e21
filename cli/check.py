"""`vigil check`: decide one request, with its values parsed as in an audit."""

from __future__ import annotations

import sys

import click

from spine_vigil.checking import Checked, check_read, other_studies
from spine_vigil.cli.options.common import (
    OPTIONS,
    edition_in_use,
    edition_options,
    editions_by_date,
    grace_option,
    once,
    rules_on,
    today,
)
from spine_vigil.cli.options.problems import AllProblems, given_values, has_kept, option, refuse
from spine_vigil.decision_json import decision_json
from spine_vigil.decision_text import decision_text
from spine_vigil.problems import ArgumentProblem
from spine_vigil.request_reading import ReadRequest, Request, read_request
from spine_vigil.request_words import STUDY_FORM
from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.answers.reasons import Reason, Verdict
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.exit_codes import ExitCode
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.dates import parse_date
from spine_vigil.scheduler.rules.grace import GracePolicy

EXIT_CODES = {
    Verdict.WITHIN: ExitCode.DONE,
    Verdict.OUTSIDE: ExitCode.OUTSIDE,
    Verdict.INVALID: ExitCode.WRONG_USE,
    Verdict.NEEDS_INFO: ExitCode.NEEDS_INFO,
    Verdict.REFER: ExitCode.REFER,
    None: ExitCode.DONE,
}


_ASK = "'vigil check --ask' asks for what is missing."


@click.command(cls=AllProblems)
@once(
    "--study",
    "study_text",
    default=None,
    metavar="STUDY",
    help=f"The requested study: {STUDY_FORM[6:]}; or words such as 'c-spine MRI'. Needed, unless --ask asks for it.",
)
@once("--date", "day", default=None, metavar="YYYY-MM-DD", help="The requested date. Needed likewise.")
@option(
    "--protocol",
    "protocols",
    metavar="ID",
    multiple=True,
    help="Surveillance protocol of the patient, or its disease in words or by code, where that is certain; give it"
    " again, or join several by |, for several cancers.",
)
@option("--index", "index", multiple=True, metavar="KIND=DATE", help="An index date, e.g. surgery=2026-01-15.")
@once("--primary-site", metavar="REGION", help="Region of the primary tumor, or words for it.")
@option(
    "--prior",
    "priors",
    multiple=True,
    metavar='"DATE [STUDY] [scheduled]"',
    help="An earlier study that was performed, or that is only booked if 'scheduled' follows; without STUDY it is the"
    " requested study.",
)
@option(
    "--also",
    multiple=True,
    metavar="STUDY",
    help="Another study of the patient on the requested date, for combinations of CT and MRI.",
)
@option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="A documented fact, e.g. high_grade=true.")
@once("--birth-date", metavar="YYYY-MM-DD", help="Date of birth.")
@once("--follow-up-end", metavar="YYYY-MM-DD", help="Hospice or transfer: the end of follow-up.")
@once("--death", metavar="YYYY-MM-DD", help="Date of death.")
@once(
    "--status",
    type=click.Choice([s.value for s in Status], case_sensitive=False),
    default=Status.REQUESTED.value,
    show_default=Status.REQUESTED.value,
    help="Status of the requested study.",
)
@grace_option
@edition_options
@option("--letter", "with_letter", is_flag=True, help="Print the decision as one paragraph for a note or an appeal.")
@option(
    "--ask",
    "asks",
    is_flag=True,
    help="Ask for what is missing, what decides most first, and print the command that would have said it.",
)
@option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(
    *,
    study_text: str,
    day: str,
    protocols: tuple[str, ...],
    index: tuple[str, ...],
    primary_site: str,
    priors: tuple[str, ...],
    also: tuple[str, ...],
    facts: tuple[str, ...],
    birth_date: str,
    follow_up_end: str,
    death: str,
    status: str,
    grace: GracePolicy,
    edition: Edition,
    with_letter: bool,
    asks: bool,
    form: str,
) -> None:
    """Decide one requested date: print the decision, its reason, the window and the next allowed date.

    \b
    vigil check --study "MRI cervical_spine" --date 2026-04-15 \\
        --protocol bone.osteosarcoma --index treatment_end=2026-01-15 --primary-site cervical_spine
    vigil check --study "c-spine MRI" --date 2026-04-15 --protocol "brain mets"
    vigil check --study 72156-26 --date 2026-04-15 --fact neck_pain=yes --letter
    vigil check --ask

    Exit code: 0 within (or cancelled), 1 outside, 2 a wrong option or a request that cannot be read (in JSON, an
    `invalid` decision), 3 more information is needed, 4 another guideline or the treating team decides.
    """
    request = Request(
        study=study_text or "",
        date=day or "",
        protocol="|".join(protocols or ()),
        index=index or (),
        primary_site=primary_site or "",
        priors=priors or (),
        also=also or (),
        facts=facts or (),
        birth_date=birth_date or "",
        follow_up_end=follow_up_end or "",
        death=death or "",
        status=status or Status.REQUESTED.value,
    )
    edition = edition or edition_in_use()
    edition, grace = _rules_on(day, edition, grace or edition.grace_of(None), asks=asks)
    read = read_request(request, edition, OPTIONS)
    missing = [name for name, value in (("study", study_text), ("date", day)) if value is None]
    found = [problem for problem in read.problems if problem.argument not in missing]
    if asks:
        refuse(found, OPTIONS)
        read = _asked(read, edition, grace)
        missing = [name for name in missing if not getattr(read.request, name)]
    found += [ArgumentProblem(name, 0, f"Missing option '{OPTIONS[name]}'. {_ASK}") for name in missing]
    try:
        refuse(found, OPTIONS)
        checked = check_read(read, edition, grace, OPTIONS, today=today())
    except ValueProblem as problem:
        if form != "json" or has_kept() or missing:
            raise
        checked = Checked(Decision(Reason.BAD_ROW, explanation=". ".join(problem.messages)), None)
    for notice in checked.notices:
        click.echo(f"vigil: {notice}", err=True)
    letter = _letter(checked, read, edition) if with_letter else None
    if form == "json":
        click.echo(decision_json(checked, edition, letter))
    else:
        click.echo(letter or decision_text(checked, edition))
    if asks:
        _show_command(read.request, grace, form, with_letter=with_letter)
    sys.exit(EXIT_CODES[checked.decision.decision])


def _rules_on(day: str | None, edition: Edition, grace: GracePolicy, *, asks: bool) -> tuple[Edition, GracePolicy]:
    """Return the edition and the grace of the requested date; of today where it cannot be read, which is said later."""
    if asks and not day and editions_by_date() is not None:
        raise ValueProblem("--ask with --edition by-date needs --date, which says by which edition it asks")
    try:
        requested = parse_date((day or "").strip())
    except ValueProblem:
        requested = today()
    return rules_on(requested, edition, grace)


def _asked(read: ReadRequest, edition: Edition, grace: GracePolicy) -> ReadRequest:
    """Return a request with what the answers to questions add to it."""
    from spine_vigil.asking import Interview  # loaded for questions alone, like the dialog
    from spine_vigil.cli.dialog import ask

    for notice in read.notices:
        click.echo(f"vigil: {notice}", err=True)
    return read_request(ask(Interview(read.request, edition, grace)).request, edition, OPTIONS)


def _letter(checked: Checked, read: ReadRequest, edition: Edition) -> str | None:
    """Return the letter; None for a request that cannot be read, since it is about no study."""
    from spine_vigil.decision_letter import decision_letter  # loaded for letters alone

    if checked.event is None or checked.decision.decision is Verdict.INVALID:
        return None
    return decision_letter(checked, read.row.says, other_studies(read), edition)


def _show_command(request: Request, grace: GracePolicy, form: str, *, with_letter: bool) -> None:
    """Print the command that decides without questions; beside JSON or a letter, which stand alone, as a message."""
    from spine_vigil.command_line import command_of

    editions = [part for name in given_values("--edition") for part in ("--edition", name)]
    more = [*editions, *(["--letter"] if with_letter else []), *(["--format", form] if form == "json" else [])]
    is_message = with_letter or form == "json"
    click.echo("\nThe same without questions:", err=is_message)
    click.echo(command_of(request, grace, given_values("--reading"), more), err=is_message)
