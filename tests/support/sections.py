"""Sections of the guideline in the case tables, and the number of cases of each.

`PYTHONPATH=tests python -m support.sections` prints the number of cases by section and table.
"""

from collections import Counter

from support.paths import CASES
from support.tables import read_table

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.edition import Edition

ENGINE_RULES = frozenset(
    f"engine: {rule}" for rule in ("billing codes", "dates", "facts", "names", "no section", "patients", "studies")
)
"""What a case is about that is about no section: how input is read, and answers that cite nothing."""
TRANSCRIPTIONS = ("edition", "indication_content", "readings")
"""Tables that repeat what the guideline says; the others say what follows from it for a patient."""
NO_CASES = ("indication_backgrounds",)
"""Tables that cases of another table refer to."""
WITH_HISTORY = ("clauses", "requests", "stories")
"""Tables whose rows are those of an events file: rows without `why` are a patient's history."""


def table_names() -> list[str]:
    """Return the names of all case tables."""
    return sorted(path.stem for path in CASES.glob("*.csv"))


def cited_sections(edition: Edition) -> set[str]:
    """Return every section that a rule of the edition cites."""
    rules = (*edition.protocols, *edition.indications, *edition.contraindications, *edition.combinations)
    return {rule.cite.section for rule in rules} | {s.cite.section for _, s in edition.schedules()}


def deciding_sections(edition: Edition) -> list[str]:
    """Return the sections whose rules decide a request, in the order of the edition.

    A protocol with schedules decides by them alone, so its own citation is not among them.
    """
    of_protocols = [rule for protocol in edition.protocols for rule in (protocol.schedules or [protocol])]
    rules = (*of_protocols, *edition.indications, *edition.contraindications, *edition.combinations)
    return list(dict.fromkeys(rule.cite.section for rule in rules))


def cases_of(table: str) -> list[dict[str, str]]:
    """Return the rows of a table that are cases, each with its section.

    In `requests` the section is part of the expected answer, and an answer that cites no section is about the engine.
    """
    rows = read_table(table)
    if table not in WITH_HISTORY:
        return rows
    return [row | {"section": row["section"] or "engine: no section"} for row in rows if row["why"]]


def cases_by_section() -> dict[str, Counter[str]]:
    """Return for each section of the edition, and each rule of the engine, the number of cases by table."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in (*deciding_sections(CURRENT), *sorted(ENGINE_RULES))}
    for table in table_names():
        if table not in (*TRANSCRIPTIONS, *NO_CASES):
            for case in cases_of(table):
                counts[case["section"]][table] += 1
    return counts


def main() -> None:
    """Print the number of cases by section."""
    for section, by_table in cases_by_section().items():
        tables = ", ".join(f"{table} {count}" for table, count in by_table.items())
        print(f"{by_table.total():4}  {section}" + (f" ({tables})" if tables else ""))


if __name__ == "__main__":
    main()
