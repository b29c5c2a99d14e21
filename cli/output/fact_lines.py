"""Facts as text of 80 columns, below the indication or the protocol that needs them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from spine_vigil.fact_list import FactList
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.rendering.criteria_text import (
    advice_line,
    criterion_phrase,
    criterion_tree,
    implied_by,
)
from spine_vigil.scheduler.records.data_dictionary import FACT_VALUES, kind_text, template_columns
from spine_vigil.scheduler.rules.facts import Fact
from spine_vigil.scheduler.rules.indications import Indication

WIDTH = 80
"""Characters per line, which every terminal shows."""


def fact_list_lines(fact_list: FactList) -> Iterator[str]:
    """Yield the lines of a list of facts: what needs them, and each with its kind, level, meaning and sections."""
    edition, indication, protocol, chosen = (
        fact_list.edition,
        fact_list.indication,
        fact_list.protocol,
        fact_list.facts,
    )
    if indication is not None:
        yield from _wrapped(f"{indication.route}: {indication.title}")
        yield from _wrapped(edition.source_of(str(indication.cite)))
        yield from _indication_lines(indication)
        yield ""
    elif protocol is not None:
        yield from _wrapped(f"{protocol.id}: {protocol.title}")
        yield from _wrapped(edition.source_of(str(protocol.cite)))
        yield from _wrapped(f"Columns that it needs: {', '.join(template_columns(edition, protocol))}")
        yield ""
    else:
        yield edition.source_of("")
        yield ""
    if not chosen:
        yield "It asks for no fact."
        return
    yield from _table(edition, chosen)
    yield ""
    for kind, values in FACT_VALUES.items():
        if any(fact.kind is kind for fact in chosen):
            yield f"{kind.value}: {values}"


def _indication_lines(indication: Indication) -> Iterator[str]:
    for how, criteria in (("Raised by", indication.raised_by()), ("Hinted at by", indication.hinted_by())):
        if criteria:
            yield from _wrapped(f"{how}: {'; '.join(map(criterion_phrase, criteria))}")
    yield "Criterion:"
    for line in criterion_tree(indication.criterion):
        yield from _tree_line(line)
    if indication.reading:
        yield from _wrapped(f"Read as: {indication.reading}")
    for other in indication.others:
        yield from _wrapped(f"Other reading {other.name}: {other.says}")
        for line in criterion_tree(other.criterion):
            yield from _tree_line(line)
    if indication.asks_with is not None:
        yield from _wrapped(f"Asks together with: {indication.asks_with}")
    for advice in indication.advice:
        yield from _wrapped(advice_line(advice))


def _table(edition: Edition, chosen: Sequence[Fact]) -> Iterator[str]:
    """Yield two or more lines for each fact: its kind and level, its meaning and sections, and what implies it."""
    name_width = max(len("fact"), *(len(fact.name) for fact in chosen))
    kind_width = max(len("kind"), *(len(kind_text(fact)) for fact in chosen))

    def row(name: str, kind: str, level: str) -> str:
        return f"{name:<{name_width}}  {kind:<{kind_width}}  {level}"

    yield row("fact", "kind", "level")
    yield "    meaning [sections]"
    yield "-" * len(row("", "", "patient"))
    for fact in chosen:
        yield row(fact.name, kind_text(fact), fact.level.value)
        meaning = f"{fact.meaning} [{'; '.join(fact.sections)}]"
        yield from textwrap.wrap(meaning, WIDTH, initial_indent="    ", subsequent_indent="    ")
        for way in implied_by(edition, fact.name):
            yield from textwrap.wrap(f"implied by {way}", WIDTH, initial_indent="    ", subsequent_indent="      ")


def _tree_line(line: str) -> list[str]:
    indent = "  " + " " * (len(line) - len(line.lstrip()))
    return textwrap.wrap(line.lstrip(), WIDTH, initial_indent=indent, subsequent_indent=f"{indent}    ")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
