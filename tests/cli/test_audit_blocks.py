"""`vigil audit` of files of several blocks: every way in and out, failures in the middle, and the progress line.

The requests are those of an MRI of the cervical spine in osteosarcoma treated up to 2026-01-15, due every 3 months.
"""

import csv
import errno
import gzip
import os
import subprocess
import sys
from io import BytesIO, StringIO, TextIOWrapper
from itertools import count
from pathlib import Path

import polars as pl
import pytest
from support.block_sizes import as_csv, as_parquet
from support.paths import ROOT

from spine_vigil.cli.main import main
from spine_vigil.scheduler.cohort.audit.file_audit import FiledAudit
from spine_vigil.scheduler.cohort.compiled.csv_lines import Lines
from spine_vigil.scheduler.cohort.events import csv_file, typed_rows
from spine_vigil.scheduler.cohort.pieces import FramePiece, Piece
from spine_vigil.scheduler.errors import FileError

REQUEST = {
    "patient_id": "P1",
    "protocol": "bone.osteosarcoma",
    "modality": "MRI",
    "region": "cervical_spine",
    "date": "2026-04-15",
    "status": "requested",
    "treatment_end_date": "2026-01-15",
    "primary_site": "cervical_spine",
    "note": "",
}
ROWS = [
    REQUEST | change
    for change in (
        {"date": "2026-07-10"},
        {"patient_id": "P2", "note": "a, b"},
        {"patient_id": "P3", "date": "x"},
        {"patient_id": "P4", "note": "=1+1"},
        {"patient_id": "P5", "status": "cancelled"},
        {"patient_id": "P6", "date": "2026-04-05"},
        {"date": "2026-04-20", "status": "performed"},
    )
]
DECIDED = [
    # decision, reason, why
    ("outside", "early", "done on 2026-04-20, so due on 2026-07-20 with a grace of 9 days"),
    ("within", "on_schedule", "3 months after treatment"),
    ("invalid", "bad_row", "no date"),
    ("within", "on_schedule", "3 months after treatment"),
    ("", "cancelled", "not judged"),
    ("outside", "early", "the day before the grace"),
    ("within", "within_grace", "5 days after the window"),
]
EVENTS = {
    "events.csv": as_csv(ROWS),
    "events.csv.gz": gzip.compress(as_csv(ROWS), mtime=0),
    "windows.csv": as_csv(ROWS, end="\r\n"),
    "events.parquet": as_parquet(ROWS),
}
FEW = 260
"""Bytes that hold the header or two rows."""


@pytest.fixture
def vigil(monkeypatch, capsysbinary, tmp_path):
    """Run `vigil audit` in this process and in `tmp_path`; return exit code, standard output and standard error.

    Every look at the clock is a second later than the one before.
    """
    monkeypatch.chdir(tmp_path)
    for name, data in EVENTS.items():
        Path(name).write_bytes(data)

    def run(*args, stdin=b"", is_terminal=False):
        seconds = count(100)
        monkeypatch.setattr("spine_vigil.cli.output.progress.time.monotonic", lambda: float(next(seconds)))
        monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
        monkeypatch.setattr(sys, "argv", ["vigil", "audit", *args])
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin)))
        with pytest.raises(SystemExit) as done:
            main()
        said = capsysbinary.readouterr()
        return done.value.code or 0, said.out, said.err.decode()

    return run


@pytest.fixture
def few(monkeypatch):
    """Let a block hold a row or two."""
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", FEW)
    monkeypatch.setattr(csv_file, "_TAIL", FEW)
    monkeypatch.setattr(typed_rows, "BLOCK_ROWS", 2)


def left_behind():
    return sorted(path.name for path in Path().iterdir() if path.name not in EVENTS)


def read_output(name, out):
    """Return decision and reason of every row of an output."""
    if name.endswith(".parquet"):
        rows = pl.read_parquet(name).with_columns(pl.col(pl.String).fill_null("")).to_dicts()
    else:
        data = out if name == "-" else Path(name).read_bytes()
        text = gzip.decompress(data) if name.endswith(".gz") else data
        rows = list(csv.DictReader(StringIO(text.decode(), newline="")))
    return [(row["decision"], row["reason"]) for row in rows]


@pytest.mark.parametrize("output", ["out.csv", "out.csv.gz", "out.parquet", "-"])
@pytest.mark.parametrize("events", [*EVENTS, "-"])
@pytest.mark.usefixtures("few")
def test_every_way_in_and_out_goes_through_blocks(vigil, events, output):
    code, out, err = vigil(events, "-o", output, stdin=EVENTS["events.csv"])
    assert (code, err.splitlines()[0].partition(" by ")[0]) == (0, "7 rows")
    assert read_output(output, out) == [(decision, reason) for decision, reason, _ in DECIDED]
    assert left_behind() == ([] if output == "-" else [output])


@pytest.mark.slow
@pytest.mark.parametrize("output", ["out.csv", "-"])
@pytest.mark.parametrize("events", EVENTS)
def test_blocks_change_no_byte_of_a_csv(vigil, monkeypatch, events, output):
    found = []
    for size in (1 << 24, 5 * FEW, FEW):
        monkeypatch.setattr(csv_file, "BLOCK_BYTES", size)
        monkeypatch.setattr(csv_file, "_TAIL", min(size, 1 << 16))
        monkeypatch.setattr(typed_rows, "BLOCK_ROWS", size // 100)
        said = vigil(events, "-o", output)
        found.append((said, Path(output).read_bytes() if output != "-" else b""))
    assert found[1:] == found[:1] * 2


@pytest.mark.usefixtures("few")
def test_a_patients_file_fills_the_rows_of_every_block(vigil):
    empty = [row | {"protocol": "", "treatment_end_date": ""} for row in ROWS]
    Path("patients.csv").write_text(
        "patient_id,protocol,treatment_end_date\n"
        + "".join(f"P{n},bone.osteosarcoma,2026-01-15\n" for n in (1, 2, 4, 6, 9)),
        encoding="utf-8",
    )
    code, out, err = vigil("-", "-o", "-", "--patients", "patients.csv", stdin=as_csv(empty))
    assert code == 0
    assert read_output("-", out) == [(decision, reason) for decision, reason, _ in DECIDED]
    assert "patients.csv: 4 of 5 patients have an event" in err


WRITERS = {
    "out.csv": (FramePiece, "write_to"),
    "out.csv.gz": (Piece, "packed"),
    "out.parquet": (FiledAudit, "_block_as_frame"),
}
FAILURES = [
    # what happens, exit code, what is said, why
    (OSError(errno.ENOSPC, "No space left on device"), 2, "No space left on device; check the free space", "Python's"),
    (
        pl.exceptions.ComputeError("No space left on device (os error 28)"),
        2,
        "No space left on device (os error 28); check the free space",
        "polars' word for it",
    ),
    (KeyboardInterrupt(), 130, "vigil: stopped", "stopped by hand"),
    (FileError("events.parquet is damaged; copy it again"), 2, "vigil: events.parquet is damaged", "a damaged input"),
]


@pytest.mark.parametrize("call", [1, 3], ids=["first piece", "third piece"])
@pytest.mark.parametrize("output", WRITERS)
@pytest.mark.parametrize(("problem", "code", "said", "why"), FAILURES, ids=[why for *_, why in FAILURES])
@pytest.mark.usefixtures("few")
def test_a_failure_while_results_are_written_is_one_message_and_leaves_nothing(
    vigil, monkeypatch, problem, code, said, why, output, call
):
    owner, name = WRITERS[output]
    usual, calls = getattr(owner, name), count(1)

    def failing(*given):
        if next(calls) >= call:
            raise problem
        return usual(*given)

    monkeypatch.setattr(owner, name, failing)
    found, out, err = vigil("events.parquet", "-o", output)
    assert (found, out, left_behind()) == (code, b"", []), why
    assert said in err
    assert len(err.strip().splitlines()) == 1, why


STOPPED = """
import os, signal
from spine_vigil.cli.main import run
from spine_vigil.cli.output.progress import Progress
from spine_vigil.scheduler.cohort.events import csv_file

stops = [signal.{how}]

def show(self, text, *_):
    if text.startswith({phase!r}) and stops:
        os.kill(os.getpid(), stops.pop())

Progress.show = show
csv_file.BLOCK_BYTES = csv_file._TAIL = {few}
run()
"""
"""The program in blocks of a row or two, stopped when it first says what it does."""


@pytest.mark.slow
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("phase", ["reading", "deciding"])
@pytest.mark.parametrize("output", ["out.csv", "out.csv.gz", "out.parquet"])
def test_a_run_that_is_stopped_by_hand_or_by_its_scheduler_leaves_nothing(tmp_path, output, phase, how):
    (tmp_path / "events.csv").write_bytes(EVENTS["events.csv"])
    (tmp_path / output).write_bytes(b"old")
    command = [
        sys.executable,
        "-W",
        "error",
        "-c",
        STOPPED.format(phase=phase, few=FEW, how=how),
        "audit",
        "events.csv",
        "-o",
        output,
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, "", "vigil: stopped")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events.csv", output]
    assert (tmp_path / output).read_bytes() == b"old"


def test_a_parquet_file_that_is_damaged_inside_is_one_message_and_leaves_nothing(vigil):
    data = bytearray(as_parquet([REQUEST | {"patient_id": f"P{n}"} for n in range(1000)]))
    data[100:2000] = b"\xff" * 1900
    Path("damaged.parquet").write_bytes(data)
    code, out, err = vigil("damaged.parquet", "-o", "out.csv")
    assert (code, out, left_behind()) == (2, b"", ["damaged.parquet"])
    assert err == "vigil: damaged.parquet is a damaged Parquet file; write or copy it again\n"


@pytest.mark.usefixtures("few")
def test_the_progress_line_counts_up_on_a_terminal_and_goes(vigil):
    _, _, err = vigil("events.parquet", "-o", "out.csv", is_terminal=True)
    *shown, rest = err.split("\033[K")
    assert [line.lstrip("\r") for line in shown] == [
        "reading events.parquet: 4 rows,  29%, 2 rows/s, 5 s left",
        "reading events.parquet: 6 rows,  43%, 2 rows/s, 4 s left",
        "reading events.parquet: 7 rows,  50%, 2 rows/s, 4 s left",
        "",
        "deciding events.parquet: 2 rows,  64%, 2 rows/s, 3 s left",
        "deciding events.parquet: 4 rows,  79%, 2 rows/s, 2 s left",
        "deciding events.parquet: 6 rows,  93%, 2 rows/s, 1 s left",
        "deciding events.parquet: 7 rows, 100%, 2 rows/s, 0 s left",
        "",
    ]
    assert rest.startswith("7 rows by ")


@pytest.mark.usefixtures("few")
def test_what_goes_wrong_is_said_on_a_line_of_its_own(vigil, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FramePiece, "write_to", full)
    _, _, err = vigil("events.parquet", "-o", "out.csv", is_terminal=True)
    assert err.rpartition("\r\033[K")[2].startswith("vigil: cannot write out.csv: No space left on device")


@pytest.mark.slow
@pytest.mark.usefixtures("few")
def test_a_disk_that_is_full_while_a_large_file_is_written_is_told_and_leaves_nothing(vigil, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(csv_file, "COMPILED_BYTES", 0)
    monkeypatch.setattr(Lines, "write_to", full)
    code, _, err = vigil("windows.csv", "-o", "out.csv")
    assert (code, left_behind()) == (2, [])
    assert "vigil: cannot write out.csv: No space left on device" in err


@pytest.mark.usefixtures("few")
def test_what_is_said_of_a_patients_file_stands_on_a_line_of_its_own(vigil):
    Path("patients.csv").write_text("patient_id,protocol\nP1,bone.osteosarcoma\n", encoding="utf-8")
    _, _, err = vigil("events.parquet", "-o", "-", "--patients", "patients.csv", is_terminal=True)
    assert "\r\033[Kvigil: patients.csv: 1 of 1 patients have an event\n" in err


@pytest.mark.usefixtures("few")
def test_a_log_shows_no_progress(vigil):
    assert vigil("events.parquet", "-o", "out.csv")[2].startswith("7 rows by ")
