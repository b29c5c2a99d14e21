"""Intake profiles from Python: the same answers as by the command, and one error for a profile that is none."""

from pathlib import Path

import polars as pl
import pytest

import spine_vigil as vigil

EVENTS = pl.DataFrame(
    {
        "MRN": ["007", "007", "12"],
        "Exam": ["72156-26", "72156", "72156"],
        "Done": ["04/15/2026 09:30", "05/20/2026", "04/15/2026"],
        "State": ["Completed", "Ordered", "Ordered"],
    }
)
PATIENTS = pl.DataFrame(
    {
        "MRN": ["007", "12"],
        "Disease": ["osteosarcoma", "osteosarcoma"],
        "Tx End": ["01/15/2026", "01/15/2026"],
        "Site": ["C-spine", "C-spine"],
    }
)
PROFILE = """
[columns]
"MRN" = "patient_id"
"Exam" = "cpt"
"Done" = "date"
"State" = "status"
[dates]
formats = ["%m/%d/%Y"]
[values.status]
"Completed" = "performed"
"Ordered" = "requested"
[patients.columns]
"MRN" = "patient_id"
"Disease" = "diagnosis"
"Tx End" = "treatment_end_date"
"Site" = "primary_site"
[patients.values.diagnosis]
"osteosarcoma" = "bone.osteosarcoma"
[patients.values.primary_site]
"C-spine" = "cervical_spine"
"""


@pytest.fixture
def profile(tmp_path):
    """Write the profile."""
    path = tmp_path / "site.toml"
    path.write_text(PROFILE, encoding="utf-8")
    return path


def test_frames_are_audited_as_the_profile_says(profile):
    decided = vigil.audit(EVENTS, PATIENTS, profile=profile)
    assert decided["reason"].to_list() == ["on_schedule", "early", "on_schedule"]
    assert decided.columns[:4] == EVENTS.columns


def test_files_give_what_frames_give(profile, tmp_path):
    EVENTS.write_csv(tmp_path / "events.csv", separator=";")
    PATIENTS.write_excel(tmp_path / "patients.xlsx")
    profile.write_text('[file]\nseparator = ";"\n' + PROFILE, encoding="utf-8")
    decided = vigil.audit(tmp_path / "events.csv", str(tmp_path / "patients.xlsx"), profile=str(profile))
    assert decided["reason"].to_list() == ["on_schedule", "early", "on_schedule"]


def test_what_is_due_is_listed_as_the_profile_says(profile):
    listed = vigil.due(EVENTS, PATIENTS, as_of="2026-06-01", profile=profile)
    spine = listed.filter(pl.col("schedule") == "primary_site")
    assert spine.select("patient_id", "status").rows() == [("12", "overdue"), ("007", "upcoming")]


def test_arguments_go_before_the_profile(profile):
    renamed = EVENTS.rename({"State": "Status of exam"})
    decided = vigil.audit(renamed, PATIENTS, profile=profile, columns={"Status of exam": "status"})
    assert decided["reason"].to_list() == ["on_schedule", "early", "on_schedule"]


def test_a_profile_that_cannot_be_used_is_one_error(profile):
    profile.write_text('[columns]\n"MRN" = "patient"\n[dates]\nformats = ["%m"]\n', encoding="utf-8")
    with pytest.raises(vigil.VigilError) as refused:
        vigil.audit(EVENTS, PATIENTS, profile=profile)
    assert [
        part for part in ("[columns]", "patient_id", "[dates]", "whole date") if part not in str(refused.value)
    ] == []
    with pytest.raises(vigil.VigilError, match=r"cannot read .*none\.toml"):
        vigil.audit(EVENTS, profile=Path("none.toml"))
