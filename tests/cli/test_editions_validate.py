"""`vigil editions validate`: what is wrong with an edition, what may not be meant in it, and proofs of its rules."""

from datetime import date

import pytest
from support.overlays import OVERLAY

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.toml_files.edition_file import edition_text
from spine_vigil.scheduler.proofs import proving
from spine_vigil.scheduler.proofs.subjects import Counterexample

HEAD = """[edition]
id = "small"
title = "Small"
publisher = "A hospital"
reviewed = 2026-03-01
covers = "MRI cervical_spine"

[protocol.tumor]
title = "a tumor"
section = "4.2"

[protocol.tumor.schedule.chest]
section = "4.2"
study = "CT of chest"
counted_from = ["surgery"]
"""
SHORTER = f"""{HEAD}phases = ["every 6 months until 2 years", "every 3 months"]
"""
FADES = f"""{HEAD}phases = ["every 3 months until 2 years", "every 3 months to 13 weeks"]
"""
NEVER = f"""{HEAD}phases = ["every 3 months"]

[fact.pain]
meaning = "there is pain"
sections = ["4.3"]

[indication.pain]
title = "pain"
section = "4.3"
leads = ["pain"]
criterion = {{ all = ["pain", {{ not = "pain" }}] }}
"""


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Return how to write a file, which is then called `own.toml`."""
    monkeypatch.chdir(tmp_path)
    return lambda text: (tmp_path / "own.toml").write_text(text, encoding="utf-8")


def test_a_warning_comes_with_its_line_after_the_word_that_the_file_can_be_used(written, vigil):
    written(SHORTER)
    code, out, err = vigil("editions", "validate", "own.toml")
    assert (code, err) == (0, "")
    assert out == (
        "own.toml can be used: small, with 1 protocol, 1 schedule, 0 indications.\n"
        "Look again at what can be meant and seldom is:\n"
        "- line 16, tumor/chest: the interval gets shorter with time: 'every 6 months until 2 years', then 'every 3"
        " months'\n"
    )


def test_an_overlay_is_warned_of_what_it_changes_alone(written, vigil):
    written(OVERLAY)
    assert vigil("editions", "validate", "own.toml").out.count("\n") == 1
    written(OVERLAY.replace('"every 12 months"', '"every 3 months"'))
    (warning,) = vigil("editions", "validate", "own.toml").out.splitlines()[2:]
    assert warning.startswith("- line 9, bone.osteosarcoma/primary_site: the interval gets shorter")


def test_an_overlay_that_takes_rules_away_or_reads_them_otherwise_has_no_issue(written, vigil):
    taken = '[take."bone.chordoma/chest"]\nreading = "annual_ct"\n'
    taken_away = '[protocol."cns.leptomeningeal_metastases"]\nremove = true\n'
    written(OVERLAY.partition("[protocol")[0] + taken + taken_away)
    code, out, _ = vigil("editions", "validate", "own.toml")
    assert code == 0
    assert out.count("\n") == 1
    assert vigil("protocols", "validate", "--edition", "own.toml").exit_code == 0


def test_a_local_section_is_not_outside_its_protocol(written, vigil):
    written(OVERLAY)
    code, out, _ = vigil("protocols", "validate", "--edition", "own.toml")
    assert (code, "no issue in 70 protocols" in out) == (0, True)


def test_what_cannot_be_right_in_any_edition_is_refused_with_its_line(written, vigil):
    written(FADES)
    code, out, err = vigil("editions", "validate", "own.toml")
    assert (code, out) == (2, "")
    assert err == (
        "vigil: own.toml cannot be used as an edition:\n"
        "- line 16, tumor/chest: 'every 3 months to 13 weeks' begins its interval or window after it ends\n"
    )


def test_a_shipped_edition_is_known_by_its_id_and_has_no_lines(vigil):
    code, out, _ = vigil("editions", "validate", CURRENT.id)
    assert code == 0
    assert "\n- bone.chordoma/primary_site: it ends with 'as symptoms_new_or_progressing until 10 years'" in out


def test_the_shipped_edition_has_the_same_warnings_as_a_file_with_lines(written, vigil):
    written(edition_text(CURRENT))
    shipped, filed = (vigil("editions", "validate", name).out.splitlines()[1:] for name in (CURRENT.id, "own.toml"))
    assert len(shipped) == len(filed)
    assert [line.partition(", ")[2] for line in filed[1:]] == [line.removeprefix("- ") for line in shipped[1:]]


def test_an_edition_of_the_environment_has_its_lines(written, vigil, monkeypatch):
    written(SHORTER)
    monkeypatch.setenv("VIGIL_EDITIONS", "own.toml")
    assert "- line 16, tumor/chest: the interval" in vigil("editions", "validate", "small").out


def test_proofs_are_summed_up(written, vigil):
    written(SHORTER)
    code, out, _ = vigil("editions", "validate", "own.toml", "--proofs")
    assert code == 0
    assert out.endswith(
        "\nProved of every schedule, under each of its readings: each day from its start to its end belongs to exactly"
        " one phase; a patient who keeps every window is never called early or overdue.\n"
        "Proved of every indication, under each of its readings: it can be met, and it can fail.\n"
    )


def test_a_proof_that_fails_is_an_error_with_its_line_and_example(written, vigil):
    written(NEVER)
    assert vigil("editions", "validate", "own.toml").exit_code == 0
    code, out, err = vigil("editions", "validate", "own.toml", "--proofs")
    assert (code, out) == (2, "")
    assert err == (
        "vigil: own.toml has rules that cannot be right:\n- line 22, indication.pain: no values of its facts meet it\n"
    )


def test_a_schedule_that_fails_is_told_with_its_line_and_the_shortest_history(written, vigil, monkeypatch):
    example = Counterexample(date(2024, 2, 29), (date(2024, 5, 29),), "the window has no day left")
    monkeypatch.setattr(proving, "refute_keeping", lambda *_: example)
    written(SHORTER)
    code, _, err = vigil("editions", "validate", "own.toml", "--proofs")
    assert code == 2
    assert err.splitlines()[1:] == [
        "- line 16, tumor/chest: counted from 2024-02-29, with studies on 2024-05-29: the window has no day left"
    ]


def test_an_edition_with_its_own_grace_is_proved_by_it(written, vigil, monkeypatch):
    asked = []
    monkeypatch.setattr(proving, "refute_keeping", lambda _edition, _schedule, grace: asked.append(grace.days))
    written(f"{SHORTER}\n[grace]\ndays = 3\n")
    assert vigil("editions", "validate", "own.toml", "--proofs").exit_code == 0
    assert asked == [3]
