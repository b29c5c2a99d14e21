"""The words of a rule in an edition file: spans, phases, studies, index dates and conditions, written and read.

Each `..._text` writes what its `read_...` reads back as an equal value; studies and conditions are written by `str`.
Readers raise RuleError or ValueProblem with what is wrong and what can stand there.
"""

from __future__ import annotations

import re

from spine_vigil.scheduler.errors import RuleError, UnknownName
from spine_vigil.scheduler.rules.dates import Duration, Unit, days, span_text
from spine_vigil.scheduler.rules.facts import Condition, IndexKind
from spine_vigil.scheduler.rules.index_dates import IndexChoice, Joined
from spine_vigil.scheduler.rules.schedules import LATE, Phase, PhaseKind, as_, at_least_every, every, once, unspecified
from spine_vigil.scheduler.rules.studies import (
    REGIONS,
    Place,
    Study,
    StudyPattern,
    modality_names,
    parse_modality,
    parse_regions,
)
from spine_vigil.scheduler.rules.words import listed

PHASES = (
    "every 3 months until 2 years",
    "every 3 to 6 months",
    "at least every 6 months until 5 years",
    "once 3 to 12 months",
    "as symptoms_new_or_progressing until 10 years",
    "unspecified",
)
"""A phase of each form."""

_UNITS = {name: unit for unit in Unit for name in (unit.value, f"{unit.value}s")}
_DURATION = re.compile(r"(-?\d+) +(\S+)", re.ASCII)
_SPAN = re.compile(r"(-?\d+(?: +[a-z]+)?) +to +(-?\d+ +[a-z]+)", re.ASCII)
_LATE = re.compile(r"(.*), late by (.*) at most")
_ANY_STUDY = "any study"


def _pattern(words: str) -> str:
    """Return a pattern of whole texts, as JSON Schema has it, in which any number of blanks may stand for one."""
    return f"^ *({words}) *$".replace(" ", " +").replace(" +*", " *")


_FACT = "[^A-Z\\s]+"
_LENGTH = f"-?[0-9]+ ({'|'.join(_UNITS)})"
_LENGTHS = f"({_LENGTH}|-?[0-9]+( ({'|'.join(_UNITS)}))? to {_LENGTH})"
_UNTIL, _IF = f"( until {_LENGTH})?", f"( if {_FACT})?"
_KIND = f"({'|'.join(kind.value for kind in IndexKind)})"

FACT_PATTERN = f"^{_FACT}$"
CONDITION_PATTERN = _pattern(f"(not )?{_FACT}")
DURATION_PATTERN = _pattern(_LENGTH)
PHASE_PATTERN = _pattern(
    f"(every {_LENGTHS}|at least every {_LENGTH}){_UNTIL}{_IF}|once {_LENGTHS}(, late by {_LENGTH} at most)?{_IF}"
    f"|as {_FACT}{_UNTIL}|unspecified{_UNTIL}"
)
INDEX_PATTERN = _pattern(f"{_KIND}((, ?| or ){_KIND})*")
PATTERN_PATTERN, STUDY_PATTERN = _pattern(".+ of .+"), _pattern("[^ ]+ .+")
"""What texts look like that the readers read, for editors; a text that fits may still be refused by its reader."""


def read_duration(text: str) -> Duration:
    """Read a duration such as `3 months` or `1 year`; a negative one lies before the date it is added to."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise RuleError(f"'{text}' is no duration; write a whole number and its unit, such as '3 months'")
    count, unit = found.groups()
    if unit not in _UNITS:
        raise UnknownName("unit", unit, [f"{known.value}s" for known in Unit])
    return Duration(int(count), _UNITS[unit])


def read_span(text: str) -> tuple[Duration, Duration]:
    """Read `3 to 6 months`, `12 weeks to 6 months`, or one duration, which is both ends."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        if " to " in text or "-" in text.strip()[1:]:
            raise RuleError(f"'{text}' is no span; write '3 to 6 months', or '12 weeks to 6 months'")
        only = read_duration(text)
        return only, only
    first, last = found[1], read_duration(found[2])
    return (read_duration(first) if " " in first else Duration(int(first), last.unit)), last


def phase_text(phase: Phase) -> str:
    """Return a phase as an edition file has it; see PHASES."""
    end = "" if phase.end is None else f" until {phase.end}"
    condition = "" if phase.fact is None else f" if {phase.fact}"
    if phase.kind is PhaseKind.AS:
        return f"as {phase.fact}{end}"
    if phase.low is None or phase.high is None:
        return f"unspecified{end}"
    if phase.kind is PhaseKind.EVERY:
        is_open = phase.low == days(0)
        return f"{f'at least every {phase.high}' if is_open else f'every {_span(phase)}'}{end}{condition}"
    usual = None if phase.in_days else LATE
    late = "" if phase.late == usual else f", late by {phase.late} at most"
    return f"once {_span(phase)}{late}{condition}"


def _span(phase: Phase) -> str:
    if phase.low is None or phase.high is None:  # pragma: no cover - timed phases have both
        raise AssertionError(phase)
    return span_text(phase.low, phase.high)


def read_phase(text: str) -> Phase:
    """Read a phase; see PHASES. Its condition stands last: `every 12 months if clinically_indicated`."""
    words = " ".join(text.split())
    if " for " in words:
        raise RuleError(f"'{text}': write 'until' in place of 'for'; it counts from the index date, not from the phase")
    if words.startswith("as "):
        rule, end = _end_of(words.removeprefix("as "))
        return as_(read_fact(rule), until=end)
    words, _, condition = words.partition(" if ")
    fact = read_fact(condition) if condition else None
    if words.startswith("once "):
        if " until " in words:
            raise RuleError(f"'{text}': a one-time window ends where it closes; leave 'until' out")
        late = _LATE.fullmatch(words)
        low, high = read_span((late[1] if late else words).removeprefix("once "))
        return once(low, high, late=read_duration(late[2]) if late else None, if_=fact)
    rule, end = _end_of(words)
    if rule.startswith("every "):
        return every(*read_span(rule.removeprefix("every ")), until=end, if_=fact)
    if rule.startswith("at least every "):
        return at_least_every(read_duration(rule.removeprefix("at least every ")), until=end, if_=fact)
    if rule == "unspecified" and fact is None:
        return unspecified(until=end)
    known = ", ".join(f"'{phase}'" for phase in PHASES)
    raise RuleError(f"'{text}' is no phase; write one like {known}")


def _end_of(words: str) -> tuple[str, Duration | None]:
    """Return a rule without its `until`, and the duration that stands there."""
    rule, _, end = words.partition(" until ")
    return rule, read_duration(end) if end else None


def read_fact(text: str) -> str:
    """Read the name of a fact."""
    if not text.isidentifier() or text != text.lower():
        raise RuleError(f"'{text}' is no name of a fact; write it in lower case with underscores, as in [fact.NAME]")
    return text


def pattern_text(pattern: StudyPattern) -> str:
    """Return the studies that a schedule accepts: `CT, MRI or PET/CT of primary_site`, `any study of chest`."""
    what = _ANY_STUDY if pattern.modalities is None else listed(modality_names(pattern.modalities), "or")
    places = [place.value if isinstance(place, Place) else place for place in pattern.places]
    return f"{what} of {listed(places)}"


def read_pattern(text: str) -> StudyPattern:
    """Read the studies that a schedule accepts, with the regions that they have to show: `CT of abdomen and pelvis`."""
    what, of, where = " ".join(text.split()).partition(" of ")
    if not of:
        raise RuleError(f"'{text}' is no study; write what of which region, such as 'CT or MRI of primary_site'")
    modalities = None if what == _ANY_STUDY else frozenset(map(parse_modality, _items(what, "or")))
    return StudyPattern(modalities, tuple(map(_place, _items(where, "and"))))


def _place(name: str) -> str | Place:
    for place in Place:
        if place.value == name:
            return place
    if name not in REGIONS:
        raise UnknownName("region", name, [*REGIONS, *(place.value for place in Place)])
    return name


def _items(text: str, last: str) -> list[str]:
    return re.split(rf", *| +{last} +", text.strip())


def index_text(choice: IndexChoice) -> str:
    """Return a place of a list of index dates: `surgery`, or `radiation_end or surgery` where one of them counts."""
    return " or ".join(kind.value for kind in (choice.kinds if isinstance(choice, Joined) else (choice,)))


def read_index(text: str) -> IndexChoice:
    """Read a place of a list of index dates."""
    kinds = [read_index_kind(name) for name in _items(text, "or")]
    return kinds[0] if len(kinds) == 1 else Joined(tuple(kinds))


def read_index_kind(text: str) -> IndexKind:
    """Read the name of an event that a schedule counts from or ends with: `surgery`."""
    try:
        return IndexKind(text)
    except ValueError:
        raise UnknownName("index date", text, [kind.value for kind in IndexKind]) from None


def read_condition(text: str) -> Condition:
    """Read a condition: `aggressive`, or `not aggressive`."""
    words = text.split()
    negation, name = words[:-1], words[-1:]
    if not name or negation not in ([], ["not"]):
        raise RuleError(f"'{text}' is no condition; write the name of a fact, or 'not' and the name")
    return Condition(read_fact(name[0]), negated=bool(negation))


def read_study(text: str) -> Study:
    """Read a study: a modality and regions joined by `|`."""
    modality, _, regions = " ".join(text.split()).partition(" ")
    if not regions:
        raise RuleError(f"'{text}' is no study; write a modality and a region, such as 'MRI cervical_spine'")
    return Study(parse_modality(modality), parse_regions(regions))
