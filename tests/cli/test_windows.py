"""`vigil windows`: the tables and the JSON, and what a reader is told. Dates are worked out by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial

import pytest
from freezegun import freeze_time

OSTEOSARCOMA = ["--protocol", "bone.osteosarcoma", "--index", "treatment_end=2022-01-31"]
AS_OF = ["--as-of", "2022-02-01"]
ASSUMED = (
    "Projections assume that each study is done on the last day of its window, or on 2022-02-01 where that day has"
    " passed."
)


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


def test_text_is_a_table_for_each_schedule_and_says_once_what_projections_assume(windows):
    code, out, err = windows(*OSTEOSARCOMA, "--primary-site", "sacrum", *AS_OF, "--until", "2022-10-31")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "bone.osteosarcoma: osteosarcoma",
        "HealthHelp, 2025 MRI Cervical Spine, reviewed 2025-05-16; windows up to 2022-10-31",
        "",
        "primary_site: CT, MRI or PET/CT of the sacrum (Bone 5)",
        "  on 2022-02-01: upcoming",
        "  no.  kind       opens       closes      counted from  grace   section",
        "  0    firm       2022-04-30  2022-04-30  2022-01-31    9 days  Bone 5",
        "  1    projected  2022-07-31  2022-07-31  2022-01-31    9 days  Bone 5",
        "  2    projected  2022-10-31  2022-10-31  2022-01-31    9 days  Bone 5",
        "",
        "chest: CT or PET/CT of the chest (Bone 5)",
        "  on 2022-02-01: upcoming",
        "  no.  kind       opens       closes      counted from  grace   section",
        "  0    firm       2022-04-30  2022-04-30  2022-01-31    9 days  Bone 5",
        "  1    projected  2022-07-31  2022-07-31  2022-01-31    9 days  Bone 5",
        "  2    projected  2022-10-31  2022-10-31  2022-01-31    9 days  Bone 5",
        "",
        ASSUMED,
    ]


def test_json_holds_the_question_and_every_window(listed):
    found, schedules = listed(*OSTEOSARCOMA, *AS_OF, "--months", "3", "--grace-days", "5")
    assert {k: v for k, v in found.items() if k != "schedules"} == {
        "edition": "healthhelp-mri-cspine-2025",
        "protocol": "bone.osteosarcoma",
        "as_of": "2022-02-01",
        "until": "2022-05-01",
        "project": "latest",
        "assumption": ASSUMED,
        "note": None,
    }
    assert schedules["chest"] == {
        "schedule": "chest",
        "study": "CT or PET/CT of the chest",
        "section": "Bone 5",
        "status": "upcoming",
        "why": None,
        "missing": [],
        "windows": [
            {
                "number": 0,
                "kind": "firm",
                "opens": "2022-04-30",
                "closes": "2022-04-30",
                "reference_date": "2022-01-31",
                "grace_days": 5,
                "section": "Bone 5",
                "only_if": None,
                "only_if_from": None,
            }
        ],
    }


def test_the_horizon_is_24_months_from_today_where_none_is_given(listed):
    with freeze_time("2022-02-28"):
        found, _ = listed(*OSTEOSARCOMA)
    assert (found["as_of"], found["until"]) == ("2022-02-28", "2024-02-28")


def test_a_window_that_is_over_is_not_listed(listed):
    """Medulloblastoma, 2 to 3 months for 2 years: asked on the last day, and on the day after."""
    args = ("--protocol", "cns.medulloblastoma", "--index", "treatment_end=2022-01-31")
    _, schedules = listed(*args, "--as-of", "2024-01-31")
    assert spans(schedules["brain"]) == [(0, "firm", "2022-03-31", "2022-04-30")]
    _, schedules = listed(*args, "--as-of", "2024-02-01")
    assert (schedules["brain"]["status"], schedules["brain"]["why"], spans(schedules["brain"])) == (
        "needs_info",
        "surveillance continues, but the guideline gives no interval for it",
        [],
    )


def test_behind_an_overdue_window_the_next_is_projected_from_today(listed):
    _, schedules = listed(*OSTEOSARCOMA, "--as-of", "2022-06-15", "--months", "6")
    assert spans(schedules["chest"]) == [
        (0, "firm", "2022-04-30", "2022-04-30"),
        (1, "projected", "2022-09-15", "2022-09-15"),
        (2, "projected", "2022-12-15", "2022-12-15"),
    ]


def test_projections_of_the_first_day_on_request(listed):
    """Medulloblastoma, 2 to 3 months: opens 4 months on, closes 5."""
    found, schedules = listed(
        "--protocol", "cns.medulloblastoma", "--index", "treatment_end=2022-01-31", *AS_OF,
        "--project", "earliest", "--until", "2022-05-31",
    )  # fmt: skip
    assert spans(schedules["brain"]) == [
        (0, "firm", "2022-03-31", "2022-04-30"),
        (1, "projected", "2022-05-31", "2022-06-30"),
    ]
    assert found["assumption"].startswith("Projections assume that each study is done on the first day of its window")


def test_the_one_time_windows_of_glioblastoma(listed):
    """Around surgery on 31 January 2022; radiation ended on 30 April, which ends the planning study."""
    _, schedules = listed(
        "--protocol", "cns.glioblastoma", "--index", "surgery=2022-01-31", "--index", "radiation_end=2022-04-30",
        "--as-of", "2022-06-01", "--until", "2022-09-01",
    )  # fmt: skip
    assert {name: spans(found) for name, found in schedules.items()} == {
        "preoperative": [],
        "postoperative": [],
        "preradiation": [],
        "postradiation": [(0, "firm", "2022-05-21", "2022-06-11"), (1, "projected", "2022-08-11", "2022-09-11")],
    }
    assert schedules["preradiation"]["why"] == "the schedule ended with the end of radiation on 2022-04-30"


@pytest.mark.parametrize(
    ("args", "schedule", "status", "why"),
    [
        (
            ["--protocol", "occult_primary", "--index", "diagnosis=2022-01-31"],
            "symptomatic",
            "conditional",
            "there is no interval: a study is due whenever symptoms are new or progressing",
        ),
        (
            ["--protocol", "occult_primary"],
            "symptomatic",
            "conditional",
            "there is no interval: a study is due whenever symptoms are new or progressing",
        ),
        (
            ["--protocol", "neuroendocrine.lung_nodules"],
            "chest",
            "needs_info",
            "the schedule counts from the diagnosis, and no such date is documented",
        ),
        (OSTEOSARCOMA, "primary_site", "needs_info", "the primary site is not documented"),
        (
            [*OSTEOSARCOMA, "--index", "progression=2022-02-01"],
            "chest",
            "stopped",
            "progression is documented on 2022-02-01",
        ),
    ],
)
def test_a_schedule_without_windows_says_why(listed, args, schedule, status, why):
    _, schedules = listed(*args, *AS_OF)
    found = schedules[schedule]
    assert (found["status"], found["why"], found["windows"]) == (status, why, [])


def test_the_text_says_why_and_shows_no_empty_table(windows):
    _, out, _ = windows("--protocol", "occult_primary", "--index", "diagnosis=2022-01-31", *AS_OF)
    assert out.splitlines()[2:] == [
        "",
        "symptomatic: any imaging of any region (Occult primary)",
        "  on 2022-02-01: conditional - there is no interval: a study is due whenever symptoms are new or progressing",
        "",
        ASSUMED,
    ]


def test_a_conditional_phase_is_said_in_words_and_by_name(windows, listed):
    args = ["--protocol", "bone.chondrosarcoma.atypical_cartilaginous", "--index", "surgery=2022-01-31", *AS_OF]
    args += ["--primary-site", "pelvis", "--until", "2025-01-31"]
    _, schedules = listed(*args)
    assert [(w["only_if"], w["only_if_from"]) for w in schedules["primary_site"]["windows"]] == [
        (None, None),
        ("clinically_indicated", "2024-01-31"),
        ("clinically_indicated", "2025-01-31"),
    ]
    out = windows(*args)[1].splitlines()
    assert [line.partition("Bone 1.a")[2].strip() for line in out if line.startswith(("  1 ", "  2 "))] == [
        "from 2024-01-31 on only where the study is clinically indicated",
        "only where the study is clinically indicated",
    ]


def test_a_schedule_whose_own_condition_is_false_is_not_listed(listed):
    args = ["--protocol", "neuroendocrine.carcinoid_syndrome", "--index", "diagnosis=2022-01-31", *AS_OF]
    assert set(listed(*args, "--fact", "carcinoid_heart_disease=yes")[1]) == {
        "abdomen_pelvis",
        "chest",
        "heart_disease",
    }


def test_another_reading(listed):
    args = ["--protocol", "cns.glioblastoma", "--index", "surgery=2022-01-31", *AS_OF, "--until", "2022-03-28"]
    reading = ["--reading", "cns.glioblastoma/preradiation=repeating"]
    assert len(listed(*args)[1]["preradiation"]["windows"]) == 1
    assert spans(listed(*args, *reading)[1]["preradiation"]) == [
        (0, "firm", "2022-02-21", "2022-03-07"),
        (1, "projected", "2022-03-28", "2022-04-11"),
    ]


def test_a_protocol_without_schedules_says_why(windows, listed):
    code, out, _ = windows("--protocol", "cns.ependymoma", *AS_OF)
    said = "CNS: the guideline does not name ependymoma, and no rule for another disease is applied instead."
    assert (code, out.splitlines()[-1]) == (0, said)
    assert listed("--protocol", "cns.ependymoma", *AS_OF)[0]["note"] == said


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--protocol", "bone.osteosarkoma"], "--protocol: unknown protocol 'bone.osteosarkoma'; did you mean"),
        ([*OSTEOSARCOMA, "--primary-site", "sacrun"], "unknown primary site 'sacrun'; did you mean 'sacrum'?"),
        ([*OSTEOSARCOMA, "--fact", "high_grad=yes"], "--fact: unknown fact 'high_grad'; did you mean 'high_grade'?"),
        ([*OSTEOSARCOMA, "--fact", "high_grade=maybe"], "--fact high_grade: 'maybe' is neither true nor false"),
        ([*OSTEOSARCOMA, "--fact", "birth_date=soon"], "--fact birth_date: 'soon' is not a date"),
        ([*OSTEOSARCOMA, "--fact", "high_grade=y", "--fact", "high_grade=n"], "--fact high_grade is given twice"),
        ([*OSTEOSARCOMA, "--prior", "2022-02-30"], "--prior \"2022-02-30\": '2022-02-30' is not a date"),
        ([*OSTEOSARCOMA, "--prior", ""], '--prior ""'),
        ([*OSTEOSARCOMA, "--prior", "2022-02-03 requested"], "windows are counted from performed studies; leave this"),
        ([*OSTEOSARCOMA, "--prior", "2022-02-03 CT chest cancelled"], "counted from performed studies; leave this one"),
        ([*OSTEOSARCOMA, "--prior", "2022-02-03 CT chset scheduled"], "unknown region 'chset'"),
        ([*OSTEOSARCOMA, "--prior", "2022-02-03 CT chset"], "unknown region 'chset'; did you mean 'chest'?"),
        ([*OSTEOSARCOMA, "--prior", "2022-02-03 CT"], "there is a modality without a region"),
        ([*OSTEOSARCOMA, "--index", "surgery"], "'surgery' is not of the form KIND=DATE"),
        ([*OSTEOSARCOMA, "--until", "2022-05-01", "--months", "3"], "give --until or --months, not both"),
        ([], "Missing option '--protocol'"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_one_message(windows, args, message):
    code, out, err = windows(*args)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_one_patient_needs_no_dataframe_engine_and_no_calendar_library():
    script = (
        "import sys; sys.argv = ['vigil', 'windows', '--protocol', 'bone.osteosarcoma', '--as-of', '2022-02-01',"
        " '--index', 'treatment_end=2022-01-31']\n"
        "from spine_vigil.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('loaded:', sorted({'polars', 'icalendar', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded: []"
    assert "2022-04-30" in done.stdout
