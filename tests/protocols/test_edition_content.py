"""The edition against a transcription of the guideline's numbers, and the form of its files."""

import ast
from pathlib import Path

import pytest
from support.tables import read_table

from spine_vigil import protocols
from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.rules.facts import FactKind
from spine_vigil.scheduler.rules.index_dates import Joined
from spine_vigil.scheduler.rules.schedules import LATE, PhaseKind, Stance
from spine_vigil.scheduler.rules.studies import Place, regions_text

CLAUSES = (
    "schedule", "index", "modalities", "regions", "or_if", "stops_at", "when", "more_often_if", "restarts",
    "complements",
)  # fmt: skip
CONTENT = sorted(Path(protocols.__file__).parent.rglob("*.py"))
LOGIC = (
    ast.If, ast.IfExp, ast.For, ast.While, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.Match,
    ast.Try, ast.With, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.BoolOp, ast.BinOp, ast.Compare,
    ast.AugAssign, ast.NamedExpr, ast.Global, ast.Assert, ast.Raise, ast.Delete,
)  # fmt: skip


def duration(length):
    if not length.count:
        return "0"
    return f"{length.months}mo" if length.months else f"{length.days}d" if length.days % 7 else f"{length.days // 7}wk"


def bound(length, other):
    """Write a bound of a window; a zero beside days is in days."""
    return "0d" if not length.count and other.unit.value == "day" and other.count else duration(length)


def phase(rule):
    if rule.kind is PhaseKind.UNSPECIFIED:
        text = "unspecified"
    elif rule.kind is PhaseKind.AS:
        text = f"as {rule.fact}"
    else:
        text = f"{rule.kind.value} {bound(rule.low, rule.high)}..{bound(rule.high, rule.low)}"
    if rule.kind is PhaseKind.ONCE and rule.late != (None if rule.in_days else LATE):
        text += f" late {duration(rule.late)}"
    if rule.end is not None and rule.kind is not PhaseKind.ONCE:
        text += f" until {duration(rule.end)}"
    return f"{text} if {rule.fact}" if rule.is_timed and rule.fact else text


def phases(rules):
    return "; ".join(phase(rule) for rule in rules)


def modalities(pattern):
    return "any" if pattern.modalities is None else "|".join(sorted(m.value for m in pattern.modalities))


def places(pattern):
    return "|".join(sorted(p.value if isinstance(p, Place) else p for p in pattern.places))


def index_list(choices):
    return "|".join("+".join(k.value for k in c.kinds) if isinstance(c, Joined) else c.value for c in choices)


def in_order(text):
    return "|".join(sorted(text.split("|")))


def transcribed():
    """Return the edition in the notation of tests/cases/edition.csv."""
    for protocol in CURRENT.protocols:
        stances = {
            Stance.NOT_COVERED: "not_covered",
            Stance.NO_SURVEILLANCE: "none",
            Stance.REFERRAL: f"refer {' and '.join(protocol.refers_to)}",
        }
        if protocol.stance in stances:
            yield dict.fromkeys(CLAUSES, "") | {
                "protocol": protocol.id,
                "schedule": "",
                "section": protocol.cite.section,
                "phases": stances[protocol.stance],
                "note": protocol.note,
            }
        for schedule in protocol.schedules:
            yield {
                "protocol": protocol.id,
                "schedule": schedule.name,
                "section": schedule.cite.section,
                "index": index_list(schedule.index),
                "modalities": modalities(schedule.study),
                "regions": places(schedule.study),
                "phases": phases(schedule.phases),
                "or_if": schedule.plan.or_if or "",
                "stops_at": "|".join(kind.value for kind in schedule.stops_at),
                "when": str(schedule.when or ""),
                "more_often_if": schedule.plan.more_often_if or "",
                "restarts": "yes" if schedule.restarts else "",
                "complements": "yes" if schedule.complements else "",
                "note": schedule.reading,
            }


def test_the_edition_holds_70_protocols():
    assert len(CURRENT.protocols) == 70
    assert [p.id for p in CURRENT.protocols] == list(dict.fromkeys(row["protocol"] for row in read_table("edition")))


@pytest.mark.parametrize(
    ("found", "row"),
    list(zip(transcribed(), read_table("edition"), strict=True)),
    ids=[f"{row['protocol']}/{row['schedule']}" for row in read_table("edition")],
)
def test_a_schedule_says_what_the_guideline_says(found, row):
    assert found == {**row, "modalities": in_order(row["modalities"]), "regions": in_order(row["regions"])}


def test_the_other_readings_are_those_of_the_table():
    found = [
        {
            "protocol": protocol.id,
            "schedule": schedule.name,
            "section": schedule.cite.section,
            "reading": other.name,
            "phases": phases(other.plan.phases),
            "or_if": other.plan.or_if or "",
            "more_often_if": other.plan.more_often_if or "",
            "says": other.says,
        }
        for protocol in CURRENT.protocols
        for schedule in protocol.schedules
        for other in schedule.others
    ]
    assert found == read_table("readings")


def test_the_billing_codes_are_those_of_the_table():
    found = {
        c.code: [c.modality.value, regions_text(c.region_bits).replace("total_spine", "spine"), c.contrast or ""]
        for c in CURRENT.cpt_codes
    }
    wanted = {
        row["cpt"]: [row["modality"], row["region"], row["contrast"]]
        for row in read_table("cpt")
        if row["cpt"] != "78815"
    }
    skull_to_thigh = found.pop("78815")
    assert found == wanted
    assert skull_to_thigh == ["PET/CT", "neck|sacrum|chest|abdomen|pelvis|spine", ""]


def test_one_billing_code_alone_is_an_add_on():
    assert [c.code for c in CURRENT.cpt_codes if c.is_add_on] == ["0649T"]


@pytest.mark.parametrize("protocol", CURRENT.protocols, ids=lambda protocol: protocol.id)
def test_a_protocol_has_a_title_and_a_citation_of_its_section(protocol):
    area = {"bone": "Bone", "cns": "CNS", "neuroendocrine": "NET", "occult_primary": "Occult primary"}
    assert protocol.title
    assert protocol.cite.section.startswith(area[protocol.id.partition(".")[0]])
    wanted = protocol.cite.section.split(" note")[0]
    for schedule in protocol.schedules:
        assert schedule.cite.section.replace("NET 5 and ", "NET ").startswith(wanted)


def test_every_fact_has_a_meaning_and_the_sections_that_ask_for_it():
    assert {fact.name: fact.level.value for fact in CURRENT.facts}.items() >= {
        "symptoms_new_or_progressing": "event",
        "clinically_indicated": "event",
        "high_grade": "patient",
        "calcium_rising": "event",
        "carcinoid_heart_disease": "patient",
    }.items()
    assert all(fact.meaning and fact.sections for fact in CURRENT.facts)


def test_every_boolean_fact_says_how_it_reads_where_it_is_false():
    assert [f.name for f in CURRENT.facts if bool(f.denial) is not (f.kind is FactKind.BOOLEAN)] == []
    denials = {fact.name: fact.denial for fact in CURRENT.facts}
    assert denials["rheumatology_evaluation_completed"] == "the rheumatology evaluation is not done"
    assert denials["known_malignancy"] == "no malignancy is known"


def test_the_device_is_one_of_six_kinds_and_no_hip_prosthesis():
    meaning = CURRENT.fact("implanted_device").meaning
    kinds = (
        "aneurysm clip", "cochlear implant", "implantable defibrillator", "insulin pump", "permanent pacemaker",
        "spinal cord stimulator",
    )  # fmt: skip
    assert all(kind in meaning for kind in kinds)
    assert "a hip prosthesis is none of them" in meaning


def test_the_edition_says_what_it_is():
    assert (CURRENT.id, CURRENT.publisher, str(CURRENT.reviewed)) == (
        "healthhelp-mri-cspine-2025", "HealthHelp", "2025-05-16",
    )  # fmt: skip
    assert str(CURRENT.covers) == "MRI cervical_spine"


@pytest.mark.parametrize("path", CONTENT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_content_is_data_alone(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [f"line {node.lineno}: {type(node).__name__}" for node in ast.walk(tree) if isinstance(node, LOGIC)]
    assert found == []
    assert ast.get_docstring(tree)
    kinds = {type(node) for node in tree.body}
    assert kinds <= {ast.Expr, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign}


@pytest.mark.parametrize("path", CONTENT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_content_imports_nothing_but_dates_content_and_its_vocabulary(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    plain = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    assert plain == []
    assert {m for m in modules if not m.startswith("spine_vigil.protocols")} <= {
        "datetime",
        "spine_vigil.scheduler.editions.vocabulary",
        "spine_vigil.scheduler.rules.studies",
    }
