"""Billing codes as files write them: with modifiers, decimals and prefixes, several in a cell; and what they bill."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from enum import Enum
from functools import cache

from spine_vigil.scheduler.intake.vocabulary.tables import read_table
from spine_vigil.scheduler.values import Frozen


class BillingCodes(Frozen):
    """The codes of one cell in their order, each with its modifiers, and what else the cell holds.

    `problem` says in words why a part of the cell could not be read; None where all of it was.
    """

    codes: tuple[str, ...]
    modifiers: tuple[tuple[str, ...], ...]
    problem: str | None = None


class CodeKind(Enum):
    """What a code bills: an imaging study, something that is no study of its own, or what the ranges do not tell."""

    IMAGING = "imaging"
    NOT_IMAGING = "not_imaging"
    UNKNOWN = "unknown"


class ModifierEffect(Enum):
    """What a modifier says of the study that is billed."""

    PART = "part"
    REDUCED = "reduced"
    STOPPED = "stopped"
    REPEAT = "repeat"
    SIDE = "side"
    DISTINCT = "distinct"
    COVERAGE = "coverage"
    STRATEGY = "strategy"
    OTHER = "other"


class Modifier(Frozen):
    """A modifier: what it says of the study, as a kind and in words."""

    code: str
    effect: ModifierEffect
    says: str


_CODE = r"\d{5}|[A-V]\d{4}|\d{4}[A-Z]"
_TOKEN = re.compile(rf"(?P<code>{_CODE})(?:\.0+)?(?P<modifiers>(?:[A-Z0-9]{{2}})*)")
_PREFIX = re.compile(r"(?:CPT-?4?|HCPCS|HCPC|CPT/HCPCS)(?=[\s:#=.-]|[0-9A-V]\d{3})[\s:#=.-]*")
_LAST = re.compile(r"\s*(?P<before>.*?\S)[\s,;:^~-]+(?P<modifier>[A-Za-z0-9]{2})\s*", re.DOTALL)
_MARKS = str.maketrans(dict.fromkeys("\"'\ufeff\u200b\u00a0", " "))


def read_codes(text: str, own: Collection[str] = ()) -> BillingCodes:
    """Read the codes of a cell: `72156-26`, `72156 TC`, `7215626`, `72156.0`, `CPT 72156`, `72156,72157`.

    A code is five digits, a letter and four digits (HCPCS), or four digits and a letter. A modifier follows its code. A
    code with a zero in front, with a sign missing, or that lost digits in a spreadsheet is not guessed. `own` are
    further codes, in lower case.
    """
    plain = _PREFIX.sub("", text.translate(_MARKS).upper().strip().removeprefix("=").strip())
    codes: list[str] = []
    modifiers: list[list[str]] = []
    for token in filter(None, re.split(r"[\s,;|/+&:^~-]+", plain)):
        if codes and is_modifier(token):
            modifiers[-1].append(token)
            continue
        if token.casefold() in own:
            codes.append(token)
            modifiers.append([])
            continue
        match = _TOKEN.fullmatch(token)
        added = re.findall("..", match["modifiers"]) if match else []
        if match is None or not all(map(is_modifier, added)):
            return _codes(codes, modifiers, "a part of the cell is neither a billing code nor a modifier")
        codes.append(match["code"])
        modifiers.append(added)
    return _codes(codes, modifiers, None if codes else "the cell holds no billing code")


def without_modifiers(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield a cell without its last modifier, without its last two, and so on, each with the modifiers left away."""
    left: tuple[str, ...] = ()
    while (match := _LAST.fullmatch(text)) and is_modifier(match["modifier"]):
        text, left = match["before"], (match["modifier"].upper(), *left)
        yield text, left


def _codes(codes: list[str], modifiers: list[list[str]], problem: str | None) -> BillingCodes:
    return BillingCodes(tuple(codes), tuple(map(tuple, modifiers)), problem)


def is_modifier(text: str) -> bool:
    """Return whether a text is a modifier that the table knows."""
    return text.strip().upper() in _modifiers()


def modifier_meaning(code: str) -> Modifier | None:
    """Return what a modifier says of the study; None where the table does not know it."""
    return _modifiers().get(code.strip().upper())


def kind_of_code(code: str) -> CodeKind:
    """Return what a CPT or HCPCS code bills, by the ranges of its standard.

    The last range of the table that holds it counts, so exceptions stand behind their section. Guidance of an
    intervention, rendering of images that exist, tracers and contrast media are no study of their own. Codes of other
    systems (dental codes, ICD-10-PCS) are unknown.
    """
    plain = code.strip().upper()
    if not re.fullmatch(_CODE, plain):
        return CodeKind.UNKNOWN
    kinds = (kind for first, last, kind in reversed(_ranges()) if _is_between(first, plain, last))
    return next(kinds, CodeKind.UNKNOWN)


def _is_between(first: str, code: str, last: str) -> bool:
    """Return whether a code lies in a range of codes that have their letters in the same place."""
    shape = [sign.isalpha() and sign for sign in code]
    return [sign.isalpha() and sign for sign in first] == shape and first <= code <= last


@cache
def _ranges() -> tuple[tuple[str, str, CodeKind], ...]:
    return tuple((row["first"], row["last"], CodeKind(row["kind"])) for row in read_table("code_ranges"))


@cache
def _modifiers() -> dict[str, Modifier]:
    rows = read_table("modifiers")
    return {row["modifier"]: Modifier(row["modifier"], ModifierEffect(row["effect"]), row["says"]) for row in rows}
