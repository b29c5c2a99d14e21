"""Measurement of processes in alternating runs: wall time, processor time, peak memory and output size."""

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
"""The environment of measured programs. They may write bytecode, so that only the warm-up run compiles modules."""

Command: TypeAlias = Callable[[Path], Sequence[str]]
"""A function from the path of an output file that does not exist yet to the arguments of a process."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Measurements of one run: wall time and processor time in seconds, peak memory and output size in bytes.

    Memory is the sum of all processes, with the files that they map counted once.
    """

    seconds: float
    cpu_seconds: float
    peak: int
    written: int = 0


class RunFailed(Exception):
    """Raised when a measured program fails, with its command and what it wrote."""


def measure(command: Command, folder: Path, name: str = "out.csv") -> Sample:
    """Run a command once, with an output under a new name in `folder`, and remove the output.

    The name is new because some file systems wait for the disk when a file replaces another. Raises RunFailed.
    """
    with tempfile.TemporaryDirectory(dir=folder) as passing:
        out = Path(passing, name)
        arguments = list(command(out))
        with Path(passing, "errors").open("w+b") as errors:
            started = time.perf_counter()
            process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=errors, env=_ENVIRONMENT)
            with MemoryWatch(process.pid) as memory:
                # Popen.wait discards the resource usage. Its ru_maxrss is useless: it starts at that of this process.
                _, status, used = os.wait4(process.pid, 0)
                seconds = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                errors.seek(0)
                text = errors.read().decode(errors="replace")[-2_000:]
                raise RunFailed(f"{' '.join(arguments)} ended with {process.returncode}:\n{text}")
        written = out.stat().st_size if out.is_file() else 0
        if out.is_dir():
            rmtree(out)
    return Sample(seconds, used.ru_utime + used.ru_stime, memory.peak, written)


def alternate(commands: Mapping[str, Command], folder: Path, runs: int, *, warm_up: bool = True) -> dict[str, Sample]:
    """Run commands in turn, `runs` times each after a warm-up that is not counted; return the medians by name."""
    samples: dict[str, list[Sample]] = {name: [] for name in commands}
    for turn in range(runs + warm_up):
        for name, command in commands.items():
            sample = measure(command, folder)
            if turn >= warm_up:
                samples[name].append(sample)
    return {name: median(runs_of_one) for name, runs_of_one in samples.items()}


def median(samples: Sequence[Sample]) -> Sample:
    """Return the medians of times, and the maxima of memory and output size."""
    return Sample(
        statistics.median(sample.seconds for sample in samples),
        statistics.median(sample.cpu_seconds for sample in samples),
        max(sample.peak for sample in samples),
        max(sample.written for sample in samples),
    )


def vigil(*arguments: object, suffix: str = ".csv") -> Command:
    """Return a command of vigil whose output option is `-o`, and whose output ends in `suffix`."""
    return lambda out: (*VIGIL, *map(str, arguments), "-o", str(out.with_suffix(suffix)))


def program(name: str, *arguments: object) -> Command:
    """Return the command of a program in this folder that takes its input and then its output."""
    first, *more = map(str, arguments)
    return lambda out: (sys.executable, str(HERE / name), first, str(out), *more)


def added_bytes(events: Path, rows: int, written: int) -> int:
    """Return the number of bytes that an audit added to a row, for a baseline that writes as much."""
    return round((written - events.stat().st_size) / rows)


def write_events(folder: Path, rows: int, *options: str) -> Path:
    """Write a cohort in a separate process, unless its file exists; return it. `options` are those of cohort.py."""
    path = folder / f"events_{rows}{''.join(options).replace('--', '_')}.csv"
    if not path.exists():
        begun = path.with_suffix(".begun")
        subprocess.run([sys.executable, HERE / "cohort.py", begun, "--rows", str(rows), *options], check=True)
        begun.rename(path)
    return path
