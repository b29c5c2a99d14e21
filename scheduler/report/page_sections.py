"""Sections of the page of a report: by group, over time, use, burden, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spine_vigil.scheduler.report import page_cells as cells
from spine_vigil.scheduler.report import page_figures as figures
from spine_vigil.scheduler.report import page_tables as tables
from spine_vigil.scheduler.report.model import ALL, Report
from spine_vigil.scheduler.report.page_cells import Row, plain, text
from spine_vigil.scheduler.report.page_parts import bullets, heading, paragraph
from spine_vigil.scheduler.report.page_words import (
    IN_TIME,
    NOT_SUPPORTED,
    chance_sentence,
    curve_words,
    standing_sentences,
)
from spine_vigil.scheduler.rules.words import counted

_IN_TIME, _UNSUPPORTED = "windows in time", "studies not supported"


def rows_of(report: Report, name: str) -> Sequence[Row]:
    """Return the rows of a table."""
    return report.tables[name].to_dicts()


def rows_by(report: Report, name: str, by: str) -> list[Row]:
    """Return the rows of a table by one kind of group, but for those of which not even the patients may be told."""
    return [row for row in _all_by(report, name, by) if not cells.is_left_out(row, "patients")]


def _all_by(report: Report, name: str, by: str) -> list[Row]:
    return [row for row in rows_of(report, name) if row["by"] == by]


def whole_of(report: Report, name: str) -> Row | None:
    """Return the row of a table that holds everything; None where the table has none."""
    return next(iter(_all_by(report, name, ALL)), None)


def _with_whole(report: Report, name: str, by: str) -> list[Row]:
    """Return the rows of a table by one kind of group, and the row that holds everything as the last one."""
    rows = rows_by(report, name, by)
    return [*rows, *_all_by(report, name, ALL)] if rows else []


def _not_shown(report: Report, name: str, by: str) -> str:
    """Return how many groups have too few patients to be shown, as a paragraph; nothing where there is none."""
    shown = len(rows_by(report, name, by))
    others = len(_all_by(report, name, by)) - shown
    if not others:
        return ""
    if not shown and others > 1:
        return paragraph(
            f"None of the {others:,} groups can be shown: each has too few patients, or would tell of one that has."
        )
    return paragraph(
        f"Not shown, with too few patients or since it would tell of one that has: {counted(others, 'group')}."
    )


def schedules(report: Report) -> Iterator[str]:
    """Yield timeliness by protocol and by schedule."""
    yield paragraph(
        "In the figures, a dot is a share. The line through it is what chance leaves open, the grey bar below it is "
        "what is missing, and the dashed line is the share of all together."
    )
    for by in ("protocol", "schedule"):
        yield heading(f"By {by}")
        yield from _timeliness(report, by, by, by)


def places(report: Report) -> Iterator[str]:
    """Yield timeliness by each column that was asked for, with a funnel that compares its groups."""
    if not report.about.by:
        yield paragraph(
            "This report was not asked to compare sites, physicians or payers. To compare them, name the columns of "
            "your file that hold them: <code>vigil report EVENTS --by site --by physician</code>."
        )
        return
    yield paragraph(
        "A group that stands apart is a reason to look closer, not a verdict: the patients of two groups differ too. "
        "Small groups vary more by chance. That is why the limits in the second figure of each comparison widen to the "
        "left: what lies between them is no more than chance explains."
    )
    for number, column in enumerate(report.about.by, start=1):
        name, rows = f"by{number}", rows_by(report, "timeliness", column)
        yield heading(f"By {text(column)}")
        yield bullets([*standing_sentences(rows, column, IN_TIME), chance_sentence(rows)])
        yield from _timeliness(report, column, column, name)
        whole = whole_of(report, "timeliness")
        if rows and whole is not None and whole["share"] is not None:
            yield figures.funnel_figure(
                f"funnel-{name}",
                f"Which groups stand apart, by {text(column)}: timeliness against the number of windows",
                f"Which groups stand apart, by {plain(column)}: timeliness against the number of windows",
                rows,
                whole["share"],
            )
            caption = f"Limits within which each group would lie by chance, by {text(column)}"
            yield tables.funnel_table(f"limits-{name}", caption, cells.heading_of(column), rows, whole["share"])


def _timeliness(report: Report, by: str, head: str, name: str) -> Iterator[str]:
    rows, few = rows_by(report, "timeliness", by), _not_shown(report, "timeliness", by)
    told, head = text(head), cells.heading_of(head)
    yield few
    if few and not rows:
        return
    if _any(rows, "share"):
        yield figures.share_figure(
            f"timeliness-{name}",
            f"Windows in time by {told}",
            f"Windows in time by {plain(by)}",
            rows,
            whole_of(report, "timeliness"),
            _IN_TIME,
        )
    with_whole = _with_whole(report, "timeliness", by)
    yield tables.timeliness_table(f"windows-{name}", f"Windows and how many were in time, by {told}", head, with_whole)
    if rows:
        caption = f"Patients with every window in time, by {told}"
        yield tables.patients_table(f"patients-{name}", caption, head, with_whole)


def years(report: Report) -> Iterator[str]:
    """Yield timeliness by year."""
    rows, few = rows_by(report, "timeliness", "year"), _not_shown(report, "timeliness", "year")
    yield few
    if few and not rows:
        return
    if rows:
        whole = whole_of(report, "timeliness")
        yield figures.year_figure("timeliness-year", "Windows in time by year", rows, whole, _IN_TIME)
    with_whole = _with_whole(report, "timeliness", "year")
    yield tables.timeliness_table("windows-year", "Windows and how many were in time, by year", "Year", with_whole)
    if rows:
        caption = "Patients with every window in time, by year"
        yield tables.patients_table("patients-year", caption, "Year", with_whole)


def time_to_study(report: Report) -> Iterator[str]:
    """Yield how long it took from the opening of a window to its study."""
    yield paragraph(
        *curve_words(whole_of(report, "time_to_study")),
        "Here any later study counts, also one that belongs to a later window, so that more windows have a study than "
        "were in time or late.",
    )
    steps = rows_of(report, "time_curve")
    if any(step["done"] is not None for step in steps):
        title = "Windows that have their study, by days since they opened"
        yield figures.curve_figure("curve", title, steps)
    told, days = tables.curve_table("curve-table", "Windows that have their study, at evenly spaced days", steps)
    yield told
    if days > 1:
        yield paragraph(
            f"A line for every {days} days; the table <code>time_curve</code> of <code>--tables</code> has more."
        )
    for by, name in _kinds(report):
        rows, few = _with_whole(report, "time_to_study", by), _not_shown(report, "time_to_study", by)
        if few:
            yield heading(f"By {text(by)}")
            yield few
        if rows or (not few and by in ("protocol", "schedule")):
            caption = f"Time to study by {text(by)}"
            yield tables.time_table(f"time-{name}", caption, cells.heading_of(by), rows)


def use(report: Report) -> Iterator[str]:
    """Yield the studies that are not supported, by reason, by days and by group."""
    reasons = rows_of(report, "use_reasons")
    outside = [row for row in reasons if row["decision"] == "outside"]
    yield heading("Why studies are not supported")
    if _any(outside, "studies"):
        yield figures.reason_figure("reasons", "Studies that are not supported, by reason", outside)
    yield tables.reasons_table("reasons-table", "Performed studies by decision and reason", reasons)
    yield heading("How early the early studies were")
    early = rows_of(report, "early_days")
    if _any(early, "studies"):
        yield figures.early_figure("early", "Early studies by the days before their window opened", early)
    yield tables.early_table("early-table", "Early studies, and by how many days they came too early", early)
    for by, name in _kinds(report):
        rows, few = rows_by(report, "use", by), _not_shown(report, "use", by)
        if not rows and not few and by not in ("protocol", "schedule", "year"):
            continue
        yield heading(f"By {text(by)}")
        yield few
        if few and not rows:
            continue
        yield bullets(_use_words(rows, by, report.about.by))
        if _any(rows, "share"):
            caption, title = (
                f"Studies that are not supported, by {text(by)}",
                f"Studies that are not supported, by {by}",
            )
            whole = whole_of(report, "use")
            if by == "year":
                yield figures.year_figure(f"use-{name}", title, rows, whole, _UNSUPPORTED)
            else:
                yield figures.share_figure(f"use-{name}", caption, plain(title), rows, whole, _UNSUPPORTED)
        caption = f"Studies and how many are not supported, by {text(by)}"
        yield tables.use_table(f"studies-{name}", caption, cells.heading_of(by), _with_whole(report, "use", by))


def _any(rows: Sequence[Row], column: str) -> bool:
    """Return whether a row has a number in a column, so that there is something to draw."""
    return any(row[column] is not None for row in rows)


def _use_words(rows: Sequence[Row], by: str, columns: Sequence[str]) -> Iterator[str]:
    if by in columns:
        yield from standing_sentences(rows, by, NOT_SUPPORTED)


def _kinds(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the kinds of groups with a name that can be an id."""
    yield from ((by, by) for by in ("protocol", "schedule", "year"))
    yield from ((column, f"by{number}") for number, column in enumerate(report.about.by, start=1))


def burden(report: Report) -> Iterator[str]:
    """Yield how many studies patients had beside the fewest that the schedules ask for."""
    rows = rows_of(report, "burden")
    yield paragraph(
        "Where more is done than the fewest that are asked for, that is not wrong by itself: symptoms, other diseases "
        "and other guidelines give reasons for imaging too."
    )
    if rows:
        yield figures.burden_figure("burden-figure", "Studies per patient-year, done and asked for", rows)
    yield tables.burden_table("burden-table", "Studies, patients and patient-years", rows)


def missing(report: Report) -> Iterator[str]:
    """Yield what is not known or does not count, and what to collect first."""
    rows = rows_of(report, "not_counted")
    unknown = [row for row in rows if row["outcome"] == "unknown"]
    others = [row for row in rows if row["outcome"] != "unknown"]
    yield heading("Windows of which it is not known whether they were in time")
    yield tables.outcomes_table("unknown", "Unknown windows, and why", unknown, "No window is unknown.")
    yield heading("Windows that do not count")
    nothing = "All windows count." if whole_of(report, "timeliness") else "There is no window."
    yield tables.outcomes_table("not-counted", "Windows that do not count, and why", others, nothing)
    yield heading("Courses with and without windows")
    yield paragraph("A course is one patient under one protocol.")
    yield tables.courses_table(
        "courses", "Courses by whether they have windows, and why not", rows_of(report, "courses")
    )
    yield heading("What to collect first")
    yield paragraph(
        "Some studies can only be judged once a fact or a date is documented. Collected from the top down, each line "
        "settles the most of the studies that are still undecided."
    )
    fewest = report.about.small_cells
    yield tables.collect_table("collect", "What to collect first", rows_of(report, "collect_first"), fewest)


def _changes(row: Row) -> bool:
    """Return whether a reading changes a number, as far as that is shown."""
    pairs = (("use_share", "use_share_read_so"), ("timeliness", "timeliness_read_so"))
    return bool(row["differing"]) or bool(row["suppressed"]) or any(row[one] != row[other] for one, other in pairs)


def readings(report: Report) -> Iterator[str]:
    """Yield what would change under other readings of the guideline."""
    told = "Where the guideline can be read in more than one way, one reading is taken."
    rows = rows_of(report, "readings")
    if not rows:
        yield paragraph(
            told, "No other was tried for this report: <code>vigil report EVENTS --readings all</code> does."
        )
        return
    changing = [row for row in rows if _changes(row)]
    others = len(rows) - len(changing)
    unchanged = f"{others} other {'reading changes' if others == 1 else 'readings change'} nothing here."
    yield paragraph(told, "Each line is another one that changes something, and what the report would say with it.")
    yield paragraph(unchanged) if others else ""
    yield tables.readings_table("readings-table", "What other readings would change", changing)
