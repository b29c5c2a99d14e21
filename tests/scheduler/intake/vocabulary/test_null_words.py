"""Texts that mean nothing, and ids that name nobody."""

import re

import pytest

from spine_vigil.scheduler.intake.vocabulary.null_words import means_nothing
from spine_vigil.scheduler.records.fields import NOBODY_PATTERN

NOTHING = [
    "",
    " ",
    "NULL",
    " null ",
    "N/A",
    "n.a.",
    "NA",
    "nan",
    "NaN",
    "None",
    "\\N",
    "unknown",
    "UNK",
    "#N/A",
    "<NA>",
    "-",
]
NOTHING += ["--", ".", "?", "99999999", "00000000", "0000-00-00", "not applicable", '"NULL"', "unbekannt", "\ufeff"]
NOBODY = [
    "0",
    "0.0",
    "000000",
    "TEST",
    "xxxx",
    "999999999",
    "1.0E+05",
    "1.23457E+11",
    "1,23457E+11",
    "1E+05",
    "anonymous",
]
VALUES = [
    "P1",
    "480172",
    "00123",
    "123",
    "Nancy",
    "none1",
    "A-1",
    "1E5",
    "NAN01",
    "5.5",
    "no",
    "false",
    "normal",
    "nato",
]


def names_nobody(text):
    return not text.strip() or re.match(NOBODY_PATTERN, text.strip()) is not None


@pytest.mark.parametrize("text", NOTHING)
def test_a_text_that_means_nothing_names_nobody_either(text):
    assert means_nothing(text)
    assert names_nobody(text)


@pytest.mark.parametrize("text", NOBODY)
def test_a_placeholder_is_a_value_but_names_nobody(text):
    assert not means_nothing(text)
    assert names_nobody(text)


@pytest.mark.parametrize("text", VALUES)
def test_other_texts_mean_something_and_name_somebody(text):
    assert not means_nothing(text)
    assert not names_nobody(text)
