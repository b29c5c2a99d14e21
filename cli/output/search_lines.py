"""Lists of protocols and indications as text of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from spine_vigil.scheduler.rules.indications import Indication
from spine_vigil.scheduler.rules.words import counted
from spine_vigil.searching import Match

WIDTH = 80
"""Characters per line, which every terminal shows."""


def match_lines(matches: Sequence[Match]) -> Iterator[str]:
    """Yield the lines of what was found, each with its section, its title, and what it was found by."""
    rows = [(m.section, m.route, (m.title, *(f"found by {why}" for why in m.why))) for m in matches]
    yield from _rows(rows)
    yield ""
    yield f"Found: {len(matches)}. 'vigil protocols show ID' shows one."


def indication_lines(indications: Iterable[Indication]) -> Iterator[str]:
    """Yield the lines of a list of indications, each with its section, its name and its title."""
    yield from _rows((str(i.cite), i.name, (_title(i),)) for i in indications)


def _title(indication: Indication) -> str:
    count = len(indication.others)
    return indication.title + (f" ({counted(count, 'other reading')})" if count else "")


def _rows(rows: Iterable[tuple[str, str, tuple[str, ...]]]) -> Iterator[str]:
    listed = list(rows)
    width = max((len(section) for section, *_ in listed), default=0)
    indent = " " * (width + 2)
    for section, name, texts in listed:
        yield f"{section:<{width}}  {name}"
        for text in texts:
            yield textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent)
