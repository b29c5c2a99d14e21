"""`vigil windows`: the studies that were done, as given by `--prior`, and those that do not count."""

from __future__ import annotations

import json
from functools import partial

import pytest

OSTEOSARCOMA = ["--protocol", "bone.osteosarcoma", "--index", "treatment_end=2022-01-31"]
AS_OF = ["--as-of", "2022-02-01"]
LATER = ["--as-of", "2022-05-02"]


@pytest.fixture
def windows(vigil):
    """Run `vigil windows` in this process; return exit code, standard output and standard error."""
    return partial(vigil, "windows")


@pytest.fixture
def listed(windows):
    """Run `vigil windows --format json`; return the object and its schedules by name."""

    def run(*args):
        code, out, err = windows(*args, "--format", "json")
        assert (code, err) == (0, "")
        found = json.loads(out)
        return found, {s["schedule"]: s for s in found["schedules"]}

    return run


def spans(schedule):
    return [(w["number"], w["kind"], w["opens"], w["closes"]) for w in schedule["windows"]]


def test_a_prior_without_a_study_counts_for_every_schedule_and_one_with_a_study_where_it_matches(listed):
    _, schedules = listed(
        *OSTEOSARCOMA, "--primary-site", "sacrum", *LATER, "--prior", "2022-04-29", "--prior", "2022-05-02 CT chest"
    )
    assert [spans(schedules[name])[0][2] for name in ("primary_site", "chest")] == ["2022-07-29", "2022-08-02"]


@pytest.mark.parametrize(
    ("study", "opens", "why"),
    [
        ("71250", "2022-08-02", "the code of a chest CT"),
        ("MRI pelvis", "2022-04-30", "a study of the pelvis matches no chest schedule"),
        ("CT chest|abdomen", "2022-08-02", "a wider study shows the chest too"),
    ],
)
def test_the_study_of_a_prior_by_name_or_code(listed, study, opens, why):
    _, schedules = listed(*OSTEOSARCOMA, "--primary-site", "sacrum", *LATER, "--prior", f"2022-05-02 {study}")
    assert spans(schedules["chest"])[0][2] == opens, why


def opens_of_chest(out):
    return {s["schedule"]: s for s in json.loads(out)["schedules"]}["chest"]["windows"][0]["opens"]


@pytest.mark.parametrize(
    "text", ["2022-05-02 scheduled", "2022-05-02 CT chest Scheduled", "2022-05-02 71250 scheduled"]
)
def test_a_prior_that_is_only_scheduled_does_not_count_and_that_is_said(windows, text):
    code, out, err = windows(*OSTEOSARCOMA, *LATER, "--prior", text, "--format", "json")
    said = "is only booked and does not count: windows are counted from performed studies"
    assert (code, err) == (0, f'vigil: --prior "{text}" {said}\n')
    assert opens_of_chest(out) == "2022-04-30"


def test_a_prior_may_say_that_it_was_performed(listed):
    _, schedules = listed(*OSTEOSARCOMA, *LATER, "--prior", "2022-05-02 CT chest performed")
    assert spans(schedules["chest"])[0][2] == "2022-08-02"


@pytest.mark.parametrize(
    ("args", "said", "why"),
    [
        (["CT brain"], "matches no schedule of bone.osteosarcoma and does not count", "of another region"),
        (["ECHO chest"], "matches no schedule of bone.osteosarcoma and does not count", "of another modality"),
        (["0649T cervical_spine"], "matches no schedule of bone.osteosarcoma and does not count", "an add-on"),
    ],
)
def test_a_prior_of_no_schedule_is_said(windows, args, said, why):
    text = f"2022-05-02 {args[0]}"
    _, _, err = windows(*OSTEOSARCOMA, "--primary-site", "cervical_spine", *LATER, "--prior", text)
    assert err == f'vigil: --prior "{text}" {said}\n', why


def test_a_prior_that_may_be_of_the_primary_site_asks_for_it(windows):
    text = "2022-05-02 MRI pelvis"
    _, _, err = windows(*OSTEOSARCOMA, *LATER, "--prior", text)
    said = "matches no schedule of bone.osteosarcoma and does not count; give --primary-site"
    assert err == f'vigil: --prior "{text}" {said}\n'


@pytest.mark.parametrize(
    ("day", "said", "why"),
    [
        ("2022-02-01", "", "today"),
        ("2022-02-02", "is after 2022-02-01, when it was not done yet, and does not count", "tomorrow"),
    ],
)
def test_a_prior_that_was_not_done_yet_is_said(windows, day, said, why):
    _, out, err = windows(*OSTEOSARCOMA, *AS_OF, "--prior", f"{day} CT chest", "--format", "json")
    assert err == (f'vigil: --prior "{day} CT chest" {said}\n' if said else ""), why
    assert opens_of_chest(out) == ("2022-04-30" if said else "2022-05-01"), why


@pytest.mark.parametrize("study", ["", " CT chest"])
@pytest.mark.parametrize(
    ("day", "counts", "why"),
    [
        ("2022-01-30", False, "the day before treatment ended"),
        ("2022-01-31", True, "the day on which the schedule starts"),
        ("2022-02-01", True, "the day after"),
    ],
)
def test_a_prior_before_the_schedule_starts_is_said(windows, study, day, counts, why):
    _, _, err = windows(*OSTEOSARCOMA, *AS_OF, "--prior", day + study)
    said = f'vigil: --prior "{day}{study}" is before 2022-01-31, when the schedule starts, and does not count\n'
    assert err == ("" if counts else said), why


def test_a_prior_where_nothing_can_be_counted_needs_no_note(windows):
    """Without an index date, or under a protocol without schedules, the output says why there is no window."""
    for args in (["--protocol", "occult_primary"], ["--protocol", "cns.ependymoma"]):
        assert windows(*args, *LATER, "--prior", "2022-05-02 CT chest")[2] == ""
