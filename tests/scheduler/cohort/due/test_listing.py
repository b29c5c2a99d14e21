"""The list of what is due of a file does not depend on how it is gone through, nor on the order of its rows."""

import json
from datetime import date
from io import BytesIO
from random import Random

import polars as pl
import pytest
from support.block_sizes import Sizes, as_csv, as_parquet, as_rows
from support.due import due_of_file, due_one_by_one
from support.random_cohorts import random_cohort

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.cohort.due.documents import MOST_NAMED
from spine_vigil.scheduler.cohort.due.rules import DueRules, Wanted
from spine_vigil.scheduler.cohort.due.wording import DUE_COLUMNS
from spine_vigil.scheduler.files.csv_text import LINE
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.studies import Modality

AS_OF = date(2022, 6, 1)
RULES = DueRules(CURRENT, GracePolicy(), AS_OF)
SMALL = Sizes(block_bytes=700, block_rows=9, workers=2)
FORMATS = [".csv", ".csv.gz", ".parquet", ".json"]


def cohort(seed, patients=40):
    """Return a random cohort with bookings, ids that have to be quoted, and an end of follow-up now and then."""
    random = Random(seed)  # noqa: S311 - not for secrets
    rows = random_cohort(random, CURRENT, patients, rows=6)
    for row in rows:
        if row.get("date") and random.random() < 0.2:
            row["status"] = "scheduled"
        if random.random() < 0.03:
            row["follow_up_end_date"] = "2022-05-01"
        row["patient_id"] = f"{row['patient_id']}, the \u00e9 of a long name" if seed % 2 else row["patient_id"]
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("write", [as_csv, as_parquet], ids=["CSV", "Parquet"])
def test_blocks_and_shares_of_any_size_say_what_is_said_patient_by_patient(write, seed):
    rows = cohort(seed)
    out, run = due_of_file(write(rows), RULES, SMALL, ".parquet")
    found = pl.read_parquet(BytesIO(out))
    assert found.schema == pl.Schema(DUE_COLUMNS)
    assert found.to_dicts() == due_one_by_one(rows, CURRENT, GracePolicy(), AS_OF)
    assert len(run._runs._starts) > 1  # or nothing was merged


@pytest.mark.slow
@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("write", [as_csv, as_parquet], ids=["CSV", "Parquet"])
def test_every_byte_is_the_same_in_any_blocks_by_any_number_of_workers_from_rows_in_any_order(write, suffix):
    rows = cohort(1, patients=15)
    whole = due_of_file(write(rows), RULES, suffix=suffix)[0]
    assert whole
    for sizes in (SMALL, Sizes(block_bytes=3000, block_rows=50), Sizes(block_bytes=150, block_rows=3, workers=5)):
        Random(sizes.block_rows).shuffle(rows)  # noqa: S311 - not for secrets
        assert due_of_file(write(rows), RULES, sizes, suffix)[0] == whole


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_file_without_rows_gives_a_list_without_rows(suffix):
    out, run = due_of_file(as_csv(cohort(0)[:1]).partition(b"\n")[0], RULES, suffix=suffix)
    if suffix == ".csv":
        assert out.decode() == ",".join(DUE_COLUMNS) + "\n"
    elif suffix == ".json":
        assert json.loads(out) == {"as_of": "2022-06-01", "due": []}
    elif suffix == ".parquet":
        assert pl.read_parquet(BytesIO(out)).schema == pl.Schema(DUE_COLUMNS)
    assert (run.counts.rows, run.patients, run.totals.schedules) == (0, 0, 0)


def test_a_list_by_patient_keeps_them_together_in_the_order_of_their_first_lines():
    rows = cohort(1, patients=15)
    plain, together = (
        pl.read_csv(BytesIO(due_of_file(as_csv(rows), RULES, SMALL, by_patient=by_patient)[0]), infer_schema=False)
        for by_patient in (False, True)
    )
    order = together["patient_id"].to_list()
    first = plain["patient_id"].unique(maintain_order=True).to_list()
    assert [patient for patient, before in zip(order, [None, *order], strict=False) if patient != before] == first
    assert len(first) > 3
    for patient in first:
        own = [frame.filter(pl.col("patient_id") == patient) for frame in (plain, together)]
        assert own[0].equals(own[1])


PATIENT = {"patient_id": "P1", "protocol": "bone.osteosarcoma", "treatment_end_date": "2022-01-31"}
STUDY = {"patient_id": "P1", "modality": "CT", "region": "chest", "date": "2022-05-02", "status": "performed"}
OTHERS = [{"patient_id": f"Q{n}", "protocol": "bone.chordoma", "treatment_end_date": "2022-01-31"} for n in range(9)]
FAR_APART = [
    # rows of the patient that stand blocks apart, reference, opens, booked of the chest CT, why
    ([PATIENT], "2022-01-31", "2022-04-30", "", "every 3 months from the end of treatment"),
    ([PATIENT, STUDY], "2022-05-02", "2022-08-02", "", "a study far below"),
    ([STUDY, PATIENT], "2022-05-02", "2022-08-02", "", "a study far above"),
    ([STUDY, STUDY | {"date": "2022-02-02"}, PATIENT], "2022-05-02", "2022-08-02", "", "the latest counts"),
    ([STUDY | {"patient_id": " P1 "}, PATIENT], "2022-05-02", "2022-08-02", "", "the same patient, with spaces"),
    ([STUDY | {"patient_id": "p1"}, PATIENT], "2022-01-31", "2022-04-30", "", "another patient"),
    ([STUDY | {"status": "scheduled", "date": "2022-07-02"}, PATIENT], "2022-01-31", "2022-04-30", "2022-07-02",
        "a booking far above"),
    ([PATIENT, STUDY, PATIENT | {"treatment_end_date": "2022-02-28", "date": "2022-05-03", "modality": "MRI",
        "region": "brain", "status": "performed"}], "2022-05-02", "2022-08-02", "", "a newer end of treatment"),
    ([PATIENT | STUDY | {"treatment_end_date": "2022-01-01", "date": "2022-01-02"}, PATIENT, STUDY | {"region": "brain",
        "modality": "MRI"}], "2022-01-31", "2022-04-30", "", "the latest end of treatment counts, whatever its row"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "reference", "opens", "booked", "why"), FAR_APART, ids=[row[-1] for row in FAR_APART])
def test_the_rows_of_a_patient_are_put_together_from_any_blocks(rows, reference, opens, booked, why):
    spread = [row for own in rows for row in (own, *OTHERS)]
    text, _ = due_of_file(as_csv(spread), RULES, Sizes(block_bytes=100, workers=2))
    (line,) = [row for row in as_rows(text) if (row["patient_id"], row["schedule"]) == ("P1", "chest")]
    assert (line["reference_date"], line["opens"], line["booked"]) == (reference, opens, booked), why


LATER = [
    # the date of a performed study, how many are told, the reference, why
    ("2022-05-31", 0, "2022-05-31", "the day before"),
    ("2022-06-01", 0, "2022-06-01", "the day of the question itself"),
    ("2022-06-02", 1, "2022-01-31", "the day after, on which nothing can have been performed yet"),
]


@pytest.mark.parametrize(("day", "count", "reference", "why"), LATER, ids=[row[-1] for row in LATER])
def test_a_study_performed_after_the_date_of_the_question_is_counted_as_that(day, count, reference, why):
    text, run = due_of_file(as_csv([PATIENT, STUDY | {"date": day}]), RULES)
    assert run.counts.later == count, why
    assert [row["reference_date"] for row in as_rows(text) if row["schedule"] == "chest"] == [reference], why


NOT_LATER = [
    ({"status": "scheduled"}, "a booking"),
    ({"status": "requested"}, "a request"),
    ({"status": "cancelled"}, "a cancelled study"),
    ({"modality": "", "cpt": "0649T"}, "an add-on, which is no study of its own"),
    ({"primary_site": "knee"}, "a row that cannot be read"),
]


@pytest.mark.parametrize(("change", "why"), NOT_LATER, ids=[why for _, why in NOT_LATER])
def test_nothing_else_of_a_later_date_is_counted(change, why):
    _, run = due_of_file(as_csv([PATIENT, STUDY | {"date": "2022-07-01"} | change]), RULES)
    assert run.counts.later == 0, why


@pytest.mark.parametrize("bad", [MOST_NAMED - 1, MOST_NAMED, MOST_NAMED + 1])
@pytest.mark.parametrize("size", [60, 1 << 24])
def test_the_first_rows_that_cannot_be_read_are_named_by_line(bad, size):
    rows = [PATIENT, *[STUDY | {"date": "2022-02-30", "region": "knee"}, PATIENT] * bad]
    _, run = due_of_file(as_csv(rows), RULES, Sizes(block_bytes=size, workers=3))
    assert [row.line for row in run.counts.named] == [3, 5, 7, 9, 11][:bad]
    assert [problem.column for problem in run.counts.named[0].problems] == ["region", "date"]
    assert (run.counts.bad, run.counts.bad_cells) == (bad, {"date": bad, "region": bad})


def test_rows_that_cannot_be_read_are_counted_for_their_patient_wherever_they_stand():
    bad = STUDY | {"date": "2022-02-30"}
    rows = [bad, *OTHERS, PATIENT, *OTHERS, bad, *OTHERS, bad | {"patient_id": " "}]
    text, _ = due_of_file(as_csv(rows), RULES, Sizes(block_bytes=100, workers=2))
    counts = {row["patient_id"]: row["unread_rows"] for row in as_rows(text)}
    assert counts == {"P1": "2"} | {other["patient_id"]: "" for other in OTHERS}


def test_what_the_rows_of_a_patients_file_say_counts_and_a_patient_without_an_event_is_listed():
    patients = pl.DataFrame(
        [
            PATIENT | {"line": 2},
            PATIENT | {"patient_id": "P2", "treatment_end_date": "soon", "line": 3},
            PATIENT | {"patient_id": "P2", "treatment_end_date": "2022-02-28", "line": 4},
        ]
    ).rename({"line": LINE})
    text, run = due_of_file(as_csv([STUDY, *OTHERS]), RULES, SMALL, patients=patients)
    found = [
        (r["patient_id"], r["reference_date"], r["unread_rows"]) for r in as_rows(text) if r["schedule"] == "chest"
    ]
    assert [row for row in found if row[0].startswith("P")] == [("P2", "2022-02-28", "1"), ("P1", "2022-05-02", "")]
    assert (run.counts.rows, run.counts.bad, run.met) == (10, 0, 1)  # the lines of the patients file are told elsewhere


def test_one_patient_is_listed_alone():
    bad = STUDY | {"date": "2022-02-30"}
    rows = [PATIENT, STUDY, bad, *OTHERS, bad | {"patient_id": "Q1"}]
    text, run = due_of_file(as_csv(rows), RULES, SMALL, wanted=Wanted(patient_id="P1"))
    assert {row["patient_id"] for row in as_rows(text)} == {"P1"}
    assert (run.counts.rows, run.counts.bad, run.patients, run.left_out) == (13, 1, 1, 0)


WANTED = [
    # what is asked for, the schedules that are listed, why
    (Wanted(), ["P1/chest", "Q/chest", "P1/primary_site", "Q/primary_site", "R/"], "everything"),
    (Wanted(statuses=[DueStatus.OVERDUE]), ["P1/chest"], "a status"),
    (Wanted(statuses=[DueStatus.OVERDUE, DueStatus.UPCOMING]), ["P1/chest", "Q/chest"], "two statuses"),
    (Wanted(protocols=["bone.chordoma"]), ["Q/chest", "Q/primary_site"], "a protocol"),
    (Wanted(modalities=[Modality.PET_CT]), ["P1/chest", "P1/primary_site"], "a modality"),
    (Wanted(protocols=["bone.chordoma"], modalities=[Modality.MRI]), ["Q/primary_site"], "both"),
    (Wanted(protocols=["cns.ependymoma"]), ["R/"], "a protocol without schedules"),
    (Wanted(statuses=[DueStatus.NO_SCHEDULE]), ["R/"], "what has no schedule"),
    (Wanted(opens_by=date(2022, 7, 30)), ["P1/chest"], "the day before a window opens"),
    (Wanted(opens_by=date(2022, 7, 31)), ["P1/chest", "Q/chest"], "the day on which it opens"),
    (Wanted(opens_by=date(2022, 8, 1)), ["P1/chest", "Q/chest"], "the day after"),
]


@pytest.mark.parametrize(("wanted", "listed", "why"), WANTED, ids=[why for *_, why in WANTED])
def test_what_is_asked_for_is_listed_and_the_rest_counted(wanted, listed, why):
    rows = [PATIENT, OTHERS[0] | {"patient_id": "Q"}, {"patient_id": "R", "protocol": "cns.ependymoma"}]
    text, run = due_of_file(as_csv(rows), RULES, SMALL, wanted=wanted)
    assert [f"{row['patient_id']}/{row['schedule']}" for row in as_rows(text)] == listed, why
    assert (run.totals.cases, run.left_out) == (len(listed), 5 - len(listed)), why
