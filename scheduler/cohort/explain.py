"""Decisions as text: from the whole numbers of CODES to the columns that a reader sees."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Sequence

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
    for part in codes.partition_by("wording") if "explanation" in columns else [codes]:
        found = {**cells, "missing": _missing(part, words)}
        if "explanation" in columns:
            found["explanation"] = _explanation(part, words)
        parts.append(part.select("row", **{name: found[name] for name in columns}))
    return pl.concat(parts)


def _explanation(codes: pl.DataFrame, words: Words) -> pl.Expr:
    """Return the explanation of rows of one wording."""
    place = codes["wording"][0]
    return pl.lit(None, dtype=pl.String) if place is None else pl.concat_str(_joined(_sentence(codes, words, place)))


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


def _sentence(codes: pl.DataFrame, words: Words, wording: int) -> list[Phrase | pl.Expr | str]:
    """Return a sentence with its fields, piece by piece, and the note behind it where there are any."""
    pieces: list[Phrase | pl.Expr | str] = []
    for text, field, _, _ in string.Formatter().parse(SENTENCES[WORDINGS[wording]]):
        pieces.append(text)
        if field:
            pieces.append(words.fields[field])
    if _is_used(codes, "note"):
        pieces.append(pl.col("note").fill_null(""))
    return pieces


def in_csv(codes: pl.DataFrame, words: Words, columns: Sequence[str] = RESULT_COLUMNS) -> pl.DataFrame:
    """Return what `as_csv` makes of `in_words`, with the text of a row put together in one go.

    Rows of one sentence, reason and timing share much of it, which is then plain text.
    """
    parts = [pl.DataFrame(schema={"row": pl.UInt32, "text": pl.String})]
    is_explained = "explanation" in columns
    cells = [name for name in columns if name != "explanation"]
    for part in codes.partition_by(*(["wording"] if is_explained else []), "reason", "timing"):
        place = part["wording"][0]
        if place is not None and not is_explained:
            pieces = _separated(_cell_of_part(name, part, words) for name in cells)
            parts.append(part.select("row", text=pl.concat_str([*_joined(pieces)] or [pl.lit("")])))
            continue
        sentence = "" if place is None else SENTENCES[WORDINGS[place]]
        is_filled = "{" in sentence or _is_used(part, "note")
        if place is None or ("," not in sentence and is_filled):  # what is filled in says whether it must be quoted
            parts.append(as_csv(in_words(part, words, columns)))
            continue
        pieces = [_cell_of_part(name, part, words) for name in cells]
        quote = '"' if "," in sentence else ""
        text = pl.concat_str(_joined([*_separated([*pieces, quote]), *_sentence(part, words, place), quote]))
        parts.append(part.select("row", text=text))
    return pl.concat(parts)


def _separated(cells: Iterable[Phrase | pl.Expr | str]) -> list[Phrase | pl.Expr | str]:
    """Return cells with a comma between each two."""
    return [piece for cell in cells for piece in (",", cell)][1:]


def _cell_of_part(name: str, codes: pl.DataFrame, words: Words) -> Phrase | pl.Expr | str:
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
    phrase = words.cells[name]
    if name in ("route", "section"):
        # A route is missing only where a study has none, and such rows share a reason with others of their kind.
        return "" if reason is Reason.NO_ROUTE else _cell(phrase.text())
    made_of = codes["counted_from" if name == "reference_date" else name]
    if made_of.null_count() == len(made_of):
        return ""
    return _cell(phrase.text()) if made_of.null_count() else phrase


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
