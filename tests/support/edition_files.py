"""Edition files as an editor sees them or read back without checks, and starting files with each comment in use."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.toml_files.edition_tables import read_edition_tables

COMMENTED = re.compile(r"(\s*)#(\S.*)")
"""A line that says something else as soon as its mark is taken away; a comment has a blank behind the mark."""


def read_back(text: str) -> Edition:
    """Return the edition of a text without the checks of what no edition may have, which a made-up one may."""
    edition, problems = read_edition_tables(tomllib.loads(text))
    assert edition is not None, problems
    return edition


def as_an_editor_sees_it(text: str) -> Any:
    """Return the tables of a file as values of JSON, with dates as texts."""
    return _plain(tomllib.loads(text))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def with_each_comment_in_use(text: str) -> Iterator[tuple[str, str]]:
    """Yield the text with one commented line in use, or with one commented table, which ends at an empty line."""
    lines = text.splitlines()
    end = 0
    for start, line in enumerate(lines):
        if start < end or COMMENTED.fullmatch(line) is None:
            continue
        end = lines.index("", start) if line.startswith("#[") and "" in lines[start:] else start + 1
        end = len(lines) if line.startswith("#[") and "" not in lines[start:] else end
        used = [COMMENTED.sub(r"\1\2", each) for each in lines[start:end]]
        yield line, "\n".join([*lines[:start], *used, *lines[end:]])
