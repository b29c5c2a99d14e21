"""Frames that wait on disk, and work by many hands."""

import os
from datetime import date
from threading import Barrier, Event, Lock
from time import sleep

import polars as pl
import pytest

from spine_vigil.scheduler.cohort.threads import in_order
from spine_vigil.scheduler.files.spill import Spill

FRAMES = [
    pl.DataFrame(
        {"row": pl.Series([0, 1], dtype=pl.UInt32), "day": [date(2026, 4, 15), None], "text": ["\u00e9\n", None]}
    ),
    pl.DataFrame(schema={"row": pl.UInt32, "text": pl.String, "score": pl.Float64}),
    pl.DataFrame({"tags": [["a"], None], "raw": [b"\0", b""]}),
]


@pytest.fixture(autouse=True)
def on_disk(monkeypatch):
    monkeypatch.setattr("spine_vigil.scheduler.files.spill.IN_MEMORY", 0)


@pytest.mark.parametrize("in_memory", [0, 100, 1 << 20], ids=["on disk", "some in memory", "in memory"])
def test_frames_come_back_as_they_were_in_any_order_and_as_often_as_asked(monkeypatch, in_memory):
    monkeypatch.setattr("spine_vigil.scheduler.files.spill.IN_MEMORY", in_memory)
    with Spill() as spill:
        places = [spill.put(FRAMES[:1]), spill.put([]), spill.put(FRAMES)]
        for place, frames in reversed(list(zip(places, [FRAMES[:1], [], FRAMES], strict=True)) * 2):
            found = spill.get(place)
            assert [frame.schema for frame in found] == [frame.schema for frame in frames]
            assert all(a.equals(b) for a, b in zip(found, frames, strict=True))
        assert spill.get(spill.put(FRAMES[1:2]))[0].equals(FRAMES[1])  # behind what was read


def test_many_threads_put_and_get_without_mixing():
    with Spill() as spill:

        def there_and_back(number):
            frame = pl.DataFrame({"number": [number] * (number % 97 + 1)})
            return spill.get(spill.put([frame, frame]))

        found = list(in_order(there_and_back, range(300), 8))
    assert [[frame["number"].to_list() for frame in pair] for pair in found] == [
        [[number] * (number % 97 + 1)] * 2 for number in range(300)
    ]


ROOM = [
    # bytes of room beside what the frames take, whether they wait on disk, why
    (-1, True, "one byte too few"),
    (0, False, "just enough"),
    (1, False, "a byte to spare"),
]


@pytest.mark.parametrize(("spare", "is_on_disk", "why"), ROOM)
def test_frames_wait_on_disk_once_memory_has_no_room(monkeypatch, spare, is_on_disk, why):
    size = int(sum(frame.estimated_size() for frame in FRAMES))
    monkeypatch.setattr("spine_vigil.scheduler.files.spill.IN_MEMORY", 2 * size + spare)
    with Spill() as spill:
        spill.put(FRAMES)
        assert os.fstat(spill._file.fileno()).st_size == 0
        spill.put(FRAMES)
        assert (os.fstat(spill._file.fileno()).st_size > 0) is is_on_disk, why


def test_the_file_has_no_name_and_its_space_is_given_back(tmp_path):
    with Spill(tmp_path) as spill:
        spill.put(FRAMES)
        file = spill._file.fileno()
        assert os.fstat(file).st_size > 0
        assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="closed file"):
        spill.put(FRAMES)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_an_error_of_the_operating_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        Spill(tmp_path / "none")


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_results_come_in_the_order_of_the_pieces_however_long_each_takes(workers):
    def work(piece):
        sleep(0.01 * (piece % 3 == 0))
        return piece * 10

    assert list(in_order(work, iter(range(12)), workers)) == [piece * 10 for piece in range(12)]
    assert list(in_order(work, [], workers)) == []


def test_as_many_pieces_are_under_way_at_once_as_there_are_workers():
    meeting = Barrier(3, timeout=20)
    assert list(in_order(lambda piece: meeting.wait() >= 0 and piece, range(6), 3)) == list(range(6))


@pytest.mark.parametrize(("workers", "most"), [(1, 1), (2, 3), (4, 5)])
def test_no_more_pieces_are_taken_than_there_is_room_for(workers, most):
    """Each can be a block of a file that is larger than memory."""
    taken = []
    results = in_order(lambda piece: piece, (taken.append(n) or n for n in range(50)), workers)
    for done in range(50):
        assert next(results) == done
        assert len(taken) <= done + most


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_an_error_comes_out_in_its_turn_and_stops_what_has_not_begun(workers):
    begun = []

    def work(piece):
        begun.append(piece)
        if piece == 3:
            raise ValueError("piece 3")
        return piece

    results = in_order(work, range(100), workers)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="piece 3"):
        next(results)
    assert max(begun) <= 3 + workers


@pytest.mark.parametrize("workers", [1, 3])
def test_an_error_of_the_pieces_themselves_comes_out(workers):
    def pieces():
        yield 1
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        list(in_order(lambda piece: piece, pieces(), workers))


def test_nothing_goes_on_once_nobody_wants_the_results():
    lock, running, may_end = Lock(), set(), Event()

    def work(piece):
        with lock:
            running.add(piece)
        if piece:
            may_end.wait(20)
        with lock:
            running.discard(piece)
        return piece

    results = in_order(work, range(100), 2)
    assert next(results) == 0
    may_end.set()
    results.close()
    assert running == set()
