"""The page on what follows from the rules of an edition: how many studies keep a schedule, and what decides alone."""

from __future__ import annotations

from collections.abc import Iterator

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.proofs.counts import YEARS, Counts, counts
from spine_vigil.scheduler.proofs.deciding import decided_alone
from spine_vigil.scheduler.proofs.subjects import read_indications, read_schedules
from spine_vigil.scheduler.rules.words import counted


def proofs_markdown(edition: Edition) -> str:
    """Return the studies that keep each schedule, and the facts that decide each indication, as a page in Markdown."""
    return "\n".join(_document(edition)) + "\n"


def _document(edition: Edition) -> Iterator[str]:
    yield f"# What follows from the rules of {edition.publisher}, {edition.title}"
    yield ""
    yield (
        f"Edition `{edition.id}`, reviewed {edition.reviewed}. Worked out from the rules by `vigil protocols render`;"
        " not edited by hand. `vigil editions validate ID --proofs` proves of the same rules that each day of a"
        " schedule belongs to exactly one phase, that a patient who keeps every window is never called early or"
        " overdue, and that each indication can be met and can fail: all under every reading."
    )
    yield ""
    yield "## Studies that keep a schedule"
    yield ""
    yield (
        "The fewest and the most studies in a number of years from the index date. The fewest have a study in every"
        " window that closes in these years, the most as many as fit into their windows; both without grace, and with"
        " its condition met where a schedule has one. Studies that a clause allows beside the windows do not count."
        ' "Or more": no study is too early. A schedule that has no window is left out.'
    )
    yield ""
    yield f"| schedule | {' | '.join(counted(number, 'year') for number in YEARS)} |"
    yield f"| --- |{' --- |' * len(YEARS)}"
    for place, schedule in read_schedules(edition):
        of_years = counts(schedule)
        if of_years is not None:
            yield f"| {_place(place)} | {' | '.join(map(_counts_text, of_years))} |"
    yield ""
    yield "## Facts that decide an indication alone"
    yield ""
    yield (
        "What makes the criterion of an indication true, and what makes it false, whatever else is documented. Where"
        " several stand in a cell, each does so by itself."
    )
    yield ""
    yield "| indication | met by | failed by |"
    yield "| --- | --- | --- |"
    for place, indication in read_indications(edition):
        met, failed = (decided_alone(indication.criterion, truth=truth) for truth in (True, False))
        yield f"| {_place(place)} | {'; '.join(met) or '-'} | {'; '.join(failed) or '-'} |"


def _place(place: str) -> str:
    route, read_as, reading = place.partition(" read as ")
    return f"`{route}`{read_as}{f'`{reading}`' if reading else ''}"


def _counts_text(found: Counts) -> str:
    if found.most is None:
        return f"{found.fewest} or more"
    return str(found.most) if found.fewest == found.most else f"{found.fewest} to {found.most}"
