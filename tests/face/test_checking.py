"""One date from Python: the same answers as the command gives, with arguments instead of options."""

import inspect
import json
from datetime import date

import pytest

import spine_vigil as vigil

KNOWN = {
    "protocol": "bone.osteosarcoma",
    "index": {"treatment_end": "2026-01-15"},
    "primary_site": "cervical_spine",
}
OPTIONS = ["--protocol", "bone.osteosarcoma", "--index", "treatment_end=2026-01-15", "--primary-site", "cervical_spine"]

CASES = [
    ("2026-04-05", {}, [], "early", "a day too early for the grace"),
    ("2026-04-06", {}, [], "within_grace", "the first day of the grace"),
    ("2026-04-15", {}, [], "on_schedule", "the window itself"),
    ("2026-04-24", {}, [], "within_grace", "the last day of the grace"),
    ("2026-04-25", {}, [], "overdue", "the day after it"),
    ("2026-04-15", {"prior": ["2026-02-01"]}, ["--prior", "2026-02-01"], "early", "counted from an earlier study"),
    (
        "2026-02-01",
        {"facts": {"symptoms_new_or_progressing": True}},
        ["--fact", "symptoms_new_or_progressing=true"],
        "symptomatic",
        "a documented fact",
    ),
    ("2026-04-06", {"grace_days": 0}, ["--grace-days", "0"], "early", "without grace"),
]


@pytest.mark.parametrize(("day", "more", "options", "reason", "why"), CASES, ids=[case[-1] for case in CASES])
def test_python_and_the_command_line_say_the_same(vigil_command, day, more, options, reason, why):
    decision = vigil.check("MRI cervical_spine", day, **KNOWN, **more)
    _, out, _ = vigil_command(
        "check", "--study", "MRI cervical_spine", "--date", day, *OPTIONS, *options, "--format", "json"
    )
    said = json.loads(out)
    assert decision.reason.value == said["reason"] == reason, why
    assert decision.explanation == said["explanation"]
    assert (decision.opens.isoformat(), decision.next_allowed.isoformat()) == (said["opens"], said["next_allowed"])


def test_dates_may_be_dates():
    known = KNOWN | {"index": {"treatment_end": date(2026, 1, 15)}}
    decision = vigil.check("MRI cervical_spine", date(2026, 4, 15), **known, prior=[date(2026, 1, 10)])
    assert (decision.reason.value, decision.reference_date) == ("on_schedule", date(2026, 1, 15))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"study": "XRAY cervical_spine"}, "study: unknown modality 'XRAY'"),
        ({"date": "15.04.2026"}, "date: '15.04.2026' is not a date"),
        ({"protocol": "bone.osteosarkoma"}, "protocol: unknown protocol 'bone.osteosarkoma'; did you mean"),
        ({"primary_site": "kneee"}, "primary_site: unknown primary site 'kneee'"),
        ({"facts": {"high_grad": True}}, "facts: unknown fact 'high_grad'; did you mean 'high_grade'?"),
        ({"facts": {"high_grade": "maybe"}}, "facts high_grade: "),
        ({"prior": ["yesterday"]}, 'prior "yesterday": '),
        ({"also": [""]}, "the study is empty"),
    ],
)
def test_what_cannot_be_read_is_an_error_that_names_the_argument(changes, message):
    arguments = {"study": "MRI cervical_spine", "date": "2026-04-15", **KNOWN, **changes}
    with pytest.raises(vigil.VigilError) as problem:
        vigil.check(**arguments)
    assert message in str(problem.value)


def test_all_arguments_that_cannot_be_read_are_told_at_once():
    with pytest.raises(vigil.VigilError) as problem:
        vigil.check("MRX brain", "soon", primary_site="nowhere", index={"surgry": "2026-01-01"}, facts={"fever": "hot"})
    lines = str(problem.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["study", "primary_site", "date", "index", "facts fever"]


def test_words_are_read_as_the_command_reads_them_and_warned_of():
    words = {"protocol": "Ewing sarcoma", "primary_site": "right lower leg", "prior": ["2026-01-20 MR left knee"]}
    with pytest.warns(vigil.VigilWarning) as warned:
        decision = vigil.check("MRI knee", "2026-04-20", index={"treatment_end": "2026-01-15"}, **words)
    assert (decision.route, decision.reason.value) == ("bone.ewing_sarcoma/primary_site", "on_schedule")
    assert [str(warning.message) for warning in warned] == [
        "'MRI knee' is read as MRI lower_extremity",
        "'Ewing sarcoma' is read as bone.ewing_sarcoma",
        "'right lower leg' is read as lower_extremity",
        "'MR left knee' is read as MRI lower_extremity",
    ]
    assert {warning.filename for warning in warned} == {__file__}


def test_arguments_that_contradict_each_other_are_an_invalid_decision():
    decision = vigil.check("MRI cervical_spine", "2026-04-15", **KNOWN, birth_date="2027-01-01")
    assert decision.decision.value == "invalid"
    assert decision.explanation.startswith("birth_date: the event is before the birth date 2027-01-01")


def test_a_prior_that_does_not_count_is_a_warning():
    with pytest.warns(vigil.VigilWarning, match="the study of 2026-05-01 is not before 2026-04-15") as caught:
        vigil.check("MRI cervical_spine", "2026-04-15", **KNOWN, prior=["2026-05-01"])
    assert caught[0].filename == __file__


def test_the_signature_fits_a_screen():
    assert all(len(str(inspect.signature(getattr(vigil, name)))) < 800 for name in ("check", "audit", "due", "windows"))


def test_several_protocols_are_a_list_or_a_text():
    known = {"index": {"treatment_end": "2022-01-15"}}
    listed = vigil.check("CT chest", "2022-04-15", protocol=["cns.ependymoma", "bone.osteosarcoma"], **known)
    assert listed.route == "bone.osteosarcoma/chest"
    assert vigil.check("CT chest", "2022-04-15", protocol="cns.ependymoma|bone.osteosarcoma", **known) == listed
