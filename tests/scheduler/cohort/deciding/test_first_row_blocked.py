"""A contraindicated first row is searched again without the rows behind it."""

import polars as pl

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.rules.grace import GracePolicy

ROW = {
    "patient_id": "P1",
    "protocol": "bone.osteosarcoma",
    "modality": "MRI",
    "region": "cervical_spine",
    "date": "2022-04-15",
    "treatment_end_date": "2022-01-15",
    "primary_site": "cervical_spine",
}


def test_the_next_allowed_date_behind_a_stent_is_found_where_other_rows_follow():
    rows = [
        ROW | {"intravascular_stent_date": "2022-04-01"},
        ROW | {"patient_id": "P2", "intravascular_stent_date": ""},
    ]
    found = Audit(CURRENT, GracePolicy()).decide_frame(pl.DataFrame(rows))
    assert found["reason"].to_list() == ["contraindicated", "on_schedule"]
    assert found["next_allowed"].to_list() == ["2022-05-14", "2022-04-15"]
