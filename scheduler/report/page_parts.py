"""Parts of the page of a report: sections, tables and figures as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from spine_vigil.scheduler.report.model import ALL
from spine_vigil.scheduler.report.page_cells import Cell, Row


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, and the cell of a row as HTML."""

    head: str
    cell: Cell
    is_text: bool = False


_SHORT = 15
"""The most rows of a table that is kept on one printed page."""


def section(name: str, heading: str, parts: Iterable[str]) -> str:
    """Return a section of the page with a heading of its own; `heading` is HTML."""
    return f'<section id="{name}">\n<h2>{heading}</h2>\n{"".join(parts)}</section>\n'


def heading(words: str) -> str:
    """Return a heading inside a section; `words` is HTML."""
    return f"<h3>{words}</h3>\n"


def paragraph(*sentences: str) -> str:
    """Return sentences of HTML as a paragraph; empty ones are left out, and nothing comes of none."""
    told = " ".join(filter(None, sentences))
    return f"<p>{told}</p>\n" if told else ""


def bullets(items: Iterable[str]) -> str:
    """Return items of HTML as a list; nothing comes of none."""
    lines = "".join(f"<li>{item}</li>\n" for item in items if item)
    return f"<ul>\n{lines}</ul>\n" if lines else ""


def table(name: str, caption: str, columns: Sequence[Column], rows: Sequence[Row], nothing: str) -> str:
    """Return a table whose first column heads its rows, or the sentence `nothing` where there is no row.

    `name` is the table's id in the page, `caption` and `nothing` are HTML. Where the table is wider than the screen, it
    scrolls by itself, with the keyboard too.
    """
    if not rows:
        return paragraph(nothing)
    heads = "".join(f'<th scope="col"{_class(column)}>{escape(column.head)}</th>' for column in columns)
    lines = "".join(f"<tr{_whole(row)}>{_row(columns, row)}</tr>\n" for row in rows)
    short = ' class="short"' if len(rows) <= _SHORT else ""
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{name}-caption">\n<table{short}>\n'
        f'<caption id="{name}-caption"><span>{caption}</span></caption>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{lines}</tbody>\n</table>\n</div>\n"
    )


def _row(columns: Sequence[Column], row: Row) -> str:
    first, *others = columns
    cells = "".join(f"<td{_class(column)}>{column.cell(row)}</td>" for column in others)
    return f'<th scope="row">{first.cell(row)}</th>{cells}'


def _whole(row: Row) -> str:
    return ' class="whole"' if row.get("by") == ALL else ""


def _class(column: Column) -> str:
    return "" if column.is_text else ' class="number"'


def figure(name: str, caption: str, svg: str, note: str = "") -> str:
    """Return a figure with its caption, HTML, and a note below it."""
    below = f'<p class="small">{note}</p>\n' if note else ""
    return (
        f'<figure id="{name}">\n<figcaption id="{name}-words">{caption}</figcaption>\n'
        f'<div class="drawing" role="region" tabindex="0" aria-labelledby="{name}-words">\n{svg}\n</div>\n'
        f"{below}</figure>\n"
    )
