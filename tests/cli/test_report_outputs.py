"""Where `vigil report` writes its tables: what cannot be is refused at once, and no input is overwritten."""

import shutil

import pytest
from support.paths import SAMPLES


@pytest.fixture
def report(vigil, tmp_path, monkeypatch):
    """Run `vigil report` on a copy of a sample in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("spine_vigil.cli.report.make_report", None)  # not called where an output is refused

    def run(*options, name="events.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(SAMPLES / "clinic.csv", tmp_path / name)
        return vigil("report", name, "--as-of", "2026-11-02", *options)

    return run


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--tables", "-"], "vigil: - is no file name here"),
        (["--tables", "no/such"], "vigil: there is no folder no; make it first"),
        (["--tables", "new.html", "-o", "new.html"], "vigil: new.html is named twice"),
        (["--tables", ".", "--json", "use.csv"], "vigil: use.csv is named twice"),
    ],
)
def test_a_folder_that_cannot_be_is_refused_at_once(report, options, said):
    outcome = report(*options)
    assert outcome.exit_code == 2
    assert outcome.err.startswith(said)


@pytest.mark.parametrize(("name", "options"), [("use.csv", []), ("windows.csv", ["--patients-too"])])
def test_a_table_is_never_written_over_the_input(report, tmp_path, name, options):
    outcome = report("--tables", ".", *options, name=name)
    assert (outcome.exit_code, outcome.err) == (2, f"vigil: {name} is the input; give the output another name\n")
    assert (tmp_path / name).read_bytes() == (SAMPLES / "clinic.csv").read_bytes()
