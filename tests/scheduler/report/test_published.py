"""What a reader can work out of published tables: nothing of what is left out, by any subtraction."""

import json
from random import Random

import polars as pl
import pytest
from support.engine_report import cohort_files, made
from support.random_report_cohorts import BY, FROM, TO, random_report_cohort
from support.subtraction import total_of, worked_out

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.report.model import SUPPRESSED
from spine_vigil.scheduler.report.writing import as_csv, as_json

COUNTS = {
    "timeliness": ("patients", "windows", "timely", "late", "missed", "unknown", "patients_counted", "patients_timely"),
    "time_to_study": ("patients", "windows", "done", "censored"),
    "not_counted": ("windows", "patients"),
    "courses": ("courses", "patients"),
    "use": ("patients", "studies", "within", "outside", "undecided", "refer"),
    "use_reasons": ("studies", "patients"),
    "early_days": ("studies", "patients"),
    "collect_first": ("alone",),
    "readings": ("differing",),
    "burden": ("studies", "patients"),
}
ADDED = {
    "timeliness": ("windows", "timely", "late", "missed", "unknown"),
    "use": ("studies", "within", "outside", "undecided", "refer"),
    "time_to_study": ("windows", "done", "censored"),
}
"""The counts that add up over groups."""

WITHIN_ROWS = {
    "timeliness": ("windows", ("timely", "late", "missed", "unknown")),
    "use": ("studies", ("within", "outside", "undecided", "refer")),
    "time_to_study": ("windows", ("done", "censored")),
}
SLOW_COHORTS = [(2, 60, 5), (3, 80, 11), (4, 150, 11)]
COHORTS = [(0, 30, 3), (1, 45, 5), *(pytest.param(cohort, marks=pytest.mark.slow) for cohort in SLOW_COHORTS)]
"""The seed and the patients of random cohorts, and the fewest patients of a cell."""


@pytest.fixture(scope="module", params=COHORTS)
def cohort(request):
    """Return a report, and the fewest patients of its cells."""
    seed, patients, fewest = request.param
    random = Random(seed)  # noqa: S311 - not for secrets
    events, known = [], []
    for number in range(patients):
        own, of_patient = random_report_cohort(random, CURRENT, 1)
        for row in (*own, *of_patient):
            row["patient_id"] = f"{row['patient_id']}-{number}" if row["patient_id"].strip() else ""
        events += own
        known += of_patient
    report = made(cohort_files(events, known), FROM, TO, BY, small_cells=fewest, readings=True)
    return report, fewest


@pytest.fixture(scope="module")
def report(cohort):
    return cohort[0]


@pytest.fixture(scope="module")
def tables(report):
    return {name: table.to_dicts() for name, table in report.tables.items()}


def hidden_cells(tables):
    return {
        (name, row, column)
        for name, rows in tables.items()
        for row, cells in enumerate(rows)
        for column in (cells[SUPPRESSED] or "").split(";")
        if column in COUNTS.get(name, ())
    }


def groups(rows):
    """Yield each total over groups with the rows of its parts: the whole by each kind, and protocols by schedule."""
    of_kind = {}
    for row, cells in enumerate(rows):
        of_kind.setdefault(cells["by"], {})[cells["group"]] = row
    for by, own in of_kind.items():
        if by not in ("all", "schedule"):
            yield of_kind["all"]["all"], list(own.values())
        if by == "protocol":
            for protocol, row in own.items():
                schedules = [at for route, at in of_kind["schedule"].items() if route.partition("/")[0] == protocol]
                yield row, schedules


def known_sums(tables):
    """Yield what adds up to what, as a reader of the page on counting knows it."""
    for name, (total, parts) in WITHIN_ROWS.items():
        for row in range(len(tables[name])):
            yield total_of((name, row, total), [(name, row, part) for part in parts])
    for name, columns in ADDED.items():
        for total, parts in groups(tables[name]):
            for column in columns:
                yield total_of((name, total, column), [(name, part, column) for part in parts])
    reasons = tables["use_reasons"]
    for column, decision in (("within",) * 2, ("outside",) * 2, ("refer",) * 2, ("undecided", "needs_info")):
        rows = [row for row, reason in enumerate(reasons) if reason["decision"] == decision]
        yield total_of(("use", 0, column), [("use_reasons", row, "studies") for row in rows])
    ranges = [("early_days", row, "studies") for row in range(len(tables["early_days"]))]
    for row, reason in enumerate(reasons):
        if reason["reason"] == "early":
            yield total_of(("use_reasons", row, "studies"), ranges)
    unknown = [row for row, left_out in enumerate(tables["not_counted"]) if left_out["outcome"] == "unknown"]
    yield total_of(("timeliness", 0, "unknown"), [("not_counted", row, "windows") for row in unknown])
    for what in ("done", "asked"):
        lines = {line["modality"]: row for row, line in enumerate(tables["burden"]) if line["what"] == what}
        if lines:
            every = lines.pop("all")
            yield total_of(("burden", every, "studies"), [("burden", row, "studies") for row in lines.values()])


def known_shares(tables):
    """Yield what the published shares tell of counts."""
    for row, line in enumerate(tables["timeliness"]):
        if line["share"] is not None:
            cells = {name: ("timeliness", row, name) for name in ("timely", "late", "missed")}
            yield [
                (1 - line["share"], cells["timely"]),
                *((-line["share"], cells[name]) for name in ("late", "missed")),
            ]
        if line["patients_share"] is not None:
            yield [(1, ("timeliness", row, "patients_timely")), (-1, ("timeliness", row, "patients_counted"))]
    for row, line in enumerate(tables["use"]):
        if line["share"] is not None:
            yield [(1 - line["share"], ("use", row, "outside")), (-line["share"], ("use", row, "within"))]
    for name in ("use_reasons", "early_days"):
        rows = tables[name]
        if any(line["share"] is not None for line in rows):
            yield [(1, (name, row, "studies")) for row in range(len(rows))]
    if tables["readings"] and tables["readings"][0]["timeliness"] is not None:
        share = tables["readings"][0]["timeliness"]
        yield [(1 - share, ("timeliness", 0, "timely")), *((-share, ("timeliness", 0, n)) for n in ("late", "missed"))]
    if tables["readings"] and tables["readings"][0]["use_share"] is not None:
        share = tables["readings"][0]["use_share"]
        yield [(1 - share, ("use", 0, "outside")), (-share, ("use", 0, "within"))]


def test_no_count_of_few_patients_is_published(cohort, tables):
    _, fewest = cohort
    shown = {
        (name, column, cells[column])
        for name, columns in COUNTS.items()
        for cells in tables[name]
        for column in columns
        if cells[column] is not None and 0 < cells[column] < fewest
    }
    assert shown == set()


def test_something_is_left_out_and_something_is_not(tables):
    assert hidden_cells(tables)
    assert any(row["windows"] for row in tables["not_counted"])


def test_nothing_that_is_left_out_follows_from_what_is_published(tables):
    equations = [*known_sums(tables), *known_shares(tables)]
    assert worked_out(hidden_cells(tables), equations) == set()


def test_a_difference_of_patients_within_a_row_is_not_of_few(cohort, tables):
    _, fewest = cohort
    for total, part in (("patients", "patients_counted"), ("patients_counted", "patients_timely")):
        shown = [row[total] - row[part] for row in tables["timeliness"] if None not in (row[total], row[part])]
        assert [number for number in shown if 0 < number < fewest] == []


def test_what_is_left_out_is_empty_in_every_form(report, tables):
    assert json.loads(as_json(report.about, report.tables))["tables"].keys() == tables.keys()
    for name, rows in json.loads(as_json(report.about, report.tables))["tables"].items():
        text = pl.read_csv(as_csv(report.tables[name]), infer_schema=False).to_dicts()
        assert len(rows) == len(text) == len(tables[name])
        for row, cells in zip(rows, text, strict=True):
            for column in (row[SUPPRESSED] or "").split(";"):
                assert not column or (row[column] is None and cells[column] is None)
                assert not column or column in row


def test_shares_of_what_is_left_out_are_left_out(tables):
    follows = {
        "timeliness": ({"timely"}, ("share", "low", "high", "least", "greatest", "standing")),
        "use": ({"outside", "within"}, ("share", "low", "high", "least", "greatest", "standing")),
        "time_to_study": ({"done", "censored"}, ("median", "by_closes", "by_30_low", "by_90_high")),
        "use_reasons": ({"studies"}, ("share",)),
        "early_days": ({"studies"}, ("share",)),
        "burden": ({"studies"}, ("per_patient_year",)),
    }
    for name, (counts, shares) in follows.items():
        for row in tables[name]:
            left_out = set((row[SUPPRESSED] or "").split(";"))
            if counts & left_out:
                assert {row[share] for share in shares} == {None}, (name, row)


def test_the_curve_of_waits_is_left_out_where_its_counts_are(tables):
    of_all = [row for row in tables["time_to_study"] if row["by"] == "all"]
    if "done" in (of_all[0][SUPPRESSED] or "").split(";"):
        assert tables["time_curve"] == []


def test_the_names_of_groups_with_few_patients_stand_nowhere(cohort):
    """Half the patients of two sites, and of two payers, are too few."""
    report, fewest = cohort
    text = as_json(report.about, report.tables).decode() + report.html()
    assert "R0-" not in text
    for name in ("timeliness", "use"):
        of_columns = report.tables[name].filter(pl.col("by").is_in(BY))
        named = of_columns.filter(pl.col("group") != "(groups with few patients)")
        assert named.filter(pl.col("patients") < fewest).is_empty()
