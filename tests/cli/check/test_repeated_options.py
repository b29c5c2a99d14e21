"""Options of a check that are given more than once: refused, or taken together; none is dropped in silence."""

from __future__ import annotations

import pytest
from support.checks import Run


@pytest.mark.parametrize("option", ["--study", "--date", "--primary-site", "--birth-date", "--status", "--death"])
def test_an_option_that_is_given_twice_is_refused_and_none_is_dropped(check: Run, option: str) -> None:
    values = {"--study": "CT chest", "--date": "2022-04-15", "--primary-site": "pelvis", "--status": "performed"}
    value = values.get(option, "2022-01-01")
    given = {"--study": "CT chest", "--date": "2022-04-15"} | {option: value}
    options = [text for pair in given.items() for text in pair]
    assert check(*options).exit_code != 2
    outcome = check(*options, option, value)
    assert (outcome.exit_code, outcome.out) == (2, "")
    assert f"{option} is given twice; give it once" in outcome.err


def test_several_protocols_are_given_one_by_one_or_joined(check: Run) -> None:
    args = ["--study", "CT chest", "--date", "2022-04-15", "--index", "treatment_end=2022-01-15", "--format", "json"]
    joined = check(*args, "--protocol", "cns.ependymoma|bone.osteosarcoma")
    assert joined.object["route"] == "bone.osteosarcoma/chest"
    assert check(*args, "--protocol", "cns.ependymoma", "--protocol", "bone.osteosarcoma") == joined


def test_protocols_that_are_joined_otherwise_are_told_how(check: Run) -> None:
    outcome = check("--study", "CT chest", "--date", "2022-04-15", "--protocol", "bone.osteosarcoma,bone.chordoma")
    assert outcome.exit_code == 2
    assert "join several protocols by |" in outcome.err
