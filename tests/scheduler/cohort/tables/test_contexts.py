"""Contexts of several courses: which schedules fit, which courses still have a say, and what is left undecided."""

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.tables.context_book import Context, Course
from spine_vigil.scheduler.cohort.tables.contexts import Lanes, match_contexts
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import MODALITIES
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.studies import REGIONS, Modality

TABLES = RuleTables(CURRENT, GracePolicy())
NUMBERS = CURRENT.protocol_numbers
SARCOMA, OTHER_BONE = "bone.osteosarcoma", "bone.other"


def matched(courses, modality, region, only=None):
    study = MODALITIES.index(Modality(modality)), REGIONS[region]
    numbered = tuple(sorted(Course(NUMBERS[protocol], REGIONS.get(site)) for protocol, site in courses))
    number = None if only is None else NUMBERS[only]
    return match_contexts([Context(numbered, (), *study)], TABLES, Lanes(TABLES), number)


def routes(found):
    return list(dict.fromkeys(TABLES.routes[number] for number in found.entries["schedule"]))


def answers(found):
    rows = found.answers.select("protocol", "reason").rows()
    return [(CURRENT.protocols[protocol].id, list(Reason)[reason]) for protocol, reason in rows]


CASES = [
    # courses as protocol and site, study, how many routes and answers, the best reason where no schedule fits, why
    (
        [(SARCOMA, "chest"), (OTHER_BONE, None)],
        ("CT", "brain"),
        0,
        2,
        Reason.OTHER_GUIDELINE,
        "no course fits: all answer",
    ),
    ([(SARCOMA, "chest"), (OTHER_BONE, None)], ("CT", "chest"), 2, 0, None, "beside one that fits others say nothing"),
    ([(SARCOMA, None), (OTHER_BONE, None)], ("CT", "brain"), 0, 1, Reason.MISSING_FACT, "beside one that may fit too"),
    ([(SARCOMA, None)], ("CT", "chest"), 1, 0, None, "a course that fits by one schedule asks for no site"),
    ([], ("MRI", "cervical_spine"), 0, 0, Reason.NO_ROUTE, "no course"),
    ([], ("CT", "chest"), 0, 0, Reason.OTHER_GUIDELINE, "no course, and not covered"),
]


@pytest.mark.parametrize(("courses", "study", "fit", "said", "best", "why"), CASES, ids=[why for *_, why in CASES])
def test_courses_that_have_a_say(courses, study, fit, said, best, why):
    found = matched(courses, *study)
    key = found.keys.row(0, named=True)
    assert len(routes(found)) == fit, why
    assert len(answers(found)) == said, why
    assert key["reason"] == (None if best is None else best.rank), why
    assert key["first_protocol"] == (min(NUMBERS[protocol] for protocol, _ in courses) if courses else None)
    best_protocol = [protocol for protocol, reason in answers(found) if best is reason][:1]
    assert [key["protocol"]] == ([NUMBERS[name] for name in best_protocol] or [None]), why


def test_a_course_that_may_fit_speaks_beside_schedules_that_do():
    found = matched([(SARCOMA, "brain"), ("bone.chondrosarcoma.atypical_cartilaginous", None)], "MRI", "brain")
    assert routes(found) == ["bone.osteosarcoma/primary_site"]
    assert answers(found) == [("bone.chondrosarcoma.atypical_cartilaginous", Reason.MISSING_FACT)]
    key = found.keys.row(0, named=True)
    assert key["reason"] is None
    assert found.courses[0].courses[key["only_course"]].protocol == NUMBERS[SARCOMA]


UNDECIDED = [
    (("MRI", "total_spine"), "cervical_spine", "thoracic_spine|lumbar_spine", "the spine is named by its parts"),
    (("MRI", "cervical_spine"), "cervical_spine", None, "all is decided"),
    (("MRI", "whole_body"), "cervical_spine", "elsewhere", "a whole body"),
]


@pytest.mark.parametrize(("study", "site", "text", "why"), UNDECIDED, ids=[why for *_, why in UNDECIDED])
def test_regions_of_which_a_schedule_does_not_speak(study, site, text, why):
    found = matched([(SARCOMA, site)], *study)
    places = found.entries["undecided"].unique().to_list()
    assert [None if place is None else found.undecided_texts[place] for place in places] == [text], why


def test_with_a_protocol_only_its_contexts_have_schedules_but_all_of_theirs():
    both = [(SARCOMA, "brain"), ("bone.chordoma", "brain")]
    assert routes(matched(both, "MRI", "brain", only=SARCOMA)) == routes(matched(both, "MRI", "brain"))
    assert len(routes(matched(both, "MRI", "brain"))) == 2
    assert routes(matched(both[1:], "MRI", "brain", only=SARCOMA)) == []
