"""The page of a report in Chromium: it loads nothing, fits a narrow screen, and reads by keyboard and on paper."""

import re
from html import unescape
from io import BytesIO
from unicodedata import normalize

import generated_pages
import pytest
from pypdf import PdfReader
from support.browser import barriers, chromium, focusable, tab_stops
from support.sample_report import sample_report, timeliness_row

from spine_vigil.scheduler.report.model import TABLES
from spine_vigil.scheduler.report.page import page

pytestmark = pytest.mark.external

SCHEMES = ("light", "dark")
WIDTHS = {"wide": 1280, "400 % zoom": 320}


@pytest.fixture(scope="module")
def html():
    return page(sample_report())


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture
def opened(browser, html, tmp_path):
    """Open a page; return it with what it asked for and what it said on the console."""
    contexts = []

    def show(text=html, width=1280, scheme="light"):
        file = tmp_path / "report.html"
        file.write_text(text, "utf-8")
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        shown, noted = context.new_page(), []
        shown.on("request", lambda request: noted.append(request.url))
        shown.on("console", lambda message: noted.append(message.text))
        shown.on("pageerror", lambda error: noted.append(str(error)))
        shown.goto(file.as_uri())
        return shown, noted, file.as_uri()

    yield show
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_it_asks_for_nothing_says_nothing_and_is_as_wide_as_the_screen(opened, width, scheme):
    shown, noted, address = opened(width=width, scheme=scheme)
    assert shown.evaluate("document.documentElement.scrollWidth") == width
    assert noted == [address]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_it_has_no_barrier(opened, width, scheme):
    shown, _, _ = opened(width=width, scheme=scheme)
    assert barriers(shown) == []


def test_an_empty_report_has_no_barrier(opened):
    empty = sample_report({name: [] for name in TABLES}, by=(), files=(), cautions=(), counts={})
    shown, noted, address = opened(page(empty), width=320)
    assert (barriers(shown), noted) == ([], [address])


def test_light_and_dark_differ(opened):
    papers = [
        opened(scheme=scheme)[0].evaluate("getComputedStyle(document.body).backgroundColor") for scheme in SCHEMES
    ]
    assert papers == ["rgb(255, 255, 255)", "rgb(22, 22, 22)"]


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_the_keyboard_reaches_all_in_order_and_shows_where_it_is(opened, width):
    shown, _, _ = opened(width=width)
    stops = tab_stops(shown)
    assert [at for at, _, _ in stops] == focusable(shown)
    assert {(style, outline >= 2) for _, style, outline in stops} == {("solid", True)}


def test_a_wide_table_scrolls_by_keyboard_where_the_screen_is_narrow(opened):
    shown, _, _ = opened(width=320)
    region = shown.get_by_role("region", name="Windows and how many were in time, by protocol")
    region.focus()
    for _ in range(5):
        shown.keyboard.press("ArrowRight")
    shown.wait_for_function("at => at.scrollLeft > 0", arg=region.element_handle())


def test_a_screen_reader_hears_the_three_numbers_and_the_figures(opened):
    shown, _, _ = opened()
    heard = shown.get_by_role("main").aria_snapshot()
    for words in (
        'heading "The three numbers that matter" [level=2]',
        'heading "Windows with their study in time" [level=3]',
        "A study was due 1,851 times.",
        'img "Windows in time by site',
        'columnheader "Share timely"',
        'rowheader "Northgate Clinic"',
    ):
        assert words in heard


def printed(shown, **paper):
    """Return the pages of a PDF as words, whatever ligatures the font has."""
    pages = PdfReader(BytesIO(shown.pdf(**paper))).pages
    return [" ".join(normalize("NFKC", each.extract_text()).split()) for each in pages]


@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_paper_has_every_figure_and_table_and_names_the_page(opened, html, size):
    pages = printed(opened()[0], format=size)
    captions = re.findall(r"<figcaption[^>]*>(.*?)</figcaption>|<caption[^>]*><span>(.*?)</span>", html)
    told = "".join(pages).replace(" ", "")
    assert len(captions) > 40
    for figure, table in captions:
        words = unescape(re.sub("<[^>]+>", "", figure or table))
        assert words.replace(" ", "") in told
    for number, text in enumerate(pages, start=1):
        assert "Imaging surveillance report, 2023-01-01 to 2025-12-31" in text
        assert f"Page {number} of {len(pages)}" in text


@pytest.mark.parametrize("size", [(794, "A4"), (816, "Letter")], ids=["A4", "Letter"])
def test_nothing_is_wider_than_the_paper_which_would_shrink_all_of_it(opened, size):
    """The margins take 32 mm, which are 121 pixels, of the width."""
    width = size[0] - 122
    shown, _, _ = opened(width=width)
    shown.emulate_media(media="print")
    assert shown.evaluate("document.documentElement.scrollWidth") == width
    sizes = shown.evaluate(
        """() => [...document.querySelectorAll('.chart')].map(each => {
          const text = each.querySelector('text');
          return parseFloat(getComputedStyle(text).fontSize) * each.clientWidth / each.viewBox.baseVal.width * 0.75;
        })"""
    )
    assert min(sizes) >= 9


def test_a_table_over_several_pages_repeats_its_heads_and_loses_no_row(opened):
    rows = [timeliness_row("all", "all", 1851, 1426, 229)]
    rows += [timeliness_row("site", f"site {number:03}", 100 + number, 80 + number, 10) for number in range(200)]
    pages = printed(opened(page(sample_report({"timeliness": rows}, by=("site",))))[0], format="A4")
    told = " ".join(pages)
    assert [number for number in range(200) if f"site {number:03}" not in told] == []
    assert len([text for text in pages if "Patients Windows Timely Late Missed Unknown" in text]) >= 4


AWKWARD = ["a" * 300, "\u05d1\u05d9\u05ea \u05d7\u05d5\u05dc\u05d9\u05dd", "<script>console.log(1)</script>"]


@pytest.mark.parametrize("name", AWKWARD, ids=range(len(AWKWARD)))
def test_a_group_of_any_name_fits_a_narrow_screen(opened, name):
    rows = [timeliness_row("all", "all", 600, 460, 80), timeliness_row("site", name, 200, 100, 40)]
    shown, noted, address = opened(page(sample_report({"timeliness": rows}, by=("site",))), width=320)
    assert shown.evaluate("document.documentElement.scrollWidth") == 320
    assert noted == [address]
    assert shown.get_by_role("rowheader", name=name).count() > 0


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_the_report_on_the_sample_that_the_site_shows_has_no_barrier_and_fits(opened, width):
    shown, noted, address = opened(generated_pages.sample_report().decode(), width)
    assert shown.evaluate("document.documentElement.scrollWidth") == width
    assert noted == [address]
    assert barriers(shown) == []
