"""The line of the rule that an issue is about."""

import pytest

from spine_vigil.scheduler.editions.checking.checks import Issue
from spine_vigil.scheduler.editions.toml_files.places import line_of
from spine_vigil.scheduler.editions.toml_files.toml_text import lines_of

FILE = """[fact.pain]
meaning = "there is pain"

[indication.pain]
criterion = "pain"

[indication.pain.reading.strict]
criterion = "pain"

[protocol.bone.schedule.chest]
study = "CT of chest"
phases = ["every 3 months"]

[protocol.bone.schedule.chest.reading.monthly]
phases = ["every 1 month"]

[contraindication.implant]
hazard = "an implant"
"""


@pytest.mark.parametrize(
    ("place", "subject", "line", "why"),
    [
        ("bone/chest", "index dates and studies", 10, "a schedule"),
        ("bone/chest", "phases on the calendar", 12, "the phases of a schedule"),
        ("bone/chest read as monthly", "ends", 14, "another reading of a schedule"),
        ("bone/lungs", "ends", 10, "a schedule that the file does not have, by its protocol"),
        ("cns/brain", "ends", None, "a protocol that the file does not have"),
        ("indication.pain", "indications", 4, "an indication by its route"),
        ("indication.pain read as strict", "indications", 7, "another reading of an indication"),
        ("indication.pain", "criteria", 4, "an indication"),
        ("fact.pain", "unused facts", 1, "a fact that is called like an indication"),
        ("contraindication.implant", "contraindications", 17, "a contraindication"),
        ("bone", "stances", 10, "a protocol, by the first line of it"),
    ],
)
def test_an_issue_is_found_in_the_file(place, subject, line, why):
    assert line_of(Issue(place, "is wrong", subject), lines_of(FILE)) == line, why
