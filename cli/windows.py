"""`vigil windows`: the coming imaging windows of one patient, firm and projected."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import click

from spine_vigil.cli.options.common import DATE, grace_option, parse_index_dates, reading_option, split_pair, today
from spine_vigil.scheduler.answers.sentences import SENTENCES, protocol_words
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.patient.projection import Projection
from spine_vigil.scheduler.patient.standing import Standing, performed_studies, standing
from spine_vigil.scheduler.records.fields import PATIENT_ID, Column, event_columns
from spine_vigil.scheduler.records.patients import Event, Patient, Status
from spine_vigil.scheduler.records.rows import read_row
from spine_vigil.scheduler.rules.dates import add, months
from spine_vigil.scheduler.rules.facts import Value, first_index
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import Protocol, Stance
from spine_vigil.scheduler.rules.studies import Place, parse_site
from spine_vigil.scheduler.rules.words import days_text

ASSUMPTIONS = {
    "latest": "Projections assume that each study is done on the last day of its window.",
    "earliest": "Projections assume that each study is done on the first day of its window (where no study is too"
    " early, on the last).",
}

_ONLY_BOOKED = "is only scheduled and does not count: windows are counted from performed studies"

_HEADINGS = ("no.", "kind", "opens", "closes", "counted from", "grace", "section", "")


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked: until when, and as what the studies to come are assumed."""

    edition: Edition
    as_of: date
    until: date
    assume: str
    grace: GracePolicy


@dataclass(frozen=True, slots=True)
class _Listing:
    """One schedule with its windows."""

    stands: Standing
    windows: tuple[Projection, ...]


@click.command()
@click.option("--protocol", "protocol_id", required=True, metavar="ID", help="Surveillance protocol of the patient.")
@click.option("--index", multiple=True, metavar="KIND=DATE", help="An index date, e.g. treatment_end=2026-01-15.")
@click.option(
    "--prior",
    "priors",
    multiple=True,
    metavar='"DATE [STUDY]"',
    help='A study that was performed, e.g. "2026-04-15 CT chest"; without STUDY it counts for every schedule. One that'
    " is only scheduled does not count.",
)
@click.option("--primary-site", metavar="REGION", help="Region of the primary tumor.")
@click.option("--fact", "facts", multiple=True, metavar="NAME=VALUE", help="A documented fact, e.g. high_grade=true.")
@click.option("--until", type=DATE, help="The last day on which a projected window may open.")
@click.option(
    "--months", "months_ahead", type=click.IntRange(0, 1200), help="Months ahead of --as-of instead. [default: 24]"
)
@click.option(
    "--project",
    "assume",
    type=click.Choice(["latest", "earliest"]),
    default="latest",
    show_default=True,
    help="The day of its window on which a study to come is assumed.",
)
@click.option("--as-of", type=DATE, help="The date of the question. [default: today]")
@grace_option
@reading_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
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

    The next window is listed whenever it opens, the projected ones up to the horizon, those in the past
    included. Every --prior counts, whatever --as-of says.

    \b
    vigil windows --protocol bone.osteosarcoma --index treatment_end=2026-01-15 --primary-site cervical_spine
    """
    if until is not None and months_ahead is not None:
        raise click.UsageError("give --until or --months, not both")
    day = as_of or today()
    until = until or add(day, months(24 if months_ahead is None else months_ahead))
    question = _Question(edition, day, until, assume, grace)
    columns = event_columns(edition)
    protocol = _named("--protocol", lambda: edition.protocol(protocol_id))
    patient = Patient(
        protocol,
        parse_index_dates(index),
        None if primary_site is None else _named("--primary-site", lambda: parse_site(primary_site)),
        _read_facts(facts, edition, columns),
    )
    read = {text: _read_prior(text, edition, columns) for text in priors}
    history = {text: prior for text, prior in read.items() if prior is not None}
    for text in read:
        said = _why_not_counted(history[text], patient, protocol) if text in history else _ONLY_BOOKED
        if said:
            click.echo(f'vigil: --prior "{text}" {said}', err=True)
    listings = list(_listings(question, protocol, patient, history.values()))
    click.echo(_as_json(question, protocol, listings) if form == "json" else _as_text(question, protocol, listings))


def _named(option: str, read: Any) -> Any:
    try:
        return read()
    except ValueProblem as problem:
        hint = " ('vigil protocols list' names them all)" if option == "--protocol" else ""
        raise ValueProblem(f"{option}: {problem}{hint}") from None


def _read_facts(pairs: Iterable[str], edition: Edition, columns: Mapping[str, Column]) -> dict[str, Value | None]:
    found: dict[str, Value | None] = {}
    for pair in pairs:
        name, value = split_pair(pair, "NAME=VALUE, e.g. high_grade=true")
        fact = _named("--fact", lambda name=name: edition.fact(name))
        if fact.name in found:
            raise ValueProblem(f"--fact {fact.name} is given twice; give each fact once")
        found[fact.name] = _named(f"--fact {fact.name}", lambda value=value, fact=fact: columns[fact.name].parse(value))
    return found


def _read_prior(text: str, edition: Edition, columns: Mapping[str, Column]) -> date | Event | None:
    """Return a prior as the event it names, or as its date alone, which counts for every schedule.

    None where it is only scheduled: a window is counted from studies that were performed.
    """
    where = f'--prior "{text}"'
    day, *words = text.split() or [""]
    found: date = _named(where, lambda: columns["date"].parse(day))
    status = Status.PERFORMED
    if words and words[-1].lower() in {s.value for s in Status}:
        status = Status(words.pop().lower())
        if not status.is_history:
            raise ValueProblem(f"{where}: windows are counted from performed studies; leave this one out")
    if words:
        name = "cpt" if words[0][0].isdigit() else "modality"
        cells = {PATIENT_ID: "the patient", "date": day, "status": status.value, name: words[0]}
        row = read_row(cells | {"region": " ".join(words[1:])}, edition, columns)
        if row.event is None:
            raise ValueProblem(f"{where}: " + "; ".join(problem.message for problem in row.problems))
        return row.event if status is Status.PERFORMED else None
    return found if status is Status.PERFORMED else None


def _why_not_counted(prior: date | Event, patient: Patient, protocol: Protocol) -> str:
    """Return why a prior counts for no schedule; empty where it counts for one, or there is none to count for."""
    day, events = (prior.date, [prior]) if isinstance(prior, Event) else (prior, [])
    matching = [s for s in protocol.schedules if not events or performed_studies(s, patient, events, date.max)]
    if protocol.schedules and not matching:
        asks_site = any(Place.PRIMARY_SITE in s.study.places for s in protocol.schedules)
        hint = "; give --primary-site" if asks_site and patient.primary_site is None else ""
        return f"matches no schedule of {protocol.id} and does not count{hint}"
    indexes = [(s, first_index(s.index, patient.index_dates)) for s in matching]
    start = min((add(index[1], s.starts[0]) for s, index in indexes if index is not None), default=date.min)
    return f"is before {start}, when the schedule starts, and does not count" if day < start else ""


def _listings(
    question: _Question, protocol: Protocol, patient: Patient, history: Iterable[date | Event]
) -> Iterator[_Listing]:
    events = [prior for prior in history if isinstance(prior, Event)]
    anywhere = [prior for prior in history if not isinstance(prior, Event)]
    for schedule in protocol.schedules:
        studies = (*anywhere, *performed_studies(schedule, patient, events, date.max))
        stands = standing(question.edition, schedule, patient, studies, question.as_of, question.grace)
        if stands is not None:
            is_over = stands.nothing_from is not None and stands.nothing_from <= question.as_of
            found = stands.windows(question.grace, question.until, earliest=question.assume == "earliest")
            yield _Listing(stands, () if is_over else tuple(found))


def _as_json(question: _Question, protocol: Protocol, listings: Iterable[_Listing]) -> str:
    return json.dumps(
        {
            "edition": question.edition.id,
            "protocol": protocol.id,
            "as_of": question.as_of.isoformat(),
            "until": question.until.isoformat(),
            "project": question.assume,
            "assumption": ASSUMPTIONS[question.assume],
            "note": _note(protocol) or None,
            "schedules": [
                {
                    "schedule": found.stands.schedule.name,
                    "study": str(found.stands.schedule.study),
                    "section": found.stands.schedule.cite.section,
                    "status": found.stands.status.value,
                    "why": found.stands.because or None,
                    "missing": list(found.stands.missing),
                    "windows": [_window_json(found.stands, projection) for projection in found.windows],
                }
                for found in listings
            ],
        },
        indent=2,
    )


def _window_json(stands: Standing, projection: Projection) -> dict[str, Any]:
    window = projection.window
    return {
        "number": projection.number,
        "kind": _kind(projection),
        "opens": window.opens.isoformat(),
        "closes": window.closes.isoformat(),
        "reference_date": window.reference.isoformat(),
        "grace_days": window.grace,
        "section": stands.schedule.cite.section,
        "only_if": projection.fact,
        "only_if_from": projection.fact_from.isoformat() if projection.fact_from else None,
    }


def _kind(projection: Projection) -> str:
    return "firm" if projection.is_firm else "projected"


def _note(protocol: Protocol) -> str:
    """Return why a protocol has no schedules; empty for one that has."""
    if protocol.stance is Stance.SURVEILLANCE:
        return ""
    return SENTENCES[protocol.stance.name.lower()].format_map(protocol_words(protocol))


def _as_text(question: _Question, protocol: Protocol, listings: Iterable[_Listing]) -> str:
    edition = question.edition
    lines = [
        f"{protocol.id}: {protocol.title}",
        f"{edition.publisher}, {edition.title}, reviewed {edition.reviewed}; windows up to {question.until}",
    ]
    for found in listings:
        stands = found.stands
        lines += ["", f"{stands.schedule.name}: {stands.schedule.study} ({stands.schedule.cite.section})"]
        lines.append(f"  on {question.as_of}: {stands.status.value.replace('_', ' ')}")
        if stands.because:
            lines[-1] += f" - {stands.because}"
        lines += _table([_cells(edition, stands, projection) for projection in found.windows])
    note = _note(protocol)
    return "\n".join([*lines, "", note or ASSUMPTIONS[question.assume]])


def _cells(edition: Edition, stands: Standing, projection: Projection) -> tuple[str, ...]:
    window = projection.window
    condition = ""
    if projection.fact is not None:
        since = "" if projection.fact_from == window.opens else f"from {projection.fact_from} on "
        condition = f"{since}only where {edition.fact(projection.fact).meaning}"
    return (
        str(projection.number),
        _kind(projection),
        window.opens.isoformat(),
        window.closes.isoformat(),
        window.reference.isoformat(),
        days_text(window.grace),
        stands.schedule.cite.section,
        condition,
    )


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(_HEADINGS, *rows, strict=True)]
    return [
        "  " + "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (_HEADINGS, *rows)
    ]
