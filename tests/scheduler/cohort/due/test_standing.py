"""What is due, by cases worked out by hand; both evaluators answer each of them."""

from datetime import date

import polars as pl
import pytest
from support.due import due_as_columns, due_one_by_one
from support.tables import read_table

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.due.listing import list_due
from spine_vigil.scheduler.cohort.due.rules import DueRules
from spine_vigil.scheduler.cohort.due.wording import DUE_COLUMNS
from spine_vigil.scheduler.rules.grace import GracePolicy

BOTH = pytest.mark.parametrize("due", [due_one_by_one, due_as_columns], ids=["scalar", "columnar"])
CASES = read_table("due")
RULES = DueRules(CURRENT, GracePolicy(), date(2022, 6, 1))
CHECKED = (
    "status", "reference_date", "opens", "closes", "last_day", "days_overdue", "booked", "booked_in_window", "missing",
    "booking_advice",
)  # fmt: skip


def rows_of(case):
    """Return the rows of a case: one that enrols, one for each event, and a request on the day with the facts."""
    index = dict(pair.split("=") for pair in case["index"].split())
    patient = {
        "patient_id": "P1",
        "protocol": case["protocol"],
        "primary_site": case["primary_site"],
        **{f"{kind}_date": day for kind, day in index.items()},
    }
    facts = dict(pair.split("=") for pair in case["facts"].split())
    modality, region = case["study"].split()
    request = {"date": case["as_of"], "status": "requested", "modality": modality, "region": region}
    events = [request | facts] if facts else []
    for text in filter(None, case["events"].split(";")):
        day, status, *study = text.split()
        modality, region = study or case["study"].split()
        events.append({"date": day, "status": status, "modality": modality, "region": region})
    return [patient | event for event in ({}, *events)]


def as_text(value):
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


@BOTH
@pytest.mark.parametrize("case", CASES, ids=[f"{n} {case['why']}" for n, case in enumerate(CASES)])
def test_a_case(due, case):
    grace = GracePolicy(int(case["grace"]) if case["grace"] else None)
    lines = due(rows_of(case), CURRENT, grace, date.fromisoformat(case["as_of"]))
    (line,) = [line for line in lines if line["schedule"] == case["schedule"]]
    assert {name: as_text(line[name]) for name in CHECKED} == {name: case[name] for name in CHECKED}, case["why"]


@BOTH
@pytest.mark.parametrize(
    ("route", "index", "facts", "as_of", "note"),
    [
        ("bone.osteosarcoma/chest", "follow_up_end=2022-05-01", "", "2022-05-01", "follow-up ended on 2022-05-01"),
        ("bone.osteosarcoma/chest", "death=2022-05-01", "", "2022-05-01", "the patient died on 2022-05-01"),
        (
            "bone.osteosarcoma/chest",
            "treatment_end=2022-01-31 progression=2022-04-01",
            "",
            "2022-05-01",
            "progression is documented on 2022-04-01",
        ),
        (
            "cns.glioblastoma/preradiation",
            "surgery=2022-01-31 radiation_start=2022-03-01 radiation_end=2022-04-01",
            "",
            "2022-05-01",
            "the schedule ended with the start of radiation on 2022-03-01",
        ),
        (
            "neuroendocrine.adrenal.localized/chest",
            "treatment_end=2012-01-31",
            "",
            "2022-05-01",
            "the schedule, which ends on 2017-01-31, has no further window",
        ),
        (
            "cns.glioblastoma/preradiation",
            "surgery=2022-02-25 radiation_start=2022-03-10",
            "",
            "2022-03-01",
            "the next window would open on 2022-03-18, but nothing is due from 2022-03-10 on",
        ),
        (
            "cns.medulloblastoma/brain",
            "treatment_end=2012-01-31",
            "",
            "2022-05-01",
            "surveillance continues, but the guideline gives no interval for it",
        ),
        ("bone.osteosarcoma/chest", "treatment_end=2022-01-31", "", "2022-05-01", ""),
    ],
)
def test_a_note_says_why_nothing_waits(due, route, index, facts, as_of, note):
    protocol, schedule = route.split("/")
    case = {"protocol": protocol, "primary_site": "", "index": index, "facts": facts, "study": "CT chest", "events": ""}
    case["as_of"] = as_of
    lines = due(rows_of(case), CURRENT, GracePolicy(), date.fromisoformat(as_of))
    (line,) = [line for line in lines if line["schedule"] == schedule]
    assert as_text(line["note"]) == note


@BOTH
def test_a_note_says_that_the_rows_name_two_primary_sites(due):
    course = {"patient_id": "P1", "protocol": "bone.osteosarcoma", "treatment_end_date": "2022-01-31"}
    day = date(2022, 5, 1)
    lines = due([course | {"primary_site": site} for site in ("pelvis", "chest")], CURRENT, GracePolicy(), day)
    (line,) = [line for line in lines if line["schedule"] == "primary_site"]
    assert (line["status"], line["missing"]) == ("needs_info", "primary_site")
    assert line["note"] == "the primary site is not known, since the patient's rows name two"
    (line,) = [line for line in due([course], CURRENT, GracePolicy(), day) if line["schedule"] == "primary_site"]
    assert line["note"] == "the primary site is not documented"


COHORT = [
    {"patient_id": "B", "protocol": "bone.chordoma", "treatment_end_date": "2022-01-31", "primary_site": "sacrum"},
    {"patient_id": "A", "protocol": "bone.osteosarcoma", "treatment_end_date": "2022-01-31"},
    {"patient_id": "D", "protocol": "bone.osteosarcoma", "treatment_end_date": "2022-01-01"},
    {"patient_id": "C", "protocol": "bone.osteosarcoma", "treatment_end_date": "2022-02-28"},
    {
        "patient_id": "E",
        "protocol": "bone.osteosarcoma",
        "progression_date": "2022-02-28",
        "surgery_date": "2022-01-01",
    },
    {"patient_id": "F", "protocol": "cns.ependymoma", "surgery_date": "2022-01-01"},
    {"patient_id": "G", "protocol": "", "surgery_date": "2022-01-01"},
]


@BOTH
def test_the_most_urgent_comes_first_and_each_patient_stands_once_under_each_schedule(due):
    lines = due(COHORT, CURRENT, GracePolicy(), date(2022, 5, 10))
    assert [(line["patient_id"], line["schedule"], line["status"]) for line in lines] == [
        ("D", "chest", "overdue"),  # since 1 April
        ("A", "chest", "overdue"),  # since 30 April
        ("C", "chest", "upcoming"),  # 28 May
        ("B", "chest", "upcoming"),  # 31 July
        ("A", "primary_site", "needs_info"),
        ("C", "primary_site", "needs_info"),
        ("D", "primary_site", "needs_info"),
        ("B", "primary_site", "conditional"),
        ("F", None, "no_schedule"),
        ("E", "primary_site", "stopped"),
        ("E", "chest", "stopped"),
    ]


NO_SCHEDULE = [
    (
        "cns.ependymoma",
        "CNS",
        "the guideline does not name the disease, and no rule for another disease is applied instead",
    ),
    ("neuroendocrine.appendix_small", "NET footnote 2", "the guideline asks for no surveillance"),
    ("neuroendocrine.hereditary.men2", "NET tip", "the guideline refers to another: Thyroid cancer"),
]


@BOTH
@pytest.mark.parametrize(("protocol", "section", "note"), NO_SCHEDULE, ids=[case[0] for case in NO_SCHEDULE])
def test_a_patient_under_a_protocol_without_schedules_is_listed_and_told_why(due, protocol, section, note):
    (line,) = due([{"patient_id": "P1", "protocol": protocol}], CURRENT, GracePolicy(), date(2022, 6, 1))
    filled = {name: value for name, value in line.items() if value is not None}
    assert filled == {
        "patient_id": "P1",
        "protocol": protocol,
        "section": section,
        "status": "no_schedule",
        "note": note,
    }


@BOTH
@pytest.mark.parametrize(
    ("site", "study"),
    [
        ("", "CT, MRI or PET/CT of the primary site"),
        ("lower_extremity", "CT, MRI or PET/CT of the lower extremity"),
        ("total_spine", "CT, MRI or PET/CT of the total spine"),
    ],
)
def test_the_study_to_order_is_said_in_words(due, site, study):
    rows = [{"patient_id": "P1", "protocol": "bone.osteosarcoma", "primary_site": site}]
    lines = due(rows, CURRENT, GracePolicy(), date(2022, 6, 1))
    assert {line["schedule"]: line["study"] for line in lines}["primary_site"] == study


@BOTH
def test_what_is_open_and_closes_first_comes_first(due):
    rows = [
        {"patient_id": "late", "protocol": "bone.chordoma", "treatment_end_date": "2022-01-31"},
        {"patient_id": "soon", "protocol": "bone.chordoma", "treatment_end_date": "2022-01-01"},
    ]
    lines = due(rows, CURRENT, GracePolicy(), date(2022, 8, 10))
    assert [line["patient_id"] for line in lines if line["status"] == "open"] == ["soon", "late"]


@BOTH
def test_a_study_counts_whatever_protocol_its_row_carries(due):
    rows = [
        {"patient_id": "P1", "protocol": "bone.osteosarcoma", "treatment_end_date": "2022-01-31"},
        {"patient_id": "P1", "modality": "CT", "region": "chest", "date": "2022-05-02", "status": "performed"},
    ]
    (line,) = [x for x in due(rows, CURRENT, GracePolicy(), date(2022, 6, 1)) if x["schedule"] == "chest"]
    assert (line["reference_date"], line["opens"]) == (date(2022, 5, 2), date(2022, 8, 2))


@BOTH
def test_an_add_on_is_neither_a_study_nor_a_booking(due):
    patient = {"patient_id": "P1", "protocol": "bone.osteosarcoma", "treatment_end_date": "2022-01-31"}
    add_on = patient | {"primary_site": "sacrum", "cpt": "0649T", "region": "sacrum", "date": "2022-05-02"}
    rows = [patient, add_on | {"status": "performed"}, add_on | {"status": "scheduled", "date": "2022-07-02"}]
    (line,) = [x for x in due(rows, CURRENT, GracePolicy(), date(2022, 6, 1)) if x["schedule"] == "primary_site"]
    assert (line["reference_date"], line["booked"]) == (date(2022, 1, 31), None)


def cells(*rows):
    names = dict.fromkeys(name for row in rows for name in row)
    return pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in names}, schema=dict.fromkeys(names, pl.String)
    )


def test_rows_that_cannot_be_read_are_told_by_their_place_and_count_for_nothing():
    good = {"patient_id": "P1", "protocol": "bone.chordoma", "treatment_end_date": "2022-01-31", "status": "performed"}
    rows = cells(
        good,
        good | {"modality": "CT", "region": "chest", "date": "2022-02-30"},
        good | {"patient_id": "P2", "treatment_end_date": "soon", "follow_up_end_date": "2022-01-01"},
    )
    found = list_due(rows, RULES)
    assert found.problems.rows() == [(1, "date"), (2, "treatment_end_date")]
    assert [(line["patient_id"], line["reference_date"]) for line in found.rows.to_dicts()] == [
        ("P1", date(2022, 1, 31)),
        ("P1", date(2022, 1, 31)),
    ]
    assert (found.patients, found.without_protocol) == (1, 0)


def test_patients_without_a_protocol_are_counted():
    found = list_due(cells(*COHORT), RULES)
    assert (found.patients, found.without_protocol) == (7, 1)


def test_the_columns_are_there_without_any_row():
    found = list_due(cells(COHORT[-1]).clear(), RULES)
    assert found.rows.schema == pl.Schema(DUE_COLUMNS)
    assert found.rows.is_empty()
    assert (found.patients, found.without_protocol) == (0, 0)


def test_an_id_is_given_without_the_blanks_around_it():
    rows = cells({"patient_id": " P1 ", "protocol": "bone.chordoma"}, {"patient_id": "P1", "protocol": "bone.chordoma"})
    found = list_due(rows, RULES)
    assert found.rows["patient_id"].to_list() == ["P1", "P1"]
