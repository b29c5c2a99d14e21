"""`vigil protocols` on indications, and its search: as text and as JSON."""

import json
from functools import partial

import pytest


@pytest.fixture
def protocols(vigil):
    """Run `vigil protocols` in this process; return exit code, standard output and standard error."""
    return partial(vigil, "protocols")


def test_the_list_of_indications_names_each_with_section_and_title(protocols):
    code, out, err = protocols("list", "--indications")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:2] == ["HealthHelp, 2025 MRI Cervical Spine, reviewed 2025-05-16", "healthhelp-mri-cspine-2025"]
    assert lines[3:5] == ["MRI 1     radiculopathy", "          cervical radiculopathy"]
    assert "MRI 5.a   tumor_imaging_inconclusive" in lines
    assert "earlier tumor imaging abnormal or inconclusive (1 other reading)" in " ".join(out.split())
    assert sum(line.startswith("MRI ") for line in lines) == 24


def test_the_list_of_indications_as_json(protocols):
    listed = json.loads(protocols("list", "--indications", "--format", "json")[1])
    assert len(listed) == 24
    assert listed[4] == {
        "name": "tumor_imaging_inconclusive",
        "route": "indication.tumor_imaging_inconclusive",
        "title": "earlier tumor imaging abnormal or inconclusive",
        "section": "MRI 5.a",
        "number": "5.a",
        "other_readings": 1,
    }


@pytest.mark.parametrize("name", ["indication.trauma_rule", "trauma_rule", "Indication.TRAUMA_rule"])
def test_an_indication_is_shown_by_its_name_and_by_its_route(vigil, protocols, name):
    code, out, err = protocols("show", name)
    assert (code, err) == (0, "")
    assert out == vigil("facts", "--indication", "trauma_rule")[1]
    for part in (
        "indication.trauma_rule: trauma that meets a rule for imaging\nMRI 18.a of HealthHelp",
        "\nRaised by: nexus_or_ccr_met\nHinted at by: trauma; obtunded;",
        "\nCriterion:\n  ALL of\n    ANY of\n      nexus_or_ccr_met\n",
        "\nRead as: An initial CT is how the evaluation begins",
        "\nOther reading initial_ct_suffices: ",
        "\nct_negative                    boolean  event\n    the CT is negative [",
    ):
        assert part in out


def test_an_indication_is_shown_as_json(protocols):
    shown = json.loads(protocols("show", "indication.post_surgical", "--format", "json")[1])
    assert shown["indication"]["section"] == "MRI 13"
    assert [fact["name"] for fact in shown["facts"]] == [
        "cervical_spine_surgery_date",
        "complication_or_recurrence_evaluation",
    ]


WAYS = "('vigil protocols list' names them all, 'vigil protocols search' finds them by other words)"
UNKNOWN = [
    # what is asked for, what is said, why
    ("nek_pain", f"protocol or indication 'nek_pain'; did you mean 'neck_pain'? {WAYS}", "an indication misspelt"),
    ("indication.nek_pain", f"indication 'nek_pain'; did you mean 'neck_pain'? {WAYS}", "a route misspelt"),
    ("GBM", f"protocol or indication 'GBM'; did you mean 'cns.glioblastoma'? {WAYS}", "an abbreviation"),
    ("zebra", f"protocol or indication 'zebra' {WAYS}", "nothing like it"),
]


@pytest.mark.parametrize(("name", "said", "why"), UNKNOWN)
def test_what_cannot_be_shown_is_one_message(protocols, name, said, why):
    assert protocols("show", name) == (2, "", f"vigil: unknown {said}\n"), why


def test_a_search_lists_what_it_found_and_by_what(protocols):
    code, out, err = protocols("search", "GBM")
    assert (code, err) == (0, "")
    assert out == (
        "CNS 2  cns.glioblastoma\n"
        "       glioblastoma, IDH wild-type\n"
        "       found by other name: GBM\n"
        "\n"
        "Found: 1. 'vigil protocols show ID' shows one.\n"
    )


def test_a_search_as_json(protocols):
    assert json.loads(protocols("search", "men1", "pancreas", "--format", "json")[1]) == [
        {
            "kind": "protocol",
            "id": "neuroendocrine.men1.pancreas",
            "title": "MEN1, pancreas",
            "section": "NET 5.d.ii",
            "why": ["id", "other name: MEN 1"],
        }
    ]


def test_everything_that_is_found_can_be_shown(protocols):
    found = json.loads(protocols("search", "72156", "--format", "json")[1])
    assert {match["kind"] for match in found} == {"protocol", "indication"}
    for match in found:
        assert protocols("show", match["id"])[0] == 0


def test_a_search_that_finds_nothing_is_one_message_and_no_decision(protocols):
    code, out, err = protocols("search", "zebra")
    assert (code, out) == (2, "")
    assert err == (
        "vigil: no protocol and no indication has 'zebra'; give fewer or other words, or see 'vigil protocols list' and"
        " 'vigil protocols list --indications'\n"
    )
    assert protocols("search")[0] == 2


@pytest.mark.parametrize("args", [["list", "--indications"], ["search", "72156"], ["show", "neck_pain"]])
def test_text_fits_a_terminal_of_80_characters(protocols, args):
    assert [line for line in protocols(*args)[1].splitlines() if len(line) > 80] == []
