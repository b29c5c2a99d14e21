"""Text that a spreadsheet would run as a formula."""

from __future__ import annotations

import re

import polars as pl

_FORMULA = r"^[=+\-@\t\r]"

_NUMBER = r"^[+-]?[0-9.,]+([eE][+-]?[0-9]+)?$"


def quoted_formulas(name: str) -> pl.Expr:
    """Return a text column with every formula in it quoted by an apostrophe."""
    text = pl.col(name)
    is_one = text.str.contains(_FORMULA) & ~text.str.contains(_NUMBER)
    return pl.when(is_one).then(pl.concat_str(pl.lit("'"), text)).otherwise(text).alias(name)


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet would run a text as a formula; a number with a sign is none."""
    return re.search(_FORMULA, text) is not None and re.search(_NUMBER, text) is None


def holds_formula(texts: pl.Series) -> bool:
    """Return whether any cell of a text column would be run as a formula."""
    # What starts a formula sorts before all letters, and telling that is many times as quick as the pattern.
    return bool(texts.filter(texts < "A").str.contains(_FORMULA).any())
