"""Pictures: what a scene holds, that the drawing and the words show all of it, and that no colour is needed."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import matplotlib as mpl
import pytest
from PIL import Image
from support.pictures import SVG, parse_svg, texts_of

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.answers.due_status import DueStatus
from spine_vigil.scheduler.answers.reasons import Reason, Verdict
from spine_vigil.scheduler.pictures.descriptions import describe
from spine_vigil.scheduler.pictures.drawing import draw
from spine_vigil.scheduler.pictures.scenes import (
    Bar,
    BarKind,
    Boundary,
    Lane,
    Mark,
    Question,
    Scene,
    cohort_scene,
    patient_scene,
)
from spine_vigil.scheduler.records.fields import event_columns
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.records.rows import read_row
from spine_vigil.scheduler.rules.grace import GracePolicy

COLUMNS = event_columns(CURRENT)
FILL = re.compile(r"fill: [^;]+")
LINK = "{http://www.w3.org/1999/xlink}href"
QUESTION = Question(CURRENT, GracePolicy(), date(2022, 5, 10), date(2022, 11, 10))


def row(**cells):
    known = {"patient_id": "MRN-4711", "protocol": "bone.osteosarcoma", "treatment_end_date": "2022-01-31"}
    return read_row(known | {"primary_site": "sacrum"} | cells, CURRENT, COLUMNS)


def chest(day, status, **cells):
    return row(modality="CT", region="chest", date=day, status=status, **cells)


ROWS = [
    row(),
    chest("2022-03-01", "requested"),  # 60 days before 30 April: early
    chest("2022-05-02", "performed"),  # two days after it, in the grace of 9
    chest("2022-08-30", "scheduled"),  # 28 days after 2 August
    row(modality="MRI", region="brain", date="2022-03-02", status="performed"),
]

TEXT = """\
Patient 1 on 2022-05-10: 2 schedules along the calendar.
Patient 1, osteosarcoma, primary site: CT, MRI or PET/CT of the sacrum (Bone 5): overdue.
  index date 2022-01-31
  phase from 2024-01-31: every 4 months up to 3 years
  phase from 2025-01-31: every 6 months up to 5 years
  phase from 2027-01-31: every 12 months without end
  window 2022-04-30, firm, grace 9 days
  window 2022-08-10, projected, grace 9 days
  window 2022-11-10, projected, grace 9 days
Patient 1, osteosarcoma, chest: CT or PET/CT of the chest (Bone 5): upcoming.
  index date 2022-01-31
  phase from 2024-01-31: every 4 months up to 3 years
  phase from 2025-01-31: every 6 months up to 5 years
  phase from 2027-01-31: every 12 months without end
  window 2022-04-30, judged, grace 9 days
  window 2022-08-02, firm, grace 9 days
  window 2022-11-02, projected, grace 9 days
  request 2022-03-01, CT of the chest: outside (early)
  study 2022-05-02, CT of the chest: within (within grace)
  booking 2022-08-30, CT of the chest: within (overdue)
Not shown: studies that match no schedule: 1."""


def test_the_scene_of_a_patient_in_words():
    assert describe(patient_scene(QUESTION, ROWS, "Patient 1")) == TEXT


def ids(svg):
    """Return the ids of the things that an SVG shows, by kind."""
    kinds = ("window-", "study-", "index-", "phase-", "as-of-", "stop-")
    return sorted(g.get("id") for g in parse_svg(svg).iter(f"{SVG}g") if (g.get("id") or "").startswith(kinds))


def test_the_drawing_of_a_patient_shows_each_window_study_index_date_and_nearby_phase():
    """The phases begin in 2024, behind all that is known: they would squeeze it together."""
    assert ids(draw(patient_scene(QUESTION, ROWS, "Patient 1"), ".svg")) == [
        "as-of-2022-05-10",
        "index-1-2022-01-31",
        "index-2-2022-01-31",
        "study-2-1-2022-03-01-requested-outside",
        "study-2-2-2022-05-02-performed-within",
        "study-2-3-2022-08-30-scheduled-within",
        "window-1-firm-2022-04-30-2022-04-30",
        "window-1-projected-2022-08-10-2022-08-10",
        "window-1-projected-2022-11-10-2022-11-10",
        "window-2-firm-2022-08-02-2022-08-02",
        "window-2-judged-2022-04-30-2022-04-30",
        "window-2-projected-2022-11-02-2022-11-02",
    ]


@pytest.mark.parametrize(
    ("last_study", "shown"),
    [("2024-01-30", False), ("2024-01-31", True), ("2024-02-01", True)],
    ids=["the day before", "on the day", "the day after"],
)
def test_a_phase_boundary_is_shown_once_something_lies_behind_it(last_study, shown):
    lane = replace(FULL.lanes[0], bars=(), marks=(), nothing_from=None)
    mark = Mark(date.fromisoformat(last_study), "CT chest", Status.PERFORMED, Verdict.WITHIN, Reason.ON_SCHEDULE)
    scene = replace(FULL, lanes=(replace(lane, marks=(mark,)),))
    assert ("phase-1-2024-01-31" in ids(draw(scene, ".svg"))) is shown


def test_projections_count_from_the_as_of_date_where_a_study_was_missed():
    scene = patient_scene(replace(QUESTION, as_of=date(2022, 8, 1)), [row()], "Patient 1")
    assert [(bar.kind, bar.opens) for bar in scene.lanes[1].bars] == [
        (BarKind.FIRM, date(2022, 4, 30)),
        (BarKind.PROJECTED, date(2022, 11, 1)),
    ]


LEFT_OUT = [
    (chest("2022-05-11", "performed"), "studies performed after 2022-05-10: 1"),
    (row(protocol="cns.ependymoma"), "protocols without schedules: 1"),
    (chest("2022-02-30", "performed"), "rows that cannot be read: 1"),
]


@pytest.mark.parametrize(("other", "said"), LEFT_OUT, ids=[said for _, said in LEFT_OUT])
def test_what_has_no_lane_is_counted(other, said):
    scene = patient_scene(QUESTION, [row(), other], "Patient 1")
    assert (len(scene.lanes), scene.left_out) == (2, (said,))


def test_a_patient_who_progressed_has_no_window_and_the_day_is_marked():
    scene = patient_scene(QUESTION, [row(progression_date="2022-05-01")], "Patient 1")
    assert [lane.bars for lane in scene.lanes] == [(), ()]
    assert "  nothing is due from 2022-05-01" in describe(scene).splitlines()
    assert [name for name in ids(draw(scene, ".svg")) if name.startswith("stop")] == [
        "stop-1-2022-05-01",
        "stop-2-2022-05-01",
    ]


COHORT = [
    *ROWS,
    row(patient_id="MRN-4712", treatment_end_date="2021-01-31"),
    row(patient_id="MRN-4713", treatment_end_date=""),
]
ORDER = [(f"MRN-471{n}", "bone.osteosarcoma", "chest") for n in (2, 1, 3)]
NAMES = {"MRN-4711": "Patient 2", "MRN-4712": "Patient 1", "MRN-4713": "Patient 3"}


def test_the_scene_of_a_cohort_has_the_lanes_that_are_asked_for_in_their_order():
    scene = cohort_scene(QUESTION, COHORT, ORDER, NAMES)
    assert [(lane.name, lane.schedule, lane.index) for lane in scene.lanes] == [
        ("Patient 1", "chest", date(2021, 1, 31)),
        ("Patient 2", "chest", date(2022, 1, 31)),
    ]
    assert describe(scene).splitlines()[0] == (
        "2 patients on 2022-05-10: 2 schedules along months since the index date."
    )
    assert describe(scene).splitlines()[-1] == "Not shown: schedules without an index date: 1."


def test_a_cohort_starts_every_patient_at_the_same_place():
    svg = draw(cohort_scene(QUESTION, COHORT, ORDER, NAMES), ".svg")
    groups = {g.get("id"): g for g in parse_svg(svg).iter(f"{SVG}g")}
    starts = {groups[f"index-{n}"].find(f".//{SVG}path").get("d").split()[1] for n in ("1-2021-01-31", "2-2022-01-31")}
    days = {groups[f"as-of-{n}-2022-05-10"].find(f".//{SVG}path").get("d").split()[1] for n in (1, 2)}
    assert len(starts) == 1
    assert len(days) == 2


def test_the_id_of_a_patient_is_nowhere_in_a_picture():
    scenes = [patient_scene(QUESTION, ROWS, "Patient 1"), cohort_scene(QUESTION, COHORT, ORDER, NAMES)]
    for scene in scenes:
        assert b"MRN-47" not in draw(scene, ".svg")
        assert b"MRN-47" not in draw(scene, ".png")


VERDICTS = (Verdict.WITHIN, Verdict.NEEDS_INFO, Verdict.REFER, Verdict.OUTSIDE, None)
FULL = Scene(
    "Everything",
    date(2022, 6, 1),
    since_index=False,
    lanes=(
        Lane(
            "Patient 1",
            "osteosarcoma",
            "chest",
            "CT of the chest",
            "Bone 5",
            DueStatus.OPEN,
            "",
            date(2022, 1, 31),
            tuple(Bar(kind, date(2022, n, 1), date(2022, n, 28), 9) for n, kind in enumerate(BarKind, start=3)),
            (
                *(
                    Mark(date(2022, 3, n), "CT chest", Status.PERFORMED, verdict, Reason.EARLY)
                    for n, verdict in enumerate(VERDICTS, start=1)
                ),
                Mark(date(2022, 4, 1), "CT chest", Status.SCHEDULED, Verdict.WITHIN, Reason.ON_SCHEDULE),
                Mark(date(2022, 4, 2), "CT chest", Status.REQUESTED, Verdict.WITHIN, Reason.ON_SCHEDULE),
            ),
            (Boundary(date(2022, 5, 15), "every 4 months"), Boundary(date(2024, 1, 31), "every 6 months")),
            date(2022, 7, 1),
        ),
    ),
)


def shape_of(root, group):
    """Return the outlines that a mark is drawn with."""
    outlines = {path.get("id"): path.get("d") for path in root.iter(f"{SVG}path") if path.get("id")}
    return tuple(outlines[use.get(LINK).removeprefix("#")] for use in group.iter(f"{SVG}use"))


def test_decisions_and_statuses_are_told_apart_without_colour():
    root = parse_svg(draw(FULL, ".svg"))
    groups = {g.get("id"): g for g in root.iter(f"{SVG}g") if g.get("id", "").startswith("study-")}
    performed = {name: shape_of(root, group) for name, group in groups.items() if "-performed-" in name}
    assert len(performed) == len(set(performed.values())) == 5
    fills = {
        name.split("-")[-2]: [FILL.search(use.get("style"))[0] for use in group.iter(f"{SVG}use")]
        for name, group in groups.items()
        if name.endswith("-within")
    }
    assert fills == {
        "performed": ["fill: #0072b2"],
        "scheduled": ["fill: #ffffff"],
        "requested": ["fill: #0072b2", "fill: #ffffff"],  # two halves
    }


def test_windows_are_told_apart_without_colour():
    root = parse_svg(draw(FULL, ".svg"))
    patterns = {p.get("id"): "".join(q.get("d", "") for q in p.iter(f"{SVG}path")) for p in root.iter(f"{SVG}pattern")}
    fills = {}
    for group in root.iter(f"{SVG}g"):
        if group.get("id", "").startswith("window-"):
            style = group.find(f".//{SVG}path").get("style")
            fill = style.partition("fill: ")[2].partition(";")[0]
            fills[group.get("id").split("-")[2]] = patterns.get(fill.removeprefix("url(#").removesuffix(")"), "plain")
    assert set(fills) == {"judged", "firm", "projected"}
    assert fills["judged"] == "plain"
    assert len(set(fills.values())) == 3


def test_the_legend_names_what_is_shown_and_no_more():
    assert texts_of(draw(FULL, ".svg")) >= {
        "window of an earlier study",
        "window that waits (firm; ▼)",
        "projected window",
        "grace",
        "decision: within",
        "decision: needs info",
        "decision: refer",
        "decision: outside",
        "not judged (cancelled)",
        "scheduled (open)",
        "requested (half filled)",
        "index date",
        "phase begins or ends",
        "as of 2022-06-01",
        "nothing is due from here",
    }
    bare = replace(FULL.lanes[0], bars=(), marks=(), boundaries=(), nothing_from=None)
    words = ("window", "decision", "grace", "open", "phase", "nothing")
    assert [
        text for text in texts_of(draw(replace(FULL, lanes=(bare,)), ".svg")) if text and any(w in text for w in words)
    ] == []


def test_an_svg_carries_its_title_and_its_text_alternative():
    root = parse_svg(draw(FULL, ".svg"))
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "title desc")
    texts = {child.get("id"): child.text for child in root if child.tag in (f"{SVG}title", f"{SVG}desc")}
    assert texts == {"title": "Everything", "desc": describe(FULL)}


def test_a_png_opens_and_carries_its_text_alternative():
    with Image.open(BytesIO(draw(FULL, ".png"))) as picture:
        picture.load()
        assert picture.format == "PNG"
        assert picture.width == 1440
        assert len(picture.convert("L").getcolors()) > 20  # shades of grey: it is not blank
        assert picture.text == {"Title": "Everything", "Description": describe(FULL)}


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_the_same_scene_gives_the_same_bytes_whatever_the_users_settings(suffix):
    first = draw(FULL, suffix)
    with mpl.rc_context({"font.size": 30, "svg.hashsalt": "other", "lines.linewidth": 9}):
        assert draw(FULL, suffix) == first
        assert mpl.rcParams["font.size"] == 30


def test_a_file_says_nothing_of_when_it_was_made():
    assert b"date>" not in draw(FULL, ".svg")


@pytest.mark.parametrize("name", ["$x_1$", "<b>&", "患者"])
def test_a_name_is_drawn_as_it_is(name):
    lane = replace(FULL.lanes[0], name=name)
    scene = Scene(f"{name} on 2022-06-01", date(2022, 6, 1), since_index=True, lanes=(lane,))
    assert f"{name}: chest" in texts_of(draw(scene, ".svg"))


def test_two_protocols_of_a_patient_are_told_apart():
    other = replace(FULL.lanes[0], protocol="chordoma")
    texts = texts_of(draw(replace(FULL, lanes=(*FULL.lanes, other)), ".svg"))
    assert texts >= {"osteosarcoma: chest", "chordoma: chest"}
