"""Files of a site's own codes: a CSV with the code and what it means."""

from __future__ import annotations

import csv
from pathlib import Path

from spine_vigil.scheduler.errors import FileError

_MEANINGS = ("study", "protocol", "means")


def read_codes_file(path: Path) -> dict[str, str]:
    """Return what each code means, from a CSV with the columns `code` and `study`, `protocol` or `means`.

    Raises FileError where it cannot be read, or a code stands twice with different meanings.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            rows, header = list(reader), reader.fieldnames or ()
    except OSError as problem:
        raise FileError(f"cannot read {path}: {problem.strerror}; check the name and the permissions") from None
    except (csv.Error, UnicodeDecodeError):
        raise FileError(f"{path} is no CSV in UTF-8; save it as CSV UTF-8") from None
    meaning = next((name for name in _MEANINGS if name in header), None)
    if "code" not in header or meaning is None:
        raise FileError(f"{path} needs a column 'code', and a column 'study' or 'protocol'")
    codes: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        code, means = (row["code"] or "").strip(), (row[meaning] or "").strip()
        if not code:
            raise FileError(f"{path}, line {number} has no code; give it, or remove the line")
        if codes.setdefault(code, means) != means:
            raise FileError(f"{path}, line {number}: the code stands twice with different meanings; keep one")
    return codes
