"""Due lists that are compared: rows of text in, the changes since an earlier list out."""

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from support.block_sizes import WHOLE, as_csv, opened

from spine_vigil.due_list import about
from spine_vigil.scheduler.cohort.due.changes import Changes
from spine_vigil.scheduler.cohort.due.earlier import read_earlier
from spine_vigil.scheduler.cohort.due.files import write_due
from spine_vigil.scheduler.cohort.due.listing import FiledDue
from spine_vigil.scheduler.cohort.due.rules import Wanted
from spine_vigil.scheduler.cohort.due.wording import DUE_COLUMNS, SELECTED
from spine_vigil.scheduler.files.spill import Spill

KEY = ("patient_id", "protocol", "schedule")


def whole_list(rows, rules, wanted):
    """Return the list of all cases of rows, with those marked that are wanted."""
    with opened(as_csv(rows), WHOLE) as file, Spill() as spill:
        run = FiledDue(rules, file, spill, wanted=wanted, whole=True)
        run.read()
        run.work_out()
        return pl.concat(run.frames())


def written(whole, rules, wanted, suffix=".json"):
    """Return the wanted part of a list as it is read from a file that holds it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"earlier{suffix}"
        with path.open("wb") as file:
            write_due(iter([whole.filter(SELECTED).select(*DUE_COLUMNS)]), file, suffix, about(rules, wanted))
        return read_earlier(path)


def changes_since(before, now, wanted=None, suffix=".json"):
    """Return the comparison of two lists, each given as its rows and rules, and its lines."""
    wanted = wanted or (Wanted(), Wanted())
    earlier = written(whole_list(*before, wanted[0]), before[1], wanted[0], suffix)
    frame = whole_list(*now, wanted[1])
    changes = Changes(earlier, now[1], wanted[1])
    changes.find(iter([frame]))
    return changes, pl.concat(changes.frames(iter([frame])))


def keys(lines, change):
    """Return which lines have a change."""
    return sorted(lines.filter(pl.col("change") == change).select(pl.col(KEY).fill_null("")).rows())
