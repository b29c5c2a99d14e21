"""The case tables as pages: for each section of the guideline what is decided, and why."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

SECTION, WHY, PATIENT = "section", "why", "patient_id"

_NUMBERED = re.compile(r"\w+ \d+")
_ACTIVE = re.compile(r"([\\|*_<\[\]`])")
"""Characters that would be read as markup in a cell."""

Row = dict[str, str]


def decided_cases(folder: Path) -> dict[str, str]:
    """Return the pages by file name: `index.md`, and one for each section that a case table of the folder names.

    A case table has the columns `section` and `why`; other tables are skipped. The rows of a patient are one case,
    under the first section that one of them names. A case without a section is on no page.
    """
    sections: dict[str, dict[str, list[Row]]] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        if rows and {SECTION, WHY} <= rows[0].keys():
            for case in _cases(rows):
                section = next((row[SECTION] for row in case if row[SECTION]), "")
                if section:
                    sections.setdefault(page_of(section), {}).setdefault(path.stem, []).extend(case)
    ordered = sorted(sections, key=_natural)
    return {"index.md": _index(ordered)} | {f"{_file(name)}.md": _page(name, sections[name]) for name in ordered}


def page_of(section: str) -> str:
    """Return the section whose page holds a subsection: `Bone 1` for `Bone 1.b.i`, `CNS` for `CNS`."""
    numbered = _NUMBERED.match(section)
    return numbered[0] if numbered else section


def _cases(rows: Iterable[Row]) -> list[list[Row]]:
    cases: dict[object, list[Row]] = {}
    for number, row in enumerate(rows):
        cases.setdefault(row.get(PATIENT) or number, []).append(row)
    return list(cases.values())


def _index(sections: Sequence[str]) -> str:
    lines = [
        "# Decided cases",
        "",
        "What is decided under each section of the guideline, and why: the tables that the tests run through both",
        "evaluators. Columns are those of events files and of results; the rows of a patient are one history.",
        "",
        "```{toctree}",
        ":maxdepth: 1",
        "",
        *map(_file, sections),
        "```",
        "",
    ]
    return "\n".join(lines)


def _page(section: str, tables: dict[str, list[Row]]) -> str:
    lines = [f"# {section}", ""]
    for name, rows in tables.items():
        columns = [column for column in rows[0] if any(row[column] for row in rows)]
        columns.sort(key=lambda column: column != WHY)  # why a case is there comes first
        lines += [f"## {name.replace('_', ' ').capitalize()}", ""]
        lines += [_line(columns), _line(["---"] * len(columns))]
        lines += [_line(_ACTIVE.sub(r"\\\1", row[column]) for column in columns) for row in rows]
        lines.append("")
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _file(section: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", section.lower())


def _natural(section: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", section)]
