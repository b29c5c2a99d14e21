"""`vigil editions diff`: what differs between two editions, as text, JSON and CSV."""

import csv
import json
from io import StringIO

import pytest
from support.overlays import OURS, OVERLAY

from spine_vigil.protocols import CURRENT

BEFORE = (
    "Every 3 months up to 2 years, then every 4 months up to 3 years, then every 6 months up to 5 years, then every"
)
REMOVED = '\n[protocol."bone.chordoma"]\nremove = true\n'


@pytest.fixture
def compared(tmp_path, vigil):
    """Compare the current edition with an overlay of it."""

    def run(*options, text=OVERLAY):
        path = tmp_path / "local.toml"
        path.write_text(text, encoding="utf-8")
        done = vigil("editions", "diff", CURRENT.id, path, *options)
        assert (done.exit_code, done.err) == (0, "")
        return done.out

    return run


def test_the_text_counts_the_rules_and_tells_each_difference(compared):
    first, *_, last = compared(text=OVERLAY + REMOVED).split("\n\n")
    assert first.startswith(
        "Rules: 0 added, 1 removed and 1 changed.\n  before: healthhelp-mri-cspine-2025 (HealthHelp,"
    )
    assert "\n  after: st-elsewhere-2026 (St. Elsewhere Cancer Center," in first
    assert last == (
        "bone.osteosarcoma/primary_site: reading\n"
        "  before (Bone 5): Read as: Same imaging as at the initial work-up; PET/CT head\n"
        "    to toe is appropriate.\n"
        "  after (Local policy 4.2 of St. Elsewhere Cancer Center, reviewed 2026-03-01):\n"
        "    nothing\n"
    )


def test_the_text_has_80_columns(compared):
    assert max(map(len, compared(text=OVERLAY + REMOVED).splitlines())) == 80


def test_an_edition_and_itself_hold_the_same_rules(tmp_path, vigil):
    path = tmp_path / "whole.toml"
    vigil("editions", "export", CURRENT.id, "-o", path)
    done = vigil("editions", "diff", path, CURRENT.id)
    assert done.exit_code == 0
    assert done.out.startswith("The two editions hold the same rules.\n")
    assert "Rules:" not in done.out
    assert json.loads(vigil("editions", "diff", path, CURRENT.id, "--format", "json").out)["differences"] == []


def test_the_json_has_both_editions_and_every_difference(compared):
    told = json.loads(compared("--format", "json", text=OVERLAY + REMOVED))
    assert told["before"] == {
        "id": CURRENT.id,
        "source": "HealthHelp, 2025 MRI Cervical Spine, reviewed 2025-05-16",
        "in_force_from": "2025-05-16",
    }
    assert [told["after"][key] for key in ("id", "in_force_from")] == ["st-elsewhere-2026", "2026-03-01"]
    removed, interval, _, reading = told["differences"]
    assert (removed["kind"], removed["route"], removed["what"], removed["after"]) == (
        "removed",
        "bone.chordoma",
        [],
        None,
    )
    assert interval == {
        "kind": "changed",
        "route": "bone.osteosarcoma/primary_site",
        "what": ["interval"],
        "part": None,
        "before": {"sentence": "Phase 1: every 3 months up to 2 years.", "section": "Bone 5"},
        "after": {"sentence": "Phase 1: every 6 months up to 2 years.", "section": OURS},
    }
    assert reading["after"] == {"sentence": None, "section": OURS}


def test_the_csv_has_one_row_for_each_difference(compared):
    rows = list(csv.DictReader(StringIO(compared("--format", "csv"))))
    assert [row["what"] for row in rows] == ["interval", "phases", "reading"]
    assert rows[1] == {
        "kind": "changed",
        "route": "bone.osteosarcoma/primary_site",
        "what": "phases",
        "part": "",
        "before": f"{BEFORE} 12 months without end.",
        "before_section": "Bone 5",
        "after": "Every 6 months up to 2 years, then every 12 months without end.",
        "after_section": OURS,
    }


def test_a_text_that_a_spreadsheet_would_run_is_quoted_in_the_csv(compared):
    titled = f'{OVERLAY}\n[protocol."bone.chordoma"]\nsection = "=1+1"\ntitle = "=HYPERLINK(1)"\n'
    first, *_ = csv.DictReader(StringIO(compared("--format", "csv", text=titled)))
    assert first["after"] == "'=HYPERLINK(1)."
    assert first["after_section"].startswith("'=1+1 of ")


def test_the_editions_of_2024_and_2025_differ_by_their_table_of_changes(vigil):
    told = json.loads(vigil("editions", "diff", "healthhelp-mri-cspine-2024", CURRENT.id, "--format", "json").out)
    rules = [(each["kind"], each["route"], each["what"]) for each in told["differences"]]
    assert [rule for rule in rules if rule[1].startswith("indication.")] == [
        ("changed", "indication.tumor_imaging_inconclusive", ["advice"]),
        ("changed", "indication.spinal_tumor_symptomatic", ["advice"]),
        ("added", "indication.scoliosis", []),
        ("removed", "indication.limp_or_refusal_to_walk", []),
        ("removed", "indication.prior_mri_inconclusive", []),
        ("removed", "indication.trauma_nerve_root", []),
        ("removed", "indication.trauma_unexaminable", []),
    ]
    assert {route.partition(".")[0] for _, route, _ in rules} == {"indication", "fact"}


def test_a_new_section_alone_is_told_once(vigil):
    lines = vigil("editions", "diff", "healthhelp-mri-cspine-2024", CURRENT.id).out.split("\n")
    at = lines.index("fact.birth_date: section")
    assert lines[at + 2] == "  after: It cites MRI 2.b, MRI 10.c and MRI 17."


def test_an_edition_that_is_not_there_is_named(vigil):
    done = vigil("editions", "diff", CURRENT.id, "healthhelp-2024")
    assert done.exit_code == 2
    assert "unknown edition 'healthhelp-2024'" in done.err
