"""`vigil due --since`: what is told of changes since an earlier list, on a terminal and in files."""

import csv
import json
from datetime import date

import polars as pl
import pytest

from spine_vigil.scheduler.cohort.due.described import CHANGE_COLUMNS
from spine_vigil.scheduler.cohort.due.wording import DUE_COLUMNS

HEADER = "patient_id,protocol,modality,region,date,status,treatment_end_date,primary_site"
ROWS = [
    "P1,bone.osteosarcoma,,,,,2022-01-31,sacrum",
    "P1,bone.osteosarcoma,CT,chest,2022-05-02,performed,,",
    "P2,cns.leptomeningeal_metastases,,,,,2022-02-28,",
]
LATER = [
    *ROWS[:2],
    "P1,bone.osteosarcoma,MRI,sacrum,2022-05-12,performed,,",
    "=P3,cns.leptomeningeal_metastases,,,,,2022-02-28,",
]
BEFORE, NOW = ("--as-of", "2022-05-10"), ("--as-of", "2022-05-17")


@pytest.fixture
def later(tmp_path):
    path = tmp_path / "later.csv"
    path.write_text("\n".join([HEADER, *LATER, ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet", ".json", ".xlsx"])
def test_every_form_of_an_earlier_list_tells_the_same(due, events, later, tmp_path, suffix):
    earlier = tmp_path / f"due{suffix}"
    due(events, *BEFORE, "-o", earlier)
    code, out, err = due(later, *NOW, "--since", earlier)
    assert code == 0
    assert out.startswith("""\
Changes since the list of 2022-05-10: 2 new, 1 moved, 2 gone, 1 unchanged

NEW: 2
  =P3, cns.leptomeningeal_metastases/brain: MRI of the brain: open 2022-04-28 to 2022-05-28
  =P3, cns.leptomeningeal_metastases/spine: MRI of the total spine: open 2022-04-28 to 2022-05-28

MOVED: 1
  P1, bone.osteosarcoma/primary_site: CT, MRI or PET/CT of the sacrum: upcoming 2022-08-12; was
    overdue 2022-04-30; done on 2022-05-12

GONE: 2
  P2, cns.leptomeningeal_metastases/brain: MRI of the brain: was open 2022-04-28 to 2022-05-28; not
    in the file, or no readable row names a protocol
  P2, cns.leptomeningeal_metastases/spine: MRI of the total spine: was open 2022-04-28 to
    2022-05-28; not in the file, or no readable row names a protocol

Due on 2022-05-17 by""")
    assert str(earlier) not in err


def test_a_list_of_today_compared_with_itself_tells_no_change(due, events, tmp_path):
    earlier = tmp_path / "due.csv"
    due(events, *BEFORE, "-o", earlier)
    lines = due(events, *BEFORE, "--since", earlier).out.splitlines()
    assert lines[:3] == [
        "Changes since the list of 2022-05-10: 0 new, 0 moved, 0 gone, 4 unchanged",
        "",
        "Due on 2022-05-10 by healthhelp-mri-cspine-2025, grace a tenth of the interval, 7 to 30 days",
    ]


def test_a_file_has_the_changes_behind_its_columns_and_what_is_gone_at_its_end(due, events, later, tmp_path):
    due(events, *BEFORE, "-o", tmp_path / "due.json")
    due(later, *NOW, "--since", tmp_path / "due.json", "-o", tmp_path / "now.parquet")
    found = pl.read_parquet(tmp_path / "now.parquet")
    assert found.schema == pl.Schema(DUE_COLUMNS | CHANGE_COLUMNS)
    told = found.select("patient_id", "schedule", "status", "change", "was_status").rows()
    assert told == [
        ("=P3", "brain", "open", "new", None),
        ("=P3", "spine", "open", "new", None),
        ("P1", "chest", "upcoming", "unchanged", "upcoming"),
        ("P1", "primary_site", "upcoming", "moved", "overdue"),
        ("P2", "brain", None, "gone", "open"),
        ("P2", "spine", None, "gone", "open"),
    ]
    assert found["was_closes"][3] == date(2022, 4, 30)


def test_a_list_with_changes_is_an_earlier_list_itself(due, events, later, tmp_path):
    due(events, *BEFORE, "-o", tmp_path / "first.csv")
    due(later, *NOW, "--since", tmp_path / "first.csv", "-o", tmp_path / "second.csv")
    with (tmp_path / "second.csv").open(encoding="utf-8", newline="") as file:
        assert [row["change"] for row in csv.DictReader(file)] == [
            "new", "new", "unchanged", "moved", "gone", "gone",
        ]  # fmt: skip
    # No line of it is overdue, so that it does not tell its date.
    _, out, err = due(later, *NOW, "--since", tmp_path / "second.csv")
    assert out.startswith("Changes since a list without a date: 0 new, 0 moved, 0 gone, 4 unchanged\n")
    assert "second.csv does not tell its date, since none of its lines is overdue" in err


def test_a_later_list_another_edition_and_another_grace_are_said(due, events, tmp_path):
    earlier = tmp_path / "due.json"
    due(events, *NOW, "-o", earlier)
    whole = json.loads(earlier.read_text(encoding="utf-8"))
    earlier.write_text(json.dumps(whole | {"edition": "another-2024", "grace": "no grace"}), encoding="utf-8")
    code, _, err = due(events, *BEFORE, "--since", earlier)
    assert code == 0
    assert "is of 2022-05-17, later than this list of 2022-05-10" in err
    assert "was made by the edition another-2024, this list by healthhelp-mri-cspine-2025" in err
    assert "was made with another grace (no grace)" in err


def test_a_part_of_a_list_is_said(due, events, tmp_path):
    for suffix, said in ((".json", "is a part of a list (status=overdue)"), (".csv", "holds no such lines as")):
        earlier = tmp_path / f"due{suffix}"
        due(events, *BEFORE, "--status", "overdue", "-o", earlier)
        _, out, err = due(events, *BEFORE, "--since", earlier)
        assert said in err
        assert "make both lists with the same options" in err
        assert "1 unchanged" in out.splitlines()[0]


def test_an_older_list_lacks_columns_and_says_which(due, events, tmp_path):
    earlier = tmp_path / "due.csv"
    due(events, *BEFORE, "-o", earlier)
    pl.read_csv(earlier, infer_schema=False).drop("last_day", "booked").write_csv(earlier)
    _, out, err = due(events, *BEFORE, "--since", earlier)
    assert "does not have last_day and booked; these values are not compared" in err
    assert "0 moved, 0 gone, 4 unchanged" in out


def test_a_schedule_that_this_edition_does_not_have_is_gone_for_that_reason(due, events, tmp_path):
    earlier = tmp_path / "due.csv"
    due(events, *BEFORE, "-o", earlier)
    text = earlier.read_text(encoding="utf-8").replace("P1,bone.osteosarcoma,chest", "P1,bone.osteosarcoma,skull")
    earlier.write_text(text, encoding="utf-8")
    out = due(events, *BEFORE, "--since", earlier).out
    assert "1 new, 0 moved, 1 gone, 3 unchanged" in out
    assert "was upcoming 2022-08-02; this edition has no such schedule" in " ".join(out.split())


def test_what_is_no_due_list_is_refused_before_the_events_are_read(due, events, tmp_path):
    code, out, err = due(tmp_path / "none.csv", *BEFORE, "--since", events)
    assert (code, out) == (2, "")
    assert "is no due list: it has no column schedule; give --since a file that 'vigil due -o' wrote" in err


def test_the_earlier_list_is_never_the_output(due, events, tmp_path):
    earlier = tmp_path / "due.csv"
    due(events, *BEFORE, "-o", earlier)
    before = earlier.read_bytes()
    code, _, err = due(events, *NOW, "--since", earlier, "-o", earlier)
    assert code == 2
    assert "is the input; give the output another name" in err
    assert earlier.read_bytes() == before
