"""What is installed: one import package, which neither disturbs nor is disturbed by what else is there."""

import re
import sys
import tomllib
import zipfile
from email import message_from_bytes

import pytest
from support.paths import ROOT
from support.wheels import build, build_checkout, install, run

import spine_vigil

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS = {"spine_vigil.cli": "cli", "spine_vigil.protocols": "protocols", "spine_vigil.scheduler": "scheduler"}
OTHER = {
    "scheduler/__init__.py": "def tell(): return 'the other scheduler'\n",
    "cli/__init__.py": "",
    "cli/main.py": "",
}
"""What an unrelated distribution could install, or a user keep beside a script, under names that vigil once had."""

PROGRAM = "from spine_vigil.cli.main import main; main()"
ASK = (
    "import scheduler, spine_vigil as vigil\n"
    "from spine_vigil.scheduler.rules.dates import parse_date\n"
    "from spine_vigil.cli.main import main\n"
    "print(scheduler.tell(), parse_date('2026-04-15'), vigil.__version__)\n"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Yield the wheel of this checkout."""
    return build_checkout(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def other_wheel(tmp_path_factory):
    """Yield the wheel of an unrelated distribution with packages named `scheduler` and `cli`."""
    folder = tmp_path_factory.mktemp("other")
    source = folder / "source"
    for name, text in OTHER.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")
    project = '[project]\nname = "other-scheduler"\nversion = "1"\n[tool.setuptools]\npackages = ["scheduler", "cli"]\n'
    (source / "pyproject.toml").write_text(project, encoding="utf-8")
    return build(source, folder)


def test_the_wheel_installs_one_import_package(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"spine_vigil"}
    top_level = next(name for name in names if name.endswith(".dist-info/top_level.txt"))
    assert zipfile.ZipFile(wheel).read(top_level).decode().split() == ["spine_vigil"]


def test_the_wheel_holds_every_module_every_table_every_edition_file_and_the_marker_of_its_types(wheel):
    installed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    modules = {f"spine_vigil/{path.name}" for path in (ROOT / "spine_vigil").glob("*.py")}
    for package, folder in FOLDERS.items():
        for path in (path for kind in ("*.py", "tables/*.csv", "*.toml") for path in (ROOT / folder).rglob(kind)):
            modules.add(f"{package.replace('.', '/')}/{path.relative_to(ROOT / folder).as_posix()}")
    assert installed == modules | {"spine_vigil/py.typed"}


def test_every_folder_of_modules_is_named_as_a_package():
    found = {"spine_vigil"}
    for package, folder in FOLDERS.items():
        for path in (ROOT / folder).rglob("__init__.py"):
            found.add(".".join((package, *path.parent.relative_to(ROOT / folder).parts)))
    assert sorted(found) == PYPROJECT["tool"]["setuptools"]["packages"]


@pytest.mark.slow
@pytest.mark.parametrize("order", ["the other first", "vigil first"])
def test_packages_of_names_that_vigil_once_had_live_beside_it(wheel, other_wheel, order, tmp_path):
    wheels = [other_wheel, wheel] if order == "the other first" else [wheel, other_wheel]
    for each in wheels:
        install(each, tmp_path)
    said = run(sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{ASK}", cwd=tmp_path)
    assert said == "the other scheduler 2026-04-15 0.1.0\n"


def test_folders_and_files_beside_a_script_do_no_harm(tmp_path):
    (tmp_path / "scheduler.py").write_text(OTHER["scheduler/__init__.py"], encoding="utf-8")
    for name in ("cli", "protocols"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise ImportError('that of the script')\n", encoding="utf-8")
    (tmp_path / "script.py").write_text(ASK, encoding="utf-8")
    assert run(sys.executable, "script.py", cwd=tmp_path) == "the other scheduler 2026-04-15 0.1.0\n"


def test_the_version_of_the_code_is_the_one_that_is_built():
    assert PYPROJECT["project"]["dynamic"] == ["version"]
    assert PYPROJECT["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "spine_vigil.__version__"}


def metadata(wheel):
    """Return the metadata of a wheel."""
    archive = zipfile.ZipFile(wheel)
    (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    return message_from_bytes(archive.read(name))


def test_wheel_package_program_citation_and_changelog_agree_on_the_version(wheel):
    (cited,) = re.findall(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), flags=re.MULTILINE)
    changes = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert changes[0] == "Unreleased"
    versions = {
        "package": spine_vigil.__version__,
        "wheel": metadata(wheel)["Version"],
        "file name of the wheel": wheel.name.split("-")[1],
        "program": run(sys.executable, "-c", PROGRAM, "--version", cwd=ROOT).strip(),
        "citation": cited,
        "newest version in the changelog": changes[1],
    }
    assert versions == dict.fromkeys(versions, spine_vigil.__version__) | {
        "program": f"vigil, version {spine_vigil.__version__}"
    }


def test_what_the_index_shows_of_vigil(wheel):
    shown = metadata(wheel)
    assert (shown["License-Expression"], shown["Requires-Python"]) == ("Apache-2.0", ">=3.11")
    assert "Typing :: Typed" in shown.get_all("Classifier")
    assert "Programming Language :: Python :: 3.11" in shown.get_all("Classifier")
    assert shown.get_payload().startswith("# vigil\n")
