"""Protection from formula injection: finding and quoting text that a spreadsheet would run as a formula."""

from __future__ import annotations

import re

import polars as pl

_FORMULA = r"^[=+\-@\t\r]"

_NUMBER = r"^[+-]?[0-9.,]+([eE][+-]?[0-9]+)?$"


def quoted_formulas(name: str) -> pl.Expr:
    """Return a text column in which an apostrophe precedes every formula."""
    text = pl.col(name)
    runs = text.str.contains(_FORMULA) & ~text.str.contains(_NUMBER)
    return pl.when(runs).then(pl.concat_str(pl.lit("'"), text)).otherwise(text).alias(name)


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet would run a text as a formula; a number with a sign is not one."""
    return re.search(_FORMULA, text) is not None and re.search(_NUMBER, text) is None


def holds_formula(texts: pl.Series) -> bool:
    """Return whether any cell of a text column may be a formula; a number with a sign counts too."""
    # The characters that start a formula sort before all letters; comparing is many times faster than the pattern.
    return bool(texts.filter(texts < "A").str.contains(_FORMULA).any())
