"""An inspection as text."""

from __future__ import annotations

from collections.abc import Iterator

from spine_vigil.inspecting import Inspected
from spine_vigil.scheduler.cohort.survey.inspection import ColumnFacts, Inspection
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.words import counted
from spine_vigil.timelines import printable

_MOST_WORDS = 12
"""The most words of a column that are listed."""


def inspection_lines(found: Inspected) -> Iterator[str]:
    """Yield the lines of an inspection."""
    for part in (found.events, *found.patients):
        yield from _file(part)
        yield ""
    yield from cohort_lines(found.events)


def _file(part: Inspection) -> Iterator[str]:
    yield f"{part.name}: {', '.join(row_counts(part))}"
    read = [column for column in part.columns if column.read_as is not None]
    width = max((len(printable(column.name)) for column in read), default=0)
    for column in read:
        as_field = "" if column.read_as == column.name else f"read as {column.read_as}, "
        yield f"  {printable(column.name):{width}}  {as_field}{filled_words(column, part.rows)}"
        yield from (f"  {'':{width}}  {line}" for line in column_notes(column))
    others = [printable(column.name) for column in part.columns if column.read_as is None]
    if others:
        yield f"  not read: {', '.join(others)}"


def row_counts(part: Inspection) -> list[str]:
    """Return the counts of a file's rows in words."""
    counts = [counted(part.rows, "row")]
    counts += [f"{part.unread:,} cannot be read"] if part.unread else []
    counts += [f"{part.left_out:,} left out as no imaging"] if part.left_out else []
    counts += [f"{part.enrolments:,} without a study"] if part.enrolments and part.statuses else []
    return counts


def filled_words(column: ColumnFacts, rows: int) -> str:
    """Return how often a column is filled."""
    return f"filled in {column.filled:,} ({100 * column.filled / max(rows, 1):.0f} %)"


def column_notes(column: ColumnFacts) -> Iterator[str]:
    """Yield what stands out in a column."""
    if column.none:
        yield f"{counted(column.none, 'cell')} {'means' if column.none == 1 else 'mean'} that nothing is known"
    if column.years:
        first, last = column.years
        years = f"year {first}" if first == last else f"years {first} to {last}"
        yield years + (f", {column.in_future:,} in the future" if column.in_future else "")
    if column.unread:
        shown = list(column.shown.items())
        words = [f"'{printable(word)}' in {counted(count, 'row')}" for word, count in shown[:_MOST_WORDS]]
        words += [f"{len(shown) - _MOST_WORDS} more words"] if len(shown) > _MOST_WORDS else []
        needs = "needs" if column.lacking == 1 else "need"
        words += [f"empty in {counted(column.lacking, 'row')} that {needs} it"] if column.lacking else []
        words += (
            [f"other texts in {counted(column.hidden, 'row')}, the first in {column.first}"] if column.hidden else []
        )
        yield f"not understood or not fitting in {counted(column.unread, 'row')}: {'; '.join(words)}"


def cohort_lines(found: Inspection) -> Iterator[str]:
    """Yield what the rows of a cohort show together."""
    yield patient_counts(found)
    if found.statuses:
        yield "studies by year and status:"
        names = [status.value for status in Status]
        yield f"  {'':4}  {'  '.join(f'{name:>10}' for name in names)}"
        for year in sorted(found.statuses):
            counts = "  ".join(f"{found.statuses[year][name]:>10,}" for name in names)
            yield f"  {year}  {counts}"
    yield from doubts(found)


def patient_counts(found: Inspection) -> str:
    """Return the counts of patients in words."""
    patients = counted(found.patients, "patient")
    return f"{patients}, {found.several:,} under several protocols, {found.without:,} without a protocol"


def doubts(found: Inspection) -> Iterator[str]:
    """Yield what stands twice, contradicts itself, or is missing throughout."""
    performed = sum(counts[Status.PERFORMED.value] for counts in found.statuses.values())
    if found.statuses and not performed:
        status = [printable(column.name) for column in found.columns if column.read_as == "status"]
        look = (
            f"look at the words in the column '{status[0]}'" if status else "which column says what became of a study?"
        )
        yield f"no study is performed: nothing would count as done; {look}"
    if found.repeated:
        says = "says" if found.repeated == 1 else "say"
        yield f"{counted(found.repeated, 'row')} {says} what another row says: patient, day, study and status"
    contradictions = found.contradictions
    if contradictions.births:
        yield (
            f"{counted(contradictions.births, 'patient id')} with two birth dates, in"
            f" {counted(contradictions.rows, 'row')}: two people may share an id"
        )
    if contradictions.alike:
        differs = "differs" if contradictions.alike == 1 else "differ"
        yield (
            f"{counted(contradictions.alike, 'patient id')} {differs} from another one by leading zeros, .0, quotes or"
            f" invisible characters alone, as in {contradictions.example}"
        )
