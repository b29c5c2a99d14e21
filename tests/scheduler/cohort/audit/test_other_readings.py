"""Which readings decide which requests."""

from random import Random

import pytest
from support.block_sizes import Sizes, as_csv, as_rows, audited
from support.evaluators import decide_one_by_one
from support.indicated_cohorts import indicated_cohort
from support.random_cohorts import random_cohort

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.rules.grace import GracePolicy

CHORDOMA = {
    "patient_id": "P1",
    "protocol": "bone.chordoma",
    "modality": "CT",
    "region": "chest",
    "surgery_date": "2022-01-15",
    "symptoms_new_or_progressing": "false",
}


def readings_of(*rows: dict[str, str]) -> list[str | None]:
    """Return what the column `contested` holds, every row in a block of its own."""
    text, _ = audited(as_csv(rows), Sizes(block_bytes=len(as_csv(rows[:1]))), readings=True)
    return [row["contested"] or None for row in as_rows(text)]


def test_a_ct_after_six_months_is_early_only_where_it_is_read_as_annual():
    assert readings_of(CHORDOMA | {"date": "2022-07-15", "status": "requested"}) == ["annual_ct: outside"]


def test_a_ct_after_a_year_is_within_under_every_reading():
    assert readings_of(CHORDOMA | {"date": "2023-01-15", "status": "requested"}) == [None]


def test_the_history_of_the_patient_counts_under_every_reading():
    earlier = CHORDOMA | {"date": "2023-01-15", "status": "performed"}
    later = CHORDOMA | {"date": "2023-07-15", "status": "requested"}
    assert readings_of(earlier, later) == [None, "annual_ct: outside"]


def test_rows_of_other_protocols_name_no_reading():
    other = CHORDOMA | {"protocol": "bone.giant_cell_tumor", "date": "2022-07-15", "status": "requested"}
    assert readings_of(CHORDOMA | {"date": "2022-07-15", "status": "requested"}, other) == ["annual_ct: outside", None]


def test_a_file_without_protocols_contests_nothing():
    row = {"patient_id": "P1", "modality": "MRI", "region": "cervical_spine", "date": "2022-07-15"}
    assert readings_of(row) == [None]


SPONDYLOARTHROPATHY = {
    "patient_id": "P1",
    "modality": "MRI",
    "region": "cervical_spine",
    "date": "2024-06-15",
    "spondyloarthropathy_suspected_or_known": "true",
    "cervical_xray_inconclusive": "false",
    "cervical_xray_abnormal": "true",
    "rheumatology_evaluation_completed": "true",
}


def test_an_indication_that_another_reading_would_meet_is_contested():
    assert readings_of(SPONDYLOARTHROPATHY) == ["abnormal_counts: within"]


def test_an_indication_that_every_reading_decides_alike_is_not():
    assert readings_of(SPONDYLOARTHROPATHY | {"cervical_xray_abnormal": "false"}) == [None]


def test_a_study_that_the_edition_does_not_cover_is_contested_by_no_reading_of_an_indication():
    assert readings_of(SPONDYLOARTHROPATHY | {"modality": "CT"}) == [None]


def test_the_rows_of_a_patient_with_several_protocols_are_tried_under_the_readings_of_each():
    both = CHORDOMA | {"protocol": "bone.giant_cell_tumor|bone.chordoma", "date": "2022-07-15", "status": "requested"}
    alone = CHORDOMA | {"date": "2022-07-15", "status": "requested", "patient_id": "P2"}
    # The chest CT of the giant cell tumor is due every 6 months by any reading.
    assert readings_of(both, alone) == [None, "annual_ct: outside"]


def test_what_is_contested_is_counted_by_reading():
    requested = CHORDOMA | {"date": "2022-07-15", "status": "requested"}
    rows = [requested, requested | {"patient_id": "P2"}, SPONDYLOARTHROPATHY | {"patient_id": "P3"}]
    _, counts = audited(as_csv(rows), Sizes(block_bytes=len(as_csv(rows[:1]))), readings=True)
    assert counts["contested"] == {
        "bone.chordoma/chest=annual_ct": 2,
        "indication.spondyloarthropathy=abnormal_counts": 1,
    }


def test_without_other_readings_nothing_is_counted_as_contested():
    _, counts = audited(as_csv([CHORDOMA | {"date": "2022-07-15"}]), Sizes())
    assert "contested" not in counts


@pytest.mark.slow
@pytest.mark.parametrize("make_cohort", [random_cohort, indicated_cohort], ids=["protocols", "indications"])
def test_what_is_contested_is_what_the_evaluator_of_one_patient_decides_otherwise(make_cohort):
    """Every row of a random cohort is decided anew under each other reading of the edition."""
    rows = make_cohort(Random("readings"), CURRENT, patients=300)  # noqa: S311 - not for secrets
    taken = [result["decision"] for result in decide_one_by_one(rows, CURRENT, GracePolicy())]
    expected: list[dict[str, None]] = [{} for _ in rows]
    for route, name, _ in CURRENT.readings():
        other = decide_one_by_one(rows, CURRENT.with_readings({route: name}), GracePolicy())
        for said, was, result in zip(expected, taken, other, strict=True):
            if result["decision"] != was:
                said[f"{name}: {result['decision']}"] = None
    text, _ = audited(as_csv(rows), readings=True)
    assert [row["contested"] for row in as_rows(text)] == [";".join(said) for said in expected]
    assert len({";".join(said) for said in expected}) > 4
