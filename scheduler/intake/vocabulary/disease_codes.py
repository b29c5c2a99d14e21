"""Codes of diseases, as candidates: ICD-10-CM, SNOMED CT, ICD-O-3 morphology with topography, NAACCR markers."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache

from spine_vigil.scheduler.intake.vocabulary.candidates import Candidate, candidate_of, doubted
from spine_vigil.scheduler.intake.vocabulary.tables import parts, read_table
from spine_vigil.scheduler.values import replace


class CodeSystem(Enum):
    """A system of codes for diseases."""

    ICD_10_CM = "ICD-10-CM"
    SNOMED_CT = "SNOMED CT"
    BRAIN_MARKERS = "NAACCR brainMolecularMarkers"


_SYSTEMS = {
    "icd10cm": CodeSystem.ICD_10_CM,
    "icd10": CodeSystem.ICD_10_CM,
    "i10": CodeSystem.ICD_10_CM,
    "httphl7orgfhirsidicd10cm": CodeSystem.ICD_10_CM,
    "urnoid2168401113883690": CodeSystem.ICD_10_CM,
    "snomedct": CodeSystem.SNOMED_CT,
    "snomed": CodeSystem.SNOMED_CT,
    "sct": CodeSystem.SNOMED_CT,
    "httpsnomedinfosct": CodeSystem.SNOMED_CT,
    "urnoid2168401113883696": CodeSystem.SNOMED_CT,
    "brainmolecularmarkers": CodeSystem.BRAIN_MARKERS,
    "naaccr3816": CodeSystem.BRAIN_MARKERS,
}

MORPHOLOGY = re.compile(r"M?-?\d{4}(?:/\d)?", re.IGNORECASE)
"""The form of a morphology of ICD-O-3, with or without its behavior."""

_ICD = re.compile(r"[A-Z]\d[0-9A-Z][0-9A-Z]{0,4}")
_SHORTEST_PREFIX = 3


def code_system(text: str) -> CodeSystem | None:
    """Return the system of codes that a name, a URL or an OID stands for; None where vigil has no table of it."""
    return _SYSTEMS.get(re.sub(r"[^a-z0-9]", "", text.casefold()))


def candidates_of_code(system: CodeSystem, code: str) -> tuple[Candidate, ...]:
    """Return what a code of a disease may lead to; nothing where the table of its system does not speak of it.

    ICD-10-CM is read with or without its dot, in any case, by the longest prefix in the table. SNOMED CT also with a
    decimal `.0`, as databases write it.
    """
    plain = code.strip().upper()
    if system is CodeSystem.ICD_10_CM:
        return _of_icd(plain.replace(".", ""))
    if system is CodeSystem.SNOMED_CT:
        return _rows("snomed").get(re.sub(r"\.0+$", "", plain), ())
    return _rows("brain_markers").get(plain.zfill(2) if plain else "", ())


def candidates_of_tumor(
    morphology: str, behavior: str = "", topography: str = "", year: int | None = None
) -> tuple[Candidate, ...]:
    """Return what an ICD-O-3 tumor may lead to: `9440`, `3`, `C71.1`, and the year of its diagnosis.

    `morphology` may hold its behavior (`9440/3`, `94403`). What is empty is unknown, and a candidate that rests on it
    is not certain. Codes changed their meaning: 9260/3 was Ewing sarcoma before 2021, 9364/3 has been since.
    """
    match = re.fullmatch(r"M?-?(\d{4})\s*/?\s*(\d)?(?:\d)?", morphology.strip().upper())
    if match is None:
        return ()
    histology = int(match[1])
    behavior = (behavior.strip() or match[2] or "")[:1]
    place = topography.strip().upper().replace(".", "")
    found: list[Candidate] = []
    open_questions: list[str] = []
    for row in read_table("morphologies"):
        questions = _fit(row, histology, behavior, place, year)
        if questions is None:
            continue
        found.append(candidate_of(row, region_of_topography(place)))
        open_questions += questions
        if not questions:
            break
    return (_merged(found, open_questions),) if found else ()


def _merged(candidates: list[Candidate], open_questions: list[str]) -> Candidate:
    """Return one candidate for the rows that may fit a tumor: the first where nothing is open, else a branch of all."""
    first = candidates[0]
    if not open_questions:
        return first
    protocols = dict.fromkeys(protocol for candidate in candidates for protocol in candidate.protocols)
    settles = (*open_questions, *(words for candidate in candidates for words in candidate.settles))
    return doubted(replace(first, protocols=tuple(protocols), settles=()), *settles)


def region_of_topography(code: str) -> str | None:
    """Return the region of an ICD-O-3 topography (`C40.2`, `C402`); None where it may be in several, or is unknown."""
    plain = code.strip().upper().replace(".", "")
    regions = _topographies()
    return regions.get(plain[:4]) or regions.get(plain[:3])


def _of_icd(code: str) -> tuple[Candidate, ...]:
    if not _ICD.fullmatch(code):
        return ()
    for length in range(len(code), _SHORTEST_PREFIX - 1, -1):
        found = _rows("icd10cm").get(code[:length])
        if found is not None:
            return found
    return ()


def _fit(row: dict[str, str], histology: int, behavior: str, place: str, year: int | None) -> list[str] | None:
    """Return what is open where a tumor fits a row as far as is known; None where it does not fit."""
    if not any(_in_range(histology, text) for text in parts(row["histologies"])):
        return None
    behaviors = parts(row["behaviors"])
    first, last = row["from_year"], row["to_year"]
    is_out = (
        (bool(behavior and behaviors) and behavior not in behaviors)
        or (bool(place and row["topographies"]) and not _lies_in(place, row["topographies"]))
        or (year is not None and not int(first or year) <= year <= int(last or year))
    )
    if is_out:
        return None
    questions = {
        "behavior": bool(behaviors) and not behavior,
        "primary site": bool(row["topographies"]) and not place,
        "year of diagnosis": bool(first or last) and year is None,
    }
    return [words for words, is_open in questions.items() if is_open]


def _in_range(histology: int, text: str) -> bool:
    first, _, last = text.partition("-")
    return int(first) <= histology <= int(last or first)


def _lies_in(place: str, topographies: str) -> bool:
    if topographies.startswith("!"):
        return not place.startswith(topographies[1:])
    return place.startswith(parts(topographies))


@cache
def _topographies() -> dict[str, str]:
    return {row["code"]: row["region"] for row in read_table("topographies")}


@cache
def _rows(table: str) -> dict[str, tuple[Candidate, ...]]:
    """Return the candidates of each code; none of a row without a grade, which a shorter prefix must not speak for."""
    return {row["code"]: (candidate_of(row),) if row["grade"] else () for row in read_table(table)}
