"""What to collect first: the facts and dates that would settle most of the studies that ask for information."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.report.model import SUPPRESSED


def collect_first(missing: pl.DataFrame, texts: Sequence[str], fewest: int) -> pl.DataFrame:
    """Return `item`, `alone`, `together` and `together_share`, the item that settles most first.

    `missing` has `reason`, `missing` (a place in `texts`, whose items are joined by `;`), `studies` and `patients`.
    A number of studies that may be of fewer than `fewest` patients is left out; the item stays.
    """
    asked: list[_Asked] = []
    for reason, number, studies, of in missing.select("reason", "missing", "studies", "patients").rows():
        items = [item for item in texts[number].split(";") if item] if number >= 0 else []
        if items:
            # Of several index dates any one will do.
            choices = [set(items)] if reason == Reason.NO_INDEX_DATE.rank else [{item} for item in items]
            asked.append(_Asked(choices, studies, of))
    total = sum(each.studies for each in asked)
    alone, patients_alone = _settled(asked)
    left = sorted({item for each in asked for choice in each.choices for item in choice})
    together, rows = 0, []
    while left:
        settled, patients = _settled(asked)
        item = min(left, key=lambda name: (-settled[name], name))
        together += settled[item]
        gone = (
            []
            if fewest <= 1
            else [name for name, of in (("alone", patients_alone), ("together", patients)) if of[item] < fewest]
        )
        numbers = {"alone": alone[item], "together": together} | dict.fromkeys(gone)
        rows.append(
            (item, *numbers.values(), ";".join([*gone, *(["together_share"] if "together" in gone else [])]) or None)
        )
        left.remove(item)
        asked = [_Asked([c for c in each.choices if item not in c], each.studies, each.patients) for each in asked]
        asked = [each for each in asked if each.choices]
    schema = {"item": pl.String, "alone": pl.Int64, "together": pl.Int64, SUPPRESSED: pl.String}
    found = pl.DataFrame(rows, schema=schema, orient="row")
    return found.with_columns(together_share=pl.col("together") / total if total else pl.lit(None, dtype=pl.Float64))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Studies that lack the same: of each of the `choices` one item has to be known."""

    choices: list[set[str]]
    studies: int
    patients: int


def _settled(asked: list[_Asked]) -> tuple[Counter[str], Counter[str]]:
    """Return how many studies each item settles that is the last one they lack, and of how many patients at least.

    A patient may have studies that lack different things, so that patients do not add up.
    """
    studies, patients = Counter[str](), Counter[str]()
    for each in asked:
        if len(each.choices) == 1:
            for item in each.choices[0]:
                studies[item] += each.studies
                patients[item] = max(patients[item], each.patients)
    return studies, patients
