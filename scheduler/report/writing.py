"""Writing the tables of a report as CSV and JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl

from spine_vigil.scheduler.files.formulas import quoted_formulas
from spine_vigil.scheduler.report.model import About

_DIGITS = 6
"""The decimal places of shares."""


def as_csv(table: pl.DataFrame) -> bytes:
    """Return a table as CSV; an apostrophe precedes text that a spreadsheet would run as a formula."""
    texts = [name for name, dtype in table.schema.items() if dtype == pl.String]
    return table.with_columns(map(quoted_formulas, texts)).write_csv(float_precision=_DIGITS).encode()


def as_json(about: About, tables: Mapping[str, pl.DataFrame]) -> bytes:
    """Return a report as JSON: `about`, and `tables` with an object for each row; what is left out is null."""
    rounded = {
        name: table.with_columns(pl.selectors.float().round(_DIGITS)).to_dicts() for name, table in tables.items()
    }
    text = json.dumps({"about": asdict(about), "tables": rounded}, indent=1, default=_as_json, ensure_ascii=False)
    return (text + "\n").encode()


def _as_json(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
