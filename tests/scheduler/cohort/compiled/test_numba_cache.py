"""Where loops are compiled, and what is done where they cannot be."""

import numba
import pytest
from support.block_sizes import as_csv, audited

from spine_vigil.scheduler.cohort.compiled import numba_cache as compiled
from spine_vigil.scheduler.cohort.events import csv_file
from spine_vigil.scheduler.cohort.events.opening import open_events

ROWS = [{"patient_id": "P1", "date": "2026-04-15", "cpt": "72141", "protocol": "bone.osteosarcoma"}]


@pytest.mark.parametrize(
    ("size", "is_compiled"), [(-1, True), (0, True), (1, False)], ids=["larger", "as large", "less"]
)
def test_a_file_is_read_by_compiled_loops_from_a_size_on(monkeypatch, tmp_path, size, is_compiled):
    path = tmp_path / "events.csv"
    path.write_bytes(as_csv(ROWS))
    monkeypatch.setattr(csv_file, "COMPILED_BYTES", path.stat().st_size + size)
    with open_events(path) as file:
        block = next(file.blocks())
        assert isinstance(file.lines(block), bytes) == is_compiled
        assert (file.read(block).formulas is not None) == is_compiled


def test_without_the_compiler_a_large_file_is_read_all_the_same(monkeypatch):
    monkeypatch.setattr(csv_file, "COMPILED_BYTES", 0)
    with_it = audited(as_csv(ROWS))
    monkeypatch.setattr(compiled, "find_spec", lambda _: None)
    assert not compiled.can_compile()
    assert audited(as_csv(ROWS)) == with_it


@pytest.mark.parametrize(
    "problem",
    [
        ImportError("Numba needs NumPy 2.1 or less"),
        OSError("libllvmlite.so: cannot open shared object file"),
        AttributeError("module 'numpy' has no attribute 'long'"),
    ],
    ids=lambda problem: type(problem).__name__,
)
def test_a_compiler_that_cannot_be_imported_is_as_none(monkeypatch, problem):
    def broken(_):
        raise problem

    monkeypatch.setattr(csv_file, "COMPILED_BYTES", 0)
    with_it = audited(as_csv(ROWS))
    monkeypatch.setattr(compiled, "import_module", broken)
    compiled.can_import.cache_clear()
    try:
        assert not compiled.can_compile()
        assert audited(as_csv(ROWS)) == with_it
    finally:
        compiled.can_import.cache_clear()


def test_where_nothing_can_be_kept_loops_are_compiled_for_the_run(monkeypatch):
    usual = numba.njit

    def without_folder(*, cache=False, **options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return usual(**options)

    monkeypatch.setattr(numba, "njit", without_folder)
    assert compiled.compiled(lambda number: number + 1)(1) == 2
