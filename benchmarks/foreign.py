"""The same cohort as a hospital would export it, with its profile: `python benchmarks/foreign.py EVENTS FOREIGN`.

Columns have other names, dates are American, statuses, modalities and protocols are words of the site, and billing
codes have a modifier. Rows, their order and about their bytes are those of EVENTS. The profile is FOREIGN.toml.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from spine_vigil.protocols import CURRENT

NAMES = {
    "patient_id": "MRN",
    "protocol": "Registry Class",
    "cpt": "Proc Code",
    "date": "Exam Dt",
    "status": "Exam Stat",
    "treatment_end_date": "Treatment End Dt",
    "primary_site": "Tumor Site",
}
"""The names of columns at the site; other columns keep theirs."""

STATUSES = {"performed": "COMPLETED", "scheduled": "APPT MADE", "requested": "ORDERED", "cancelled": "NO SHOW"}
MODALITIES = {"MRI": "MR", "CT": "CAT", "PET/CT": "PT-CT"}
PROTOCOLS = {protocol.id: f"Dx class {number:03}" for number, protocol in enumerate(CURRENT.protocols)}

US_DATES = "%m/%d/%Y"


def write_foreign(events: Path, foreign: Path) -> None:
    """Write the rows of a cohort as a site would, and the profile that reads them."""
    words = {"status": STATUSES, "modality": MODALITIES, "protocol": PROTOCOLS}
    query = pl.scan_csv(events, infer_schema=False)
    names = query.collect_schema().names()
    dated = [name for name in names if name == "date" or name.endswith("_date")]
    query.with_columns(
        *(pl.col(name).replace(own) for name, own in words.items()),
        *(
            pl.coalesce(pl.col(name).str.to_date("%Y-%m-%d", strict=False).dt.to_string(US_DATES), name)
            for name in dated
        ),
        cpt=pl.col("cpt") + "-26",
    ).rename(NAMES).sink_csv(foreign)
    foreign.with_suffix(".toml").write_text("\n".join(_profile(words)), encoding="utf-8")


def _profile(words: dict[str, dict[str, str]]) -> Iterable[str]:
    yield "[columns]"
    yield from (f'"{column}" = "{field}"' for field, column in NAMES.items())
    yield f'[dates]\nformats = ["{US_DATES}"]'
    for field, own in words.items():
        yield f"[values.{field}]"
        yield from (f'"{word}" = "{ours}"' for ours, word in own.items())
    yield ""


if __name__ == "__main__":
    write_foreign(*map(Path, sys.argv[1:3]))
