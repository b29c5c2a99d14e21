"""What is said before Spark starts: what has to be installed, which files it reads, and where results may go."""

import subprocess
import sys

import polars as pl
import pytest

from spine_vigil.scheduler.cohort.cluster import spark_files, spark_session
from spine_vigil.scheduler.cohort.cluster.spark import BLANKS
from spine_vigil.scheduler.cohort.cluster.spark_lines import spark_path
from spine_vigil.scheduler.errors import FileError, VigilError

EVENTS = "patient_id,cpt,date\nP1,72141,2026-04-15\n"
JAVA = 'openjdk version "{}" 2025-04-15\nOpenJDK Runtime Environment\n'


@pytest.fixture
def events(tmp_path):
    (tmp_path / "events.csv").write_text(EVENTS, encoding="utf-8")
    return tmp_path / "events.csv"


@pytest.fixture
def installed(monkeypatch):
    """Say which packages are there, and what Java says of its version (None: there is no Java)."""

    def setting(java, packages=("pyspark", "pyarrow", "pandas")):
        def run(command, **_):
            if java is None:
                raise FileNotFoundError(command[0])
            return subprocess.CompletedProcess(command, 0, "", JAVA.format(java))

        monkeypatch.setattr(spark_session, "find_spec", lambda name: name if name in packages else None)
        monkeypatch.setattr(spark_session.subprocess, "run", run)

    return setting


LACKING = [
    # Java, packages, what is said, why
    ("17.0.15", (), 'pyspark and pyarrow and pandas, not installed here; run: pip install "pandas', "nothing"),
    ("17.0.15", ("pyarrow", "pandas"), "needs pyspark, not installed here", "Spark alone"),
    (None, ("pyspark", "pyarrow", "pandas"), "needs Java, and 'java' does not run; install Java 17", "no Java"),
    ("16.0.2", ("pyspark", "pyarrow", "pandas"), "needs Java 17, and 'java' is 16; install Java 17", "an older Java"),
    ("1.8.0_402", ("pyspark", "pyarrow", "pandas"), "needs Java 17, and 'java' is 1;", "a much older one"),
]


@pytest.mark.parametrize(("java", "packages", "said", "why"), LACKING, ids=[why for *_, why in LACKING])
def test_what_is_missing_says_what_to_install(vigil, monkeypatch, installed, events, java, packages, said, why):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    installed(java, packages)
    code, out, err = vigil("audit", events, "-o", events.parent / "out.csv", "--engine", "spark")
    assert (code, out, sorted(events.parent.iterdir())) == (2, "", [events]), why
    assert said in err


@pytest.mark.parametrize("java", ["17", "17.0.15", "21.0.1"])
def test_java_17_and_later_will_do(installed, java):
    installed(java)
    assert spark_session.check_installed() is None


def test_the_java_that_is_named_is_the_one_that_is_asked(monkeypatch, installed):
    monkeypatch.setenv("JAVA_HOME", "/opt/java")
    installed(None)
    with pytest.raises(VigilError, match="'/opt/java/bin/java' does not run"):
        spark_session.check_installed()


REFUSED = [
    # options behind EVENTS, what is said
    (["-o", "out.csv", "--engine", "spark", "--shard", "1/2"], "--shard is for machines without Spark"),
    (["-o", "out.csv", "--master", "local[2]"], "add --engine spark"),
    (["-o", "-", "--engine", "spark"], "EVENTS and -o cannot be -"),
    (["-o", "out.txt", "--engine", "spark"], "must end in .csv, .csv.gz or .parquet"),
    (["-o", "there.csv", "--engine", "spark"], "is there already; remove it"),
    (["-o", "nowhere/out.csv", "--engine", "spark"], "there is no folder nowhere; make it first"),
    (["-o", "out.csv", "--engine", "spark", "--map", "MRN=patient_id"], "has no column 'MRN'"),
    (["-o", "out.csv", "--engine", "dask"], "dask"),
]


@pytest.mark.parametrize(("options", "said"), REFUSED, ids=[" ".join(options) for options, _ in REFUSED])
def test_what_does_not_go_with_spark_is_one_message(vigil, monkeypatch, installed, events, options, said):
    installed("17")
    monkeypatch.chdir(events.parent)
    (events.parent / "there.csv").mkdir()
    code, out, err = vigil("audit", "events.csv", *options)
    assert (code, out) == (2, "")
    assert said in err
    assert sorted(path.name for path in events.parent.iterdir()) == ["events.csv", "there.csv"]


def test_standard_input_does_not_go_with_spark(vigil, installed, tmp_path):
    installed("17")
    code, _, err = vigil("audit", "-", "-o", tmp_path / "out.csv", "--engine", "spark")
    assert (code, "EVENTS and -o cannot be -" in err) == (2, True)


UNREAD = [
    # name, data, what is said
    ("_events.csv", b"x", "start with _ or ."),
    (".events.csv", b"x", "start with _ or ."),
    ("events.csv", b"\x1f\x8b", "which Spark knows by the ending .gz alone"),
    ("events.csv.gz", b"x", "ends in .gz and is not gzip"),
]


@pytest.mark.parametrize(("name", "data", "said"), UNREAD)
def test_a_file_that_spark_would_take_for_another_is_refused(tmp_path, name, data, said):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FileError, match=said):
        spark_files.check_readable(tmp_path / name)


@pytest.mark.parametrize(("name", "data"), [("events.csv", b"x"), ("events.csv.gz", b"\x1f\x8b"), ("events.csv", b"")])
def test_other_files_are_read(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    assert spark_files.check_readable(tmp_path / name) is None


def test_a_path_is_no_pattern(tmp_path):
    assert spark_path(tmp_path / "a*[1].csv") == f"file://{tmp_path}/a\\*\\[1\\].csv"


SAID = [
    (
        "x\n  spine_vigil.scheduler.errors.FileError: the table has no date; add one.\nCaused by: y: z",
        "the table has no date; add one",
    ),
    ("Job aborted.\n\nCaused by: java.io.IOException: No space left on device\n\tat x", "No space left on device"),
    ("[INVALID_URL] no such master.", "[INVALID_URL] no such master"),
    ("", "ValueError"),
]


@pytest.mark.parametrize(("text", "said"), SAID)
def test_what_goes_wrong_in_spark_is_said_in_one_line(text, said):
    assert spark_session._message_of(ValueError(text)) == said


def test_spark_is_imported_only_where_it_is_asked_for():
    program = (
        "import sys, spine_vigil.cli.audit\nsys.exit(str({'pyspark', 'pyarrow', 'pandas'} & set(sys.modules) or 0))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "0\n")


def test_ids_are_trimmed_of_what_the_reader_of_cells_trims():
    characters = pl.Series([chr(n) for n in range(0x110000) if not 0xD800 <= n < 0xE000])
    assert set(characters.filter(characters.str.strip_chars() == "")) == set(BLANKS)
