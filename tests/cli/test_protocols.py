"""`vigil protocols`: what is encoded, as text, as JSON and as documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from support.outcome import Outcome

import spine_vigil.cli.options.common
from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.values import replace

Run = Callable[..., Outcome]


@pytest.fixture
def protocols(vigil: Run) -> Run:
    """Run `vigil protocols` in this process; return exit code, standard output and standard error."""
    return partial(vigil, "protocols")


def test_list_names_every_protocol_with_section_and_what_it_holds(protocols: Run) -> None:
    code, out, err = protocols("list")
    assert (code, err) == (0, "")
    lines = [line.split(maxsplit=1) for line in out.splitlines()]
    assert ["Bone", "5            bone.osteosarcoma"] in lines
    said = " ".join(out.split())
    assert "CNS 2 cns.glioblastoma glioblastoma, IDH wild-type (4 schedules)" in said
    assert "CNS 5 cns.medulloblastoma medulloblastoma (1 schedule)" in said
    assert "bone.other other bone cancers (not named by the guideline)" in said
    assert "NET tip neuroendocrine.hereditary.lynch Lynch syndrome (decided by another guideline)" in said
    assert "small appendiceal tumor without aggressive features (no surveillance asked for)" in said


@pytest.mark.parametrize("args", [["list"], ["show", "bone.chordoma"], ["show", "cns.glioblastoma"]])
def test_text_fits_a_terminal_of_80_characters(protocols: Run, args: list[str]) -> None:
    assert [line for line in protocols(*args)[1].splitlines() if len(line) > 80] == []


def test_list_as_json_is_one_object_per_protocol(protocols: Run) -> None:
    found = json.loads(protocols("list", "--format", "json")[1])
    assert len(found) == 70
    assert found[5] == {
        "id": "bone.osteosarcoma",
        "title": "osteosarcoma",
        "section": "Bone 5",
        "stance": "surveillance",
        "schedules": 2,
    }


def test_show_gives_each_schedule_as_a_sentence_and_a_table(protocols: Run) -> None:
    code, out, _ = protocols("show", "bone.osteosarcoma")
    assert code == 0
    assert out.splitlines()[:5] == [
        "bone.osteosarcoma",
        "osteosarcoma (2 schedules)",
        "Bone 5 of HealthHelp, 2025 MRI Cervical Spine, reviewed 2025-05-16",
        "",
        "bone.osteosarcoma/primary_site (Bone 5)",
    ]
    for line in (
        "  Study: CT or MRI or PET/CT of the primary site",
        "  Counted from: the end of treatment, else the end of radiation or surgery, else",
        "  Ends with: progression",
        "  Starts again with: a treatment that follows a progression",
        "  One round: studies of different modalities less than 21 days apart",
        "    interval         from        until",
        "    every 3 months   index date  2 years",
        "    every 4 months   2 years     3 years",
        "    every 6 months   3 years     5 years",
        "    every 12 months  5 years     no end",
        "bone.osteosarcoma/chest (Bone 5)",
    ):
        assert line in out.splitlines()


SHOWN = [
    ("BONE.Chordoma", "Other reading six_monthly: A chest CT every 6 months for 5 years", "another reading, any case"),
    ("bone.chordoma", "Also at any time if: symptoms are new or progressing (symptoms_new_or_progressing)", "or_if"),
    ("bone.chordoma", "Read as: Timing and modality are left to symptoms, up to 10 years", "the reading taken"),
    ("bone.chordoma", "Condition documented by: symptoms_new_or_progressing", "the fact that a phase waits for"),
    ("neuroendocrine.pancreas_resected", "More often if: the tumor is of high grade (high_grade)", "more_often_if"),
    (
        "neuroendocrine.carcinoid_syndrome",
        "Applies where: it is documented that there is no carcinoid heart disease (carcinoid_heart_disease)",
        "the condition of a whole schedule",
    ),
    ("bone.other", "Note: Adamantinoma, undifferentiated pleomorphic sarcoma and others are not named", "no schedules"),
    (
        "bone.chordoma",
        (
            "Caution: The payer's text images the primary site for symptoms alone; specialist guidance follows the"
            " treated site on a schedule (Chordoma Foundation: follow-up after treatment)"
        ),
        "where specialists publish something else",
    ),
    (
        "cns.astrocytoma.recurrent",
        (
            "Caution: The payer's text has no clause on symptoms; imaging for new symptoms between the timed studies is"
            " usual (Jo et al. 2022, on surveillance of gliomas)"
        ),
        "a caution about a group of protocols",
    ),
    (
        "neuroendocrine.hereditary.paraganglioma_pheochromocytoma",
        "specialists use whole-body MRI every 2 to 3 years (hereditary cancer reviews 2024)",
        "a caution about a protocol without schedules",
    ),
    ("cns.glioblastoma", "once after 3 to 5 weeks, if missed due for 7 weeks more index date 5 weeks", "its lateness"),
    ("neuroendocrine.hereditary.men2", "Note: See Thyroid cancer", "a referral"),
]


@pytest.mark.parametrize(("protocol", "said", "why"), SHOWN)
def test_show_tells_what_belongs_to_a_protocol(protocols: Run, protocol: str, said: str, why: str) -> None:
    assert said in " ".join(protocols("show", protocol)[1].split()), why


def test_show_gives_other_readings_their_own_table(protocols: Run) -> None:
    lines = protocols("show", "bone.chordoma")[1].splitlines()
    at = next(place for place, line in enumerate(lines) if line.startswith("  Other reading six_monthly"))
    assert lines[at + 1 : at + 4] == [
        "    interval         from        until",
        "    every 6 months   index date  5 years",
        "    every 12 months  5 years     no end",
    ]


def test_show_as_json_is_the_protocol_of_the_edition(protocols: Run) -> None:
    found = json.loads(protocols("show", "cns.medulloblastoma", "--format", "json")[1])
    assert found["schedules"][0]["phases"] == [
        {"kind": "every", "min": "2 months", "max": "3 months", "until": "2 years", "fact": None},
        {"kind": "unspecified", "until": None, "fact": None},
    ]


def test_an_unknown_protocol_is_a_message_with_the_nearest_one(protocols: Run) -> None:
    code, out, err = protocols("show", "bone.osteosarkoma")
    assert (code, out) == (2, "")
    assert err == (
        "vigil: unknown protocol or indication 'bone.osteosarkoma'; did you mean 'bone.osteosarcoma'?"
        " ('vigil protocols list' names them all, 'vigil protocols search' finds them by other words)\n"
    )


def test_validate_says_what_it_checked(protocols: Run) -> None:
    code, out, err = protocols("validate")
    assert (code, err) == (0, "")
    assert (
        "70 protocols, 76 schedules, 24 indications, 30 other readings, 3 contraindications, 2 combinations,"
        " 98 facts, 13 cautions and 68 CPT codes."
    ) in out
    assert "Checked: names and ids; sources; stances;" in out
    assert "; citations; order of chapters and sections;" in out


def test_validate_prints_each_finding_with_its_place_and_exits_2(
    protocols: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spine_vigil.cli.options.common, "CURRENT", replace(CURRENT, title="", sources=()))
    code, out, err = protocols("validate")
    assert code == 2
    assert out == "healthhelp-mri-cspine-2025: needs an id, a title and a publisher\n"
    assert err.startswith("vigil: issues in healthhelp-mri-cspine-2025: 1;")


def test_render_writes_its_documents_and_nothing_else(protocols: Run, tmp_path: Path) -> None:
    (tmp_path / "edition.json").write_text("an older one")
    code, out, err = protocols("render", str(tmp_path))
    assert (code, out) == (0, "")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["edition.json", "indications.md", "proofs.md", "protocols.md"]
    assert json.loads((tmp_path / "edition.json").read_text(encoding="utf-8"))["id"] == "healthhelp-mri-cspine-2025"
    assert (tmp_path / "protocols.md").read_text(encoding="utf-8").startswith("# Surveillance protocols of HealthHelp")
    assert (tmp_path / "indications.md").read_text(encoding="utf-8").startswith("# Clinical indications of HealthHelp")
    assert str(tmp_path / "protocols.md") in err


def test_render_asks_for_a_folder_that_exists(protocols: Run, tmp_path: Path) -> None:
    code, out, err = protocols("render", str(tmp_path / "nowhere"))
    assert (code, out) == (2, "")
    assert "nowhere" in err
