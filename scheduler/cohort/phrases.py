"""Every piece of text that a decision can hold, ready to be looked up row by row."""

from __future__ import annotations

import polars as pl

from scheduler.cohort.codes import REASONS, TIMELINESS
from scheduler.cohort.combinations import SUPPORTS
from scheduler.cohort.tables import RuleTables, gather
from scheduler.facts import IndexKind
from scheduler.rules import Schedule
from scheduler.wording import days_text, indication_words, meaning, protocol_words, rule_text, schedule_words

_KINDS = tuple(IndexKind)

_FEW = 4096
_SHORT = 12
"""How many bytes a text has at most that stands in its place in a column, not behind a pointer."""


class Phrase:
    """Text that is looked up: for each row the one of `texts` at its `place`; null where there is none."""

    __slots__ = ("_before", "_longest", "place", "texts")

    def __init__(self, texts: pl.Series, place: pl.Expr) -> None:
        self.texts = texts
        self.place = place
        longest = texts.str.len_bytes().max()
        self._longest = longest if isinstance(longest, int) else 0
        self._before: dict[str, pl.Series] = {"": texts}

    def text(self, behind: str = "") -> pl.Expr:
        """Return the text of each row with plain text behind it."""
        if behind not in self._before:
            self._before[behind] = self.texts + behind
        return gather(self._before[behind], self.place)

    def takes(self, behind: str) -> bool:
        """Tell whether plain text behind costs nothing: it can stand in the table, which stays quick to read.

        That is so where the table is small, or where its texts stay so short that polars keeps them in place.
        """
        return len(self.texts) <= _FEW or self._longest + len(behind) <= _SHORT


class Words:
    """The texts of an edition: `fields` are those that a sentence can name, `cells` those of the result columns.

    Not among the cells are `missing` and `explanation`, which are put together.
    """

    def __init__(self, tables: RuleTables, low: int, high: int) -> None:
        """Make the texts of an edition, and those of the days `low` to `high`."""
        self.tables = tables
        self._low = low
        self._days = pl.int_range(low, high + 1, dtype=pl.Int32, eager=True).cast(pl.Date).dt.to_string("%Y-%m-%d")
        self.texts: dict[object, pl.Expr | None] = {}
        """What was put together of them, by what it is for."""
        self.cells = self._make_cells()
        self.fields = {**self._fields_of_rules(), **self._fields_of_windows()}

    def _day(self, name: str) -> Phrase:
        """Return a column of day numbers as ISO dates."""
        return Phrase(self._days, pl.col(name) - self._low)

    def _make_cells(self) -> dict[str, Phrase]:
        tables, edition = self.tables, self.tables.edition
        reason, reach = pl.col("reason"), len(self._days)
        verdicts = [r.verdict.value if r.verdict else None for r in REASONS]
        protocols, indications = edition.protocols, edition.indications
        routes = [*tables.routes, *(p.id for p in protocols), *(i.route for i in indications)]
        cites = [rule.cite for rule in tables.schedules] + [p.cite for p in protocols] + [i.cite for i in indications]
        cites += [hazard.cite for hazard in edition.contraindications]
        by_protocol, by_indication = len(tables.schedules), len(tables.schedules) + len(protocols)
        route = pl.coalesce("schedule", pl.col("indication") + by_indication, pl.col("protocol") + by_protocol)
        return {
            "decision": Phrase(_texts(verdicts), reason),
            "reason": Phrase(_texts([r.value for r in REASONS]), reason),
            "timing": Phrase(_texts([t.value for t in TIMELINESS]), pl.col("timing")),
            "route": Phrase(_texts(routes), route),
            # Of a row under a contraindication that one says where it stands, not the route.
            "section": Phrase(
                _texts([cite.section for cite in cites]), pl.coalesce(pl.col("hazard") + len(routes), route)
            ),
            "reference_date": self._day("counted_from"),
            "opens": self._day("opens"),
            "closes": self._day("closes"),
            "days_from_window": Phrase(
                pl.int_range(-reach, reach + 1, eager=True).cast(pl.String), pl.col("days_from_window") + reach
            ),
            "next_allowed": self._day("next_allowed"),
            "combination": Phrase(_texts([s.value for s in SUPPORTS]), pl.col("combination")),
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
            "indication": ("indication", "advice"),
        }
        facts = [*(meaning(edition, name) for name in self.tables.fact_names), ""]
        return {
            **{n: Phrase(_texts([w[n] for w in words[of]]), pl.col(of)) for of, names in fields.items() for n in names},
            "hazard": Phrase(_texts([h.hazard for h in edition.contraindications]), pl.col("hazard")),
            "fact": Phrase(_texts(facts), pl.col("sentence_fact")),
            "section": self.cells["section"],
        }

    def _fields_of_windows(self) -> dict[str, Phrase]:
        tables = self.tables
        places = [(s, place) for s in tables.schedules for place in range(tables.width)]
        timed = [(s, p) if p < len(s.phases) and s.phases[p].is_timed else None for s, p in places]
        rules = ["" if t is None else rule_text(*t) for t in timed]
        kinds = [kind.words for kind in _KINDS]
        from_index = pl.col("counted_from") == pl.col("index")
        longest_grace = max(tables.slot_grace.to_list(), default=0)
        return {
            "rule": Phrase(
                _texts([*rules, *(_blended(t) for t in timed)]),
                pl.col("slot") + pl.col("is_blended").cast(pl.Int32) * len(rules),
            ),
            "anchor": Phrase(
                _texts([*kinds, "the study"]), pl.when(from_index).then("index_kind").otherwise(len(kinds))
            ),
            "grace": Phrase(_texts([days_text(g) for g in range(longest_grace + 1)]), pl.col("grace")),
            "distance": Phrase(
                _texts([days_text(n) for n in range(len(self._days) + 1)]), pl.col("days_from_window").abs()
            ),
            "index": Phrase(_texts(kinds), pl.col("index_kind")),
            "stop": Phrase(_texts(kinds), pl.col("stop_kind")),
            "reference": self.cells["reference_date"],
            "opens": self.cells["opens"],
            "closes": self.cells["closes"],
            "date": self._day("date"),
            "index_date": self._day("index"),
            "stop_date": self._day("stop_date"),
        }


def _texts(values: list[str] | list[str | None]) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


def _blended(timed: tuple[Schedule, int] | None) -> str:
    if timed is None:
        return ""
    schedule, place = timed
    phases = schedule.phases
    has_next = place + 1 < len(phases) and phases[place + 1].is_timed
    return rule_text(schedule, place, blended=True) if has_next else ""
