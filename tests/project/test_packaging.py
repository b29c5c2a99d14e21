"""What is installed: one import package, which neither disturbs nor is disturbed by what else is there."""

import shutil
import subprocess
import sys
import tomllib
import zipfile

import pytest
from support.paths import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS = {"spine_vigil.cli": "cli", "spine_vigil.protocols": "protocols", "spine_vigil.scheduler": "scheduler"}
OTHER = {
    "scheduler/__init__.py": "def tell(): return 'the other scheduler'\n",
    "cli/__init__.py": "",
    "cli/main.py": "",
}
"""What an unrelated distribution could install, or a user keep beside a script, under names that vigil once had."""

ASK = (
    "import scheduler, spine_vigil as vigil\n"
    "from spine_vigil.scheduler.rules.dates import parse_date\n"
    "from spine_vigil.cli.main import main\n"
    "print(scheduler.tell(), parse_date('2026-04-15'), vigil.__version__)\n"
)


def run(*command, cwd):
    """Run a command; return what it prints."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(source, folder):
    """Build the wheel of a source tree in a folder; return its path."""
    options = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder)
    run(sys.executable, "-m", "pip", "wheel", *options, source, cwd=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Yield the wheel of this checkout, built from a copy, so that nothing is left in it."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    listed = run(shutil.which("git"), "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    return build(source, folder)


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


def test_the_wheel_holds_every_module_and_the_marker_of_its_types(wheel):
    installed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    modules = {f"spine_vigil/{path.name}" for path in (ROOT / "spine_vigil").glob("*.py")}
    for package, folder in FOLDERS.items():
        for path in (ROOT / folder).rglob("*.py"):
            modules.add(f"{package.replace('.', '/')}/{path.relative_to(ROOT / folder).as_posix()}")
    assert installed == modules | {"spine_vigil/py.typed"}


def test_every_folder_of_modules_is_named_as_a_package():
    found = {"spine_vigil"}
    for package, folder in FOLDERS.items():
        for path in (ROOT / folder).rglob("__init__.py"):
            found.add(".".join((package, *path.parent.relative_to(ROOT / folder).parts)))
    assert sorted(found) == PYPROJECT["tool"]["setuptools"]["packages"]


@pytest.mark.parametrize("order", ["the other first", "vigil first"])
def test_packages_of_names_that_vigil_once_had_live_beside_it(wheel, other_wheel, order, tmp_path):
    wheels = [other_wheel, wheel] if order == "the other first" else [wheel, other_wheel]
    options = ("--quiet", "--no-deps", "--no-index", "--target", tmp_path)
    for each in wheels:
        run(sys.executable, "-m", "pip", "install", *options, each, cwd=tmp_path)
    said = run(sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{ASK}", cwd=tmp_path)
    assert said == "the other scheduler 2026-04-15 0.1.0\n"


def test_folders_and_files_beside_a_script_do_no_harm(tmp_path):
    (tmp_path / "scheduler.py").write_text(OTHER["scheduler/__init__.py"], encoding="utf-8")
    for name in ("cli", "protocols"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise ImportError('that of the script')\n", encoding="utf-8")
    (tmp_path / "script.py").write_text(ASK, encoding="utf-8")
    assert run(sys.executable, "script.py", cwd=tmp_path) == "the other scheduler 2026-04-15 0.1.0\n"


def test_the_version_stands_in_one_place():
    assert PYPROJECT["project"]["dynamic"] == ["version"]
    assert PYPROJECT["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "spine_vigil.__version__"}
