"""What was seen of a column: its texts with their counts, as far as there are few enough of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property

from spine_vigil.scheduler.intake.vocabulary.null_words import means_nothing
from spine_vigil.scheduler.values import Frozen

FEWEST_PATIENTS = 3
"""The patients that must have a word that is not understood before it is shown: one that fewer have may name them."""

_MOST_DIGITS = 3
"""The most digits of such a word: longer numbers may be those of patients."""


_MANY = 20
"""The most texts that are not understood in a column that may still have words of the site alone."""


def may_name_somebody(word: str, patients: int) -> bool:
    """Return whether a word that is not understood may be a slip, a number or a remark that names a patient."""
    return patients < FEWEST_PATIENTS or sum(c.isdigit() for c in word) > _MOST_DIGITS


def is_mostly_unread(unread: int, texts: int) -> bool:
    """Return whether a column seems to hold something else, such as names: most texts, and many, are not understood."""
    return unread > _MANY and 2 * unread > texts


class ColumnSample(Frozen, dict=True):
    """A column of a file: `counts` are its trimmed texts with the number of rows of each, without the empty cell.

    `filled` counts the rows with a text. Where there are too many texts `is_whole` is false, and `counts` has those of
    the first rows. `first_lines` is the place where each of the texts stands first. `patients` are numbers of the
    patients of each text, all of them where they are fewer than FEWEST_PATIENTS; None where the file names no patients.
    """

    name: str
    rows: int
    filled: int
    counts: Mapping[str, int]
    first_lines: Mapping[str, str]
    is_whole: bool = True
    patients: Mapping[str, Collection[int]] | None = None

    @cached_property
    def words(self) -> Mapping[str, int]:
        """The texts that say something, with their counts; see `counts` for words such as NULL."""
        return {text: count for text, count in self.counts.items() if not means_nothing(text)}

    def patients_of(self, text: str) -> int:
        """Return how many patients have a text, exactly below FEWEST_PATIENTS; its rows where none is named."""
        return self.counts[text] if self.patients is None else len(self.patients.get(text, ()))

    @property
    def said(self) -> int:
        """The number of rows, among those that were counted, that say something."""
        return sum(self.words.values())


class FileSample(Frozen):
    """What was seen of a file, column by column; `diagnoses` are those that stand together in one of its rows."""

    name: str
    rows: int
    columns: tuple[ColumnSample, ...]
    diagnoses: tuple[tuple[str, ...], ...] = ()

    def column(self, name: str) -> ColumnSample:
        """Return the sample of a column."""
        return next(column for column in self.columns if column.name == name)
