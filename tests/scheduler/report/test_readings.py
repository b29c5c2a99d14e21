"""What a report says of other readings is what a whole report by each of them says."""

from random import Random

import polars as pl
import pytest
from support.engine_report import cohort_files, made
from support.random_report_cohorts import FROM, TO, random_report_cohort

from spine_vigil.protocols import CURRENT

READINGS = [(route, name) for route, name, _ in CURRENT.readings()]
ROUTES = {route for route, _ in READINGS}


def cohort(seed):
    """Return patients under the protocols that can be read otherwise, mostly."""
    random = Random(seed)  # noqa: S311 - not for secrets
    protocols = {route.partition("/")[0] for route in ROUTES}
    events, known = [], []
    while len(known) + len(events) < 900:
        own, of_patient = random_report_cohort(random, CURRENT, 1)
        if any(row.get("protocol") in protocols for row in (*own, *of_patient)):
            for row in (*own, *of_patient):
                row["patient_id"] = f"{row['patient_id']}-{len(events)}"
            events += own
            known += of_patient
    return events, known


def shares(report):
    """Return the shares of everything: of studies that are not supported, and of windows in time."""
    return tuple(report.tables[name].filter(by="all")["share"].item() for name in ("use", "timeliness"))


@pytest.fixture(scope="module", params=range(2))
def rows(request):
    return cohort(request.param)


@pytest.fixture(scope="module")
def base(rows):
    return made(cohort_files(*rows), FROM, TO, readings=True)


def test_every_reading_of_the_edition_has_a_line(base):
    assert base.tables["readings"]["reading"].to_list() == [f"{route}={name}" for route, name in READINGS]


def test_some_readings_change_windows_and_some_change_studies(base):
    lines = base.tables["readings"]
    assert len(lines.filter(pl.col("timeliness") != pl.col("timeliness_read_so"))) > 3
    assert len(lines.filter(pl.col("differing") > 0)) > 3
    assert len(lines.filter(pl.col("differing") == 0)) > 3


@pytest.mark.slow
@pytest.mark.parametrize(("route", "name"), READINGS, ids=[f"{route}={name}" for route, name in READINGS])
def test_a_whole_report_by_a_reading_has_the_shares_that_were_said(rows, base, route, name):
    line = base.tables["readings"].row(by_predicate=pl.col("reading") == f"{route}={name}", named=True)
    read_so = made(cohort_files(*rows), FROM, TO, edition=CURRENT.with_readings({route: name}))
    assert (line["use_share"], line["timeliness"]) == shares(base)
    assert (line["use_share_read_so"], line["timeliness_read_so"]) == shares(read_so)
