"""What the site makes from the program: a page on every command, the rooms, the public names, and pictures."""

import os
import xml.etree.ElementTree as ET

import generated_pages
import pytest
from support.paths import ROOT

from spine_vigil.cli.main import vigil

TOPS = ("cli", "protocols", "scheduler")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Yield a folder with all that is generated, which held an outdated page before."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "cases").mkdir()
    (folder / "cases" / "gone.md").write_text("of a section that is no more\n", encoding="utf-8")
    generated_pages.write_pages(folder)
    return folder


def test_every_command_has_its_help_on_the_page(site):
    page = (site / "commands.md").read_text(encoding="utf-8")
    headings = [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")]
    assert {f"vigil {name}" for name in vigil.list_commands(None)} <= set(headings)
    assert headings[0] == "vigil"
    assert "vigil protocols render" in headings
    assert page.count("\nUsage: vigil") == len(headings)


def test_every_room_is_described_by_its_docstring(site):
    rows = (site / "rooms.txt").read_text(encoding="utf-8").splitlines()
    assert (
        "| `spine_vigil.cli` | The command line: parses arguments, calls the public face, formats results and sets exit"
        " codes. Decides nothing. |" in rows
    )
    assert [row for row in rows if row.endswith("|  |")] == []
    packages = ["spine_vigil", *(path.parent for top in TOPS for path in (ROOT / top).rglob("__init__.py"))]
    assert len(rows) == 2 + len(packages)


def test_the_public_names_are_documented(site):
    assert ".. py:data:: spine_vigil.__version__\n   :type: str\n" in (site / "names.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", generated_pages.PICTURES)
def test_the_pictures_are_drawn_for_a_fixed_date(site, name):
    picture = (site / name).read_text(encoding="utf-8")
    assert ET.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - our own file
    assert generated_pages.AS_OF in picture


def test_a_page_that_is_no_longer_made_is_removed(site):
    assert (site / "cases" / "index.md").is_file()
    assert not (site / "cases" / "gone.md").exists()


def test_what_has_not_changed_is_not_written_again(site):
    files = [path for path in site.rglob("*") if path.is_file()]
    for path in files:
        os.utime(path, (0, 0))
    (site / "rooms.txt").write_text("changed by hand\n", encoding="utf-8")
    generated_pages.write_pages(site)
    assert [path.name for path in files if path.stat().st_mtime > 0] == ["rooms.txt"]
