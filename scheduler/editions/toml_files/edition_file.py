"""An edition as a TOML file: written, and read with every problem of the file at once, each with its line and key."""

from __future__ import annotations

import tomllib
from codecs import BOM_UTF8
from collections.abc import Iterable
from pathlib import Path

from spine_vigil.scheduler.editions.checking.checks import edition_issues
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.toml_files.edition_tables import INLINE, edition_tables, read_edition_tables
from spine_vigil.scheduler.editions.toml_files.overlays import is_overlay, read_overlay_tables
from spine_vigil.scheduler.editions.toml_files.places import told
from spine_vigil.scheduler.editions.toml_files.toml_text import Path as Keys
from spine_vigil.scheduler.editions.toml_files.toml_text import lines_of, path_text, toml_text
from spine_vigil.scheduler.errors import FileError


def edition_text(edition: Edition) -> str:
    """Return an edition as the text of a file; the same edition gives the same text."""
    return toml_text(edition_tables(edition), INLINE)


def read_edition(path: Path, bases: Iterable[Edition] = ()) -> Edition:
    """Read an edition, or an overlay of one of `bases`. Raises FileError that says all that is wrong with the file."""
    return edition_of(read_content(path), str(path), bases)


def read_content(path: Path) -> str:
    """Return the text of an edition file. Raises FileError where it cannot be read, or is not UTF-8."""
    try:
        return path.read_bytes().removeprefix(BOM_UTF8).decode("utf-8")
    except OSError as problem:
        raise FileError(f"cannot read {path}: {problem.strerror}; check the name and the permissions") from None
    except UnicodeDecodeError as problem:
        raise FileError(
            f"{path} is not UTF-8: byte {problem.start + 1} stands for no letter; save it as UTF-8"
        ) from None


def edition_of(content: str, name: str, bases: Iterable[Edition] = ()) -> Edition:
    """Read an edition from the text of a file called `name`; see `read_edition`. Raises FileError."""
    return edition_and_base(content, name, bases)[0]


def edition_and_base(content: str, name: str, bases: Iterable[Edition] = ()) -> tuple[Edition, str | None]:
    """Return what `edition_of` does, and the id of the base of an overlay; no more `bases` are taken than needed."""
    try:
        tables = tomllib.loads(content)
    except tomllib.TOMLDecodeError as problem:
        from spine_vigil.scheduler.editions.toml_files.toml_problems import (
            toml_problem,  # imported only when a file is no TOML
        )

        raise FileError(f"{name} is no TOML: {toml_problem(content, problem)}") from None
    except RecursionError:
        raise FileError(
            f"{name} is no edition: lists or tables nest too deep; the criteria of a rule need few"
        ) from None
    base = str(tables["edition"]["base"]) if is_overlay(tables) else None
    if base is not None:
        edition, problems = read_overlay_tables(tables, _up_to(base, bases))
    else:
        edition, problems = read_edition_tables(tables)
    if edition is None:
        lines = lines_of(content)
        found = sorted((_line(lines, path), path_text(path), problem) for path, problem in problems)
        raise _unusable(name, (f"line {n}{f', {where}' if where else ''}: {problem}" for n, where, problem in found))
    if issues := edition_issues(edition):
        raise _unusable(name, told(issues, lines_of(content)))
    return edition, base


def _unusable(name: str, problems: Iterable[str]) -> FileError:
    return FileError(f"{name} cannot be used as an edition:" + "".join(f"\n- {problem}" for problem in problems))


def _up_to(id_: str, editions: Iterable[Edition]) -> dict[str, Edition]:
    """Return editions by id up to the one that is looked for: reading an edition takes time."""
    known: dict[str, Edition] = {}
    for edition in editions:
        known[edition.id] = edition
        if edition.id == id_:
            break
    return known


def _line(lines: dict[Keys, int], path: Keys) -> int:
    """Return the line of a value, or of the next table around it that has one."""
    while path not in lines:
        path = path[:-1]
    return lines[path]
