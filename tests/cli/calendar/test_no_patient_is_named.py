"""No output of `vigil calendar` and no message of it names a patient."""

from __future__ import annotations

import re

import pytest
from support.calendar_exports import ALL_OUTPUTS, HEADER, PATIENTS

from spine_vigil.scheduler.calendars.identity import SiteSecret

MARKERS = [
    "4711",
    "MRN",
    "1961",
    "07-23",
    "23 July",
    "Jane",
    "Plantedmarker",
    "sacrum",
    "chondro",
    "cartilaginous",
    "Bone tumor",
]
BAD = [
    ("the birth date in the wrong form", "MRN-4711,bone.chordoma,,,,,2022-01-31,,sacrum,23.07.1961,Jane Plantedmarker"),
    ("a diagnosis for a protocol", "MRN-4711,bone.chondrosarkoma,,,,,2022-01-31,,sacrum,,Jane Plantedmarker"),
    ("an event before birth", "MRN-4711,bone.chordoma,CT,chest,1961-07-22,performed,2022-01-31,,,1961-07-23,Jane"),
    ("a name for a modality", "MRN-4711,bone.chordoma,Jane Plantedmarker,chest,2022-03-01,,2022-01-31,,sacrum,,"),
    ("a cell too many", "MRN-4711,bone.chordoma,,,,,2022-01-31,,sacrum,1961-07-23,Jane Plantedmarker,MRN-4711"),
    ("a stray quote", 'MRN-4711,bone.chordoma,,,,,2022-01-31,,sacrum,1961-07-23,"Jane Plantedmarker'),
    ("no patient id", ",bone.chordoma,,,,,2022-01-31,,sacrum,1961-07-23,Jane Plantedmarker"),
]
GOOD = "MRN-4711,bone.chondrosarcoma.atypical_cartilaginous,,,,,,2022-01-31,sacrum,1961-07-23,Jane Plantedmarker"


def told(folder, err):
    """Return everything that was written or said, names of files too, with folded lines put together."""
    paths = [p for p in folder.rglob("*") if p.is_file() and p.name not in ("events.csv", "patients.csv", "codes.csv")]
    texts = [p.read_text(encoding="utf-8").replace("\n ", "") + p.name for p in paths]
    return re.sub(r"\s+", " ", "\n".join([*texts, err]))


@pytest.mark.parametrize(("what", "bad"), BAD, ids=[what for what, _ in BAD])
@pytest.mark.parametrize("good", [[GOOD], []], ids=["written", "refused"])
def test_no_marker_of_the_input_is_written_or_told(export, folder, what, bad, good):
    code, err = export([*good, bad], *ALL_OUTPUTS)
    assert code == (0 if good else 2), what
    assert [marker for marker in MARKERS if marker in told(folder, err)] == [], what
    assert "is left out" in err


def test_no_marker_of_a_patients_file_is_told(export, folder):
    (folder / "patients.csv").write_text(
        "patient_id,protocol,birth_date,surgery_date\nMRN-4711,bone.chondrosarkoma,1961-23-07,2022-01-31\n"
        "MRN-4712,bone.chondrosarcoma.atypical_cartilaginous,1961-07-23,2022-01-31\n"
    )
    row = "{},,,,,,,,sacrum,,Jane Plantedmarker"
    code, err = export([row.format("MRN-4711"), row.format("MRN-4712")], *ALL_OUTPUTS, "--patients", "patients.csv")
    assert code == 0
    assert "vigil: patients.csv, line 2, column birth_date cannot be read" in err
    assert [marker for marker in [*MARKERS, "4712"] if marker in told(folder, err)] == []


def test_the_markers_are_there_to_be_found(export, folder):
    """`told` finds the markers that `--show` puts into the calendar: its empty answer elsewhere is a real one."""
    _, err = export([GOOD], "-o", "w.ics", "--show", "patient-id,protocol")
    assert {"MRN", "4711", "cartilaginous"} <= {marker for marker in MARKERS if marker in told(folder, err)}


def test_codes_list_whose_the_cancelled_events_are_too(export, folder):
    """P5 has progressed: no event is due, and two are cancelled."""
    header = HEADER + ",progression_date"
    rows = [f"{row}," for row in PATIENTS]
    (folder / "events.csv").write_text("\n".join([header, *rows, ""]))
    export(None, *ALL_OUTPUTS)
    (folder / "events.csv").write_text("\n".join([header, *rows[:4], f"{rows[4]}2022-02-20", ""]))
    assert export(None, *ALL_OUTPUTS)[0] == 0
    assert {line.split(",")[1] for line in (folder / "codes.csv").read_text().splitlines()[1:]} == {
        "P1",
        "P2",
        "P3",
        "P4",
        "P5",
    }


def test_two_patients_of_one_pseudonym_are_refused(export, folder, monkeypatch):
    monkeypatch.setattr(SiteSecret, "patient_code", lambda *_: "ABCDEFGH")
    code, err = export(PATIENTS, *ALL_OUTPUTS)
    assert (code, "two patients have the pseudonym ABCDEFGH" in err) == (2, True)
    assert not (folder / "w.ics").exists()
    assert export(PATIENTS[:1], *ALL_OUTPUTS)[0] == 0
