"""Figures of a report: what each shows, by the ids of what is drawn, and that a page can hold several of them."""

import re

import matplotlib as mpl
import pytest
from support.pictures import parse_svg

from spine_vigil.scheduler.pictures.charts import Bar, Share, Step, percent, shortened
from spine_vigil.scheduler.pictures.count_charts import bars, curve
from spine_vigil.scheduler.pictures.share_charts import dots, funnel, limits_of, over_years

SHARES = [
    Share("North", 0.62, 0.55, 0.69, 0.60, 0.66, 180, "below"),
    Share("South", 0.80, 0.76, 0.84, 0.77, 0.81, 400, "as the whole"),
    Share("East", 0.90, 0.83, 0.94, 0.88, 0.91, 110, "perhaps above"),
    Share("West", None),
]


def drawn(svg, kind):
    """Return the ids of what is drawn of a kind, in order."""
    return sorted(name for name in ids(svg) if re.fullmatch(rf"f-{kind}-.*", name))


def marks(svg, kind):
    """Return how many marks of a kind there are, whatever groups they stand in."""
    groups = [part for part in parse_svg(svg).iter() if re.fullmatch(rf"f-{kind}(-.*)?", part.get("id") or "")]
    return sum(part.tag == "use" or (part.tag == "path" and not part.get("id")) for g in groups for part in g.iter())


def ids(svg):
    return [part.get("id") for part in parse_svg(svg).iter() if part.get("id")]


def texts(svg):
    return {part.text for part in parse_svg(svg).iter() if part.tag == "text"}


FIGURES = {
    "dots": lambda name, title="Title": dots(name, title, SHARES, 0.77, "windows"),
    "years": lambda name, title="Title": over_years(name, title, SHARES, 0.77, "windows"),
    "funnel": lambda name, title="Title": funnel(name, title, SHARES, 0.77, "windows", "number"),
    "curve": lambda name, title="Title": curve(
        name, title, [Step(0, 0.1, 0.05, 0.2), Step(9, 0.6, 0.5, 0.7)], "done", "days"
    ),
    "bars": lambda name, title="Title": bars(name, title, [Bar("early", 7, "a"), Bar("ended", None, "b")], "studies"),
}


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_every_id_begins_with_the_name_of_the_figure_so_that_none_stands_twice_in_a_page(draw):
    svg = draw("left")
    assert [name for name in ids(svg) if not name.startswith("left-")] == []
    assert len(ids(svg)) == len(set(ids(svg)))
    named = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    assert named <= set(ids(svg))


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_a_figure_is_an_image_with_a_name_and_a_description(draw):
    root = parse_svg(draw("f", "Shares & <more>"))
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "f-title f-desc")
    assert {child.get("id"): child.text for child in root if child.tag == "title"} == {"f-title": "Shares & <more>"}
    assert "table after the figure" in next(child.text for child in root if child.tag == "desc")


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_a_figure_has_the_colours_of_its_page_and_no_address(draw):
    svg = draw("f")
    assert re.findall(r"#[0-9a-f]{6}\b", svg) == []
    assert "http" not in svg
    assert "currentColor" in svg


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_a_figure_has_the_same_bytes_whatever_the_users_settings(draw):
    first = draw("f")
    with mpl.rc_context({"font.size": 30, "svg.hashsalt": "other", "svg.fonttype": "path", "text.color": "red"}):
        assert draw("f") == first


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_text_has_at_least_nine_points_on_a_page_of_the_width_of_a4(draw):
    svg = draw("f")
    assert parse_svg(svg).get("viewBox").split()[2] == "504"
    assert min(float(size) for size in re.findall(r"([0-9.]+)px", svg)) == 9.5


def test_dots_have_an_interval_and_bounds_each_and_a_star_where_the_share_is_left_out():
    svg = FIGURES["dots"]("f")
    assert drawn(svg, "dots") == ["f-dots-as-the-whole", "f-dots-below", "f-dots-perhaps-above"]
    assert [marks(svg, kind) for kind in ("dots", "intervals", "bounds")] == [3, 3, 3]
    assert "f-whole" in ids(svg)
    assert texts(svg) >= {"North", "South", "East", "West", "*", "chance (95\u00a0%)", "what is missing", "all"}


def test_the_description_tells_the_ends_and_what_is_not_drawn():
    desc = next(child.text for child in parse_svg(FIGURES["dots"]("f")) if child.tag == "desc")
    assert desc == (
        "All together: 77.0\u00a0%. 3 shown, from 62.0\u00a0% (North) to 90.0\u00a0% (East). 1 without a share. "
        "The table after the figure has every number."
    )


def test_an_axis_ends_at_the_next_fifth_above_all_that_is_drawn():
    small = [Share("North", 0.05, 0.03, 0.19, 0.02, 0.08)]
    assert "20\u00a0%" in texts(dots("f", "Title", small, 0.05, "studies"))
    assert "40\u00a0%" not in texts(dots("f", "Title", small, 0.05, "studies"))
    assert "100\u00a0%" in texts(FIGURES["dots"]("f"))


def test_a_funnel_names_the_groups_outside_its_limits_and_no_others():
    svg = FIGURES["funnel"]("f")
    assert marks(svg, "dots") == 3
    assert drawn(svg, "limit") == ["f-limit-95-high", "f-limit-95-low", "f-limit-99.8-high", "f-limit-99.8-low"]
    assert texts(svg) & {"North", "South", "East", "West"} == {"North", "East"}


def test_names_in_a_funnel_that_would_lie_on_each_other_are_left_out():
    crowd = [Share(f"group {number}", 0.5, size=100 + number, standing="below") for number in range(40)]
    shown = {text for text in texts(funnel("f", "Title", crowd, 0.77, "windows", "number")) if "group" in text}
    assert 1 < len(shown) < 40
    assert "group 39" in shown


def test_a_funnel_over_small_and_large_groups_has_plain_numbers_on_its_axis():
    wide = [Share("small", 0.5, size=10, standing="too few to tell"), Share("large", 0.8, size=9000)]
    assert texts(funnel("f", "Title", wide, 0.77, "windows", "number")) >= {"10", "100", "1,000", "5,000"}


def test_the_limits_of_a_hundred_windows_at_four_of_five():
    assert [limits_of([100], 0.8, quantile) for quantile in (0.025, 0.975, 0.001, 0.999)] == [
        [0.72],
        [0.88],
        [0.67],
        [0.91],
    ]


def test_standings_differ_without_colour():
    """A triangle up or down, filled or not, a cross, and a disc."""
    standings = ["above", "perhaps above", "as the whole", "perhaps below", "below", "too few to tell"]
    looks = set()
    for standing in standings:
        svg = dots("f", "Title", [Share("x", 0.5, standing=standing)], None, "windows")
        dot = next(part for part in parse_svg(svg).iter() if part.get("id") == "f-dots-" + standing.replace(" ", "-"))
        use = next(part for part in dot.iter() if part.tag == "use")
        shape = next(part for part in parse_svg(svg).iter() if part.get("id") == use.get("href").removeprefix("#"))
        looks.add((shape.get("d"), "var(--paper)" in use.get("style")))
    assert len(looks) == 6


def test_years_stand_along_the_axis():
    years = [Share("2023", 0.7, 0.6, 0.8, 0.6, 0.9), Share("2024", None), Share("2025", 0.8, 0.7, 0.9, 0.7, 0.9)]
    svg = over_years("f", "Title", years, 0.75, "windows")
    assert [marks(svg, kind) for kind in ("dots", "intervals", "bounds")] == [2, 2, 2]
    assert texts(svg) >= {"2023", "2024", "2025", "*"}


@pytest.mark.parametrize(("count", "labels"), [(12, 12), (13, 7), (24, 12), (25, 9)])
def test_of_many_years_some_have_a_label_that_lies_on_no_other(count, labels):
    svg = over_years("f", "Title", [Share(str(1990 + at), 0.5) for at in range(count)], 0.5, "windows")
    assert len({text for text in texts(svg) if re.fullmatch(r"[12]\d{3}", text)}) == labels
    assert marks(svg, "dots") == count


def test_a_curve_has_its_interval():
    assert {"f-curve", "f-interval"} <= set(ids(FIGURES["curve"]("f")))
    assert "f-interval" not in ids(curve("f", "Title", [Step(0, 0.1), Step(9, 0.6)], "done", "days"))


def test_bars_bear_their_numbers_and_a_star_where_one_is_left_out():
    svg = FIGURES["bars"]("f")
    assert drawn(svg, "bar") == ["f-bar-0"]
    assert texts(svg) >= {"early", "7", "ended", "*", "a", "b"}


@pytest.mark.parametrize(
    "label", ["$x_1$", "<script>&", "#0172b2", ' id="a" url(#b)', "\u05e9\u05dc\u05d5\u05dd", "患者"]
)
def test_a_label_is_drawn_as_it_is(label):
    assert label in texts(dots("f", "Title", [Share(label, 0.5)], None, "windows"))


@pytest.mark.parametrize(
    ("label", "shown"),
    [("a" * 33, "a" * 33), ("a" * 34, "a" * 34), ("a" * 35, f"{'a' * 33}\u2026")],
    ids=["one less", "as long as fits", "one more"],
)
def test_a_long_label_is_shortened(label, shown):
    assert shortened(label) == shown


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "0.0\u00a0%"),
        (0.0004, "under 0.1\u00a0%"),
        (0.0006, "0.1\u00a0%"),
        (0.7704, "77.0\u00a0%"),
        (0.9994, "99.9\u00a0%"),
        (0.9996, "over 99.9\u00a0%"),
        (1.0, "100.0\u00a0%"),
    ],
)
def test_what_is_neither_none_nor_all_never_reads_as_such(share, words):
    assert percent(share) == words


def test_figures_of_nothing_are_drawn():
    for svg in (
        dots("f", "Title", [], None, "x"),
        over_years("f", "Title", [], None, "x"),
        funnel("f", "Title", [], 0.5, "x", "y"),
        curve("f", "Title", [], "x", "y"),
        bars("f", "Title", [], "x"),
    ):
        assert drawn(svg, "(dot|bar|interval)") == []
