"""Outputs whose names are links: to nothing yet, to other links, or further names of one file."""

import os
import stat
from pathlib import Path

import pytest
from support.events_files import write_lines

HEADER = "patient_id,protocol,modality,region,date,status,treatment_end_date,primary_site"
ROWS = [
    "MRN-4711,bone.osteosarcoma,CT,chest,2022-05-02,performed,2022-01-31,sacrum",
    "MRN-4712,bone.chordoma,MRI,sacrum,2022-08-02,scheduled,2022-01-31,sacrum",
]
AS_OF = "--as-of 2022-05-10"
CALENDAR = f"calendar events.csv {AS_OF} --secret-file site.secret"
OUTPUTS = [
    # the command up to the name of the output, that name
    ("audit events.csv -o", "out.csv"),
    ("audit events.csv -o other.csv --summary", "counts.json"),
    (f"due events.csv {AS_OF} -o", "due.csv"),
    (f"{CALENDAR} -o", "windows.ics"),
    (f"{CALENDAR} -o windows.ics --codes", "codes.csv"),
    (f"{CALENDAR} -o windows.ics --todos", "todos.ics"),
    (f"timeline events.csv --cohort {AS_OF} -o", "picture.svg"),
    (f"report events.csv {AS_OF} -o", "report.html"),
    (f"report events.csv {AS_OF} --json", "report.json"),
    (f"timeline events.csv --cohort {AS_OF} -o picture.svg --text", "picture.txt"),
    ("template -o", "template.csv"),
    ("protocols render", "edition.json"),
]
EACH_OUTPUT = pytest.mark.parametrize(("command", "name"), OUTPUTS, ids=[f"{c.split()[0]} {n}" for c, n in OUTPUTS])


@pytest.fixture(autouse=True)
def site(tmp_path, monkeypatch):
    """Work in a folder with an events file and a secret, and make files that the group may read."""
    monkeypatch.chdir(tmp_path)
    before = os.umask(0o027)
    write_lines(Path("events.csv"), HEADER, *ROWS)
    Path("site.secret").write_text("00" * 32)
    Path("site.secret").chmod(0o600)
    Path("www").mkdir()
    yield
    os.umask(before)


@pytest.fixture
def write(vigil):
    """Run the command that writes an output; return the exit code and standard error."""

    def write(command, name):
        code, _, err = vigil(*command.split(), "." if command == "protocols render" else name)
        return code, err

    return write


def is_of_patients(command):
    return not command.startswith(("template", "protocols"))


LINKS = [
    # the links from the name of the output on, the file to which they lead, why
    (["www/file"], "www/file", "a file that is not there yet"),
    (["{folder}/www/file"], "www/file", "the same by its whole name"),
    (["www/next", "file"], "www/file", "a link to a link, which is relative to its own folder"),
    (["www/next", "../file"], "file", "a link that leads back out of its folder"),
]


@EACH_OUTPUT
@pytest.mark.parametrize(("links", "leads_to", "why"), LINKS, ids=[why for *_, why in LINKS])
def test_a_link_stays_and_the_file_to_which_it_leads_is_made(write, tmp_path, command, name, links, leads_to, why):
    at = Path(name)
    for link in links:
        at.symlink_to(link.format(folder=tmp_path))
        at = at.parent / at.readlink()
    code, err = write(command, name)
    assert code == 0, (why, err)
    assert Path(name).readlink() == Path(links[0].format(folder=tmp_path)), why
    assert Path(leads_to).stat().st_size > 20
    assert not Path(leads_to).is_symlink()
    assert stat.S_IMODE(Path(leads_to).stat().st_mode) == (0o600 if is_of_patients(command) else 0o640)
    assert list(Path().rglob(".*.part")) == []


@pytest.mark.parametrize(("command", "name"), [output for output in OUTPUTS if output[0] != "template -o"])
def test_of_a_file_with_two_names_the_one_that_is_given_gets_the_output(write, command, name):
    """A file is replaced as a whole, never written into: a copy that shares its content by a hard link keeps it."""
    Path(name).write_bytes(b"old")
    Path(name).chmod(0o664)
    Path("www/copy").hardlink_to(name)
    code, err = write(command, name)
    assert code == 0, err
    assert (Path("www/copy").read_bytes(), Path("www/copy").stat().st_nlink) == (b"old", 1)
    assert Path(name).stat().st_size > 20
    assert stat.S_IMODE(Path(name).stat().st_mode) == 0o664


@pytest.mark.parametrize(
    "command",
    [command for command, name in OUTPUTS if command.endswith(("--summary", "--codes", "--todos", "--text"))]
    + [f"{CALENDAR} -o", f"{CALENDAR} -o windows.ics --state"],
)
def test_a_dash_makes_no_file_of_that_name(write, command):
    before = sorted(Path().iterdir())
    code, err = write(command, "-")
    message = "vigil: - is no file name here; give a file name, or /dev/stdout for standard output\n"
    assert (code, err) == (2, message)
    assert sorted(Path().iterdir()) == before
