"""The state file: what it holds, what it never holds, and what is said where it cannot be used."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from support.reminders import MARKERS, SECRET, ct, first_run, revision, row

from spine_vigil.scheduler.calendars.entries import Show
from spine_vigil.scheduler.calendars.identity import SiteSecret
from spine_vigil.scheduler.calendars.items import Look
from spine_vigil.scheduler.calendars.state import Horizon, Kind, Remembered, Stage, State, read_state
from spine_vigil.scheduler.errors import FileError

UID = "ee7b76bd-4e58-84c9-953f-9375b0318fbd"
REVISED = datetime(2022, 1, 31, tzinfo=UTC)
CANCELLED = Remembered(
    Kind.TODO,
    Stage.CANCELLED,
    3,
    REVISED,
    "0123456789abcdef",
    date(2022, 4, 30),
    date(2022, 5, 31),
    "Y635RSLI",
    date(2022, 6, 30),
    {"etag": '"7"', "sent": [1, 2]},
)
STATE = State({UID: CANCELLED}, {Kind.TODO: Horizon(date(2022, 2, 1), date(2023, 2, 1))}, SECRET.fingerprint())
FIELDS = {
    "kind": "todo",
    "stage": "cancelled",
    "sequence": 3,
    "revised": "20220131T000000Z",
    "content": "0123456789abcdef",
    "opens": "2022-04-30",
    "last_day": "2022-05-31",
    "code": "Y635RSLI",
    "shown_until": "2022-06-30",
    "sync": {"etag": '"7"', "sent": [1, 2]},
}
WRITTEN = {
    "format": "vigil calendar state",
    "version": 1,
    "site": SECRET.fingerprint(),
    "horizons": {"todo": ["2022-02-01", "2023-02-01"]},
    "events": {UID: FIELDS},
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.json"


def written(path, content):
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_a_state_is_written_as_plain_json():
    assert json.loads(STATE.to_bytes()) == WRITTEN


def test_a_state_is_found_as_it_was_written(path):
    path.write_bytes(STATE.to_bytes())
    assert read_state(path, SECRET) == STATE


def test_what_is_dropped_is_kept_by_its_version_alone(path):
    dropped = State({UID: Remembered(Kind.WINDOW, Stage.DROPPED, 3, REVISED)}, {}, SECRET.fingerprint())
    path.write_bytes(dropped.to_bytes())
    assert read_state(path, SECRET) == dropped
    assert json.loads(dropped.to_bytes())["events"][UID] == {
        "kind": "window",
        "stage": "dropped",
        "sequence": 3,
        "revised": "20220131T000000Z",
    }


def test_a_state_is_written_as_indented_text_in_the_order_of_names():
    state = State(site=SECRET.fingerprint(), horizons=STATE.horizons)
    assert state.to_bytes().decode().splitlines() == [
        "{",
        ' "events": {},',
        ' "format": "vigil calendar state",',
        ' "horizons": {',
        '  "todo": [',
        '   "2022-02-01",',
        '   "2023-02-01"',
        "  ]",
        " },",
        f' "site": "{SECRET.fingerprint()}",',
        ' "version": 1',
        "}",
    ]


def test_a_state_of_a_whole_cohort_is_found_as_it_was_written(path):
    look = Look(has_todos=True)
    state = revision(first_run([row()], look=look).state, [row(), ct("2022-05-03")], "2022-05-04", look=look).state
    path.write_bytes(state.to_bytes())
    assert read_state(path, SECRET) == state


def test_where_there_is_no_file_nothing_is_remembered(path):
    assert read_state(path, None) == State()


def test_a_state_names_nobody_and_no_diagnosis_even_where_the_calendar_does():
    found = revision(first_run([row()]).state, [row(), ct("2022-05-03")], "2022-05-04")
    text = found.state.to_bytes().decode("ascii").replace("primary_site", "")
    assert [marker for marker in [*MARKERS, "Bone", "chest", "CT"] if marker in text] == []
    assert len({show.value for show in Show}) == 3


def test_the_content_is_hashed_under_the_key_of_the_site():
    """An event says so little that anyone could try every rule and date against an unkeyed hash."""
    assert SECRET.content_hash(b"x") != SiteSecret(bytes(32)).content_hash(b"x")
    assert SECRET.content_hash(b"x") != SECRET.content_hash(b"y")
    assert SECRET.fingerprint() != SiteSecret(bytes(32)).fingerprint()


def without(name):
    return WRITTEN | {"events": {UID: {k: v for k, v in FIELDS.items() if k != name}}}


def with_field(**fields):
    return WRITTEN | {"events": {UID: FIELDS | fields}}


DAMAGED = [
    ([], "is not the state of a calendar", "no object"),
    ({"format": "another"}, "is not the state of a calendar", "of another program"),
    (WRITTEN | {"version": 2}, "is of version 2 and this program reads 1; use the newer program", "a later version"),
    ({k: v for k, v in WRITTEN.items() if k != "version"}, "is damaged", "no version"),
    ({k: v for k, v in WRITTEN.items() if k != "events"}, "is damaged", "no events"),
    (WRITTEN | {"events": []}, "is damaged", "events that are a list"),
    (WRITTEN | {"horizons": {"todo": ["2022-02-01"]}}, "is damaged", "half a horizon"),
    (WRITTEN | {"horizons": {"todo": "2022-02-01"}}, "is damaged", "a horizon that is a text"),
    (without("sequence"), "is damaged", "no SEQUENCE"),
    (with_field(sequence="3"), "is damaged", "a SEQUENCE that is a text"),
    (with_field(stage="gone"), "is damaged", "an unknown stage"),
    (with_field(kind="party"), "is damaged", "an unknown kind"),
    (with_field(revised="2022-01-31"), "is damaged", "a revision time without a time"),
    (with_field(opens="2022-02-30"), "is damaged", "a day that does not exist"),
    (without("last_day"), "is damaged", "a cancellation that could not be written again"),
    (without("shown_until"), "is damaged", "a cancellation that would be shown for ever"),
    (with_field(sync=[]), "is damaged", "data of a synchronization that are no object"),
    (WRITTEN | {"site": "0" * 16}, "was made under another site secret; give that one with --secret-file", "a secret"),
]


@pytest.mark.parametrize(("content", "message", "why"), DAMAGED, ids=[why for *_, why in DAMAGED])
def test_a_state_that_cannot_be_used_says_why(path, content, message, why):
    with pytest.raises(FileError) as refused:
        read_state(written(path, content), SECRET)
    assert f"{path} {message}" in str(refused.value), why


PLACES = [
    (without("sequence"), f"event {UID}: Object missing required field `sequence`"),
    (with_field(sequence="3"), f"event {UID}: Expected `int`, got `str` - at `$.sequence`"),
    (with_field(sequence=-1), f"event {UID}: Expected `int` >= 0 - at `$.sequence`"),
    (with_field(sequence=2**31), f"event {UID}: Expected `int` <= 2147483647 - at `$.sequence`"),
    (with_field(opens="2022-02-30"), f"event {UID}: Invalid RFC3339 encoded date - at `$.opens`"),
    (without("shown_until"), f"event {UID}: an event that is cancelled needs 'shown_until'"),
    (
        {**WRITTEN, "events": {"a sound one": FIELDS, UID: {**FIELDS, "code": 7}}},
        f"event {UID}: Expected `str`, got `int` - at `$.code`",
    ),
    (WRITTEN | {"events": []}, "Expected `object`, got `array` - at `$.events`"),
    (WRITTEN | {"horizons": {"todo": ["2022-02-01"]}}, "of at least length 2, got 1 - at `$.horizons[...]`"),
]


@pytest.mark.parametrize(("content", "message"), PLACES, ids=[message for _, message in PLACES])
def test_a_damaged_state_is_told_with_the_place(path, content, message):
    with pytest.raises(FileError) as refused:
        read_state(written(path, content), SECRET)
    assert str(refused.value).startswith(f"the state {path} is damaged: ")
    assert str(refused.value).endswith(f"{message}; restore it from a backup, or give another --state to start anew")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Input data was truncated"),
        (b"{", "Input data was truncated"),
        (b"\xff\xfe", r"JSON is malformed: invalid character \(byte 0\)"),
        (STATE.to_bytes()[:-20], "Input data was truncated"),
        (STATE.to_bytes().replace(b'"stage"', b"'stage'"), r"JSON is malformed: .* \(byte [0-9]+\)"),
        (STATE.to_bytes().replace(b"cancelled", b"\xff"), "Invalid UTF-8 encoded string"),
        (b'{"events": ' + 100_000 * b"[", "its values are nested too deeply"),
    ],
)
def test_half_a_state_is_damaged(path, content, message):
    path.write_bytes(content)
    with pytest.raises(FileError, match=f"is damaged: {message}; restore it from a backup, or give another --state"):
        read_state(path, SECRET)


def test_a_state_with_the_highest_sequence_is_read(path):
    assert read_state(written(path, with_field(sequence=2**31 - 1)), SECRET).events[UID].sequence == 2**31 - 1


def test_a_state_whose_secret_is_not_there_is_refused(path):
    path.write_bytes(STATE.to_bytes())
    with pytest.raises(FileError, match="made under a site secret that is not there; give it with --secret-file"):
        read_state(path, None)


def test_a_state_that_is_a_folder_is_refused(tmp_path):
    with pytest.raises(FileError, match="cannot read the state"):
        read_state(tmp_path, SECRET)


def test_only_what_is_remembered_can_be_synchronized():
    with pytest.raises(KeyError):
        STATE.with_sync({"another": {}})
