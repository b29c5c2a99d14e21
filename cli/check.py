"""`vigil check`: judge one request, with the same reading of its cells as an audit has."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence

import click

from spine_vigil.cli.options.common import grace_option, parse_index_dates, reading_option, split_pair
from spine_vigil.cli.output.decision import decision_json, decision_text
from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.answers.reasons import Reason, Verdict
from spine_vigil.scheduler.editions.edition import CptCode, Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.patient.decisions import decide
from spine_vigil.scheduler.records.fields import PATIENT_ID, Column, event_columns
from spine_vigil.scheduler.records.patients import Event, Status
from spine_vigil.scheduler.records.rows import Row, read_row
from spine_vigil.scheduler.rules.grace import GracePolicy

Cells = Mapping[str, str]

EXIT_CODES = {
    Verdict.WITHIN: 0,
    Verdict.OUTSIDE: 1,
    Verdict.INVALID: 2,
    Verdict.NEEDS_INFO: 3,
    Verdict.REFER: 4,
    None: 0,
}

_STUDY_FORM = 'write "MODALITY REGION" (several regions joined by |), a CPT code, or "CPT REGION"'
_WHERE_TO_LOOK = {
    "protocol": "'vigil protocols list' names them all",
    "fact": "'vigil facts' names them all",
}
_OPTIONS = {"cpt": "--study", "modality": "--study", "region": "--study", "birth_date": "--birth-date"}


@click.command()
@click.option("--study", "study_text", required=True, metavar="STUDY", help=f"The requested study: {_STUDY_FORM[6:]}.")
@click.option("--date", "day", required=True, metavar="YYYY-MM-DD", help="The requested date.")
@click.option("--protocol", metavar="ID", default="", help="Surveillance protocol of the patient.")
@click.option("--index", "index", multiple=True, metavar="KIND=DATE", help="An index date, e.g. surgery=2026-01-15.")
@click.option("--primary-site", metavar="REGION", default="", help="Region of the primary tumor.")
@click.option(
    "--prior",
    "priors",
    multiple=True,
    metavar='"DATE [STUDY] [scheduled]"',
    help="An earlier study that was performed, or with 'scheduled' one that is only booked; without STUDY it is the"
    " requested one.",
)
@click.option(
    "--also",
    multiple=True,
    metavar="STUDY",
    help="Another study of the patient on the requested date, for combinations of CT and MRI.",
)
@click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="A documented fact, e.g. high_grade=true.")
@click.option("--birth-date", default="", metavar="YYYY-MM-DD", help="Date of birth.")
@click.option(
    "--status",
    type=click.Choice([s.value for s in Status], case_sensitive=False),
    default=Status.REQUESTED.value,
    show_default=True,
    help="What became of the study.",
)
@grace_option
@reading_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(
    study_text: str,
    day: str,
    protocol: str,
    index: tuple[str, ...],
    primary_site: str,
    priors: tuple[str, ...],
    also: tuple[str, ...],
    facts: tuple[str, ...],
    birth_date: str,
    status: str,
    grace: GracePolicy,
    edition: Edition,
    form: str,
) -> None:
    """Judge one requested date: the decision, why, the window, and the next allowed date.

    \b
    vigil check --study "MRI cervical_spine" --date 2026-04-15 \\
        --protocol bone.osteosarcoma --index treatment_end=2026-01-15 --primary-site cervical_spine

    Exit code: 0 within (or cancelled), 1 outside, 2 a wrong option or a request that cannot be read (as JSON an
    `invalid` decision), 3 more information is needed, 4 another guideline or the treating team decides.
    """
    columns = event_columns(edition)
    event: Event | None = None
    try:
        birth = _readable({"birth_date": birth_date}, columns, "--birth-date")
        study = _readable(_study_cells(study_text), columns, "--study")
        patient = _readable({"date": day}, columns, "--date") | {"status": status}
        patient |= _readable({"protocol": protocol}, columns, "--protocol")
        patient |= _readable({"primary_site": primary_site}, columns, "--primary-site")
        patient |= {kind.column: found.isoformat() for kind, found in parse_index_dates(index).items()}
        documented = _fact_cells(facts, edition, columns)
        if birth_date and "birth_date" in documented:
            raise ValueProblem("--birth-date and --fact birth_date are the same; give one of them")
        patient |= documented
        request = _row(birth | study | patient, edition, columns)
        earlier = [(text, _row(birth | _prior_cells(text, study, columns), edition, columns)) for text in priors]
        beside = [_row(_also_cells(text, day, columns), edition, columns) for text in also]
        decision, event = _judge(request, earlier, beside, edition, grace), request.event
    except ValueProblem as problem:
        if form == "text":
            raise
        decision = Decision(Reason.BAD_ROW, explanation=str(problem))
    click.echo(decision_json(decision, edition) if form == "json" else decision_text(decision, event, edition))
    sys.exit(EXIT_CODES[decision.verdict])


def _also_cells(text: str, day: str, columns: Mapping[str, Column]) -> dict[str, str]:
    return {**_readable(_study_cells(text), columns, f'--also "{text}"'), "date": day, "status": Status.REQUESTED.value}


def _judge(
    request: Row, earlier: Sequence[tuple[str, Row]], beside: Sequence[Row], edition: Edition, grace: GracePolicy
) -> Decision:
    if request.event is None or any(row.problems for _, row in earlier):
        return _invalid(request, earlier)
    history = [row.event for _, row in earlier if row.event is not None]
    day = request.event.date
    for event in history:
        if event.date >= day:
            click.echo(f"vigil: the study of {event.date} is not before {day} and does not count", err=True)
    same_day = [row.event for row in beside if row.event is not None]
    return decide(edition, request.patient, request.event, [*history, *same_day], grace)


def _study_cells(text: str) -> dict[str, str]:
    first, _, rest = text.strip().partition(" ")
    if not first:
        raise ValueProblem(f"the study is empty; {_STUDY_FORM}")
    return {"cpt" if first[0].isdigit() else "modality": first, "region": rest.strip()}


def _prior_cells(text: str, requested: Cells, columns: Mapping[str, Column]) -> dict[str, str]:
    where = f'--prior "{text}"'
    day, *words = text.split() or [""]
    status = Status.PERFORMED.value
    if words and words[-1].lower() in {s.value for s in Status}:
        status = words.pop().lower()
        if not Status(status).is_history:
            raise ValueProblem(f"{where}: an earlier study counts if performed or scheduled; leave this one out")
    study = _readable(_study_cells(" ".join(words)), columns, where) if words else _diagnostic(requested, columns)
    return {**study, **_readable({"date": day or "(nothing)"}, columns, where), "status": status}


def _diagnostic(study: Cells, columns: Mapping[str, Column]) -> Cells:
    """Return the study that an add-on is billed beside: an add-on itself never counts as an earlier study."""
    code: CptCode | None = columns["cpt"].parse(study["cpt"]) if "cpt" in study else None
    if code is None or not code.is_add_on:
        return study
    return {"modality": code.modality.value, "region": study["region"]}


def _fact_cells(pairs: Iterable[str], edition: Edition, columns: Mapping[str, Column]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for pair in pairs:
        name, value = split_pair(pair, "NAME=VALUE, e.g. high_grade=true")
        try:
            name = edition.fact(name).name
        except ValueProblem as problem:
            raise ValueProblem(f"--fact: {problem} ({_WHERE_TO_LOOK['fact']})") from None
        if name in cells:
            raise ValueProblem(f"--fact {name} is given twice; give each fact once")
        cells |= _readable({name: value}, columns, f"--fact {name}")
    return cells


def _readable(cells: Mapping[str, str], columns: Mapping[str, Column], where: str) -> dict[str, str]:
    """Return the cells, each of which can be read by itself. Raises ValueProblem that names the option."""
    for name, text in cells.items():
        if text.strip():
            try:
                columns[name].parse(text.strip())
            except ValueProblem as problem:
                hint = f" ({_WHERE_TO_LOOK[name]})" if name in _WHERE_TO_LOOK else ""
                raise ValueProblem(f"{where}: {problem}{hint}") from None
    return dict(cells)


def _row(cells: Cells, edition: Edition, columns: Mapping[str, Column]) -> Row:
    return read_row({PATIENT_ID: "the patient", **cells}, edition, columns)


def _invalid(request: Row, earlier: Iterable[tuple[str, Row]]) -> Decision:
    """Return the decision on options that contradict each other.

    A prior that cannot be right makes the whole request invalid: judged without it, the answer would be
    that of another patient.
    """
    said = [f"{_OPTIONS.get(p.column, '--date')}: {p.message}" for p in request.problems]
    said += [f'--prior "{text}": {p.message}' for text, row in earlier for p in row.problems]
    return Decision(Reason.BAD_ROW, explanation=". ".join(said) + ".")
