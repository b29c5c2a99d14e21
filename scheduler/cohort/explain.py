"""Decisions as text: from the whole numbers of CODES to the columns that a reader sees."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

import polars as pl

from scheduler.cohort.codes import REASONS, TIMELINESS, WORDINGS
from scheduler.cohort.combinations import SUPPORTS
from scheduler.cohort.tables import RuleTables, gather
from scheduler.columns import RESULT_COLUMNS
from scheduler.facts import IndexKind
from scheduler.reasons import Reason
from scheduler.rules import Schedule
from scheduler.wording import SENTENCES, days_text, indication_words, meaning, protocol_words, rule_text, schedule_words

_KINDS = tuple(IndexKind)

_MISSING = ("first_missing", "second_missing", "missing_text")
"""The columns of CODES that say what is missing."""

_SAME = {"section": "section", "reference": "reference_date", "opens": "opens", "closes": "closes"}
"""The fields of a sentence that are cells of their own too."""

RESULT_SCHEMA = {n: pl.Int32 if n == "days_from_window" else pl.String for n in RESULT_COLUMNS}
"""The result columns and their types: all text but the days."""


class Words:
    """Every piece of text that a decision can hold, ready to be gathered."""

    def __init__(self, tables: RuleTables, low: int, high: int) -> None:
        """Make the texts of an edition, and those of the days `low` to `high`."""
        edition = tables.edition
        self.tables = tables
        self._low = low
        self._days = pl.int_range(low, high + 1, dtype=pl.Int32, eager=True).cast(pl.Date).dt.to_string("%Y-%m-%d")
        indications, hazards = edition.indications, edition.contraindications
        self.routes = _texts([*tables.routes, *(p.id for p in edition.protocols), *(i.route for i in indications)])
        cites = (
            [rule.cite for rule in tables.schedules]
            + [p.cite for p in edition.protocols]
            + [i.cite for i in indications]
        )
        self.sections = _texts([cite.section for cite in cites])
        self._indication_words = [indication_words(i) for i in indications]
        self._hazards = _texts([h.hazard for h in hazards])
        self._hazard_sections = _texts([h.cite.section for h in hazards])
        self._schedule_words = [schedule_words(edition, s) for s in tables.schedules]
        self._protocol_words = [protocol_words(p) for p in edition.protocols]
        self._facts = _texts([*(meaning(edition, name) for name in tables.fact_names), ""])
        self._kinds = _texts([kind.words for kind in _KINDS])
        places = [(s, place) for s in tables.schedules for place in range(tables.width)]
        timed = [(s, p) if p < len(s.phases) and s.phases[p].is_timed else None for s, p in places]
        self._rules = _texts(["" if t is None else rule_text(*t) for t in timed])
        self._blended = _texts([_blended(t) for t in timed])
        self._graces = _texts([days_text(g) for g in range(max(tables.slot_grace.to_list(), default=0) + 1)])
        self.fields = self._make_fields()
        self.cells = self._make_cells()

    def day(self, name: str) -> pl.Expr:
        """Return a column of day numbers as ISO dates."""
        return gather(self._days, pl.col(name) - self._low)

    def sentence(self, wording: int) -> list[tuple[str, str | None]]:
        """Return a sentence as pieces of plain text, each with the field behind it."""
        return [(text, field) for text, field, _, _ in string.Formatter().parse(SENTENCES[WORDINGS[wording]])]

    def _make_fields(self) -> dict[str, pl.Expr]:
        """Return the expression for every field that a sentence can name."""
        schedule, protocol = pl.col("schedule"), pl.col("protocol")
        of_schedule = {
            name: gather(_texts([w[name] for w in self._schedule_words]), schedule)
            for name in ("index_kinds", "or_fact", "more_fact", "when_fact")
        }
        of_protocol = {
            name: gather(_texts([w[name] for w in self._protocol_words]), protocol)
            for name in ("protocol", "refers_to")
        }
        of_indication = {
            name: gather(_texts([w[name] for w in self._indication_words]), pl.col("indication"))
            for name in ("indication", "advice")
        }
        from_index = pl.col("counted_from") == pl.col("index")
        distance = pl.col("days_from_window").abs()
        return {
            **of_schedule,
            **of_protocol,
            **of_indication,
            "hazard": gather(self._hazards, pl.col("hazard")),
            "section": self._section(),
            "rule": pl.when("is_blended")
            .then(gather(self._blended, pl.col("slot")))
            .otherwise(gather(self._rules, pl.col("slot"))),
            "anchor": pl.when(from_index)
            .then(gather(self._kinds, pl.col("index_kind")))
            .otherwise(pl.lit("the study")),
            "grace": gather(self._graces, pl.col("grace")),
            "distance": distance.cast(pl.String)
            + pl.when(distance == 1).then(pl.lit(" day")).otherwise(pl.lit(" days")),
            "fact": gather(self._facts, pl.col("sentence_fact")),
            "index": gather(self._kinds, pl.col("index_kind")),
            "stop": gather(self._kinds, pl.col("stop_kind")),
            "date": self.day("date"),
            "reference": self.day("counted_from"),
            "opens": self.day("opens"),
            "closes": self.day("closes"),
            "index_date": self.day("index"),
            "stop_date": self.day("stop_date"),
        }

    def _make_cells(self) -> dict[str, pl.Expr]:
        """Return the expression for every result column but `missing` and `explanation`."""
        verdicts = pl.Series([r.verdict.value if r.verdict else None for r in REASONS], dtype=pl.String)
        reason = pl.col("reason")
        has_route = reason != Reason.NO_ROUTE.rank
        return {
            "decision": gather(verdicts, reason),
            "reason": gather(_texts([r.value for r in REASONS]), reason),
            "timing": gather(_texts([t.value for t in TIMELINESS]), pl.col("timing")),
            "route": pl.when(has_route).then(gather(self.routes, self._route_place())),
            "section": pl.when(has_route).then(self._section()),
            "reference_date": self.day("counted_from"),
            "opens": self.day("opens"),
            "closes": self.day("closes"),
            "days_from_window": pl.col("days_from_window"),
            "next_allowed": self.day("next_allowed"),
            "combination": gather(_texts([s.value for s in SUPPORTS]), pl.col("combination")),
        }

    def _section(self) -> pl.Expr:
        """Return where in the guideline a row's decision comes from: its contraindication, else its route."""
        return pl.coalesce(gather(self._hazard_sections, pl.col("hazard")), gather(self.sections, self._route_place()))

    def _route_place(self) -> pl.Expr:
        """Return the place of a row's route in `routes` and `sections`: its schedule, indication or protocol."""
        schedules, protocols = len(self.tables.schedules), len(self.tables.edition.protocols)
        indication = pl.col("indication") + schedules + protocols
        return pl.coalesce("schedule", indication, pl.col("protocol") + schedules)


def _texts(values: list[str]) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


def _blended(timed: tuple[Schedule, int] | None) -> str:
    if timed is None:
        return ""
    schedule, place = timed
    phases = schedule.phases
    has_next = place + 1 < len(phases) and phases[place + 1].is_timed
    return rule_text(schedule, place, blended=True) if has_next else ""


def in_words(codes: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Return the result columns of a frame of CODES, with `row`, in no order.

    Rows are taken sentence by sentence, so that each explanation is put together once; a row without a
    sentence has none.
    """
    parts = [pl.DataFrame(schema={"row": pl.UInt32, **RESULT_SCHEMA})]
    for part in codes.partition_by("wording"):
        place = part["wording"][0]
        none = pl.lit(None, dtype=pl.String)
        said = none if place is None else pl.concat_str(_joined(_pieces(part, words, place)))
        found = {**words.cells, "missing": _missing(part, words), "explanation": said}
        parts.append(part.select("row", **{name: found[name] for name in RESULT_COLUMNS}))
    return pl.concat(parts)


def _missing(codes: pl.DataFrame, words: Words) -> pl.Expr:
    used = [n for n in _MISSING if _is_used(codes, n)]
    if not used:
        return pl.lit(None, dtype=pl.String)
    names = words.tables.missing_names
    texts = [pl.col(n) if n == "missing_text" else gather(names, pl.col(n)) for n in used]
    named = pl.concat_str(texts, separator=";", ignore_nulls=True)
    return pl.when(named != "").then(named)


def _is_used(codes: pl.DataFrame, name: str) -> bool:
    return codes[name].null_count() < len(codes)


def _pieces(
    codes: pl.DataFrame, words: Words, wording: int, known: Mapping[str, pl.Expr] | None = None
) -> list[pl.Expr | str]:
    """Return a sentence with its fields filled, piece by piece, and the note behind it where there are any.

    `known` are the fields that stand in a column already.
    """
    fields = {**words.fields, **(known or {})}
    pieces: list[pl.Expr | str] = []
    for text, field in words.sentence(wording):
        pieces.append(text)
        if field:
            pieces.append(fields[field])
    if _is_used(codes, "note"):
        pieces.append(pl.col("note").fill_null(""))
    return pieces


def in_csv(codes: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Return what `as_csv` makes of `in_words`, with the text of a row put together in one go.

    Rows of one sentence, reason and timing share much of it, which is then plain text.
    """
    parts = [pl.DataFrame(schema={"row": pl.UInt32, "text": pl.String})]
    for part in codes.partition_by("wording", "reason", "timing"):
        place = part["wording"][0]
        sentence = "" if place is None else SENTENCES[WORDINGS[place]]
        is_filled = "{" in sentence or _is_used(part, "note")
        if place is None or ("," not in sentence and is_filled):  # what is filled in says whether it must be quoted
            parts.append(as_csv(in_words(part, words)))
            continue
        cells = {name: _cell_of_part(name, part, words) for name in RESULT_COLUMNS[:-1]}
        columns = {name: cell.alias(f"cell.{name}") for name, cell in cells.items() if isinstance(cell, pl.Expr)}
        fields = {field: pl.col(f"cell.{name}") for field, name in _SAME.items() if name in columns}
        pieces: list[pl.Expr | str] = []
        for name, cell in cells.items():
            pieces += [pl.col(f"cell.{name}") if name in columns else cell, ","]
        quote = '"' if "," in sentence else ""
        pieces += [quote, *_pieces(part, words, place, fields), quote]
        text = pl.concat_str(_joined(pieces))
        parts.append(part.lazy().with_columns(columns.values()).select("row", text=text).collect())
    return pl.concat(parts)


def _cell_of_part(name: str, codes: pl.DataFrame, words: Words) -> pl.Expr | str:
    """Return a cell of rows that share reason and timing, as plain text where it is the same for all of them."""
    reason, timing = REASONS[codes["reason"][0]], codes["timing"][0]
    if name == "decision":
        return str(reason.verdict.value) if reason.verdict else ""
    if name == "reason":
        return str(reason.value)
    if name == "timing":
        return "" if timing is None else str(TIMELINESS[timing].value)
    if name == "missing":
        return _cell(_missing(codes, words)) if any(_is_used(codes, n) for n in _MISSING) else ""
    if name in ("route", "section"):
        return "" if reason is Reason.NO_ROUTE else _cell(words.cells[name])
    made_of = codes["counted_from" if name == "reference_date" else name]
    if made_of.null_count() == len(made_of):
        return ""
    return _cell(words.cells[name]) if made_of.null_count() or name == "days_from_window" else words.cells[name]


def _joined(pieces: Iterable[pl.Expr | str]) -> Iterator[pl.Expr]:
    """Yield the pieces as expressions, neighbouring plain texts as one."""
    for is_text, run in groupby(pieces, key=lambda piece: isinstance(piece, str)):
        if is_text:
            text = "".join(map(str, run))
            if text:
                yield pl.lit(text)
        else:
            yield from (piece for piece in run if isinstance(piece, pl.Expr))


def as_csv(found: pl.DataFrame) -> pl.DataFrame:
    """Return `row` and `text`, the result columns as a CSV writer writes them.

    Only an explanation can hold what has to be quoted.
    """
    said = pl.col("explanation")
    quoted = pl.concat_str(pl.lit('"'), said.str.replace_all('"', '""', literal=True), pl.lit('"'))
    needs_quotes = said.str.contains_any([",", '"', "\n", "\r"])
    cells = [_cell(pl.col(n)) for n in RESULT_COLUMNS if n != "explanation"]
    cells.append(_cell(pl.when(needs_quotes).then(quoted).otherwise(said)))
    return found.select("row", text=pl.concat_str(cells, separator=","))


def _cell(column: pl.Expr) -> pl.Expr:
    return column.cast(pl.String).fill_null("")
