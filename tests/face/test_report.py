"""A report from Python is that of the command, of a frame or a file, and its results are frames."""

import json
from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from support.paths import SAMPLES

import spine_vigil as vigil
from spine_vigil.scheduler.errors import UnknownName, ValueProblem, VigilError
from spine_vigil.scheduler.report.model import TABLES

EVENTS = SAMPLES / "auditor.csv"
AS_OF = "2026-11-02"


@pytest.fixture(scope="module")
def report():
    return vigil.report(EVENTS, as_of=AS_OF, by=["primary_site"])


def test_the_tables_are_frames_of_their_columns_and_types(report):
    assert {name: dict(table.schema) for name, table in report.tables.items()} == {
        name: {column: pl.DataFrame(schema={column: dtype}).schema[column] for column, dtype in columns.items()}
        for name, columns in TABLES.items()
    }
    assert report.lists == {}


def test_it_says_what_it_is_about(report):
    about = report.about
    assert (about.as_of, about.last_day, about.made_on) == (date(2026, 11, 2), date(2026, 11, 2), None)
    assert (about.by, about.small_cells, about.command_line) == (("primary_site",), 11, "")
    assert [file.name for file in about.files] == ["auditor.csv"]


def test_the_command_writes_the_same_tables(report, vigil_command, tmp_path):
    options = ("--as-of", AS_OF, "--by", "primary_site", "--json", tmp_path / "command.json")
    assert vigil_command("report", EVENTS, *options).exit_code == 0
    report.to_json(tmp_path / "python.json")
    command, python = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("command", "python"))
    assert python["tables"] == command["tables"]
    assert python["about"]["counts"] == command["about"]["counts"]


def test_a_frame_a_lazy_frame_and_a_file_give_the_same_report(report):
    frame = pl.read_csv(EVENTS, infer_schema=False)
    for events in (frame, frame.lazy(), str(EVENTS)):
        other = vigil.report(events, as_of=date(2026, 11, 2), by=("primary_site",))
        for name, table in report.tables.items():
            assert_frame_equal(other.tables[name], table)


def test_lists_name_patients_where_they_are_asked_for():
    made = vigil.report(EVENTS, as_of=AS_OF, patients_too=True, readings=False)
    windows, patients = made.lists["windows"], made.lists["patients"]
    counted = windows.filter(pl.col("outcome").is_in(["timely", "late", "missed", "unknown"]))
    assert len(counted) == made.tables["timeliness"]["windows"][0]
    assert windows["patient_id"].n_unique() <= patients["patient_id"].n_unique() == len(patients)


def test_page_json_and_folder_are_written(report, tmp_path):
    report.to_html(tmp_path / "r.html")
    report.to_folder(tmp_path / "t")
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == report.html()
    assert {path.stem for path in (tmp_path / "t").iterdir()} == set(TABLES)


@pytest.mark.parametrize(
    ("options", "problem", "said"),
    [
        ({"as_of": "soon"}, VigilError, "as_of"),
        ({"last_day": "2026-11-03"}, ValueProblem, "ends on 2026-11-03, after 2026-11-02"),
        ({"first_day": "2026-11-03"}, ValueProblem, "begins on 2026-11-03, after it ends on 2026-11-02"),
        ({"by": ["site"]}, UnknownName, "unknown column 'site'"),
        ({"by": ["patient_id"]}, ValueProblem, "does not count by patient"),
        ({"by": ["year"]}, ValueProblem, "a report counts by protocol, schedule and year as it is"),
    ],
)
def test_what_is_wrong_is_a_problem_that_names_it(options, problem, said):
    with pytest.raises(problem, match=said):
        vigil.report(EVENTS, **{"as_of": AS_OF} | options)
