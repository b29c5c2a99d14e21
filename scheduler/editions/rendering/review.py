"""Protocols as Markdown for clinical review: each schedule as a sentence and a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spine_vigil.scheduler.editions.edition import Caution, Edition, denial, meaning
from spine_vigil.scheduler.editions.rendering.phase_words import NO_INTERVAL, late_words, phase_words
from spine_vigil.scheduler.rules.dates import Duration
from spine_vigil.scheduler.rules.facts import Condition
from spine_vigil.scheduler.rules.schedules import DAYS_OF_A_ROUND, PhaseKind, Protocol, Schedule, Stance
from spine_vigil.scheduler.rules.words import index_kinds_text, rule_text
from spine_vigil.scheduler.values import Frozen

STANCE_WORDS = {
    Stance.SURVEILLANCE: "surveillance",
    Stance.REFERRAL: "decided by another guideline",
    Stance.NOT_COVERED: "not named by the guideline",
    Stance.NO_SURVEILLANCE: "no surveillance asked for",
}


class PhaseRow(Frozen):
    """One phase in words: its interval, its start and end as offsets from the index date, and its condition."""

    interval: str
    begins: str
    until: str
    condition: str

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """The row of a table under PHASE_HEADINGS."""
        return self.interval, self.begins, self.until, self.condition


PHASE_HEADINGS = ("interval", "from", "until", "condition")


def phase_rows(edition: Edition, schedule: Schedule) -> tuple[PhaseRow, ...]:
    """Return the phases of a schedule in words, in their order."""
    return tuple(
        PhaseRow(
            _interval(schedule, number),
            _offset(schedule.starts[number]),
            "no end" if phase.end is None else _offset(phase.end),
            meaning(edition, phase.fact),
        )
        for number, phase in enumerate(schedule.phases)
    )


def _interval(schedule: Schedule, number: int) -> str:
    phase = schedule.phases[number]
    if phase.is_timed:
        return rule_text(schedule, number) + late_words(phase)
    return "whenever the condition holds" if phase.kind is PhaseKind.AS else NO_INTERVAL


def _offset(offset: Duration) -> str:
    if offset.count == 0:
        return "index date"
    return str(offset) if offset.count > 0 else f"{Duration(-offset.count, offset.unit)} before"


def schedule_sentence(edition: Edition, schedule: Schedule) -> str:
    """Return a schedule in plain sentences: what is imaged, from which date, how often, and under which conditions."""
    study = str(schedule.study)
    first = (
        f"{study[0].upper()}{study[1:]}, counted from {index_kinds_text(schedule)}: {plan_words(edition, schedule)}."
    )
    return " ".join((first, *schedule_clauses(edition, schedule).values()))


def plan_words(edition: Edition, schedule: Schedule) -> str:
    """Return the phases of a schedule in words, in their order."""
    return ", then ".join(phase_words(edition, schedule, number) for number in range(len(schedule.phases)))


def schedule_clauses(edition: Edition, schedule: Schedule) -> dict[str, str]:
    """Return the condition and the clauses of a schedule as sentences, each under its key in an edition file."""
    plan = schedule.plan
    clauses = {}
    if schedule.when is not None:
        clauses["when"] = f"It applies only where {condition_words(edition, schedule.when)}."
    if plan.or_if is not None:
        clauses["or_if"] = f"An extra study is supported at any time if {meaning(edition, plan.or_if)}."
    if plan.more_often_if is not None:
        fact = meaning(edition, plan.more_often_if)
        clauses["more_often_if"] = f"If {fact}, a shorter interval is admitted that the guideline does not give."
    if schedule.stops_at:
        clauses["stops_at"] = f"It ends with {' or '.join(kind.words for kind in schedule.stops_at)}."
    if schedule.restarts:
        clauses["restarts"] = "It starts again with a treatment that follows a progression."
    if schedule.complements:
        days = DAYS_OF_A_ROUND + 1
        clauses["complements"] = f"Studies of different modalities less than {days} days apart are one round."
    return clauses


def condition_words(edition: Edition, condition: Condition) -> str:
    """Return a condition as the end of a sentence that begins `only where`."""
    fact = edition.fact(condition.fact)
    return f"it is documented that {denial(fact)}" if condition.negated else fact.meaning


def protocols_markdown(edition: Edition) -> str:
    """Return every protocol of the edition as a document in Markdown."""
    return "\n".join(_document(edition)) + "\n"


def _document(edition: Edition) -> Iterator[str]:
    yield f"# Surveillance protocols of {edition.publisher}, {edition.title}"
    yield ""
    yield (
        f"Edition `{edition.id}`, reviewed {edition.reviewed}. Rendered from the rules by `vigil protocols render`;"
        " not edited by hand."
    )
    yield ""
    yield (
        "Offsets count from the index date, the first of the named events that the patient has. Of two that are joined"
        " by `or` the later counts where they lie less than 6 months apart, since they are one treatment; else the"
        " latest on or before the requested date. A phase covers its first day; its last day belongs to the next"
        " phase, and the end of the last timed phase is itself included. A one-time study that is missed stays due for"
        " 12 months after its window unless the sentence says otherwise, and not at all where the window is written in"
        " days. The grace is house policy and is not part of these tables."
    )
    if edition.cautions:
        yield ""
        yield (
            "A caution says where the text visibly differs from what specialists publish. It changes no decision: the"
            " text decides."
        )
    for protocol in edition.protocols:
        if protocol.schedules:
            yield ""
            yield from _protocol_section(edition, protocol)
    for stance in (Stance.REFERRAL, Stance.NOT_COVERED, Stance.NO_SURVEILLANCE):
        rows = [p for p in edition.protocols if p.stance is stance]
        if rows:
            yield ""
            yield f"## Without schedules: {STANCE_WORDS[stance]}"
            yield ""
            yield from _table(
                ("protocol", "disease", "section", "why"),
                ((f"`{p.id}`", p.title, str(p.cite), _why_with_cautions(edition, p)) for p in rows),
            )


def _why_with_cautions(edition: Edition, protocol: Protocol) -> str:
    return ". ".join((why_no_schedules(protocol), *map(caution_text, edition.cautions_about(protocol.id))))


def caution_text(caution: Caution) -> str:
    """Return a caution in words, with its source."""
    return f"Caution: {caution.says} ({caution.source})"


def own_cautions(edition: Edition, protocol: Protocol, schedule: Schedule) -> list[Caution]:
    """Return the cautions about a schedule that are not about its whole protocol."""
    of_protocol = [*edition.cautions_about(protocol.id)]
    return [c for c in edition.cautions_about(protocol.route(schedule)) if c not in of_protocol]


def why_no_schedules(protocol: Protocol) -> str:
    """Return in words why a protocol holds no schedules."""
    parts = [f"See {'; '.join(protocol.refers_to)}" if protocol.refers_to else "", protocol.note]
    return ". ".join(part for part in parts if part)


def _protocol_section(edition: Edition, protocol: Protocol) -> Iterator[str]:
    yield f"## {protocol.title[0].upper()}{protocol.title[1:]}"
    yield ""
    yield f"`{protocol.id}`, {protocol.cite}" + (f". {protocol.note}" if protocol.note else "")
    for caution in edition.cautions_about(protocol.id):
        yield ""
        yield f"{caution_text(caution)}."
    for schedule in protocol.schedules:
        yield ""
        yield f"### {protocol.route(schedule)} ({schedule.cite})"
        yield ""
        yield schedule_sentence(edition, schedule)
        yield ""
        yield from _phase_table(edition, schedule)
        if schedule.reading:
            yield ""
            yield f"Read as: {schedule.reading}."
        for caution in own_cautions(edition, protocol, schedule):
            yield ""
            yield f"{caution_text(caution)}."
        for other in schedule.others:
            taken = schedule.read_as(other.name)
            yield ""
            yield f"Other reading `{other.name}`: {other.says}. {schedule_sentence(edition, taken)}"
            yield ""
            yield from _phase_table(edition, taken)


def _phase_table(edition: Edition, schedule: Schedule) -> Iterator[str]:
    rows = ((str(number), *row.cells) for number, row in enumerate(phase_rows(edition, schedule), start=1))
    yield from _table(("phase", *PHASE_HEADINGS), rows)


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = tuple(headings)
    yield _line(names)
    yield _line("---" for _ in names)
    yield from (_line(row) for row in rows)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
