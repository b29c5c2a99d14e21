"""Overlays with which commands decide, or refuse to: rules that no edition may have, and readings that are taken."""

import csv

import pytest
from support.overlays import OVERLAY
from support.paths import SAMPLES

CHECK = (
    *("check", "--study", "MRI cervical_spine", "--date", "2026-04-15", "--protocol", "bone.osteosarcoma"),
    *("--index", "treatment_end=2026-01-15", "--primary-site", "cervical_spine"),
)


@pytest.fixture
def overlay(tmp_path):
    return tmp_path / "local.toml"


UNSOUND = """
[contraindication.pain]
section = "Local policy 5"
modalities = ["MRI"]
hazard = "the patient cannot lie still"
criterion = "neck_pain"
lead = "fever"
to_clear = "Ask whether the patient can lie still."
"""


@pytest.mark.parametrize("command", [CHECK, ("audit", str(SAMPLES / "auditor.csv")), ("editions", "validate")])
def test_no_command_decides_by_a_file_with_a_rule_that_no_edition_may_have(command, overlay, vigil):
    overlay.write_text(OVERLAY + UNSOUND, encoding="utf-8")
    option = () if command[0] == "editions" else ("--edition",)
    refused = vigil(*command, *option, str(overlay))
    assert (refused.exit_code, refused.out) == (2, "")
    assert refused.err == (
        f"vigil: {overlay} cannot be used as an edition:\n"
        "- line 11, contraindication.pain: is led by 'fever', which its criterion does not ask for\n"
    )


def test_an_audit_by_an_overlay_that_takes_a_reading_says_what_that_of_the_base_would_decide(overlay, tmp_path, vigil):
    route, decided = "bone.chordoma/chest", tmp_path / "decided.csv"
    overlay.write_text(
        f'{OVERLAY.partition("[protocol")[0]}[take."{route}"]\nreading = "annual_ct"\n', encoding="utf-8"
    )
    events = tmp_path / "events.csv"
    header = "patient_id,date,status,modality,region,protocol,treatment_end_date,primary_site"
    row = "P1,2026-09-15,performed,CT,chest,bone.chordoma,2026-01-15,cervical_spine"
    events.write_text(f"{header}\n{row}\n", encoding="utf-8")
    options = ("--edition", str(overlay), "--as-of", "2026-12-01", "--readings", "all", "-o", str(decided))
    assert vigil("audit", str(events), *options).exit_code == 0
    (found,) = csv.DictReader(decided.read_text(encoding="utf-8").splitlines())
    assert (found["reason"], found["contested"]) == ("early", "base: within;six_monthly: within")
    shown = vigil("protocols", "show", "bone.chordoma", "--edition", str(overlay)).out
    assert "Other reading base:" in shown
    assert "Other reading annual_ct:" not in shown
