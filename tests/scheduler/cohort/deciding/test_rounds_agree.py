"""Both evaluators give the same answer, to the letter, where studies of several modalities make rounds of imaging."""

from datetime import date, timedelta
from random import Random

import pytest
from support.evaluators import decide_as_columns, decide_one_by_one

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.rules.grace import GracePolicy

IN_ROUNDS = {
    "bone.osteosarcoma": (
        ("CT", "MRI", "PET/CT"),
        ("pelvis", "cervical_spine", "chest", "whole_body", "pelvis|cervical_spine"),
    ),
    "bone.ewing_sarcoma": (("CT", "MRI", "PET/CT"), ("pelvis", "whole_body")),
    "neuroendocrine.pheochromocytoma.unresectable": (
        ("CT", "MRI", "PET/CT", "PET/MRI"),
        ("chest", "abdomen", "pelvis", "chest|abdomen", "abdomen|pelvis", "whole_body"),
    ),
}
"""Protocols whose modalities complement each other, with studies that match them."""
APART = (0, 1, 5, 10, 19, 20, 21, 22, 60, 80, 90, 100, 120, 400)
STATUSES = ("performed", "performed", "performed", "scheduled", "requested")
READINGS = {
    "as taken": CURRENT,
    "as written": CURRENT.with_readings({"neuroendocrine.pheochromocytoma.unresectable/body": "as_written"}),
}


def cohort_in_rounds(random, patients):
    """Return rows of patients whose studies lie days or intervals apart, from about the index date on."""
    rows = []
    for number in range(patients):
        protocol = random.choice(tuple(IN_ROUNDS))
        modalities, regions = IN_ROUNDS[protocol]
        index = date(2020, 1, 31)
        patient = {
            "patient_id": f"P{number}",
            "protocol": protocol,
            "primary_site": random.choice(("pelvis", "cervical_spine", "")),
            "treatment_end_date": str(index),
            "symptoms_new_or_progressing": random.choice(("", "", "true", "false")),
        }
        day = index + timedelta(days=random.choice((-5, 0, 5, 60, 90)))
        for _ in range(random.randint(2, 8)):
            study = {"modality": random.choice(modalities), "region": random.choice(regions)}
            rows.append(patient | study | {"date": str(day), "status": random.choice(STATUSES)})
            day += timedelta(days=random.choice(APART))
    random.shuffle(rows)
    return rows


@pytest.mark.parametrize("grace", [None, 0, 40], ids=lambda days: f"grace {days}")
@pytest.mark.parametrize("reading", READINGS)
def test_they_agree_on_rounds_of_imaging(reading, grace):
    rows = cohort_in_rounds(Random(f"{reading} {grace}"), patients=400)  # noqa: S311 - not for secrets
    edition, policy = READINGS[reading], GracePolicy(grace)
    scalar, columnar = decide_one_by_one(rows, edition, policy), decide_as_columns(rows, edition, policy)
    assert [found for found in zip(rows, scalar, columnar, strict=True) if found[1] != found[2]] == []
    assert sum("belongs to the round" in result["explanation"] for result in columnar) > 20
    assert sum(result["reason"] == "unconfirmed_prior" for result in columnar) > 10
