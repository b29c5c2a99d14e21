"""Pages as a real browser shows them: Chromium without a window, and axe-core, which finds barriers for readers."""

import shutil
from contextlib import contextmanager

from playwright.sync_api import sync_playwright
from support.paths import ROOT
from support.readers import ToolMissing

AXE = ROOT / ".node" / "node_modules" / "axe-core" / "axe.min.js"


@contextmanager
def chromium():
    """Yield Chromium, as the system has it."""
    path = shutil.which("chromium")
    if path is None:
        raise ToolMissing("install Chromium (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


def barriers(page):
    """Return what axe-core finds wrong, as the rule and the elements."""
    if not AXE.exists():
        raise ToolMissing("install axe-core (npm install --prefix .node axe-core)")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found["violations"]]


def tab_stops(page):
    """Press Tab until the focus leaves the page; return what had it: its place among all elements, its outline."""
    stops = []
    while True:
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
              const at = document.activeElement;
              if (at === document.body) return null;
              const look = getComputedStyle(at);
              const place = [...document.querySelectorAll('*')].indexOf(at);
              return [place, look.outlineStyle, parseFloat(look.outlineWidth)];
            }"""
        )
        if stop is None or stop in stops:
            return stops
        stops.append(stop)


def focusable(page):
    """Return the places among all elements of those that the keyboard has to reach."""
    return page.evaluate(
        """() => {
          const all = [...document.querySelectorAll('*')];
          return all.filter(each => each.matches('a[href], [tabindex="0"]')).map(each => all.indexOf(each));
        }"""
    )
