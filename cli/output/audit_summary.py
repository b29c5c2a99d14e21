"""The summary of an audit on a terminal: what was decided first, then what to know of it, then what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from spine_vigil.decision_text import NOT_A_DENIAL
from spine_vigil.scheduler.rules.words import counted

MOST_PROTOCOLS = 10
"""The protocols that are listed; --full and --summary give all."""


def summary_text(counts: Mapping[str, Any], output: Path, summary: Path | None, *, full: bool) -> str:
    """Return the counts of an audit (see `Counts.summary`) as text; `full` lists every protocol."""
    return "\n".join(_lines(counts, output, summary, full=full))


def _lines(counts: Mapping[str, Any], output: Path, summary: Path | None, *, full: bool) -> Iterator[str]:
    rows, decisions = counts["rows"], counts["decisions"]
    editions = {**counts.get("earlier_editions", {}), counts["edition"]: counts["in_force_from"]}
    first, *later = editions
    by = "".join((first, *(f", from {editions[each]} on {each}" for each in later)))
    yield f"{counted(rows, 'row')} by {by}, grace {counts['grace']}"
    timing = counts["timing"]
    without_window = decisions.get("within", 0) - sum(timing.values())
    note = f"  {timing['on_time']:,} on time, {timing['overdue']:,} overdue, {without_window:,} without a window"
    notes = {"within": note} if any(timing.values()) else {}
    yield from _table("decisions", decisions, rows, notes)
    yield from _known(counts)
    yield from _table("reasons", counts["reasons"], rows)
    protocols = counts["protocols"]
    shown = protocols if full else dict(list(protocols.items())[:MOST_PROTOCOLS])
    yield from _table("protocols", shown, rows)
    if len(shown) < len(protocols):
        yield f"  and {len(protocols) - len(shown)} more: --full prints them, --summary FILE writes them"
    yield NOT_A_DENIAL
    yield from _next(decisions, output, summary)


def _known(counts: Mapping[str, Any]) -> Iterator[str]:
    """Yield what to know of the decisions: unread rows, dates before the review, contested readings."""
    unread = counts["decisions"].get("invalid", 0)
    if unread:
        counts_for_nothing = "counts for nothing: its" if unread == 1 else "count for nothing: their"
        yield f"{counted(unread, 'row')} could not be read and {counts_for_nothing} decision is 'invalid'"
    beside = counts["beside_unread"]
    if beside:
        of_patients = "is of a patient" if beside == 1 else "are of patients"
        yield f"{counted(beside, 'row')} {of_patients} with rows that cannot be read: 'unread_rows' says how many"
    yield from _doubled(counts)
    before = counts["before_review"]
    if before:
        first = min([counts["in_force_from"], *counts.get("earlier_editions", {}).values()])
        lie = "lies" if before == 1 else "lie"
        yield f"{counted(before, 'row')} {lie} before {first}, the first day on which the edition is in force"
    if any(counts.get("contested", {}).values()):
        yield from _table("contested, by the reading that would decide otherwise", counts["contested"], counts["rows"])
    elif "contested" in counts:
        yield "no decision hangs on a reading"


def _doubled(counts: Mapping[str, Any]) -> Iterator[str]:
    """Yield what stands twice, or contradicts itself."""
    if counts["repeated"]:
        says = "says" if counts["repeated"] == 1 else "say"
        yield (
            f"{counted(counts['repeated'], 'row')} {says} what another row says: patient, day, study and status; each"
            " is decided, and together they are one study"
        )
    found = counts["contradictions"]
    if found["birth_dates"]:
        yield (
            f"{counted(found['birth_dates'], 'patient id')} with two birth dates, in"
            f" {counted(found['rows_of_birth_dates'], 'row')}: two people may share an id"
        )
    if found["ids_alike"]:
        differs = "differs" if found["ids_alike"] == 1 else "differ"
        yield (
            f"{counted(found['ids_alike'], 'patient id')} {differs} from another one by leading zeros, .0, quotes or"
            f" invisible characters alone, as in {found['example_of_ids_alike']}; a profile says under [ids] what does"
            " not count"
        )


def _table(title: str, counts: Mapping[str, int], rows: int, notes: Mapping[str, str] | None = None) -> Iterator[str]:
    yield f"{title}:"
    width = max((len(name) for name in counts), default=0)
    for name, count in counts.items():
        note = (notes or {}).get(name, "")
        yield f"  {name:{width}}  {count:>{len(f'{rows:,}')},}  {100 * count / max(rows, 1):5.1f} %{note}"


def _next(decisions: Mapping[str, int], output: Path, summary: Path | None) -> Iterator[str]:
    """Yield where the output is, and what to do next."""
    if str(output) != "-":
        also = f", the counts in {summary}" if summary else ""
        yield f"The decisions are in {output}{also}."
    if decisions.get("invalid"):
        yield "Next: mend the rows whose decision is 'invalid'; their explanation says what is wrong and where."
    elif decisions.get("needs_info"):
        yield "Next: look at 'missing', which names what would decide the rows whose decision is 'needs_info'."
    else:
        yield "Next: 'vigil due' lists what is due for the patients of the file."
