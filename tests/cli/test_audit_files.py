"""`vigil audit`: what kinds of file go in and come out, and files that are refused."""

import gzip
import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from support.requests import REQUEST, as_rows, as_text
from support.results import RESULTS


@pytest.mark.parametrize("name", ["out.csv", "out.csv.gz", "out.parquet"])
def test_a_file_without_rows_gives_one_without_rows(audit, tmp_path, name):
    (tmp_path / "events.csv").write_text("patient_id,cpt,date\n", encoding="utf-8")
    outcome = audit(tmp_path / "events.csv", "-o", tmp_path / name, "--summary", tmp_path / "counts.json")
    assert outcome.exit_code == 0
    assert outcome.err.startswith("0 rows by healthhelp-mri-cspine-2025")
    assert json.loads((tmp_path / "counts.json").read_text())["decisions"] == {}
    read = pl.read_parquet if name.endswith("parquet") else pl.read_csv
    assert (read(tmp_path / name).columns, read(tmp_path / name).height) == (["patient_id", "cpt", "date", *RESULTS], 0)


def test_standard_input_and_output_are_a_dash(audit):
    outcome = audit(
        "-", "-o", "-", stdin=as_text([{"status": "performed"}, {"date": "2026-02-01", "mine": "=1"}]).encode()
    )
    found = as_rows(outcome.out)
    assert outcome.exit_code == 0
    assert [(row["reason"], row["mine"]) for row in found] == [("on_schedule", ""), ("early", "'=1")]
    assert outcome.err.startswith("2 rows")


def test_standard_output_holds_a_header_where_there_are_no_rows(audit):
    outcome = audit("-", "-o", "-", stdin=b"patient_id,cpt,date\n")
    assert outcome.out == ",".join(["patient_id", "cpt", "date", *RESULTS]) + "\n"


def test_a_compressed_file_goes_in_and_out(audit, tmp_path):
    (tmp_path / "events.csv.gz").write_bytes(gzip.compress(as_text([{}]).encode()))
    assert audit(tmp_path / "events.csv.gz", "-o", tmp_path / "out.csv.gz").exit_code == 0
    found = as_rows(gzip.decompress((tmp_path / "out.csv.gz").read_bytes()).decode())
    assert [row["reason"] for row in found] == ["on_schedule"]


def test_parquet_keeps_the_types_of_the_input_and_types_the_dates_of_the_results(audit, tmp_path):
    events = pl.DataFrame(
        {
            "patient_id": [7, 8],
            "protocol": pl.Series(["bone.osteosarcoma"] * 2, dtype=pl.Categorical),
            "cpt": [72141.0, None],
            "date": [date(2026, 4, 15), None],
            "treatment_end_date": [date(2026, 1, 15)] * 2,
            "primary_site": ["cervical_spine"] * 2,
            "high_grade": [True, None],
            "score": [-0.5, 1.5],
            "tags": [["a"], []],
        }
    )
    events.write_parquet(tmp_path / "events.parquet")
    assert audit(tmp_path / "events.parquet", "-o", tmp_path / "out.parquet").exit_code == 0
    found = pl.read_parquet(tmp_path / "out.parquet")
    assert_frame_equal(found.select(events.columns), events)
    assert found.columns == [*events.columns, *RESULTS]
    assert found.select("reason", "opens", "days_from_window").rows() == [
        ("on_schedule", date(2026, 4, 15), 0),
        (None, None, None),
    ]
    assert [found.schema[n] for n in ("reference_date", "opens", "closes", "next_allowed")] == [pl.Date] * 4


def test_typed_dates_are_read_under_any_date_format(audit, tmp_path):
    events = pl.DataFrame(REQUEST | {"date": date(2026, 4, 15), "treatment_end_date": "15.01.2026"})
    events.write_parquet(tmp_path / "events.parquet")
    outcome = audit(tmp_path / "events.parquet", "-o", tmp_path / "out.csv", "--date-format", "%d.%m.%Y")
    found = as_rows((tmp_path / "out.csv").read_text(encoding="utf-8"))
    assert (outcome.exit_code, found[0]["reason"], found[0]["date"]) == (0, "on_schedule", "2026-04-15")


def test_a_list_cannot_go_into_a_csv_file(audit, tmp_path):
    pl.DataFrame(REQUEST | {"tags": [["a"]]}).write_parquet(tmp_path / "events.parquet")
    outcome = audit(tmp_path / "events.parquet", "-o", tmp_path / "out.csv")
    assert (outcome.exit_code, (tmp_path / "out.csv").exists()) == (2, False)
    assert "column 'tags' holds values that CSV cannot" in outcome.err


def test_a_column_that_is_nearly_known_is_asked_about_and_carried_through(audit, tmp_path):
    text = as_text([{}]).replace("treatment_end_date", "Treatment_End_Dates")
    (tmp_path / "events.csv").write_text(text, encoding="utf-8")
    outcome = audit(tmp_path / "events.csv", "-o", tmp_path / "out.csv")
    assert "column 'Treatment_End_Dates' is not known" in outcome.err
    assert "is 'treatment_end_date' meant?" in outcome.err
    found = as_rows((tmp_path / "out.csv").read_text(encoding="utf-8"))[0]
    assert (found["Treatment_End_Dates"], found["reason"]) == ("2026-01-15", "no_index_date")


def test_a_column_of_ones_own_is_carried_through_without_a_word(audit, tmp_path):
    (tmp_path / "events.csv").write_text(as_text([{"cost_center": "12"}]), encoding="utf-8")
    assert "cost_center" not in audit(tmp_path / "events.csv", "-o", tmp_path / "out.csv").err


REFUSED = [
    # the input, the output, the summary, what is said, why
    (None, "out.csv", None, "cannot read", "no such file"),
    (b"", "out.csv", None, "is empty", "an empty file"),
    (b"PK\x03\x04", "out.csv", None, "Excel", "an Excel workbook"),
    (b"patient_id;date;cpt\n", "out.csv", None, "save the file with commas", "semicolons"),
    (b"patient_id,date,cpt\n", "out.xlsx", None, "must end in .csv", "a format that is not written"),
    (b"patient_id,date,cpt\n", "none/out.csv", None, "there is no folder", "no such folder"),
    (b"patient_id,date,cpt\n", "events.csv", None, "is the input", "the output on the input"),
    (b"patient_id,date,cpt\n", "out.csv", "none/counts.json", "there is no folder", "no folder for the summary"),
    (b"patient_id,date,cpt\n", "out.csv", "events.csv", "is the input", "the summary on the input"),
    (b"patient_id,date,cpt\n", "-", "events.csv", "is the input", "the summary on the input, the rest streamed"),
    (b"patient_id,date,cpt\n", "out.csv", "./out.csv", "is the output too", "the summary on the output"),
]


@pytest.mark.parametrize(("data", "output", "summary", "said", "why"), REFUSED, ids=[why for *_, why in REFUSED])
def test_what_cannot_be_done_is_one_message_and_leaves_the_folder_as_it_was(
    audit, tmp_path, monkeypatch, data, output, summary, said, why
):
    monkeypatch.chdir(tmp_path)
    if data is not None:
        Path("events.csv").write_bytes(data)
    outcome = audit("events.csv", "-o", output, *(["--summary", summary] if summary else []))
    assert (outcome.exit_code, outcome.out) == (2, ""), why
    assert said in outcome.err
    assert outcome.err.startswith("vigil: ")
    assert outcome.err.count("\n") == 1
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == ({} if data is None else {"events.csv": data})
