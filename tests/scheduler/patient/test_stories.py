"""Stories of patients, written from the guideline before anything was run, through both evaluators."""

from datetime import date

import pytest
from support.evaluators import decide_as_columns, decide_one_by_one
from support.tables import read_table

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.rules.grace import GracePolicy

TODAY = date(2026, 11, 30)
ROW = ("patient_id", "status", "protocol", "modality", "region", "date")
SAID = ("decision", "reason", "timing", "route", "opens", "closes", "missing", "undecided_regions")
STORIES = read_table("stories")
CASES = [(place, row) for place, row in enumerate(STORIES) if row["why"]]


@pytest.fixture(scope="module", params=[decide_one_by_one, decide_as_columns], ids=["scalar", "columnar"])
def results(request):
    cells = [
        {name: row[name] for name in ROW} | dict(cell.split("=", 1) for cell in row["cells"].split()) for row in STORIES
    ]
    return request.param(cells, CURRENT, GracePolicy(), TODAY)


@pytest.mark.parametrize(("place", "case"), CASES, ids=[f"{r['patient_id']} {r['date']} {n}" for n, r in CASES])
def test_a_story_goes_as_it_was_written(results, place, case):
    told = {name: "" if results[place][name] is None else str(results[place][name]) for name in SAID}
    assert told == {name: case[name] for name in SAID}, case["why"]


def test_a_story_names_the_section_that_its_answer_cites(results):
    cited = [results[place]["section"] or "engine: no section" for place, _ in CASES]
    assert [case["section"] for _, case in CASES] == cited


def test_the_stories_cover_every_chapter():
    chapters = {case["section"].split()[0] for _, case in CASES}
    assert chapters == {"Bone", "CNS", "NET", "Occult", "MRI", "engine:"}
