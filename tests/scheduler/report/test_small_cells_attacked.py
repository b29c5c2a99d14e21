"""Which cells of tables are left out: those of few patients, and what would give them away."""

from random import Random

import pytest
from support.subtraction import total_of, worked_out

from spine_vigil.scheduler.report.small_cells import small_cells

CASES = [
    # patients of cells, totals with their parts, cells that are left out of fewer than 5 patients, why
    ({"t": 30, "a": 20, "b": 10}, [("t", "ab")], "", "nothing is small"),
    ({"t": 24, "a": 20, "b": 4}, [("t", "ab")], "ab", "a lone cell takes its complement with it"),
    ({"t": 25, "a": 20, "b": 5}, [("t", "ab")], "", "as many patients as are asked for"),
    ({"t": 49, "a": 20, "b": 4, "c": 25}, [("t", "abc")], "ab", "the smallest of the others is the complement"),
    ({"t": 44, "a": 0, "b": 4, "c": 40}, [("t", "abc")], "bc", "what is nobody's is shown, and hides nothing"),
    ({"t": 4, "a": 0, "b": 4}, [("t", "ab")], "bt", "without another part the total is left out, which is as small"),
    ({"t": 27, "a": 20, "b": 4, "c": 3}, [("t", "abc")], "bc", "two small cells hide each other"),
    ({"t": 24, "a": 20, "b": 2, "c": 2}, [("t", "abc")], "abc", "but not where both together are small"),
    ({"t": 4}, [], "t", "a cell that is no part of anything"),
    (
        {"t": 60, "p": 30, "q": 30, "a": 26, "b": 4},
        [("t", "pq"), ("p", "ab")],
        "ab",
        "a total above is not touched where a part below suffices",
    ),
    (
        {"t": 34, "p": 4, "q": 30, "a": 4},
        [("t", "pq"), ("p", "a")],
        "apq",
        "the only part of a part says what the part is",
    ),
    (
        {"w": 53, "c": 52, "u": 1, "t": 1, "n": 51},
        [("w", "cu"), ("c", "tn")],
        "cntu",
        "what is left out below a part that is left out counts as its own: t and u are 2 together",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("patients", "sums", "left_out", "why"), CASES, ids=[case[-1] for case in CASES])
def test_cells_are_left_out(patients, sums, left_out, why):
    assert "".join(sorted(small_cells(patients, sums, 5))) == left_out, why


@pytest.mark.parametrize("fewest", [0, 1])
def test_nothing_is_left_out_where_nothing_is_small(fewest):
    assert small_cells({"t": 3, "a": 2, "b": 1}, [("t", "ab")], fewest) == set()


OUTCOMES = {"t": "t", "l": "l", "m": "m", "u": "u", "n": "lm", "c": "tlm", "w": "tlmu"}
"""Outcomes and their sums: untimely, counted, all windows."""


def random_tables(random):
    """Return counts by outcome of everything, of protocols, of their schedules and of years, and what adds up."""
    most = random.choice([3, 12, 40])
    schedules = [(p, s) for p in range(random.randint(1, 3)) for s in range(random.randint(1, 3))]
    years = range(random.randint(1, 3))
    least = {
        (schedule, year, outcome): random.choice([0, 0, 1, 2, random.randint(0, most), random.randint(0, most)])
        for schedule in schedules
        for year in years
        for outcome in "tlmu"
    }
    protocols = sorted({p for p, _ in schedules})
    groups = {
        "all": lambda *_: True,
        **{("p", p): lambda s, _, p=p: s[0] == p for p in protocols},
        **{("s", each): lambda s, _, each=each: s == each for each in schedules},
        **{("y", each): lambda _, y, each=each: y == each for each in years},
    }
    counts = {
        (name, outcome): sum(n for (s, y, o), n in least.items() if o in those and is_of(s, y))
        for name, is_of in groups.items()
        for outcome, those in OUTCOMES.items()
    }
    sums = []
    for name in groups:
        nested = {"w": "cu", "c": "tn", "n": "lm"}
        sums += [((name, total), [(name, part) for part in parts]) for total, parts in nested.items()]
    for outcome in OUTCOMES:
        sums += [(("all", outcome), [(("p", p), outcome) for p in protocols])]
        sums += [(("all", outcome), [(("y", y), outcome) for y in years])]
        sums += [((("p", p), outcome), [(("s", s), outcome) for s in schedules if s[0] == p]) for p in protocols]
    return counts, sums


@pytest.mark.parametrize("seed", range(60))
def test_no_cell_that_is_left_out_follows_from_the_others(seed):
    random = Random(seed)  # noqa: S311 - not for secrets
    counts, sums = random_tables(random)
    fewest = random.choice([3, 5, 11])
    hidden = small_cells(counts, sums, fewest)
    assert {cell for cell, count in counts.items() if 0 < count < fewest} <= hidden
    assert worked_out(hidden, [total_of(*each) for each in sums]) == set()


def test_a_lone_cell_would_follow_from_the_others():
    """The attack of the test above finds what there is to find."""
    equations = [total_of("t", "ab"), total_of("a", "xy")]
    assert worked_out({"b"}, equations) == {"b"}
    assert worked_out({"b", "x"}, equations) == {"b", "x"}
    assert worked_out({"a", "b", "x"}, equations) == set()
    assert worked_out({"a", "b", "x"}, [*equations, [(0.25, "a"), (-0.75, "b")]]) == {"a", "b", "x"}
