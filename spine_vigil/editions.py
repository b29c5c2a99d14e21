"""Editions by id or by file: the shipped ones, those of files, and those that a site names once for all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from spine_vigil.protocols import CURRENT, EDITIONS, OVERLAYS
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.errors import FileError, UnknownName, ValueProblem
from spine_vigil.scheduler.values import Frozen

if TYPE_CHECKING:
    from spine_vigil.scheduler.editions.comparing.differences import Difference

FILES = "VIGIL_EDITIONS"
"""The environment variable that names files of editions, separated as in PATH."""


BY_DATE = "by-date"
"""What stands for the editions of one publisher, each for the dates on which it is in force."""


class KnownEdition(Frozen):
    """An edition, the file that it stands in (None: it is shipped), and the id of its base if it is an overlay."""

    edition: Edition
    file: Path | None = None
    base: str | None = None


def known_editions() -> Iterator[KnownEdition]:
    """Yield every edition that has an id: the shipped ones, then those of the files that VIGIL_EDITIONS names.

    An overlay may name any edition before it as its base. Raises FileError where a file cannot be read.
    """
    known = [KnownEdition(edition) for edition in EDITIONS]
    yield from known
    for overlay in OVERLAYS:  # read here, so that naming an edition before it reads no file
        known.append(_shipped(overlay, known))
        yield known[-1]
    for name in filter(None, os.environ.get(FILES, "").split(os.pathsep)):
        found = _read(Path(name), known)
        if any(found.edition.id == each.edition.id for each in known):
            raise FileError(f"{name}: another edition has the id '{found.edition.id}' too; give this one its own")
        known.append(found)
        yield found


class EditionsByDate(Frozen):
    """The editions of one publisher, the earliest first: each is in force until the next one is.

    Before the first overlay of a publisher stand the editions of the publisher of its base.
    """

    editions: tuple[Edition, ...]

    def on(self, day: date) -> Edition:
        """Return the edition in force on a day; before the earliest one, that one."""
        begun = [edition for edition in self.editions if edition.in_force_from <= day]
        return begun[-1] if begun else self.editions[0]


def editions_by_date(publisher: str | None = None) -> EditionsByDate:
    """Return the editions of a publisher (None: that of the default edition) by the dates on which they are in force.

    Raises ValueProblem where the publisher has none, or two from one day on, and FileError as `known_editions` does.
    """
    known = {each.edition.id: each for each in known_editions()}
    publisher = publisher or CURRENT.issued_by
    publishers = dict.fromkeys(each.edition.issued_by for each in known.values())
    if publisher not in publishers:
        raise UnknownName("publisher of an edition", publisher, publishers)
    return EditionsByDate(tuple(_by_date(publisher, known)))


def _by_date(publisher: str, known: Mapping[str, KnownEdition], before_others: tuple[str, ...] = ()) -> list[Edition]:
    """Return the editions of a publisher by the days from which they are in force, and before them those of the base.

    An overlay changes its base from its day on; before, the rules of the base hold. `before_others` are the publishers
    whose editions stand on these.
    """
    own = [each for each in known.values() if each.edition.issued_by == publisher]
    ordered = sorted(own, key=lambda each: each.edition.in_force_from)
    for before, after in pairwise(each.edition for each in ordered):
        if before.in_force_from == after.in_force_from:
            raise ValueProblem(
                f"{before.id} and {after.id} are both in force from {after.in_force_from}; give one of them another"
                " 'effective', or name the edition"
            )
    earlier: list[Edition] = []
    base = known.get(ordered[0].base or "")
    if base is not None and base.edition.issued_by not in (publisher, *before_others):
        earlier = _by_date(base.edition.issued_by, known, (publisher, *before_others))
    first = ordered[0].edition.in_force_from
    return [*(each for each in earlier if each.in_force_from < first), *(each.edition for each in ordered)]


def known_edition(name: str | Path) -> KnownEdition:
    """Return the edition of an id, or of a TOML file, which may be an overlay of one with an id.

    Raises UnknownName where there is neither, and FileError that says all that is wrong with a file.
    """
    if isinstance(name, Path) or name.lower().endswith(".toml"):
        return _read(Path(name), known_editions())
    ids = []
    for known in known_editions():
        if known.edition.id == name:
            return known
        ids.append(known.edition.id)
    raise UnknownName("edition", name, ids)


def edition(name: str | Path) -> Edition:
    """Return the edition of an id or of a TOML file; see `known_edition`."""
    return known_edition(name).edition


def diff(before: Edition | str | Path, after: Edition | str | Path) -> tuple[Difference, ...]:
    """Return what differs between the rules of two editions, in the order of `after`.

    Either is an edition, or named as for `edition`. The result is empty where both hold the same rules, in whatever
    order. Raises what `edition` raises.
    """
    from spine_vigil.scheduler.editions.comparing.differences import differences

    first, second = (each if isinstance(each, Edition) else edition(each) for each in (before, after))
    return differences(first, second)


def _shipped(id_: str, known: list[KnownEdition]) -> KnownEdition:
    from importlib.resources import files

    from spine_vigil import protocols
    from spine_vigil.scheduler.editions.toml_files.edition_file import edition_and_base

    name = f"{id_.replace('-', '_')}.toml"
    content = files(protocols).joinpath(name).read_text(encoding="utf-8")
    edition, base = edition_and_base(content, name, [each.edition for each in known])
    return KnownEdition(edition, None, base)


def _read(path: Path, known: Iterable[KnownEdition]) -> KnownEdition:
    from spine_vigil.scheduler.editions.toml_files.edition_file import edition_and_base, read_content

    edition, base = edition_and_base(read_content(path), str(path), (each.edition for each in known))
    if edition.id.partition(":")[0].strip() in ("", BY_DATE) or edition.id.lower().endswith(".toml"):
        raise FileError(f"{path}: nobody can choose an edition by the id '{edition.id}'; give it a name of its own")
    return KnownEdition(edition, path, base)
