"""Stories of patients, written from the guideline before anything was run, through both evaluators."""

from datetime import date

import pytest
from support.case_rows import CaseRows
from support.evaluators import EVALUATORS

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.rules.grace import GracePolicy

STORIES = CaseRows(
    "stories",
    row=("patient_id", "status", "protocol", "modality", "region", "date"),
    said=("decision", "reason", "timing", "route", "opens", "closes", "missing", "undecided_regions"),
)
IDS = [f"{case['patient_id']} {case['date']} {place}" for place, case in STORIES.cases]


@pytest.fixture(scope="module", params=EVALUATORS.values(), ids=EVALUATORS)
def results(request):
    return request.param(STORIES.cells, CURRENT, GracePolicy(), date(2026, 11, 30))


@pytest.mark.parametrize(("place", "case"), STORIES.cases, ids=IDS)
def test_a_story_goes_as_it_was_written(results, place, case):
    assert STORIES.told(results[place]) == STORIES.expected(case), case["why"]


def test_a_story_names_the_section_that_its_answer_cites(results):
    STORIES.check_sections(results)


def test_the_stories_cover_every_chapter():
    chapters = {case["section"].split()[0] for _, case in STORIES.cases}
    assert chapters == {"Bone", "CNS", "NET", "Occult", "MRI", "engine:"}
