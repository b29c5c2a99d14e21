"""`vigil check`: decide one request, with its values parsed as in an audit."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from spine_vigil.checking import Checked, check_read
from spine_vigil.cli.options.common import OPTIONS, grace_option, once, reading_option, today
from spine_vigil.cli.options.problems import AllProblems, has_kept, option, refuse
from spine_vigil.decision_json import decision_json
from spine_vigil.decision_text import decision_text
from spine_vigil.problems import ArgumentProblem
from spine_vigil.protocols import CURRENT
from spine_vigil.request_reading import Request, read_request
from spine_vigil.request_words import STUDY_FORM
from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.answers.reasons import Reason, Verdict
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.exit_codes import ExitCode
from spine_vigil.scheduler.records.patients import Status
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
    help=f"The requested study: {STUDY_FORM[6:]}; or words such as 'c-spine MRI'.",
)
@once("--date", "day", default=None, metavar="YYYY-MM-DD", help="The requested date.")
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
@reading_option
@option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(
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
    form: str,
) -> None:
    """Decide one requested date: print the decision, its reason, the window and the next allowed date.

    \b
    vigil check --study "MRI cervical_spine" --date 2026-04-15 \\
        --protocol bone.osteosarcoma --index treatment_end=2026-01-15 --primary-site cervical_spine

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
    missing = [name for name, value in (("study", study_text), ("date", day)) if value is None]
    checked = _checked(request, missing, edition, grace, form)
    for notice in checked.notices:
        click.echo(f"vigil: {notice}", err=True)
    click.echo(decision_json(checked, edition) if form == "json" else decision_text(checked, edition))
    sys.exit(EXIT_CODES[checked.decision.decision])


def _checked(request: Request, missing: Sequence[str], edition: Edition, grace: GracePolicy, form: str) -> Checked:
    """Return the decision; in JSON, values that cannot be read are an `invalid` one, unless an option is missing."""
    read = read_request(request, edition or CURRENT, OPTIONS)
    found = [problem for problem in read.problems if problem.argument not in missing]
    found += [ArgumentProblem(name, 0, f"Missing option '{OPTIONS[name]}'. {_ASK}") for name in missing]
    try:
        refuse(found, OPTIONS)
    except ValueProblem as problem:
        if form != "json" or has_kept() or missing:
            raise
        return Checked(Decision(Reason.BAD_ROW, explanation=". ".join(problem.messages)), None)
    return check_read(read, edition, grace, OPTIONS, today=today())
