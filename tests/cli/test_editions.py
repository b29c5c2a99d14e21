"""`vigil editions` and `--edition`: editions as files, and commands that decide by them."""

import json
import os

import pytest
from support.case_rows import CaseRows
from support.overlays import OURS, OVERLAY
from support.paths import SAMPLES
from support.patients import read_requests
from support.tables import read_table

from spine_vigil.editions import edition
from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.toml_files.edition_file import edition_text
from spine_vigil.scheduler.rules.grace import GracePolicy

CHECK = (
    *("check", "--study", "MRI cervical_spine", "--date", "2026-04-15", "--protocol", "bone.osteosarcoma"),
    *("--index", "treatment_end=2026-01-15", "--primary-site", "cervical_spine"),
)
EVENTS = """patient_id,date,status,modality,region,protocol,treatment_end_date,primary_site
P1,2026-04-15,performed,MRI,cervical_spine,bone.osteosarcoma,2026-01-15,cervical_spine
P1,2026-04-15,performed,CT,chest,bone.osteosarcoma,2026-01-15,cervical_spine
"""


@pytest.fixture
def overlay(tmp_path):
    path = tmp_path / "local.toml"
    path.write_text(OVERLAY, encoding="utf-8")
    return path


def test_the_list_names_the_shipped_edition_and_those_of_the_environment(overlay, monkeypatch, vigil):
    assert CURRENT.id in vigil("editions", "list").out
    monkeypatch.setenv("VIGIL_EDITIONS", str(overlay))
    listed = vigil("editions", "list").out
    assert "st-elsewhere-2026" in listed
    assert f"{overlay} (VIGIL_EDITIONS)" in listed


def test_an_edition_that_is_exported_reads_back_as_it_was(tmp_path, overlay, vigil):
    for name, found in ((CURRENT.id, CURRENT), (str(overlay), edition(overlay))):
        path = tmp_path / "whole.toml"
        assert vigil("editions", "export", name, "-o", str(path)).exit_code == 0
        assert edition(path) == found
        assert vigil("editions", "export", name).out == path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Return the current edition as a file."""
    path = tmp_path_factory.mktemp("editions") / "exported.toml"
    path.write_text(edition_text(CURRENT), encoding="utf-8")
    return path


PAYER = (
    "--patients",
    SAMPLES / "payer_patients.csv",
    "--map-file",
    SAMPLES / "payer.toml",
    "--date-format",
    "%m/%d/%Y",
)


@pytest.mark.parametrize(
    "command",
    [
        ("audit", SAMPLES / "auditor.csv", "--readings", "all"),
        ("audit", SAMPLES / "dirty.csv"),
        ("audit", SAMPLES / "payer.csv", *PAYER),
        ("due", SAMPLES / "clinic.csv"),
    ],
    ids=lambda command: f"{command[0]} {command[1].stem}",
)
def test_an_exported_edition_gives_the_same_bytes_for_the_sample_cohorts(command, exported, tmp_path, vigil):
    for name, by in (("shipped", CURRENT.id), ("file", exported)):
        done = vigil(*command, "--edition", by, "--as-of", "2026-11-02", "-o", tmp_path / f"{name}.csv")
        assert done.exit_code == 0
    shipped, by_file = ((tmp_path / f"{name}.csv").read_bytes() for name in ("shipped", "file"))
    assert by_file == shipped
    assert len(shipped.splitlines()) > 5


@pytest.mark.parametrize("table", ["requests", "clauses", "stories"])
def test_an_exported_edition_decides_the_case_tables_alike(table, exported):
    rows = read_table(table)
    names = [name for name in rows[0] if name not in ("section", "why", "cells", "clause", "grace")]
    cells = CaseRows(table, names, ()).cells if "cells" in rows[0] else rows
    found = [
        [request.decision(each, GracePolicy()) for request in read_requests(cells, each) if request.patient is not None]
        for each in (CURRENT, edition(exported))
    ]
    assert found[0] == found[1]
    assert len(found[0]) > 50


def test_a_good_file_can_be_used_and_a_bad_one_is_refused_with_its_lines(overlay, vigil):
    assert "can be used: st-elsewhere-2026, with 70 protocols" in vigil("editions", "validate", str(overlay)).out
    overlay.write_text(OVERLAY.replace("every 6 months", "evry 6 months").replace("section", "secton"))
    refused = vigil("editions", "validate", str(overlay))
    assert refused.exit_code == 2
    assert "line 8, " in refused.err
    assert "line 9, " in refused.err


def test_a_check_by_an_overlay_names_its_publisher_and_one_by_the_id_of_the_base_does_not(overlay, vigil):
    by_overlay = json.loads(vigil(*CHECK, "--edition", str(overlay), "--format", "json").out)
    assert (by_overlay["reason"], by_overlay["section"]) == ("early", OURS)
    assert vigil(*CHECK, "--edition", CURRENT.id).out == vigil(*CHECK).out


def test_an_edition_of_the_environment_is_taken_by_its_id(overlay, monkeypatch, vigil):
    monkeypatch.setenv("VIGIL_EDITIONS", str(overlay))
    assert f"Source: {OURS}" in vigil(*CHECK, "--edition", "st-elsewhere-2026").out


def test_an_overlay_may_stand_on_another(overlay, tmp_path, monkeypatch, vigil):
    second = tmp_path / "second.toml"
    second.write_text(OVERLAY.replace(CURRENT.id, "st-elsewhere-2026").replace('id = "st-', 'id = "ward-', 1))
    monkeypatch.setenv("VIGIL_EDITIONS", os.pathsep.join(map(str, (overlay, second))))
    assert vigil(*CHECK, "--edition", "ward-elsewhere-2026").exit_code == 1


def test_cohorts_are_decided_by_it_too(overlay, tmp_path, vigil):
    events, decided = tmp_path / "events.csv", tmp_path / "decided.csv"
    events.write_text(EVENTS, encoding="utf-8")
    options = ("--edition", str(overlay), "--as-of", "2026-05-01")
    assert vigil("audit", str(events), *options, "-o", str(decided)).exit_code == 0
    first, second = decided.read_text(encoding="utf-8").splitlines()[1:]
    assert OURS in first
    assert OURS not in second
    assert "Bone 5" in second
    calendar, due = tmp_path / "due.ics", tmp_path / "due.csv"
    assert vigil("due", str(events), *options, "-o", str(due)).exit_code == 0
    assert due.read_text(encoding="utf-8").count(OURS) > 0
    assert vigil("calendar", str(events), "--edition", str(overlay), "-o", str(calendar)).exit_code == 0
    unfolded = calendar.read_text(encoding="utf-8").replace("\r\n ", "").replace("\n ", "").replace("\\,", ",")
    assert f"Source: {OURS}." in unfolded


def test_a_letter_names_who_answers_for_the_section_that_applies(overlay, vigil):
    for study, source in (("MRI cervical_spine", OURS), ("CT chest", CURRENT.source_of("Bone 5"))):
        letter = vigil(*CHECK[:2], study, *CHECK[3:], "--edition", overlay, "--letter").out
        assert f"the section that applies is {source}." in letter
    assert "the section that applies is Bone 5." in vigil(*CHECK, "--letter").out


def test_a_timeline_names_the_publisher_in_the_picture_and_in_its_words(overlay, tmp_path, vigil):
    events, picture = tmp_path / "events.csv", tmp_path / "picture.svg"
    events.write_text(EVENTS, encoding="utf-8")
    options = ("--patient", "P1", "--as-of", "2026-05-01", "-o", picture)
    told = vigil("timeline", events, "--edition", overlay, *options).out
    assert [OURS in line for line in told.splitlines() if line.startswith("Patient 1, ")] == [True, False]
    labels = picture.read_text(encoding="utf-8").partition("</desc>")[2]
    assert labels.count("St. Elsewhere Cancer Center") == 1
    vigil("timeline", events, *options)
    assert "St. Elsewhere" not in picture.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("protocols", "show", "bone.osteosarcoma"), OURS),
        (("windows", *CHECK[5:], "--until", "2028-01-01"), f"({OURS})"),
        (("facts", "--protocol", "bone.osteosarcoma"), CURRENT.source_of("Bone 5")),
        (("template", "--protocol", "bone.osteosarcoma"), "patient_id,"),
        (("protocols", "list"), "\nst-elsewhere-2026\n"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_other_commands_show_what_it_holds(command, words, overlay, vigil):
    shown = vigil(*command, "--edition", str(overlay))
    assert shown.exit_code == 0
    assert words in shown.out


@pytest.mark.parametrize(
    ("name", "words"),
    [("healthhelp-2024", "unknown edition 'healthhelp-2024'"), ("nowhere.toml", "cannot read nowhere.toml")],
)
def test_an_edition_that_is_not_there_is_named(name, words, vigil):
    refused = vigil(*CHECK, "--edition", name)
    assert refused.exit_code == 2
    assert words in refused.err


def test_a_shipped_overlay_is_listed_with_who_changed_what_and_takes_part_in_every_command(vigil):
    listed = vigil("editions", "list").out
    assert "healthhelp-mri-cspine-2024" in listed
    assert "reconstructed in part from the changes of 2025, reviewed 2024-11-18" in listed
    options = ("--study", "72141", "--date", "2025-01-15", "--fact", "prior_cervical_mri_inconclusive=true")
    checked = vigil("check", "--edition", "healthhelp-mri-cspine-2024", *options)
    assert checked.exit_code == 0
    assert "Source: MRI (number unknown) of HealthHelp, reviewed 2024-11-18" in checked.out
    assert vigil("check", *options).exit_code == 2


def test_an_overlay_may_stand_on_a_shipped_overlay(overlay, vigil):
    overlay.write_text(OVERLAY.replace(CURRENT.id, "healthhelp-mri-cspine-2024"), encoding="utf-8")
    shown = vigil("editions", "show", str(overlay)).out
    assert "\nBase: healthhelp-mri-cspine-2024\n" in shown
    assert "* MRI Trauma: indication.trauma_unexaminable" in shown


def test_an_edition_is_shown_with_its_rules_and_their_sections(vigil):
    lines = vigil("editions", "show", CURRENT.id).out.splitlines()
    assert lines[:3] == [CURRENT.id, CURRENT.source_of(""), "Covers: MRI cervical_spine"]
    assert lines[3:6] == ["In force from: 2025-05-16", "", "Protocols (70)"]
    first = lines.index("  Bone 2: bone.chordoma, chordoma")
    assert lines[first + 1 : first + 4] == [
        "      CT of the chest: every 6 to 12 months until 5 years, every 12 months (Bone 2.a)",
        "          An extra study is supported at any time if symptoms are new or progressing. It ends with",
        "              progression. It starts again with a treatment that follows a progression.",
    ]
    post_surgical = lines.index("  MRI 13: indication.post_surgical, assessment after surgery")
    assert lines[post_surgical + 1] == (
        "      within 90 days after cervical_spine_surgery_date and complication_or_recurrence_evaluation"
    )
    codes = lines.index("Codes (68)")
    assert "72141 (MRI cervical_spine, without contrast)" in lines[codes + 1]
    assert "Facts (98)" in lines
    assert "  MRI 14: indication.scoliosis, scoliosis" in lines
    assert "  Bone: bone.other, other bone cancers (not named by the guideline)" in lines
    assert "*" not in "".join(lines)


def test_an_overlay_is_shown_with_what_is_its_own_and_what_it_takes_away(overlay, vigil):
    more = "effective = 2026-04-01\n\n[grace]\ndays = 10\n\n[indication.scoliosis]\nremove = true\n\n[protocol"
    overlay.write_text(OVERLAY.replace("[protocol", more, 1), encoding="utf-8")
    shown = vigil("editions", "show", str(overlay)).out
    assert "St. Elsewhere Cancer Center, changes to 2025 MRI Cervical Spine, reviewed 2026-03-01; otherwise" in shown
    assert "\nA * marks what an overlay changed or added.\n" in shown
    assert f"In force from: 2026-04-01\nGrace days: 10\nBase: {CURRENT.id}\nTaken away: indication.scoliosis\n" in shown
    assert [line for line in shown.splitlines() if line.strip().startswith("* ")] == [
        "      * CT or MRI or PET/CT of the primary site: every 6 months until 2 years, every 12 months"
    ]
    held = json.loads(vigil("editions", "show", str(overlay), "--format", "json").out)
    schedules = [schedule for protocol in held["protocols"] for schedule in protocol["schedules"]]
    assert [schedule for schedule in schedules if schedule["own"]] == [
        {
            "route": "bone.osteosarcoma/primary_site",
            "study": "CT or MRI or PET/CT of the primary site",
            "phases": ["every 6 months until 2 years", "every 12 months"],
            "clauses": [
                "An extra study is supported at any time if symptoms are new or progressing.",
                "It ends with progression.",
                "It starts again with a treatment that follows a progression.",
                "Studies of different modalities less than 21 days apart are one round.",
            ],
            "section": "Local policy 4.2",
            "own": True,
        }
    ]
    assert (held["base"], held["taken_away"], len(held["indications"])) == (CURRENT.id, ["indication.scoliosis"], 23)


def test_a_starting_file_decides_as_it_stands(tmp_path, vigil):
    path = tmp_path / "lumbar.toml"
    assert vigil("editions", "new", "-o", str(path)).err == f"vigil: wrote {path}\n"
    text = path.read_text(encoding="utf-8")
    assert vigil("editions", "new").out == text
    path.write_text(
        text.replace("cervical_spine", "lumbar_spine").replace("code.72141", "code.72148"), encoding="utf-8"
    )
    options = ("--edition", str(path), "--study", "72148", "--date", "2026-06-01")
    met = vigil("check", *options, "--fact", "radiculopathy=true", "--fact", "motor_weakness=true")
    assert (met.exit_code, "Source: Policy 3 of Our Hospital, Spine imaging policy" in met.out) == (0, True)
    course = ("--protocol", "bone.tumor", "--primary-site", "lumbar_spine", "--index", "treatment_end=2026-05-01")
    early = vigil("check", *options, *course)
    assert (early.exit_code, "Policy 2.1: every 3 months." in early.out) == (1, True)


def test_a_starting_overlay_stands_on_the_base_that_is_named(tmp_path, vigil):
    path = tmp_path / "local.toml"
    assert vigil("editions", "new", "--base", CURRENT.id, "-o", str(path)).exit_code == 0
    checked = vigil(
        "check", "--edition", str(path), "--study", "72141", "--date", "2026-06-01", "--fact", "our_reason=true"
    )
    assert "Source: Our policy 2 of Our Hospital, reviewed 2026-01-01" in checked.out
    assert "unknown edition 'nowhere'" in vigil("editions", "new", "--base", "nowhere").err


@pytest.mark.parametrize(
    ("command", "name", "words"),
    [
        ("new", "there.toml", "is there already, and a file to start from would replace it; give another name"),
        ("new", "there.txt", "must end in .toml"),
        ("schema", "there.toml", "must end in .json"),
        ("new", "nowhere/new.toml", "there is no folder"),
    ],
)
def test_an_output_that_cannot_be_is_refused_and_nothing_is_lost(command, name, words, tmp_path, vigil):
    (tmp_path / "there.toml").write_text("# mine\n", encoding="utf-8")
    refused = vigil("editions", command, "-o", str(tmp_path / name))
    assert (refused.exit_code, refused.out) == (2, "")
    assert words in refused.err
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["# mine\n"]


def test_the_schema_is_written(tmp_path, vigil):
    path = tmp_path / "edition.schema.json"
    assert vigil("editions", "schema", "-o", str(path)).exit_code == 0
    assert json.loads(path.read_text(encoding="utf-8"))["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert vigil("editions", "schema").out == path.read_text(encoding="utf-8")


def test_an_audit_by_date_says_how_many_rows_lie_before_the_earliest_edition(tmp_path, vigil):
    events = tmp_path / "events.csv"
    days = ("2024-11-17", "2024-11-18", "2025-05-15", "2025-05-16")
    rows = [f"P{day},{day},requested,MRI,cervical_spine,,," for day in days]
    events.write_text("\n".join([EVENTS.splitlines()[0], *rows]), encoding="utf-8")
    options = ("--edition", "by-date", "--as-of", "2026-05-01", "-o", str(tmp_path / "decided.csv"))
    said = vigil("audit", str(events), *options).err
    assert "healthhelp-mri-cspine-2024, from 2025-05-16 on healthhelp-mri-cspine-2025" in said
    assert "\n1 row lies before 2024-11-18, the first day on which the edition is in force\n" in said
