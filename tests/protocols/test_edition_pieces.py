"""A shipped edition is whole, and one that lacks a piece is told which: the steps of docs/how-to/add-an-edition.md."""

import pkgutil
import re
import sys
import tomllib
from importlib import import_module

import pytest
from support.documents import PAGES, blocks
from support.edition_pieces import PIECES, Surroundings, missing_pieces
from support.paths import CASES, ROOT
from support.tables import read_table

from spine_vigil import protocols

MADE_UP = "spine_vigil.protocols.made_up_2026"
ROUTE = "bone.tumor/primary_site"
STEPS = PAGES["docs/how-to/add-an-edition.md"]
FILES = {
    path: text
    for page in ("docs/how-to/add-a-protocol.md", "docs/how-to/add-an-edition.md")
    for path, text in (
        re.match(r"# protocols/(\S+)\n(.*)", block.text, flags=re.DOTALL).groups()
        for block in blocks(PAGES[page])
        if block.kind == "python"
    )
}
"""The files of the made-up edition, as the two pages show them."""


def routes_of_the_tables():
    """Return every route and indication that a case table holds."""
    rows = [row for path in CASES.glob("*.csv") for row in read_table(path.stem)]
    routes = {row["route"] for row in rows if row.get("route")}
    routes |= {f"{row['protocol']}/{row['schedule']}" for row in rows if row.get("schedule")}
    return frozenset(routes | {row["indication"] for row in rows if row.get("indication")})


@pytest.fixture
def made_up(monkeypatch, tmp_path):
    """Write the made-up edition with changed files (None: left out), and import it; return package and surroundings."""

    def make(**changed):
        for path, text in (FILES | {f"made_up_2026/{name}.py": text for name, text in changed.items()}).items():
            if text is not None:
                (tmp_path / path).parent.mkdir(exist_ok=True)
                (tmp_path / path).write_text(text, encoding="utf-8")
        monkeypatch.setattr(protocols, "__path__", [*protocols.__path__, str(tmp_path)])
        package = import_module(MADE_UP)
        edition = getattr(package, "EDITION", None)
        return package, Surroundings((edition,), frozenset({MADE_UP}), frozenset({ROUTE}))

    yield make
    for name in [name for name in sys.modules if name.startswith(MADE_UP)]:
        del sys.modules[name]
    vars(protocols).pop("made_up_2026", None)


SHIPPED = [module.name for module in pkgutil.iter_modules(protocols.__path__, f"{protocols.__name__}.")]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_edition_lacks_nothing(name):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = frozenset(project["tool"]["setuptools"]["packages"])
    around = Surroundings(protocols.EDITIONS, packages, routes_of_the_tables())
    assert missing_pieces(import_module(name), around) == []


def test_every_edition_is_a_folder_that_was_looked_at():
    folders = {edition.id.replace("-", "_") for edition in protocols.EDITIONS}
    assert {name.rpartition(".")[2] for name in SHIPPED} == folders


def test_the_edition_of_the_instructions_lacks_nothing(made_up):
    assert sorted(FILES) == ["made_up_2026/__init__.py", "made_up_2026/bone.py", "made_up_2026/facts.py"]
    assert missing_pieces(*made_up()) == []


BONE = FILES["made_up_2026/bone.py"]
CNS = BONE.replace("bone.tumor", "cns.tumor").replace("Bone", "CNS")
LACKING = [
    # files that differ, the piece, what is said of it
    ({"__init__": '"""Empty."""\n'}, "An edition in the package", f"{MADE_UP} has no EDITION"),
    ({"cns": CNS}, "Every section in the edition", f"do not hold 'cns.tumor' of {MADE_UP}.cns"),
    ({"bone": BONE.replace("PROTOCOLS = (TUMOR,)", "PROTOCOLS = ()")}, "Nothing to find", "no rule asks for this fact"),
    ({"bone": BONE.replace('cite=Cite("Bone 1")', 'cite=Cite("Bone 2")')}, "Nothing to find", f"{ROUTE}: cites Bone 1"),
    (
        {"bone": BONE.replace('"primary_site"', '"spine"')},
        "Cases for every rule",
        "no table in tests/cases holds bone.tumor/spine",
    ),
]


@pytest.mark.parametrize(("changed", "piece", "part"), LACKING, ids=[part for *_, part in LACKING])
def test_the_missing_piece_is_named(made_up, changed, piece, part):
    (said,) = missing_pieces(*made_up(**changed))
    assert said.startswith(f"{piece}: ")
    assert part in said


def test_an_edition_that_is_not_listed_is_named(made_up):
    package, around = made_up()
    assert missing_pieces(package, Surroundings((), around.packages, around.cases)) == [
        "A line in EDITIONS: EDITIONS does not hold made-up-2026; add it to protocols/__init__.py"
    ]


def test_a_folder_that_would_not_be_installed_is_named(made_up):
    package, around = made_up()
    assert missing_pieces(package, Surroundings(around.editions, frozenset(), around.cases)) == [
        f"A line for each folder in pyproject.toml: packages does not name {MADE_UP}"
    ]


def test_every_piece_is_a_step_of_the_instructions():
    steps = re.findall(r"^## (.+)$", STEPS, flags=re.MULTILINE)
    assert steps == [*PIECES, "And then"]
