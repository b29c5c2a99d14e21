"""Whole processes, measured: wall time, processor time and peak memory of each, in alternating runs."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import TypeAlias

from memory import MemoryWatch

HERE = Path(__file__).parent
VIGIL = (sys.executable, "-c", "from spine_vigil.cli.main import run; run()")
CHECK = (
    *VIGIL, "check", "--study", "MRI cervical_spine", "--date", "2026-04-15", "--protocol", "bone.osteosarcoma",
    "--index", "treatment_end=2026-01-15", "--primary-site", "cervical_spine",
)  # fmt: skip
IMPORT_CLICK = (sys.executable, "-c", "import click")

_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""That of programs as they are installed: the first run, which is not counted, leaves its modules compiled."""

Command: TypeAlias = Callable[[Path], Sequence[str]]
"""What to run, given a name for its output that nothing has yet."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one run took: seconds on the clock and of the processors, the peak of memory and the output in bytes.

    Memory is that of all its processes together, with the files that they map counted once.
    """

    seconds: float
    cpu_seconds: float
    peak: int
    written: int = 0


class RunFailed(Exception):
    """A measured program did not end well; says which and what it wrote."""


def measure(command: Command, folder: Path, name: str = "out.csv") -> Sample:
    """Run a command once, with an output in `folder` under a name that is free, and remove the output.

    A free name, because some file systems wait for the disk before a file takes the place of another. Raises
    RunFailed.
    """
    with tempfile.TemporaryDirectory(dir=folder) as passing:
        out = Path(passing, name)
        arguments = list(command(out))
        with Path(passing, "said").open("w+b") as said:
            started = time.perf_counter()
            process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=said, env=_ENVIRONMENT)
            with MemoryWatch(process.pid) as memory:
                # Popen.wait forgets what the process took. Its ru_maxrss is of no use: it begins with this process's.
                _, status, used = os.wait4(process.pid, 0)
                seconds = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                said.seek(0)
                words = said.read().decode(errors="replace")[-2_000:]
                raise RunFailed(f"{' '.join(arguments)} ended with {process.returncode}:\n{words}")
        written = out.stat().st_size if out.is_file() else 0
        if out.is_dir():
            rmtree(out)
    return Sample(seconds, used.ru_utime + used.ru_stime, memory.peak, written)


def alternate(commands: Mapping[str, Command], folder: Path, runs: int, *, warm_up: bool = True) -> dict[str, Sample]:
    """Run commands in turn, `runs` times each after one that is not counted; return the medians by name."""
    found: dict[str, list[Sample]] = {name: [] for name in commands}
    for turn in range(runs + warm_up):
        for name, command in commands.items():
            sample = measure(command, folder)
            if turn >= warm_up:
                found[name].append(sample)
    return {name: median(samples) for name, samples in found.items()}


def median(samples: Sequence[Sample]) -> Sample:
    """Return the median of every figure; of memory the largest."""
    return Sample(
        statistics.median(sample.seconds for sample in samples),
        statistics.median(sample.cpu_seconds for sample in samples),
        max(sample.peak for sample in samples),
        max(sample.written for sample in samples),
    )


def vigil(*arguments: object) -> Command:
    """Return a command of vigil that writes with `-o`."""
    return lambda out: (*VIGIL, *map(str, arguments), "-o", str(out))


def program(name: str, *arguments: object) -> Command:
    """Return a program of this folder that takes its input and then its output."""
    first, *more = map(str, arguments)
    return lambda out: (sys.executable, str(HERE / name), first, str(out), *more)


def added_bytes(events: Path, rows: int, written: int) -> int:
    """Return how many bytes an audit added to a row, for a yardstick that writes as much."""
    return round((written - events.stat().st_size) / rows)


def write_events(folder: Path, rows: int, *options: str) -> Path:
    """Write a cohort in a process of its own, once; return its file. `options` are those of cohort.py."""
    path = folder / f"events_{rows}{''.join(options).replace('--', '_')}.csv"
    if not path.exists():
        begun = path.with_suffix(".begun")
        subprocess.run([sys.executable, HERE / "cohort.py", begun, "--rows", str(rows), *options], check=True)
        begun.rename(path)
    return path
