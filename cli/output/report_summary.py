"""The three numbers of a report on a terminal, and where the rest is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from spine_vigil.scheduler.report.model import ALL, Report
from spine_vigil.scheduler.rules.words import listed


def summary_lines(report: Report, page: Path | None, tables: Path | None, as_json: Path | None) -> Iterator[str]:
    """Yield the headline numbers with their intervals and bounds, then the files that hold the rest."""
    about = report.about
    rows = _number(about.counts["rows"])
    yield f"{about.first_day} to {about.last_day}, by {about.edition}, grace {about.grace}; {rows} rows"
    timeliness, use = (_whole(report, name) for name in ("timeliness", "use"))
    yield _line("windows done in time", timeliness, "")
    yield _line("patients with every window in time", timeliness, "patients_")
    yield _line("performed studies that are not supported", use, "")
    yield "chance: 95 % interval; missing: the share if all that is not known turned out at its worst, and at its best"
    if about.small_cells > 1:
        yield f"Numbers of fewer than {about.small_cells} patients are left out; --small-cells 0 shows all."
    written = [str(path) for path in (page, tables, as_json) if path is not None]
    yield f"The report is in {listed(written)}." if written else "Next: -o report.html writes the whole report."


def _number(count: int | None) -> str:
    return "few" if count is None else f"{count:,}"


def _whole(report: Report, name: str) -> Mapping[str, Any] | None:
    return next((row for row in report.tables[name].to_dicts() if row["by"] == ALL), None)


def _line(what: str, row: Mapping[str, Any] | None, prefix: str) -> str:
    if row is None or row[f"{prefix}share"] is None:
        left_out = row is not None and f"{prefix}share" in (row["suppressed"] or "").split(";")
        return f"  {what}: {'left out as a small number' if left_out else 'none to count'}"
    share, low, high = (100 * row[f"{prefix}{name}"] for name in ("share", "low", "high"))
    line = f"  {what}: {share:.1f} % (chance {low:.1f} to {high:.1f}"
    least, greatest = row[f"{prefix}least"], row[f"{prefix}greatest"]
    if least is None or greatest is None:
        return f"{line})"
    return f"{line}; missing {100 * least:.1f} to {100 * greatest:.1f})"
