"""One cohort in the files of twelve hospitals, each by the profile that setup makes: the same answers as its own file.

Between `vigil setup` and the answers there is no hand; setup leaves nothing open.
"""

import csv
from functools import cache

import pytest
from support import foreign_cohort as foreign

from spine_vigil.cli.calendar import SECRET_NAME
from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS

ROWS = foreign.cohort()
OURS = {"status": foreign.STATUSES}


def semicolons(folder):
    rows = foreign.renamed(foreign.dated(ROWS, lambda day: day.strftime("%d.%m.%Y")))
    (folder / "x.csv").write_bytes(foreign.as_text(rows, ";", "windows-1252"))
    return "x.csv"


def tabs_with_times(folder):
    rows = foreign.renamed(foreign.dated(ROWS, lambda day: f"{day.month}/{day.day}/{day.year} 9:05 AM"))
    (folder / "x.tsv").write_bytes(foreign.as_text(rows, "\t"))
    return "x.tsv"


def pipes_with_named_months(folder):
    rows = foreign.renamed(foreign.dated(ROWS, lambda day: day.strftime("%d-%b-%Y").upper()))
    (folder / "x.txt").write_bytes(foreign.as_text(rows, "|"))
    return "x.txt"


def separator_line(folder):
    (folder / "x.csv").write_bytes(foreign.as_text(foreign.renamed(ROWS), ";", "utf-8-sig", before="sep=;\r\n"))
    return "x.csv"


def utf_16(folder):
    (folder / "x.csv").write_bytes(foreign.as_text(foreign.renamed(ROWS), "\t", "utf-16"))
    return "x.csv"


def serial_numbers(folder):
    (folder / "x.csv").write_bytes(foreign.as_text(foreign.renamed(foreign.dated(ROWS, foreign.serial))))
    return "x.csv"


def two_digit_years(folder):
    rows = foreign.renamed(foreign.dated(ROWS, lambda day: day.strftime("%m/%d/%y")))
    (folder / "x.csv").write_bytes(foreign.as_text(rows))
    return "x.csv"


def sheet_of_typed_cells(folder):
    rows = foreign.worded(ROWS, OURS)
    foreign.write_sheet(folder / "y.xlsx", rows, typed=True)
    return "y.xlsx"


def sheet_of_texts_below_a_title(folder):
    rows = foreign.renamed(foreign.dated(ROWS, lambda day: day.strftime("%m/%d/%Y")))
    foreign.write_sheet(folder / "x.xlsx", rows, typed=False, title=("Imaging of the clinic", "", "made on Monday"))
    return "x.xlsx"


def typed_parquet(folder):
    foreign.write_typed_parquet(folder / "x.parquet", ROWS)
    return "x.parquet"


def words_for_studies_and_statuses(folder):
    rows = foreign.in_words(foreign.renamed(foreign.worded(ROWS, OURS)))
    (folder / "x.csv").write_bytes(foreign.as_text(rows))
    return "x.csv"


def several_files(folder):
    """Write a second file with its columns in another order, and without one that it would not fill."""
    rows = foreign.renamed(foreign.dated(foreign.worded(ROWS, OURS), lambda day: day.strftime("%m/%d/%Y")))
    (folder / "many").mkdir()
    at = next(number for number, row in enumerate(rows) if row["MRN"] == "MRN-4724")
    first, second = rows[:at], [dict(reversed(row.items())) for row in rows[at:]]
    assert not any(row.pop("RT End") for row in second)
    (folder / "many" / "2023-01.csv").write_bytes(foreign.as_text(first))
    (folder / "many" / "2023-02.csv").write_bytes(foreign.as_text(second))
    return "many"


def title_footer_and_repeated_header(folder):
    rows = foreign.renamed(foreign.dated(ROWS, lambda day: day.strftime("%m/%d/%Y")))
    again = dict(zip(rows[0], rows[0], strict=True))
    text = foreign.as_text(
        [*rows[:100], again, *rows[100:]],
        before="Imaging of the clinic,,\r\nmade on Monday,,\r\n\r\n",
        after=f"Total rows: {len(rows)}{',' * (len(rows[0]) - 1)}\r\n",
    )
    (folder / "x.csv").write_bytes(text)
    return "x.csv"


WAYS = (
    semicolons, tabs_with_times, pipes_with_named_months, separator_line, utf_16, serial_numbers, two_digit_years,
    sheet_of_typed_cells, sheet_of_texts_below_a_title, typed_parquet, words_for_studies_and_statuses, several_files,
    title_footer_and_repeated_header,
)  # fmt: skip
LEFT_OUT = {"title_footer_and_repeated_header": 2}


@pytest.fixture
def answers(vigil, tmp_path, monkeypatch):
    """Return the decisions, the due list and the calendar of a file of rows, and the number of rows left out."""

    def run(events, *options):
        monkeypatch.chdir(tmp_path)
        (tmp_path / SECRET_NAME).write_text("00" * 32)
        (tmp_path / SECRET_NAME).chmod(0o600)
        options = (*options, "--as-of", foreign.AS_OF)
        for command, out in (("audit", "a.csv"), ("due", "d.csv"), ("calendar", "c.ics")):
            outcome = vigil(command, events, "-o", out, *options)
            assert outcome.exit_code == 0, outcome.err
        with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
            decided = [tuple(row[name] for name in RESULT_COLUMNS) for row in csv.DictReader(file)]
        kept = [row for row in decided if row[1] != "not_imaging"]
        return kept, (tmp_path / "d.csv").read_text(), (tmp_path / "c.ics").read_text(), len(decided) - len(kept)

    return run


@cache
def own_file():
    return foreign.as_text(ROWS)


def test_the_cohort_has_rows_of_many_kinds():
    statuses = {row["status"] for row in ROWS}
    assert (len(ROWS), statuses) == (202, {"", "performed", "scheduled", "requested", "cancelled"})


@pytest.mark.parametrize("way", WAYS, ids=[way.__name__ for way in WAYS])
def test_a_file_has_the_same_answers_by_the_profile_that_setup_makes(way, answers, vigil, tmp_path):
    (tmp_path / "own.csv").write_bytes(own_file())
    expected = answers("own.csv")
    assert [row[0] for row in expected[0]].count("invalid") == 0
    events = way(tmp_path)
    outcome = vigil("setup", events, "-o", "site.toml", stdin=b"")
    assert (outcome.exit_code, outcome.out) == (0, ""), outcome.err
    found = answers(events, "--profile", "site.toml")
    assert found[:3] == expected[:3]
    assert found[3] == LEFT_OUT.get(way.__name__, 0)
