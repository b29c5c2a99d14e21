"""Samples of a file: the texts of its columns with their rows and first places, without headers and footers."""

from io import BytesIO

from support.events_files import write_lines

from spine_vigil.scheduler.cohort.events.headers import Layout
from spine_vigil.scheduler.cohort.events.opening import open_events, open_stream
from spine_vigil.scheduler.cohort.survey import sampling
from spine_vigil.scheduler.cohort.survey.sampling import joined, sample_file
from spine_vigil.scheduler.intake.profile import FileForm, FileProfile

ANY = Layout("a file", wanted=(), added=())


def sampled(*lines, footer=(), progress=lambda _: None):
    data = "\n".join([*lines, ""]).encode()
    profile = FileProfile(form=FileForm(footer=footer), is_profiled=True)
    with open_stream(BytesIO(data), "folder/e.csv", profile, ANY) as file:
        return sample_file(file, progress)


def test_texts_are_counted_with_their_first_place():
    found = sampled("MRN,State", "1, Done ", "2,Done", "3,", "4,NULL", "5,Sched")
    state = found.column("State")
    assert (found.name, found.rows, state.rows, state.filled) == ("e.csv", 5, 5, 4)
    assert state.counts == {"Done": 2, "NULL": 1, "Sched": 1}
    assert state.first_lines == {"Done": "line 2", "NULL": "line 5", "Sched": "line 6"}
    assert (state.words, state.said) == ({"Done": 2, "Sched": 1}, 3)


def test_a_header_that_is_repeated_and_a_footer_are_no_rows():
    found = sampled("MRN,State", "1,Done", "MRN,State", "MRN,Done", "Total: 2,", footer=("Total",))
    assert found.rows == 2
    assert found.column("MRN").counts == {"1": 1, "MRN": 1}
    assert found.column("State").counts == {"Done": 2}


def test_diagnoses_of_a_row_are_kept_together():
    found = sampled("MRN,Diagnosis,ICD10", "1,Chordoma,C41.0", "2,Chordoma,C41.0", "3,,C71.1", "4,,")
    assert found.diagnoses == (("Chordoma", "C41.0"), ("C71.1",), ())
    assert sampled("MRN,Diagnosis", "1,Chordoma").diagnoses == ()


def test_texts_are_counted_up_to_a_number_of_them(monkeypatch):
    monkeypatch.setattr(sampling, "MOST_TEXTS", 3)
    whole = sampled("MRN,State", "1,a", "2,b", "3,a")
    assert (whole.column("State").is_whole, whole.column("MRN").is_whole) == (True, False)


def test_texts_have_their_patients_up_to_three():
    lines = ["1,a", "1,a", "001,a", "2,b", "3,b", "4,b", "5,b", "NULL,c", ",c", "6,c"]
    state = sampled("MRN,State", *lines).column("State")
    assert {text: state.patients_of(text) for text in state.counts} == {"a": 1, "b": 3, "c": 1}


def test_rows_stand_for_patients_where_no_column_names_them():
    state = sampled("Key,State", "1,a", "1,a").column("State")
    assert (state.patients, state.patients_of("a")) == (None, 2)


def test_patients_of_several_files_are_counted_once():
    found = joined([sampled("MRN,State", "1,a", "2,a"), sampled("MRN,State", "2,a"), sampled("Key,State", "7,a")])
    assert found.column("State").patients_of("a") == 2


def test_a_known_profile_says_which_column_names_patients():
    data = b"MRN,Key,State\n1,7,a\n2,7,a\n"
    with open_stream(BytesIO(data), "e.csv", FileProfile(is_profiled=True), ANY) as file:
        assert sample_file(file).column("State").patients_of("a") == 2
        assert sample_file(file, known={"Key": "patient_id", "MRN": ""}).column("State").patients_of("a") == 1


def test_the_rows_read_so_far_are_told():
    told = []
    sampled("MRN", "1", "2", progress=told.append)
    assert told == [2]


def test_several_files_are_one_sample():
    first, second = sampled("MRN,State", "1,Done"), sampled("MRN,Site", "2,Brain", "3,Brain")
    found = joined([first, second])
    assert (found.name, found.rows) == ("e.csv and e.csv", 3)
    assert [column.name for column in found.columns] == ["MRN", "State", "Site"]
    assert (found.column("MRN").counts, found.column("MRN").filled) == ({"1": 1, "2": 1, "3": 1}, 3)
    assert (found.column("State").filled, found.column("State").rows) == (1, 3)


def test_the_file_of_a_text_is_named_where_there_are_several(tmp_path):
    write_lines(tmp_path / "a.csv", "MRN,State", "1,Done")
    write_lines(tmp_path / "b.csv", "MRN,State", "2,Done", "3,Sched")
    with open_events(tmp_path, FileProfile(is_profiled=True), ANY) as file:
        found = sample_file(file)
    assert found.column("State").first_lines == {"Done": "a.csv, line 2", "Sched": "b.csv, line 3"}
