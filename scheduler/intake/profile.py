"""Intake profiles: what a site confirmed of how its exports are written, for the events and for the patients."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.intake.column_map import ColumnMap
from spine_vigil.scheduler.intake.columns import DIAGNOSIS
from spine_vigil.scheduler.intake.forms import CellForms, CodeForms, DateForms, IdForms, plain
from spine_vigil.scheduler.records.fields import DATE_COLUMNS, LEFT_OUT, PATIENT_ID, STUDY_TEXT, WITHOUT
from spine_vigil.scheduler.values import Frozen, field, replace

_SEVERAL = (DIAGNOSIS, "modifier")
"""The fields that several columns of a file may hold."""


class FileForm(Frozen):
    """The form of a file, None where it is to be seen from the file: encoding, separator, and where its rows are.

    `header_line` is the line of the column names, counted from 1. A line whose first cell starts with one of `footer`
    is none of the rows if one other cell is filled at most. `sheet` is that of a workbook. With `trailing_separator`
    rows end with a separator too many.
    """

    encoding: str | None = None
    separator: str | None = None
    header_line: int | None = None
    footer: tuple[str, ...] = ()
    sheet: str | None = None
    trailing_separator: bool = False


class FileProfile(Frozen, kw_only=True):
    """What a profile says of one file; without anything, the file is as vigil writes it.

    `date_columns` are formats by column, `null_columns` and `leave_out` are texts by column, `births_until` is the
    latest birth. `values` are our words for the file's, by field.
    """

    form: FileForm = FileForm()
    columns: ColumnMap = ColumnMap()
    dates: DateForms = DateForms()
    date_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    births_until: date | None = None
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    null: frozenset[str] = frozenset()
    null_columns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ids: IdForms = IdForms()
    codes: CodeForms = CodeForms()
    leave_out: Mapping[str, frozenset[str]] = field(default_factory=dict)
    is_profiled: bool = False

    def fields_of(self, header: Sequence[str], file: str) -> list[str]:
        """Return the field that each column of a file holds; a further diagnosis has a number. Raises FileError."""
        return self.columns.fields_of(header, file, _SEVERAL)

    def check_used(self, headers: Mapping[str, Sequence[str]]) -> None:
        """Raise FileError where a column that is named beside [columns] is in none of the files."""
        known = {column for header in headers.values() for column in header} | set(self.columns.fields.values())
        parts = (("[dates]", self.date_columns), ("[null]", self.null_columns), ("[rows] leave_out", self.leave_out))
        for part, columns in parts:
            for column in columns:
                if column not in known:
                    raise FileError(
                        f"{' or '.join(headers)} has no column '{column}', which the profile names under {part};"
                        " correct the name, or remove it"
                    )

    def cell_forms(self, header: Sequence[str], fields: Sequence[str], file: str) -> CellForms:
        """Return how the cells of a file are written, by field. Raises FileError where a constant has a column too."""
        for name in self.constants:
            if name in fields:
                column = header[fields.index(name)]
                raise FileError(
                    f"{file} has the column '{column}' for '{name}', so it cannot have the constant"
                    f" '{self.constants[name]}' as well; drop the constant, or leave the column unread"
                )
        column_of = dict(zip(fields, header, strict=True))
        copies, left_out, values = self._copies(column_of), {}, dict(self.values)
        dated = next((name for name in DATE_COLUMNS if name in column_of), None)
        if self.is_profiled and dated is not None:
            # A line that repeats the header, as where exports were joined.
            copies[f"{LEFT_OUT[0]}header"] = dated
            left_out[f"{LEFT_OUT[0]}header"] = frozenset({plain(column_of[dated])})
        for number, (column, texts) in enumerate(self.leave_out.items()):
            name = fields[list(header).index(column)] if column in header else column
            if name in fields:
                copies[f"{LEFT_OUT[0]}{number}"] = name
                left_out[f"{LEFT_OUT[0]}{number}"] = texts
        for name in copies:
            if WITHOUT in name:
                values[name] = values.get(DIAGNOSIS, {})
        if STUDY_TEXT in fields and self.is_profiled:
            values.setdefault(STUDY_TEXT, {})
        return CellForms(
            dates={name: forms for name in fields if (forms := self._date_forms(name, column_of.get(name, name)))},
            values=values,
            null={name: texts for name in fields if (texts := self._null(name, column_of[name]))},
            constants=self.constants,
            copies=copies,
            left_out=left_out,
            codes=self.codes,
            footer=self.form.footer,
            ids=self.ids,
            births_until=self.births_until,
            is_profiled=self.is_profiled,
        )

    def _copies(self, fields: Collection[str]) -> dict[str, str]:
        """Return the fields that are read from the column of another one: protocols of diagnoses, and modifiers."""
        copies = {}
        for name in fields:
            if name.split(".")[0] == DIAGNOSIS:
                copies[f"protocol{WITHOUT}{name}"] = name
        if self.codes.leave_out_reduced or self.codes.leave_out_stopped:
            for name in fields:
                if name == "cpt" or name.startswith(LEFT_OUT[1]):
                    copies[f"{LEFT_OUT[1]} of {name}"] = name
        return copies

    def _date_forms(self, name: str, column: str) -> DateForms | None:
        formats = self.date_columns.get(column, self.date_columns.get(name, self.dates.formats))
        if not formats and not self.dates.none:
            return None
        return DateForms(formats, self.dates.until, self.dates.timezone, self.dates.none)

    def _null(self, name: str, column: str) -> frozenset[str]:
        if name == PATIENT_ID:
            return frozenset()
        # No word in general means no status: a study of unknown status is not a request.
        return (
            (frozenset() if name == "status" else self.null)
            | self.null_columns.get(column, frozenset())
            | self.null_columns.get(name, frozenset())
        )


def with_options(profile: FileProfile, columns: ColumnMap, date_format: str | None) -> FileProfile:
    """Return a profile with the columns and the date format that options give, which go before its own."""
    if columns.fields:
        fields = {
            column: name
            for column, name in profile.columns.fields.items()
            if name in _SEVERAL or name not in columns.fields.values()
        }
        profile = replace(
            profile,
            columns=replace(profile.columns, fields={**fields, **columns.fields}, options=frozenset(columns.fields)),
        )
    if date_format is not None:
        profile = replace(profile, dates=replace(profile.dates, formats=(date_format,)), date_columns={})
    return profile


class Profile(Frozen):
    """What is known of a site's files: of the `events` file and of the `patients` file."""

    events: FileProfile = FileProfile()
    patients: FileProfile = FileProfile()
