"""The case tables under tests/cases, and editions cut down to one schedule."""

import csv
from functools import cache

from support.paths import CASES

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.values import replace


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a case table."""
    with (CASES / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def only_schedule(route: str) -> Edition:
    """Return the edition with one protocol that holds one schedule, so that no other route competes."""
    protocol_id, _, name = route.partition("/")
    protocol = CURRENT.protocol(protocol_id)
    schedules = tuple(s for s in protocol.schedules if s.name == name)
    return replace(CURRENT, protocols=(replace(protocol, schedules=schedules),))


def patient_cells(case: dict[str, str], **cells: str) -> dict[str, str]:
    """Return the cells of a row of a case table on one schedule: study, site, index date and facts."""
    facts = dict(text.split("=") for text in case.get("facts", "").split() + case.get("fact", "").split())
    return {
        "patient_id": "P1",
        "protocol": case["route"].partition("/")[0],
        "modality": case["modality"],
        "region": case["region"],
        "primary_site": case["primary_site"],
        case["index_column"]: case["index"],
        **facts,
        **cells,
    }
