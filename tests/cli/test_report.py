"""`vigil report`: what it writes and says, its exit codes, and what it refuses."""

import csv
import json
import os
import stat
import threading
from pathlib import Path

import pytest
from support.events_files import write_lines
from support.small_cohort import HEADER, cohort_lines

from spine_vigil.scheduler.report.model import TABLES

AS_OF = ("--as-of", "2022-07-31")


@pytest.fixture(autouse=True)
def _site(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_lines(Path("events.csv"), HEADER, *cohort_lines())


@pytest.fixture
def report(vigil):
    """Run `vigil report` on the cohort of this module; return exit code, standard output and standard error."""

    def run(*options, events="events.csv", as_of=AS_OF, stdin=None):
        return vigil("report", events, *as_of, *options, stdin=stdin)

    return run


def rows(path):
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def whole(path, table="timeliness"):
    return next(row for row in json.loads(Path(path).read_text())["tables"][table] if row["by"] == "all")


def files():
    return sorted(path.name for path in Path().iterdir())


def test_the_three_numbers_are_said_with_where_the_rest_is(report):
    code, out, err = report("--small-cells", "0", "-o", "r.html", "--tables", "t", "--json", "r.json")
    assert (code, out) == (0, "")
    assert err.splitlines() == [
        "2022-01-31 to 2022-07-31, by healthhelp-mri-cspine-2025, grace a tenth of the interval, 7 to 30 days; 26 rows",
        "  windows done in time: 42.3 % (chance 25.5 to 61.1; missing 42.3 to 42.3)",
        "  patients with every window in time: 0.0 % (chance 0.0 to 22.8; missing 0.0 to 0.0)",
        "  performed studies that are not supported: 0.0 % (chance 0.0 to 22.8; missing 0.0 to 0.0)",
        "chance: 95 % interval; missing: the share if all that is not known turned out at its worst, and at its best",
        "The report is in r.html, t and r.json.",
    ]
    line = whole("r.json")
    assert {name: line[name] for name in ("patients", "windows", "timely", "late", "missed", "unknown")} == {
        "patients": 13, "windows": 26, "timely": 11, "late": 2, "missed": 13, "unknown": 0,
    }  # fmt: skip


def test_what_is_small_is_said_to_be_left_out(report):
    code, _, err = report("--json", "r.json")
    assert code == 0
    assert "Numbers of fewer than 11 patients are left out; --small-cells 0 shows all." in err
    line = whole("r.json")
    assert (line["windows"], line["late"]) == (26, None)
    assert "late" in line["suppressed"].split(";")


def test_every_table_is_a_file_of_the_folder_with_its_columns(report):
    assert report("--tables", "t").exit_code == 0
    assert sorted(path.name for path in Path("t").iterdir()) == sorted(f"{name}.csv" for name in TABLES)
    for name, columns in TABLES.items():
        first = Path("t", f"{name}.csv").read_text().splitlines()[0]
        assert first.split(",") == list(columns)


def test_tables_and_json_say_the_same(report):
    assert report("--tables", "t", "--json", "r.json", "--by", "site").exit_code == 0
    for name, lines in json.loads(Path("r.json").read_text())["tables"].items():
        text = rows(f"t/{name}.csv")
        assert len(text) == len(lines)
        for line, cells in zip(lines, text, strict=True):
            for column, value in line.items():
                if isinstance(value, float):
                    assert float(cells[column]) == pytest.approx(value, abs=1e-6)
                else:
                    assert cells[column] == ("" if value is None else str(value)), (name, column)


def test_the_page_goes_to_standard_output_where_asked(report):
    assert report("-o", "r.html").exit_code == 0
    code, out, err = report("-o", "-")
    assert (code, out.startswith("<!DOCTYPE html>"), out.rstrip().endswith("</html>")) == (0, True, True)
    assert "windows done in time" in err
    without_command = [
        [line for line in page.splitlines() if "<code>" not in line]
        for page in (out, Path("r.html").read_text(encoding="utf-8"))
    ]
    assert without_command[0] == without_command[1]


def test_events_come_from_standard_input_where_asked(report):
    code, _, _ = report("--json", "r.json", events="-", stdin=Path("events.csv").read_bytes())
    about = json.loads(Path("r.json").read_text())["about"]
    assert (code, about["files"]) == (0, [{"name": "standard input", "sha256": ""}])


def test_a_pipe_is_written_to(report):
    os.mkfifo("pipe")
    read = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_bytes()))
    reader.start()
    code = report("--json", "pipe").exit_code
    reader.join(timeout=20)
    assert (code, stat.S_ISFIFO(Path("pipe").stat().st_mode)) == (0, True)
    assert json.loads(read[0])["tables"].keys() == TABLES.keys()


def test_the_files_are_named_with_their_checksums_and_without_their_folders(report, tmp_path):
    Path("in").mkdir()
    Path("events.csv").rename("in/events.csv")
    assert report("--json", "r.json", events=tmp_path / "in" / "events.csv").exit_code == 0
    about = json.loads(Path("r.json").read_text())["about"]
    assert about["files"][0]["name"] == "events.csv"
    assert len(about["files"][0]["sha256"]) == 64
    assert about["command_line"] == "vigil report events.csv --as-of 2022-07-31 --json r.json"


USED_WRONGLY = [
    # options, what is said, why
    (("--by", "sit"), "unknown column 'sit'; did you mean 'site'?", "a column that is not there"),
    (("--by", "patient_id"), "--by patient_id: a report does not count by patient", "the column of the ids"),
    (("--by", "protocol"), "a report counts by protocol, schedule and year as it is", "what is counted anyway"),
    (
        ("--to", "2022-08-01"),
        "the observation ends on 2022-08-01, after 2022-07-31",
        "the day after the day of the report",
    ),
    (
        ("--from", "2022-08-01", "--to", "2022-07-01"),
        "begins on 2022-08-01, after it ends on 2022-07-01",
        "an end before",
    ),
    (("--patients-too",), "--patients-too adds lists to the tables; say where they go", "lists without a folder"),
    (("--small-cells", "-1"), "-1 is not in the range x>=0", "a number below zero"),
    (("--readings", "some"), "'some' is not one of 'all', 'none'", "readings that are no choice"),
    (("-o", "events.csv"), "events.csv", "the input as output"),
    (("-o", "r.html", "--json", "r.html"), "r.html is named twice", "one file for two outputs"),
    (("-o", "no/r.html"), "there is no folder no; make it first", "a folder that is not there"),
    (("--tables", "no/t"), "there is no folder no; make it first", "a folder in one that is not there"),
    (("--json", "-o", "r.html"), "", "a file without its name"),
]


@pytest.mark.parametrize(("options", "said", "why"), USED_WRONGLY, ids=[case[-1] for case in USED_WRONGLY])
def test_wrong_use_exits_with_two_and_writes_nothing(report, options, said, why):
    before = Path("events.csv").read_bytes()
    code, out, err = report(*options)
    assert (code, out) == (2, ""), why
    assert said in err, why
    assert (files(), Path("events.csv").read_bytes()) == (["events.csv"], before)


def test_the_last_day_of_the_observation_may_be_the_day_of_the_report(report):
    assert report("--to", "2022-07-31", "--from", "2022-07-31").exit_code == 0


def test_a_row_that_cannot_be_read_fails_the_run_where_asked_and_the_report_is_written(report):
    write_lines(Path("events.csv"), HEADER, *cohort_lines(), "P00,,CT,chest,2022-02-30,performed,,,,,north,A,")
    assert report("--json", "r.json").exit_code == 0
    assert report("--json", "s.json", "--fail-on", "invalid").exit_code == 5
    assert whole("s.json") == whole("r.json")


def test_a_file_without_a_performed_study_is_a_cohort_only_where_that_is_meant(report):
    lines = [line.replace("performed", "requested") for line in cohort_lines()]
    write_lines(Path("events.csv"), HEADER, *lines)
    code, _, err = report("--json", "r.json")
    assert (code, files(), "no row of events.csv is 'performed'" in err) == (2, ["events.csv"], True)
    assert report("--json", "r.json", "--none-performed").exit_code == 0
    assert whole("r.json")["missed"] == 26


@pytest.mark.parametrize(
    "lines",
    [["P1,,CT,chest,2022-05-02,performed,,,,,north,A,"], ["P1,bone.osteosarcoma,,,,,,sacrum,,,north,A,"]],
    ids=["no course", "no index date"],
)
def test_a_cohort_without_windows_has_a_report_that_says_so(report, lines):
    write_lines(Path("events.csv"), HEADER, *lines)
    code, _, err = report("-o", "r.html", "--json", "r.json", "--tables", "t", "--by", "site", "--readings", "all")
    assert code == 0
    assert "windows done in time: none to count" in err
    assert "No window can be counted." in Path("r.html").read_text()
    assert rows("t/timeliness.csv") == []


@pytest.mark.parametrize("ended", ["0001-01-02", "1583-01-01", "1899-12-31", "2199-12-31", "9999-12-31"])
def test_dates_in_the_far_past_or_future_stop_no_report(report, ended):
    write_lines(Path("events.csv"), HEADER, *cohort_lines(), f"Q1,bone.chordoma,,,,,{ended},sacrum,,,north,A,")
    code, _, err = report("--json", "r.json", "--readings", "none", "--small-cells", "0")
    assert (code, "Traceback" in err) == (0, False)
    assert whole("r.json", "use")["studies"] == 13


def test_several_columns_are_counted_by_each_once(report):
    assert report("--by", "site", "--by", "physician", "--by", "site", "--json", "r.json").exit_code == 0
    made = json.loads(Path("r.json").read_text())
    assert made["about"]["by"] == ["site", "physician"]
    kinds = [row["by"] for row in made["tables"]["timeliness"]]
    assert (kinds.count("site"), kinds.count("physician")) == (1, 1)


def test_a_column_of_a_patients_file_is_counted_by(report):
    lines = [f"P{number:02},{'east' if number < 12 else 'west'}" for number in range(13)]
    write_lines(Path("patients.csv"), "patient_id,clinic", *lines)
    options = ("--patients", "patients.csv", "--by", "clinic", "--json", "r.json")
    assert report(*options, "--small-cells", "1").exit_code == 0
    of_clinics = [
        row for row in json.loads(Path("r.json").read_text())["tables"]["timeliness"] if row["by"] == "clinic"
    ]
    assert [(row["group"], row["patients"]) for row in of_clinics] == [("east", 12), ("west", 1)]
    assert report(*options).exit_code == 0
    text = Path("r.json").read_text()
    assert ('"west"' in text, '"east"' in text) == (False, True)


def test_a_mapped_column_keeps_its_name_and_a_mapped_id_is_refused(report):
    text = Path("events.csv").read_text()
    Path("events.csv").write_text(text.replace("patient_id", "MRN", 1).replace("primary_site", "Seat", 1))
    mapped = ("--map", "MRN=patient_id", "--map", "Seat=primary_site")
    assert report(*mapped, "--by", "Seat", "--json", "r.json").exit_code == 0
    assert '"by": "Seat"' in Path("r.json").read_text()
    code, _, err = report(*mapped, "--by", "MRN")
    assert (code, "--by MRN: a report does not count by patient" in err) == (2, True)


def test_a_profile_says_how_the_file_is_written(report):
    lines = [line.replace(",north,", ",nord,") for line in cohort_lines()]
    write_lines(Path("events.csv"), HEADER.replace("site,phys", "Haus,phys").replace("patient_id", "Fall"), *lines)
    Path("site.toml").write_text('[columns]\n"Fall" = "patient_id"\n')
    code, _, err = report("--profile", "site.toml", "--by", "Haus", "--json", "r.json")
    assert (code, err.count("WARNING")) == (0, 0), err
    assert (whole("r.json")["patients"], '"nord"' in Path("r.json").read_text()) == (13, True)


def test_other_readings_are_tried_where_asked_and_of_small_files(report):
    counts = []
    for options in ((), ("--readings", "all"), ("--readings", "none")):
        assert report("--json", "r.json", *options).exit_code == 0
        counts.append(len(json.loads(Path("r.json").read_text())["tables"]["readings"]))
    assert counts == [30, 30, 0]


def test_a_reading_that_is_taken_is_said_and_an_unknown_one_refused(report):
    reading = "cns.medulloblastoma/brain=as_written"
    assert report("--reading", reading, "--json", "r.json").exit_code == 0
    assert json.loads(Path("r.json").read_text())["about"]["readings"] == [reading]
    code, _, err = report("--reading", "cns.medulloblastoma/brain=as_writen", "--json", "r.json")
    assert (code, "as_written" in err) == (2, True)


def test_text_that_a_spreadsheet_would_run_is_quoted(report):
    lines = [line.replace(",north,", ',"=cmd|calc",') for line in cohort_lines()]
    write_lines(Path("events.csv"), HEADER, *lines)
    assert report("--by", "site", "--tables", "t").exit_code == 0
    (group,) = [row["group"] for row in rows("t/timeliness.csv") if row["by"] == "site"]
    assert group == "'=cmd|calc"


def test_what_is_written_is_for_its_owner_alone(report):
    os.umask(0o022)
    assert report("-o", "r.html", "--json", "r.json", "--tables", "t", "--patients-too").exit_code == 0
    written = [Path("r.html"), Path("r.json"), *Path("t").iterdir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}
    assert {path.name for path in written} >= {"windows.csv", "patients.csv"}


def test_a_file_that_is_there_stays_as_it_was_where_a_run_fails(report):
    Path("t").mkdir()
    Path("t/timeliness.csv").write_text("before\n")
    Path("r.json").write_text("before\n")
    write_lines(Path("events.csv"), HEADER, "P1,bone.osteosarcoma,CT,chest,2022-02-30,performed,,,,,north,A,")
    assert report("--tables", "t", "--json", "r.json").exit_code == 2
    assert (Path("t/timeliness.csv").read_text(), Path("r.json").read_text()) == ("before\n", "before\n")
    assert [path.name for path in Path("t").iterdir()] == ["timeliness.csv"]
