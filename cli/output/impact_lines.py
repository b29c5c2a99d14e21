"""What a change of rules does to a cohort: as text, and as an object for JSON. Neither names a patient."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from spine_vigil.impact import EVENTS_OF, Consequences, Outputs
from spine_vigil.scheduler.cohort.impact.contacts import MOVEMENTS
from spine_vigil.scheduler.cohort.impact.decisions import Impact
from spine_vigil.scheduler.rules.words import counted

MOST_MOVES = 20
"""The moves between decisions that are listed; JSON has all."""


def impact_lines(found: Consequences, outputs: Outputs, in_force_from: date) -> Iterator[str]:
    """Yield how decisions move, how many rows and patients change, by which rule, and what was written where.

    The later edition is `in_force_from` a day on.
    """
    impact = found.impact
    yield ""
    if not impact.changed:
        yield f"No row of {impact.rows:,} changes."
    else:
        yield (
            f"{counted(impact.changed, 'row')} of {impact.rows:,} change, of {counted(impact.patients, 'patient')};"
            f" {impact.decisions:,} in the decision, the others in another result."
        )
        yield f"{impact.performed:,} of them are performed studies, the others requests and bookings."
        if impact.not_in_force:
            lie = "lies" if impact.not_in_force == 1 else "lie"
            yield f"{impact.not_in_force:,} of them {lie} before {in_force_from}, the first day of the later edition."
        yield from _moves(impact)
        yield ""
        yield "by rule"
        for rule, (rows, patients) in sorted(impact.rules.items(), key=lambda item: (-item[1][0], item[0])):
            yield f"  {rows:>9,}  {rule}, {counted(patients, 'patient')}"
    if outputs.rows is not None:
        yield f"{outputs.rows} has the rows that change, each with both explanations."
    if found.contacts is not None:
        yield from _contacts(found.contacts, found.patients)
        if found.in_grace:
            yield f"  {found.in_grace:>9,}  more differ in the grace alone, and are not listed"
        yield f"{outputs.contacts} has whom to contact, with the old and the new dates."
    if found.events is not None:
        told = ", ".join(f"{found.events[kind]:,} {kind}" for kind in EVENTS_OF)
        yield f"{outputs.calendar} has the calendar events that differ: {told}."


def _moves(impact: Impact) -> Iterator[str]:
    decisions = list(dict.fromkeys(decision for _, *both in impact.matrix for decision in both))
    total = Counter({(old, new): 0 for old in decisions for new in decisions})
    for (_, old, new), rows in impact.matrix.items():
        total[old, new] += rows
    shown = [name for name in _ORDER if name in decisions] + [name for name in decisions if name not in _ORDER]
    yield ""
    yield "decision before (down) and after (across)"
    yield "  " + " " * 12 + "".join(f"{name:>12}" for name in shown)
    for old in shown:
        yield f"  {old:<12}" + "".join(f"{_number(total[old, new]):>12}" for new in shown)
    moves = sorted(
        ((rows, *key) for key, rows in impact.matrix.items() if key[1] != key[2]), key=lambda m: (-m[0], m[1:])
    )
    if moves:
        yield ""
        yield "by protocol"
    for rows, protocol, old, new in moves[:MOST_MOVES]:
        yield f"  {rows:>9,}  {protocol}: {old} before, {new} after"
    if len(moves) > MOST_MOVES:
        yield f"  and {len(moves) - MOST_MOVES} more: --format json has all"


_ORDER = ("within", "needs_info", "refer", "outside", "invalid", "not judged")


def _number(count: int) -> str:
    return f"{count:,}" if count else "-"


def _contacts(contacts: Counter[str], patients: int) -> Iterator[str]:
    yield ""
    yield f"To contact: {counted(patients, 'patient')}" + (", by what becomes of the window" if patients else "")
    for movement, says in MOVEMENTS.items():
        if contacts[movement]:
            yield f"  {contacts[movement]:>9,}  {movement}: {says}"


def impact_object(found: Consequences) -> dict[str, Any]:
    """Return the effect of a change of rules on a cohort as values for JSON, null for what was not asked for."""
    impact = found.impact
    return {
        "rows": impact.rows,
        "changed": impact.changed,
        "decisions_changed": impact.decisions,
        "performed": impact.performed,
        "before_in_force": impact.not_in_force,
        "patients": impact.patients,
        "matrix": [
            {"protocol": protocol, "before": old, "after": new, "rows": rows}
            for (protocol, old, new), rows in sorted(impact.matrix.items())
        ],
        "rules": [
            {"rule": rule, "rows": rows, "patients": patients} for rule, (rows, patients) in impact.rules.items()
        ],
        "contacts": None
        if found.contacts is None
        else {
            "patients": found.patients,
            **{name: found.contacts[name] for name in MOVEMENTS},
            "grace_alone": found.in_grace,
        },
        "calendar": None if found.events is None else {name: found.events[name] for name in EVENTS_OF},
    }
