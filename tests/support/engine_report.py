"""The counts of a report by the engine, in the form in which they are worked out literally."""

from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest
from support.block_sizes import WHOLE, Sizes, as_csv, opened
from support.patients import Cells

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort import partitions
from spine_vigil.scheduler.cohort.adherence import filed
from spine_vigil.scheduler.cohort.adherence.filed import Asked, FiledReport
from spine_vigil.scheduler.cohort.adherence.groups import GroupColumn
from spine_vigil.scheduler.cohort.adherence.tally import Tally
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.events.patients_file import Patients, read_patients
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.files.spill import Spill
from spine_vigil.scheduler.records.fields import day_number
from spine_vigil.scheduler.rules.grace import GracePolicy


def patients_of(rows: Sequence[Cells], edition: Edition, by: Sequence[str]) -> Patients | None:
    """Return rows as a patients file as read."""
    if not rows:
        return None
    names = dict.fromkeys(["patient_id", *(name for row in rows for name in row)])
    frame = pl.DataFrame(
        {n: [row.get(n) or None for row in rows] for n in names}, schema=dict.fromkeys(names, pl.String)
    )
    return read_patients(frame, edition, carried=by)


def counted(
    events: Sequence[Cells],
    patients: Sequence[Cells],
    first_day: date | None,
    last_day: date,
    by: Sequence[str] = (),
    grace_days: int | None = None,
    *,
    as_of: date | None = None,
    edition: Edition = CURRENT,
    sizes: Sizes = WHOLE,
) -> tuple[FiledReport, Tally]:
    """Return the report of a cohort as it was run, and its counts with lists."""
    audit = Audit(edition, GracePolicy(grace_days), as_of or last_day)
    first = None if first_day is None else day_number(first_day)
    with opened(as_csv(events), sizes) as file, Spill() as spill, pytest.MonkeyPatch.context() as patch:
        if sizes != WHOLE:
            patch.setattr(filed, "_BLOCKS_OF_A_PARTITION", 2)
            patch.setattr(partitions, "_MOST_PARTITIONS", 5)
        run = FiledReport(
            audit,
            file,
            spill,
            Asked(first, day_number(last_day), with_lists=True),
            patients=patients_of(patients, edition, by),
            groups=[GroupColumn(name, [name]) for name in by],
            workers=sizes.workers,
        )
        run.read()
        return run, run.work_out()
