"""The committed documents say what the rules say, and say it in the words that a clinician reviews."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.paths import DOCS

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.rendering.as_json import edition_json
from spine_vigil.scheduler.editions.rendering.review import phase_rows, protocols_markdown, schedule_sentence
from spine_vigil.scheduler.editions.rendering.review_indications import indications_markdown
from spine_vigil.scheduler.proofs.page import proofs_markdown
from spine_vigil.scheduler.values import replace

SCHEDULES = dict(CURRENT.schedules())


@pytest.mark.parametrize(
    ("name", "rendered"),
    [
        ("protocols.md", protocols_markdown),
        ("indications.md", indications_markdown),
        ("proofs.md", proofs_markdown),
        ("edition.json", edition_json),
    ],
)
def test_the_committed_document_is_fresh(name: str, rendered: Any) -> None:
    is_fresh = (DOCS / name).read_text(encoding="utf-8") == rendered(CURRENT)
    assert is_fresh, f"docs/{name} is stale; refresh it with: vigil protocols render docs"


SENTENCES = [
    (
        "bone.osteosarcoma/primary_site",
        (
            "CT or MRI or PET/CT of the primary site, counted from the end of treatment, else the end of radiation"
            " or surgery, else the diagnosis: every 3 months up to 2 years, then every 4 months up to 3 years, then"
            " every 6 months up to 5 years, then every 12 months without end. An extra study is supported at any"
            " time if symptoms are new or progressing. It ends with progression. It starts again with a treatment"
            " that follows a progression. Studies of different modalities less than 21 days apart are one round."
        ),
        "phases, joined index dates, or_if, stops_at, restarts and complements",
    ),
    (
        "bone.chondrosarcoma.atypical_cartilaginous/primary_site",
        (
            "CT or MRI of the primary site, counted from surgery, else the end of treatment, else the end of"
            " radiation, else the diagnosis: every 6 to 12 months up to 2 years, then every 12 months without end,"
            " if the study is clinically indicated. It ends with progression. It starts again with a treatment that"
            " follows a progression."
        ),
        "a conditional phase",
    ),
    (
        "cns.glioblastoma/preradiation",
        (
            "MRI of the brain, counted from surgery: once after 3 to 5 weeks, if missed due for 7 weeks more. It ends"
            " with the start of radiation or the end of radiation or the end of treatment."
        ),
        "a one-time window with a lateness of its own, and three events that end it",
    ),
    (
        "cns.glioblastoma/preoperative",
        "MRI of the brain, counted from surgery: once, from 2 days before to the day itself.",
        "a window before the index date",
    ),
    (
        "bone.chordoma/primary_site",
        (
            "CT or MRI of the primary site, counted from the end of treatment, else the end of radiation or surgery,"
            " else the diagnosis: whenever symptoms are new or progressing, up to 10 years. It ends with progression."
            " It starts again with a treatment that follows a progression."
        ),
        "an `as` phase with an end",
    ),
    (
        "cns.medulloblastoma/brain",
        (
            "MRI of the brain, counted from the end of treatment, else the end of radiation or surgery, else the"
            " diagnosis: every 2 to 3 months up to 2 years, then at an interval that the guideline does not give,"
            " without end. It ends with progression. It starts again with a treatment that follows a progression."
        ),
        "an unspecified phase",
    ),
    (
        "neuroendocrine.carcinoid_syndrome/heart",
        (
            "ECHO of the heart, counted from the diagnosis: every 12 to 36 months without end. It applies only"
            " where it is documented that there is no carcinoid heart disease. An extra study is supported at any"
            " time if the study is clinically indicated."
        ),
        "a negated condition of the whole schedule",
    ),
    (
        "neuroendocrine.carcinoid_syndrome/heart_disease",
        (
            "ECHO of the heart, counted from the diagnosis: at least every 12 months without end. It applies"
            " only where there is carcinoid heart disease."
        ),
        "no earliest date, and a condition of the whole schedule",
    ),
    (
        "neuroendocrine.pancreas_resected/abdomen",
        (
            "CT or MRI of the abdomen, counted from surgery: once after 3 to 12 months, then every 6 to 12"
            " months up to 10 years. An extra study is supported at any time if symptoms are new or progressing."
            " If the tumor is of high grade, a shorter interval is admitted that the guideline does not give. It"
            " ends with progression."
        ),
        "more_often_if",
    ),
]


@pytest.mark.parametrize(("route", "sentence", "why"), SENTENCES)
def test_a_schedule_reads_as_the_sentence_that_it_encodes(route: str, sentence: str, why: str) -> None:
    assert schedule_sentence(CURRENT, SCHEDULES[route]) == sentence, why


def test_a_conditional_one_time_window_says_its_condition() -> None:
    taken = SCHEDULES["neuroendocrine.pheochromocytoma.resected/chest"]
    condition = "once after 12 weeks to 12 months if the study is clinically indicated, then"
    assert condition in schedule_sentence(CURRENT, taken)
    assert condition not in schedule_sentence(CURRENT, taken.read_as("as_timed"))


TABLES = [
    (
        "cns.glioblastoma/preoperative",
        [("once, from 2 days before to the day itself", "2 days before", "index date", "")],
    ),
    (
        "cns.glioblastoma/postradiation",
        [
            ("once after 3 to 6 weeks", "index date", "6 weeks", ""),
            ("every 2 to 3 months", "6 weeks", "3 years", ""),
            ("every 2 to 4 months", "3 years", "no end", ""),
        ],
    ),
    (
        "neuroendocrine.pheochromocytoma.resected/chest",
        [
            ("once after 12 weeks to 12 months", "index date", "12 months", "the study is clinically indicated"),
            ("every 6 to 12 months", "12 months", "3 years", "the study is clinically indicated"),
            ("every 12 months", "3 years", "10 years", "the study is clinically indicated"),
            ("whenever the condition holds", "10 years", "no end", "the study is clinically indicated"),
        ],
    ),
    (
        "cns.glioblastoma/preradiation",
        [("once after 3 to 5 weeks, if missed due for 7 weeks more", "index date", "5 weeks", "")],
    ),
    (
        "cns.medulloblastoma/brain",
        [
            ("every 2 to 3 months", "index date", "2 years", ""),
            ("an interval that the guideline does not give", "2 years", "no end", ""),
        ],
    ),
]


@pytest.mark.parametrize(("route", "rows"), TABLES)
def test_a_table_holds_each_phase_with_the_offsets_between_which_it_rules(
    route: str, rows: list[tuple[str, ...]]
) -> None:
    assert [row.cells for row in phase_rows(CURRENT, SCHEDULES[route])] == rows


def test_the_document_holds_every_protocol_citation_and_reading() -> None:
    document = protocols_markdown(CURRENT)
    for protocol in CURRENT.protocols:
        assert f"`{protocol.id}`" in document
    for route, schedule in SCHEDULES.items():
        assert f"### {route} ({schedule.cite})" in document
        assert schedule.reading in document
        for other in schedule.others:
            assert f"Other reading `{other.name}`: {other.says}." in document


def test_the_document_says_why_a_protocol_holds_no_schedules() -> None:
    lines = protocols_markdown(CURRENT).splitlines()
    assert "## Without schedules: not named by the guideline" in lines
    assert (
        "| `bone.chondrosarcoma.dedifferentiated` | dedifferentiated chondrosarcoma | Bone 1 |"
        " Not named; NCCN treats it with osteosarcoma |"
    ) in lines
    assert (
        "| `neuroendocrine.hereditary.men2` | multiple endocrine neoplasia type 2 | NET tip | See Thyroid cancer |"
        in lines
    )


CAUTIONED = [
    # heading, the caution that stands below it, why
    (
        "### bone.chordoma/primary_site (Bone 2.b)",
        "specialist guidance follows the treated site on a schedule (Chordoma Foundation: follow-up after treatment).",
        "about one schedule",
    ),
    (
        "## IDH-mutant astrocytoma, grade 2, after surgery alone",
        "imaging for new symptoms between the timed studies is usual (Jo et al. 2022, on surveillance of gliomas).",
        "about several protocols",
    ),
]


@pytest.mark.parametrize(("heading", "caution", "why"), CAUTIONED)
def test_the_document_cautions_where_specialists_publish_something_else(heading: str, caution: str, why: str) -> None:
    section = protocols_markdown(CURRENT).split(f"\n{heading}\n")[1].split("\n#")[0]
    assert section.count("\nCaution: The payer's text ") == 1, why
    assert f"{caution}\n" in section, why


def test_the_document_cautions_where_a_protocol_refers_to_another_guideline() -> None:
    line = next(
        line
        for line in protocols_markdown(CURRENT).splitlines()
        if "hereditary.paraganglioma_pheochromocytoma`" in line
    )
    assert line.endswith(
        "| See Kidney cancer. Caution: The payer's text refers to the kidney guideline; specialists use whole-body MRI"
        " every 2 to 3 years (hereditary cancer reviews 2024) |"
    )


def test_an_edition_without_cautions_does_not_speak_of_them() -> None:
    assert "aution" not in protocols_markdown(replace(CURRENT, cautions=()))


def test_the_document_has_no_table_without_rows() -> None:
    surveyed = replace(CURRENT, protocols=tuple(p for p in CURRENT.protocols if p.schedules))
    assert "Without schedules" not in protocols_markdown(surveyed)


def test_the_edition_as_json_holds_a_rule_in_plain_values() -> None:
    edition = json.loads(edition_json(CURRENT))
    protocols = {p["id"]: p for p in edition["protocols"]}
    assert (edition["id"], edition["reviewed"], len(protocols)) == ("healthhelp-mri-cspine-2025", "2025-05-16", 70)
    assert edition["covers"] == {"modality": "MRI", "regions": "cervical_spine"}
    assert protocols["neuroendocrine.carcinoid_syndrome"]["schedules"][2] == {
        "name": "heart",
        "route": "neuroendocrine.carcinoid_syndrome/heart",
        "section": "NET 2.b",
        "study": {"modalities": ["ECHO"], "regions": ["heart"]},
        "index": ["diagnosis"],
        "phases": [{"kind": "every", "min": "12 months", "max": "36 months", "until": None, "fact": None}],
        "or_if": "clinically_indicated",
        "more_often_if": None,
        "stops_at": [],
        "restarts": False,
        "complements": False,
        "when": {"fact": "carcinoid_heart_disease", "is": False},
        "reading": "'Every 1 to 3 years or as clinically indicated': sooner with an indication",
        "other_readings": [],
    }
    assert protocols["cns.glioblastoma"]["schedules"][0]["phases"] == [
        {"kind": "once", "from": "-2 days", "to": "0 days", "late": None, "fact": None}
    ]
    assert protocols["cns.glioblastoma"]["schedules"][2]["phases"] == [
        {"kind": "once", "from": "3 weeks", "to": "5 weeks", "late": "7 weeks", "fact": None}
    ]
    osteosarcoma = protocols["bone.osteosarcoma"]["schedules"][0]
    assert osteosarcoma["index"] == ["treatment_end", ["radiation_end", "surgery"], "diagnosis"]
    assert (osteosarcoma["restarts"], osteosarcoma["complements"]) == (True, True)
    assert protocols["bone.chordoma"]["schedules"][1]["other_readings"] == [
        {
            "name": "symptoms_without_limit",
            "says": "The 10 years bound routine imaging, not imaging for symptoms",
            "phases": [{"kind": "as", "until": None, "fact": "symptoms_new_or_progressing"}],
            "or_if": None,
            "more_often_if": None,
        },
        {
            "name": "clinically_indicated",
            "says": "Imaging of the primary site as clinically indicated up to 10 years, and for symptoms",
            "phases": [{"kind": "as", "until": "10 years", "fact": "clinically_indicated"}],
            "or_if": "symptoms_new_or_progressing",
            "more_often_if": None,
        },
    ]
    assert protocols["bone.chordoma"]["cautions"] == [
        {
            "about": "bone.chordoma/primary_site",
            "says": (
                "The payer's text images the primary site for symptoms alone; specialist guidance follows the treated"
                " site on a schedule"
            ),
            "source": "Chordoma Foundation: follow-up after treatment",
        }
    ]
    assert protocols["occult_primary"]["schedules"][0]["study"] == {"modalities": None, "regions": ["any"]}
    assert protocols["neuroendocrine.hereditary.men2"] == {
        "id": "neuroendocrine.hereditary.men2",
        "title": "multiple endocrine neoplasia type 2",
        "section": "NET tip",
        "stance": "referral",
        "refers_to": ["Thyroid cancer"],
        "note": None,
        "schedules": [],
        "cautions": [],
    }
    assert {"code": "0649T", "modality": "MRI", "regions": [], "contrast": None, "is_add_on": True} in edition[
        "cpt_codes"
    ]
