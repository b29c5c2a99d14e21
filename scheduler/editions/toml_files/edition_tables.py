"""An edition as the tables of a file: every value of its rules under a key, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from spine_vigil.scheduler.editions.edition import Caution, CptCode, Edition, OtherNames, Source
from spine_vigil.scheduler.editions.toml_files.citation_tables import AUTHORITY
from spine_vigil.scheduler.editions.toml_files.criteria_tables import read_known_fact
from spine_vigil.scheduler.editions.toml_files.forms import BROKEN, Form, Key, Place, Problems, list_of, parsed, plain
from spine_vigil.scheduler.editions.toml_files.grammar import STUDY_PATTERN, read_study
from spine_vigil.scheduler.editions.toml_files.indication_forms import COMBINATION, CONTRAINDICATION, INDICATION
from spine_vigil.scheduler.editions.toml_files.keys import (
    MODALITY,
    TEXT,
    each,
    flag,
    named,
    of_values,
    optional,
    text,
    texts,
)
from spine_vigil.scheduler.editions.toml_files.schedule_forms import PROTOCOL
from spine_vigil.scheduler.editions.toml_files.toml_text import Path
from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.rules.facts import Fact, FactKind, Level
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.implied import Implied, ImpliedByCourse
from spine_vigil.scheduler.rules.studies import CONTRASTS
from spine_vigil.scheduler.rules.words import listed

INLINE = ("criterion", "fits", "only_if", "leads", "hints", "section", "overlays")
"""The keys whose values are written as inline tables: criteria and citations."""

_FACT = Form(
    "a fact",
    {
        "level": of_values(
            "level", Level, "level", Level.PATIENT, "Whether it belongs to the patient, or to the event of one row."
        ),
        "kind": of_values(
            "kind", FactKind, "kind", FactKind.BOOLEAN, "Whether it is true or false, a number or a date."
        ),
        "unit": text("unit", "The unit of a number, which needs one.", default=""),
        "meaning": text("meaning", "What is documented, as a clause; of a number or a date, what it is."),
        "denial": text("denial", "How a boolean that is documented false reads, as a clause.", default=""),
        "happened": text("happened", "What happened on a date, as a clause.", default=""),
        "sections": texts(
            "sections", "The sections of the rules that ask for it: the same, a part of one, or its whole."
        ),
    },
    Fact,
    "Something that is documented of a patient or an event, by the name of its column.",
)

_CONTRASTS = listed([f"`{name}` ({means})" for name, means in CONTRASTS.items()], "or")


def _contrast(text: str) -> str:
    """Read a contrast. None is suggested for another word: the nearest one may be the wrong one."""
    if text not in CONTRASTS:
        raise ValueProblem(f"'{text}' is no contrast; write {_CONTRASTS}".replace("`", "'"))
    return text


_CODE = Form(
    "a billing code",
    {
        "modality": Key("modality", MODALITY, lambda modality: modality.value, says="The modality that it bills."),
        "regions": texts("regions", "The regions that it bills. Without any, a row has to name them.", default=()),
        "contrast": optional(
            parsed(_contrast, enum=[*CONTRASTS]), "contrast", f"The contrast, where the code fixes it: {_CONTRASTS}."
        ),
        "is_add_on": flag("is_add_on", "It is billed beside a study, and never counts as an earlier one."),
    },
    CptCode,
    "A billing code (CPT) by which a row can name its study.",
)

_IMPLIED = Form(
    "an implied fact",
    {
        "fact": Key("fact", read_known_fact, says="The fact that is true where it is unknown."),
        "by": Key("by", list_of(read_known_fact), list, says="The facts of which one has to be true for that."),
    },
    Implied,
    "A fact that other facts imply, which are kinds of it.",
)

_IMPLIED_BY_COURSE = Form(
    "a fact implied by a course",
    {
        "fact": Key("fact", read_known_fact, says="The fact that is true from the course's first index date on."),
        "under": texts("under", "Ids of protocols; a * at the end stands for any ending. None is any.", default=()),
        "except_under": texts("except_under", "Ids of protocols that do not imply it.", default=()),
        "in_spine": flag("in_spine", "The primary site has to be in the spine above the sacrum."),
        "overrides": flag("overrides", "It is true also where it is documented false."),
    },
    ImpliedByCourse,
    "A fact that a course under a protocol implies.",
)

_SOURCE = Form(
    "a source",
    {
        "name": text("name", "What the text cites."),
        "body_version": optional(TEXT, "body_version", "The version that its body names."),
        "reference_version": optional(TEXT, "reference_version", "The version that its list of references names."),
    },
    Source,
    "A guideline that the text cites.",
)

_CAUTION = Form(
    "a caution",
    {
        "rule": text("rule", "A route, the id of a protocol, or the beginning of several ids up to a point."),
        "says": text("says", "What differs, in a sentence without its full stop."),
        "source": text("source", "Who publishes something else, and where."),
    },
    Caution,
    "A place where the text visibly differs from what specialists publish. The text decides.",
)

_OTHER_NAMES = Form(
    "other names",
    {
        "rule": text("rule", "The id of a protocol, the beginning of several, or `indication.NAME`."),
        "names": texts("names", "The names. They are searched, and no cell is read by them."),
        "source": text("source", "Where they are in use."),
    },
    OtherNames,
    "What else a protocol or an indication is called.",
)

_EDITION = Form(
    "an edition",
    {
        "id": text("id", "The name by which commands and outputs call it."),
        "title": text("title", "The title of the text that it encodes."),
        "publisher": text("publisher", "Who answers for that text."),
        "reviewed": Key("reviewed", plain(date), says="The day on which the publisher last reviewed it."),
        "covers": Key(
            "covers",
            parsed(read_study, pattern=STUDY_PATTERN, examples=["MRI cervical_spine"]),
            str,
            says="The study that it decides on its own. Of other studies it knows surveillance alone.",
        ),
        "effective": optional(
            plain(date), "effective", "The day from which it is in force. Without it, the review date."
        ),
        "overlays": each(AUTHORITY, "overlays"),
    },
    dict,
    "What the edition is.",
)

_GRACE = Form(
    "the grace",
    {"days": Key("days", plain(int), says="The days by which a date may miss a window, without `--grace-days`.")},
    GracePolicy,
    "The grace of the house. Without it, the grace is a tenth of the interval, 7 to 30 days.",
)

_PARTS = {
    "grace": Key("grace", _GRACE.reader, _GRACE.write, GracePolicy(), _GRACE.says),
    "source": each(_SOURCE, "sources"),
    "fact": named(_FACT, "facts"),
    "code": named(_CODE, "cpt_codes", "code"),
    "protocol": named(PROTOCOL, "protocols", "id"),
    "indication": named(INDICATION, "indications"),
    "contraindication": named(CONTRAINDICATION, "contraindications"),
    "combination": named(COMBINATION, "combinations"),
    "implied": each(_IMPLIED, "implied"),
    "implied_by_course": each(_IMPLIED_BY_COURSE, "implied_by_course"),
    "caution": each(_CAUTION, "cautions"),
    "other_names": each(_OTHER_NAMES, "other_names"),
}


def _built(edition: Mapping[str, Any], **parts: Any) -> Edition:
    return Edition(**edition, **parts)


FILE = Form(
    "an edition file",
    {"edition": Key("edition", _EDITION.reader, says=_EDITION.says), **_PARTS},
    _built,
    "A whole edition.",
)


def _of(tables: Any) -> Mapping[str, Any]:
    return tables if isinstance(tables, dict) else {}


def head_table(edition: Edition) -> dict[str, Any]:
    """Return the table `[edition]` of an edition."""
    return _EDITION.write(edition)


def edition_tables(edition: Edition) -> dict[str, Any]:
    """Return an edition as the tables of a file, without what has its default; dates stay dates."""
    return {"edition": head_table(edition), **Form("an edition", _PARTS, Edition).write(edition)}


def read_edition_tables(tables: Mapping[str, Any]) -> tuple[Edition | None, list[tuple[Path, str]]]:
    """Return the edition of the tables of a file, or None and every problem with the path of its place."""
    facts, indications = (tables.get(kind) for kind in ("fact", "indication"))
    kinds = {name: fact.get("kind", "boolean") for name, fact in _of(facts).items() if isinstance(fact, dict)}
    problems = Problems(kinds, tuple(_of(indications)))
    edition = FILE.read(tables, Place((), problems))
    return (None if edition is BROKEN else edition), problems.found
