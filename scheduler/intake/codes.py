"""Billing codes and names of studies as foreign files write them: with modifiers, several in a cell, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from spine_vigil.scheduler.editions.edition import CptCode, Edition
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.intake.forms import NO_IMAGING as NO_IMAGING_WORD
from spine_vigil.scheduler.intake.forms import OTHER_STUDY, CellForms, CodeForms, plain
from spine_vigil.scheduler.intake.vocabulary.billing_codes import (
    CodeKind,
    ModifierEffect,
    is_modifier,
    kind_of_code,
    modifier_meaning,
    read_codes,
    without_modifiers,
)
from spine_vigil.scheduler.records.fields import ANOTHER_STUDY, NO_IMAGING, STUDY_TEXT
from spine_vigil.scheduler.rules.studies import REGIONS, Modality, parse_modality, parse_regions

_AND = re.compile(r"[,;|/+&]")
"""What stands between several codes of a cell."""

_HINT = "; 'vigil setup' makes a profile that reads codes as a file writes them"


def parse_coded_study(edition: Edition, forms: CellForms, field: str, text: str) -> CptCode | None:
    """Return the study that a cell of codes (field `cpt`) or words (`study_text`) names, None for none.

    It may be ANOTHER_STUDY or NO_IMAGING. Raises ValueProblem.
    """
    key = plain(text)
    if key in forms.null.get(field, ()):
        return None
    ours = forms.values.get(field, {}).get(key)
    if ours is not None:
        return parse_study(edition, ours)
    if field == STUDY_TEXT:
        raise ValueProblem(
            f"the study '{text}' is not listed; add it under [values.{STUDY_TEXT}] of the profile"
            " ('vigil setup --profile' lists what is new)"
        )
    if forms.codes.modifiers:
        own = _own_code(forms.values.get(field, {}), text)
        return _combined(edition, forms, text) if own is None else parse_study(edition, own[0])
    try:
        return edition.cpt(text)
    except ValueProblem as problem:
        raise ValueProblem(f"{problem}{'' if forms.is_profiled else _hint(edition, text)}") from None


def parse_study(edition: Edition, text: str) -> CptCode | None:
    """Return the study that a profile names: a code, `MRI cervical_spine`, OTHER_STUDY, NO_IMAGING or none.

    Raises ValueProblem.
    """
    text = text.strip()
    if not text:
        return None
    if text in (OTHER_STUDY, NO_IMAGING_WORD):
        return ANOTHER_STUDY if text == OTHER_STUDY else NO_IMAGING
    modality, _, regions = text.partition(" ")
    if not regions.strip():
        return edition.cpt(text)
    return _study(parse_modality(modality), parse_regions(regions))


def _study(modality: Modality, regions: int) -> CptCode:
    """Return a study as a code without number."""
    names = [name for name in REGIONS if REGIONS[name].bit_count() == 1 and regions & REGIONS[name]]
    return CptCode("", modality, tuple(names))


def _combined(edition: Edition, forms: CellForms, text: str) -> CptCode:
    """Return the study of a cell with one or more codes and their modifiers."""
    own = forms.values.get("cpt", {})
    found = {part: known for part in _AND.split(text) if (known := _own_code(own, part))}
    rest = [part for part in _AND.split(text) if part not in found and not all(map(is_modifier, part.split()))]
    read = read_codes(" ".join(rest) if found else text, own)
    if (rest or not found) and (read.problem or not read.codes):
        raise ValueProblem(f"'{text}' cannot be read as billing codes; add it under [values.cpt] of the profile")
    studies = [parse_study(edition, ours) or NO_IMAGING for ours, _ in found.values()]
    studies += [_of_code(edition, forms, code) for code in read.codes]
    imaging = [study for study in dict.fromkeys(studies) if study is not NO_IMAGING]
    if len(imaging) < 2:  # noqa: PLR2004 - one study or none
        return imaging[0] if imaging else NO_IMAGING
    if len({(study.modality, study.is_add_on) for study in imaging}) > 1 or not all(s.regions for s in imaging):
        raise ValueProblem(f"'{text}' holds codes of different studies; write a row for each")
    regions = 0
    for study in imaging:
        regions |= study.region_bits
    return _study(imaging[0].modality, regions)


def _own_code(own: Mapping[str, str], text: str) -> tuple[str, tuple[str, ...]] | None:
    """Return what a profile says of a code of the site, and the modifiers behind it; None where it is no such code."""
    for code, modifiers in ((text, ()), *without_modifiers(text)):
        ours = own.get(plain(code))
        if ours is not None:
            return ours, modifiers
    return None


def _of_code(edition: Edition, forms: CellForms, code: str) -> CptCode:
    own = forms.values.get("cpt", {}).get(plain(code))
    if own is not None:
        return parse_study(edition, own) or NO_IMAGING
    known = edition.cpt_by_code.get(code)
    if known is not None:
        return known
    kind = kind_of_code(code)
    if kind is CodeKind.UNKNOWN:
        raise ValueProblem(
            f"unknown code '{code}'; say under [values.cpt] of the profile which study it is, or that it is"
            f" '{NO_IMAGING_WORD}'"
        )
    return ANOTHER_STUDY if kind is CodeKind.IMAGING else NO_IMAGING


def _hint(edition: Edition, text: str) -> str:
    """Return what a profile could make of a cell that holds no code of the edition alone."""
    read = read_codes(text)
    known = [code for code in read.codes if code in edition.cpt_by_code]
    if known and plain(text) != plain(known[0]) and not read.problem:
        more = "several codes" if len(read.codes) > 1 else f"the code {known[0]} and more"
        return f" (the cell holds {more}{_HINT})"
    return _HINT


def parse_left_out_modifier(codes: CodeForms, text: str, own: Mapping[str, str] = MappingProxyType({})) -> bool | None:
    """Return True where the modifiers of a cell, alone or after a code, say that its row is left out.

    `own` are the codes of the site.
    """
    modifiers = {modifier for each in read_codes(text, own).modifiers for modifier in each}
    for part in (text, *_AND.split(text)):
        known = _own_code(own, part)
        modifiers.update(known[1] if known else ())
    alone = text.upper().replace(",", " ").split()
    effects = {meaning.effect for code in (*modifiers, *alone) if (meaning := modifier_meaning(code))}
    is_reduced = codes.leave_out_reduced and ModifierEffect.REDUCED in effects
    return True if is_reduced or (codes.leave_out_stopped and ModifierEffect.STOPPED in effects) else None
