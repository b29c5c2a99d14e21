"""The guard on regressions: what it fails on, and that the documented figures are where it looks."""

import sys

import figures
import guard
import pytest
from measure import RunFailed, Sample, alternate, measure
from run import amount, table

DOCUMENT = """\
| | measured | limit | aim | from |
| --- | --- | --- | --- | --- |
| audit : B7, 1,000,000 rows in order | **2.50** | at most 2.00 | | 2.50 : 1.00 s |
| check : import click | 1.50 | at most 1.60 | at most 1.20 | 60 : 40 ms |
| report : audit, 1,000,000 rows | 2.00 | at most 1.80 | | 2.00 : 1.00 s |
"""


def takings(value, *, later=None):
    """Return one figure to take: `value` the first time, `later` the second."""
    values = iter([value, value if later is None else later])
    return {guard.AUDIT: lambda: next(values)}


def test_limits_are_the_documented_ratios_with_slack():
    assert guard.limits(DOCUMENT) == {
        guard.AUDIT: 4.0,
        guard.CHECK: pytest.approx(1.95),
        guard.REPORT: pytest.approx(2.8),
        guard.MEMORY: 600,
    }


@pytest.mark.parametrize(
    ("ratio", "fails", "why"),
    [(3.9, False, "just below"), (4.0, False, "at the limit"), (4.1, True, "just above"), (40.0, True, "far above")],
    ids=["below", "at", "above", "far above"],
)
def test_a_ratio_over_its_limit_fails(ratio, fails, why):
    assert bool(guard.regressions(takings(ratio), guard.limits(DOCUMENT))) is fails, why


def test_a_figure_that_one_run_spoiled_is_taken_again():
    assert guard.regressions(takings(9.0, later=3.0), guard.limits(DOCUMENT)) == []


def test_a_regression_is_told_with_its_limit():
    assert guard.regressions(takings(5.0), guard.limits(DOCUMENT)) == [
        "audit : B7, 1,000,000 rows in order is 5.00 and may be 4.00 at most"
    ]


def test_the_guard_ends_with_an_error_where_a_figure_is_over(monkeypatch):
    slow = [figures.Figure(guard.CHECK, 99.0)]
    monkeypatch.setattr(guard, "check_figures", lambda *_: slow)
    monkeypatch.setattr(guard, "audit_ratio", lambda *_: 1.0)
    monkeypatch.setattr(guard, "report_figures", lambda *_: [figures.Figure(guard.REPORT, 1.5)])
    monkeypatch.setattr(guard, "memory_figures", lambda *_: [figures.Figure(guard.MEMORY, 20.0)])
    with pytest.raises(SystemExit, match=r"check : import click is 99\.00"):
        guard.main()


def test_the_guard_passes_where_all_is_well(monkeypatch):
    monkeypatch.setattr(guard, "check_figures", lambda *_: [figures.Figure(guard.CHECK, 1.0)])
    monkeypatch.setattr(guard, "audit_ratio", lambda *_: 1.0)
    monkeypatch.setattr(guard, "report_figures", lambda *_: [figures.Figure(guard.REPORT, 1.5)])
    monkeypatch.setattr(guard, "memory_figures", lambda *_: [figures.Figure(guard.MEMORY, 20.0)])
    with pytest.raises(SystemExit) as done:
        guard.main()
    assert done.value.code in (None, 0)  # an empty text would end with 1


def test_the_documented_figures_are_in_the_documentation():
    names = {guard.AUDIT, guard.CHECK, guard.REPORT, guard.MEMORY}
    assert set(guard.limits(guard.DOCUMENT.read_text("utf-8"))) == names


def test_a_figure_that_is_not_documented_is_named():
    with pytest.raises(ValueError, match="has no line 'check : import click'"):
        guard.limits(DOCUMENT.replace("import click", "import os"))


def test_a_run_is_measured_with_its_memory_and_leaves_nothing_behind(tmp_path):
    program = "import sys, time; held = bytearray(100_000_000); open(sys.argv[1], 'w').write('four'); time.sleep(0.3)"
    sample = measure(lambda out: [sys.executable, "-c", program, str(out)], tmp_path)
    assert 100_000_000 < sample.peak < 200_000_000
    assert sample.written == 4
    assert sample.seconds > 0.3
    assert list(tmp_path.iterdir()) == []


def test_memory_counts_the_processes_that_a_program_starts(tmp_path):
    child = "import time; held = bytearray(100_000_000); time.sleep(1)"
    program = (
        f"import subprocess, sys; held = bytearray(100_000_000); subprocess.run([sys.executable, '-c', {child!r}])"
    )
    assert 200_000_000 < measure(lambda _: [sys.executable, "-c", program], tmp_path).peak < 350_000_000


def test_a_program_that_fails_is_told_with_what_it_said(tmp_path):
    with pytest.raises(RunFailed, match="ended with 3:\nno such thing"):
        measure(
            lambda _: [sys.executable, "-c", "import sys; print('no such thing', file=sys.stderr); sys.exit(3)"],
            tmp_path,
        )


def test_runs_alternate_and_every_output_is_new(tmp_path):
    log = tmp_path / "log"
    log.touch()

    def logging(name):
        program = "import sys; open(sys.argv[1], 'x'); open(sys.argv[2], 'a').write(sys.argv[3])"
        return lambda out: [sys.executable, "-c", program, str(out), str(log), name]

    found = alternate({"a": logging("a"), "b": logging("b")}, tmp_path, 2)
    assert log.read_text("utf-8") == "ababab"  # the first of each is not counted
    assert set(found) == {"a", "b"}
    assert isinstance(found["a"], Sample)


def test_a_figure_that_misses_its_limit_stands_out_in_the_table():
    missed = figures.Figure("audit : B7", 2.512, 2.0, 1.3, detail="5.02 : 2.00 s")
    fast = figures.Figure("DuckDB : audit", 4.2, 4, at_least=True)
    absent = figures.Figure("on Spark", None, 2.5, detail="not taken: no java is on the path")
    lines = table([(one, "2026-11-22", "abc") for one in (missed, fast, absent)], 5)
    assert lines[2:5] == [
        "| audit : B7 | **2.51** | at most 2.00 | at most 1.30 | 5.02 : 2.00 s |",
        "| DuckDB : audit | 4.20 | at least 4.00 |  |  |",
        "| on Spark | - | at most 2.50 |  | not taken: no java is on the path |",
    ]
    assert lines[-1].startswith("Taken on 2026-11-22 at abc, medians of up to 5 alternating runs. ")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(2.5, "", "2.50"), (12.34, "", "12.3"), (1185.4, "bytes", "1185 bytes"), (0.5, "GB", "0.50 GB")],
)
def test_an_amount_has_the_digits_that_count(value, unit, text):
    assert amount(value, unit) == text
