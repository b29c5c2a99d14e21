"""Refusals before any work: the functions behind the commands check what they are given, whoever calls them."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from support.paths import SAMPLES

from spine_vigil.auditing import Wanted, audit_on_spark
from spine_vigil.calendar_outputs import Outputs
from spine_vigil.calendar_server import Server, sync_calendar
from spine_vigil.calendars import Windows, write_calendar
from spine_vigil.notices import Silent
from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.calendars.items import Look
from spine_vigil.scheduler.calendars.state import Horizon
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.events.shards import Shard
from spine_vigil.scheduler.errors import FileError, ValueProblem
from spine_vigil.scheduler.extras import MissingLibrary
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.sources import CohortFiles

EVENTS = SAMPLES / "clinic.csv"
WINDOWS = Windows(CURRENT, GracePolicy(), Horizon(date(2026, 3, 1), date(2027, 3, 1)), Look())
NOW = datetime(2026, 3, 1, tzinfo=UTC)
RULES = Audit(CURRENT, GracePolicy())


@pytest.fixture(autouse=True)
def site(tmp_path, monkeypatch):
    """Work in a folder with a secret and a copy of the events."""
    monkeypatch.chdir(tmp_path)
    Path("events.csv").write_bytes(EVENTS.read_bytes())
    Path("site.secret").write_text("00" * 32)
    Path("site.secret").chmod(0o600)


def outputs(**more):
    return Outputs(**{"secret": Path("site.secret"), "state": Path("state.json"), **more})


def write(files, where):
    return write_calendar(files, where, WINDOWS, NOW, Silent())


def sync(files, where):
    return sync_calendar(files, where, WINDOWS, Server("http://localhost:1/", "Imaging"), NOW, Silent())


@pytest.mark.parametrize("run", [write, sync])
@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"codes": Path("events.csv")}, "events.csv is the input; give the output another name"),
        ({"codes": Path("state.json")}, "state.json is the state; give the list of codes another name"),
        ({"codes": Path("codes.txt")}, "codes.txt must be a file name that ends in .csv"),
        ({"state": Path("none/state.json")}, "there is no folder none; make it first"),
    ],
)
def test_outputs_are_checked_before_a_calendar_is_made(run, more, message):
    before = {path: path.read_bytes() for path in Path().iterdir()}
    with pytest.raises(FileError) as problem:
        run(CohortFiles(Path("events.csv")), outputs(**more))
    assert str(problem.value).startswith(message)
    assert {path: path.read_bytes() for path in Path().iterdir()} == before


@pytest.mark.parametrize("run", [write, sync])
def test_a_calendar_is_not_made_from_a_stream(run):
    with pytest.raises(FileError, match="a calendar is not made from standard input"):
        run(CohortFiles(BytesIO(EVENTS.read_bytes())), outputs())


def test_a_calendar_is_made_from_a_frame_as_from_its_file():
    frame = pl.read_csv(EVENTS, infer_schema=False)
    for events, name in ((Path("events.csv"), "file"), (frame, "frame")):
        write(CohortFiles(events), outputs(state=Path(f"{name}.json"), calendar=Path(f"{name}.ics")))
    assert Path("frame.ics").read_bytes() == Path("file.ics").read_bytes()
    assert Path("frame.json").read_bytes() == Path("file.json").read_bytes()
    assert sync(CohortFiles(frame), outputs()).fates == sync(CohortFiles(EVENTS), outputs()).fates != {}


def test_spark_refuses_a_shard():
    wanted = Wanted(shard=Shard(1, 2))
    with pytest.raises(ValueProblem, match="--shard is for machines without Spark"):
        audit_on_spark(CohortFiles(EVENTS), Path("out"), RULES, wanted, "local[1]", Silent(), shows_progress=False)
    assert not Path("out").exists()


def test_what_spark_needs_is_asked_for_before_any_work(monkeypatch):
    monkeypatch.setattr("spine_vigil.scheduler.cohort.cluster.spark_session.find_spec", lambda _: None)
    with pytest.raises(MissingLibrary, match="--engine spark"):
        audit_on_spark(CohortFiles(EVENTS), Path("out"), RULES, Wanted(), "local[1]", Silent(), shows_progress=False)
