"""`vigil setup` on a terminal: it asks what it cannot know, one at a time, and leaves open what nobody says."""

import os
import pty
import re
import subprocess
import sys
import tomllib

import pytest
from support.events_files import write_lines

VIGIL = (sys.executable, "-c", "from spine_vigil.cli.main import run; run()")
PROMPT = "A number, or the answer; Enter leaves it open: "
EVENTS = (
    "MRN,Exam Description,Exam Dt,Exam Status",
    "ZQX-4711,CT CHEST,03/27/2026,Completed",
    "ZQX-4711,MRI SOON,04/27/2026,Pend",
    "ZQX-4712,MRI SOON,05/27/2026,Pend",
    "ZQX-4713,MRI SOON,05/27/2026,Pend",
    "ZQX-4712,CT CHEST,06/27/2026,see Jane",
)


@pytest.fixture
def converse(tmp_path):
    """Run `vigil setup` on a terminal and answer each prompt; return exit code, what stands there, and the profile."""

    def run(*lines, answers):
        write_lines(tmp_path / "e.csv", *lines)
        outer, inner = pty.openpty()
        with subprocess.Popen(
            [*VIGIL, "setup", "e.csv", "-o", "site.toml"], cwd=tmp_path, stdin=inner, stdout=inner, stderr=inner
        ) as process:
            os.close(inner)
            shown, waiting = "", list(answers)
            while piece := _read(outer):
                shown += piece
                if waiting and shown.count(PROMPT) > len(answers) - len(waiting):
                    os.write(outer, f"{waiting.pop(0)}\n".encode())
        os.close(outer)
        assert not waiting, "every answer was asked for"
        return process.returncode, shown.replace("\r\n", "\n"), tomllib.loads((tmp_path / "site.toml").read_text())

    return run


def _read(terminal):
    try:
        return os.read(terminal, 4096).decode()
    except OSError:  # the other side has gone
        return ""


def test_every_doubt_is_asked_with_what_was_seen_and_its_candidates(converse):
    code, shown, profile = converse(*EVENTS, answers=["MRI cervical_spine", "2", "4"])
    assert code == 0
    assert re.findall(r"\n(['W].*\?)\n", shown) == [
        "What does 'MRI SOON' in column 'Exam Description' mean?",
        "'Pend' can mean several things. What is it here?",
        "What does 'see Jane' in column 'Exam Status' mean?",
    ]
    assert "'Pend' can mean several things. What is it here?\n  1  performed\n  2  requested\n  3  scheduled\n" in shown
    assert profile["values"] == {
        "study_text": {"CT CHEST": "CT chest", "MRI SOON": "MRI cervical_spine"},
        "status": {"Completed": "performed", "Pend": "requested", "see Jane": "cancelled"},
    }


def test_enter_leaves_a_line_open(converse, tmp_path):
    code, shown, profile = converse(*EVENTS, answers=["", "1", ""])
    assert code == 3
    assert profile["values"]["status"] == {"Completed": "performed", "Pend": "performed"}
    text = (tmp_path / "site.toml").read_text(encoding="utf-8")
    assert '# "MRI SOON" = "?"  # 3 rows; not understood; one of other study, no imaging\n' in text
    assert "Jane" not in text, "what nobody has confirmed is named by its place"
    assert "2 lines to confirm:" in shown


def test_an_answer_that_cannot_be_one_is_asked_again(converse):
    answers = ["MRI knee", "9", "1", "performd", "performed", "4"]
    code, shown, profile = converse(*EVENTS, answers=answers)
    assert code == 0
    assert "unknown region 'knee'" in shown
    assert "unknown status 'performd'; did you mean 'performed'?" in shown
    assert profile["values"]["study_text"]["MRI SOON"] == "other study"
    assert profile["values"]["status"]["Pend"] == "performed"


def test_an_order_of_day_and_month_a_status_and_a_column_are_asked(converse):
    lines = ("Key,CPT,Exam Dt", "P1,72156,03/04/2026")
    code, shown, profile = converse(*lines, answers=["Kee", "Key", "soon", "2", "performed"])
    assert code == 0
    assert "Which column of e.csv holds 'patient_id'?\n  1  Key\n" in shown
    assert "no column that is left is named 'Kee'; answer with one of those above" in shown
    assert "the format 'soon' does not hold a whole date" in shown
    assert profile["columns"] == {"Key": "patient_id", "CPT": "cpt", "Exam Dt": "date"}
    assert (profile["dates"]["formats"], profile["constants"]) == (["%d/%m/%Y"], {"status": "performed"})


STATES = (
    "MRN,CPT,Exam Dt,Became",
    *(f"P{n},72156,03/{n}/2026,{'Final' if n % 2 else 'Ordered'}" for n in range(20, 28)),
)
ASKED_FIRST = "Does a column of e.csv say what became of a study? Which one?\n  1  Became\n"
ASKED_THEN = "No column of e.csv says what became of a study. What are its rows?"


def test_the_column_of_the_status_is_asked_before_a_constant(converse):
    """A constant beside the column would say that every ordered study was performed."""
    code, shown, profile = converse(*STATES, answers=["1"])
    assert (code, ASKED_FIRST in shown, ASKED_THEN in shown) == (0, True, False)
    assert (profile["columns"]["Became"], "constants" in profile) == ("status", False)


def test_without_a_column_of_the_status_the_constant_is_asked(converse):
    code, shown, profile = converse(*STATES, answers=["", "performed"])
    assert code == 3, "the column is still open"
    assert shown.index(ASKED_FIRST) < shown.index(ASKED_THEN)
    assert (profile["columns"]["Became"], profile["constants"]) == ("", {"status": "performed"})


@pytest.mark.parametrize(("answer", "expected"), [("1", True), ("true", True), ("2", False), ("no", None)])
def test_whether_reduced_studies_count_is_asked(converse, answer, expected):
    lines = ("MRN,CPT,Exam Dt,Exam Status", "P1,72156-52,03/24/2026,Final", "P1,72156,04/24/2026,Final")
    code, shown, profile = converse(*lines, answers=[answer] if expected is not None else [answer, ""])
    assert (code, "answer true or false" in shown) == ((0, False) if expected is not None else (3, True))
    assert profile.get("codes", {}).get("leave_out_reduced") is expected
