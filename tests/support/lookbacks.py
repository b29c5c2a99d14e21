"""Looking back over rows of plain numbers, in blocks and partitions of any size."""

import polars as pl
import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.history import lookback as histories
from spine_vigil.scheduler.cohort.history.lookback import Histories
from spine_vigil.scheduler.cohort.history.rows import HISTORY
from spine_vigil.scheduler.cohort.tables.context_book import ContextBook
from spine_vigil.scheduler.cohort.tables.contexts import Lanes, match_contexts
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.files.spill import Spill
from spine_vigil.scheduler.records.fields import ProtocolSets
from spine_vigil.scheduler.rules.grace import GracePolicy


def looked_back(blocks, rows_at_once=1 << 18, workers=1, in_memory=None, edition=CURRENT):
    """Return what was found of each block of rows, of which so many were kept in memory (None: all).

    A row has `patient`, `date`, `part`, `protocol`, `modality`, `regions` and `primary_site`, as numbers.
    """
    tables = RuleTables(edition, GracePolicy())
    with pytest.MonkeyPatch.context() as patch, Spill() as spill:
        patch.setattr(histories, "_MOST_AT_ONCE", rows_at_once)
        patch.setattr(histories, "_MOST_IN_MEMORY", in_memory or 1)
        kept, book = Histories(spill if in_memory else None), ContextBook(ProtocolSets(edition))
        lanes = Lanes(tables)
        for rows in blocks:
            numbers = dict.fromkeys(("protocol", "modality", "regions", "primary_site"), pl.Int32)
            own = ("patient", "patient_check", "date", "part")
            frame = pl.DataFrame(
                [{"patient_check": 0} | row for row in rows], schema=numbers | {name: HISTORY[name] for name in own}
            )
            kept.add(frame.with_columns(context=book.number(frame)).select(*HISTORY))
        assert bool(kept._spilled) == (in_memory is not None and in_memory <= sum(map(len, blocks)))
        lookback = kept.look_back(match_contexts(book.contexts(), tables, lanes), lanes, edition, workers)
    return [lookback.take(place) for place, _ in enumerate(blocks)]
