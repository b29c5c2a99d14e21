"""Rows of one patient for the tests of `vigil sync`, and texts that no message about them may hold."""

from support.calendar_server import PASSWORD
from support.events_files import write_lines

HEADER = "patient_id,protocol,modality,region,date,status,treatment_end_date,primary_site,birth_date"
ENROLLED = "MRN-4711,bone.osteosarcoma,,,,,2022-01-31,sacrum,1961-07-23"
STUDIED = "MRN-4711,bone.osteosarcoma,CT,chest,2022-05-02,performed,2022-01-31,sacrum,1961-07-23"
MARKERS = ("MRN", "4711", "1961", "07-23", "sacrum", "osteosarcoma", PASSWORD)
SECRET = "00" * 32


def write(path, *rows):
    """Write an events file of these rows."""
    write_lines(path, HEADER, *rows)


def files(folder):
    """Return the content of every file of a folder by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def refused(sync, tmp_path, *args, **options):
    """Return the message of a sync that is refused and leaves every file as it was."""
    before = files(tmp_path)
    code, out, err = sync(*args, **options)
    assert (code, out) == (2, "")
    after = files(tmp_path)
    after.pop(".state.json.lock", None)
    before.pop(".state.json.lock", None)
    assert after == before
    return err
