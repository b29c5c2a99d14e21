"""The command that brings an extra: the packages that pyproject.toml lists, whatever vigil was installed from."""

import re
import shlex
import tomllib
from importlib import metadata

import pytest
from support.paths import DOCS, ROOT

from spine_vigil.scheduler.errors import VigilError
from spine_vigil.scheduler.extras import MissingLibrary, requirements_of

EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
FOR_USERS = sorted(set(EXTRAS) - {"bench", "dev", "docs"})
"""The extras of an optional part of the program; the others are for who works on it, in a checkout."""


def command_of(message):
    return shlex.split(message.partition("; run: ")[2])


@pytest.mark.parametrize("extra", FOR_USERS)
def test_the_command_names_exactly_the_packages_of_the_extra(extra):
    listed = [requirement.partition(";")[0].strip() for requirement in EXTRAS[extra]]
    assert listed
    assert requirements_of(extra) == listed, "the metadata are those of the last installation; install again"
    assert command_of(str(MissingLibrary("--part", ["one"], extra))) == ["pip", "install", *listed]


def test_the_message_says_what_needs_which_library_and_what_to_run():
    problem = MissingLibrary("--apply", ["caldav", "keyring"], "sync")
    assert isinstance(problem, VigilError)
    assert str(problem) == (
        "--apply needs caldav and keyring, not installed here; run:"
        ' pip install "caldav>=3.6" "keyring>=25.0" "niquests>=3.19" "publicsuffixlist>=1.0"'
    )


LISTED = [
    # a requirement in the metadata, the extra, what is to be installed
    ('caldav>=3.6; extra == "sync"', "sync", ["caldav>=3.6"]),
    ("caldav>=3.6; extra == 'sync'", "sync", ["caldav>=3.6"]),
    ('numba>=0.61; python_version < "3.16" and extra == "fast"', "fast", ["numba>=0.61"]),
    ('caldav>=3.6; extra == "sync-more"', "sync", []),
    ("click>=8.2", "sync", []),
]


@pytest.mark.parametrize(("requirement", "extra", "expected"), LISTED)
def test_a_requirement_belongs_to_the_extra_of_its_marker(monkeypatch, requirement, extra, expected):
    monkeypatch.setattr(metadata, "requires", lambda _: [requirement])
    assert requirements_of(extra) == expected


def test_where_vigil_is_not_installed_the_library_itself_is_named(monkeypatch):
    def requires(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", requires)
    assert command_of(str(MissingLibrary("a picture", ["matplotlib"], "pictures"))) == ["pip", "install", "matplotlib"]


@pytest.mark.parametrize("page", [ROOT / "README.md", DOCS / "how-to" / "install.md"], ids=lambda page: page.name)
def test_a_table_of_extras_has_the_command_of_each(page):
    text = page.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| .* \| `(pip install .*)` \|$", text, flags=re.MULTILINE)
    assert {extra: shlex.split(command)[2:] for extra, command in rows} == {
        extra: requirements_of(extra) for extra in FOR_USERS
    }


PAGES = [("spark", "spark.md"), ("sync", "subscription.md")]


@pytest.mark.parametrize(("extra", "page"), PAGES)
def test_a_page_on_an_optional_part_has_the_same_command(extra, page):
    command = "pip install " + " ".join(f'"{package}"' for package in requirements_of(extra))
    assert command in (DOCS / page).read_text(encoding="utf-8")


def test_no_message_names_an_extra_by_a_command_that_works_in_one_place_alone():
    sources = [path for folder in ("cli", "scheduler", "protocols") for path in (ROOT / folder).rglob("*.py")]
    assert len(sources) > 100
    by_extra = re.compile(r"pip install[^\n]*\[(\w+)\]")
    assert [path.name for path in sources if by_extra.search(path.read_text(encoding="utf-8"))] == []
