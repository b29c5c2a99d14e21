"""What would be read of a file: its columns, what of them is not understood, its statuses, its patients.

Counts alone, and words of columns that hold no identifiers: never an id, a name or a date of birth.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from spine_vigil.scheduler.cohort.decoding.cells import Cells, FrameCells, PatientRows
from spine_vigil.scheduler.cohort.decoding.decoding import IS_LEFT_OUT, Decoder
from spine_vigil.scheduler.cohort.events.events import EventsFile
from spine_vigil.scheduler.cohort.history.contradictions import (
    BlockSigns,
    Contradictions,
    block_signs,
    contradictions,
)
from spine_vigil.scheduler.cohort.history.patient_index import KEYS
from spine_vigil.scheduler.cohort.survey.patients_of_texts import MOST_TEXTS, PATIENT, PatientsOfTexts, patient_numbers
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.intake.proposals.samples import is_mostly_unread, may_name_somebody
from spine_vigil.scheduler.records.fields import DATE_COLUMNS, PATIENT_ID, STATUSES, Kind, ProtocolSets, day_number
from spine_vigil.scheduler.records.patients import Status
from spine_vigil.scheduler.rules.facts import BIRTH_DATE

_WORDED = (Kind.NAME, Kind.BOOLEAN)
"""The kinds of columns whose words are shown."""

_STUDY = ("modality", "regions", "status", "is_add_on")


@dataclass
class ColumnFacts:
    """A column: the field that it is read as (None: none), and what its cells hold.

    `filled` counts cells with a text, `none` those of them that mean that nothing is known, `unread` those that cannot
    be read; `first` is the place of the first of these. Where texts may be shown, `texts` are numbers of the different
    ones, `words` are those that cannot be read, with their rows, and `patients` those who have them. No more than
    MOST_TEXTS are kept.
    """

    name: str
    read_as: str | None
    filled: int = 0
    none: int = 0
    unread: int = 0
    texts: set[int] = field(default_factory=set)
    words: Counter[str] = field(default_factory=Counter)
    patients: PatientsOfTexts = field(default_factory=PatientsOfTexts, compare=False)
    first: str | None = None
    years: tuple[int, int] | None = None
    in_future: int = 0

    @property
    def shown(self) -> dict[str, int]:
        """The words that may be shown, most frequent first; none where most of the texts cannot be read."""
        if is_mostly_unread(len(self.words), len(self.texts)):
            return {}
        patients = self.patients.found
        return {
            word: rows
            for word, rows in self.words.most_common()
            if word and not may_name_somebody(word, len(patients.get(word, ())))
        }

    @property
    def lacking(self) -> int:
        """The rows in which the cell is empty, though the others need it."""
        return self.words[""]

    @property
    def hidden(self) -> int:
        """The rows of the texts that are not shown."""
        return self.unread - self.lacking - sum(self.shown.values())


@dataclass
class Inspection:
    """What would be read of a file of `rows` rows.

    `left_out` are no imaging, `unread` cannot be read, `enrolments` have no study. `statuses` counts studies by year
    and status. `patients` counts those with a sound row, `several` those under several protocols, `without` those
    without any. `repeated` counts rows that say what another one says.
    """

    name: str
    columns: list[ColumnFacts]
    rows: int = 0
    left_out: int = 0
    unread: int = 0
    enrolments: int = 0
    statuses: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    patients: int = 0
    several: int = 0
    without: int = 0
    repeated: int = 0
    contradictions: Contradictions = field(default_factory=Contradictions)


class Inspector:
    """Inspects the files of one cohort; their patients are counted together."""

    def __init__(self, edition: Edition, as_of: date) -> None:
        """Take the day after which no study can have been performed."""
        self._edition = edition
        self._as_of = as_of
        self._sets = ProtocolSets(edition)
        self._signs: list[BlockSigns] = []
        self._protocols: list[pl.DataFrame] = []
        self._studies: list[pl.DataFrame] = []

    def inspect(self, file: EventsFile, progress: Callable[[int], None] = lambda _rows: None) -> Inspection:
        """Return what would be read of a file of events."""
        decoder = Decoder(self._edition, file.forms, self._as_of, self._sets, performed_by=self._as_of)
        columns = [ColumnFacts(name, read) for name, read in zip(file.header, file.fields, strict=True)]
        found = Inspection(file.name, columns)
        for block in file.blocks():
            events = file.read(block)
            self._add(found, events.text, decoder, events.file)
            progress(found.rows)
        _forget_unread_fields(found, decoder, file.forms.copies.values())
        return found

    def inspect_patients(self, rows: PatientRows, name: str, own_names: dict[str, str]) -> Inspection:
        """Return what would be read of a patients file, given the columns of its fields."""
        decoder = Decoder(self._edition, rows.forms, self._as_of, self._sets)
        cells = FrameCells(rows.cells)
        found = Inspection(name, [ColumnFacts(own_names.get(each, each), each) for each in cells.names])
        self._add(found, cells, decoder, rows.name)
        _forget_unread_fields(found, decoder, rows.forms.copies.values())
        return found

    def finish(self, found: Inspection) -> None:
        """Add to what was found of the events what only all rows together show."""
        found.contradictions = contradictions(self._signs)
        if self._protocols:
            said = pl.concat(self._protocols).unique()
            named = [(n, p) for n in said["protocol"].drop_nulls().unique() for p in self._sets.protocols(n)]
            pairs = pl.DataFrame(named, schema={"protocol": pl.Int32, "one": pl.Int32}, orient="row")
            joined = said.join(pairs, on="protocol", how="left")
            of_patient = joined.group_by(KEYS).agg(pl.col("one").drop_nulls().n_unique())
            found.patients = len(of_patient)
            found.several = int((of_patient["one"] > 1).sum())
            found.without = int((of_patient["one"] == 0).sum())
        if self._studies:
            studies = pl.concat(self._studies)
            found.repeated = len(studies) - len(studies.unique())

    def _add(self, found: Inspection, cells: Cells, decoder: Decoder, file: str | None) -> None:
        decoded = decoder.decode(cells)
        frame, problems = decoded.rows, decoded.problems
        left_out = frame[IS_LEFT_OUT] if IS_LEFT_OUT in frame.columns else pl.repeat(False, len(frame), eager=True)
        bad = frame["row"].is_in(problems["row"].unique().implode())
        sound = frame.filter(~bad & ~left_out)
        found.rows += len(frame)
        found.left_out += int(left_out.sum())
        found.unread += int(bad.sum())
        found.enrolments += int((~sound["has_study"]).sum())
        patients = frame.select("row", patient=pl.when("has_patient").then("patient"))
        self._count_columns(found, cells, decoder, problems.join(patients, on="row", maintain_order="left"), file)
        studies = sound.filter("has_study")
        _count_statuses(found, studies)
        birth = [BIRTH_DATE] if BIRTH_DATE in sound.columns else []
        self._signs.append(block_signs(sound.select("row", *KEYS, *birth), cells, file))
        self._protocols.append(sound.select(*KEYS, "protocol").unique())
        kept = studies.filter(pl.col("status") != STATUSES.index(Status.CANCELLED))
        self._studies.append(kept.select(*KEYS, "date", *_STUDY))

    def _count_columns(
        self, found: Inspection, cells: Cells, decoder: Decoder, problems: pl.DataFrame, file: str | None
    ) -> None:
        text = cells.frame()
        patients = text.select(patient_numbers(pl.col(PATIENT_ID)).alias(PATIENT))[PATIENT]
        wrong = {str(name): rows for (name,), rows in problems.partition_by("column", as_dict=True).items()}
        for column in found.columns:
            name = column.read_as or column.name
            if name not in text.columns:
                continue
            column.filled += int((text[name].str.strip_chars().fill_null("") != "").sum())
            own = decoder.columns.get(name)
            if own is not None and own.kind in _WORDED and len(column.texts) < MOST_TEXTS:
                different = text[name].str.strip_chars().drop_nulls().unique()
                column.texts.update(different.filter(different != "").head(MOST_TEXTS).hash().to_list())
            if name in wrong:
                _count_unread(column, wrong[name], cells, file)
                if own is not None and own.kind in _WORDED:
                    _count_words(column, wrong[name], patients)
            if name in decoder.columns:
                self._count_values(column, cells.numbers(name, decoder.meanings[name]), text[name], decoder)

    def _count_values(self, column: ColumnFacts, values: pl.Series, text: pl.Series, decoder: Decoder) -> None:
        """Count the cells that mean that nothing is known, and the years of dates other than births."""
        name = column.read_as or column.name
        column.none += int((values.is_null() & (text.str.strip_chars().fill_null("") != "")).sum())
        if decoder.columns[name].kind is not Kind.DATE or name == BIRTH_DATE:
            return
        days = values.filter(values != decoder.meanings[name].unreadable).drop_nulls()
        if len(days):
            years = days.cast(pl.Int32).cast(pl.Date).dt.year()
            low, high = (int(year) for year in years.sort().gather([0, -1]))
            before = column.years or (low, high)
            column.years = min(before[0], low), max(before[1], high)
            column.in_future += int((days > day_number(self._as_of)).sum())


def _count_unread(column: ColumnFacts, problems: pl.DataFrame, cells: Cells, file: str | None) -> None:
    """Count the rows whose cell in a column cannot be read, or does not fit the others."""
    column.unread += problems["row"].n_unique()
    if column.first is None:
        line = f"line {cells.lines[problems['row'][0]]}"
        column.first = line if file is None else f"{file}, {line}"


def _count_words(column: ColumnFacts, problems: pl.DataFrame, patients: pl.Series) -> None:
    """Count the rows and the patients of the words of a column that cannot be read."""
    for word, rows in problems["value"].value_counts().iter_rows():
        if word in column.words or len(column.words) < MOST_TEXTS:
            column.words[word] += rows
    column.patients.add(problems.select("value", patients.gather(problems["row"]).alias(PATIENT)))


def _count_statuses(found: Inspection, studies: pl.DataFrame) -> None:
    """Count studies by year and status."""
    years = (
        studies.select(year=pl.col("date").cast(pl.Date).dt.year(), status="status").group_by("year", "status").len()
    )
    for year, status, count in years.iter_rows():
        if year is not None:
            found.statuses[year][STATUSES[status].value] += count


def _forget_unread_fields(found: Inspection, decoder: Decoder, copied: Collection[str]) -> None:
    """Mark the columns that no field is read from."""
    known = {PATIENT_ID, *decoder.columns, *DATE_COLUMNS, *copied}
    for column in found.columns:
        if column.read_as not in known:
            column.read_as = None
