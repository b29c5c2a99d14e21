"""The pieces of a shipped edition, and a check for missing ones."""

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from spine_vigil.scheduler.editions.checking.guideline_checks import guideline_issues
from spine_vigil.scheduler.editions.edition import Edition

RULES = {"PROTOCOLS": "protocols", "INDICATIONS": "indications"}
"""The constants of a section's file, and the part of an edition that they belong to."""


@dataclass(frozen=True)
class Surroundings:
    """What stands outside the folder of an edition.

    `editions` are those that are shipped, `packages` the names in pyproject.toml, `cases` the routes that the case
    tables hold: `protocol/schedule`, or the name of an indication.
    """

    editions: tuple[Edition, ...]
    packages: frozenset[str]
    cases: frozenset[str]


def missing_pieces(package: ModuleType, around: Surroundings) -> list[str]:
    """Return what is missing of the edition in a package, each as `PIECE: what, and what to do`; empty if nothing."""
    return [f"{piece}: {what}" for piece, look in PIECES.items() for what in look(package, around)]


def _edition(package: ModuleType) -> Edition | None:
    made = getattr(package, "EDITION", None)
    return made if isinstance(made, Edition) else None


def _lacks_edition(package: ModuleType, _: Surroundings) -> Iterator[str]:
    if _edition(package) is None:
        yield f"{package.__name__} has no EDITION; put it together in the __init__.py of its folder"


def _lacks_line_in_editions(package: ModuleType, around: Surroundings) -> Iterator[str]:
    edition = _edition(package)
    if edition is not None and all(edition is not shipped for shipped in around.editions):
        yield f"EDITIONS does not hold {edition.id}; add it to protocols/__init__.py"


def _lacks_packages(package: ModuleType, around: Surroundings) -> Iterator[str]:
    folders = [package.__name__, *(module.name for module in _modules(package) if module.ispkg)]
    yield from (f"packages does not name {name}" for name in folders if name not in around.packages)


def _lacks_sections(package: ModuleType, _: Surroundings) -> Iterator[str]:
    edition = _edition(package)
    for module in _modules(package):
        for constant, part in RULES.items():
            for rule in getattr(import_module(module.name), constant, ()):
                if edition is not None and all(rule is not held for held in getattr(edition, part)):
                    name = getattr(rule, "id", None) or rule.name
                    yield f"the {part} of {edition.id} do not hold '{name}' of {module.name}"


def _issues(package: ModuleType, _: Surroundings) -> Iterator[str]:
    edition = _edition(package)
    yield from map(str, guideline_issues(edition) if edition is not None else ())


def _lacks_cases(package: ModuleType, around: Surroundings) -> Iterator[str]:
    edition = _edition(package)
    if edition is not None:
        rules = [route for route, _ in edition.schedules()] + [indication.name for indication in edition.indications]
        yield from (f"no table in tests/cases holds {rule}" for rule in rules if rule not in around.cases)


def _modules(package: ModuleType) -> list[pkgutil.ModuleInfo]:
    return list(pkgutil.walk_packages(package.__path__, f"{package.__name__}."))


PIECES: dict[str, Callable[[ModuleType, Surroundings], Iterator[str]]] = {
    "An edition in the package": _lacks_edition,
    "A line in EDITIONS": _lacks_line_in_editions,
    "A line for each folder in pyproject.toml": _lacks_packages,
    "Every section in the edition": _lacks_sections,
    "Nothing to find": _issues,
    "Cases for every rule": _lacks_cases,
}
"""Every piece by its name, which is a heading of docs/how-to/add-an-edition.md."""
