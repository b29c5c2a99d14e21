"""All benchmarks as a Markdown table: `python benchmarks/run.py [--quick] [--only audit due] [--folder F]`.

Figures are medians of alternating runs of whole processes, each with its limit and aim. Run this with the Python that
vigil is installed in (with `.[bench]` for the comparisons), on an otherwise idle machine. Thirty million rows need
about 40 GB of disk. Figures are saved in the folder as soon as they are measured, so that an interrupted run continues
where it stopped; `--fresh` measures all of them again.
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
"""Disk space of a row: in the input, the output, spilled rows, and temporary files of other programs."""

PACKAGES = ("polars", "click", "duckdb", "pandas", "pyspark")


def main() -> None:
    """Measure the selected figures that are not saved yet, and print the table."""
    args = _parse_arguments()
    rows, memory_rows = args.rows or ROWS, args.memory_rows or MEMORY_ROWS
    if args.quick:
        rows, memory_rows = args.rows or QUICK_ROWS, args.memory_rows or QUICK_ROWS
    folder, saved = args.folder / "temporary", args.folder / "figures.json"
    folder.mkdir(parents=True, exist_ok=True)
    sizes = [*rows, *(memory_rows if not args.only or "memory" in args.only else ())]
    check_disk(folder, max(sizes) * DISK_BYTES_OF_A_ROW)
    taken = {} if args.fresh or not saved.exists() else json.loads(saved.read_text(encoding="utf-8"))
    runs = args.runs or (1 if args.quick else 5)
    bench = Bench(folder, runs, sorted(rows), sorted(memory_rows), *((20_000, 20_000, 20_000) if args.quick else ()))
    lines: list[tuple[Figure, str, str]] = []
    try:
        for name, size in tasks(args.only, sorted(rows)):
            key = f"{name} {size} {runs}"
            if key not in taken:
                print(f"taking {name} at {size:,} rows", file=sys.stderr)
                taking = EACH_SIZE.get(name) or ONCE[name]
                figures = [asdict(figure) for figure in taking(bench, size)]
                taken[key] = {"figures": figures, "date": str(date.today()), "commit": _commit()}
                taken["peaks"] = taken.get("peaks", {}) | {str(n): peak for n, peak in bench.peaks.items()}
                saved.write_text(json.dumps(taken, indent=1), encoding="utf-8")
            bench.peaks |= {int(n): peak for n, peak in taken.get("peaks", {}).items()}
            lines += [(Figure(**one), taken[key]["date"], taken[key]["commit"]) for one in taken[key]["figures"]]
    finally:
        rmtree(folder, ignore_errors=True)
    print("\n".join(table(lines, runs)))


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure vigil and print a table as Markdown.")
    parser.add_argument("--rows", type=int, nargs="+", help=f"sizes of a cohort [default: {ROWS}]")
    parser.add_argument("--memory-rows", type=int, nargs="+", help=f"sizes for memory [default: {MEMORY_ROWS}]")
    parser.add_argument("--only", nargs="+", choices=[*EACH_SIZE, *ONCE], default=(), help="measure only these")
    parser.add_argument("--runs", type=int, help="counted runs of each [default: 5]")
    parser.add_argument("--folder", type=Path, default=Path("benchmark"), help="for temporary files and saved figures")
    parser.add_argument("--quick", action="store_true", help="small sizes, one run each, only to try it out")
    parser.add_argument("--fresh", action="store_true", help="ignore the figures saved in the folder")
    return parser.parse_args()


def tasks(only: Sequence[str], rows: Sequence[int]) -> Iterator[tuple[str, int]]:
    """Yield the names of figures to measure with their sizes, which are `rows` in ascending order."""
    for name in EACH_SIZE:
        yield from ((name, size) for size in rows if not only or name in only)
    yield from ((name, rows[-1]) for name in ONCE if not only or name in only)


def check_disk(folder: Path, needed: int) -> None:
    """Exit if the disk of the folder has less free space than `needed` bytes."""
    free = disk_usage(folder).free
    if free < needed:
        sys.exit(
            f"{folder} has {free / 1e9:.0f} GB free, and about {needed / 1e9:.0f} GB are needed; name another with"
            " --folder, or ask for less with --rows and --memory-rows"
        )


def table(lines: Sequence[tuple[Figure, str, str]], runs: int) -> list[str]:
    """Return the table as lines of Markdown, followed by the dates, commits and machine."""
    text = ["| | measured | limit | aim | from |", "| --- | --- | --- | --- | --- |"]
    text += [_line(figure) for figure, _, _ in lines]
    days, commits = (sorted(set(values)) for values in ([day for _, day, _ in lines], [commit for *_, commit in lines]))
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
    """Return a figure with three significant digits and its unit."""
    digits = max(2 - len(str(int(abs(value)))) + 1, 0)
    return f"{value:.{digits}f} {unit}".rstrip()


def machine() -> str:
    """Return a sentence with the processor, the memory and the versions of the software."""
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
    """Return the abbreviated commit that is measured, with a plus if the working tree differs from it."""
    command = ["git", "-C", str(HERE), "describe", "--always", "--exclude=*", "--dirty=+"]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    return result.stdout.strip() or "an unknown commit"


if __name__ == "__main__":
    main()
