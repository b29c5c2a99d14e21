"""What loads what: one date needs no dataframe engine, and the evaluator of one patient runs where there is none."""

import pkgutil
import subprocess
import sys

import pytest
from support.paths import ROOT

from spine_vigil import scheduler

HEAVY = ["polars", "icalendar", "matplotlib"]
SCALAR = [
    module.name
    for module in pkgutil.walk_packages(scheduler.__path__, f"{scheduler.__name__}.")
    if not module.ispkg and module.name.split(".")[2] not in ("calendars", "cohort", "files", "pictures", "report")
]


def run(program, *args):
    """Run a program in an interpreter of its own; return its exit code and standard error."""
    command = [sys.executable, "-W", "error", "-c", program, *args]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


RUN_AND_TELL = "import sys\nfrom spine_vigil.cli.main import main\ntry:\n    main()\nexcept SystemExit:\n"
"""A program that runs vigil and then does what is written behind it."""

COMMANDS = [
    ("check", "--study", "72141", "--date", "2026-04-15"),
    ("windows", "--protocol", "bone.osteosarcoma", "--index", "treatment_end=2026-01-15", "--as-of", "2026-02-01"),
    ("protocols", "show", "bone.osteosarcoma"),
    ("--help",),
]


@pytest.mark.parametrize("args", COMMANDS, ids=lambda args: args[0])
def test_a_command_about_one_patient_loads_neither_dataframes_nor_calendars(args):
    program = RUN_AND_TELL + f"    print(sorted(set({HEAVY}) & set(sys.modules)), file=sys.stderr)\n"
    assert run(program, *args) == (0, "[]\n")


SLOW_TO_LOAD = ["dataclasses", "importlib.metadata", "json", "difflib"]
CHECKS = {
    "a protocol of many": ("--protocol", "bone.osteosarcoma"),
    "the protocol of a small section": ("--protocol", "occult_primary"),
    "no protocol": (),
}


@pytest.mark.parametrize("args", CHECKS.values(), ids=CHECKS)
def test_a_check_loads_no_module_that_is_slow_to_load(args):
    program = RUN_AND_TELL + f"    print(sorted(set({SLOW_TO_LOAD}) & set(sys.modules)), file=sys.stderr)\n"
    question = ("check", "--study", "MRI cervical_spine", "--date", "2026-04-15", *args)
    assert run(program, *question) == (0, "[]\n")


def test_a_check_loads_words_questions_and_letters_only_where_they_are_asked_for():
    later = ("scheduler.intake.vocabulary", "asking", "decision_letter", "command_line", "shlex")
    found = f"sorted(n for n in sys.modules if n.removeprefix('spine_vigil.') in {later})"
    program = RUN_AND_TELL + f"    print({found}, file=sys.stderr)\n"
    question = ("check", "--date", "2026-04-15", "--study")
    assert run(program, *question, "MRI cervical_spine") == (0, "[]\n")
    assert run(program, *question, "c-spine MRI") == (
        0,
        "vigil: 'c-spine MRI' is read as MRI cervical_spine\n['spine_vigil.scheduler.intake.vocabulary']\n",
    )


def test_importing_a_check_loads_neither():
    program = f"import sys, spine_vigil.cli.check\nsys.exit(str(set({HEAVY}) & set(sys.modules) or 0))"
    assert run(program) == (1, "0\n")


def test_the_scalar_reading_and_the_content_run_without_a_dataframe_engine():
    assert {
        "spine_vigil.scheduler.patient.decisions",
        "spine_vigil.scheduler.patient.windows",
        "spine_vigil.scheduler.records.rows",
    } <= set(SCALAR)
    program = (
        "import importlib, sys\n"
        f"sys.modules.update(dict.fromkeys({HEAVY}))\n"  # None makes an import fail
        f"for name in {[*SCALAR, 'spine_vigil.protocols', 'spine_vigil.cli.check', 'spine_vigil.cli.windows']}:\n"
        "    importlib.import_module(name)\n"
        "from spine_vigil.protocols import CURRENT\n"
        "from spine_vigil.scheduler.records.fields import event_columns\n"
        "from spine_vigil.scheduler.patient.decisions import decide\n"
        "from spine_vigil.scheduler.rules.grace import GracePolicy\n"
        "from spine_vigil.scheduler.records.courses import patient_of\n"
        "from spine_vigil.scheduler.records.rows import read_row\n"
        "cells = {'patient_id': 'P1', 'protocol': 'bone.osteosarcoma', 'cpt': '72141', 'date': '2026-04-15',\n"
        "         'treatment_end_date': '2026-01-15', 'primary_site': 'cervical_spine'}\n"
        "row = read_row(cells, CURRENT, event_columns(CURRENT))\n"
        "patient = patient_of(CURRENT, row.says, [], row.event.date)\n"
        "sys.exit(decide(CURRENT, patient, row.event, [], GracePolicy()).reason.value)\n"
    )
    assert run(program) == (1, "on_schedule\n")


def test_a_missing_dataframe_engine_would_be_noticed():
    """The audit needs it: the block above is one that bites."""
    code, err = run(
        f"import sys\nsys.modules.update(dict.fromkeys({HEAVY}))\nimport spine_vigil.scheduler.cohort.audit.audit"
    )
    assert code == 1
    assert "import of polars halted" in err
