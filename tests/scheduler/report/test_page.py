"""The page of a report: what stands in it and in which order, for readers on screen, by ear and on paper."""

import re
import sys
from itertools import pairwise

import pytest
from support.pages import Page
from support.sample_report import ROWS, sample_report, timeliness_row

from spine_vigil.scheduler.extras import MissingLibrary
from spine_vigil.scheduler.pictures.charts import MARKERS
from spine_vigil.scheduler.report.model import STANDINGS, SUPPRESSED, TABLES
from spine_vigil.scheduler.report.page import page
from spine_vigil.scheduler.report.page_style import DARK, LIGHT

EMPTY = {name: [] for name in TABLES}


@pytest.fixture(scope="module")
def html():
    return page(sample_report())


@pytest.fixture(scope="module")
def sample(html):
    return Page(html)


def part(html, name):
    """Return a section of a page."""
    return html.partition(f'<section id="{name}">')[2].partition("</section>")[0]


def said(html):
    """Return the words of HTML."""
    apart = re.sub(r"</(td|th|dt|dd|div|p|h1|h2|h3|li)>|<br>", " ", html)
    return " ".join(re.sub(r"<[^>]+>", "", apart).split())


def cells(html, caption):
    """Return the rows of the table with a caption, as words."""
    table = html.partition(f"<span>{caption}</span>")[2].partition("</table>")[0]
    return [[said(cell) for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", row)] for row in table.split("<tr")[2:]]


def test_the_same_report_gives_the_same_page(html):
    assert page(sample_report()) == html


@pytest.mark.parametrize("library", ["matplotlib", "scipy"])
def test_a_library_that_is_not_installed_is_named(monkeypatch, library):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingLibrary, match=f"the page of a report needs {library}, not installed here"):
        page(sample_report())


def test_headings_are_in_order(sample):
    levels = [int(tag[1]) for tag, _ in sample.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[:2] == [1, 2]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_what_matters_comes_first_and_how_it_was_counted_last(html):
    assert [said(words) for words in re.findall("<h2>(.*?)</h2>", html)] == [
        "The three numbers that matter",
        "By protocol and schedule",
        "By site and payer",
        "Over time",
        "Time to study",
        "Studies that are not supported",
        "Burden of imaging",
        "What is missing",
        "If the guideline is read differently",
        "How it was counted",
    ]


def test_the_page_has_landmarks_a_language_and_a_link_to_the_numbers(sample):
    assert sample.of("html") == [{"lang": "en"}]
    assert [len(sample.of(tag)) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    assert sample.of("a")[0] == {"class": "skip", "href": "#main"}
    ids = [attributes["id"] for _, attributes in sample.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {link["href"].removeprefix("#") for link in sample.of("a")} <= set(ids)


def test_nothing_is_loaded_and_nothing_runs(html, sample):
    assert not {tag for tag, _ in sample.elements} & {"script", "link", "img", "iframe", "object", "image"}
    assert not re.search(r"https?:|//|@import|\burl\((?!#)|\bon\w+=", re.sub(r"</\w+>", "", html))
    assert "default-src 'none'" in html


def test_every_table_has_a_caption_and_heads_with_their_scope_and_can_be_scrolled_by_keyboard(sample):
    tables = len(sample.of("table"))
    assert len(sample.of("caption")) == tables > 20
    assert {head.get("scope") for head in sample.of("th")} == {"col", "row"}
    regions = [attributes for attributes in sample.of("div") if attributes.get("role") == "region"]
    assert len(regions) == tables + len(sample.of("figure"))
    captions = {caption["id"] for name in ("caption", "figcaption") for caption in sample.of(name)}
    assert {(region["tabindex"], region["aria-labelledby"] in captions) for region in regions} == {("0", True)}


def test_every_figure_is_followed_by_the_table_of_its_numbers(html, sample):
    figures = html.split("</figure>")
    assert len(figures) - 1 == len(sample.of("figure")) == len(sample.of("svg")) == 16
    after = [re.search(r"<(table|figure|h2|h3)\b", rest)[1] for rest in figures[1:]]
    assert set(after) == {"table"}


def test_every_figure_has_a_caption_and_says_the_same_by_ear(html):
    captions = re.findall(r'<figure id="(.*?)">\s*<figcaption[^>]*>(.*?)</figcaption>', html)
    assert [said(words) for _, words in captions][:3] == [
        "Windows in time by protocol",
        "Windows in time by schedule",
        "Windows in time by site",
    ]
    for name, words in captions:
        assert re.search(rf'<title id="{name}-title">(.*?)</title>', html)[1] == said(words)


def test_the_three_numbers_come_with_chance_and_with_what_is_missing(html):
    told = said(part(html, "numbers"))
    assert (
        "77.0 % A study was due 1,851 times. It was done in time 1,426 times, late 229 times, and not at all "
        "196 times. Chance 75.1 to 78.9 % What is missing 73.0 to 78.2 %"
    ) in told
    assert "59.3 % Of 617 patients for whom a study was due, 366 had every one of theirs in time." in told
    assert (
        "10.0 % Of 2,561 studies that could be judged, the guideline does not support 257. Most often: too early "
        "(142), not in the protocol (73) and after the end of the schedule (42). Chance 8.9 to 11.3 % What is missing "
        "9.5 to 15.1 %"
    ) in told


def test_a_row_of_timeliness(html):
    rows = cells(html, "Windows and how many were in time, by <bdi>site</bdi>")
    counts = ["84", "253", "142", "52", "46", "13"]
    assert rows[3] == ["Northgate Clinic", *counts, "59.2 %", "52.9 to 65.2 %", "56.1 to 61.3 %", "below"]
    assert rows[-1][:4] == ["all", "647", "1,953", "1,426"]


def test_words_say_which_groups_stand_apart_and_which_cannot_be_told(html):
    told = said(part(html, "places"))
    assert "In time less often than all together, by more than chance: Northgate Clinic (59.2 %)." in told
    assert (
        "In time more often than all together, by more than chance: Eastfield General (83.6 %) and "
        "Lakeside Cancer Center (89.6 %)."
    ) in told
    assert "4 others differ from the whole by no more than chance explains." in told
    assert "Too few to tell: (others) (68.4 %)." in told
    assert "No payer stands apart from the whole by more than chance explains." in told


def test_the_funnel_has_the_table_of_its_limits(html):
    rows = cells(html, "Limits within which each group would lie by chance, by <bdi>site</bdi>")
    assert rows[3] == ["Northgate Clinic", "240", "59.2 %", "71.7 to 82.1 %", "68.3 to 85.0 %", "below"]


def test_a_cell_that_is_left_out_is_a_star_with_words(html):
    rows = cells(html, "Windows that do not count, and why")
    assert rows[2] == [
        "the patient died first",
        "*left out to protect small numbers",
        "*left out to protect small numbers",
    ]


def test_a_share_of_nothing_is_a_dash_with_words():
    nothing = dict.fromkeys(TABLES["timeliness"]) | {
        "by": "all",
        "group": "all",
        "windows": 0,
        SUPPRESSED: "",
    }
    told = said(part(page(sample_report({"timeliness": [nothing]})), "numbers"))
    assert "Windows with their study in time \u2013none No window can be counted." in told


def test_numbers_that_are_left_out_are_said_to_be_in_the_three_numbers():
    hidden = timeliness_row("all", "all", 20, 15, 3) | {"late": None, "missed": None, SUPPRESSED: "late;missed"}
    told = said(part(page(sample_report({"timeliness": [hidden]})), "numbers"))
    star = "*left out to protect small numbers"
    assert f"due 20 times. It was done in time 15 times, late {star} times, and not at all {star} times." in told
    gone = hidden | {"timely": None, "share": None, SUPPRESSED: "timely;late;missed;share"}
    told = said(part(page(sample_report({"timeliness": [gone]})), "numbers"))
    assert f"Windows with their study in time {star} There are too few patients to tell." in told


def test_a_total_that_is_left_out_is_at_least_what_is_known():
    hidden = timeliness_row("all", "all", 20, 15, 3) | {"windows": None, "unknown": None, SUPPRESSED: "windows;unknown"}
    assert "It covers at least 20 windows of 6 patients" in said(page(sample_report({"timeliness": [hidden]})))


FEW = dict.fromkeys(TABLES["timeliness"]) | {"unknown": 0, SUPPRESSED: "patients;windows;timely;share"}


def test_groups_of_which_nothing_can_be_told_are_counted_and_not_shown():
    whole = timeliness_row("all", "all", 200, 150, 30)
    sites = [timeliness_row("site", "Eastfield", 150, 120, 20), FEW | {"by": "site", "group": "Old Mill"}]
    years = [FEW | {"by": "year", "group": year} for year in ("2024", "2025")]
    html = page(sample_report({"timeliness": [whole, *sites, *years]}))
    assert "Not shown, with too few patients or since it would tell of one that has: 1 group." in said(
        part(html, "places")
    )
    assert "Old Mill" not in part(html, "places")
    assert (
        said(part(html, "years"))
        == "Over time None of the 2 groups can be shown: each has too few patients, or would tell of one that has."
    )


def test_the_star_is_explained_where_numbers_are_left_out(html):
    told = "* stands for a number that would tell of fewer than 11 patients."
    assert told in said(part(html, "numbers"))
    assert "would tell of fewer" not in said(part(page(sample_report(small_cells=0)), "numbers"))


def test_without_columns_the_page_says_how_to_compare_places():
    html = page(sample_report(by=()))
    assert "<h2>By place</h2>" in html
    assert "vigil report EVENTS --by site --by physician" in said(part(html, "places"))


def test_how_it_was_counted_has_all_that_is_needed_to_count_again(html):
    told = said(part(html, "method"))
    for words in (
        "HealthHelp, 2025 MRI Cervical Spine, edition healthhelp_mri_cspine_2025, reviewed 2025-05-16",
        "2023-01-01 to 2025-12-31, both included",
        "cns.ependymoma/surveillance=from_surgery",
        "2026-04-02, with vigil 0.9.0",
        "a tenth of the interval, at least 7 and at most 30 days",
        "vigil report events.csv --from 2023-01-01 --to 2025-12-31 --by site --by payer -o report.html",
        "41 patients have two index dates that lie within a week of each other.",
        "rows not readable 37",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "none: no file, but a stream or a frame",
        "fewer than 11 patients",
    ):
        assert words in told
    assert "No judgment of a clinician, and no order." in said(html.partition("<footer")[2])


def test_a_page_that_leaves_nothing_out_says_that_it_can_tell_of_patients():
    assert "this page can tell of single patients" in said(part(page(sample_report(small_cells=0)), "method"))


def test_empty_tables_say_so_in_a_sentence():
    html = page(sample_report(EMPTY, by=("site",), files=(), cautions=(), readings=(), counts={}))
    assert Page(html).of("table") == Page(html).of("figure") == []
    told = said(html)
    for words in (
        "It covers no windows and no studies",
        "No windows: Windows and how many were in time, by site.",
        "No study was performed in the observation.",
        "No study came too early.",
        "No patient was followed under a schedule.",
        "No window is unknown.",
        "There is no window.",
        "No fact or date that is missing would settle studies of 11 patients or more.",
        "No other was tried for this report: vigil report EVENTS --readings all does.",
        "No file was read.",
    ):
        assert words in told


AWKWARD = [
    "<script>alert(1)</script>",
    "a" * 300,
    "\u05d1\u05d9\u05ea \u05d7\u05d5\u05dc\u05d9\u05dd",
    'quote " and &amp; </style> </svg>',
    "tab\tand null\x00and \u202e turned",
    "$x_1$",
]


@pytest.mark.parametrize("name", AWKWARD, ids=range(len(AWKWARD)))
def test_a_group_of_any_name_breaks_nothing(name):
    rows = [timeliness_row("all", "all", 600, 460, 80), timeliness_row("site", name, 200, 100, 40)]
    report = sample_report({"timeliness": rows}, by=("site",))
    read = Page(page(report))
    shown = "".join(c if c.isprintable() else "\ufffd" for c in name)
    joined = "".join(read.texts)
    assert shown.replace(" ", "") in joined.replace(" ", "")
    assert not read.of("script")


@pytest.mark.parametrize("column", ["</style><script>", "Site & \u05d1", "a b"])
def test_a_column_of_any_name_breaks_nothing(column):
    rows = [timeliness_row("all", "all", 600, 460, 80), timeliness_row(column, "x", 200, 100, 40)]
    read = Page(page(sample_report({"timeliness": rows}, by=(column,))))
    assert not read.of("script")
    assert f"Windows in time by {column}" in read.texts


def many(count):
    rows = [timeliness_row("all", "all", 1851, 1426, 229)]
    for number in range(count):
        windows = 100 + number
        timely = 20 if number == count - 1 else round(0.77 * windows)
        rows.append(timeliness_row("site", f"site {number:03}", windows, timely, 10))
    return part(page(sample_report({"timeliness": rows}, by=("site",))), "places")


@pytest.mark.parametrize(("groups", "dots"), [(29, 29), (30, 30), (31, 30), (300, 30)])
def test_of_many_groups_those_are_drawn_that_stand_apart_and_the_largest(groups, dots):
    html = many(groups)
    figure = html.partition('<figure id="timeliness-by1">')[2].partition("</figure>")[0]
    assert figure.partition('id="timeliness-by1-dots')[2].partition("-legend")[0].count("<use ") == dots
    assert f">site {groups - 1:03}<" in figure
    assert ("Drawn are 30 of" in figure) is (groups > dots)
    assert len(cells(html, "Windows and how many were in time, by <bdi>site</bdi>")) == groups + 1


def test_of_many_groups_that_stand_apart_a_sentence_names_ten():
    rows = [timeliness_row("all", "all", 1851, 1426, 229)]
    rows += [timeliness_row("site", f"site {number:02}", 200, 90, 40) for number in range(25)]
    told = said(part(page(sample_report({"timeliness": rows}, by=("site",))), "places"))
    assert "site 09 (45.0 %) and 15 more (see the table)." in told
    assert "site 10 (45.0 %)" not in told.partition("(see the table)")[0]


def test_a_long_curve_has_a_line_for_every_few_days():
    steps = [ROWS["time_curve"][0] | {"days": days} for days in range(0, 400, 2)]
    html = part(page(sample_report({"time_curve": steps})), "time")
    rows = cells(html, "Windows that have their study, at evenly spaced days")
    assert [row[0] for row in rows][:3] == ["0", "14", "28"]
    assert len(rows) == 29
    assert "A line for every 14 days" in html


def test_every_standing_has_a_mark_of_its_own():
    assert set(STANDINGS) == {*MARKERS, "as the whole"}


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("colour", "least"), [("--ink", 7), ("--quiet", 4.5), ("--link", 4.5), ("--above", 3), ("--below", 3)]
)
def test_colours_stand_out_from_the_paper(colours, colour, least):
    for ground in ("--paper", "--band"):
        dark, light = sorted((luminance(colours[colour]), luminance(colours[ground])))
        assert (light + 0.05) / (dark + 0.05) >= least
