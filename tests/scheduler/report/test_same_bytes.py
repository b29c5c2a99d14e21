"""Every byte of a report is the same, however its file is gone through and in whatever order its rows stand."""

from datetime import date
from random import Random

import pytest
from support.block_sizes import WHOLE, Sizes, as_csv, as_parquet
from support.engine_report import cohort_files, frame_of, made
from support.random_report_cohorts import BY, FROM, TO, random_report_cohort

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.report.writing import as_csv as table_as_csv
from spine_vigil.scheduler.report.writing import as_json
from spine_vigil.sources import CohortFiles

SIZES = [
    Sizes(block_bytes=1500, block_rows=9, workers=2),
    Sizes(block_bytes=6000, block_rows=50),
    Sizes(block_bytes=2500, block_rows=20, workers=5),
]


def cohort(seed=3, patients=14):
    """Return the rows of a random cohort whose ids and sites have to be quoted."""
    events, known = random_report_cohort(Random(seed), CURRENT, patients)  # noqa: S311 - not for secrets
    for row in (*events, *known):
        row["patient_id"] = f"{row['patient_id']}, né" if row["patient_id"].strip() else row["patient_id"]
    return events, known


def written(files, sizes=WHOLE, small_cells=0):
    """Return all tables and lists of a report as the bytes that are written."""
    report = made(files, FROM, TO, BY, sizes=sizes, small_cells=small_cells, readings=True)
    every = {name: table_as_csv(table) for name, table in {**report.tables, **report.lists}.items()}
    about = {"counts": report.about.counts, "first_day": report.about.first_day}
    return every | {"json": as_json(report.about, report.tables).partition(b'"tables"')[2], "about": repr(about)}


@pytest.fixture(scope="module")
def rows():
    return cohort()


@pytest.fixture(scope="module")
def whole(rows):
    return written(cohort_files(*rows))


def test_the_cohort_has_something_in_every_table(whole):
    assert [name for name, text in whole.items() if text.count(b"\n" if name != "about" else "counts") < 1] == []
    assert sum(len(text) for text in whole.values()) > 20_000


@pytest.mark.slow
@pytest.mark.parametrize("small_cells", [0, 3])
@pytest.mark.parametrize("sizes", SIZES, ids=["small blocks", "larger blocks", "five threads"])
def test_order_blocks_and_threads_change_no_byte(rows, small_cells, sizes):
    whole = written(cohort_files(*rows), small_cells=small_cells)
    events, known = (Random(sizes.block_bytes).sample(part, len(part)) for part in rows)  # noqa: S311
    assert written(cohort_files(events, known), sizes, small_cells) == whole


def test_a_parquet_file_a_frame_and_several_files_give_the_same_bytes(rows, whole, tmp_path):
    events, known = rows
    patients = frame_of(known).drop("date", "cpt")
    (tmp_path / "one.parquet").write_bytes(as_parquet(events))
    lines = as_csv(events).splitlines(keepends=True)
    folder = tmp_path / "several"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.csv").write_bytes(lines[0] + b"".join(lines[1 + number :: 3]))
    for source in (tmp_path / "one.parquet", frame_of(events), folder):
        assert written(CohortFiles(source, patients, none_performed=True)) == whole, source


def test_more_than_five_thousand_stretches_are_told_apart():
    """A stretch is packed with a day; its number did not have the room once."""
    course = {"protocol": "bone.osteosarcoma", "treatment_end_date": "2021-01-31", "primary_site": "sacrum"}
    study = {"modality": "CT", "region": "chest", "date": "2021-05-02", "status": "performed"}
    events = [{"patient_id": f"Q{number:04}", **course} for number in range(2600)]
    events += [{"patient_id": f"Q{number:04}", **study} for number in range(0, 2600, 13)]
    windows = made(cohort_files(events), FROM, TO).lists["windows"]
    of_patients = windows.partition_by("patient_id", include_key=False)
    assert len(of_patients) == 2600
    alike = [of_patients[1 if number % 13 else 0] for number in range(2600)]
    assert all(own.equals(other) for own, other in zip(of_patients, alike, strict=True))
    timely = [own.filter(outcome="timely")["study_date"].to_list() for own in of_patients[:2]]
    assert timely == [[date(2021, 5, 2)], []]
