"""Reading an earlier due list: what it tells of itself, and what is no such list."""

import gzip
from datetime import date

import pytest
from support.events_files import write_lines

from spine_vigil.scheduler.cohort.due.earlier import read_earlier
from spine_vigil.scheduler.errors import FileError

HEADER = "patient_id,protocol,schedule,study,section,status,reference_date,opens,closes,last_day,days_overdue,booked"
OVERDUE = "P1,bone.chordoma,chest,CT of the chest,Bone 2.a,overdue,2022-01-31,2022-03-01,2022-04-30,2022-05-09,10,"
OPEN = "P2,bone.chordoma,chest,CT of the chest,Bone 2.a,open,2022-01-31,2022-03-01,2022-06-30,2022-07-09,,2022-06-01"


def earlier(tmp_path, *lines, header=HEADER):
    return read_earlier(write_lines(tmp_path / "due.csv", header, *lines))


def refused(tmp_path, *lines, header=HEADER):
    with pytest.raises(FileError) as problem:
        earlier(tmp_path, *lines, header=header)
    return str(problem.value).removeprefix(f"{tmp_path / 'due.csv'}")


def test_the_date_of_a_csv_is_that_from_which_its_overdue_days_count(tmp_path):
    found = earlier(tmp_path, OVERDUE, OPEN)
    assert (found.as_of, found.edition, found.lacking) == (date(2022, 5, 10), None, ())
    assert earlier(tmp_path, OPEN).as_of is None


def test_lists_that_are_joined_are_refused(tmp_path):
    other = OVERDUE.replace("P1", "P3").replace(",10,", ",11,")
    assert refused(tmp_path, OVERDUE, other) == (
        " counts its overdue days from 2 dates; give the list of one date alone"
    )
    assert refused(tmp_path, OVERDUE, OVERDUE) == (
        " names a patient, protocol and schedule twice, as if lists were joined; give one list alone"
    )


def test_an_older_list_lacks_columns_and_is_read_all_the_same(tmp_path):
    found = earlier(
        tmp_path,
        "P1,bone.chordoma,chest,open,2022-03-01,2022-04-30",
        header="patient_id,protocol,schedule,status,opens,closes",
    )
    assert found.lacking == ("last_day", "booked")
    assert found.rows["closes"].to_list() == [date(2022, 4, 30)]


@pytest.mark.parametrize("name", ["patient_id", "protocol", "schedule", "status", "opens", "closes"])
def test_a_table_without_a_needed_column_is_no_due_list(tmp_path, name):
    header = HEADER.replace(name, "other", 1)
    assert refused(tmp_path, OPEN, header=header) == (
        f" is no due list: it has no column {name}; give --since a file that 'vigil due -o' wrote"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (OPEN.replace(",2022-06-30,", ",30.06.2022,"), ": column closes holds what 'vigil due' does not write there"),
        (OVERDUE.replace(",10,", ",ten,"), ": column days_overdue holds what 'vigil due' does not write there"),
        (OPEN.replace(",open,", ",secret,"), ": column status holds what is no status"),
        (OPEN.replace(",open,", ",,"), ": column status holds what is no status"),
        (f"{OPEN},one cell too many", " cannot be read as a due list"),
    ],
)
def test_a_cell_that_vigil_does_not_write_is_refused_and_not_repeated(tmp_path, line, said):
    message = refused(tmp_path, line)
    assert message.startswith(said)
    assert [text for text in ("30.06.2022", "ten,", "secret", "P1", "P2") if text in message] == []


@pytest.mark.parametrize("content", [b"PAR1 is not enough", b"PK neither", b'{"due": 1}', b'{"edition": "x"}', b""])
def test_a_file_of_another_kind_is_refused(tmp_path, content):
    path = tmp_path / "due.csv"
    path.write_bytes(content)
    with pytest.raises(FileError, match="cannot be read as a due list"):
        read_earlier(path)


def test_a_damaged_gzip_file_and_a_missing_one_are_refused(tmp_path):
    path = tmp_path / "due.csv.gz"
    path.write_bytes(gzip.compress(HEADER.encode())[:-4])
    with pytest.raises(FileError, match="is a damaged gzip file; compress or copy it again"):
        read_earlier(path)
    with pytest.raises(FileError, match="cannot read"):
        read_earlier(tmp_path / "none.csv")


def test_what_was_gone_already_is_left_out(tmp_path):
    found = earlier(tmp_path, f"{OVERDUE},gone", f"{OPEN},", header=f"{HEADER},change")
    assert found.rows["patient_id"].to_list() == ["P2"]


def test_a_json_that_says_of_itself_what_vigil_does_not_write_is_refused(tmp_path):
    path = tmp_path / "due.json"
    for about in ('"as_of": "soon"', '"selected": "all of them"', '"selected": "opens_by=soon"'):
        path.write_text(f'{{{about}, "due": []}}', encoding="utf-8")
        with pytest.raises(FileError, match="says of itself what vigil does not write"):
            read_earlier(path)
