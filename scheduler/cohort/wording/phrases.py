"""The texts of decisions (names, dates, fields of sentences), as tables in which rows look up theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl

from spine_vigil.scheduler.answers.reasons import Reason
from spine_vigil.scheduler.answers.sentences import (
    BOOKING,
    COUNTED,
    STUDY,
    indication_words,
    protocol_words,
    schedule_words,
)
from spine_vigil.scheduler.cohort.arrays import NO_DAY, NOWHERE, Ints, look_up
from spine_vigil.scheduler.cohort.deciding.combinations import SUPPORTS
from spine_vigil.scheduler.cohort.deciding.outcomes import Outcomes
from spine_vigil.scheduler.cohort.tables.index_lists import KINDS
from spine_vigil.scheduler.cohort.tables.numbering import REASONS, TIMELINESS, advice_texts
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.editions.edition import meaning
from spine_vigil.scheduler.rules.schedules import Schedule
from spine_vigil.scheduler.rules.words import days_text, grace_text, rule_text

BECAUSE = "\x00"
"""Stands in a sentence for what decides an indication, which differs between rows; no text can hold it."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text for each row, `texts[index_of(outcomes)]`; none where the index is NOWHERE."""

    texts: pl.Series
    index_of: Callable[[Outcomes], Ints]

    def cells(self, outcomes: Outcomes) -> pl.Series:
        """Return the text of each row, null where there is none."""
        return look_up(pl.concat([self.texts, _strings([None])], rechunk=True), self.row_of(outcomes))

    def row_of(self, outcomes: Outcomes) -> Ints:
        """Return the index of each row's text; the number of texts for a row without one."""
        indexes = self.index_of(outcomes)
        return np.where(indexes == NOWHERE, np.int32(len(self.texts)), indexes)


class Words:
    """The texts of an edition: `fields` for the placeholders of sentences, `cells` for the result columns.

    One field, `counted`, stands for the whole of COUNTED. `explanation` is not among the cells, and `missing` names
    what schedules lack, not what indications do. Every row has the fields that its sentence names.
    """

    def __init__(self, tables: RuleTables, low: int, high: int, undecided_texts: pl.Series) -> None:
        """Make the texts of an edition, and those of the days `low` to `high`.

        `undecided_texts` are the regions that routes leave undecided (see Contexts).
        """
        self.tables = tables
        self._undecided_texts = undecided_texts
        self._low = low
        dates = pl.int_range(low, high + 1, dtype=pl.Int32, eager=True).cast(pl.Date)
        self._days = dates.dt.to_string("%Y-%m-%d")
        self._dates = pl.concat([dates, pl.Series([None], dtype=pl.Date)], rechunk=True)
        self._route = _route_numbers(tables)
        self.cells = self._make_cells()
        self.fields = {**self._fields_of_rules(), **self._fields_of_windows()}

    def dates(self, name: str, outcomes: Outcomes) -> pl.Series:
        """Return a result column of dates, typed as such; null where there is none."""
        return look_up(self._dates, self.cells[name].row_of(outcomes))

    def _day(self, name: str, *, of_window: bool = False) -> Phrase:
        """Return a column of day numbers as ISO dates; with `of_window` only in rows with a window."""
        low = self._low

        def index_of(outcomes: Outcomes) -> Ints:
            day: Ints = getattr(outcomes, name)
            return np.where(outcomes.has_window if of_window else day != NO_DAY, day - low, np.int32(NOWHERE))

        return Phrase(self._days, index_of)

    def _make_cells(self) -> dict[str, Phrase]:
        tables, edition = self.tables, self.tables.edition
        reach, route = len(self._days), self._route
        verdicts = [r.verdict.value if r.verdict else None for r in REASONS]
        protocols, indications = edition.protocols, edition.indications
        routes = [*tables.routes, *(p.id for p in protocols), *(i.route for i in indications)]
        cites = [rule.cite for rule in tables.schedules] + [p.cite for p in protocols] + [i.cite for i in indications]
        cites += [hazard.cite for hazard in edition.contraindications]

        def section(outcomes: Outcomes) -> Ints:
            # The section of a contraindicated row is that of the contraindication, not of the route.
            return np.where(outcomes.hazard == NOWHERE, route(outcomes), outcomes.hazard + np.int32(len(routes)))

        return {
            "decision": Phrase(_strings(verdicts), lambda rows: rows.reason),
            "reason": Phrase(_strings([r.value for r in REASONS]), lambda rows: rows.reason),
            "timing": Phrase(
                _strings([t.value for t in TIMELINESS]),
                lambda rows: np.where(rows.has_window, rows.timing, np.int32(NOWHERE)),
            ),
            "route": Phrase(_strings(routes), route),
            "section": Phrase(_strings([str(cite) for cite in cites]), section),
            "reference_date": self._day("counted_from", of_window=True),
            "opens": self._day("opens", of_window=True),
            "closes": self._day("closes", of_window=True),
            "days_from_window": Phrase(
                pl.int_range(-reach, reach + 1, eager=True).cast(pl.String),
                lambda outcomes: np.where(
                    outcomes.has_window, outcomes.days_from_window + np.int32(reach), np.int32(NOWHERE)
                ),
            ),
            "next_allowed": self._day("next_allowed"),
            "missing": _missing(tables),
            "undecided_regions": Phrase(self._undecided_texts, _column("undecided")),
            "combination": Phrase(_strings([s.value for s in SUPPORTS]), lambda rows: rows.combination),
        }

    def _fields_of_rules(self) -> dict[str, Phrase]:
        edition, schedules = self.tables.edition, self.tables.schedules
        words = {
            "schedule": [schedule_words(edition, s) for s in schedules],
            "protocol": [protocol_words(p) for p in edition.protocols],
            "indication": [indication_words(i) for i in edition.indications],
        }
        fields = {
            "schedule": ("index_kinds", "or_fact", "more_fact", "when_fact"),
            "protocol": ("protocol", "refers_to"),
            "indication": ("indication",),
        }
        facts = [*(meaning(edition, name) for name in self.tables.fact_names), ""]
        of_rules = [(name, of) for of, names in fields.items() for name in names]
        return {
            **{name: Phrase(_strings([w[name] for w in words[of]]), _column(of)) for name, of in of_rules},
            "hazard": Phrase(_strings([h.hazard for h in edition.contraindications]), _column("hazard")),
            "hazard_advice": Phrase(
                _strings([f" {h.advice}" if h.advice else "" for h in edition.contraindications]), _column("hazard")
            ),
            "because": Phrase(_strings([BECAUSE]), lambda outcomes: np.zeros_like(outcomes.reason)),
            "advice": _optional(advice_texts(edition.indications), "advice"),
            "fact": Phrase(_strings(facts), _column("sentence_fact")),
            "section": self.cells["section"],
        }

    def _fields_of_windows(self) -> dict[str, Phrase]:
        tables = self.tables
        slots = [(s, phase) for s in tables.schedules for phase in range(tables.width)]
        timed = [(s, p) if p < len(s.phases) and s.phases[p].is_timed else None for s, p in slots]
        rules = ["" if t is None else rule_text(*t) for t in timed]
        kinds = [kind.words for kind in KINDS]
        longest_grace = max(tables.slot_grace.tolist(), default=0)
        distances = pl.int_range(len(self._days) + 1, eager=True).cast(pl.String) + " days"

        def anchor(outcomes: Outcomes) -> Ints:
            study = np.int32(len(kinds)) + outcomes.by_booking
            return np.where(outcomes.counted_from == outcomes.index, outcomes.index_kind, study)

        def closes(outcomes: Outcomes) -> Ints:
            # A window of one day is named once.
            is_one_day = outcomes.closes == outcomes.opens
            return np.where(is_one_day | ~outcomes.has_window, np.int32(len(self._days)), outcomes.closes - self._low)

        def opens(outcomes: Outcomes) -> Ints:
            is_one_day = outcomes.closes == outcomes.opens
            day = outcomes.opens - self._low + is_one_day * np.int32(len(self._days))
            return np.where(outcomes.has_window, day, np.int32(NOWHERE))

        def rule(outcomes: Outcomes) -> Ints:
            return outcomes.slot + outcomes.is_blended * np.int32(len(rules))

        both, anchors = [*rules, *(_blended(t) for t in timed)], [*(f"{kind} on" for kind in kinds), STUDY, BOOKING]
        sections = [str(s.cite) for s, _ in slots] * 2
        counted = [
            COUNTED.format(section=section, rule=text, anchor=name)
            for section, text in zip(sections, both, strict=True)
            for name in anchors
        ]
        said = self._day("said_day")
        return {
            # In a sentence about a rule, the section is that of the schedule.
            "counted": Phrase(
                _strings(counted), lambda outcomes: rule(outcomes) * np.int32(len(anchors)) + anchor(outcomes)
            ),
            "grace": Phrase(_strings([grace_text(g) for g in range(longest_grace + 1)]), _column("grace")),
            "distance": Phrase(distances.scatter(1, days_text(1)), lambda rows: np.abs(rows.days_from_window)),
            "index": Phrase(_strings(kinds), _column("index_kind")),
            "stop": Phrase(_strings(kinds), _column("stop_kind")),
            "reference": self.cells["reference_date"],
            "from_opens": Phrase(pl.concat(["from " + self._days, "on " + self._days], rechunk=True), opens),
            "to_closes": Phrase(pl.concat([" to " + self._days, _strings([""])], rechunk=True), closes),
            "judged": self._day("judged"),
            **dict.fromkeys(("round", "booked", "follow_up_end", "death"), said),
            "date": self._day("date"),
            "index_date": self._day("index"),
            "stop_date": self._day("stop_date"),
        }


def _route_numbers(tables: RuleTables) -> Callable[[Outcomes], Ints]:
    """Return a function that gives each row's route: its number among schedules, then protocols, then indications."""
    by_protocol = np.int32(len(tables.schedules))
    by_indication = by_protocol + np.int32(len(tables.edition.protocols))

    def number_of(outcomes: Outcomes) -> Ints:
        route = np.where(outcomes.protocol == NOWHERE, np.int32(NOWHERE), outcomes.protocol + by_protocol)
        route = np.where(outcomes.indication == NOWHERE, route, outcomes.indication + by_indication)
        route = np.where(outcomes.schedule == NOWHERE, route, outcomes.schedule)
        return np.where(outcomes.reason == Reason.NO_ROUTE.rank, np.int32(NOWHERE), route)

    return number_of


def _missing(tables: RuleTables) -> Phrase:
    """Return the names of missing facts or columns, at most two."""
    names = [*tables.missing_names, None]
    last = np.int32(len(names) - 1)

    def index_of(outcomes: Outcomes) -> Ints:
        first, second = outcomes.first_missing, outcomes.second_missing
        pair = np.where(first == NOWHERE, last, first) * (last + 1) + np.where(second == NOWHERE, last, second)
        return np.where((first == NOWHERE) & (second == NOWHERE), np.int32(NOWHERE), pair)

    return Phrase(_strings([";".join(filter(None, pair)) or None for pair in product(names, repeat=2)]), index_of)


def _optional(texts: Sequence[str], name: str) -> Phrase:
    """Return a text for each row, empty where the column is NOWHERE."""
    none = np.int32(len(texts))

    def index_of(outcomes: Outcomes) -> Ints:
        column: Ints = getattr(outcomes, name)
        return np.where(column == NOWHERE, none, column)

    return Phrase(_strings([*texts, ""]), index_of)


def _column(name: str) -> Callable[[Outcomes], Ints]:
    def index_of(outcomes: Outcomes) -> Ints:
        column: Ints = getattr(outcomes, name)
        return column

    return index_of


def _strings(values: Sequence[str | None]) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


def _blended(timed: tuple[Schedule, int] | None) -> str:
    if timed is None:
        return ""
    schedule, phase = timed
    phases = schedule.phases
    has_next = phase + 1 < len(phases) and phases[phase + 1].is_timed
    return rule_text(schedule, phase, blended=True) if has_next else ""
