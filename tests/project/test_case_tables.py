"""The case tables name the section of the guideline that each case is about, and leave no section without a case."""

import pytest
from support.paths import ROOT
from support.sections import (
    ENGINE_RULES,
    cases_by_section,
    cases_of,
    cited_sections,
    deciding_sections,
    main,
    table_names,
)
from support.tables import read_table

from spine_vigil.protocols import CURRENT

SCHEDULES = dict(CURRENT.schedules())
OF_ITS_SCHEDULE = ("first_windows", "last_studies", "schedule_ends", "fact_schedules", "readings", "due")
WITHOUT_A_CASE = {
    "Combination CT and MRI cervical spine": "tests/cli/check/test_check.py",
    "Combination CT and MRI for metastases": "tests/scheduler/patient/test_decisions.py",
}
"""Sections that no table has a case of, each with the module whose tests decide by it."""


@pytest.mark.parametrize("table", table_names())
def test_each_case_names_a_section_of_the_edition_or_a_rule_of_the_engine(table):
    known = cited_sections(CURRENT) | ENGINE_RULES
    assert [case for case in cases_of(table) if case["section"] not in known] == []


@pytest.mark.parametrize("table", OF_ITS_SCHEDULE)
def test_a_case_of_a_schedule_names_the_section_that_the_schedule_cites(table):
    routes = [case.get("route") or f"{case['protocol']}/{case['schedule']}" for case in read_table(table)]
    sections = [case["section"] for case in read_table(table)]
    assert sections == [SCHEDULES[route].cite.section for route in routes]


def test_a_request_names_the_section_of_its_schedule_or_of_its_protocol():
    """Or of none where it is not judged, or where no rule of the edition concerns it."""
    for case in cases_of("requests"):
        if case["section"] == "engine: no section":
            assert case["reason"] in {"", "cancelled", "no_route", "other_guideline"}, case
        else:
            rule = SCHEDULES.get(case["route"]) or CURRENT.protocol(case["route"])
            assert case["section"] == rule.cite.section, case


def test_a_case_of_an_indication_names_the_section_of_the_indication():
    cited = {indication.name: indication.cite.section for indication in CURRENT.indications}
    cases = read_table("indications")
    assert [case["section"] for case in cases] == [cited[case["indication"]] for case in cases]
    assert {case["section"] for case in cases} == set(cited.values())


def test_a_background_names_the_section_of_the_indication_that_it_raises():
    for row in read_table("indication_backgrounds"):
        facts = dict(fact.split("=") for fact in row["facts"].split())
        raised = {i.cite.section for i in CURRENT.indications if any(facts.get(lead) == "true" for lead in i.leads)}
        assert raised == {row["section"]}, row
        on_it = [case for case in read_table("indications") if case["background"] == row["background"]]
        assert {case["section"] for case in on_it} <= raised, row


def test_a_case_of_a_contraindication_names_the_section_of_the_contraindications():
    cited = {contraindication.cite.section for contraindication in CURRENT.contraindications}
    assert {case["section"] for case in read_table("contraindications")} == cited


@pytest.mark.parametrize("section", [s for s in deciding_sections(CURRENT) if s not in WITHOUT_A_CASE])
def test_a_section_has_a_case_that_follows_from_it(section):
    assert cases_by_section()[section].total() > 0


@pytest.mark.parametrize(("section", "module"), WITHOUT_A_CASE.items())
def test_a_section_that_is_said_to_have_no_case_has_none_but_a_test(section, module):
    assert section in deciding_sections(CURRENT)
    assert cases_by_section()[section].total() == 0
    assert "combination" in (ROOT / module).read_text(encoding="utf-8")


def test_the_number_of_cases_is_listed_by_section(capsys):
    main()
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "Bone 4." in line] == [
        "   6  Bone 4.a (first_windows 1, last_studies 3, stories 2)",
        "   3  Bone 4.b (due 1, fact_schedules 1, stories 1)",
    ]
    assert len(lines) == len(deciding_sections(CURRENT)) + len(ENGINE_RULES)


def test_the_readme_of_the_tests_names_every_folder_table_and_support_module():
    tests = ROOT / "tests"
    readme = (tests / "README.md").read_text(encoding="utf-8")
    folders = {f"{path.relative_to(tests).parts[0]}/" for path in tests.glob("*/**/*.py")}
    modules = {path.stem for path in tests.glob("support/*.py")}
    assert {"cli/", "scheduler/"} <= folders
    assert {name for name in (*folders, *modules, *table_names()) if f"`{name}" not in readme} == set()
