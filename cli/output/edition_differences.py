"""What differs between two editions: as text of 80 columns, as an object for JSON, and as CSV."""

from __future__ import annotations

import csv
import textwrap
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any

from spine_vigil.cli.output.search_lines import WIDTH
from spine_vigil.scheduler.editions.comparing.aspects import What
from spine_vigil.scheduler.editions.comparing.differences import Difference, Kind, Said
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.words import listed

COLUMNS = ("kind", "route", "what", "part", "before", "before_section", "after", "after_section")
"""The columns of the CSV, one difference a row; `what` joins several by `|`."""


def difference_lines(before: Edition, after: Edition, found: Sequence[Difference]) -> Iterator[str]:
    """Yield how many rules differ, the two editions, and each difference with what was said before and after."""
    what = {"Rules": [each for each in found if not _is_beside(each)]}
    what["Facts, codes and sources"] = [each for each in found if _is_beside(each)]
    for name, part in what.items():
        counts = [(len({each.route for each in part if each.kind is kind}), kind.value) for kind in Kind]
        if part:
            yield f"{name}: {listed([f'{count} {word}' for count, word in counts])}."
    if not found:
        yield "The two editions hold the same rules."
    for when, edition in (("before", before), ("after", after)):
        yield _filled(f"{when}: {edition.id} ({edition.source_of('')}), in force from {edition.in_force_from}")
    for difference in found:
        yield ""
        yield _heading(difference)
        for when, said in (("before", difference.before), ("after", difference.after)):
            if said is not None:
                is_shown = said.section and What.SECTION not in difference.what  # else the sentence itself says it
                section = f" ({said.section})" if is_shown else ""
                yield _filled(f"{when}{section}: {said.sentence or 'nothing'}")


def _is_beside(difference: Difference) -> bool:
    """Return whether a difference is of what rules need, and not of a rule."""
    return difference.route.partition(".")[0] in ("fact", "code", "source")


def _heading(difference: Difference) -> str:
    what = listed([what.words for what in difference.what]) or difference.kind.value
    return f"{difference.route}: {what}" + (f" ({difference.part})" if difference.part else "")


def _filled(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


def differences_object(before: Edition, after: Edition, found: Sequence[Difference]) -> dict[str, Any]:
    """Return the two editions and what differs as plain values; what is empty is null, or an empty list."""
    return {
        "before": _edition(before),
        "after": _edition(after),
        "differences": [
            {
                "kind": each.kind.value,
                "route": each.route,
                "what": [what.value for what in each.what],
                "part": each.part or None,
                "before": _said(each.before),
                "after": _said(each.after),
            }
            for each in found
        ],
    }


def _edition(edition: Edition) -> dict[str, str]:
    return {
        "id": edition.id,
        "source": edition.source_of(""),
        "in_force_from": str(edition.in_force_from),
    }


def _said(said: Said | None) -> dict[str, str | None] | None:
    return None if said is None else {"sentence": said.sentence or None, "section": said.section or None}


def differences_csv(found: Sequence[Difference]) -> str:
    """Return what differs as CSV, with a header; a text that a spreadsheet would run begins with an apostrophe."""
    from spine_vigil.scheduler.files.formulas import is_formula  # needs polars

    file = StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(COLUMNS)
    for each in found:
        what = "|".join(what.value for what in each.what)
        said = [
            text for said in (each.before, each.after) for text in ((said.sentence, said.section) if said else ("", ""))
        ]
        cells = (each.kind.value, each.route, what, each.part, *said)
        rows.writerow(f"'{cell}" if is_formula(cell) else cell for cell in cells)
    return file.getvalue()
