"""`vigil audit` with some of the result columns: --explain, --columns and --readings together.

The requests are those of an MRI of the cervical spine in osteosarcoma treated up to 2026-01-15, due every 3 months.
"""

import gzip
from io import StringIO

import polars as pl
import pytest
from support.block_sizes import as_csv, as_parquet
from support.paths import SAMPLES
from support.results import RESULTS

REQUEST = {
    "patient_id": "P1",
    "protocol": "bone.osteosarcoma",
    "modality": "MRI",
    "region": "cervical_spine",
    "date": "2026-04-05",
    "treatment_end_date": "2026-01-15",
    "primary_site": "cervical_spine",
}
HEADER = "patient_id,protocol,modality,region,date,treatment_end_date,primary_site"
ROW = "P1,bone.osteosarcoma,MRI,cervical_spine,2026-04-05,2026-01-15,cervical_spine"


@pytest.fixture
def audit(vigil, tmp_path):
    """Audit a file; return the output's text without its last line end."""

    def run(events, *options, output="out.csv"):
        assert vigil("audit", events, "-o", tmp_path / output, *options)[0] == 0
        data = (tmp_path / output).read_bytes()
        return (gzip.decompress(data) if output.endswith(".gz") else data).decode()

    return run


@pytest.fixture
def early(tmp_path):
    """Return a file with one request ten days before its window opens, and a day before the grace does."""
    (tmp_path / "events.csv").write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    return tmp_path / "events.csv"


CHOICES = [
    # options, names of the results, the results, why
    (
        ["--explain", "none"],
        ",".join(RESULTS[:-1]),
        (
            "outside,early,early,bone.osteosarcoma/primary_site,Bone 5,2026-01-15,2026-04-15,2026-04-15,-10,2026-04-15,"
            "symptoms_new_or_progressing,,,"
        ),
        "all but the explanation",
    ),
    (["--columns", "decision,reason,opens"], "decision,reason,opens", "outside,early,2026-04-15", "three"),
    (["--columns", " Opens , decision,opens"], "decision,opens", "outside,2026-04-15", "in their order, once"),
    (["--columns", "days_from_window"], "days_from_window", "-10", "a number alone"),
    (["--columns", "combination"], "combination", "", "one that is empty throughout"),
    (["--columns", "section", "--explain", "none"], "section", "Bone 5", "both options that agree"),
    (
        ["--columns", "reason,explanation", "--explain", "full"],
        "reason,explanation",
        (
            'early,"Bone 5: every 3 months. Counted from the end of treatment on 2026-01-15, the study is due'
            ' on 2026-04-15 (grace 9 days). 2026-04-05 is 10 days before that."'
        ),
        "an explanation is quoted wherever it stands",
    ),
    (["--columns", "decision", "--readings", "all"], "decision,contested", "outside,", "contested stands last"),
    (["--columns", "contested,reason", "--readings", "all"], "reason,contested", "early,", "and can be named"),
    (["--columns", "contested", "--readings", "all"], "contested", "", "and can be the only one"),
]


@pytest.mark.parametrize("output", ["out.csv", "out.csv.gz"])
@pytest.mark.parametrize(("options", "names", "results", "why"), CHOICES, ids=[why for *_, why in CHOICES])
def test_results_that_are_chosen_stand_behind_the_row(audit, early, options, names, results, why, output):
    assert audit(early, *options, output=output) == f"{HEADER},{names}\n{ROW},{results}\n", why


def test_results_that_are_chosen_go_to_standard_output(vigil, early):
    code, out, _ = vigil("audit", early, "-o", "-", "--columns", "decision")
    assert (code, out) == (0, f"{HEADER},decision\n{ROW},outside\n")


CHOSEN = ["reason", "opens", "days_from_window"]


@pytest.mark.slow
@pytest.mark.parametrize("sample", ["auditor", "clinic", "dirty"])
@pytest.mark.parametrize("options", [["--explain", "none"], ["--columns", ",".join(CHOSEN)], ["--columns", "missing"]])
def test_choosing_changes_no_result_of_any_kind_of_row(audit, sample, options):
    chosen = {"none": RESULTS[:-1], "missing": ["missing"]}.get(options[1], CHOSEN)
    whole, some = (
        pl.read_csv(StringIO(audit(SAMPLES / f"{sample}.csv", *given)), infer_schema=False) for given in ([], options)
    )
    assert some.equals(whole.drop(set(RESULTS) - set(chosen)))


def test_a_parquet_output_holds_the_chosen_results_with_their_types(vigil, tmp_path):
    (tmp_path / "events.parquet").write_bytes(as_parquet([REQUEST]))
    options = ("--columns", "opens,days_from_window,reason")
    assert vigil("audit", tmp_path / "events.parquet", "-o", tmp_path / "out.parquet", *options)[0] == 0
    found = pl.read_parquet(tmp_path / "out.parquet")
    assert dict(list(found.schema.items())[-3:]) == {
        "reason": pl.String,
        "opens": pl.Date,
        "days_from_window": pl.Int32,
    }
    assert found["reason"].to_list() == ["early"]


def test_a_parquet_output_holds_what_is_contested_though_no_other_result_is_asked_for(vigil, tmp_path):
    (tmp_path / "events.parquet").write_bytes(as_parquet([REQUEST, REQUEST | {"date": "soon"}]))
    options = ("--columns", "contested", "--readings", "all")
    assert vigil("audit", tmp_path / "events.parquet", "-o", tmp_path / "out.parquet", *options)[0] == 0
    found = pl.read_parquet(tmp_path / "out.parquet")
    assert found.columns[-2:] == ["primary_site", "contested"]
    assert found["contested"].to_list() == [None, None]


def test_a_formula_in_a_bad_row_is_quoted_though_the_reason_is_not_asked_for(audit, tmp_path):
    (tmp_path / "events.csv").write_bytes(as_csv([REQUEST | {"date": "=1+1"}]))
    text = audit(tmp_path / "events.csv", "--columns", "decision")
    assert text.splitlines()[1].split(",")[1] == "'=1+1"
    assert text.splitlines()[1].endswith(",invalid")


WRONG = [
    # options, what is said
    (
        ["--columns", "decison"],
        ["names 'decison', which is no result column; did you mean 'decision'?", "decision, reason"],
    ),
    (["--columns", "patient_id"], ["names 'patient_id', which is no result column", "combination, explanation"]),
    (["--columns", " , "], ["names no column", "decision, reason"]),
    (["--columns", "contested"], ["only --readings all fills"]),
    (["--columns", "explanation", "--explain", "none"], ["drop one of the two"]),
    (["--columns", "reason", "--explain", "full"], ["drop one of the two"]),
    (["--explain", "some"], ["--explain", "full", "none"]),
]


@pytest.mark.parametrize(("options", "said"), WRONG, ids=[" ".join(options) for options, _ in WRONG])
def test_a_wrong_choice_is_one_message_and_no_output(vigil, early, tmp_path, options, said):
    code, out, err = vigil("audit", early, "-o", tmp_path / "out.csv", *options)
    assert (code, out, (tmp_path / "out.csv").exists()) == (2, "", False)
    assert [part for part in said if part not in err] == []
