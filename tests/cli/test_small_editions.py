"""Commands by editions that are small, or whose ids and words are not those of the shipped one."""

import pytest
from support.overlays import OVERLAY

from spine_vigil.protocols import CURRENT


def test_the_words_for_a_disease_are_those_of_the_edition(tmp_path, vigil):
    path = tmp_path / "lumbar.toml"
    path.write_text(
        '[edition]\nid = "lumbar"\ntitle = "Lumbar"\npublisher = "Ours"\nreviewed = 2026-01-01\n'
        'covers = "MRI lumbar_spine"\n[protocol."spine.ependymoma"]\ntitle = "ependymoma of the lumbar spine"\n'
        'section = "1"\n[protocol."spine.ependymoma".schedule.spine]\nsection = "1"\nstudy = "MRI of lumbar_spine"\n'
        'counted_from = ["surgery"]\nphases = ["every 6 months"]\n',
        encoding="utf-8",
    )
    options = ("check", "--edition", path, "--study", "MRI lumbar_spine", "--date", "2026-06-01")
    titled = vigil(*options, "--index", "surgery=2025-12-01", "--protocol", "Ependymoma of the lumbar spine")
    assert titled.exit_code == 0
    assert "is read as spine.ependymoma" in titled.err
    for words, told in (
        ("ependymoma", "did you mean 'spine.ependymoma'?"),
        ("brain mets", "known are spine.ependymoma"),
    ):
        assert f"unknown protocol '{words}'; {told}" in vigil(*options, "--protocol", words).err


@pytest.mark.parametrize(
    ("id_", "words"),
    [
        (CURRENT.id, f"another edition has the id '{CURRENT.id}' too"),
        ("by-date", "nobody can choose an edition by the id 'by-date'"),
        ("local.toml", "nobody can choose an edition by the id 'local.toml'"),
    ],
)
def test_an_id_that_does_not_choose_one_edition_is_refused(id_, words, tmp_path, monkeypatch, vigil):
    overlay = tmp_path / "local.toml"
    overlay.write_text(OVERLAY.replace("st-elsewhere-2026", id_), encoding="utf-8")
    monkeypatch.setenv("VIGIL_EDITIONS", str(overlay))
    refused = vigil("editions", "list")
    assert refused.exit_code == 2
    assert words in refused.err


OTHER = '[protocol."other"]\ntitle = "other"\nsection = "1"\nstance = "no surveillance"'


@pytest.mark.parametrize("stance", ["", OTHER], ids=["no protocol", "no schedule"])
def test_an_edition_without_schedules_or_indications_stops_no_command(stance, tmp_path, vigil):
    path, events = tmp_path / "small.toml", tmp_path / "events.csv"
    head = f'[edition]\nid = "s"\ntitle = "S"\npublisher = "P"\nreviewed = 2026-01-01\ncovers = "MRI brain"\n{stance}'
    path.write_text(head + ('\nnote = "None."' if stance else ""), encoding="utf-8")
    events.write_text("patient_id,date,status,modality,region,protocol\nP1,2026-01-01,performed,MRI,brain,other\n")
    for command in (("list",), ("list", "--indications"), ("show", "other")[: 2 if stance else 0]):
        if command:
            assert vigil("protocols", *command, "--edition", path).exit_code == 0
    by = ("--edition", path, "--as-of", "2026-05-01")
    assert vigil("due", events, *by).exit_code == (0 if stance else 2)
    assert vigil("audit", events, *by, "-o", tmp_path / "out.csv").exit_code == 0


@pytest.mark.parametrize("id_", ["code.x", "edition", "indication.scoliosis", "fact.x"])
def test_an_id_that_names_rules_of_another_kind_is_refused(id_, tmp_path, vigil):
    path = tmp_path / "small.toml"
    head = '[edition]\nid = "s"\ntitle = "S"\npublisher = "P"\nreviewed = 2026-01-01\ncovers = "MRI brain"\n'
    path.write_text(f'{head}{OTHER.replace("other", id_, 1)}\nnote = "None."\n', encoding="utf-8")
    refused = vigil("editions", "validate", path)
    assert refused.exit_code == 2
    assert f"'{id_.partition('.')[0]}' is how other rules are named; give it another id" in refused.err
