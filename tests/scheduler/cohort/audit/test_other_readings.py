"""Which readings decide which requests."""

from support.block_sizes import Sizes, as_csv, as_rows, audited

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
    assert readings_of(CHORDOMA | {"date": "2022-07-15", "status": "requested"}) == ["annual_ct"]


def test_a_ct_after_a_year_is_within_under_every_reading():
    assert readings_of(CHORDOMA | {"date": "2023-01-15", "status": "requested"}) == [None]


def test_the_history_of_the_patient_counts_under_every_reading():
    earlier = CHORDOMA | {"date": "2023-01-15", "status": "performed"}
    later = CHORDOMA | {"date": "2023-07-15", "status": "requested"}
    assert readings_of(earlier, later) == [None, "annual_ct"]


def test_rows_of_other_protocols_name_no_reading():
    other = CHORDOMA | {"protocol": "bone.giant_cell_tumor", "date": "2022-07-15", "status": "requested"}
    assert readings_of(CHORDOMA | {"date": "2022-07-15", "status": "requested"}, other) == ["annual_ct", None]


def test_a_file_without_protocols_contests_nothing():
    row = {"patient_id": "P1", "modality": "MRI", "region": "cervical_spine", "date": "2022-07-15"}
    assert readings_of(row) == [None]
