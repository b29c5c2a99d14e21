"""Prints the table of benchmarks as Markdown: `python benchmarks/run.py [--quick] [--only audit due] [--folder F]`.

Whole processes, medians of alternating runs, each figure beside its limit and its aim. Run it with the Python that
vigil is installed for (with `.[bench]` for the comparisons), and on a machine that does nothing else. Thirty million
rows need about 40 GB of disk. Figures are kept in the folder as they are taken: a run that was interrupted goes on
where it stopped; `--fresh` takes them all again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from shutil import disk_usage, rmtree

from figures import EACH_SIZE, ONCE, Bench, Figure
from measure import HERE

ROWS = (1_000_000, 10_000_000)
MEMORY_ROWS = (1_000_000, 10_000_000, 30_000_000)
QUICK_ROWS = (100_000, 300_000)
DISK_BYTES_OF_A_ROW = 1_300
"""A row as read, as written, as it waits in between, and as other programs keep it in passing."""

PACKAGES = ("polars", "click", "duckdb", "pandas", "pyspark")


def main() -> None:
    """Take what is asked for and has not been taken, and print the table."""
    asked = _asked()
    rows, memory_rows = asked.rows or ROWS, asked.memory_rows or MEMORY_ROWS
    if asked.quick:
        rows, memory_rows = asked.rows or QUICK_ROWS, asked.memory_rows or QUICK_ROWS
    folder, kept = asked.folder / "passing", asked.folder / "figures.json"
    folder.mkdir(parents=True, exist_ok=True)
    sizes = [*rows, *(memory_rows if not asked.only or "memory" in asked.only else ())]
    check_disk(folder, max(sizes) * DISK_BYTES_OF_A_ROW)
    taken = {} if asked.fresh or not kept.exists() else json.loads(kept.read_text(encoding="utf-8"))
    runs = asked.runs or (1 if asked.quick else 5)
    bench = Bench(folder, runs, sorted(rows), sorted(memory_rows), *((20_000, 20_000) if asked.quick else ()))
    lines: list[tuple[Figure, str, str]] = []
    try:
        for name, size in tasks(asked.only, sorted(rows)):
            key = f"{name} {size} {runs}"
            if key not in taken:
                print(f"taking {name} at {size:,} rows", file=sys.stderr)
                taking = EACH_SIZE.get(name) or ONCE[name]
                figures = [asdict(figure) for figure in taking(bench, size)]
                taken[key] = {"figures": figures, "date": str(date.today()), "commit": _commit()}
                taken["peaks"] = taken.get("peaks", {}) | {str(n): peak for n, peak in bench.peaks.items()}
                kept.write_text(json.dumps(taken, indent=1), encoding="utf-8")
            bench.peaks |= {int(n): peak for n, peak in taken.get("peaks", {}).items()}
            lines += [(Figure(**one), taken[key]["date"], taken[key]["commit"]) for one in taken[key]["figures"]]
    finally:
        rmtree(folder, ignore_errors=True)
    print("\n".join(table(lines, runs)))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure vigil and print a table as Markdown.")
    parser.add_argument("--rows", type=int, nargs="+", help=f"sizes of a cohort [default: {ROWS}]")
    parser.add_argument("--memory-rows", type=int, nargs="+", help=f"sizes for memory [default: {MEMORY_ROWS}]")
    parser.add_argument("--only", nargs="+", choices=[*EACH_SIZE, *ONCE], default=(), help="take these alone")
    parser.add_argument("--runs", type=int, help="counted runs of each [default: 5]")
    parser.add_argument("--folder", type=Path, default=Path("benchmark"), help="for passing files and kept figures")
    parser.add_argument("--quick", action="store_true", help="small sizes, one run each: to try it out, no more")
    parser.add_argument("--fresh", action="store_true", help="forget the figures that the folder holds")
    return parser.parse_args()


def tasks(only: Sequence[str], rows: Sequence[int]) -> Iterator[tuple[str, int]]:
    """Yield what to take at which size, `rows` from small to large."""
    for name in EACH_SIZE:
        yield from ((name, size) for size in rows if not only or name in only)
    yield from ((name, rows[-1]) for name in ONCE if not only or name in only)


def check_disk(folder: Path, needed: int) -> None:
    """End the program where the folder has less room than `needed` bytes."""
    free = disk_usage(folder).free
    if free < needed:
        sys.exit(
            f"{folder} has {free / 1e9:.0f} GB free, and about {needed / 1e9:.0f} GB are needed; name another with"
            " --folder, or ask for less with --rows and --memory-rows"
        )


def table(lines: Sequence[tuple[Figure, str, str]], runs: int) -> list[str]:
    """Return the table as lines of Markdown, below it what it was taken on."""
    text = ["| | measured | limit | aim | from |", "| --- | --- | --- | --- | --- |"]
    text += [_line(figure) for figure, _, _ in lines]
    days, commits = (sorted(set(found)) for found in ([day for _, day, _ in lines], [commit for *_, commit in lines]))
    taken = f"Taken on {' and '.join(days)} at {' and '.join(commits)}, medians of up to {runs} alternating runs."
    return [*text, "", f"{taken} {machine()}"]


def _line(figure: Figure) -> str:
    order = "at least" if figure.at_least else "at most"
    limit, aim = (
        "" if bound is None else f"{order} {amount(bound, figure.unit)}" for bound in (figure.limit, figure.aim)
    )
    value = "-" if figure.value is None else amount(figure.value, figure.unit)
    marked = f"**{value}**" if figure.is_met is False else value
    return f"| {figure.what} | {marked} | {limit} | {aim} | {figure.detail} |"


def amount(value: float, unit: str) -> str:
    """Return a figure with three digits that count."""
    digits = max(2 - len(str(int(abs(value)))) + 1, 0)
    return f"{value:.{digits}f} {unit}".rstrip()


def machine() -> str:
    """Return what the machine is and which versions ran on it, in a sentence."""
    try:
        about = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        names = [line.partition(":")[2].strip() for line in about.splitlines() if line.startswith("model name")]
    except OSError:
        names = []
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    versions = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    name = names[0] if names else platform.machine()
    return f"{os.cpu_count()} cores of {name}, {memory:.0f} GB of memory; {', '.join(versions)}."


def _commit() -> str:
    """Return the commit that is measured, as git abbreviates it; a plus where files differ from it."""
    asked = ["git", "-C", str(HERE), "describe", "--always", "--exclude=*", "--dirty=+"]
    told = subprocess.run(asked, check=False, capture_output=True, text=True)
    return told.stdout.strip() or "an unknown commit"


if __name__ == "__main__":
    main()
