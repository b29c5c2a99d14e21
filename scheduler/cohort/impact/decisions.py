"""Decisions by two editions: every row by both, what they add up to, and the rows that change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS
from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.cohort.arrays import NO_DAY
from spine_vigil.scheduler.cohort.audit.counts import UNKNOWN_PROTOCOL, Counts
from spine_vigil.scheduler.cohort.audit.decided import Decided
from spine_vigil.scheduler.cohort.audit.file_audit import FiledAudit
from spine_vigil.scheduler.cohort.events.events import EventsFile
from spine_vigil.scheduler.cohort.impact.rules import DifferingRules
from spine_vigil.scheduler.cohort.threads import in_order
from spine_vigil.scheduler.errors import CHANGED, FileError
from spine_vigil.scheduler.files.formulas import quoted_formulas

COMPARED = (
    *("decision", "reason", "timing", "reference_date", "opens", "closes", "days_from_window", "next_allowed"),
    *("missing", "undecided_regions", "combination"),
)
"""The results by which a row changes; another route or section that decides the same is no change."""

SHOWN = tuple(name for name in RESULT_COLUMNS if name in (*COMPARED, "route", "section", "explanation"))
"""The results of a row that changes, each before and after."""

BEFORE, AFTER = "before_", "after_"
CHANGED_BY = "changed_by"
"""The rules that differ between the editions and by which the row was or is decided, joined by `;`."""

IMPACT_COLUMNS = (CHANGED_BY, *(f"{side}{name}" for name in SHOWN for side in (BEFORE, AFTER)))
"""What stands behind the columns of the events in a table of rows that change."""

_BY_HAZARD = [Reason.CONTRAINDICATED.value, Reason.DEVICE_NOT_CLEARED.value]

UNDECIDED = "not judged"
"""The decision of rows that are not judged: enrolments, cancelled studies, and what is no imaging."""

RESULTS = tuple(name for name in RESULT_COLUMNS if name in (*COMPARED, "route", "section"))
"""The results that both audits have to give."""


@dataclass(slots=True)
class Impact:
    """What a change of rules adds up to.

    `matrix` counts rows by protocol, decision before and decision after; `rules` has the rows and the patients that
    change by each rule (see CHANGED_BY). Of the rows that `changed`, `decisions` counts those whose decision is another
    one, `performed` the studies that were performed, and `not_in_force` those before the later edition is in force.
    """

    rows: int = 0
    changed: int = 0
    decisions: int = 0
    performed: int = 0
    not_in_force: int = 0
    patients: int = 0
    matrix: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    rules: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Block:
    """A compared block: its rows by protocol and decisions, the rows that change, and whose they are by which rule.

    `concerned` are the patients with a row under a protocol that differs, by their keys.
    """

    rows: int
    matrix: Mapping[tuple[str, str, str], int]
    changed: pl.DataFrame
    decisions: int
    performed: int
    not_in_force: int
    counts: Counts
    whose: pl.DataFrame
    concerned: pl.Series


class Comparison:
    """The audits of one file by two editions: `read` it, then take the rows that change, once.

    Then `impact` is what they add up to, `counts` are those of the later audit, and `concerned` are the patients with a
    row under a protocol that differs, by their keys (see PatientKeys).
    """

    def __init__(
        self, audits: tuple[FiledAudit, FiledAudit], file: EventsFile, rules: DifferingRules, workers: int = 1
    ) -> None:
        """`file` is the one of the audits, whose columns are RESULTS and which keep patients."""
        self._before, self._after = audits
        self._file = file
        self._rules = rules
        self._workers = workers
        self.impact = Impact()
        self.counts = Counts()
        self.concerned = pl.Series(dtype=pl.UInt64)

    @property
    def columns(self) -> list[str]:
        """The fields as which the columns of the events file are read, in the order of the file."""
        return self._file.fields

    def read(self, progress: Callable[[int, float], None] = lambda _rows, _fraction: None) -> None:
        """Read the file for either edition. `progress` receives the rows read so far, and the fraction (up to 1)."""
        self._before.read(lambda rows, fraction: progress(rows // 2, fraction / 2))
        read = self._before.counts.rows
        self._after.read(lambda rows, fraction: progress((read + rows) // 2, 0.5 + fraction / 2))

    def changed(self, progress: Callable[[int], None] = lambda _rows: None) -> Iterator[pl.DataFrame]:
        """Yield the rows that change, with the columns of the events and IMPACT_COLUMNS, in their order."""
        before, after = (audit.own_decider(describes_rows=True) for audit in (self._before, self._after))
        whose, concerned = [], [self.concerned]
        blocks = in_order(
            lambda index: self._compare(index, before(index), after(index)), range(self._after.blocks), self._workers
        )
        for block in blocks:
            self.impact.rows += block.rows
            self.counts.add(block.counts)
            self.impact.changed += len(block.changed)
            self.impact.decisions += block.decisions
            self.impact.performed += block.performed
            self.impact.not_in_force += block.not_in_force
            self.impact.matrix.update(block.matrix)
            whose.append(block.whose)
            concerned.append(block.concerned)
            yield block.changed
            progress(self.impact.rows)
        self.concerned = pl.concat(concerned).unique()
        self._count(pl.concat(whose) if whose else pl.DataFrame(schema=_WHOSE))

    def _count(self, whose: pl.DataFrame) -> None:
        self.impact.patients = whose["patient"].n_unique()
        by_rule = whose.group_by("rule").agg(pl.col("rows").sum(), pl.col("patient").n_unique()).sort("rule")
        self.impact.rules = {rule: (rows, patients) for rule, rows, patients in by_rule.iter_rows()}

    def _compare(self, index: int, before: Decided, after: Decided) -> _Block:
        if before.size != after.size or before.described is None or after.described is None:
            raise FileError(CHANGED)
        old, new = (side.in_words(typed_dates=True) for side in (before, after))
        differs = pl.select(pl.any_horizontal(pl.lit(old[name]).ne_missing(pl.lit(new[name])) for name in COMPARED))
        rows = differs.to_series().arg_true().to_numpy().astype(np.intp)
        counted = pl.DataFrame(
            {
                "protocol": _known_protocols(before.described["protocol"], after.described["protocol"]),
                BEFORE: old["decision"].fill_null(UNDECIDED),
                AFTER: new["decision"].fill_null(UNDECIDED),
            }
        )
        matrix = {row[:3]: row[3] for row in counted.group_by(counted.columns).len().iter_rows()}
        protocols = counted["protocol"].gather(rows)
        changed = self._rows(index, rows, before, after, old, new, protocols)
        patients = self._after.patients(index)
        other = int(changed[f"{BEFORE}decision"].ne_missing(changed[f"{AFTER}decision"]).sum())
        places = pl.Series(rows, dtype=pl.UInt32)
        is_performed = before.described["is_performed"] | after.described["is_performed"]  # a bad row is not
        day = after.described["day"][places]
        return _Block(
            after.size,
            matrix,
            changed,
            other,
            int(is_performed[places].sum()),
            int(((day != NO_DAY) & (day < self._rules.in_force_from)).sum()),
            after.counts,
            self._whose(changed[CHANGED_BY], patients.gather(rows)),
            self._concerned(counted["protocol"], patients),
        )

    def _rows(
        self,
        index: int,
        rows: NDArray[np.intp],
        before: Decided,
        after: Decided,
        old: pl.DataFrame,
        new: pl.DataFrame,
        protocols: pl.Series,
    ) -> pl.DataFrame:
        """Return the rows of a block that change."""
        places = pl.Series(rows, dtype=pl.UInt32)
        original = self._after.original(index) if len(rows) else pl.DataFrame(schema=self._file.schema)
        texts = [name for name, dtype in original.schema.items() if dtype == pl.String]
        own = original[places].with_columns(map(quoted_formulas, texts))
        sides: dict[str, pl.Series] = {}
        for prefix, decided, words in ((BEFORE, before, old), (AFTER, after, new)):
            said = words[places].with_columns(decided.explanations(rows))
            sides |= {f"{prefix}{name}": said[name] for name in SHOWN}
        results = pl.DataFrame({name: sides[name] for name in IMPACT_COLUMNS if name != CHANGED_BY})
        return pl.concat([own, results.select(self._changed_by(protocols), pl.all())], how="horizontal")

    def _changed_by(self, protocols: pl.Series) -> pl.Expr:
        """Return the rules by which rows change: those of their routes or, failing these, of their `protocols`."""
        routes = [pl.col(f"{side}route") for side in (BEFORE, AFTER)]
        of_protocols = [route.str.extract("^([^/]*)/", 1) for route in routes]
        named = [pl.when(route.is_in(self._rules.routes)).then(route) for route in (*routes, *of_protocols)]
        hazards = ";".join(self._rules.hazards) or None
        by_hazard = pl.any_horizontal(pl.col(f"{side}reason").is_in(_BY_HAZARD) for side in (BEFORE, AFTER))
        named.append(pl.when(by_hazard).then(pl.lit(hazards, dtype=pl.String)))
        known = pl.concat_list(named).list.drop_nulls().list.unique(maintain_order=True).list.join(";")
        standing = protocols.unique().to_list()
        others = pl.lit(protocols.replace_strict(standing, [*map(self._rules_of, standing)], return_dtype=pl.String))
        return pl.when(known == "").then(others).otherwise(known).alias(CHANGED_BY)

    def _concerned(self, protocols: pl.Series, patients: pl.Series) -> pl.Series:
        standing = protocols.unique().to_list()
        is_concerned = protocols.is_in([each for each in standing if self._rules.of(each.split("|"))])
        return patients.filter(is_concerned).unique()

    def _rules_of(self, protocols: str) -> str:
        return ";".join(self._rules.of(protocols.split("|"))) or self._rules.otherwise

    def _whose(self, changed_by: pl.Series, patients: pl.Series) -> pl.DataFrame:
        """Return the patients of rows that change, by their keys, with the number of rows by rule."""
        rules = changed_by.str.split(";").alias("rule")
        by_rule = pl.DataFrame([patients.alias("patient"), rules]).explode("rule")
        return by_rule.group_by("patient", "rule", maintain_order=True).len("rows").select(*_WHOSE)


_WHOSE = {"patient": pl.UInt64, "rule": pl.String, "rows": pl.UInt32}


def _known_protocols(before: pl.Series, after: pl.Series) -> pl.Series:
    """Return the protocols of rows by the edition that knows them, the later one first."""
    return after.zip_with(after != UNKNOWN_PROTOCOL, before)
