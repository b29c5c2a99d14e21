"""The form of files on disk: that of texts, and the footer of workbooks."""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from spine_vigil.scheduler.cohort.events.headers import Layout
from spine_vigil.scheduler.cohort.events.opening import files_of, open_events
from spine_vigil.scheduler.cohort.events.workbook import is_workbook
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.csv_text import DAMAGE, LINE
from spine_vigil.scheduler.files.transcribing import UTF_8
from spine_vigil.scheduler.intake.profile import FileForm, FileProfile
from spine_vigil.scheduler.intake.proposals.forms import TextForm, footer_of, separator_name, text_form

_START, _END, _PIECE = 1 << 18, 1 << 12, 1 << 22

_OTHERS = (b"PAR1", b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")
"""How files start that are no text."""

_GZIP = b"\x1f\x8b"


_ROWS = 40
"""The rows at the end of a sheet that are looked at for a footer."""


def sheet_footer(path: Path, form: FileForm) -> tuple[str, ...]:
    """Return how the rows at the end of a sheet start that are none; nothing of a file that is no workbook.

    `form` says which sheet is read. Raises FileError.
    """
    if not is_workbook(path):
        return ()
    with open_events(path, FileProfile(form=form, is_profiled=True), Layout("a file", wanted=(), added=())) as file:
        *_, block = file.blocks()
        cells = file.read(block).cells.drop(LINE, DAMAGE).tail(_ROWS).fill_null("").rows()
        return footer_of(cells, cells, len(file.header))


def text_form_of(path: Path) -> TextForm | None:
    """Return the form that a text file seems to have; None for a file that is no text. Raises FileError."""
    with _opened(path) as file:
        return _form(file)


def check_kept(paths: Sequence[Path]) -> None:
    """Raise FileError where a path is a stream, which can be read only once."""
    for path in paths:
        if str(path) == "-" or path.is_fifo():
            raise FileError(f"{path} is a stream, and setup reads a file several times; save it first")


def check_same_form(paths: Sequence[Path]) -> None:
    """Raise FileError unless all text files of some paths have the form of the first file: one profile says only one.

    Their columns may differ.
    """
    first, *others = [file for path in paths for file in files_of(path)]
    if not others:
        return
    wanted = text_form_of(first) or TextForm(UTF_8, ",", 1, ())
    for other in others:
        found = text_form_of(other)
        if found is not None and (differences := list(_differences(found, wanted, other))):
            raise FileError(
                f"{other} has another form than {first}: {'; '.join(differences)}. Save them in one form, or make a"
                " profile for each"
            )


def _differences(found: TextForm, wanted: TextForm, path: Path) -> Iterator[str]:
    """Yield in what the form of a file differs from the one that is wanted."""
    if found.encoding != wanted.encoding and not (found.encoding == UTF_8 and _fits(path, wanted.encoding)):
        yield f"its encoding is {found.encoding}, not {wanted.encoding}"
    if found.separator != wanted.separator:
        yield f"its separator is a {separator_name(found.separator)}, not a {separator_name(wanted.separator)}"
    if found.header_line != wanted.header_line:
        yield f"its column names are on line {found.header_line}, not on line {wanted.header_line}"
    if found.trailing_separator != wanted.trailing_separator:
        yield f"its rows end {'with' if found.trailing_separator else 'without'} a separator too many"


def _fits(path: Path, encoding: str) -> bool:
    """Return whether the text of a file is the same in an encoding and in UTF-8, as it holds nothing beyond ASCII."""
    if encoding.startswith("utf-16"):
        return False
    with _opened(path) as file:
        return all(piece.isascii() for piece in iter(lambda: file.read(_PIECE), b""))


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, a compressed one as what it holds. Raises FileError, where it is read too."""
    try:
        with path.open("rb") as file:
            start = file.read(len(_GZIP))
            file.seek(0)
            if start != _GZIP:
                yield file
                return
            with gzip.GzipFile(fileobj=file) as packed:
                yield packed  # type: ignore[misc] # it reads bytes, whatever its type says
    except (OSError, EOFError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise FileError(f"cannot read {path}: {reason}; check the name and the permissions") from None


def _form(file: IO[bytes]) -> TextForm | None:
    start = file.read(_START)
    if start.startswith(_OTHERS):
        return None
    decoder = codecs.getincrementaldecoder("utf-8")()
    end, piece, odd = start[-_END:], start, None
    while piece:
        try:
            if odd is None:
                decoder.decode(piece)
        except UnicodeDecodeError as problem:
            odd = piece[max(problem.start - _END, 0) :][:_START]
        end = (end + piece)[-_END:] if piece is not start else end
        piece = file.read(_PIECE)
    if odd is None and decoder.getstate()[0]:  # the last character is cut
        odd = end
    return text_form(start, end, odd)
