"""Rows for `vigil calendar`, and a run of it that is refused."""

from __future__ import annotations

SECRET = "00" * 32
HEADER = "patient_id,protocol,modality,region,date,status,treatment_end_date,primary_site,birth_date,follow_up_end_date"
ROWS = [
    "MRN-4711,bone.osteosarcoma,,,,,2022-01-31,sacrum,1961-07-23,",
    "MRN-4711,bone.osteosarcoma,CT,chest,2022-05-02,performed,2022-01-31,sacrum,1961-07-23,",
    "MRN-4712,bone.chordoma,,,,,2022-01-31,sacrum,1961-07-23,2022-03-01",
    "MRN-4713,bone.osteosarcoma,CT,chest,2022-13-02,performed,2022-01-31,,,",
]


def refused(calendar, tmp_path, *args):
    """Return the error of a run that has to be refused and to leave every file as it is."""
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()}
    code, out, err = calendar(*args, "--as-of", "2022-05-10")
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()} == before
    return err
