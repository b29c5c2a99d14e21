"""What commands that look ahead write and say of what stands in their files: no name, number, birth or diagnosis.

Their messages are kept in logs, and calendars and pictures are handed on. The list of what is due alone holds patient
ids and protocols, since it is for those who work with them; a picture says the protocol, and of whom where it is asked.
"""

from __future__ import annotations

import re

import polars as pl
import pytest
from PIL import Image

from spine_vigil.cli.calendar import SECRET_NAME

MARKERS = (
    "ZQX-", "Jane", "Plantedmarker", "Zo\u00eb", "clivus", "sarkoma", "C41",
    "1961-07", "23.07.1961", "07/23/1961", "19610723", "23 July",
)  # fmt: skip
"""Parts of the record number, the name, the diagnosis in words and by code, and the birth date in every form."""

HEADER = (
    "patient_id,protocol,modality,region,cpt,date,status,treatment_end_date,primary_site,birth_date,"
    "clinically_indicated,follow_up_end_date,Patient Name,Diagnosis"
)
GOOD = {
    "patient_id": "ZQX-4711", "protocol": "bone.osteosarcoma", "treatment_end_date": "2022-01-31",
    "birth_date": "1961-07-23", "Patient Name": "Jane Plantedmarker", "Diagnosis": "C41.0 sarkoma of the clivus",
}  # fmt: skip
STUDY = {"modality": "CT", "region": "chest", "date": "2022-03-01", "status": "performed"}
BAD_CELLS = (
    ("protocol", "sarkoma of the clivus"), ("protocol", "bone.osteosarkoma"), ("modality", "Jane Plantedmarker"),
    ("region", "clivus"), ("cpt", "C41"), ("date", "23.07.1961"), ("date", "1961-07-22"), ("status", "Jane"),
    ("treatment_end_date", "19610723"), ("primary_site", "clivus"), ("birth_date", "07/23/1961"),
    ("clinically_indicated", "Jane"), ("follow_up_end_date", "23.07.1961"), ("patient_id", ""),
)  # fmt: skip


def line(**cells):
    return ",".join((GOOD | cells).get(name, "") for name in HEADER.split(","))


def text(*lines):
    return "\n".join([*lines, ""]).encode()


SPOILT_LINES = (
    ("a cell too many", (line(**STUDY) + ",ZQX-4711").encode()),
    ("a cell too few", line(**STUDY).rpartition(",")[0].encode()),
    ("a stray quote", line(**STUDY, Diagnosis='"clivus').encode()),
    ("a quote in a cell", line(**STUDY, Diagnosis='cli"vus"').encode()),
    ("no UTF-8", line(**STUDY, Diagnosis="Zo\u00eb").encode("latin-1")),
)
GOOD_LINES = (line(), line(**STUDY), line(**STUDY | {"status": "scheduled", "date": "2022-09-01"}))

EVENTS = {
    "unknown columns": text(HEADER, *GOOD_LINES),
    **{
        f"{name} {value or 'empty'}": text(HEADER, *GOOD_LINES, line(**STUDY | {name: value}))
        for name, value in BAD_CELLS
    },
    **{what: text(HEADER, *GOOD_LINES) + spoilt + b"\n" for what, spoilt in SPOILT_LINES},
    "columns that are nearly known": text(HEADER.replace("birth_date", "birth_dat").replace("Patient Name", "MRN"),
        *GOOD_LINES),
}  # fmt: skip

REFUSED = {
    "nothing but a bad row": text(HEADER, line(birth_date="07/23/1961")),
    "no header, empty cells": text(*GOOD_LINES),
    "no header, an id like a name": text(
        "patient_ZQX-7,Jane Plantedmarker,bone.chordoma,CT,chest,2022-03-01,1961-07-23"
    ),
    "no header, the birth date twice": text("ZQX-4711,bone.chordoma,CT,chest,1961-07-23,performed,1961-07-23"),
    "no header, the name twice": text("ZQX-4711,Jane Plantedmarker,Jane Plantedmarker,CT,chest,2022-03-01"),
}

PATIENTS = {
    "unknown columns": (
        text("patient_id,name,diagnosis,birth_date", "ZQX-4711,Jane Plantedmarker,C41 clivus,1961-07-23"),
        0,
    ),
    "cells that cannot be read": (
        text("patient_id,protocol,birth_date,primary_site", "ZQX-4712,,23.07.1961,clivus"),
        0,
    ),
    "a patient without events": (text("patient_id,birth_date,protocol", "ZQX-1,23.07.1961,sarkoma"), 0),
    "a line without an id": (text("patient_id,birth_date", ",1961-07-23", "ZQX-4711,"), 0),
    "a cell too many": (text("patient_id,surgery_date", "ZQX-4712,,Jane"), 0),
    "a patient twice": (text("patient_id,birth_date", "ZQX-4711,1961-07-23", "ZQX-4711,1961-07-23"), 0),
    "no header": (text("patient_ZQX-7,1961-07-23,Jane Plantedmarker"), 2),
    "no header, the birth date twice": (text("ZQX-4711,1961-07-23,1961-07-23,Jane"), 2),
}

COMMANDS = {
    "calendar": ("calendar", "-o", "w.ics", "--per-patient", "feeds", "--todos", "t.ics", "--state", "s.json"),
    "due, a table": ("due",),
    "due, a file": ("due", "-o", "due.json"),
    "timeline of a patient": ("timeline", "--patient", "ZQX-4711", "-o", "p.svg", "--text", "p.txt"),
    "timeline of a cohort": ("timeline", "--cohort", "-o", "p.png"),
    "inspect": ("inspect", "--html", "inspection.html"),
}


@pytest.fixture
def run(vigil, tmp_path, monkeypatch):
    """Run a command as of 10 May 2022 on an events file; return exit code, standard output and standard error."""

    def run_command(name, content, patients=None, options=(), file="events.csv"):
        monkeypatch.chdir(tmp_path)
        (tmp_path / SECRET_NAME).write_text("00" * 32)  # else chance might write a marker
        (tmp_path / SECRET_NAME).chmod(0o600)
        (tmp_path / file).write_bytes(content)
        if patients is not None:
            (tmp_path / "patients.csv").write_bytes(patients)
            options = (*options, "--patients", "patients.csv")
        command, *own = COMMANDS[name]
        return vigil(command, file, *own, "--as-of", "2022-05-10", *options)

    return run_command


def written(folder):
    """Return the text of every file that a run wrote, and its name."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in ("events.csv", "events.parquet", "patients.csv", SECRET_NAME):
            found.append(path.name)
            if path.suffix == ".png":
                with Image.open(path) as picture:
                    found += map(str, picture.info.values())
            else:
                found.append(path.read_text(encoding="utf-8").replace("\n ", ""))
    return "\n".join(found)


def markers_in(*texts):
    plain = re.sub(r"\s+", " ", "\n".join(texts))
    return [marker for marker in MARKERS if marker in plain]


def leaks(name, folder, out, err):
    """Return the markers that were written or said; the list of what is due holds the ids of patients."""
    is_list = name.startswith("due")
    in_list = [marker for marker in markers_in(out, written(folder)) if not (is_list and marker == "ZQX-")]
    return in_list + markers_in(err)


@pytest.mark.slow
@pytest.mark.parametrize("content", EVENTS.values(), ids=EVENTS.keys())
@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_that_stands_in_the_events_is_written_or_said(run, tmp_path, name, content):
    code, out, err = run(name, content)
    assert (code, leaks(name, tmp_path, out, err)) == (0, [])
    assert err or name == "inspect"


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_that_stands_in_a_file_that_is_refused_is_said(run, tmp_path, name, content):
    code, out, err = run(name, content)
    is_inspected = name == "inspect" and content == REFUSED["nothing but a bad row"]
    assert (code, leaks(name, tmp_path, out, err)) == (0 if is_inspected else 2, [])
    assert err or is_inspected


@pytest.mark.slow
@pytest.mark.parametrize(("patients", "expected"), PATIENTS.values(), ids=PATIENTS.keys())
@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_that_stands_in_the_patients_file_is_written_or_said(run, tmp_path, name, patients, expected):
    other = line(patient_id="ZQX-4712", birth_date="", protocol="bone.chordoma")
    code, out, err = run(name, text(HEADER, *GOOD_LINES, other), patients)
    assert leaks(name, tmp_path, out, err) == []
    assert code == expected


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_that_stands_in_a_mapped_column_is_written_or_said(run, tmp_path, name):
    mapped = HEADER.replace("birth_date", "Born").replace("patient_id", "MRN")
    options = ("--map", "Born=birth_date", "--map", "MRN=patient_id", "--date-format", "%Y-%m-%d")
    code, out, err = run(name, text(mapped, *GOOD_LINES, line(birth_date="23.07.1961")), options=options)
    assert (code, leaks(name, tmp_path, out, err)) == (0, [])


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_that_stands_in_a_parquet_file_is_written_or_said(run, tmp_path, name):
    rows = [dict(zip(HEADER.split(","), row.split(","), strict=True)) for row in GOOD_LINES]
    pl.DataFrame([*rows, rows[1] | {"birth_date": "19610723", "status": "Jane"}]).write_parquet(
        tmp_path / "made.parquet"
    )
    content = (tmp_path / "made.parquet").read_bytes()
    (tmp_path / "made.parquet").unlink()
    code, out, err = run(name, content, file="events.parquet")
    assert (code, leaks(name, tmp_path, out, err)) == (0, [])


# The search finds what is there


def test_the_markers_are_found_where_they_may_stand(run, tmp_path):
    _, out, _ = run("due, a table", EVENTS["unknown columns"])
    assert markers_in(out) == ["ZQX-"]
    run("timeline of a cohort", EVENTS["unknown columns"], options=("--show", "patient-id"))
    assert markers_in(written(tmp_path)) == ["ZQX-"]
    (tmp_path / "p.png").unlink()
    run("calendar", EVENTS["unknown columns"], options=("--show", "patient-id"))
    assert markers_in(written(tmp_path)) == ["ZQX-"]


def test_every_marker_is_planted():
    everything = b"".join([*EVENTS.values(), *REFUSED.values()]).decode("utf-8", "replace")
    planted = everything + b"".join(content for content, _ in PATIENTS.values()).decode() + "Zo\u00eb"
    assert set(MARKERS) - set(markers_in(planted)) == {"23 July"}  # how a calendar would write it
