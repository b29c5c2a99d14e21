"""`vigil setup` with a profile: what it lacks for a new export, its extension, and the patients to be confirmed."""

import pytest
from support.events_files import write_lines
from support.setup_files import EVENTS, MARKERS, write_clinic


@pytest.fixture
def setup(vigil, tmp_path, monkeypatch):
    """Run `vigil setup` in a folder with the files of a clinic, without a terminal."""
    monkeypatch.chdir(tmp_path)
    write_clinic(tmp_path)
    return lambda *args: vigil("setup", *args, stdin=b"")


# A profile against a new export


@pytest.fixture
def known(setup):
    """Run `vigil setup` against the profile of the clinic's first files."""
    assert setup("events.csv", "--patients", "patients.csv", "-o", "site.toml").exit_code == 0
    return lambda *args: setup(*args, "--patients", "patients.csv", "--profile", "site.toml")


def test_a_profile_that_says_all_is_confirmed(known):
    outcome = known("events.csv")
    assert (outcome.exit_code, outcome.err) == (0, "site.toml says all that these files hold\n")


def test_what_is_new_in_an_export_is_said(known, tmp_path):
    more = ("CPT", "72156", "72156", "99999", "", "72141")
    lines = [f"{line},{cell}" for line, cell in zip((*EVENTS, EVENTS[1]), more, strict=True)]
    lines[-1] = lines[-1].replace("Completed", "Finalised").replace("04/15/2026", "15.04.2026")
    write_lines(tmp_path / "new.csv", *lines)
    outcome = known("new.csv")
    said = outcome.err.splitlines()
    assert outcome.exit_code == 3
    assert said == [
        "4 lines that site.toml lacks:",
        '  [columns] "CPT" = "cpt"  # filled in 4 of 5 rows',
        '  [dates.columns] "Exam Dt" = ["%m/%d/%Y", "%d.%m.%Y"]',
        '  [values.status] "Finalised" = "performed"  # 1 row',
        "  [values.cpt] # a word in 1 row, first in line 4, is not understood; add it here, in quotes",
        "1 line of these, behind a #, to confirm",
    ]
    assert [marker for marker in MARKERS if marker in outcome.err] == []


# A profile with what it lacks


def test_the_profile_is_written_with_what_it_lacks(known, tmp_path):
    write_lines(tmp_path / "new.csv", *EVENTS, EVENTS[1].replace("Completed", "Finalised"))
    outcome = known("new.csv", "-o", "more.toml")
    assert (outcome.exit_code, outcome.err.splitlines()[-2:]) == (0, [
        "1 line written to more.toml; read them before you use it",
        "Next: vigil inspect FILE --profile more.toml, then vigil audit or vigil due with --profile more.toml",
    ])  # fmt: skip
    old, new = ((tmp_path / name).read_text(encoding="utf-8").splitlines() for name in ("site.toml", "more.toml"))
    at = old.index('"Sched" = "scheduled"  # 1 row') + 1
    assert new == [*old[:at], '"Finalised" = "performed"  # 1 row', *old[at:]]


def test_a_profile_can_be_written_over_itself_and_is_whole_then(known, tmp_path):
    write_lines(tmp_path / "new.csv", *EVENTS, EVENTS[1].replace("Completed", "Finalised"))
    assert known("new.csv", "-o", "site.toml").exit_code == 0
    outcome = known("new.csv")
    assert (outcome.exit_code, outcome.err) == (0, "site.toml says all that these files hold\n")


def test_what_is_not_certain_is_added_as_a_comment_and_the_exit_code_stays_3(known, tmp_path):
    pending = [EVENTS[1].replace("Completed", "Pend").replace("4711", number) for number in ("4711", "4712", "4713")]
    write_lines(tmp_path / "new.csv", *EVENTS, *pending)
    assert known("new.csv", "-o", "more.toml").exit_code == 3
    text = (tmp_path / "more.toml").read_text(encoding="utf-8")
    assert '\n# "Pend" = "?"  # 3 rows; one of performed, requested, scheduled, cancelled\n\n[null]\n' in text


def test_a_single_new_line_makes_the_exit_code_3_where_nothing_is_written(known, tmp_path):
    """However certain a line is: until it stands in the profile, its rows are not read."""
    write_lines(tmp_path / "new.csv", *EVENTS, EVENTS[1].replace("Completed", "Finalised"))
    outcome = known("new.csv")
    assert (outcome.exit_code, outcome.err.splitlines()) == (3, [
        "1 line that site.toml lacks:", '  [values.status] "Finalised" = "performed"  # 1 row',
    ])  # fmt: skip


def test_a_new_column_is_reported_though_it_is_not_read(known, tmp_path):
    write_lines(
        tmp_path / "new.csv", *(f"{line},{cell}" for line, cell in zip(EVENTS, ["Campus", *"aaaa"], strict=True))
    )
    outcome = known("new.csv")
    assert outcome.exit_code == 3
    assert outcome.err.splitlines()[1:] == ['  [columns] "Campus" = ""  # not read; filled in 4 of 4 rows']


BY_HAND = """\
[columns]
"Key" = "patient_id"  # the card of the clinic
"What" = "study_text"
"When" = "date"
"Became" = "status"
"Old" = ""

[dates]
formats = ["%d.%m.%Y"]

[values.study_text]
"CT CHEST" = "CT chest"
"""


@pytest.fixture
def by_hand(setup, tmp_path):
    """Run `vigil setup` on rows against a profile whose columns bear names that say nothing; return also its path."""
    (tmp_path / "hand.toml").write_text(BY_HAND, encoding="utf-8")

    def run(*rows, profile=BY_HAND, args=()):
        (tmp_path / "hand.toml").write_text(profile, encoding="utf-8")
        write_lines(tmp_path / "e.csv", "Key,What,When,Became,Old", *rows)
        return setup("e.csv", "--profile", "hand.toml", *args)

    return run


def test_words_of_columns_that_are_mapped_by_hand_are_compared_too(by_hand):
    outcome = by_hand("P1,CT CHEST,25.03.2026,performed,a", "P1,MR BRAIN,26.03.2026,Final,b")
    assert outcome.exit_code == 3
    assert outcome.err.splitlines() == [
        "2 lines that hand.toml lacks:",
        '  [values.study_text] "MR BRAIN" = "MRI brain"  # 1 row',
        '  [values.status] "Final" = "performed"  # 1 row',
    ]


def test_lines_are_added_at_the_end_of_their_parts_and_new_parts_at_the_end(by_hand, tmp_path):
    rows = ("P1,CT CHEST,25.03.2026,performed,a", "P1,MR BRAIN,26.03.2026,Final,NULL", "P1,CT CHEST,NULL,Final,b")
    assert by_hand(*rows, args=("-o", "more.toml")).exit_code == 0
    assert (
        (tmp_path / "more.toml").read_text(encoding="utf-8")
        == BY_HAND
        + """\
"MR BRAIN" = "MRI brain"  # 1 row

[values.status]
"Final" = "performed"  # 2 rows

[null]
words = ["NULL"]  # texts that mean that nothing is known
"""
    )


def test_a_key_that_the_profile_has_becomes_a_comment(by_hand, tmp_path):
    """What somebody confirmed is never replaced."""
    profile = BY_HAND.replace("%d.%m.%Y", "%Y-%m-%d")
    outcome = by_hand("P1,CT CHEST,25.03.2026,performed,a", profile=profile, args=("-o", "more.toml"))
    assert outcome.exit_code == 3
    assert "0 lines written to more.toml" in outcome.err
    assert "1 line of these, behind a #, to confirm" in outcome.err
    line = '# formats = ["%d.%m.%Y"]  # tried in order; the profile says something else'
    assert f'formats = ["%Y-%m-%d"]\n{line}\n\n[values' in (tmp_path / "more.toml").read_text(encoding="utf-8")


def test_a_part_that_is_written_in_one_line_is_extended_by_hand(by_hand, tmp_path):
    profile = "values = { status = { Done = 'performed' } }\n" + BY_HAND.partition("[values")[0]
    outcome = by_hand("P1,CT CHEST,25.03.2026,Final,a", profile=profile, args=("-o", "more.toml"))
    said = "the lines that hand.toml lacks do not fit into it as it is written; add them by hand"
    assert (outcome.exit_code, outcome.err) == (2, f"vigil: {said}\n")
    assert not (tmp_path / "more.toml").exists()


def test_a_profile_that_is_there_is_never_replaced_but_by_its_own_extension(known, tmp_path):
    before = (tmp_path / "site.toml").read_bytes()
    (tmp_path / "other.toml").write_bytes(before)
    outcome = known("events.csv", "-o", "other.toml")
    assert outcome.exit_code == 2
    assert outcome.err == (
        "vigil: other.toml is there already, perhaps with lines that somebody confirmed; add --profile other.toml to"
        " keep them, or give the new profile another name\n"
    )
    assert (tmp_path / "other.toml").read_bytes() == before


# Patients to be confirmed


def test_patients_whose_diagnosis_is_open_are_listed_to_be_confirmed(setup, tmp_path):
    write_lines(
        tmp_path / "patients.csv", "MRN,Diagnosis,Site", "ZQX-4711,Osteosarcoma of tibia,Brain",
        "ZQX-4712,Astrocytoma IDH-mut gr 2,Brain", "ZQX-4713,Hypertension,Brain",
        "ZQX-4712,Astrocytoma IDH-mut gr 2,Brain",
    )  # fmt: skip
    outcome = setup("events.csv", "--patients", "patients.csv", "-o", "s.toml", "--candidates", "work.csv")
    said = "1 line of patients to be confirmed in work.csv; fill the column 'protocol'"
    assert (outcome.exit_code, outcome.err.splitlines()[0]) == (3, said)
    treated = ("rt_and_chemo", "rt_or_chemo", "surgery")
    protocols = "|".join([*(f"cns.astrocytoma.grade2.{how}" for how in treated), "cns.astrocytoma.recurrent"])
    assert (tmp_path / "work.csv").read_text(encoding="utf-8").splitlines() == [
        "patient_id,protocol,candidates,settled_by,evidence",
        f"ZQX-4712,,{protocols},therapy; recurrent or not,Astrocytoma IDH-mut gr 2",
    ]
    assert (tmp_path / "work.csv").stat().st_mode & 0o777 == 0o600


WORKLIST = (
    # protocol, diagnosis of a patient, lines of [patients.values.diagnosis], whether the patient is listed, why
    ("", "Astrocytoma IDH-mut gr 2", "", True, "a doubtful diagnosis"),
    ("cns.astrocytoma.grade2.surgery", "Astrocytoma IDH-mut gr 2", "", False, "a protocol that the cell names"),
    ("bone.chordoma|cns.glioblastoma", "Astrocytoma IDH-mut gr 2", "", False, "two protocols"),
    ("", "Astrocytoma IDH-mut gr 2", '"astrocytoma idh-mut GR 2" = "cns.astrocytoma.grade2.surgery"', False,
     "a diagnosis that the profile confirms"),
    ("", "Astrocytoma IDH-mut gr 2", '"Astrocytoma IDH-mut gr 2" = ""', True, "one that is confirmed one by one"),
    ("", "Astrocytoma IDH-mut gr 2", '"Chordoma" = "bone.chordoma"', True, "another one is confirmed"),
)  # fmt: skip


@pytest.mark.parametrize(("protocol", "diagnosis", "line", "is_listed", "why"), WORKLIST, ids=[w for *_, w in WORKLIST])
def test_who_is_confirmed_already_is_not_on_the_list(setup, tmp_path, protocol, diagnosis, line, is_listed, why):
    profile = (
        '[columns]\n"MRN" = "patient_id"\n[patients.columns]\n"Card" = "patient_id"\n"Course" = "protocol"\n'
        f'"Dx" = "diagnosis"\n[patients.values.diagnosis]\n{line}\n'
    )
    (tmp_path / "hand.toml").write_text(profile, encoding="utf-8")
    write_lines(tmp_path / "patients.csv", "Card,Course,Dx", f"ZQX-4711,{protocol},{diagnosis}")
    setup("events.csv", "--patients", "patients.csv", "--profile", "hand.toml", "--candidates", "work.csv")
    listed = (tmp_path / "work.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [row.partition(",")[0] for row in listed] == (["ZQX-4711"] if is_listed else []), why


def test_who_has_a_protocol_is_not_on_the_first_list_either(setup, tmp_path):
    write_lines(tmp_path / "patients.csv", "MRN,Protocol", "P1,cns.astrocytoma.grade2.surgery", "P2,", "P3,GBM")
    setup("events.csv", "--patients", "patients.csv", "-o", "site.toml", "--candidates", "work.csv")
    listed = (tmp_path / "work.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [row.partition(",")[0] for row in listed] == ["P3"]


NEW_FORMS = (
    # a row of the export, what the profile lacks for it
    ('="00123",CT CHEST,25.03.2026,performed,a', "[ids] clean = true"),
    ("P1,CT CHEST,2026-03-25T12:00:00Z,performed,a", '[dates] # timezone = "?"'),
    ("P1,CT CHEST,25.03.2026,NULL,a", '[values.status] # "NULL" = "?"'),
)


@pytest.mark.parametrize(("row", "said"), NEW_FORMS, ids=[said for _, said in NEW_FORMS])
def test_ids_stamps_and_statuses_of_another_form_are_new(by_hand, row, said):
    profile = BY_HAND.replace("[dates]", "[dates]\nbirths_until = 2026")
    outcome = by_hand("P2,CT CHEST,25.03.2026,performed,a", row, profile=profile)
    assert outcome.exit_code == 3
    assert f"  {said}" in outcome.err


def test_a_footer_that_the_profile_lacks_is_new(by_hand):
    rows = ("P1,CT CHEST,25.03.2026,performed,a", "P2,CT CHEST,25.03.2026,performed,a", "Total rows: 2")
    assert '[file] footer = ["Total' in by_hand(*rows).err
    assert by_hand(*rows, profile=f'{BY_HAND}[file]\nfooter = ["Total rows"]\n').exit_code == 0


def test_the_worklist_holds_the_patients_of_all_files(setup, tmp_path):
    for number in (1, 2):
        write_lines(
            tmp_path / f"w{number}.csv", "MRN,Exam Description,Exam Dt,Exam Status,Diagnosis",
            f"P{number},CT CHEST,04/15/2026,Completed,Oligodendroglioma gr 3",
        )  # fmt: skip
    setup("w1.csv", "w2.csv", "-o", "x.toml", "--candidates", "c.csv")
    listed = (tmp_path / "c.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [line.split(",")[0] for line in listed] == ["P1", "P2"]
