"""Decisions as text: from the whole numbers of CODES to the columns that a reader sees."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from scheduler.cohort.codes import REASONS, TIMELINESS, WORDINGS
from scheduler.cohort.phrases import Phrase, Words
from scheduler.cohort.tables import gather
from scheduler.columns import RESULT_COLUMNS
from scheduler.reasons import Reason
from scheduler.wording import SENTENCES

_MISSING = ("first_missing", "second_missing", "missing_text")
"""The columns of CODES that say what is missing."""

RESULT_SCHEMA = {n: pl.Int32 if n == "days_from_window" else pl.String for n in RESULT_COLUMNS}
"""The result columns and their types: all text but the days."""


def in_words(codes: pl.DataFrame, words: Words, columns: Sequence[str] = RESULT_COLUMNS) -> pl.DataFrame:
    """Return the result columns that are wanted of a frame of CODES, with `row`, in no order.

    Rows are taken sentence by sentence, so that each explanation is put together once; a row without a
    sentence has none.
    """
    cells = {name: phrase.text() for name, phrase in words.cells.items()}
    has_route = pl.col("reason") != Reason.NO_ROUTE.rank
    cells |= {name: pl.when(has_route).then(cells[name]) for name in ("route", "section")}
    cells["days_from_window"] = pl.col("days_from_window")
    parts = [pl.DataFrame(schema={"row": pl.UInt32, **{name: RESULT_SCHEMA[name] for name in columns}})]
    alike = codes.partition_by("wording") if "explanation" in columns else [codes]
    for part in filter(len, alike):
        shape = _shape(part)
        found = {**cells, "missing": _missing(shape, words)}
        if "explanation" in columns:
            found["explanation"] = _explanation(shape, words)
        parts.append(part.select("row", **{name: found[name] for name in columns}))
    return pl.concat(parts)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is alike in rows that are put into words in one go.

    `wording`, `reason` and `timing` are those of the first row; `empty` are the columns that are null throughout,
    `gaps` those that are null in some rows.
    """

    wording: int | None
    reason: int
    timing: int | None
    empty: frozenset[str]
    gaps: frozenset[str]


def _shape(codes: pl.DataFrame) -> _Shape:
    nulls = dict(zip(codes.columns, codes.null_count().row(0), strict=True))
    empty = frozenset(name for name, count in nulls.items() if count == len(codes))
    gaps = frozenset(name for name, count in nulls.items() if 0 < count < len(codes))
    wording, reason, timing = codes.select("wording", "reason", "timing").row(0)
    return _Shape(wording, reason, timing, empty, gaps)


def _explanation(shape: _Shape, words: Words) -> pl.Expr:
    """Return the explanation of rows of one wording."""
    if shape.wording is None:
        return pl.lit(None, dtype=pl.String)
    return pl.concat_str(_joined(_sentence(shape, words, shape.wording)))


def _missing(shape: _Shape, words: Words) -> pl.Expr:
    used = [n for n in _MISSING if n not in shape.empty]
    if not used:
        return pl.lit(None, dtype=pl.String)
    names = words.tables.missing_names
    texts = [pl.col(n) if n == "missing_text" else gather(names, pl.col(n)) for n in used]
    named = pl.concat_str(texts, separator=";", ignore_nulls=True)
    return pl.when(named != "").then(named)


def _sentence(shape: _Shape, words: Words, wording: int) -> list[Phrase | pl.Expr | str]:
    """Return a sentence with its fields, piece by piece, and the note behind it where there are any."""
    pieces: list[Phrase | pl.Expr | str] = []
    for text, field, _, _ in string.Formatter().parse(SENTENCES[WORDINGS[wording]]):
        pieces.append(text)
        if field:
            pieces.append(words.fields[field])
    if "note" not in shape.empty:
        pieces.append(pl.col("note").fill_null(""))
    return pieces


def in_csv(codes: pl.DataFrame, words: Words, columns: Sequence[str] = RESULT_COLUMNS) -> pl.DataFrame:
    """Return what `as_csv` makes of `in_words`, with the text of a row put together in one go.

    Rows of one sentence, reason and timing share much of it, which is then plain text.
    """
    parts = [pl.DataFrame(schema={"row": pl.UInt32, "text": pl.String})]
    for part in codes.partition_by(*(["wording"] if "explanation" in columns else []), "reason", "timing"):
        asked = (_shape(part), tuple(columns))
        if asked not in words.texts:
            words.texts[asked] = _text(*asked, words)
        text = words.texts[asked]
        parts.append(as_csv(in_words(part, words, columns)) if text is None else part.select("row", text=text))
    return pl.concat(parts)


def _text(shape: _Shape, columns: Sequence[str], words: Words) -> pl.Expr | None:
    """Return the text of rows of one shape; None where what is filled in says whether it must be quoted."""
    if shape.wording is None:
        return None
    cells = [_cell_of_part(name, shape, words) for name in columns if name != "explanation"]
    if "explanation" not in columns:
        return pl.concat_str([*_joined(_separated(cells))] or [pl.lit("")])
    sentence = SENTENCES[WORDINGS[shape.wording]]
    if "," not in sentence and ("{" in sentence or "note" not in shape.empty):
        return None
    quote = '"' if "," in sentence else ""
    pieces = [*_separated([*cells, quote]), *_sentence(shape, words, shape.wording), quote]
    return pl.concat_str(_joined(pieces))


def _separated(cells: Iterable[Phrase | pl.Expr | str]) -> list[Phrase | pl.Expr | str]:
    """Return cells with a comma between each two."""
    return [piece for cell in cells for piece in (",", cell)][1:]


def _cell_of_part(name: str, shape: _Shape, words: Words) -> Phrase | pl.Expr | str:
    """Return a cell of rows that share reason and timing, as plain text where it is the same for all of them."""
    reason, timing = REASONS[shape.reason], shape.timing
    if name == "decision":
        return str(reason.verdict.value) if reason.verdict else ""
    if name == "reason":
        return str(reason.value)
    if name == "timing":
        return "" if timing is None else str(TIMELINESS[timing].value)
    if name == "missing":
        return "" if shape.empty.issuperset(_MISSING) else _cell(_missing(shape, words))
    phrase = words.cells[name]
    if name in ("route", "section"):
        # A route is missing only where a study has none, and such rows share a reason with others of their kind.
        return "" if reason is Reason.NO_ROUTE else _cell(phrase.text())
    made_of = "counted_from" if name == "reference_date" else name
    if made_of in shape.empty:
        return ""
    return _cell(phrase.text()) if made_of in shape.gaps else phrase


def _joined(pieces: Iterable[Phrase | pl.Expr | str]) -> Iterator[pl.Expr]:
    """Yield the pieces as expressions; plain text goes into the table of the phrase before it where that takes it."""
    phrase, plain = None, ""
    for piece in [*pieces, None]:
        if isinstance(piece, str):
            plain += piece
            continue
        is_taken = phrase is not None and phrase.takes(plain)
        if phrase is not None:
            yield phrase.text(plain if is_taken else "")
        if plain and not is_taken:
            yield pl.lit(plain)
        phrase, plain = piece if isinstance(piece, Phrase) else None, ""
        if isinstance(piece, pl.Expr):
            yield piece


def as_csv(found: pl.DataFrame) -> pl.DataFrame:
    """Return `row` and `text`, the result columns of a frame (the explanation last) as a CSV writer writes them.

    Only an explanation can hold what has to be quoted.
    """
    cells = [_cell(pl.col(n)) for n in found.columns if n not in ("row", "explanation")]
    if "explanation" in found.columns:
        said = pl.col("explanation")
        quoted = pl.concat_str(pl.lit('"'), said.str.replace_all('"', '""', literal=True), pl.lit('"'))
        needs_quotes = said.str.contains_any([",", '"', "\n", "\r"])
        cells.append(_cell(pl.when(needs_quotes).then(quoted).otherwise(said)))
    return found.select("row", text=pl.concat_str(cells, separator=","))


def _cell(column: pl.Expr) -> pl.Expr:
    return column.cast(pl.String).fill_null("")
