"""Identities and pseudonyms of calendar entries, and the site secret that they rest on."""

from __future__ import annotations

import stat

import pytest
from support.reminders import SECRET, ct, entries, row

from spine_vigil.scheduler.calendars.identity import SiteSecret, is_readable_by_others, make_secret, read_secret
from spine_vigil.scheduler.errors import FileError


def uids(found, schedule_words="of the chest"):
    return {str(e.opens): e.uid for e in found.events if schedule_words in e.description}


# Who they are of


def test_the_identity_is_a_keyed_hash_of_patient_protocol_schedule_and_number():
    """HMAC-SHA256 by another program, over ["window", "P1", "bone.osteosarcoma", "chest", 0].

    Its first 32 digits are ee7b76bd4e5844c9953f9375b0318fbd; a UUID of version 8 has an 8 for the 13th.
    """
    assert SECRET.window_uid("P1", "bone.osteosarcoma", "chest", 0) == "ee7b76bd-4e58-84c9-953f-9375b0318fbd"


def test_the_pseudonym_is_a_keyed_hash_of_the_patient():
    """HMAC-SHA256 by another program, over ["patient", "P1"], in base 32."""
    assert SECRET.patient_code("P1") == "Y635RSLI"


@pytest.mark.parametrize(
    "other",
    [("P1b", "p", "s", 0), ("P1", "pp", "s", 0), ("P1", "p", "ss", 0), ("P1", "p", "s", 1), ("P1p", "", "s", 0)],
)
def test_identities_differ_by_every_part(other):
    assert SECRET.window_uid(*other) != SECRET.window_uid("P1", "p", "s", 0)


def test_identities_differ_by_site():
    assert SiteSecret(bytes(32)).window_uid("P1", "p", "s", 0) != SECRET.window_uid("P1", "p", "s", 0)


def test_a_window_that_moves_keeps_its_identity():
    """The end of treatment is corrected by a week: other dates, the same events."""
    before = uids(entries([row()]))
    after = uids(entries([row(treatment_end_date="2022-01-24")]))
    assert (before["2022-04-30"], before["2022-07-31"]) == (after["2022-04-24"], after["2022-07-24"])


def test_a_projection_that_becomes_firm_keeps_its_identity():
    before = uids(entries([row()]))
    after = uids(entries([row(), ct("2022-05-03")], "2022-05-04"))
    assert before["2022-07-31"] == after["2022-08-03"]
    assert before["2022-04-30"] not in after.values()


def test_two_rows_of_one_day_are_one_study_for_the_number():
    once = uids(entries([row(), ct("2022-05-03")], "2022-05-04"))
    assert uids(entries([row(), ct("2022-05-03"), ct("2022-05-03")], "2022-05-04")) == once


# The secret


def test_a_secret_is_kept_for_its_owner_alone_and_found_again(tmp_path):
    path = tmp_path / "site.secret"
    assert read_secret(path) is None
    made = make_secret()
    made.save_new(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_secret(path) == made
    assert not is_readable_by_others(path)
    path.chmod(0o640)
    assert is_readable_by_others(path)


def test_secrets_differ_and_do_not_print_themselves():
    assert make_secret() != make_secret()
    assert repr(SECRET) == "SiteSecret()"


def test_a_secret_is_never_overwritten(tmp_path):
    path = tmp_path / "site.secret"
    path.write_text("mine")
    with pytest.raises(FileError, match=r"cannot write the site secret .*site\.secret"):
        SECRET.save_new(path)
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not hexadecimal", "no site secret"),
        (b"00" * 31, "too short"),
        (b"", "too short"),
        (b"\xff", "no site secret"),
    ],
)
def test_a_damaged_secret_is_refused(tmp_path, content, message):
    path = tmp_path / "site.secret"
    path.write_bytes(content)
    with pytest.raises(FileError, match=message):
        read_secret(path)


def test_a_secret_that_is_no_file_is_refused(tmp_path):
    with pytest.raises(FileError, match="cannot read the site secret"):
        read_secret(tmp_path)
