"""Cohorts from Python: a frame or a file, text or typed, is audited and listed as the command does it."""

from io import BytesIO

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from support.paths import SAMPLES

import spine_vigil as vigil
from spine_vigil.notices import Notice, NoticeKind
from spine_vigil.scheduler.answers.columns import RESULT_COLUMNS

EVENTS = SAMPLES / "clinic.csv"


class Notices(list):
    """A listener that keeps the notices."""

    def notice(self, notice):
        self.append(notice)

    def step(self, text): ...
    def show(self, text, rows, fraction): ...
    def done(self): ...


@pytest.fixture(scope="module")
def events():
    """Yield the clinic's cohort as text."""
    return pl.read_csv(EVENTS, infer_schema=False)


def written(vigil_command, tmp_path, command, *options):
    """Return what a command writes as Parquet."""
    output = tmp_path / "out.parquet"
    assert vigil_command(command, EVENTS, *options, "-o", output)[0] == 0
    return pl.read_parquet(output)


def test_an_audit_of_a_file_is_what_the_command_writes(vigil_command, tmp_path):
    assert_frame_equal(vigil.audit(EVENTS), written(vigil_command, tmp_path, "audit"))
    assert_frame_equal(vigil.audit(str(EVENTS)), written(vigil_command, tmp_path, "audit"))


def test_an_audit_of_a_frame_is_that_of_its_file(events):
    assert_frame_equal(vigil.audit(events), vigil.audit(EVENTS))


def test_typed_columns_give_the_decisions_of_text(events):
    dates = [name for name in events.columns if name.endswith("date")]
    typed = events.with_columns(pl.col(dates).str.to_date("%Y-%m-%d", strict=False))
    assert typed[dates].null_count().sum_horizontal().item() == events[dates].null_count().sum_horizontal().item()
    decided = vigil.audit(typed)
    assert_frame_equal(decided.select(typed.columns), typed)
    assert_frame_equal(decided.select(RESULT_COLUMNS), vigil.audit(events).select(RESULT_COLUMNS))


def test_results_are_typed():
    decided = vigil.audit(EVENTS)
    dates = {"reference_date", "opens", "closes", "next_allowed"}
    expected = {name: pl.Date if name in dates else pl.String for name in RESULT_COLUMNS}
    numbers = dict.fromkeys(("days_from_window", "unread_rows"), pl.Int32)
    assert {name: decided.schema[name] for name in RESULT_COLUMNS} == expected | numbers


def test_an_empty_frame_gives_an_empty_one(events):
    decided = vigil.audit(events.clear())
    assert decided.columns == [*events.columns, *RESULT_COLUMNS]
    assert len(decided) == 0


def test_a_patients_frame_fills_what_events_leave_empty(events):
    fields = ["protocol", "primary_site", *(n for n in events.columns if n.endswith("_date"))]
    patients = events.group_by("patient_id", maintain_order=True).agg(pl.col(fields).drop_nulls().first())
    once = events.group_by("patient_id").agg(pl.col(fields).drop_nulls().n_unique().le(1))
    same = once.filter(pl.all_horizontal(fields))["patient_id"]
    rows = events.filter(pl.col("patient_id").is_in(same.implode()))
    assert len(rows) > 20
    full = rows.select(pl.exclude(fields)).join(patients, on="patient_id", how="left", maintain_order="left")
    filled = vigil.audit(rows.select(pl.exclude(fields)), patients)
    assert_frame_equal(filled.select(RESULT_COLUMNS), vigil.audit(full).select(RESULT_COLUMNS))


def test_a_due_list_of_a_frame_is_what_the_command_writes(vigil_command, tmp_path, events):
    listed = written(vigil_command, tmp_path, "due", "--as-of", "2026-11-02")
    assert_frame_equal(vigil.due(EVENTS, as_of="2026-11-02"), listed)
    assert_frame_equal(vigil.due(events, as_of="2026-11-02"), listed)
    assert len(listed) > 20


def test_a_frame_that_is_no_events_file_is_refused_in_words():
    with pytest.raises(vigil.VigilError, match="the events frame has no column 'patient_id'"):
        vigil.audit(pl.DataFrame({"mrn_of": ["1"], "date": ["2026-01-01"]}))
    with pytest.raises(vigil.VigilError, match="the patients frame has no column 'patient_id'"):
        vigil.audit(EVENTS, pl.DataFrame({"protocol": ["bone.osteosarcoma"]}))


def test_what_should_be_known_is_a_notice(events):
    heard = Notices()
    vigil.audit(events.rename({"status": "order_status"}), listener=heard)
    assert heard == [
        Notice(
            NoticeKind.COLUMN,
            "column 'order_status' is not known and carried through unread; is 'status' meant? then add --map"
            ' "order_status=status"',
        ),
        Notice(
            NoticeKind.EARLIER_STUDY,
            "WARNING: no row of the events frame is 'performed', so no study counts as an earlier one: is"
            " 'order_status' the column of the status? Map it, or make a profile with 'vigil setup'.",
        ),
    ]


def test_columns_with_other_names_are_read_as_fields(events):
    renamed = events.rename({"patient_id": "MRN", "status": "order_status"})
    columns = {"MRN": "patient_id", "order_status": "status"}
    decided = vigil.audit(renamed, columns=columns)
    assert decided.columns == [*renamed.columns, *RESULT_COLUMNS]
    assert_frame_equal(decided.select(RESULT_COLUMNS), vigil.audit(events).select(RESULT_COLUMNS))
    listed = vigil.due(renamed, as_of="2026-11-02", columns=columns)
    assert_frame_equal(listed, vigil.due(events, as_of="2026-11-02"))
    patients = pl.DataFrame({"MRN": ["P1"], "born": ["1960-01-01"]})
    with pytest.warns(vigil.VigilWarning, match="no patient of the patients frame has an event"):
        decided = vigil.audit(renamed, patients, columns={**columns, "born": "birth_date"})
    assert_frame_equal(decided.select(RESULT_COLUMNS), vigil.audit(events).select(RESULT_COLUMNS))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"MRN": "patient"}, "columns \"MRN\": unknown field 'patient'; did you mean 'patient_id'?"),
        ({"MRN": "patient_id"}, "the events frame has no column 'MRN' to be read as 'patient_id'"),
    ],
)
def test_columns_that_are_not_there_are_refused(events, columns, message):
    for call in (vigil.audit, lambda *args, **more: vigil.due(*args, as_of="2026-11-02", **more)):
        with pytest.raises(vigil.VigilError) as problem:
            call(events, columns=columns)
        assert str(problem.value).startswith(message)


def test_rows_that_a_due_list_leaves_out_are_a_notice(events):
    heard = Notices()
    first = events.row(0, named=True)
    done = {"modality": "MRI", "region": "cervical_spine", "cpt": None, "status": "performed"}
    rows = [first | done | {"date": "2026-13-01"}, first | done | {"date": "2026-11-03"}, first | {"patient_id": ""}]
    rows = [{name: row.get(name) for name in events.columns} for row in rows]
    vigil.due(pl.DataFrame(rows, schema=events.schema), as_of="2026-11-02", listener=heard)
    assert heard == [
        Notice(
            NoticeKind.EARLIER_STUDY,
            "not counted: 1 row marked as performed after 2026-11-02; look at the date, the status, or --as-of",
        ),
        Notice(
            NoticeKind.UNREADABLE_ROWS,
            "left out: 2 rows that cannot be read (date: 1, patient_id: 1); 'vigil audit' says why\n"
            "  line 1 is left out: column date cannot be read or does not fit\n"
            "  line 3 is left out: column patient_id: the patient id is empty; every row needs one",
        ),
    ]


def test_a_due_list_of_sound_rows_gives_no_notice(events):
    heard = Notices()
    vigil.due(events, as_of="2026-11-02", listener=heard)
    assert heard == []


def test_a_stream_of_bytes_is_a_file_without_a_name(events):
    from spine_vigil.cohort_rows import read_table
    from spine_vigil.protocols import CURRENT
    from spine_vigil.sources import CohortFiles, open_source

    with open_source(CohortFiles(BytesIO(EVENTS.read_bytes())), CURRENT) as source:
        table = read_table(source)
    assert source.files.name == "standard input"
    assert table.events["patient_id"].to_list() == events["patient_id"].to_list()


def test_without_a_listener_a_notice_is_a_warning_of_the_line_that_called(events):
    with (
        pytest.warns(vigil.VigilWarning, match="no row of the events frame is 'performed'"),
        pytest.warns(vigil.VigilWarning, match="column 'order_status' is not known") as caught,
    ):
        vigil.audit(events.rename({"status": "order_status"}))
    assert caught[0].filename == __file__
    with pytest.warns(vigil.VigilWarning, match="marked as performed after 2020-01-01") as caught:
        vigil.due(events, as_of="2020-01-01")
    assert caught[0].filename == __file__


def test_how_many_patients_match_is_no_warning(events):
    vigil.audit(events, events.select("patient_id").unique())
