"""Of how many patients a text stands: a word that nobody understands and that few patients have may name one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from spine_vigil.scheduler.cohort.events.headers import columns_for
from spine_vigil.scheduler.intake.proposals.samples import FEWEST_PATIENTS
from spine_vigil.scheduler.records.fields import NOBODY_PATTERN, PATIENT_ID

MOST_TEXTS = 50_000
"""The most texts of a column that are counted: more than there are days in a century."""

PATIENT = "\0patient"
"""The column of a frame that holds the numbers of `patient_numbers`; no column of a file has this name."""


def patient_numbers(ids: pl.Expr) -> pl.Expr:
    """Return a number for each patient id, the same within one run; null where the id names nobody.

    Ids that differ by case, signs, blanks, leading zeros or `.0` alone have one number: they may be of one patient.
    """
    text = ids.str.strip_chars()
    plain = text.str.replace(r"\.0+[\"']?$", "").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "")
    plain = plain.str.strip_chars_start("0")
    return pl.when((plain != "") & ~text.str.contains(NOBODY_PATTERN)).then(plain.hash())


def patient_column(columns: Sequence[str], known: Mapping[str, str]) -> str | None:
    """Return the column that holds the patient id, or seems to by its name; None where there is none.

    `known` are the fields of columns that a profile names.
    """
    said = [column for column in columns if known.get(column, column) == PATIENT_ID]
    free = [column for column in columns if column not in known]
    return next(iter([*said, *columns_for(free, PATIENT_ID)]), None)


class PatientsOfTexts:
    """Numbers of patients of each text of a column: all of them where they are fewer than FEWEST_PATIENTS."""

    def __init__(self) -> None:
        self.found: dict[str, set[int]] = {}

    def add(self, cells: pl.DataFrame) -> None:
        """Add rows of a text and PATIENT, in this order; up to MOST_TEXTS texts are kept."""
        text = cells.columns[0]
        settled = [each for each, numbers in self.found.items() if len(numbers) >= FEWEST_PATIENTS]
        open_cells = cells.filter(~pl.col(text).is_in(settled)).drop_nulls()
        pairs = open_cells.unique(maintain_order=True).group_by(text, maintain_order=True)
        for each, numbers in pairs.agg(pl.col(PATIENT).head(FEWEST_PATIENTS)).iter_rows():
            self._add_text(each, numbers)

    def _add_text(self, text: str, numbers: Sequence[int]) -> None:
        known = self.found.setdefault(text, set()) if len(self.found) < MOST_TEXTS else self.found.get(text)
        if known is not None and len(known) < FEWEST_PATIENTS:
            known.update(numbers)
