"""The beginning of the page of a report: what it covers, and the three numbers that matter."""

from __future__ import annotations

from collections.abc import Sequence

from spine_vigil.scheduler.report import page_cells as cells
from spine_vigil.scheduler.report.model import About
from spine_vigil.scheduler.report.page_cells import Row, count, day, text
from spine_vigil.scheduler.report.page_figures import size
from spine_vigil.scheduler.report.page_words import words
from spine_vigil.scheduler.rules.words import listed

_REASONS_NAMED = 3


def title(about: About) -> str:
    """Return the title of the page."""
    return f"Imaging surveillance report, {about.first_day} to {about.last_day}"


def heading(about: About) -> str:
    """Return the title as the heading of the page, HTML."""
    return f"Imaging surveillance report, {day(about.first_day)} to {day(about.last_day)}"


def covers(about: About, timeliness: Row | None, use: Row | None) -> str:
    """Return what the page is about and what it covers, for a reader who does not know vigil."""
    parts = []
    if timeliness is not None:
        windows = _all_or_counted(timeliness, "windows", "timeliness")
        parts.append(f"{windows} windows of {count(timeliness, 'patients')} patients")
    if use is not None:
        parts.append(f"{_all_or_counted(use, 'studies', 'use')} performed studies")
    what = listed(parts)
    return (
        "<p>After cancer treatment, the guideline asks for imaging on a schedule. Each time, it names a span of days "
        "in which the study is due: a <strong>window</strong>. This report tells how often the study was done in time, "
        "and how many of the studies that were done the guideline does not support. In time means by the end of the "
        f"window, or in the days of grace after it ({text(about.grace)}).</p>\n"
        f"<p>It covers {what or 'no windows and no studies'}, from {day(about.first_day)} to {day(about.last_day)}. "
        f"Guideline: {text(about.edition_title)}, reviewed {day(about.reviewed)}. Made on {day(about.made_on)}.</p>\n"
    )


def _all_or_counted(row: Row, column: str, table: str) -> str:
    """Return how many there are or, where that is left out, how many are known, as the least number."""
    known = size(row, table)
    if not cells.is_left_out(row, column) or known is None:
        return count(row, column)
    return f"at least {known:,}"


def three_numbers(timeliness: Row | None, use: Row | None, reasons: Sequence[Row], fewest: int) -> str:
    """Return the three numbers that matter, each with its interval, its bounds and a sentence.

    `fewest` is the number of patients below which cells are left out.
    """
    left_out = f"<p><strong>*</strong> stands for a number that would tell of fewer than {fewest} patients.</p>\n"
    return (
        '<div class="numbers">\n'
        f"{_number('Windows with their study in time', timeliness, '', _windows_sentence(timeliness))}"
        f"{_number('Patients with every window in time', timeliness, 'patients_', _patients_sentence(timeliness))}"
        f"{_number('Studies that are not supported', use, '', _use_sentence(use, reasons))}</div>\n"
        "<p><strong>Chance:</strong> with as many windows, patients or studies as these, the share could lie in this "
        "range by chance alone (95\u00a0% interval). "
        "<strong>What is missing:</strong> the lowest and the highest share that are possible, whatever the missing "
        'data turn out to say; see <a href="#missing">what is missing</a>.</p>\n'
        f"{left_out if fewest > 1 else ''}"
    )


def _number(head: str, row: Row | None, prefix: str, sentence: str) -> str:
    if row is None:
        big, chance, missing = cells.NOTHING, cells.NOTHING, cells.NOTHING
    else:
        big = cells.share(row, f"{prefix}share")
        chance = cells.span(row, f"{prefix}low", f"{prefix}high")
        missing = cells.span(row, f"{prefix}least", f"{prefix}greatest")
    return (
        f'<div>\n<h3>{head}</h3>\n<p class="big">{big}</p>\n<p>{sentence}</p>\n<dl>\n'
        f"<div><dt>Chance</dt><dd>{chance}</dd></div>\n"
        f"<div><dt>What is missing</dt><dd>{missing}</dd></div>\n</dl>\n</div>\n"
    )


def _windows_sentence(row: Row | None) -> str:
    if row is None or row["share"] is None:
        return _no_share(row, "share", "No window can be counted.")
    counted = size(row, "timeliness")
    due = cells.LEFT_OUT if counted is None else f"{counted:,}"
    return (
        f"A study was due {_times(due)}. It was done in time {_times(count(row, 'timely'))}, late "
        f"{_times(count(row, 'late'))}, and not at all {_times(count(row, 'missed'))}."
    )


def _no_share(row: Row | None, name: str, nothing: str) -> str:
    return "There are too few patients to tell." if row is not None and cells.is_left_out(row, name) else nothing


def _times(number: str) -> str:
    return "once" if number == "1" else f"{number} times"


def _patients_sentence(row: Row | None) -> str:
    if row is None or row["patients_share"] is None:
        return _no_share(row, "patients_share", "No patient can be counted.")
    return (
        f"Of {count(row, 'patients_counted')} patients for whom a study was due, {count(row, 'patients_timely')} "
        "had every one of theirs in time."
    )


def _use_sentence(row: Row | None, reasons: Sequence[Row]) -> str:
    if row is None or row["share"] is None:
        return _no_share(row, "share", "No study can be judged.")
    judged = size(row, "use")
    of = cells.LEFT_OUT if judged is None else f"{judged:,}"
    outside = [reason for reason in reasons if reason["decision"] == "outside" and reason["studies"] is not None]
    outside.sort(key=lambda reason: -reason["studies"])
    most = [f"{words(reason['reason'])} ({reason['studies']:,})" for reason in outside[:_REASONS_NAMED]]
    told = f" Most often: {listed(most)}." if most else ""
    return f"Of {of} studies that could be judged, the guideline does not support {count(row, 'outside')}.{told}"
