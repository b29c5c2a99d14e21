"""The indications and contraindications of the edition, case by case and through both evaluators."""

from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest
from support.evaluators import decide_as_columns, decide_one_by_one
from support.patients import read_requests
from support.tables import read_table

from spine_vigil.protocols import CURRENT
from spine_vigil.protocols.healthhelp_mri_cspine_2025.indications.mri_02_neck_pain import (
    PEDIATRIC_RED_FLAG,
    PEDIATRIC_SUSPICION,
)
from spine_vigil.protocols.healthhelp_mri_cspine_2025.indications.mri_18_trauma import TRAUMA_RULE
from spine_vigil.protocols.healthhelp_mri_cspine_2025.times import (
    CARE_ONGOING,
    CARE_TRIED,
    PEDIATRIC,
    POST_SURGICAL,
    RECENT_STENT,
)
from spine_vigil.scheduler.editions.vocabulary import SYMPTOMS, AgeAtMost, Cite, Documented, any_of, not_
from spine_vigil.scheduler.rules.criteria import Compound, Criterion, Leaf, Not, Since
from spine_vigil.scheduler.rules.date_sets import ALL_DATES, NO_DATES
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.indications import Indication
from spine_vigil.scheduler.values import replace

BOTH = pytest.mark.parametrize("decide", [decide_one_by_one, decide_as_columns], ids=["scalar", "columnar"])
SAID = ("decision", "reason", "route", "missing", "next_allowed")
BACKGROUNDS = {row["background"]: row["facts"] for row in read_table("indication_backgrounds")}
CASES = read_table("indications")
TIMES = read_table("time_conditions")
HAZARDS = read_table("contraindications")
ALWAYS_HINTED = {"spinal_tumor_symptomatic": Documented(SYMPTOMS)}
"""The part of a criterion that every hint at it holds."""
TRUTH = {"true": True, "false": False, "unknown": None}
CHRONIC, LONGER = (
    next(leaf for leaf in part.parts if isinstance(leaf, Since))
    for part in (PEDIATRIC_SUSPICION, PEDIATRIC_RED_FLAG.parts[-1])
)
CONDITIONS = {
    "age_at_most_5": AgeAtMost(5),
    "pediatric": PEDIATRIC,
    "chronic": CHRONIC,
    "longer_than_4_weeks": LONGER,
    "conservative_care_tried": CARE_TRIED,
    "conservative_care_ongoing": CARE_ONGOING,
    "post_surgical": POST_SURGICAL,
    "recent_stent": RECENT_STENT,
}


def facts_of(text):
    return dict(fact.split("=") for fact in text.split())


def cells_of(case):
    return {
        "patient_id": "P1",
        "modality": "MRI",
        "region": "cervical_spine",
        "date": case["date"],
        **facts_of(BACKGROUNDS.get(case["background"], "")),
        **facts_of(case["facts"]),
    }


def each_as_a_patient(rows):
    return [row | {"patient_id": f"P{place}"} for place, row in enumerate(rows)]


def told(result, names=SAID):
    return {name: result[name] or "" for name in names}


@BOTH
def test_an_indication_is_decided_as_the_table_says(decide):
    results = decide(each_as_a_patient([cells_of(case) for case in CASES]), CURRENT, GracePolicy())
    routed = [c | {"route": "" if c["reason"] == "no_route" else f"indication.{c['indication']}"} for c in CASES]
    found = [told(r) | {"why": c["why"]} for r, c in zip(results, routed, strict=True)]
    assert found == [{name: case[name] for name in (*SAID, "why")} for case in routed]


@BOTH
def test_an_indication_has_no_window_and_no_grace(decide):
    columns = ("timing", "reference_date", "opens", "closes", "days_from_window")
    rows = [cells_of(case) for case in CASES if case["reason"] in {"criteria_met", "criteria_not_met", "missing_fact"}]
    results = decide(each_as_a_patient(rows), CURRENT, GracePolicy())
    assert {result[name] for result in results for name in columns} == {None}


def test_every_indication_is_true_false_and_unknown_in_the_table():
    """One whose criterion is its lead fact alone is true, or not raised; one that is only hinted at is never false."""
    found = {i.name: {case["reason"] for case in CASES if case["indication"] == i.name} for i in CURRENT.indications}
    alone = {i.name for i in CURRENT.indications if set(i.criterion.facts()) == set(i.leads) and len(i.leads) == 1}
    assert alone == {
        "radiculopathy", "chiari", "tumor_imaging_inconclusive", "csf_leak", "neurological_deficit", "tethered_cord",
    }  # fmt: skip
    for indication in CURRENT.indications:
        wanted = {"criteria_met"}
        if indication.name not in alone:
            wanted |= {"missing_fact", "criteria_not_met" if indication.leads else "no_route"}
        if indication.hints:
            wanted |= {"missing_fact", "no_route"}
        assert found[indication.name] >= wanted, indication.name


class Settled(Leaf):
    """Stands in for a leaf: holds always or never."""

    always: bool

    def known_dates(self, facts):  # noqa: ARG002 - the signature is that of a leaf
        return ALL_DATES if self.always else NO_DATES

    def facts(self):
        return iter(())


def with_one_leaf_settled(criterion: Criterion) -> Iterator[tuple[Leaf, bool, Criterion]]:
    """Yield the criterion with each of its leaves replaced by one that holds always, or never."""
    match criterion:
        case Compound(parts):
            for place, part in enumerate(parts):
                for leaf, always, altered in with_one_leaf_settled(part):
                    yield leaf, always, type(criterion)((*parts[:place], altered, *parts[place + 1 :]))
        case Not(part):
            for leaf, always, altered in with_one_leaf_settled(part):
                yield leaf, always, Not(altered)
        case Leaf():
            yield from ((criterion, always, Settled(always)) for always in (True, False))


@pytest.mark.parametrize("indication", CURRENT.indications, ids=lambda indication: indication.name)
def test_each_leaf_decides_some_case_of_the_table_both_ways(indication):
    """A leaf that held always, or never, would make a case of the table another one."""
    own = [cells_of(case) for case in CASES if case["indication"] == indication.name and case["reason"] != "no_route"]
    rows = [(r.patient.facts, r.row.event.date) for r in read_requests(each_as_a_patient(own), CURRENT)]
    criterion = TRAUMA_RULE.parts[-1] if indication.criterion == TRAUMA_RULE else indication.criterion
    truth = [criterion.holds(facts, day) for facts, day in rows]
    given = indication.raised_by() if not indication.hints and len(indication.leads) == 1 else ()
    for leaf, always, altered in with_one_leaf_settled(criterion):
        if always and (leaf in given or leaf == ALWAYS_HINTED.get(indication.name)):
            continue  # it is true wherever the indication speaks
        assert [altered.holds(facts, day) for facts, day in rows] != truth, (leaf, always)


def test_who_meets_the_rest_of_mri_18_a_meets_a_criterion_for_imaging():
    """So that its first part decides no case, and only asks."""
    names = list(dict.fromkeys(TRAUMA_RULE.facts()))
    for values in product((True, False, None), repeat=len(names)):
        facts = dict(zip(names, values, strict=True))
        assert TRAUMA_RULE.holds(facts, date(2025, 6, 1)) is TRAUMA_RULE.parts[-1].holds(facts, date(2025, 6, 1)), facts


def carrier(criterion):
    """Return the edition with one indication that is raised by a fact and is what the criterion is."""
    indication = Indication(
        "carrier", "carrier", Cite("MRI 99"), leads=("trauma",), criterion=any_of(criterion, not_("trauma"))
    )
    return replace(CURRENT, indications=(indication,), contraindications=())


@pytest.mark.parametrize("name", CONDITIONS)
@BOTH
def test_a_time_condition_holds_as_the_table_says(decide, name):
    cases = [case for case in TIMES if case["condition"] == name]
    rows = [
        {
            "modality": "MRI",
            "region": "cervical_spine",
            "date": case["date"],
            "trauma": "true",
            **facts_of(case["facts"]),
        }
        for case in cases
    ]
    reasons = {"criteria_met": "true", "criteria_not_met": "false", "missing_fact": "unknown"}
    results = decide(each_as_a_patient(rows), carrier(CONDITIONS[name]), GracePolicy())
    found = [(reasons[r["reason"]], case["why"]) for r, case in zip(results, cases, strict=True)]
    assert found == [(case["holds"], case["why"]) for case in cases]
    asked = "conservative_care_start" if name.startswith("conservative") else next(CONDITIONS[name].facts())
    assert {r["missing"] for r in results if r["decision"] == "needs_info"} == {asked}


def parts_of(criterion: Criterion) -> Iterator[Criterion]:
    """Yield the criterion and every criterion within it."""
    yield criterion
    parts = (
        criterion.parts if isinstance(criterion, Compound) else [criterion.part] if isinstance(criterion, Not) else []
    )
    for part in parts:
        yield from parts_of(part)


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_time_condition_names_a_section_whose_rules_ask_for_it(name):
    (section,) = {case["section"] for case in TIMES if case["condition"] == name}
    rules = [r for r in (*CURRENT.indications, *CURRENT.contraindications) if r.cite.section == section]
    assert CONDITIONS[name] in [part for rule in rules for part in parts_of(rule.criterion)]


@pytest.mark.parametrize("case", TIMES, ids=[f"{case['condition']} {case['facts']} {case['date']}" for case in TIMES])
def test_the_dates_of_a_time_condition_hold_its_day(case):
    row = {"patient_id": "P1", "modality": "MRI", "region": "brain", "date": case["date"], **facts_of(case["facts"])}
    (read,) = read_requests([row], CURRENT)
    criterion, holds, day = CONDITIONS[case["condition"]], TRUTH[case["holds"]], read.row.event.date
    assert criterion.holds(read.patient.facts, day) is holds
    for unknown in (True, False):
        day_is_in = day in criterion.dates(read.patient.facts, unknown=unknown)
        assert day_is_in is (unknown if holds is None else holds)


def hazard_cells(case):
    return {
        "patient_id": "P1",
        **{n: case[n] for n in ("protocol", "modality", "region", "date", "status", "primary_site")},
        **facts_of(case["index"]),
        **facts_of(case["facts"]),
    }


@BOTH
def test_a_contraindication_decides_as_the_table_says(decide):
    results = decide(each_as_a_patient([hazard_cells(case) for case in HAZARDS]), CURRENT, GracePolicy())
    clearing = "The implanted device must be cleared for MRI first."
    found = [
        told(r) | {"to_clear": "yes" if clearing in (r["explanation"] or "") else "", "why": c["why"]}
        for r, c in zip(results, HAZARDS, strict=True)
    ]
    assert found == [{name: case[name] for name in (*SAID, "to_clear", "why")} for case in HAZARDS]


@BOTH
def test_a_contraindicated_study_keeps_its_route_and_loses_timing_and_window(decide):
    rows = [hazard_cells(case) for case in HAZARDS if case["reason"] == "contraindicated"]
    for result in decide(each_as_a_patient(rows), CURRENT, GracePolicy()):
        columns = ("timing", "reference_date", "opens", "closes", "days_from_window", "missing")
        assert told(result, columns) == dict.fromkeys(columns, "")
        assert result["explanation"].startswith("MRI General Contraindications: MRI is contraindicated on ")


@BOTH
def test_the_explanation_names_the_hazard(decide):
    row = {"patient_id": "P1", "modality": "MRI", "region": "cervical_spine", "date": "2025-06-01"}
    facts = [
        {"bmi_exceeds_mri_capability": "true"},
        {"intravascular_stent_date": "2025-05-20"},
        {"implanted_device": "true", "device_mri_conditional": "false"},
    ]
    found = [r["explanation"] for r in decide(each_as_a_patient([row | f for f in facts]), CURRENT, GracePolicy())]
    begin = "MRI General Contraindications: MRI is contraindicated on 2025-06-01, since "
    end = " Clear it with MR safety before the study takes place."
    assert found == [
        begin + "the body mass index exceeds what the scanner takes." + end,
        begin + "an intravascular stent was placed within the last 6 weeks." + end,
        begin + "an implanted device is not cleared for MRI." + end,
    ]
