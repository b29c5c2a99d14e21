"""The public face as a typed program uses it: mypy accepts every line, and Python runs it.

A public name is shown here with the type that its users see, and once in `rejected.py` with a wrong one.
"""

from datetime import date, datetime
from typing import assert_type

import polars as pl

import spine_vigil as vigil
from spine_vigil.planning import ScheduleWindows
from spine_vigil.scheduler.answers.decision import Decision
from spine_vigil.scheduler.editions.comparing.differences import Difference
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import FileError, VigilError
from spine_vigil.scheduler.rules.dates import parse_date

assert_type(vigil.__version__, str)
assert_type(parse_date("2026-04-15"), date)

decision = vigil.check(
    "MRI cervical_spine",
    "2026-04-15",
    protocol="bone.osteosarcoma",
    index={"treatment_end": date(2026, 1, 15)},
    primary_site="cervical_spine",
)
assert_type(decision, Decision)
assert_type(decision.opens, date | None)

unknown = vigil.check("MRI cervical_spine", datetime(2026, 4, 15), protocol=None, primary_site=None, birth_date=None)
assert_type(unknown, Decision)
assert_type(vigil.check("72141", "2026-04-15", prior="2026-01-20", also="CT chest"), Decision)
assert_type(vigil.check("72141", "2026-04-15", prior=date(2026, 1, 20)), Decision)

planned = vigil.windows(
    protocol="bone.osteosarcoma", index={"treatment_end": "2026-01-15"}, as_of="2026-02-01", until=date(2027, 1, 31)
)
assert_type(planned, tuple[ScheduleWindows, ...])


edition = vigil.edition("healthhelp-mri-cspine-2025")
assert_type(edition, Edition)
assert_type(edition.with_readings({"bone.chordoma/chest": "annual_ct"}), Edition)
found = vigil.diff("healthhelp-mri-cspine-2025", edition)
assert_type(found, tuple[Difference, ...])
assert_type([difference.route for difference in found], list[str])


def frames(events: pl.DataFrame) -> None:
    """Ask of a cohort in memory, and of one in a file."""
    assert_type(vigil.audit(events), pl.DataFrame)
    assert_type(vigil.due(events, as_of=date(2026, 11, 2)), pl.DataFrame)
    assert_type(vigil.audit(events.lazy(), events.lazy()), pl.DataFrame)
    assert_type(vigil.audit(events, columns={"MRN": "patient_id"}), pl.DataFrame)
    assert_type(vigil.audit(events, profile="site.toml"), pl.DataFrame)
    assert_type(vigil.due("events.csv", as_of="2026-11-02"), pl.DataFrame)
    made = vigil.report(events, as_of="2026-11-02", by=["site"])
    assert_type(made.tables["timeliness"], pl.DataFrame)
    assert_type(made.about.counts["rows"], int | None)
    assert_type(made.html(), str)


def tell(problem: VigilError) -> str:
    """Return a problem as a program of one's own may tell it."""
    assert_type(problem.exit_code, int)
    return str(problem)


assert_type(tell(FileError("no such file")), str)
