"""Standard streams that are closed, full or of a narrow encoding: results and exit codes stay what they are."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.events_files import write_lines
from support.paths import ROOT

PROGRAM = [sys.executable, "-W", "error", "-c", "from spine_vigil.cli.main import run; run()"]
CLOSED = [" ".join(closed) for count in (1, 2, 3) for closed in itertools.combinations(["<&-", ">&-", "2>&-"], count)]
"""All ways to close some of the standard streams, as a shell writes them."""

SNOWMAN = "Łé-☃"
HEADER = "patient_id,protocol,modality,region,date,status,treatment_end_date,primary_site"
ROWS = [
    f"{SNOWMAN},bone.osteosarcoma,MRI,cervical_spine,2026-04-15,performed,2026-01-15,cervical_spine",
    f"{SNOWMAN},bone.osteosarcoma,MRI,cervical_spine,2026-06-15,requested,2026-01-15,cervical_spine",
]
AS_OF = "--as-of 2026-05-01"


@pytest.fixture(autouse=True)
def site(tmp_path, monkeypatch):
    """Work in a folder with an events file whose ids few encodings have."""
    monkeypatch.chdir(tmp_path)
    write_lines(Path("events.csv"), HEADER, *ROWS)


def shell(line, redirected="", **environment):
    """Run `vigil` by a shell that redirects its streams, in a process of its own."""
    return subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {line} {redirected}', "sh", *PROGRAM],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        check=False,
    )


CHECK = (
    'check --study "MRI cervical_spine" --protocol bone.osteosarcoma --index treatment_end=2026-01-15'
    " --primary-site cervical_spine --date"
)
DECISIONS = [
    # a request, its exit code, why
    (f"{CHECK} 2026-04-15", 0, "within"),
    (f"{CHECK} 2026-04-05", 1, "outside"),
    (f"{CHECK} 2026-02-30", 2, "no date"),
    ("check --study 72141 --date 2026-04-15 --format json", 3, "needs_info"),
    (f"{CHECK} 2026-01-14", 4, "refer"),
]


@pytest.mark.parametrize("closed", CLOSED)
def test_a_decision_has_its_code_whatever_streams_are_closed(closed):
    for request, code, why in DECISIONS:
        done = shell(request, closed)
        assert (done.returncode, b"Traceback" in done.stderr) == (code, False), why


COMMANDS = [
    # a command, why its streams matter
    ("windows --protocol bone.osteosarcoma --index treatment_end=2026-01-15", "text"),
    ("audit events.csv -o out.csv", "a summary on standard error"),
    (f"due events.csv {AS_OF}", "a table, wider on a terminal"),
    (f"due events.csv {AS_OF} -o out.csv", "a file and a report"),
    (f"calendar events.csv -o out.ics {AS_OF} --secret-file secret", "a file and a report"),
    (f"timeline events.csv --cohort -o out.svg {AS_OF}", "a picture and text"),
    ("protocols list", "text"),
    ("protocols validate", "text"),
    ("facts --format json", "JSON"),
    ("template", "a header"),
    ("--help", "text without a command"),
]


@pytest.mark.slow
@pytest.mark.parametrize("closed", CLOSED)
@pytest.mark.parametrize(("command", "why"), COMMANDS, ids=[command.partition(" -")[0] for command, _ in COMMANDS])
def test_every_command_runs_whatever_streams_are_closed(closed, command, why):
    whole = shell(command)
    files = {path.name: path.read_bytes() for path in Path().glob("out.*") if path.suffix != ".ics"}
    for path in Path().glob("out.*"):
        path.unlink()
    done = shell(command, closed)
    assert (whole.returncode, done.returncode) == (0, 0), why
    assert done.stdout == (b"" if ">&-" in closed.split() else whole.stdout)
    assert {path.name: path.read_bytes() for path in Path().glob("out.*") if path.suffix != ".ics"} == files


@pytest.mark.parametrize(
    ("command", "closed", "said"),
    [
        ("audit - -o out.csv", "<&-", "vigil: standard input is closed; give the name of a file instead of -"),
        (f"due - {AS_OF}", "<&-", "vigil: standard input is closed; give the name of a file instead of -"),
        ("audit events.csv -o -", ">&-", "vigil: standard output is closed; give -o the name of a file instead of -"),
        (f"due events.csv {AS_OF} -o -", ">&-", "vigil: standard output is closed; give -o the name of a file"),
        ("audit events.csv -o /dev/stdout", ">&-", "vigil: cannot write /dev/stdout: Bad file descriptor; "),
    ],
)
def test_a_closed_stream_that_is_asked_for_by_name_is_one_message(command, closed, said):
    done = shell(command, closed)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
    assert done.stderr.decode().startswith(said)
    assert not Path("out.csv").exists()


def test_no_output_is_written_into_a_closed_stream_that_a_file_took():
    """The first file that is opened would get the number of the stream, and messages with it."""
    whole = shell("audit events.csv -o out.csv")
    written = Path("out.csv").read_bytes()
    assert (whole.returncode, len(written) > 0) == (0, True)
    assert shell("audit events.csv -o out.csv", "<&- >&- 2>&-").returncode == 0
    assert Path("out.csv").read_bytes() == written


@pytest.mark.parametrize("name", ["stdin", "stdout", "stderr"])
@pytest.mark.parametrize("is_closed", [False, True], ids=["missing", "closed"])
def test_a_program_without_a_console_decides_as_one_with_it(name, is_closed):
    lose = f"sys.{name}.close()" if is_closed else f"sys.{name} = None"
    program = f"import sys; {lose}; from spine_vigil.cli.main import main; main()"
    for line, code, why in DECISIONS[:2]:
        done = subprocess.run(
            ["/bin/sh", "-c", f'exec "$@" {line}', "sh", sys.executable, "-c", program],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        assert done.returncode == code, why


FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux alone has a device that is full")
PRINTED = [*(command for command, _ in COMMANDS if " -o" not in command), f"{CHECK} 2026-04-15", f"{CHECK} 2026-04-05"]


@FULL
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_full_device_behind_standard_output_is_no_decision(unbuffered):
    for command in (*PRINTED, "audit events.csv -o -", f"due events.csv {AS_OF} -o -"):
        done = shell(command, "> /dev/full", PYTHONUNBUFFERED=unbuffered)
        assert done.returncode == 2, command
        assert done.stderr.decode().endswith("vigil: cannot write the output: No space left on device\n"), command


@FULL
def test_a_full_device_behind_standard_error_is_no_decision():
    for command in ("adit", f"{CHECK} 2026-02-30", "", "audit events.csv -o out.csv"):
        assert shell(command, "2> /dev/full").returncode == 2, command
    assert shell(f"{CHECK} 2026-04-05", "> /dev/full 2> /dev/full").returncode == 2
    assert shell(f"{CHECK} 2026-04-05", "2> /dev/full").returncode == 1  # which has nothing to say there


def test_standard_output_that_can_only_be_read_is_one_message():
    done = shell(f"{CHECK} 2026-04-05", "1< /dev/null")
    assert (done.returncode, done.stderr) == (2, b"vigil: cannot write the output: Bad file descriptor\n")


@pytest.mark.parametrize("command", ["--help", "check --help", "protocols list", f"{CHECK} 2026-04-05"])
def test_a_reader_that_has_gone_is_no_decision(command):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {command}', "sh", *PROGRAM],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


ENCODINGS = [
    # encoding, what is printed of an id, why
    ("utf-8", "Łé-☃", "all of it"),
    ("cp1252", "\\u0141é-\\u2603", "Windows"),
    ("latin-1", "\\u0141é-\\u2603", "old files"),
]
WITH_IDS = [
    f"due events.csv {AS_OF}",
    f"timeline events.csv --cohort -o out.svg {AS_OF} --show patient-id",
]


@pytest.mark.parametrize("command", WITH_IDS, ids=["due", "timeline"])
@pytest.mark.parametrize(("encoding", "printed", "why"), ENCODINGS, ids=[name for name, *_ in ENCODINGS])
def test_an_id_that_the_encoding_lacks_is_printed_as_escapes(command, encoding, printed, why):
    done = shell(command, PYTHONIOENCODING=encoding)
    assert (done.returncode, printed in done.stdout.decode(encoding)) == (0, True), why


@pytest.mark.parametrize("command", WITH_IDS, ids=["due", "timeline"])
@pytest.mark.parametrize(
    "environment",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
    ids=["ascii", "locale"],
)
def test_no_narrow_encoding_stops_a_command(command, environment):
    done = shell(command, **environment)
    assert (done.returncode, b"Traceback" in done.stderr, b"osteosarcoma" in done.stdout) == (0, False, True)


@pytest.mark.parametrize("command", ["audit events.csv -o", f"due events.csv {AS_OF} -o"])
def test_data_on_standard_output_is_utf_8_whatever_the_encoding(command):
    done = shell(f"{command} -", PYTHONIOENCODING="cp1252")
    assert shell(f"{command} out.csv").returncode == 0
    assert (done.returncode, done.stdout) == (0, Path("out.csv").read_bytes())
    assert SNOWMAN in done.stdout.decode("utf-8")
