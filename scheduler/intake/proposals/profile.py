"""All lines that a profile of some files could have, part by part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.intake.columns import DIAGNOSIS
from spine_vigil.scheduler.intake.dates import other_order
from spine_vigil.scheduler.intake.profile import Profile
from spine_vigil.scheduler.intake.proposals.columns import ColumnReading, fit_of, read_columns_of
from spine_vigil.scheduler.intake.proposals.dates import DateReading, read_dates
from spine_vigil.scheduler.intake.proposals.proposal import Proposal
from spine_vigil.scheduler.intake.proposals.samples import ColumnSample, FileSample
from spine_vigil.scheduler.intake.proposals.words import is_certain, word_proposals
from spine_vigil.scheduler.intake.vocabulary.billing_codes import ModifierEffect, modifier_meaning, read_codes
from spine_vigil.scheduler.intake.vocabulary.null_words import means_nothing
from spine_vigil.scheduler.records.fields import PATIENT_ID, STUDY_TEXT, Kind, event_columns
from spine_vigil.scheduler.values import Frozen

_BIRTH_DATE = "birth_date"

_YEARS_AHEAD = 10
"""The years by which a date with a two-digit year may lie ahead, as that of an appointment."""

_WELL = 0.99
"""The part of the rows from which codes say everything of a study."""

_MOST_STATUSES, _OFTEN = 12, 2
"""The most words of a column of statuses, and how often each of them stands in it, on average, at least."""

_UNCLEAN = re.compile(r"^=|[\"'\u00ad\u200b-\u200f\u2060\ufeff]|^\d+\.0+$")
"""Ids that programs have changed: `="00123"`, `123.0`, quotes, invisible characters."""


class FileProposals(Frozen):
    """The columns of a file with the fields that they seem to hold, under a prefix of the parts of a profile.

    `known` are the columns that a profile has already.
    """

    sample: FileSample
    columns: tuple[ColumnReading, ...]
    prefix: str
    known: Collection[str] = ()

    @property
    def says_protocols(self) -> bool:
        """Whether every row has a protocol, so that diagnoses add nothing."""
        column = self.fields.get("protocol")
        return column is not None and column.sample.filled == self.sample.rows

    @property
    def fields(self) -> dict[str, ColumnReading]:
        """The column that holds each field; the first where several do."""
        return {column.field: column for column in reversed(self.columns) if column.field}


def proposals(
    events: FileSample, patients: FileSample | None, edition: Edition, today: date, known: Profile
) -> list[Proposal]:
    """Return the lines that a profile of these files could have, without those on the form of the files.

    The columns of a `known` profile hold the fields that it says.
    """
    of_columns = known.events.columns.fields
    read = read_columns_of(events, edition, of_columns)
    of_events = _chosen(FileProposals(events, tuple(read), "", tuple(of_columns)))
    of_patients = None
    if patients is not None:
        of_columns = known.patients.columns.fields
        columns = tuple(read_columns_of(patients, edition, of_columns, is_patients=True))
        of_patients = FileProposals(patients, columns, "patients.", tuple(of_columns))
    files = [of_events, *([of_patients] if of_patients else [])]
    fields = {field for file in files for field in file.fields}
    if "protocol" in fields or (of_patients and DIAGNOSIS in of_patients.fields):
        files[0] = _without(of_events, DIAGNOSIS)
    if any(file.says_protocols for file in files):
        files = [_without(file, DIAGNOSIS) for file in files]
    lines: list[Proposal] = []
    for file in files:
        lines += _columns(file, edition)
        lines += _dates(file, edition, today)
        for column in file.columns:
            if column.field:
                part = f"{file.prefix}values.{column.field}"
                words = word_proposals(column.sample, column.field, edition, part)
                lines += _unsettled(words, file.sample) if column.field == DIAGNOSIS else words
        lines += _null(file)
    lines += [*_constants(files[0], edition), *_codes(files[0]), *_ids(files)]
    return _once(lines)


def _unsettled(lines: Sequence[Proposal], sample: FileSample) -> list[Proposal]:
    """Return lines for diagnoses without open ones that always stand beside a certain one, which says more."""
    if not sample.diagnoses:
        return list(lines)
    alone = {word for row in sample.diagnoses if not any(map(is_certain, row)) for word in row}
    return [line for line in lines if not line.is_open or (line.hidden or line.key) in alone]


def _chosen(file: FileProposals) -> FileProposals:
    """Return a file without columns for a study that its codes say already, and without modifiers that say nothing."""
    fields = file.fields
    code = fields.get("cpt")
    if code is not None and code.fit >= _WELL and code.sample.said >= _WELL * file.sample.rows:
        file = _without(file, STUDY_TEXT, "modality", "region")
    elif "modality" in fields and "region" in fields:
        file = _without(file, STUDY_TEXT)
    return file if _effects(file) & {ModifierEffect.REDUCED, ModifierEffect.STOPPED} else _without(file, "modifier")


def _without(file: FileProposals, *fields: str) -> FileProposals:
    columns = (
        ColumnReading(column.sample, None) if column.field in fields and column.name not in file.known else column
        for column in file.columns
    )
    return FileProposals(file.sample, tuple(columns), file.prefix, file.known)


def _effects(file: FileProposals) -> set[ModifierEffect]:
    """Return what the modifiers of a file say, in their own columns and behind codes."""
    effects = set()
    for column in file.columns:
        if column.field in ("modifier", "cpt"):
            for text in list(column.sample.words)[:2000]:
                read = {m for each in read_codes(text).modifiers for m in each} | set(text.upper().split())
                effects |= {meaning.effect for code in read if (meaning := modifier_meaning(code))}
    return effects


def _columns(file: FileProposals, edition: Edition) -> Iterator[Proposal]:
    part = f"{file.prefix}columns"
    needed = [] if file.prefix else ["date"]
    if not file.prefix and not {"cpt", STUDY_TEXT} & set(file.fields) and "modality" not in file.fields:
        needed.append("cpt")
    for field in (PATIENT_ID, *needed):
        if field not in file.fields:
            yield _missing_column(file, field, edition, part)
    for column in file.columns:
        if column.field:
            yield Proposal(part, column.name, column.field, _filled(column.sample))
    for column in file.columns:
        if not column.field and column.name:
            yield Proposal(part, column.name, "", f"not read; {_filled(column.sample)}")


def _filled(sample: ColumnSample) -> str:
    return f"filled in {sample.filled:,} of {sample.rows:,} rows"


def _missing_column(file: FileProposals, field: str, edition: Edition, part: str) -> Proposal:
    """Return the open line for a field that no column is named for; one whose cells fit is offered first."""
    question = f"Which column of {file.sample.name} holds '{field}'?"
    free = [column.sample for column in file.columns if column.field is None and column.sample.words]
    fits = {sample.name: fit_of(sample, field, edition) if field in ("cpt", "date") else 0.0 for sample in free}
    choices = tuple(sorted(fits, key=lambda name: -fits[name]))
    if choices and fits[choices[0]] >= _WELL:
        note = f"no column is named so, but its cells fit '{field}'"
        return Proposal(part, choices[0], field, note, question, choices)
    note = f"no column of {file.sample.name} seems to hold the field '{field}'; put its name here"
    return Proposal(part, "the column", field, note, question, choices, hidden="")


def _dates(file: FileProposals, edition: Edition, today: date) -> Iterator[Proposal]:
    known = event_columns(edition)
    dated = [column for column in file.columns if column.field in known and known[column.field].kind is Kind.DATE]
    readings = {column.name: read_dates(column.sample) for column in dated if column.sample.words}
    if not readings:
        return
    part = f"{file.prefix}dates"
    settled = {name: reading for name, reading in readings.items() if not reading.twins}
    usual = Counter(reading.formats for reading in (settled or readings).values()).most_common(1)[0][0]
    if settled:
        yield Proposal(part, "formats", usual, "tried in order", is_word=False)
    else:
        first = next(reading for reading in readings.values() if reading.formats == usual)
        twin = tuple(other_order(each) if each in first.twins else each for each in usual)
        yield Proposal(
            part,
            "formats",
            usual,
            _doubt(first),
            f"Dates of {file.sample.name} may have the month first or the day first. Which formats do they have?",
            (", ".join(usual), ", ".join(twin)),
            is_word=False,
        )
    births = next((column.name for column in dated if column.field == _BIRTH_DATE), None)
    if any(reading.has_short_years for reading in readings.values()):
        until = today.year + _YEARS_AHEAD
        yield Proposal(part, "two_digit_years_until", until, f"{until - 99} to {until}", is_word=False)
        if births in readings and readings[births].has_short_years:
            yield Proposal(part, "births_until", today.year, "nobody is born later", is_word=False)
    none = tuple(dict.fromkeys(text for reading in readings.values() for text in reading.none))
    if none:
        yield Proposal(part, "none", none, "texts for no date", is_word=False)
    if any(reading.is_universal for reading in readings.values()):
        yield Proposal(
            part,
            "timezone",
            "America/New_York",
            "stamps in universal time (Z) are days of this zone",
            f"Stamps of {file.sample.name} are in universal time. In which time zone is the site?",
            ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Europe/Berlin"),
            is_word=False,
        )
    yield from _own_formats(part, readings, usual, has_general=bool(settled))


def _own_formats(
    part: str, readings: dict[str, DateReading], usual: tuple[str, ...], *, has_general: bool
) -> Iterator[Proposal]:
    """Yield the formats of columns that differ from the usual ones, or whose order of month and day is open."""
    for name, reading in readings.items():
        if reading.twins and has_general:
            as_usual = set(reading.formats) <= set(usual) or {other_order(each) for each in reading.twins} <= set(usual)
            until = "; read as in the other columns until it is confirmed" if as_usual else ""
            twin = tuple(other_order(each) if each in reading.twins else each for each in reading.formats)
            yield Proposal(
                f"{part}.columns",
                name,
                reading.formats,
                f"{_doubt(reading)}{until}",
                f"Dates in column '{name}' may have the month first or the day first. Which formats do they have?",
                (", ".join(reading.formats), ", ".join(twin)),
            )
        elif reading.formats != usual and not set(reading.formats) <= set(usual) and not reading.twins:
            yield Proposal(f"{part}.columns", name, reading.formats)


def _doubt(reading: DateReading) -> str:
    """Return why the order of month and day has to be asked."""
    if reading.is_mixed:
        return "some rows have the month first and some the day first, and a day up to 12 does not tell which"
    return "no row tells the month from the day"


def _null(file: FileProposals) -> Iterator[Proposal]:
    words = {
        text
        for column in file.columns
        if column.field and column.field not in (PATIENT_ID, "status")
        for text in column.sample.counts
        if means_nothing(text)
    }
    if words:
        note = "texts that mean that nothing is known"
        yield Proposal(f"{file.prefix}null", "words", tuple(sorted(words)), note, is_word=False)


def _status_columns(file: FileProposals, edition: Edition) -> tuple[str, ...]:
    """Return the columns that are not read and may be those of the status, likeliest first: few words, often."""
    fits = {
        column.name: fit_of(column.sample, "status", edition)
        for column in file.columns
        if column.field is None
        and column.name not in file.known
        and 0 < len(column.sample.words) <= _MOST_STATUSES
        and column.sample.said >= _OFTEN * len(column.sample.words)
    }
    return tuple(sorted(fits, key=lambda name: -fits[name]))


def _constants(file: FileProposals, edition: Edition) -> Iterator[Proposal]:
    if "status" not in file.fields:
        columns = _status_columns(file, edition)
        if columns:
            what = (
                f"one of these columns may say what became of a study: {', '.join(columns)}; if so, put its name here"
            )
            asked = f"Does a column of {file.sample.name} say what became of a study? Which one?"
            yield Proposal("columns", "the column", "status", what, asked, columns, hidden="")
        question = f"No column of {file.sample.name} says what became of a study. What are its rows?"
        note = "no column says what became of a study"
        choices = ("performed", "scheduled", "requested")
        yield Proposal("constants", "status", "performed", note, question, choices, is_word=False)


def _codes(file: FileProposals) -> Iterator[Proposal]:
    effects = _effects(file)
    for effect, key, what in (
        (ModifierEffect.REDUCED, "leave_out_reduced", "were reduced (modifier 52)"),
        (ModifierEffect.STOPPED, "leave_out_stopped", "were stopped (modifier 53)"),
    ):
        if effect in effects:
            question = f"Some studies {what}. Are they left out, as if they had not been done?"
            yield Proposal("codes", key, True, f"some studies {what}", question, ("true", "false"), is_word=False)


def _ids(files: Sequence[FileProposals]) -> Iterator[Proposal]:
    ids = [text for file in files if PATIENT_ID in file.fields for text in file.fields[PATIENT_ID].sample.counts]
    if any(_UNCLEAN.search(text) for text in ids):
        note = "quotes, .0 and invisible characters do not count"
        yield Proposal("ids", "clean", True, note, is_word=False)
    known = set(ids)
    if any(text.lstrip("0") in known for text in ids if text.startswith("0")):
        question = "Some patient ids differ by leading zeros alone. Are they the same patients?"
        note = "some ids differ by leading zeros alone"
        yield Proposal("ids", "leading_zeros", False, note, question, ("false", "true"), is_word=False)


def _once(lines: Sequence[Proposal]) -> list[Proposal]:
    """Return lines without those whose key stands twice in a table, as where several columns hold one field."""
    seen: dict[tuple[str, str], Proposal] = {}
    kept = []
    for line in lines:
        key = (line.part, line.hidden or line.key)
        if key not in seen or line.hidden == "":
            kept.append(line)
            seen[key] = line
    return kept
