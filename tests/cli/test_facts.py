"""`vigil facts`: the dictionary of facts, whole, by indication and by protocol."""

import json
from functools import partial
from itertools import pairwise

import pytest


@pytest.fixture
def facts(vigil):
    """Run `vigil facts` in this process; return exit code, standard output and standard error."""
    return partial(vigil, "facts")


def names(out):
    return [fact["name"] for fact in json.loads(out)["facts"]]


def test_every_fact_is_listed_with_kind_level_meaning_and_sections(facts):
    code, out, err = facts()
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "HealthHelp, 2025 MRI Cervical Spine, reviewed 2025-05-16"
    rows = {tuple(line.split()): below.strip() for line, below in pairwise(lines)}
    assert rows["birth_date", "date", "patient"] == "date of birth [MRI 2.b; MRI 10.c; MRI 17]"
    assert rows["neck_pain", "boolean", "event"] == "the neck is painful [MRI 2]"
    assert rows["kyphosis_degrees", "number", "in", "degrees", "event"] == "angle of the kyphosis [MRI 14.b]"
    assert rows["scoliosis_onset_age", "number", "in", "years", "patient"].startswith("age at which")


def test_what_values_are_written_like_stands_below_the_table(facts):
    out = facts()[1]
    assert "boolean: true/false, yes/no, y/n, t/f or 1/0; empty: unknown" in out
    assert "date: YYYY-MM-DD; empty: unknown" in out
    assert "number: a number, with a point for decimals; empty: unknown" in out
    assert "number: " not in facts("--indication", "trauma_rule")[1]  # which asks for booleans alone


@pytest.mark.parametrize(
    "args", [[], ["--indication", "neck_pain"], ["--protocol", "cns.astrocytoma.grade2.rt_and_chemo"]]
)
def test_text_fits_a_terminal_of_80_characters(facts, args):
    assert [line for line in facts(*args)[1].splitlines() if len(line) > 80] == []


def test_an_indication_is_shown_with_its_criterion_and_the_facts_that_it_asks_for(facts):
    code, out, err = facts("--indication", "trauma_rule")
    assert (code, err) == (0, "")
    assert out.startswith(
        "indication.trauma_rule: trauma that meets a rule for imaging\n"
        "MRI 18.a of HealthHelp, 2025 MRI Cervical Spine, reviewed 2025-05-16\n"
        "Raised by: nexus_or_ccr_met\n"
        "Hinted at by: trauma; obtunded; spine_unstable; cord_or_root_injury_suspected\n"
        "Criterion:\n"
        "  ALL of\n"
        "    ANY of\n"
        "      nexus_or_ccr_met\n"
        "      obtunded\n"
        "      spine_unstable\n"
        "      cord_or_root_injury_suspected\n"
        "    ANY of\n"
        "      ALL of\n"
        "        obtunded\n"
        "        ct_negative\n"
        "      spine_unstable\n"
        "      ALL of\n"
        "        cord_or_root_injury_suspected\n"
        "        ct_negative\n"
        "Read as: An initial CT is how the evaluation begins, no reason of its own; else\n"
        "  the two lines that ask for a negative CT would be empty\n"
        "Other reading initial_ct_suffices: An initial CT is a reason of its own\n"
        "  ALL of\n"
    )
    assert "\n      ct_initial_done\n" in out
    assert "\nAsks together with: trauma_known_abnormality\n" in out
    assert "neck_pain" not in out
    assert "Advice:" not in out


def test_advice_is_shown_where_there_is_some(facts):
    assert "\nAdvice: Conservative care is not needed before imaging.\n" in facts("--indication", "myelopathy")[1]


def test_advice_that_is_for_some_patients_says_for_whom(facts):
    assert (
        "\nAdvice (age 21 or younger (birth_date)): Conservative care is not needed before\n"
        "  imaging where a child has a red flag.\n"
        "Advice (radiculopathy_on_emg_or_ncs not documented): An EMG is not recommended\n"
        "  to find the cause of axial pain (MRI 1).\n"
    ) in facts("--indication", "neck_pain")[1]


def test_a_fact_is_shown_with_what_implies_it(facts):
    rows = facts()[1]
    assert (
        "    a spinal tumor is known [MRI 5.b]\n"
        "    implied by a course under cns.primary_spinal_cord_tumor,\n"
        "      cns.vertebral_metastases or cns.leptomeningeal_metastases, also against a\n"
        "      documented false\n"
    ) in rows
    assert "    implied by scoliosis_atypical_curve or scoliosis_neuro_deficit\n" in rows


def test_the_help_of_the_device_names_its_six_kinds(facts):
    out = " ".join(facts()[1].split())
    assert (
        "implanted_device boolean patient a device of one of six kinds is implanted (aneurysm clip, cochlear implant,"
        " implantable defibrillator, insulin pump, permanent pacemaker or spinal cord stimulator; a hip prosthesis is"
        " none of them) [MRI General Contraindications]"
    ) in out


def test_the_onset_of_symptoms_and_the_course_of_care_are_of_an_event(facts):
    rows = [line.split() for line in facts()[1].splitlines()]
    for name in ("symptom_onset_date", "conservative_care_start", "conservative_care_end"):
        assert [name, "date", "event"] in rows


def test_an_indication_lists_the_facts_that_imply_what_it_asks_for_and_those_of_its_other_readings(facts):
    listed = names(facts("--indication", "neck_pain", "--format", "json")[1])
    assert {"neck_pain_new", "neck_pain_worsening", "neck_pain_isolated"} <= set(listed)
    assert "ms_baseline_done" in names(facts("--indication", "multiple_sclerosis", "--format", "json")[1])


@pytest.mark.parametrize("name", ["post_surgical", "Post_Surgical", "indication.post_surgical", " post_surgical "])
def test_an_indication_is_found_in_any_case_and_as_a_route(facts, name):
    assert names(facts("--indication", name, "--format", "json")[1]) == [
        "cervical_spine_surgery_date",
        "complication_or_recurrence_evaluation",
    ]


def test_an_indication_as_json(facts):
    assert json.loads(facts("--indication", "post_surgical", "--format", "json")[1]) == {
        "edition": "healthhelp-mri-cspine-2025",
        "indication": {
            "name": "post_surgical",
            "route": "indication.post_surgical",
            "title": "assessment after surgery",
            "section": "MRI 13",
            "leads": ["complication_or_recurrence_evaluation"],
            "hints": ["within 90 days after cervical_spine_surgery_date"],
            "criterion": [
                "ALL of",
                "  within 90 days after cervical_spine_surgery_date",
                "  complication_or_recurrence_evaluation",
            ],
            "reading": None,
            "other_readings": [],
            "asks_with": None,
            "advice": [],
        },
        "facts": [
            {
                "name": "cervical_spine_surgery_date",
                "kind": "date",
                "unit": None,
                "values": "YYYY-MM-DD; empty: unknown",
                "level": "patient",
                "meaning": "date of the operation on the cervical spine",
                "denial": None,
                "implied_by": [],
                "sections": ["MRI 13"],
            },
            {
                "name": "complication_or_recurrence_evaluation",
                "kind": "boolean",
                "unit": None,
                "values": "true/false, yes/no, y/n, t/f or 1/0; empty: unknown",
                "level": "event",
                "meaning": "a complication or a recurrence after surgery is in question",
                "denial": "neither a complication nor a recurrence after surgery is in question",
                "implied_by": [],
                "sections": ["MRI 13"],
            },
        ],
    }


PROTOCOLS = [
    # protocol, facts, why
    ("bone.osteosarcoma", ["symptoms_new_or_progressing"], "its extra study for symptoms"),
    ("BONE.osteosarcoma", ["symptoms_new_or_progressing"], "an id in any case"),
    ("bone.other", [], "not named by the guideline, so nothing is asked"),
]


@pytest.mark.parametrize(("protocol", "asked", "why"), PROTOCOLS)
def test_a_protocol_lists_the_facts_of_its_schedules(facts, protocol, asked, why):
    assert names(facts("--protocol", protocol, "--format", "json")[1]) == asked, why


def test_a_protocol_lists_the_columns_that_it_needs(facts):
    out = " ".join(facts("--protocol", "bone.other")[1].split())
    assert "Columns that it needs: patient_id, protocol, modality, region, date, status" in out
    assert "It asks for no fact." in out


WRONG = [
    # arguments, what is said, why
    (["--indication", "nek_pain"], "unknown indication 'nek_pain'; did you mean 'neck_pain'?", "a misspelt indication"),
    (["--protocol", "bone.osteosarkoma"], "did you mean 'bone.osteosarcoma'?", "a misspelt protocol"),
    (["--indication", "neck_pain", "--protocol", "bone.other"], "give one of them", "both at once"),
    (["--format", "xml"], "xml", "a format that is not written"),
]


@pytest.mark.parametrize(("args", "said", "why"), WRONG)
def test_a_wrong_name_is_one_message(facts, args, said, why):
    code, out, err = facts(*args)
    assert (code, out) == (2, ""), why
    assert said in err
