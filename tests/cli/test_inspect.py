"""`vigil inspect`: what would be read of files, as text and as a page."""

import re
import stat

import pytest
from support.pages import Page

HEADER = "patient_id,protocol,modality,region,date,Exam Status,birth_date,note"
ROWS = (
    "ZQX-1,bone.osteosarcoma,CT,chest,2022-03-01,performed,1961-07-23,Jane",
    "ZQX-1,bone.osteosarcoma,CT,chest,2022-03-01,performed,1961-07-23,Jane",
    "ZQX-2,bone.osteosarcoma|bone.chordoma,CT,chest,2021-03-01,scheduled,,<b>",
    "ZQX-3,,CT,thorax,2022-03-01,Final,,",
    "ZQX-4,,CT,chest,2022-03-01,Final,,",
    "ZQX-5,,CT,chest,2022-03-01,Final,,",
    "ZQX-4,,CT,chest,2022-03-01,Plantedmarker,,",
)
MAP = ("--map", "Exam Status=status", "--as-of", "2022-05-10")

TEXT = """\
events.csv: 7 rows, 4 cannot be read
  patient_id   filled in 7 (100 %)
  protocol     filled in 3 (43 %)
  modality     filled in 7 (100 %)
  region       filled in 7 (100 %)
               not understood or not fitting in 1 row: other texts in 1 row, the first in line 5
  date         filled in 7 (100 %)
               years 2021 to 2022
  Exam Status  read as status, filled in 7 (100 %)
               not understood or not fitting in 4 rows: 'Final' in 3 rows; other texts in 1 row, the first in line 5
  birth_date   filled in 2 (29 %)
  not read: note

2 patients, 1 under several protocols, 0 without a protocol
studies by year and status:
         performed   scheduled   requested   cancelled
  2021           0           1           0           0
  2022           2           0           0           0
1 row says what another row says: patient, day, study and status
"""


@pytest.fixture
def inspect(vigil, tmp_path, monkeypatch):
    """Inspect rows of a file; return exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def run(rows, *options, header=HEADER, **files):
        for name, lines in {"events": (header, *rows), **files}.items():
            (tmp_path / f"{name}.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
        return vigil("inspect", "events.csv", *options)

    return run


def test_what_would_be_read_is_shown(inspect):
    assert inspect(ROWS, *MAP) == (0, TEXT, "")


def test_a_column_that_may_be_the_status_is_asked_about_and_its_lack_is_said(inspect):
    code, out, err = inspect(ROWS, "--as-of", "2022-05-10")
    assert (code, "  not read: Exam Status, note\n" in out) == (0, True)
    assert "no study is performed: nothing would count as done; which column says what became of a study?" in out
    assert "column 'Exam Status' is not known and not read; is 'status' meant?" in err


def test_a_status_that_is_never_performed_points_to_its_words(inspect):
    rows = [f"ZQX-{n},,CT,chest,2022-03-01,{word},," for n, word in enumerate(("requested", "Final", "Final"))]
    out = inspect(rows, *MAP).out
    assert "nothing would count as done; look at the words in the column 'Exam Status'\n" in out
    rows = ["ZQX-1,,,chest,2022-03-01,performed,,", *rows]
    assert "not understood or not fitting in 1 row: empty in 1 row that needs it" in inspect(rows, *MAP).out


BIRTHS = ("ZQX-1,,CT,chest,2022-03-01,performed,1961-07-23,", "ZQX-1,,CT,chest,2022-04-01,performed,1961-07-24,")
ALIKE = ("7,,CT,chest,2022-03-01,performed,,", "07,,CT,chest,2022-04-01,performed,,")


def test_contradictions_are_said_by_number_and_place(inspect):
    out = inspect((*BIRTHS, *ALIKE), *MAP).out
    assert "1 patient id with two birth dates, in 2 rows: two people may share an id\n" in out
    assert (
        "1 patient id differs from another one by leading zeros, .0, quotes or invisible characters alone,"
        " as in line 5\n"
    ) in out


FAILING = [
    # rows, what is asked for, exit code, why
    (ROWS[:2], ("invalid", "contradiction"), 0, "all can be read, and nothing contradicts"),
    (ROWS, ("invalid",), 5, "rows that cannot be read"),
    (ROWS, ("contradiction",), 0, "which contradict nothing"),
    (ROWS, (), 0, "nothing is asked for"),
    (BIRTHS, ("contradiction",), 5, "two birth dates"),
    (BIRTHS, ("invalid",), 0, "which can be read"),
    (BIRTHS, ("invalid", "contradiction"), 5, "either of two"),
    (ALIKE, ("contradiction",), 0, "ids that look alike may be two people"),
]


@pytest.mark.parametrize(("rows", "asked", "code", "why"), FAILING, ids=[case[-1] for case in FAILING])
def test_it_fails_where_it_is_asked_to(inspect, rows, asked, code, why):
    options = [part for name in asked for part in ("--fail-on", name)]
    outcome = inspect(rows, *MAP, *options)
    assert (outcome.exit_code, "2 rows" in outcome.out or "7 rows" in outcome.out) == (code, True), why


def test_patients_files_are_inspected_beside_the_events(inspect):
    first = ("patient_id,birth_date,name", "ZQX-1,1961-07-24,Jane", "ZQX-1,24.07.1961,")
    second = ("patient_id,protocol", "ZQX-4,bone.chordoma", "ZQX-1,bone.chordoma")
    options = ("--patients", "first.csv", "--patients", "second.csv", "--fail-on", "contradiction")
    code, out, _ = inspect(ROWS[:2], *MAP, *options, first=first, second=second)
    assert code == 5
    assert "first.csv: 2 rows, 1 cannot be read\n" in out
    assert "second.csv: 2 rows\n" in out
    assert "2 patients, 1 under several protocols, 0 without a protocol\n" in out
    assert "1 patient id with two birth dates, in 3 rows" in out


def test_the_page_says_what_the_text_says_and_is_for_its_owner_alone(inspect, tmp_path):
    code, out, _ = inspect(ROWS, *MAP, "--html", "page.html")
    assert (code, out) == (0, TEXT)
    found = Page((tmp_path / "page.html").read_text(encoding="utf-8"))
    said = " ".join(found.texts)
    for line in out.replace("'", "'").splitlines():
        words = re.sub(r"^ *(not read: .*|events.csv: |read as )?", "", line)
        if re.search(r"not understood|years|rows|says", line) and "filled" not in words:
            assert words.removesuffix(":") in said or line.startswith("studies"), line
    assert "2 patients, 1 under several protocols, 0 without a protocol." in found.texts
    assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o600


def test_the_page_can_be_read_aloud_loads_nothing_and_runs_nothing(inspect, tmp_path):
    inspect((*ROWS, *BIRTHS), *MAP, "--html", "page.html", header=HEADER.replace("note", "<i>&note"))
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    found = Page(text)
    assert text.startswith("<!DOCTYPE html>\n")
    assert (found.of("html"), len(found.of("title"))) == ([{"lang": "en"}], 1)
    assert {"charset": "utf-8"} in found.of("meta")
    assert len(found.of("caption")) == len(found.of("table")) == 2
    assert all(attributes.get("scope") in ("col", "row") for attributes in found.of("th"))
    assert len(found.of("h1")) == 1
    assert {tag for tag, _ in found.elements} & {"script", "link", "img", "iframe", "object", "form", "i", "b"} == set()
    assert [name for _, attributes in found.elements for name in attributes if name in ("src", "href", "style")] == []
    assert [mark for mark in ("url(", "@import", "http") if mark in text] == []
    assert "&lt;i&gt;&amp;note" in text


MARKERS = ("ZQX", "Jane", "Plantedmarker", "1961-07", "23.07.1961", "19610723", "4711")


@pytest.mark.parametrize("options", [MAP, ("--as-of", "2022-05-10"), (*MAP, "--map", "note=primary_site")])
def test_no_id_name_or_birth_is_shown(inspect, tmp_path, options):
    spoilt = (
        "ZQX-5,Jane,Plantedmarker,ZQX-5,1961-07-23,Jane Plantedmarker,23.07.1961,1961",
        "ZQX-5,Jane,Plantedmarker,ZQX-5,1961-07-23,Jane Plantedmarker,23.07.1961,1961",
        "ZQX-6,,CT,chest,2022-03-01,4711 ZQX,19610723,",
        "ZQX-7,,CT,chest,2022-03-01,4711 ZQX,19610723,",
    )
    code, out, err = inspect((*ROWS, *spoilt), *options, "--html", "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert code == 0
    assert [marker for marker in MARKERS for text in (out, err, page) if marker in text] == []


def test_a_word_cannot_steer_a_terminal(inspect, tmp_path):
    rows = [f"ZQX-{n},,CT,chest,2022-03-01,\x1b[31mred,," for n in (1, 2, 3)]
    _, out, _ = inspect(rows, *MAP, "--html", "page.html")
    assert "'?[31mred' in 3 rows" in out
    assert "\x1b" not in out + (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_page_never_replaces_an_input(inspect, tmp_path):
    code, _, err = inspect(ROWS, "--html", "events.csv")
    assert (code, "events.csv" in err) == (2, True)
    assert (tmp_path / "events.csv").read_text(encoding="utf-8").startswith(HEADER)
