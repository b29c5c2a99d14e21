"""`vigil setup`: the profile that it proposes, what it leaves open, and what it never says.

The files are those of a made-up clinic; MARKERS are planted in ids, names, births, and in cells that are typed once.
"""

import tomllib

import pytest
from support.events_files import write_lines
from support.setup_files import EVENTS, MARKERS, write_clinic

DOUBTFUL = (
    *EVENTS,
    "ZQX-4711,Jane Plantedmarker,07/23/1961,MRI SOON,04/27/2026,Pend",
    "ZQX-4712,Ann Plantedmarker,08/24/1961,MRI SOON,04/28/2026,Pend",
    "ZQX-4713,Jane Plantedmarker,07/23/1961,MRI SOON,04/29/2026,Pend",
    "ZQX-4713,Jane Plantedmarker,07/23/1961,biopsy Jane,05/28/2026,Jane called",
    "ZQX-4713,Jane Plantedmarker,07/23/1961,MR BRAIN,05/28/2026,done by Jane 07/23/1961",
)


@pytest.fixture
def setup(vigil, tmp_path, monkeypatch):
    """Run `vigil setup` in a folder with the files of a clinic, without a terminal."""
    monkeypatch.chdir(tmp_path)
    write_clinic(tmp_path)
    write_lines(tmp_path / "doubtful.csv", *DOUBTFUL)

    def run(*args):
        return vigil("setup", *args, stdin=b"")

    return run


def markers_in(*texts):
    return [marker for marker in MARKERS if marker in "".join(texts)]


# What is proposed

PROFILE = """\
# An intake profile: how to read events.csv and patients.csv.
# Lines that start with # have to be confirmed: remove the #, and put what is right in place of a "?".
# Words that vigil knows, such as a status 'performed', need no line. "" stands for what is not read.
# What each part means: docs/reference/profile.md

[columns]
"MRN" = "patient_id"  # filled in 4 of 4 rows
"DOB" = "birth_date"  # filled in 4 of 4 rows
"Exam Description" = "study_text"  # filled in 4 of 4 rows
"Exam Dt" = "date"  # filled in 4 of 4 rows
"Exam Status" = "status"  # filled in 4 of 4 rows
"Patient Name" = ""  # not read; filled in 4 of 4 rows

[dates]
formats = ["%m/%d/%Y"]  # tried in order

[values.study_text]
"CT CHEST W WO" = "CT chest"  # 2 rows
"MR BRAIN" = "MRI brain"  # 1 row
"US NECK" = "other study"  # 1 row

[values.status]
"Completed" = "performed"  # 3 rows
"Sched" = "scheduled"  # 1 row

[null]
words = ["NULL"]  # texts that mean that nothing is known

[patients.columns]
"MRN" = "patient_id"  # filled in 2 of 2 rows
"Diagnosis" = "diagnosis"  # filled in 2 of 2 rows
"ICD10" = "diagnosis"  # filled in 2 of 2 rows
"Tx End" = "treatment_end_date"  # filled in 2 of 2 rows
"Site" = "primary_site"  # filled in 2 of 2 rows

[patients.dates]
formats = ["%m/%d/%Y"]  # tried in order

[patients.values.diagnosis]
"Glioblastoma IDH-wt" = "cns.glioblastoma"  # 1 row
"Osteosarcoma of tibia" = "bone.osteosarcoma"  # 1 row

[patients.values.primary_site]
"Right lower leg" = "lower_extremity"  # 1 row
"""


def test_a_profile_is_written_that_says_all_that_it_rests_on(setup, tmp_path):
    outcome = setup("events.csv", "--patients", "patients.csv", "-o", "site.toml")
    assert (outcome.exit_code, outcome.out) == (0, "")
    assert (tmp_path / "site.toml").read_text(encoding="utf-8") == PROFILE
    assert outcome.err.splitlines() == [
        "22 lines written to site.toml; read them before you use it",
        "Next: vigil inspect FILE --profile site.toml, then vigil audit or vigil due with --profile site.toml",
    ]


def test_the_profile_decides_without_a_hand_in_between(setup, vigil, tmp_path):
    setup("events.csv", "--patients", "patients.csv", "-o", "site.toml")
    options = ("--profile", "site.toml", "--as-of", "2026-07-01", "--columns", "decision,reason")
    outcome = vigil("audit", "events.csv", "--patients", "patients.csv", "-o", "out.csv", *options)
    assert outcome.exit_code == 0, outcome.err
    decided = [line.rsplit(",", 2)[1:] for line in (tmp_path / "out.csv").read_text().splitlines()[1:]]
    assert decided == [
        ["within", "on_schedule"], ["within", "on_schedule"], ["needs_info", "no_index_date"],
        ["refer", "other_guideline"],
    ]  # fmt: skip


def test_what_is_not_certain_is_a_comment_and_the_exit_code_is_3(setup, tmp_path):
    outcome = setup("doubtful.csv", "-o", "site.toml")
    text = (tmp_path / "site.toml").read_text(encoding="utf-8")
    assert outcome.exit_code == 3
    assert '# "MRI SOON" = "?"  # 3 rows; not understood; one of other study, no imaging\n' in text
    assert '# "Pend" = "?"  # 3 rows; one of performed, requested, scheduled, cancelled\n' in text
    assert "# a word in 1 row, first in line 9, is not understood; add it here, in quotes\n" in text
    assert outcome.err.splitlines()[0].startswith("no column seems to hold a diagnosis or a protocol")
    assert outcome.err.splitlines()[2] == "5 lines to confirm:"
    assert "biopsy" not in text + outcome.err
    assert "Pend" not in tomllib.loads(text)["values"]["status"]


def test_several_files_are_taken_together(setup, tmp_path):
    write_lines(tmp_path / "more.csv", "MRN,Exam Description,Exam Dt,Exam Status", "P1,CT CHEST,04/01/2026,Final")
    assert setup("events.csv", "more.csv", "-o", "site.toml").exit_code == 0
    words = tomllib.loads((tmp_path / "site.toml").read_text(encoding="utf-8"))["values"]
    assert words["study_text"]["CT CHEST"] == "CT chest"
    assert words["status"] == {"Completed": "performed", "Final": "performed", "Sched": "scheduled"}


def test_columns_of_the_patients_file_have_their_own_meaning(setup, tmp_path):
    """A date that is that of the study in one file is that of the surgery in the other."""
    write_lines(tmp_path / "patients.csv", "MRN,Op Date,Exam Status,Site", "ZQX-4711,15.01.2026,Alive,Brain")
    assert setup("events.csv", "--patients", "patients.csv", "-o", "site.toml").exit_code == 0
    profile = tomllib.loads((tmp_path / "site.toml").read_text(encoding="utf-8"))
    assert profile["columns"]["Exam Status"] == "status"
    assert profile["patients"]["columns"] == {
        "MRN": "patient_id", "Op Date": "surgery_date", "Site": "primary_site", "Exam Status": "",
    }  # fmt: skip
    assert (profile["dates"]["formats"], profile["patients"]["dates"]["formats"]) == (["%m/%d/%Y"], ["%d.%m.%Y"])


def test_an_order_of_day_and_month_that_no_row_settles_is_asked(setup, tmp_path):
    write_lines(tmp_path / "e.csv", "MRN,CPT,Exam Dt,Exam Status", "P1,72156,03/04/2026,Completed")
    outcome = setup("e.csv", "-o", "site.toml")
    assert outcome.exit_code == 3
    said = '  [dates] formats = "?"  # no row tells the month from the day; one of ["%m/%d/%Y"], ["%d/%m/%Y"]'
    assert said in outcome.err.splitlines()


def test_a_file_without_a_status_is_asked_what_its_rows_are(setup, tmp_path):
    write_lines(tmp_path / "e.csv", "MRN,CPT,Exam Dt", "P1,72156,03/14/2026")
    outcome = setup("e.csv", "-o", "site.toml")
    assert outcome.exit_code == 3
    said = '# status = "?"  # no column says what became of a study; one of performed, scheduled, requested'
    assert said in (tmp_path / "site.toml").read_text(encoding="utf-8").splitlines()


def test_a_missing_column_is_named_by_its_field(setup, tmp_path):
    write_lines(tmp_path / "e.csv", "Key,CPT,Exam Dt,Exam Status", "P1,72156,03/14/2026,Completed")
    outcome = setup("e.csv", "-o", "site.toml")
    assert outcome.exit_code == 3
    assert "  [columns] no column of e.csv seems to hold the field 'patient_id'; put its name here" in outcome.err


def test_a_line_whose_remark_sign_alone_is_removed_is_an_error(setup, vigil, tmp_path):
    """`"?"` is no word of vigil, so nobody takes the first answer by not looking."""
    setup("doubtful.csv", "-o", "site.toml")
    path = tmp_path / "site.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('# "', '"'), encoding="utf-8")
    outcome = vigil("inspect", "events.csv", "--profile", "site.toml")
    assert outcome.exit_code == 2
    assert "[values.status]: \"Pend\": unknown status '?'" in outcome.err
    assert '[values.study_text]: "MRI SOON": ' in outcome.err


def test_a_column_with_both_orders_of_day_and_month_is_an_open_line(setup, tmp_path):
    """No format reads both: whichever is taken, the other rows have to be refused."""
    rows = ("P1,72156,03/25/2026,Completed", "P1,72156,25/03/2026,Completed", "P1,72156,03/04/2026,Completed")
    write_lines(tmp_path / "e.csv", "MRN,CPT,Exam Dt,Exam Status", *rows)
    outcome = setup("e.csv", "-o", "site.toml")
    said = "some rows have the month first and some the day first, and a day up to 12 does not tell which"
    line = f'formats = "?"  # {said}; one of ["%m/%d/%Y"], ["%d/%m/%Y"]'
    assert outcome.exit_code == 3
    assert f"# {line}" in (tmp_path / "site.toml").read_text(encoding="utf-8").splitlines()


def test_both_orders_in_one_column_are_open_beside_columns_of_one_order(setup, tmp_path):
    rows = ("P1,72156,03/25/2026,Completed,03/25/2026", "P1,72156,04/25/2026,Completed,25/03/2026")
    write_lines(tmp_path / "e.csv", "MRN,CPT,Exam Dt,Exam Status,Tx End", *rows)
    assert setup("e.csv", "-o", "site.toml").exit_code == 3
    text = (tmp_path / "site.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["dates"]["formats"] == ["%m/%d/%Y"]
    assert '[dates.columns]\n# "Tx End" = "?"  # some rows have the month first and some the day first,' in text


# What is never said


@pytest.mark.parametrize("name", ["events.csv", "doubtful.csv"])
def test_no_id_name_birth_or_slip_is_said_or_written(setup, tmp_path, name):
    outcome = setup(name, "--patients", "patients.csv", "-o", "site.toml", "--candidates", "work.csv")
    text = (tmp_path / "site.toml").read_text(encoding="utf-8")
    assert markers_in(outcome.out, outcome.err, text) == []


CARELESS = (
    # column, cell that names somebody, field of the column
    ("Exam Description", "CT CHEST Jane Plantedmarker", "study_text"),
    ("Exam Description", "US neck Jane", "study_text"),
    ("Exam Status", "Jane Plantedmarker", "status"),
    ("Exam Status", "Completed Jane", "status"),
    ("Site", "Jane Plantedmarker", "primary_site"),
    ("Modality", "Jane", "modality"),
    ("Body Part", "Jane", "region"),
    ("CPT", "ZQX-4711", "cpt"),
    ("Diagnosis", "Osteosarcoma Jane Plantedmarker", "diagnosis"),
    ("Protocol", "GBM Jane", "protocol"),
    ("Exam Dt", "07/23/1961 Jane", "date"),
    ("DOB", "1961 Jane", "birth_date"),
)


@pytest.mark.parametrize(("column", "cell", "field"), CARELESS)
def test_a_cell_that_is_typed_once_and_not_understood_is_named_by_its_place(setup, tmp_path, column, cell, field):
    usual = {
        "MRN": "P1", "Exam Dt": "03/27/2026", "Exam Description": "CT CHEST", "Exam Status": "Completed",
        "Site": "Brain", "Modality": "CT", "Body Part": "CHEST", "CPT": "71250", "Diagnosis": "Chordoma",
        "Protocol": "bone.chordoma", "DOB": "02/13/1950",
    }  # fmt: skip
    columns = ["MRN", "Exam Dt", "Exam Status", *([] if column in ("MRN", "Exam Dt", "Exam Status") else [column])]
    rows = [[usual[name] for name in columns]] * 8 + [[usual[name] if name != column else cell for name in columns]]
    write_lines(tmp_path / "e.csv", *(",".join(cells) for cells in [columns, *rows]))
    outcome = setup("e.csv", "-o", "site.toml")
    text = (tmp_path / "site.toml").read_text(encoding="utf-8")
    assert f'"{column}" = "{field}"' in text
    assert markers_in(outcome.out, outcome.err, text) == []


# What is refused

REFUSED = (
    # arguments, what is said
    (["events.csv"], "setup has nowhere to write the profile; add -o site.toml"),
    (["events.csv", "-o", "events.csv"], "events.csv is one of the files; give the profile another name"),
    (["events.csv", "-o", "s.toml", "--candidates", "events.csv"], "events.csv is one of the files"),
    (["gone.csv", "-o", "s.toml"], "cannot read gone.csv: No such file or directory; check the name"),
    (["'2026-*.csv'", "-o", "s.toml"], "no file matches '2026-*.csv'; check the pattern and the folder"),
    (["events.csv", "-o", "s.toml", "--profile", "gone.toml"], "cannot read gone.toml: No such file"),
)


@pytest.mark.parametrize(("args", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_setup_cannot_do_is_refused(setup, args, said):
    outcome = setup(*args)
    assert outcome.exit_code == 2
    assert said in outcome.err
    assert markers_in(outcome.err) == []
