"""Where every command's outputs go: through links, into pipes and devices, and for their owner alone."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from threading import Thread

import pytest
from freezegun import freeze_time
from support.paths import ROOT

HEADER = "patient_id,protocol,modality,region,date,status,treatment_end_date,primary_site"
ROWS = [
    "MRN-4711,bone.osteosarcoma,,,,,2022-01-31,sacrum",
    "MRN-4711,bone.osteosarcoma,CT,chest,2022-05-02,performed,2022-01-31,sacrum",
    "MRN-4712,bone.chordoma,MRI,sacrum,2022-08-02,scheduled,2022-01-31,sacrum",
]
AS_OF = "--as-of 2022-05-10"
CALENDAR = f"calendar events.csv {AS_OF} --secret-file site.secret"
SYNC = (
    f"sync events.csv --url http://localhost:1/ --calendar Imaging --state state.json {AS_OF} --secret-file site.secret"
)
TIMELINE = f"timeline events.csv --cohort {AS_OF}"

OUTPUTS = [
    # the command up to the name of the output, that name
    ("audit events.csv -o", "out.csv"),
    ("audit events.csv -o", "out.csv.gz"),
    ("audit events.csv -o", "out.parquet"),
    ("audit events.csv -o other.csv --summary", "counts.json"),
    (f"due events.csv {AS_OF} -o", "due.csv"),
    (f"due events.csv {AS_OF} -o", "due.csv.gz"),
    (f"due events.csv {AS_OF} -o", "due.parquet"),
    (f"due events.csv {AS_OF} -o", "due.json"),
    (f"{CALENDAR} -o", "windows.ics"),
    (f"{CALENDAR} -o windows.ics --state state.json --codes", "codes.csv"),
    (f"{CALENDAR} -o windows.ics --todos", "todos.ics"),
    (f"{SYNC} --codes", "codes.csv"),
    (f"{TIMELINE} -o", "picture.svg"),
    (f"{TIMELINE} -o", "picture.png"),
    (f"{TIMELINE} -o picture.svg --text", "picture.txt"),
    ("template --protocol bone.osteosarcoma -o", "template.csv"),
]
EACH_OUTPUT = pytest.mark.parametrize(("command", "name"), OUTPUTS, ids=[f"{c.split()[0]} {n}" for c, n in OUTPUTS])


@pytest.fixture(autouse=True)
def site(tmp_path, monkeypatch):
    """Work in a folder with an events file and a secret, and make files that the group may read."""
    monkeypatch.chdir(tmp_path)
    before = os.umask(0o027)
    Path("events.csv").write_text("\n".join([HEADER, *ROWS, ""]), encoding="utf-8")
    Path("site.secret").write_text("00" * 32)
    Path("site.secret").chmod(0o600)
    yield tmp_path
    os.umask(before)


@pytest.fixture
def run(vigil):
    """Run a command line of which all runs have the same time."""

    def run(line, *args):
        is_stamped = line.startswith("calendar")
        with freeze_time("2022-05-10 12:00:00") if is_stamped else nullcontext():
            return vigil(*line.split(), *args)

    return run


def mode_of(command):
    """Return the permissions of a new output: for its owner alone where it can hold patients' rows."""
    return 0o640 if "template" in command else 0o600


def expected(run, command, name):
    """Return what the command writes to a file of that name; everything else is as before."""
    before = {path: path.read_bytes() for path in Path().iterdir()}
    code, _, err = run(command, name)
    assert code == 0, err
    content = Path(name).read_bytes()
    assert (len(content) > 20, stat.S_IMODE(Path(name).stat().st_mode)) == (True, mode_of(command))
    for path in Path().iterdir():
        if path not in before:
            path.unlink()
    return content


@EACH_OUTPUT
def test_an_output_goes_through_a_link(run, command, name):
    content = expected(run, command, name)
    Path("www").mkdir()
    Path(name).symlink_to(Path("www") / name)
    if "template" not in command:  # which never replaces a file
        (Path("www") / name).write_bytes(b"old")
        (Path("www") / name).chmod(0o644)
    assert run(command, name)[0] == 0
    assert (Path(name).readlink(), (Path("www") / name).read_bytes()) == (Path("www") / name, content)
    mode = stat.S_IMODE((Path("www") / name).stat().st_mode)
    assert mode == (mode_of(command) if "template" in command else 0o644)
    assert [path.name for path in Path("www").iterdir()] == [name]


@EACH_OUTPUT
def test_an_output_goes_into_a_pipe(run, command, name):
    content = expected(run, command, name)
    os.mkfifo(name)
    received = []
    reader = Thread(target=lambda: received.append(Path(name).read_bytes()), daemon=True)
    reader.start()
    assert run(command, name)[0] == 0
    reader.join(timeout=20)
    assert received == [content]
    assert Path(name).is_fifo()
    assert [path.name for path in Path().glob(".*.part")] == []


@EACH_OUTPUT
@pytest.mark.parametrize("leads_to", ["a", "none/out"], ids=["itself", "no folder"])
def test_a_link_that_leads_nowhere_is_one_message_before_any_work(run, command, name, leads_to):
    Path(name).symlink_to(name if leads_to == "a" else leads_to)
    before = sorted(Path().iterdir())
    code, out, err = run(command, name)
    message = (
        f"vigil: {name} is a link that leads back to itself; " if leads_to == "a" else "vigil: there is no folder "
    )
    assert (code, out, err.startswith(message), err.count("\n")) == (2, "", True, 1)
    assert sorted(Path().iterdir()) == before


@EACH_OUTPUT
def test_a_read_only_file_is_one_message_before_any_work(run, command, name):
    Path(name).write_bytes(b"old")
    Path(name).chmod(0o444)
    before = sorted(Path().iterdir())
    code, out, err = run(command, name)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"{name} is there already" in err if "template" in command else f"{name} is read-only; make it" in err
    assert (Path(name).read_bytes(), sorted(Path().iterdir())) == (b"old", before)


@pytest.mark.parametrize("name", ["link.csv", "./link.csv"])
def test_an_input_behind_a_link_is_not_written_over(run, name):
    Path("link.csv").symlink_to("events.csv")
    before = Path("events.csv").read_bytes()
    for command in ("audit events.csv -o", f"due events.csv {AS_OF} -o", f"{CALENDAR} -o windows.ics --codes"):
        code, _, err = run(command, name)
        assert (code, "is the input; give the output another name" in err) == (2, True)
    assert Path("events.csv").read_bytes() == before


def test_two_outputs_of_one_run_are_not_one_file_behind_a_link(run):
    for name in ("one.json", "two.csv"):
        Path(name).symlink_to("same")
    code, _, err = run("audit events.csv --summary one.json -o two.csv")
    assert (code, "one.json is the output too" in err) == (2, True)


def test_a_patients_calendar_goes_through_a_link(run):
    assert run(f"{CALENDAR} --per-patient feeds")[0] == 0
    feed = next(Path("feeds").iterdir())
    content = feed.read_bytes()
    feed.rename("served.ics")
    feed.symlink_to(Path("..") / "served.ics")
    Path("served.ics").write_bytes(b"old")
    assert run(f"{CALENDAR} --per-patient feeds")[0] == 0
    assert (feed.is_symlink(), Path("served.ics").read_bytes()) == (True, content)


def test_patients_calendars_go_through_a_link_to_their_folder(run):
    Path("www").mkdir()
    Path("feeds").symlink_to("www")
    assert run(f"{CALENDAR} --per-patient feeds")[0] == 0
    assert (Path("feeds").is_symlink(), len(list(Path("www").glob("*.ics")))) == (True, 2)


@pytest.mark.parametrize("command", [f"{CALENDAR} -o windows.ics", SYNC.replace("--state state.json ", "")])
def test_a_state_is_neither_a_link_nor_a_pipe_nor_a_device(run, command):
    os.mkfifo("pipe")
    Path("link").symlink_to("elsewhere.json")
    for name, message in [
        ("link", "link is a link; give the file that it leads to, so that all runs keep to one"),
        ("pipe", "pipe is a pipe or a device, which remembers nothing; give the state a file"),
        (os.devnull, "is a pipe or a device, which remembers nothing; give the state a file"),
    ]:
        code, _, err = run(command, "--state", name)
        assert (code, message in err) == (2, True)
    assert sorted(p.name for p in Path().iterdir()) == ["events.csv", "link", "pipe", "site.secret"]


def test_a_new_secret_goes_through_a_link_and_away_again_where_nothing_is_written(run):
    Path("safe").mkdir()
    Path("linked.secret").symlink_to("safe/site.secret")
    command = f"{CALENDAR} --secret-file linked.secret -o"
    code, _, err = run(command, "/dev/full")
    assert (code, "cannot write /dev/full: No space left on device" in err) == (2, True)
    assert (list(Path("safe").iterdir()), Path("linked.secret").is_symlink()) == ([], True)
    assert run(command, "windows.ics")[0] == 0
    assert stat.S_IMODE(Path("safe/site.secret").stat().st_mode) == 0o600


def test_a_secret_that_is_there_may_be_read_only_or_come_from_a_pipe(run):
    Path("site.secret").chmod(0o400)
    assert run(f"{CALENDAR} -o windows.ics")[0] == 0
    content = Path("windows.ics").read_bytes()
    reading, writing = os.pipe()
    os.write(writing, Path("site.secret").read_bytes())
    os.close(writing)
    assert run(f"{CALENDAR} -o piped.ics --secret-file /dev/fd/{reading}")[0] == 0
    os.close(reading)
    assert Path("piped.ics").read_bytes() == content


def test_a_new_secret_has_no_place_beside_a_device(run):
    command = f"calendar events.csv {AS_OF} -o /dev/null"
    code, _, err = run(command)
    assert (code, "there is no folder beside /dev/null to keep the site secret in; give --secret-file" in err) == (
        2,
        True,
    )
    assert run(command, "--state", "state.json")[0] == 0
    assert Path("vigil-calendar.secret").exists()


# Devices, as a shell gives them


PROGRAM = [sys.executable, "-W", "error", "-c", "from spine_vigil.cli.main import main; main()"]
DEVICE_OUTPUTS = [
    # a command up to the name of its output
    "audit events.csv -o",
    "audit events.csv -o other.csv --summary",
    f"due events.csv {AS_OF} -o",
    f"{CALENDAR} -o",
    f"{CALENDAR} -o windows.ics --codes",
    f"{CALENDAR} -o windows.ics --todos",
    f"{SYNC} --codes",
    f"{TIMELINE} -o picture.svg --text",
    "template -o",
]


def shell(command, *args, **streams):
    """Run a command in the folder of the test, in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    return subprocess.run([*PROGRAM, *command.split(), *args], env=environment, check=False, **given)


@pytest.mark.parametrize("command", ["audit events.csv -o", f"due events.csv {AS_OF} -o", "template -o"])
def test_standard_output_by_the_name_of_its_device_is_standard_output(command):
    by_dash, by_name = shell(command, "-"), shell(command, "/dev/stdout")
    assert (by_dash.returncode, by_name.returncode, by_name.stdout) == (0, 0, by_dash.stdout)
    with Path("log").open("ab") as log:
        log.write(b"before\n")
        log.flush()
        assert shell(command, "/dev/stdout", stdout=log).returncode == 0
    assert Path("log").read_bytes() == b"before\n" + by_dash.stdout
    assert [path.name for path in Path().glob(".*")] == []


def test_a_calendar_and_its_codes_go_to_standard_output():
    for option, start in (("-o", b"BEGIN:VCALENDAR"), ("-o windows.ics --codes", b"code,patient_id")):
        done = shell(f"{CALENDAR} {option}", "/dev/stdout")
        assert (done.returncode, done.stdout.startswith(start)) == (0, True)


@pytest.mark.parametrize("command", DEVICE_OUTPUTS)
def test_the_null_device_takes_everything_and_stays_one(run, command):
    assert run(command, os.devnull)[0] == 0
    assert Path(os.devnull).is_char_device()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux alone has a device that is full")
@pytest.mark.parametrize("command", DEVICE_OUTPUTS)
def test_a_full_device_is_one_message(run, command):
    code, _, err = run(command, "/dev/full")
    assert code == 2
    assert "vigil: cannot write /dev/full: No space left on device; check the free space and the permissions\n" in err
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize(
    "command",
    [
        "audit events.csv -o -",
        "audit events.csv -o /dev/stdout",
        f"due events.csv {AS_OF} -o /dev/stdout",
        f"{CALENDAR} -o /dev/stdout",
        f"{CALENDAR} --per-patient feeds --codes /dev/stdout",
    ],
)
def test_a_reader_that_has_gone_ends_the_run_as_it_does_for_standard_output(command):
    reading, writing = os.pipe()
    os.close(reading)
    done = shell(command, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")
    assert not Path("feeds").exists()


# The edition, which names nobody


def test_a_rendered_edition_goes_through_links_and_can_be_read_by_anyone(run):
    for folder in ("docs", "www"):
        Path(folder).mkdir()
    Path("docs/edition.json").symlink_to("../www/edition.json")
    os.mkfifo("docs/protocols.md")
    received = []
    reader = Thread(target=lambda: received.append(Path("docs/protocols.md").read_bytes()), daemon=True)
    reader.start()
    before = os.umask(0o022)
    try:
        assert run("protocols render docs")[0] == 0
    finally:
        os.umask(before)
    reader.join(timeout=20)
    assert received == [(ROOT / "docs" / "protocols.md").read_bytes()]
    assert Path("www/edition.json").read_bytes() == (ROOT / "docs" / "edition.json").read_bytes()
    assert stat.S_IMODE(Path("www/edition.json").stat().st_mode) == 0o644
    assert Path("docs/edition.json").is_symlink()
