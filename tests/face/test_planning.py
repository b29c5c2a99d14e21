"""Coming windows from Python: the same as the command lists."""

import json
from datetime import date

import pytest

import spine_vigil as vigil

PATIENT = {"protocol": "bone.osteosarcoma", "index": {"treatment_end": "2026-01-15"}, "primary_site": "cervical_spine"}
OPTIONS = ["--protocol", "bone.osteosarcoma", "--index", "treatment_end=2026-01-15", "--primary-site", "cervical_spine"]


@pytest.mark.parametrize("assume", ["latest", "earliest"])
@pytest.mark.parametrize("prior", [[], ["2026-04-20"], ["2026-04-20 CT chest"]])
def test_python_and_the_command_line_list_the_same_windows(vigil_command, assume, prior):
    question = {"as_of": "2026-05-01", "until": "2027-06-30", "assume": assume}
    schedules = vigil.windows(**PATIENT, prior=prior, **question)
    options = [option for text in prior for option in ("--prior", text)]
    _, out, _ = vigil_command(
        "windows", *OPTIONS, *options, "--as-of", "2026-05-01", "--until", "2027-06-30", "--project", assume,
        "--format", "json",
    )  # fmt: skip
    listed = json.loads(out)["schedules"]
    assert [one.standing.schedule.name for one in schedules] == [one["schedule"] for one in listed]
    for one, said in zip(schedules, listed, strict=True):
        assert one.standing.status.value == said["status"]
        dates = [
            (projection.window.opens.isoformat(), projection.window.closes.isoformat()) for projection in one.windows
        ]
        assert dates == [(window["opens"], window["closes"]) for window in said["windows"]]
    assert sum(len(one.windows) for one in schedules) > 3


def test_the_first_window_is_the_one_that_the_guideline_gives():
    schedules = vigil.windows(**PATIENT, as_of=date(2026, 2, 1), until=date(2026, 12, 31))
    window = schedules[0].windows[0]
    assert (window.is_firm, window.window.opens) == (True, date(2026, 4, 15))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"protocol": "bone"}, "protocol: unknown protocol 'bone'"),
        ({"prior": ["2026-04-20 cancelled"]}, 'prior "2026-04-20 cancelled": '),
        ({"index": {"treatment": "2026-01-15"}}, "unknown index date 'treatment'"),
    ],
)
def test_what_cannot_be_read_is_an_error_that_names_the_argument(changes, message):
    with pytest.raises(vigil.VigilError) as problem:
        vigil.windows(**{**PATIENT, **changes}, as_of="2026-05-01", until="2027-06-30")
    assert message in str(problem.value)
