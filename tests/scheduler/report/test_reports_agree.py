"""The engine's report and the literal one agree on random cohorts, by the shipped edition and by made-up ones."""

from dataclasses import fields
from datetime import timedelta
from random import Random

import pytest
from support.engine_report import engine
from support.literal_report import LiteralReport, literal
from support.made_up_editions import random_edition
from support.random_report_cohorts import BY, FROM, TO, random_report_cohort

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.errors import FileError

PARTS = [part.name for part in fields(LiteralReport)]


def parts(report):
    """Return a report part by part, windows in one order."""
    found = {name: getattr(report, name) for name in PARTS}
    found["windows"] = sorted(found["windows"], key=repr)
    return found


def assert_agree(seed, edition):
    random = Random(seed)  # noqa: S311 - not for secrets
    edition = edition or random_edition(random)
    events, patients = random_report_cohort(random, edition)
    if not events:
        return
    grace = random.choice([None, None, 0, 14])
    as_of = random.choice([TO, TO + timedelta(days=200)])
    expected = parts(literal(events, patients, FROM, TO, BY, grace, as_of=as_of, edition=edition))
    try:
        found = parts(engine(events, patients, FROM, TO, BY, grace, as_of=as_of, edition=edition))
    except FileError as problem:
        if "no row of standard input could be read" not in str(problem):
            raise
        return
    for name in PARTS:
        assert found[name] == expected[name], (seed, name)


@pytest.mark.parametrize("seed", [*range(12), 202])
def test_both_agree_by_the_shipped_edition(seed):
    assert_agree(seed, CURRENT)


@pytest.mark.parametrize("seed", [*range(12), 102, 621])
def test_both_agree_by_made_up_editions(seed):
    assert_agree(seed, None)


@pytest.mark.slow
@pytest.mark.parametrize("hundred", range(1, 7))
def test_both_agree_by_the_shipped_edition_on_many_cohorts(hundred):
    for seed in range(100 * hundred, 100 * hundred + 100):
        assert_agree(seed, CURRENT)


@pytest.mark.slow
@pytest.mark.parametrize("hundred", range(1, 7))
def test_both_agree_by_made_up_editions_on_many_cohorts(hundred):
    for seed in range(100 * hundred, 100 * hundred + 100):
        assert_agree(seed, None)
