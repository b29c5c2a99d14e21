"""`vigil audit --engine spark` against the local engine, on a real Spark: the same rows, in no order."""

import csv
import gzip
import os
import subprocess
import sys
from contextlib import contextmanager
from io import StringIO
from random import Random

import polars as pl
import pytest
from support.block_sizes import as_csv
from support.indicated_cohorts import indicated_cohort
from support.paths import ROOT
from support.random_cohorts import random_cohort
from support.tables import patient_cells, read_table

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.cohort.cluster import spark_files, spark_lines, spark_session

pytestmark = pytest.mark.external

SAMPLES = ROOT / "sample_cohorts"
HEADER = "patient_id,protocol,cpt,date,status,treatment_end_date,primary_site,note"
REQUEST = "P1,bone.osteosarcoma,72141,2026-07-10,requested,2026-01-15,cervical_spine,"
DONE = "P1,bone.osteosarcoma,72141,2026-04-20,performed,2026-01-15,cervical_spine,"


@pytest.fixture(scope="module")
def session():
    """Yield one session of Spark for all tests of this file."""
    with spark_session.spark_session("local[2]", shows_progress=False) as spark:
        yield spark


@pytest.fixture
def both(session, vigil, monkeypatch, tmp_path):
    """Audit a file by both engines; return what each says and the rows of each, in one order."""

    @contextmanager
    def shared(_master, *, shows_progress):
        assert not shows_progress
        yield session

    monkeypatch.setattr("spine_vigil.scheduler.cohort.cluster.spark_session.spark_session", shared)
    monkeypatch.setattr(spark_files, "_LEAST_OF_A_PART", 200)
    monkeypatch.setitem(os.environ, "TMPDIR", str(tmp_path))

    def run(events, *options, suffix=".csv"):
        told, found = [], []
        for engine in ("local", "spark"):
            output = tmp_path / f"{engine}{suffix}"
            code, out, err = vigil("audit", events, "-o", output, *options, "--engine", engine)
            told.append((code, out, err.replace(str(output), "the output")))
            found.append(rows_of(output, suffix))
        return told, found

    return run


def rows_of(output, suffix):
    """Return the header and the sorted rows of a file, or of all part files of a folder."""
    files = sorted(output.glob("part-*")) if output.is_dir() else [output]
    if suffix == ".parquet":
        table = pl.concat([pl.read_parquet(file) for file in files])
        return table.schema, sorted(map(repr, table.rows()))
    tables = []
    for file in files:
        data = gzip.decompress(file.read_bytes()) if suffix == ".csv.gz" else file.read_bytes()
        tables.append(list(csv.reader(StringIO(data.decode(), newline=""))))
    headers = {tuple(table[0]) for table in tables}
    assert len(headers) == 1
    return headers.pop(), sorted(row for table in tables for row in table[1:])


def case_rows():
    """Return the events of the case tables: of requests, of first windows and of the ends of schedules."""
    results = {*RESULT_COLUMNS, "why"}
    rows = [{name: cell for name, cell in case.items() if name not in results} for case in read_table("requests")]
    for number, case in enumerate(read_table("first_windows")):
        rows += [patient_cells(case, patient_id=f"W{number}", date=case[day]) for day in ("opens", "closes")]
    for number, case in enumerate(read_table("schedule_ends")):
        rows.append(patient_cells(case, patient_id=f"E{number}", date=case["date"]))
        rows.append(patient_cells(case, patient_id=f"E{number}", date=case["last_study"], status="performed"))
    return rows


COHORTS = {
    **{path.stem: path.read_bytes() for path in sorted(SAMPLES.glob("[acd]*.csv"))},
    "the case tables": as_csv(case_rows()),
    "random": as_csv(random_cohort(Random(21), CURRENT, patients=40, rows=5)),  # noqa: S311 - not for secrets
    "indications": as_csv(indicated_cohort(Random(22), CURRENT, patients=30, rows=4), end="\r\n"),  # noqa: S311 - likewise
}


@pytest.mark.parametrize("name", COHORTS)
def test_a_cohort_is_decided_as_by_the_local_engine(both, tmp_path, name):
    (tmp_path / "events.csv").write_bytes(COHORTS[name])
    told, found = both(tmp_path / "events.csv")
    assert told[0] == told[1]
    assert found[0] == found[1]


DAMAGED = "\n".join(
    [
        "\ufeff",
        HEADER,
        "",
        REQUEST,
        DONE + '"two\n\nlines"',
        "P2" + REQUEST[2:] + '"a, ""b"""',
        '" P1 "' + REQUEST[2:] + "x",
        '"P3",' + ",".join(REQUEST.split(",")[1:]) + "=1+1",
        "P3" + DONE[2:] + "\u00e9",
        "P4" + REQUEST[2:] + '"stray',
        "P5" + REQUEST[2:] + 'a"b',
        "P6,x",
        "   ",
        "," + REQUEST[3:] + "nobody",
        " ," + REQUEST[3:] + "nobody either",
        "P7" + REQUEST[2:] + "\0",
        "P8" + REQUEST[2:] + "x,y",
        "P9" + REQUEST[2:].replace("2026-07-10", "x") + '"open\n' + DONE,
        "\u00a0P2\u2003" + DONE[2:],
        REQUEST + '"last',
    ]
).encode()


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["unix", "windows", "mac"])
@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet"])
def test_damaged_lines_and_rows_that_span_lines_come_out_as_by_the_local_engine(both, tmp_path, end, suffix):
    (tmp_path / "events.csv").write_bytes(DAMAGED.replace(b"\n", end).replace(b"P6,x", b"P6,\xff"))
    told, found = both(tmp_path / "events.csv", suffix=suffix)
    assert told[0] == told[1]
    assert found[0] == found[1]
    decisions = [line.split()[0] for line in told[1][2].splitlines()]
    assert {"within", "outside", "invalid"} <= set(decisions)


def test_the_number_of_a_line_counts_those_of_every_split(both, session, tmp_path):
    session.conf.set("spark.sql.files.maxPartitionBytes", 300)
    lines = [HEADER, *(f"P{n},,72141,2026-04-1{n % 10},,,," for n in range(60)), "P99,,72141,x,,,,"]
    (tmp_path / "events.csv").write_text("\n".join(lines), encoding="utf-8")
    _, found = both(tmp_path / "events.csv")
    session.conf.unset("spark.sql.files.maxPartitionBytes")
    assert found[0] == found[1]
    assert "Line 62: column date" in str(found[1])


ROWS = random_cohort(Random(23), CURRENT, patients=20, rows=4)  # noqa: S311 - not for secrets
OPTIONS = [
    ["--columns", "decision,opens", "--grace-days", "0"],
    ["--explain", "none", "--readings", "all"],
    ["--reading", "bone.chordoma/chest=annual_ct", "--fail-on", "invalid"],
]


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: options[0])
def test_options_mean_what_they_mean_to_the_local_engine(both, tmp_path, options):
    (tmp_path / "events.csv").write_bytes(as_csv([*ROWS, ROWS[0] | {"date": "x"}]))
    told, found = both(tmp_path / "events.csv", *options)
    assert told[0] == told[1]
    assert found[0] == found[1]


def test_a_payers_files_are_decided_as_by_the_local_engine(both):
    told, found = both(
        SAMPLES / "payer.csv",
        *("--map-file", SAMPLES / "payer.toml", "--patients", SAMPLES / "payer_patients.csv"),
        *("--date-format", "%m/%d/%Y"),
    )
    assert told[0] == told[1]
    assert "patients have an event" in told[1][2]
    assert found[0] == found[1]


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_a_parquet_file_is_decided_as_by_the_local_engine(both, tmp_path, suffix):
    rows = pl.DataFrame([*ROWS, ROWS[0] | {"date": "x"}])
    rows = rows.rename({"status": "Status.of study"})
    typed = rows.with_columns(pl.col("treatment_end_date").str.to_date("%Y-%m-%d", strict=False), number=pl.lit(7))
    typed.write_parquet(tmp_path / "events [1].parquet")
    told, found = both(tmp_path / "events [1].parquet", "--map", "Status.of study=status", suffix=suffix)
    assert told[0] == told[1]
    assert found[0] == found[1]
    assert f"Line {len(ROWS) + 1}: column date" in str(found[1])


def test_a_file_without_a_row_gives_a_header(both, tmp_path):
    (tmp_path / "events.csv").write_text(HEADER, encoding="utf-8")
    told, found = both(tmp_path / "events.csv")
    assert told[0] == told[1]
    assert found[0] == found[1]


def refused(vigil, tmp_path, events, *options, output="out.csv"):
    before = sorted(tmp_path.iterdir())
    code, out, err = vigil("audit", events, "-o", tmp_path / output, "--engine", "spark", *options)
    assert (code, out, sorted(tmp_path.iterdir())) == (2, "", before)
    return err


@pytest.mark.usefixtures("both")
def test_more_open_quotes_than_can_be_followed_up_say_what_to_do(vigil, monkeypatch, tmp_path):
    monkeypatch.setattr(spark_lines, "MOST_OPEN", 1)
    (tmp_path / "events.csv").write_text(f'{HEADER}\n{REQUEST}"a\nb"\n', encoding="utf-8")
    assert "2 lines that open a quote" in refused(vigil, tmp_path, tmp_path / "events.csv")


@pytest.mark.usefixtures("both")
def test_a_run_that_fails_leaves_nothing_and_says_why_in_one_line(vigil, monkeypatch, tmp_path):
    (tmp_path / "events.csv").write_text(f"{HEADER}\n{REQUEST}\n", encoding="utf-8")

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("spine_vigil.scheduler.cohort.cluster.spark_files._write", broken)
    err = refused(vigil, tmp_path, tmp_path / "events.csv")
    assert err.splitlines() == [
        f"vigil: cannot write {tmp_path / 'out.csv'}: No space left on device; check the free space and the permissions"
    ]


def test_a_process_of_its_own_starts_spark_and_says_what_the_local_engine_says(tmp_path):
    """The whole program with a Spark of its own: nothing of Spark's talk reaches standard error but what Java says."""
    command = [
        sys.executable,
        "-c",
        "from spine_vigil.cli.main import run; run()",
        "audit",
        SAMPLES / "dirty.csv",
        "-o",
    ]
    told = []
    for output, options in (("out.csv", []), ("out-spark.csv", ["--engine", "spark", "--master", "local[1]"])):
        done = subprocess.run(
            [*command, tmp_path / output, *options],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        err = done.stderr.replace(output, "the output")
        said = [line for line in err.splitlines() if "jdk.incubator" not in line]
        told.append((done.returncode, done.stdout, said))
    assert told[0] == told[1]
    assert (tmp_path / "out-spark.csv" / "_SUCCESS").exists()
    assert rows_of(tmp_path / "out.csv", ".csv") == rows_of(tmp_path / "out-spark.csv", ".csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out-spark.csv", "out.csv"]
