"""A report as one page of HTML: no scripts, nothing from elsewhere, readable on screen, on paper and by ear."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from spine_vigil.scheduler.pictures.canvas import require
from spine_vigil.scheduler.report import page_sections as sections
from spine_vigil.scheduler.report.model import Report
from spine_vigil.scheduler.report.page_cells import text
from spine_vigil.scheduler.report.page_method import method
from spine_vigil.scheduler.report.page_opening import covers, heading, three_numbers, title
from spine_vigil.scheduler.report.page_parts import section
from spine_vigil.scheduler.report.page_style import style
from spine_vigil.scheduler.report.page_words import groups_heading


def page(report: Report) -> str:
    """Return a report as a page.

    The same report gives the same page with the same matplotlib. Raises MissingLibrary if matplotlib or SciPy is not
    installed.
    """
    require("the page of a report", ["matplotlib", "scipy"], extra="report")
    about = report.about
    timeliness, use = sections.whole_of(report, "timeliness"), sections.whole_of(report, "use")
    numbers = three_numbers(timeliness, use, sections.rows_of(report, "use_reasons"), about.small_cells)
    parts: list[tuple[str, str, Iterable[str]]] = [
        ("numbers", "The three numbers that matter", [numbers]),
        ("schedules", "By protocol and schedule", sections.schedules(report)),
        ("places", groups_heading(about.by), sections.places(report)),
        ("years", "Over time", sections.years(report)),
        ("time", "Time to study", sections.time_to_study(report)),
        ("use", "Studies that are not supported", sections.use(report)),
        ("burden", "Burden of imaging", sections.burden(report)),
        ("missing", "What is missing", sections.missing(report)),
        ("readings", "If the guideline is read differently", sections.readings(report)),
        ("method", "How it was counted", method(about)),
    ]
    contents = "".join(f'<li><a href="#{name}">{head}</a></li>\n' for name, head, _ in parts)
    body = "".join(section(name, head, told) for name, head, told in parts)
    name = escape(title(about))
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{name}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<style>\n{style(title(about))}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#main">Skip to the numbers</a>\n'
        f"<header>\n<h1>{heading(about)}</h1>\n{covers(about, timeliness, use)}</header>\n"
        f'<nav class="contents" aria-label="Contents">\n<ul>\n{contents}</ul>\n</nav>\n'
        f'<main id="main" tabindex="-1">\n{body}</main>\n'
        f'<footer class="small">\n<p>{text(about.not_an_order)}</p>\n</footer>\n</body>\n</html>\n'
    )
