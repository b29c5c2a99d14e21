"""Which numbers that a report leaves out can be worked out from what it publishes, by linear algebra.

The unknowns are the counts that are left out. What is published gives equations: totals with their parts, and shares
times their denominators. They are solved one by one; a number that depends on no other unknown one can be worked out.
"""

COUNTS = {
    "timeliness": ("windows", "timely", "late", "missed", "unknown", "patients", "patients_counted", "patients_timely"),
    "use": ("studies", "within", "outside", "undecided", "refer", "patients"),
    "time_to_study": ("windows", "done", "censored", "patients"),
    "use_reasons": ("studies", "patients"),
    "early_days": ("studies", "patients"),
    "not_counted": ("windows", "patients"),
    "burden": ("studies", "patients"),
}
PARTS = {
    "timeliness": {"windows": ("timely", "late", "missed", "unknown")},
    "use": {"studies": ("within", "outside", "undecided", "refer")},
    "time_to_study": {"windows": ("done", "censored")},
}
SHARES = {
    "timeliness": {
        "share": ("timely", ("timely", "late", "missed")),
        "patients_share": ("patients_timely", ("patients_counted",)),
    },
    "use": {"share": ("outside", ("within", "outside")), "least": ("outside", ("within", "outside", "undecided"))},
}
"""Shares: the part, and the parts of the denominator."""

_NOTHING = 1e-9

REASONS = {"within": "within", "outside": "outside", "refer": "refer", "needs_info": "undecided"}


def worked_out(tables):
    """Return the cells that are left out and can be worked out; `tables` are the rows by table."""
    solved = {}
    for equation in _equations(tables):
        hidden = {cell: factor for cell, factor in equation.items() if tables[cell[0]][cell[1]][cell[2]] is None}
        for cell in [cell for cell in hidden if cell in solved]:
            _add(hidden, solved[cell], -hidden.pop(cell))
        if not hidden:
            continue
        pivot = max(hidden, key=lambda cell: abs(hidden[cell]))
        row = {cell: factor / hidden[pivot] for cell, factor in hidden.items() if cell != pivot}
        for other in solved.values():
            if pivot in other:
                _add(other, row, -other.pop(pivot))
        solved[pivot] = row
    return [cell for cell, row in solved.items() if not row]


def _add(row, other, times):
    for cell, factor in other.items():
        row[cell] = row.get(cell, 0) + times * factor
        if abs(row[cell]) < _NOTHING:
            del row[cell]


def _equations(tables):
    """Yield the left sides of equations, each as factors by cell."""
    for name in COUNTS:
        for at, row in enumerate(tables[name]):
            for total, parts in PARTS.get(name, {}).items():
                yield _sum((name, at, total), [(name, at, part) for part in parts])
            for share, (part, of) in SHARES.get(name, {}).items():
                if row[share] is not None:
                    equation = {(name, at, column): -row[share] for column in of}
                    equation[name, at, part] = equation.get((name, at, part), 0) + 1
                    yield equation
    for name, parts in PARTS.items():
        yield from _over_groups(name, tables[name], [*parts, *(part for each in parts.values() for part in each)])
    yield from _between(tables)


def _over_groups(name, rows, columns):
    """Yield the sums over groups of each kind, and over the schedules of each protocol."""
    kinds = {row["by"] for row in rows} - {"all", "schedule"}
    families = [(0, [at for at, row in enumerate(rows) if row["by"] == kind]) for kind in kinds]
    for at, row in enumerate(rows):
        if row["by"] == "protocol":
            is_own = [each["by"] == "schedule" and each["group"].split("/")[0] == row["group"] for each in rows]
            families.append((at, [place for place, own in enumerate(is_own) if own]))
    for total, members in families:
        yield from (_sum((name, total, column), [(name, at, column) for at in members]) for column in columns)


def _between(tables):
    """Yield the sums of one table whose parts stand in another, and the shares of a total in another."""
    reasons = tables["use_reasons"]
    for decision, column in REASONS.items():
        own = [at for at, row in enumerate(reasons) if row["decision"] == decision]
        yield _sum(("use", 0, column), [("use_reasons", at, "studies") for at in own])
    for at, row in enumerate(reasons):
        if row["share"] is not None:
            yield {("use_reasons", at, "studies"): 1, ("use", 0, "studies"): -row["share"]}
        if row["reason"] == "early":
            ranges = range(len(tables["early_days"]))
            yield _sum(("use_reasons", at, "studies"), [("early_days", each, "studies") for each in ranges])
            for each, early in enumerate(tables["early_days"]):
                if early["share"] is not None:
                    yield {("early_days", each, "studies"): 1, ("use_reasons", at, "studies"): -early["share"]}
    unknown = [at for at, row in enumerate(tables["not_counted"]) if row["outcome"] == "unknown"]
    yield _sum(("timeliness", 0, "unknown"), [("not_counted", at, "windows") for at in unknown])


def _sum(total, parts):
    return {total: 1, **dict.fromkeys(parts, -1)}
