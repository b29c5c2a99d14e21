"""Which readings of the guideline's unclear sentences decide which requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from scheduler.cohort.audit import Audit
from scheduler.columns import PATIENT_ID

CONTESTED = "contested"
"""The column that names the readings under which a decision would differ."""


def contested(cells: pl.DataFrame, decisions: pl.DataFrame, audit: Audit, workers: int = 1) -> pl.Series:
    """Return, for every row, the readings of its protocol's schedules under which its decision would differ.

    `cells` is the events frame, `decisions` what the audit makes of it under the readings that it takes. The
    names are joined by `;`, each once, in the order of the edition; null where no reading matters. Each
    reading is tried alone, on the patients who have a row of its protocol.
    """
    if "protocol" not in cells.columns:
        return pl.repeat(None, len(cells), dtype=pl.String, eager=True).alias(CONTESTED)
    ids = cells.select(
        patient=pl.col(PATIENT_ID).str.strip_chars(), protocol=pl.col("protocol").str.strip_chars().str.to_lowercase()
    ).with_row_index("at")
    found = [pl.DataFrame(schema={"at": pl.UInt32, "name": pl.String})]
    for protocol_id, name, other in _other_audits(audit):
        rows = ids.filter(pl.col("patient").is_in(ids.filter(protocol=protocol_id)["patient"].unique().implode()))
        if rows.is_empty():
            continue
        again = other.decide_frame(cells.select(pl.all().gather(rows["at"])), workers)
        compared = rows.with_columns(
            taken=decisions["decision"].gather(rows["at"]), otherwise=again["decision"]
        ).filter(pl.col("protocol") == protocol_id, pl.col("taken").ne_missing(pl.col("otherwise")))
        found.append(compared.select("at", name=pl.lit(name)))
    named = pl.concat(found).group_by("at").agg(pl.col("name").unique(maintain_order=True).str.join(";"))
    return ids.join(named, on="at", how="left", maintain_order="left")["name"].alias(CONTESTED)


def _other_audits(audit: Audit) -> Iterator[tuple[str, str, Audit]]:
    """Yield the protocol, the name and the audit of every other reading in the edition."""
    for protocol in audit.edition.protocols:
        for schedule in protocol.schedules:
            for reading in schedule.others:
                edition = audit.edition.read_as({protocol.route(schedule): reading.name})
                yield protocol.id, reading.name, replace(audit, edition=edition)
