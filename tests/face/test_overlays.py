"""Answers by an overlay: those that rest on what it changed name its publisher, the others the base."""

from datetime import date

import polars as pl
import pytest
from support.due import due_one_by_one
from support.overlays import OURS
from support.overlays import OVERLAY as TEXT
from support.paths import SAMPLES

import spine_vigil as vigil
from spine_vigil.checking import Checked
from spine_vigil.decision_text import decision_text
from spine_vigil.protocols import CURRENT, EDITIONS
from spine_vigil.scheduler.editions.toml_files.edition_file import edition_of
from spine_vigil.scheduler.rules.grace import GracePolicy

OVERLAY = edition_of(TEXT, "local.toml", EDITIONS)
ROWS = (
    ("P1", "2026-04-15", "requested", "MRI cervical_spine"),
    ("P1", "2026-04-15", "requested", "CT chest"),
    ("P2", "2026-04-15", "performed", "CT chest"),
)


def checked(study, edition=OVERLAY):
    return vigil.check(
        study,
        "2026-04-15",
        protocol="bone.osteosarcoma",
        index={"treatment_end": "2026-01-15"},
        primary_site="cervical_spine",
        edition=edition,
    )


def rows():
    return pl.DataFrame(
        [
            {
                "patient_id": patient,
                "date": day,
                "status": status,
                "modality": study.split()[0],
                "region": study.split()[1],
                "protocol": "bone.osteosarcoma",
                "treatment_end_date": "2026-01-15",
                "primary_site": "cervical_spine",
            }
            for patient, day, status, study in ROWS
        ]
    )


def test_a_check_names_the_publisher_of_the_rule_that_decides():
    ours, theirs = checked("MRI cervical_spine"), checked("CT chest")
    assert (ours.reason.value, ours.section) == ("early", OURS)
    assert ours.explanation.startswith(f"{OURS}: every 6 months.")
    assert (theirs.reason.value, theirs.section) == ("on_schedule", "Bone 5")
    assert theirs == checked("CT chest", CURRENT)


def test_the_source_of_a_printed_decision_is_that_of_its_rule():
    for study, source in (("MRI cervical_spine", OURS), ("CT chest", CURRENT.source_of("Bone 5"))):
        lines = decision_text(Checked(checked(study), None), OVERLAY).split("\n")
        assert f"Source: {source}" in lines


def test_an_audit_names_the_publisher_in_every_row_that_rests_on_it():
    decided = vigil.audit(rows(), edition=OVERLAY)
    assert decided["section"].to_list() == [OURS, "Bone 5", "Bone 5"]
    assert decided["reason"].to_list() == ["early", "on_schedule", "on_schedule"]
    by_base = vigil.audit(rows(), edition=CURRENT)
    assert decided[1:].equals(by_base[1:])


def test_an_overlay_of_one_schedule_changes_the_decisions_that_rest_on_it_alone():
    route = "bone.osteosarcoma/primary_site"
    by_base, by_overlay = (
        vigil.audit(SAMPLES / "auditor.csv", as_of="2026-11-02", edition=edition).with_row_index("row")
        for edition in (CURRENT, OVERLAY)
    )
    rests = (pl.Series(by_base["route"] == route) | (by_overlay["route"] == route)).fill_null(value=False)
    ours, others = by_overlay.filter(rests), by_overlay.filter(~rests)
    assert len(ours) > 30
    assert set(ours["section"]) == {OURS}
    assert ours["explanation"].str.starts_with(f"{OURS}: ").all()
    assert not others["explanation"].str.contains("St. Elsewhere").any()
    # What else the patient may have next is the earliest of all routes.
    assert others.drop("next_allowed").equals(by_base.filter(~rests).drop("next_allowed"))
    without = ~by_base["protocol"].fill_null("").str.contains("bone.osteosarcoma")
    assert by_overlay.filter(without).equals(by_base.filter(without))


def test_a_list_of_what_is_due_names_it_too():
    listed = vigil.due(rows(), as_of="2026-04-15", edition=OVERLAY)
    assert dict(listed.select("schedule", "section").iter_rows()) == {"primary_site": OURS, "chest": "Bone 5"}
    one_by_one = due_one_by_one(rows().to_dicts(), OVERLAY, GracePolicy(), date(2026, 4, 15))
    assert {line["section"] for line in one_by_one} == {OURS, "Bone 5"}


def test_what_is_about_the_edition_as_a_whole_names_the_overlay_and_its_base():
    ours = f"St. Elsewhere Cancer Center, changes to {CURRENT.title}, reviewed 2026-03-01"
    report = vigil.report(rows(), as_of="2026-05-01", edition=OVERLAY)
    assert report.about.edition == "st-elsewhere-2026"
    assert report.about.edition_title == f"{ours}; otherwise {CURRENT.title}"
    assert ours in report.html()


def test_a_grace_of_the_overlay_holds_in_every_answer():
    edition = edition_of(f"{TEXT}\n[grace]\ndays = 3\n", "local.toml", EDITIONS)
    assert checked("MRI cervical_spine", edition).grace_days == 3
    for decided in (vigil.audit(rows(), edition=edition), vigil.audit(rows(), edition=edition, grace_days=3)):
        assert "(grace 3 days)" in decided["explanation"][0]
    assert "(grace 4 days)" in vigil.audit(rows(), edition=edition, grace_days=4)["explanation"][0]


@pytest.mark.parametrize(
    "change", ["remove = true", 'section = "L 1"\nstudy = "CT of primary_site"\ncomplements = false']
)
def test_that_a_protocol_asks_for_no_such_study_names_the_overlay_that_says_so(change):
    head = TEXT.partition("[protocol")[0]
    text = f'{head}[protocol."bone.osteosarcoma".schedule.primary_site]\n{change}\n'
    found = checked("MRI cervical_spine", edition_of(text, "local.toml", EDITIONS))
    section = "Bone 5 as changed by St. Elsewhere Cancer Center, reviewed 2026-03-01"
    assert (found.reason.value, found.section) == ("not_in_protocol", section)
    assert found.explanation.startswith(f"{section}: ")
    assert checked("CT chest", edition_of(text, "local.toml", EDITIONS)).section == "Bone 5"
