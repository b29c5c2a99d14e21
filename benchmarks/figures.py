"""The figures of the benchmarks: how each is measured, with its limit and aim."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from measure import (
    CHECK,
    HERE,
    IMPORT_CLICK,
    VIGIL,
    Command,
    Sample,
    added_bytes,
    alternate,
    measure,
    program,
    vigil,
    write_events,
)

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.toml_files.edition_file import edition_text

GB = 1e9
AS_OF = "2026-06-01"
DAY_OF_AUDIT = "2026-12-31"
"""A day after every date of a cohort, so that answers do not depend on the day of the run."""

COMPARED_ROWS = 200_000
PROFILE_ROWS = 1_000_000
LOOP_ROWS = 100_000
SLOW_RUNS = 3
"""The most runs of slow baselines, which take minutes and vary little."""

START_UP_ROWS = 1_000_000
"""Up to this size, start-up takes a large part of the time, and the limits against B7 are higher."""

MOST_OF_A_SMALL_REPORT = 1.8
"""The limit of a report against the audit, up to that size."""


LOCAL_RULES = f"""[edition]
id = "local"
base = "{CURRENT.id}"
publisher = "Nobody"
reviewed = 2026-01-01

[protocol."bone.osteosarcoma".schedule.primary_site]
section = "Local 1"
phases = ["every 6 months until 2 years", "every 12 months"]
"""
"""An overlay of the shipped edition, with another interval for a disease that a tenth of the patients have."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: a ratio or an amount in `unit`, its limit and aim, and the values that it comes from.

    A figure should be at most its limit, or at least its limit with `at_least`. If it could not be measured, `value` is
    None and `detail` says why.
    """

    what: str
    value: float | None
    limit: float | None = None
    aim: float | None = None
    at_least: bool = False
    unit: str = ""
    detail: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the figure keeps its limit; None if it has none or could not be measured."""
        if self.value is None or self.limit is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass(slots=True)
class Bench:
    """Settings of a benchmark run: folder, number of runs, and sizes, `rows` in ascending order.

    `peaks` collects the peak memory of audits in bytes, by number of rows.
    """

    folder: Path
    runs: int
    rows: Sequence[int]
    memory_rows: Sequence[int]
    loop_rows: int = LOOP_ROWS
    compared_rows: int = COMPARED_ROWS
    profile_rows: int = PROFILE_ROWS
    peaks: dict[int, int] = field(default_factory=dict)

    @property
    def largest(self) -> int:
        """The largest size."""
        return max(self.rows)


def audit_of(events: Path, *options: str) -> Command:
    """Return the command of an audit of a cohort."""
    return vigil("audit", events, "--as-of", DAY_OF_AUDIT, *options)


def yardstick(bench: Bench, events: Path, rows: int) -> Command:
    """Return the command of B7 for a cohort, writing as many bytes as its audit."""
    written = measure(audit_of(events), bench.folder).written
    return program("b7.py", events, added_bytes(events, rows, written))


def audit_ratio(bench: Bench, rows: int) -> float:
    """Return the time of an audit divided by that of B7."""
    events = write_events(bench.folder, rows)
    medians = alternate({"audit": audit_of(events), "b7": yardstick(bench, events, rows)}, bench.folder, bench.runs)
    return medians["audit"].seconds / medians["b7"].seconds


def audit_figures(bench: Bench, rows: int) -> list[Figure]:
    """Measure audits of a sorted and a shuffled cohort, relative to B7 and to each other."""
    events = write_events(bench.folder, rows)
    shuffled = write_events(bench.folder, rows, "--shuffled")
    commands = {
        "audit": audit_of(events),
        "b7": yardstick(bench, events, rows),
        "shuffled": audit_of(shuffled),
    }
    medians = alternate(commands, bench.folder, bench.runs)
    audit, b7, mixed = medians["audit"], medians["b7"], medians["shuffled"]
    bench.peaks[rows] = max(audit.peak, mixed.peak)
    limit, aim = (2.5, 1.6) if rows <= START_UP_ROWS else (2.0, 1.3)
    size = f"{rows:,} rows"
    return [
        Figure(f"audit : B7, {size} in order", audit.seconds / b7.seconds, limit, aim, detail=_times(audit, b7)),
        Figure(f"audit : B7, {size} shuffled", mixed.seconds / b7.seconds, limit, aim, detail=_times(mixed, b7)),
        Figure(f"audit shuffled : in order, {size}", mixed.seconds / audit.seconds, 1.2, detail=_times(mixed, audit)),
        Figure(f"processor time of audit : B7, {size}", audit.cpu_seconds / b7.cpu_seconds, detail=_cpu(audit, b7)),
    ]


def fact_figures(bench: Bench, rows: int) -> list[Figure]:
    """Measure the audit of a file with all facts, relative to one for schedules only, per byte read."""
    few = max(rows // 5, 1)
    plain, full = write_events(bench.folder, rows), write_events(bench.folder, few, "--facts")
    medians = alternate({"full": audit_of(full), "plain": audit_of(plain)}, bench.folder, bench.runs)
    per_byte = {name: medians[name].seconds / path.stat().st_size for name, path in (("full", full), ("plain", plain))}
    what = f"audit per byte read, every fact in {few:,} rows : schedules alone in {rows:,}"
    ratio = per_byte["full"] / per_byte["plain"]
    nanoseconds = f"{per_byte['full'] * 1e9:.1f} : {per_byte['plain'] * 1e9:.1f} ns a byte"
    return [Figure(what, ratio, 1.6, detail=nanoseconds)]


def profile_figures(bench: Bench, _: int) -> list[Figure]:
    """Measure the processor time of an audit of foreign columns, dates, words and codes, relative to vigil's own."""
    rows = bench.profile_rows
    events = write_events(bench.folder, rows)
    foreign = events.with_name(f"foreign_{rows}.csv")
    if not foreign.exists():
        subprocess.run([sys.executable, HERE / "foreign.py", events, foreign], check=True)
    profile = str(foreign.with_suffix(".toml"))
    commands = {"foreign": audit_of(foreign, "--profile", profile), "own": audit_of(events)}
    medians = alternate(commands, bench.folder, bench.runs)
    foreign_audit, own = medians["foreign"], medians["own"]
    what = f"processor time of audit with a profile : without, {rows:,} rows"
    ratio = foreign_audit.cpu_seconds / own.cpu_seconds
    return [Figure(what, ratio, 1.15, detail=_cpu(foreign_audit, own))]


def memory_figures(bench: Bench, _: int) -> list[Figure]:
    """Measure the peak memory of audits at several sizes, and the slope between the smallest and the largest."""
    figures = []
    for rows in bench.memory_rows:
        if rows not in bench.peaks:
            bench.peaks[rows] = measure(audit_of(write_events(bench.folder, rows)), bench.folder).peak
        limit = 1.2 + 35 * rows / GB
        figures.append(Figure(f"peak memory of audit, {rows:,} rows", bench.peaks[rows] / GB, limit, unit="GB"))
    least, most = min(bench.memory_rows), max(bench.memory_rows)
    if least < most:
        slope = (bench.peaks[most] - bench.peaks[least]) / (most - least)
        detail = f"100,000,000 rows would take {(bench.peaks[most] + slope * (100_000_000 - most)) / GB:.1f} GB"
        figures.append(Figure(f"memory a row, {least:,} to {most:,} rows", slope, 35, unit="bytes", detail=detail))
    return figures


def due_figures(bench: Bench, rows: int) -> list[Figure]:
    """Measure the due list, relative to B7."""
    events = write_events(bench.folder, rows)
    commands = {"due": vigil("due", events, "--as-of", AS_OF), "b7": yardstick(bench, events, rows)}
    medians = alternate(commands, bench.folder, bench.runs)
    due, b7 = medians["due"], medians["b7"]
    detail = f"{_times(due, b7)}; peak {due.peak / GB:.2f} GB"
    return [Figure(f"due : B7, {rows:,} rows", due.seconds / b7.seconds, detail=detail)]


def report_figures(bench: Bench, rows: int) -> list[Figure]:
    """Measure time and memory of a report with its page, without other readings, relative to the audit of the file."""
    events = write_events(bench.folder, rows)
    commands = {
        "report": vigil("report", events, "--as-of", DAY_OF_AUDIT, "--readings", "none", suffix=".html"),
        "audit": audit_of(events),
    }
    medians = alternate(commands, bench.folder, bench.runs)
    report, audit = medians["report"], medians["audit"]
    limit = MOST_OF_A_SMALL_REPORT if rows <= START_UP_ROWS else 1.5
    size, peaks = f"{rows:,} rows", f"{report.peak / GB:.2f} : {audit.peak / GB:.2f} GB"
    return [
        Figure(f"report : audit, {size}", report.seconds / audit.seconds, limit, detail=_times(report, audit)),
        Figure(f"memory of report : audit, {size}", report.peak / audit.peak, 1.2, detail=peaks),
    ]


def diff_figures(bench: Bench, rows: int) -> list[Figure]:
    """Measure what another schedule does to a cohort, with the patients to contact, relative to one audit."""
    events, local = write_events(bench.folder, rows), bench.folder / "local.toml"
    local.write_text(LOCAL_RULES, encoding="utf-8")
    diff = ("editions", "diff", CURRENT.id, local, "--events", events, "--as-of", DAY_OF_AUDIT)
    commands = {
        "diff": vigil(*diff, "--contacts", bench.folder / "contacts.csv"),
        "audit": audit_of(events),
    }
    medians = alternate(commands, bench.folder, bench.runs)
    diff_run, audit = medians["diff"], medians["audit"]
    ratio, peak = diff_run.seconds / audit.seconds, f"; peak {diff_run.peak / GB:.2f} GB"
    return [Figure(f"diff on a cohort : audit, {rows:,} rows", ratio, 2.2, detail=_times(diff_run, audit) + peak)]


def check_figures(bench: Bench, _: int) -> list[Figure]:
    """Measure the check of one date, relative to the import of click, and one by an edition file to one without."""
    whole = bench.folder / "whole.toml"
    whole.write_text(edition_text(CURRENT), encoding="utf-8")
    commands: dict[str, Command] = {
        "check": lambda _: CHECK,
        "click": lambda _: IMPORT_CLICK,
        "file": lambda _: (*CHECK, "--edition", str(whole)),
    }
    medians = alternate(commands, bench.folder, 3 * bench.runs)
    check, click, by_file = (medians[name] for name in commands)
    pairs = ((check, click), (by_file, check))
    detail, of_file = (f"{one.seconds * 1000:.0f} : {other.seconds * 1000:.0f} ms" for one, other in pairs)
    return [
        Figure("check : import click", check.seconds / click.seconds, 1.6, 1.2, detail=detail),
        Figure("check by an edition file : check", by_file.seconds / check.seconds, 1.5, detail=of_file),
    ]


def duckdb_figures(bench: Bench, rows: int) -> list[Figure]:
    """Measure time and memory of DuckDB for the same schedules, relative to the audit."""
    times, memory = f"DuckDB : audit, {rows:,} rows", f"memory of audit : DuckDB, {rows:,} rows"
    reason = _cannot_compare(bench, "duckdb", "duckdb_audit.py", bench.compared_rows)
    if reason:
        return [Figure(times, None, 4, at_least=True, detail=reason)]
    audit, other = _against(bench, "duckdb_audit.py", rows, min(bench.runs, SLOW_RUNS))
    peaks = f"{audit.peak / GB:.2f} : {other.peak / GB:.2f} GB"
    return [
        Figure(times, other.seconds / audit.seconds, 4, at_least=True, detail=_times(other, audit)),
        Figure(memory, audit.peak / other.peak, 0.2, detail=peaks),
    ]


def loop_figures(bench: Bench, _: int) -> list[Figure]:
    """Measure the row loop with pandas and dateutil, relative to the audit."""
    rows = bench.loop_rows
    what = f"row loop with pandas and dateutil : audit, {rows:,} rows"
    reason = _cannot_compare(bench, "pandas", "row_loop.py", min(rows, bench.compared_rows))
    if reason:
        return [Figure(what, None, 10, at_least=True, detail=reason)]
    audit, other = _against(bench, "row_loop.py", rows, min(bench.runs, SLOW_RUNS))
    return [Figure(what, other.seconds / audit.seconds, 10, at_least=True, detail=_times(other, audit))]


def spark_figures(bench: Bench, rows: int) -> list[Figure]:
    """Measure the audit on a local Spark, relative to Spark passing the same lines through."""
    what = f"audit on Spark local[2] : its own pass-through, {rows:,} rows"
    reason = _cannot_run_spark()
    if reason:
        return [Figure(what, None, 2.5, detail=reason)]
    events = write_events(bench.folder, rows)
    commands = {
        "spark": audit_of(events, "--engine", "spark", "--master", "local[2]"),
        "pass": program("spark_pass.py", events, "local[2]"),
    }
    medians = alternate(commands, bench.folder, min(bench.runs, SLOW_RUNS))
    return [Figure(what, medians["spark"].seconds / medians["pass"].seconds, 2.5, detail=_times(*medians.values()))]


def _against(bench: Bench, name: str, rows: int, runs: int) -> tuple[Sample, Sample]:
    events = write_events(bench.folder, rows)
    medians = alternate({"audit": audit_of(events), "other": program(name, events)}, bench.folder, runs)
    return medians["audit"], medians["other"]


def _cannot_compare(bench: Bench, package: str, name: str, rows: int) -> str:
    """Return why a comparison is invalid (a missing package, or answers that differ from vigil's); empty if valid."""
    if find_spec(package) is None:
        return f"not taken: {package} is not installed (pip install '.[bench]')"
    events = write_events(bench.folder, rows)
    ours, theirs = bench.folder / "ours.csv", bench.folder / "theirs.csv"
    subprocess.run(audit_of(events)(ours), check=True, stderr=subprocess.DEVNULL)
    subprocess.run(program(name, events)(theirs), check=True, stderr=subprocess.DEVNULL)
    compare = [sys.executable, str(HERE / "compare_answers.py"), str(ours), str(theirs)]
    compared = subprocess.run(compare, check=False, capture_output=True, text=True)
    ours.unlink()
    theirs.unlink()
    return "" if compared.returncode == 0 else f"does not count: {compared.stdout.splitlines()[:1]}"


def _cannot_run_spark() -> str:
    if find_spec("pyspark") is None:
        return "not taken: pyspark is not installed (pip install '.[spark]')"
    if which("java") is None:
        return "not taken: no java is on the path"
    help_text = subprocess.run([*VIGIL, "audit", "--help"], check=True, capture_output=True, text=True).stdout
    return "" if "--engine" in help_text else "not taken: this vigil has no --engine"


def _times(first: Sample, second: Sample) -> str:
    return f"{first.seconds:.2f} : {second.seconds:.2f} s"


def _cpu(first: Sample, second: Sample) -> str:
    return f"{first.cpu_seconds:.2f} : {second.cpu_seconds:.2f} s"


Taking = Callable[[Bench, int], list[Figure]]
EACH_SIZE: dict[str, Taking] = {
    "audit": audit_figures,
    "due": due_figures,
    "report": report_figures,
    "diff": diff_figures,
}
"""Figures that are measured at every size, by name."""

ONCE: dict[str, Taking] = {
    "facts": fact_figures,
    "check": check_figures,
    "profile": profile_figures,
    "loop": loop_figures,
    "duckdb": duckdb_figures,
    "spark": spark_figures,
    "memory": memory_figures,
}
"""Figures that are measured once, at the largest size or at a fixed one, by name."""
