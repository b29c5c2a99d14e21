"""Generator of seeded, reproducible cohorts of any size: `python benchmarks/cohort.py OUT.csv --rows 1000000`.

Every random number is a hash, in integer arithmetic that wraps, of the seed, a name for its use and the number of the
patient or row. Therefore a cohort is made block by block, is the same on any machine, and starts with the rows of any
smaller one. The distributions are in `practice.py`.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from zlib import crc32

import polars as pl
from practice import (
    CLOCKS,
    EVENTS,
    FIRST_VISIT,
    JITTER,
    LAST_DAY,
    SIDES,
    SITE_NAMES,
    SITES,
    STATUSES,
    STATUSES_OF_LAST,
    STUDY_SIDES,
    VISITS,
    WORDS,
    WRITTEN,
    Practice,
)

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.rules.facts import Fact, FactKind

SEED = 20250516
PATIENTS_OF_A_BLOCK = 32_768
ROWS_OF_A_HEAP = 1_000_000
"""Approximate number of rows that are shuffled in memory at once."""

BROKEN = 20
"""Rows out of SIDES with a cell that cannot be read: 0.5 %."""

_EARLIEST = -30_000
_DATES = pl.int_range(_EARLIEST, LAST_DAY + 10_000, dtype=pl.Int32, eager=True).cast(pl.Date).dt.to_string("%Y-%m-%d")
_GOLDEN, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def write_cohort(
    path: Path, rows: int, facts: Sequence[Fact] = (), seed: int = SEED, *, shuffled: bool = False
) -> None:
    """Write a CSV of `rows` events with a filled column for each of `facts`, in the order of patients or shuffled.

    A shuffled cohort has the same lines; its rows are spilled to temporary files beside it.
    """
    blocks = _blocks(rows, facts, seed)
    with path.open("wb") as file:
        if not shuffled:
            for number, block in enumerate(blocks):
                block.write_csv(file, include_header=number == 0)
            return
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            heaps = _heaps(blocks, Path(folder), rows // ROWS_OF_A_HEAP + 1, seed)
            for number, heap in enumerate(heaps):
                lines = pl.read_csv(heap, infer_schema=False)
                heap.unlink()
                order = pl.select(drawn(f"order {number}", seed, pl.int_range(len(lines), dtype=pl.UInt64)))
                lines[order.to_series().arg_sort()].write_csv(file, include_header=number == 0)


def _heaps(blocks: Iterator[pl.DataFrame], folder: Path, count: int, seed: int) -> list[Path]:
    """Distribute the rows over `count` temporary files at random; return the files."""
    paths = [folder / f"{number}.csv" for number in range(count)]
    met = 0
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("wb")) for path in paths]
        for block in blocks:
            numbers = pl.int_range(pl.len(), dtype=pl.UInt64) + met
            thrown = block.with_columns(heap=drawn("heap", seed, numbers) % count)
            for number, file in enumerate(files):
                part = thrown.filter(pl.col("heap") == number).drop("heap")
                part.write_csv(file, include_header=met == 0)
            met += len(block)
    return paths


def drawn(what: str, seed: int, number: pl.Expr) -> pl.Expr:
    """Return 64 random bits for each number, by SplitMix64 from the seed and a name for their use."""
    start = (crc32(what.encode()) * _GOLDEN + seed * _FIRST) % (1 << 64)
    bits = number.cast(pl.UInt64) * pl.lit(_GOLDEN, dtype=pl.UInt64) + pl.lit(start, dtype=pl.UInt64)
    for shift, factor in ((30, _FIRST), (27, _SECOND)):
        bits = (bits ^ (bits // (1 << shift))) * pl.lit(factor, dtype=pl.UInt64)
    return bits ^ (bits // (1 << 31))


def _die(bits: str, number: int) -> pl.Expr:
    """Return one of the five dice that 64 bits contain: a number below SIDES."""
    return pl.col(bits) // SIDES**number % SIDES


def _look(table: pl.Series, at: pl.Expr) -> pl.Expr:
    return pl.lit(table).gather(at)


def _up_to(bits: str, number: int, low: int, high: int) -> pl.Expr:
    """Return a random number of days from `low` to `high` (excluded), from one die."""
    return low + (_die(bits, number) * (high - low) // SIDES).cast(pl.Int32)


def _blocks(rows: int, facts: Sequence[Fact], seed: int) -> Iterator[pl.DataFrame]:
    practice, written, patients = Practice(CURRENT), 0, 0
    while patients == 0 or written < rows:
        block = _events(_patients(patients, practice, seed), practice, written, seed).head(rows - written)
        more = [fact for fact in facts if fact.name not in block.columns]
        numbers = pl.int_range(pl.len(), dtype=pl.UInt64) + written
        yield block.with_columns(_value(fact, drawn(fact.name, seed, numbers)).alias(fact.name) for fact in more)
        written += len(block)
        patients += PATIENTS_OF_A_BLOCK


def _value(fact: Fact, bits: pl.Expr) -> pl.Expr:
    """Return a value for every row: true in one of ten rows, a number below 40, or a date (of birth: decades ago)."""
    if fact.kind is FactKind.BOOLEAN:
        return pl.when(bits % 10 == 0).then(pl.lit("true")).otherwise(pl.lit("false"))
    if fact.kind is FactKind.NUMBER:
        return (bits % 40).cast(pl.String)
    first = -25_000 if fact.name == "birth_date" else LAST_DAY - 4_000
    return _date((bits % 3_000).cast(pl.Int32) + first)


def _date(day: pl.Expr) -> pl.Expr:
    return _look(_DATES, day - _EARLIEST)


def _patients(first: int, practice: Practice, seed: int) -> pl.DataFrame:
    """Return a block of patients with their protocol, number of events, and dates as day numbers."""
    frame = pl.select(patient=pl.int_range(first, first + PATIENTS_OF_A_BLOCK, dtype=pl.UInt64))
    draws = ("who", "when", "given", "later")
    frame = frame.with_columns(drawn(name, seed, pl.col("patient")).alias(name) for name in draws)
    frame = frame.with_columns(
        count=_look(EVENTS, _die("who", 0)),
        protocol=_look(practice.protocol, _die("who", 1)),
        site=_look(SITES, _die("who", 2)),
        first_visit=_look(FIRST_VISIT, _die("who", 3)),
    )
    protocol = pl.col("protocol")
    frame = frame.with_columns(
        clocks=_look(practice.clocks, protocol),
        site=pl.when(_look(practice.has_site, protocol)).then("site").otherwise(pl.lit(0, dtype=pl.Int32)),
    )
    last_visit = pl.col("first_visit") + (pl.col("count") - 1) // pl.col("clocks")
    # The last study is in the last twelve years; earlier ones may be at any time before.
    until_last_visit = _look(practice.visit_day, protocol * VISITS + last_visit)
    begin = LAST_DAY - _up_to("when", 0, 0, 4_400) - until_last_visit
    frame = frame.with_columns(begin=begin, is_operated=_die("given", 1) < _look(practice.operated, protocol))
    diagnosis, surgery = pl.col("begin") - _up_to("when", 1, 60, 300), pl.col("begin") - _up_to("when", 2, 0, 45)
    irradiated = pl.when(_die("given", 2) < _look(practice.irradiated, protocol)).then(surgery + 28)
    frame = frame.with_columns(
        diagnosis_date=pl.when(_die("later", 2) < 3_980).then(diagnosis),
        treatment_end_date=pl.when(_die("given", 0) < 3_600).then("begin"),
        surgery_date=pl.when("is_operated").then(surgery),
        progression_date=pl.when(_die("given", 3) < 750).then(pl.col("begin") + _up_to("later", 0, 200, 3_000)),
        follow_up_end_date=pl.when(_die("given", 4) < 250).then(pl.col("begin") + _up_to("later", 1, 400, 4_500)),
        death_date=pl.when(_die("later", 4) < 120).then(
            pl.col("begin") + until_last_visit + _up_to("when", 3, -30, 60)
        ),
    )
    # Every other patient with a progression is irradiated again; the row then gives this radiation.
    again = pl.when(_die("later", 3) < SIDES // 2).then(pl.col("progression_date") + 30)
    frame = frame.with_columns(radiation_start_date=pl.coalesce(again, irradiated))
    return frame.with_columns(radiation_end_date=pl.col("radiation_start_date") + 42).drop(*draws)


def _events(patients: pl.DataFrame, practice: Practice, first: int, seed: int) -> pl.DataFrame:
    """Return the events of a block of patients as rows of text."""
    counts = patients["count"]
    at = pl.select(pl.int_range(len(patients), dtype=pl.UInt32)).to_series().repeat_by(counts).explode()
    turn = pl.select(pl.int_ranges(0, pl.lit(counts), dtype=pl.Int32)).to_series().explode()
    frame = patients[at].with_columns(turn=turn, row=pl.int_range(first, first + len(at), dtype=pl.UInt64, eager=True))
    frame = frame.with_columns(drawn(name, seed, pl.col("row")).alias(name) for name in ("event", "words", "cell"))
    visit = pl.col("first_visit") + pl.col("turn") // pl.col("clocks")
    clock = (pl.col("protocol") * len(SITE_NAMES) + pl.col("site")) * CLOCKS + pl.col("turn") % pl.col("clocks")
    frame = frame.with_columns(
        day=pl.col("begin")
        + _look(practice.visit_day, pl.col("protocol") * VISITS + visit)
        + _look(JITTER, _die("event", 0)),
        study=_look(practice.study, clock * STUDY_SIDES + _die("event", 1) // (SIDES // STUDY_SIDES)),
    )
    has_relapsed = (pl.col("day") >= pl.col("progression_date")).fill_null(value=False)
    frame = frame.with_columns(
        protocol=pl.when(has_relapsed).then(_look(practice.after_relapse, pl.col("protocol"))).otherwise("protocol"),
        written=pl.col("study") * 3 + _look(WRITTEN, _die("event", 2)),
    )
    cells = _cells(practice)
    return frame.select(**cells).select(**_with_slips(cells))


def _cells(practice: Practice) -> dict[str, pl.Expr]:
    """Return the text of every cell, and `broken`: the number (from 1) of an error in _SLIPS, or 0 for none."""
    is_last = pl.col("turn") == pl.col("count") - 1
    die = _die("event", 3)
    dates = ("diagnosis", "treatment_end", "surgery", "radiation_start", "radiation_end", "progression")
    return {
        "patient_id": pl.format("P{}", pl.col("patient").cast(pl.String).str.zfill(9)),
        "protocol": _look(practice.names, pl.col("protocol")),
        **{name: _look(words, pl.col("written")) for name, words in practice.written.items()},
        "date": _date(pl.col("day")),
        "status": pl.when(is_last).then(_look(STATUSES_OF_LAST, die)).otherwise(_look(STATUSES, die)),
        **{f"{name}_date": _date(pl.col(f"{name}_date")) for name in dates},
        **{name: _date(pl.col(name)) for name in ("follow_up_end_date", "death_date")},
        "primary_site": _look(pl.Series(SITE_NAMES, dtype=pl.String), pl.col("site")),
        **{name: _look(words, _die("words", number)) for number, (name, words) in enumerate(WORDS.items())},
        "claim": pl.format("CLM-2026-{}", pl.col("row").cast(pl.String).str.zfill(12)),
        "facility": pl.format("FAC-{}", (_die("cell", 2) // 4).cast(pl.String).str.zfill(6)),
        "broken": pl.when(_die("cell", 0) < BROKEN).then(1 + _die("cell", 1) % len(_SLIPS)).otherwise(0),
    }


_SLIPS: tuple[tuple[str, str | None], ...] = (
    ("date", "2022-02-30"),
    ("date", "03/04/2021"),
    ("date", "n/a"),
    ("date", None),
    ("protocol", "bone.osteosarkoma"),
    ("region", "c-spine"),
    ("status", "done"),
    ("symptoms_new_or_progressing", "maybe"),
    ("patient_id", None),
    ("treatment_end_date", "2021-13-01"),
    ("surgery_date", "0204-01-01"),
)
"""Errors as column and unreadable text, all equally frequent."""


def _with_slips(names: Iterable[str]) -> dict[str, pl.Expr]:
    """Return the cells by name, with the errors of _SLIPS in the rows that have one."""
    cells = {name: pl.col(name) for name in names if name != "broken"}
    for number, (name, text) in enumerate(_SLIPS, start=1):
        slipped = pl.when(pl.col("broken") == number)
        cells[name] = slipped.then(pl.lit(text, dtype=pl.String)).otherwise(cells[name])
    return cells


def main() -> None:
    """Write the cohort that the command line describes."""
    parser = argparse.ArgumentParser(description="Write a seeded cohort of imaging events.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--shuffled", action="store_true", help="rows in no order")
    parser.add_argument("--facts", action="store_true", help="a filled column for every fact of the edition")
    args = parser.parse_args()
    facts = CURRENT.facts if args.facts else ()
    write_cohort(args.out, args.rows, facts, args.seed, shuffled=args.shuffled)


if __name__ == "__main__":
    main()
