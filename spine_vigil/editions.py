"""Editions by id or by file: the shipped ones, those of files, and those that a site names once for all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from spine_vigil.protocols import EDITIONS
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import UnknownName
from spine_vigil.scheduler.values import Frozen

FILES = "VIGIL_EDITIONS"
"""The environment variable that names files of editions, separated as in PATH."""


class KnownEdition(Frozen):
    """An edition that can be named by its id, and the file that it stands in (None: it is shipped)."""

    edition: Edition
    file: Path | None = None


def known_editions() -> Iterator[KnownEdition]:
    """Yield every edition that has an id: the shipped ones, then those of the files that VIGIL_EDITIONS names.

    An overlay may name any edition before it as its base. Raises FileError where a file cannot be read.
    """
    known = [KnownEdition(edition) for edition in EDITIONS]
    yield from known
    for name in filter(None, os.environ.get(FILES, "").split(os.pathsep)):
        found = KnownEdition(_read(Path(name), known), Path(name))
        known.append(found)
        yield found


def edition(name: str | Path) -> Edition:
    """Return the edition of an id, or of a TOML file, which may be an overlay of one with an id.

    Raises UnknownName where there is neither, and FileError that says all that is wrong with a file.
    """
    if isinstance(name, Path) or name.lower().endswith(".toml"):
        return _read(Path(name), list(known_editions()))
    ids = []
    for known in known_editions():  # a shipped edition needs no file
        if known.edition.id == name:
            return known.edition
        ids.append(known.edition.id)
    raise UnknownName("edition", name, ids)


def _read(path: Path, known: list[KnownEdition]) -> Edition:
    from spine_vigil.scheduler.editions.edition_file import read_edition

    return read_edition(path, [each.edition for each in known])
