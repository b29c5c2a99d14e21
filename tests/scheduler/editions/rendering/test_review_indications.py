"""The documents say of indications, contraindications and combinations what their rules say."""

from __future__ import annotations

import json

from msgspec import to_builtins

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.rendering.as_json import edition_json
from spine_vigil.scheduler.editions.rendering.json_criteria import CriterionView
from spine_vigil.scheduler.editions.rendering.review_indications import indications_markdown
from spine_vigil.scheduler.editions.vocabulary import (
    Above,
    AgeAtMost,
    Below,
    Documented,
    Ongoing,
    Since,
    Tried,
    UnderProtocol,
    UpTo,
    all_of,
    any_of,
    days,
    months,
    not_,
    weeks,
)
from spine_vigil.scheduler.values import replace


def section_of(heading: str) -> list[str]:
    """Return the lines of the document of indications under a heading."""
    document = indications_markdown(CURRENT)
    return document.split(f"# {heading}\n", 1)[1].split("\n#", 1)[0].strip().splitlines()


def test_an_indication_is_shown_with_its_leads_its_tree_and_its_advice() -> None:
    assert section_of("Myelopathy (MRI 11)") == [
        "`indication.myelopathy`, raised by `myelopathy_suspected` (myelopathy is suspected).",
        "",
        "```text",
        "ALL of",
        "  myelopathy_suspected",
        "  ANY of",
        "    neuro_exam_abnormal",
        "    myelopathy_progressing",
        "```",
        "",
        "Advice: Conservative care is not needed before imaging.",
    ]


def test_an_indication_is_shown_with_its_hints_its_other_readings_and_what_asks_with_it() -> None:
    lines = section_of("Earlier tumor imaging abnormal or inconclusive (MRI 5.a)")
    assert lines == [
        (
            "`indication.tumor_imaging_inconclusive`, raised by `prior_tumor_imaging_abnormal_or_inconclusive` (earlier"
            " imaging for tumor or metastasis is abnormal or inconclusive); hinted at by compression_fracture_on_xray"
            " and known_malignancy."
        ),
        "",
        "```text",
        "prior_tumor_imaging_abnormal_or_inconclusive",
        "```",
        "",
        "Read as: Imaging of any region counts.",
        "",
        "Other reading `spine_imaging_alone`: Imaging that shows the spine counts alone.",
        "",
        "```text",
        "ALL of",
        "  prior_tumor_imaging_abnormal_or_inconclusive",
        "  prior_tumor_imaging_shows_spine",
        "```",
        "",
        "Where it decides by what is not documented, `spinal_tumor_symptomatic` asks with it.",
        "",
        "Advice: X-rays are needed at the initial diagnosis of cancer only.",
    ]


def test_an_indication_that_is_only_hinted_at_says_by_what() -> None:
    assert section_of("Known spinal tumor with new or progressing symptoms (MRI 5.b)")[0] == (
        "`indication.spinal_tumor_symptomatic`, hinted at by symptoms_new_or_progressing and (known_malignancy or"
        " spinal_tumor_known or a course of the patient under any protocol, begun or not)."
    )


def test_advice_for_some_patients_says_for_whom() -> None:
    assert section_of("Neck pain (MRI 2)")[-3:] == [
        (
            "Advice (age 21 or younger (birth_date)): Conservative care is not needed before imaging where a child has"
            " a red flag."
        ),
        "",
        (
            "Advice (radiculopathy_on_emg_or_ncs not documented): An EMG is not recommended to find the cause of axial"
            " pain (MRI 1)."
        ),
    ]


def test_implied_facts_are_shown_with_what_implies_them() -> None:
    rows = section_of("Implied facts")[4:]
    assert rows[0] == (
        "| `neck_pain` | the neck is painful | neck_pain_new, neck_pain_worsening or neck_pain_isolated |"
    )
    assert rows[2] == (
        "| `spinal_tumor_known` | a spinal tumor is known | a course under cns.primary_spinal_cord_tumor,"
        " cns.vertebral_metastases or cns.leptomeningeal_metastases, also against a documented false; a course under"
        " any protocol but occult_primary and neuroendocrine.hereditary.*, with its primary site in the cervical,"
        " thoracic or lumbar spine |"
    )
    assert [row.split("`")[1] for row in rows] == [
        "neck_pain", "brachial_plexopathy", "spinal_tumor_known", "known_malignancy",
        "spinal_infection_suspected_or_known", "ms_suspected_or_known", "myelopathy_suspected", "scoliosis",
        "syrinx_suspected_or_known",
    ]  # fmt: skip
    bare = indications_markdown(replace(CURRENT, implied=(), implied_by_course=()))
    assert "Implied facts" not in bare


def test_a_contraindication_is_shown_with_its_modalities_and_what_is_to_clear() -> None:
    assert section_of("An implanted device is not cleared for MRI (MRI General Contraindications)") == [
        "`device`, of studies by MRI or PET/MRI; certain where this holds:",
        "",
        "```text",
        "ALL of",
        "  implanted_device",
        "  NOT device_mri_conditional",
        "```",
        "",
        "Where `implanted_device` is true and the rest unknown: The implanted device must be cleared for MRI first.",
        "",
        "Advice: Clear it with MR safety before the study takes place.",
    ]


def test_a_combination_is_shown_with_whom_it_concerns_and_how_many_studies_it_supports() -> None:
    assert section_of("Several CT and MRI studies for metastases (Combination CT and MRI for metastases)") == [
        "`metastases`, two or more studies by CT or MRI.",
        "",
        "It concerns patients of whom this holds, and wherever a surveillance protocol is given:",
        "",
        "```text",
        "ANY of",
        "  staging_evaluation",
        "  known_malignancy",
        "```",
        "",
        "Supported where this holds, or where the surveillance of the row itself supports the study:",
        "",
        "```text",
        "staging_evaluation",
        "```",
        "",
        "At most 5 such studies are supported on one date.",
    ]
    assert section_of("CT and MRI of the cervical spine (Combination CT and MRI cervical spine)")[0] == (
        "`ct_and_mri_cervical`, a study by each of CT and MRI of the cervical spine."
    )


def test_the_document_holds_every_indication_contraindication_and_combination_with_its_citation() -> None:
    document = indications_markdown(CURRENT)
    for indication in CURRENT.indications:
        how = "raised by" if indication.leads else "hinted at by"
        assert f"({indication.cite})\n\n`{indication.route}`, {how} " in document
        assert all(advice.text in document for advice in indication.advice)
        assert all(name in document for name in indication.criterion.facts())
    for rule in (*CURRENT.contraindications, *CURRENT.combinations):
        assert f"({rule.cite})\n\n`{rule.name}`, " in document
        assert all(name in document for name in rule.criterion.facts())


def test_the_document_has_no_heading_without_rules() -> None:
    bare = indications_markdown(replace(CURRENT, contraindications=(), combinations=()))
    assert "## Toe walking in a child (MRI 17)" in bare
    assert "Contraindications" not in bare
    assert "Combinations" not in bare


def test_the_edition_as_json_holds_facts_indications_contraindications_and_combinations() -> None:
    edition = json.loads(edition_json(CURRENT))
    held = [len(edition[name]) for name in ("facts", "indications", "contraindications", "combinations")]
    assert held == [98, 24, 3, 2]
    assert {
        "name": "kyphosis_degrees",
        "kind": "number",
        "unit": "degrees",
        "level": "event",
        "meaning": "angle of the kyphosis",
        "denial": None,
        "happened": None,
        "sections": ["MRI 14.b"],
    } in edition["facts"]
    assert edition["indications"][0] == {
        "name": "radiculopathy",
        "title": "cervical radiculopathy",
        "route": "indication.radiculopathy",
        "section": "MRI 1",
        "leads": [{"fact": "radiculopathy_on_emg_or_ncs"}],
        "hints": [],
        "criterion": {"fact": "radiculopathy_on_emg_or_ncs"},
        "asks_with": None,
        "advice": [],
        "reading": None,
        "other_readings": [],
    }
    assert edition["indications"][1]["advice"] == [
        {
            "text": "Conservative care is not needed before imaging where a child has a red flag.",
            "fits": {"fact": "birth_date", "age_at_most": 21},
            "unless": None,
        },
        {
            "text": "An EMG is not recommended to find the cause of axial pain (MRI 1).",
            "fits": None,
            "unless": "radiculopathy_on_emg_or_ncs",
        },
    ]
    tumor = edition["indications"][4]
    assert tumor["hints"] == [{"all": [{"fact": "compression_fracture_on_xray"}, {"fact": "known_malignancy"}]}]
    assert tumor["asks_with"] == "spinal_tumor_symptomatic"
    assert tumor["other_readings"] == [
        {
            "name": "spine_imaging_alone",
            "says": "Imaging that shows the spine counts alone",
            "criterion": {
                "all": [
                    {"fact": "prior_tumor_imaging_abnormal_or_inconclusive"},
                    {"fact": "prior_tumor_imaging_shows_spine"},
                ]
            },
        }
    ]
    assert edition["implied"][1] == {
        "fact": "scoliosis",
        "by": ["scoliosis_atypical_curve", "scoliosis_neuro_deficit"],
    }
    assert edition["implied_by_course"][1] == {
        "fact": "spinal_tumor_known",
        "under": [],
        "except_under": ["occult_primary", "neuroendocrine.hereditary.*"],
        "in_spine": True,
        "overrides": False,
    }
    assert edition["contraindications"][1] == {
        "name": "stent",
        "section": "MRI General Contraindications",
        "modalities": ["MRI", "PET/MRI"],
        "criterion": {"fact": "intravascular_stent_date", "up_to": "6 weeks"},
        "hazard": "an intravascular stent was placed within the last 6 weeks",
        "lead": None,
        "to_clear": None,
        "advice": "Clear it with MR safety before the study takes place.",
    }
    metastases = edition["combinations"][1]
    assert (metastases["modalities"], metastases["region"], metastases["most"]) == (["CT", "MRI"], None, 5)
    assert metastases["only_if"] == {"any": [{"fact": "staging_evaluation"}, {"fact": "known_malignancy"}]}


def test_a_criterion_as_json_is_nested_as_it_is_written() -> None:
    criterion = all_of(
        any_of(Documented("pain"), not_("fever")),
        Below("onset_age", 10),
        Above("angle", 30),
        AgeAtMost(21),
        Since("onset", months(3)),
        Since("onset", days(28), longer=True),
        UpTo("surgery", days(90)),
        Tried("start", "end", weeks(6), months(6)),
        Ongoing("start", "end"),
        UnderProtocol(),
    )
    assert to_builtins(CriterionView.of(criterion)) == {
        "all": [
            {"any": [{"fact": "pain"}, {"not": {"fact": "fever"}}]},
            {"fact": "onset_age", "below": 10},
            {"fact": "angle", "above": 30},
            {"fact": "birth_date", "age_at_most": 21},
            {"fact": "onset", "at_least_since": "3 months"},
            {"fact": "onset", "more_than_since": "28 days"},
            {"fact": "surgery", "up_to": "90 days"},
            {"tried": {"start": "start", "end": "end", "at_least": "6 weeks", "ended_within": "6 months"}},
            {"ongoing": {"start": "start", "end": "end"}},
            {"under_a_protocol": True},
        ]
    }
