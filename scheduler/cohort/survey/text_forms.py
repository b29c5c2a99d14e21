"""The form of files on disk: that of texts, and the footer of workbooks."""

from __future__ import annotations

import codecs
import gzip
from pathlib import Path
from typing import IO

from spine_vigil.scheduler.cohort.events.headers import Layout
from spine_vigil.scheduler.cohort.events.opening import open_events
from spine_vigil.scheduler.cohort.events.workbook import is_workbook
from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.csv_text import DAMAGE, LINE
from spine_vigil.scheduler.intake.profile import FileForm, FileProfile
from spine_vigil.scheduler.intake.proposals.forms import TextForm, footer_of, text_form

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
    try:
        with path.open("rb") as file:
            start = file.read(len(_GZIP))
            file.seek(0)
            if start == _GZIP:
                with gzip.GzipFile(fileobj=file) as packed:
                    return _form(packed)  # type: ignore[arg-type] # it reads bytes, whatever its type says
            return _form(file)
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
