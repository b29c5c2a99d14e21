"""DuckDB and the row loop decide schedules as vigil does, and a difference would be seen."""

import sys

import compare_answers
import duckdb_audit
import polars as pl
import pytest
import row_loop
from cohort import write_cohort
from figures import DAY_OF_AUDIT

from spine_vigil.cli.main import main


@pytest.fixture(scope="module")
def decided(tmp_path_factory):
    """Return a cohort in no order and vigil's answers for it."""
    folder = tmp_path_factory.mktemp("decided")
    events, out = folder / "events.csv", folder / "vigil.csv"
    write_cohort(events, 6_000, seed=11, shuffled=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["vigil", "audit", str(events), "-o", str(out), "--as-of", DAY_OF_AUDIT])
        with pytest.raises(SystemExit) as done:
            main()
    assert not done.value.code
    return events, out


@pytest.mark.parametrize("program", [duckdb_audit, row_loop], ids=["DuckDB", "row loop"])
def test_another_program_gives_the_same_answers(program, decided, tmp_path):
    events, ours = decided
    program.decide_file(events, tmp_path / "theirs.csv")
    compared, differing = compare_answers.differing_rows(ours, tmp_path / "theirs.csv")
    assert compared > 5_900  # an indication decides the others
    assert differing.rows() == []


@pytest.mark.parametrize("column", compare_answers.ANSWER)
def test_one_other_answer_is_a_difference(column, decided, tmp_path):
    _, ours = decided
    row = pl.read_csv(ours, infer_schema=False).with_row_index("row").drop_nulls(["opens", "timing"])["row"][0]
    theirs = pl.read_csv(ours, infer_schema=False)
    theirs = theirs.with_columns(theirs[column].scatter(row, "another"))
    theirs.write_csv(tmp_path / "theirs.csv")
    _, differing = compare_answers.differing_rows(ours, tmp_path / "theirs.csv")
    assert differing["row"].to_list() == [row]


def test_answers_for_another_number_of_rows_are_refused(decided, tmp_path):
    _, ours = decided
    pl.read_csv(ours, infer_schema=False).head(10).write_csv(tmp_path / "theirs.csv")
    with pytest.raises(ValueError, match=r"has 10$"):
        compare_answers.differing_rows(ours, tmp_path / "theirs.csv")
