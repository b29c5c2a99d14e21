"""Arguments of the Python functions: what is natural is taken, and what is wrong is a VigilError that names it."""

import tempfile
from datetime import date, datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from support.paths import SAMPLES

import spine_vigil as vigil

EVENTS = SAMPLES / "clinic.csv"
STUDY = "MRI cervical_spine"
PATIENT = {
    "protocol": "bone.osteosarcoma",
    "index": {"treatment_end": "2026-01-15"},
    "primary_site": "cervical_spine",
}
SPAN = {"as_of": "2026-05-01", "until": "2027-06-30"}


def check(day="2026-04-15", **more):
    return vigil.check(STUDY, day, **{**PATIENT, **more})


def windows(**more):
    return vigil.windows(**{**PATIENT, **SPAN, **more})


# What is natural is taken


def test_none_is_what_is_not_known_as_an_empty_text_is():
    expected = vigil.check(STUDY, "2026-04-15")
    assert expected.decision.value == "needs_info"
    for nothing in (None, ""):
        found = vigil.check(STUDY, "2026-04-15", protocol=nothing, primary_site=nothing, birth_date=nothing)
        assert found == expected
        assert windows(primary_site=nothing) == windows(primary_site=None)
    assert windows(primary_site=None) != windows()


@pytest.mark.parametrize("prior", ["2026-01-20", date(2026, 1, 20), datetime(2026, 1, 20)])
def test_one_earlier_study_needs_no_list(prior):
    assert check(prior=prior) == check(prior=["2026-01-20"]) != check()
    assert windows(prior=prior) == windows(prior=["2026-01-20"]) != windows()


def test_one_other_study_needs_no_list():
    assert check(also="MRI thoracic_spine") == check(also=["MRI thoracic_spine"]) != check()


def test_midnight_is_its_date():
    assert check(datetime(2026, 4, 15)) == check("2026-04-15")
    assert check(birth_date=datetime(1960, 1, 1)) == check(birth_date="1960-01-01")
    assert check(index={"treatment_end": datetime(2026, 1, 15)}) == check()
    assert windows(as_of=datetime(2026, 5, 1), until=datetime(2027, 6, 30)) == windows()
    assert_frame_equal(vigil.due(EVENTS, as_of=datetime(2026, 11, 2)), vigil.due(EVENTS, as_of="2026-11-02"))


def test_a_lazy_frame_is_collected():
    events = pl.scan_csv(EVENTS, infer_schema=False)
    patients = pl.LazyFrame({"patient_id": ["P1"], "birth_date": ["1960-01-01"]})
    assert_frame_equal(vigil.audit(events), vigil.audit(EVENTS))
    assert_frame_equal(vigil.due(events, as_of="2026-11-02"), vigil.due(EVENTS, as_of="2026-11-02"))
    with pytest.warns(vigil.VigilWarning, match="no patient of the patients frame has an event"):
        assert_frame_equal(vigil.audit(EVENTS, patients), vigil.audit(EVENTS, patients.collect()))


def test_an_object_column_is_read_as_no_text():
    events = pl.read_csv(EVENTS, infer_schema=False).head(3)
    notes = pl.Series("notes", [object(), None, object()], dtype=pl.Object)
    decided = vigil.audit(events.with_columns(notes))
    assert decided["reason"].to_list() == vigil.audit(events)["reason"].to_list()
    assert decided["notes"].to_list() == notes.to_list()
    assert len(vigil.due(events.with_columns(notes), as_of="2026-11-02")) > 0
    dates = pl.Series("date", [object(), None, None], dtype=pl.Object)
    assert "a value of type Object" in vigil.audit(events.with_columns(dates))["explanation"][0]


# What is wrong is an error that names the argument

MORNING = datetime(2026, 1, 15, 8, 30)
WRONG = [
    (lambda: windows(assume="last"), "unknown value of assume 'last'; known are latest, earliest"),
    (lambda: windows(assume=None), "unknown value of assume 'None'; known are latest, earliest"),
    (lambda: check(MORNING), "date: 2026-01-15 08:30:00 has a time of day; give the date alone: '2026-01-15'"),
    (lambda: check(20260415), "date: '20260415' is not a date; write YYYY-MM-DD, and a day that exists"),
    (lambda: check(birth_date=MORNING), "birth_date: 2026-01-15 08:30:00 has a time of day"),
    (lambda: check(prior=[MORNING]), "prior: 2026-01-15 08:30:00 has a time of day"),
    (lambda: check(index={"treatment_end": MORNING}), "index treatment_end: 2026-01-15 08:30:00 has a time of day"),
    (lambda: check(index={"treatment_end": "15.01.2026"}), "index treatment_end: '15.01.2026' is not a date"),
    (lambda: check(index={"surgry": "2026-01-15"}), "index: unknown index date 'surgry'; did you mean 'surgery'?"),
    (lambda: check(facts={"high_grade": MORNING}), "facts high_grade: 2026-01-15 08:30:00 has a time of day"),
    (lambda: windows(index={"treatment_end": "15.01.2026"}), "index treatment_end: '15.01.2026' is not a date"),
    (lambda: windows(as_of=MORNING), "as_of: 2026-01-15 08:30:00 has a time of day"),
    (lambda: windows(as_of="2026-02-30"), "as_of: '2026-02-30' is not a date"),
    (lambda: windows(until="2030"), "until: '2030' is not a date"),
    (lambda: windows(until=None), "until: '' is not a date"),
    (lambda: vigil.due(EVENTS, as_of=MORNING), "as_of: 2026-01-15 08:30:00 has a time of day"),
    (lambda: vigil.due(EVENTS, as_of="today"), "as_of: 'today' is not a date"),
    (lambda: vigil.audit({"patient_id": ["P1"]}), "events: a dict is neither a frame of polars nor the path of"),
    (lambda: vigil.audit(None), "events: a NoneType is neither"),
    (lambda: vigil.audit(EVENTS, {"patient_id": ["P1"]}), "patients: a dict is neither a frame of polars nor"),
    (lambda: vigil.due(EVENTS, [EVENTS], as_of="2026-11-02"), "patients: a list is neither"),
    (lambda: vigil.audit(pl.scan_csv("no-such-file.csv")), "events: the lazy frame cannot be collected: "),
    (lambda: vigil.audit(pl.LazyFrame({"a": [1]}).select("b")), "events: the lazy frame cannot be collected: "),
]


@pytest.mark.parametrize(("call", "message"), WRONG, ids=[message for _, message in WRONG])
def test_a_wrong_argument_is_an_error_that_names_it(call, message):
    with pytest.raises(vigil.VigilError) as problem:
        call()
    assert str(problem.value).startswith(message)


@pytest.mark.parametrize(
    "call", [lambda: vigil.audit(EVENTS), lambda: vigil.due(EVENTS, as_of="2026-11-02")], ids=["audit", "due"]
)
def test_no_folder_for_temporary_files_is_said(monkeypatch, tmp_path, call):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(vigil.VigilError, match=r"^cannot write a temporary file \(TMPDIR says where\): No such file"):
        call()


@pytest.mark.parametrize(
    "call", [lambda: vigil.audit(EVENTS), lambda: vigil.due(EVENTS, as_of="2026-11-02")], ids=["audit", "due"]
)
def test_no_room_for_temporary_files_is_said(monkeypatch, call):
    def no_room(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("spine_vigil.scheduler.files.spill.Spill.put", no_room)
    with pytest.raises(vigil.VigilError, match=r"^cannot write a temporary file .*: No space left on device"):
        call()
