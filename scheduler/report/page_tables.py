"""Tables of the page of a report: what stands in which column."""

from __future__ import annotations

from collections.abc import Sequence

from spine_vigil.scheduler.pictures.share_charts import LIMITS, limits_of
from spine_vigil.scheduler.report import page_cells as cells
from spine_vigil.scheduler.report.page_cells import Row, text
from spine_vigil.scheduler.report.page_figures import size
from spine_vigil.scheduler.report.page_parts import Column, table
from spine_vigil.scheduler.report.page_words import course_words, modality_words, words

_CURVE_LINES = 30
"""About the most lines of the table of a curve; a step for every day would fill pages."""


def _count(head: str, name: str) -> Column:
    return Column(head, lambda row: cells.count(row, name))


def _share_columns(head: str, prefix: str = "") -> tuple[Column, ...]:
    return (
        Column(head, lambda row: cells.share(row, f"{prefix}share")),
        Column("Chance (95\u00a0%)", lambda row: cells.span(row, f"{prefix}low", f"{prefix}high")),
        Column("What is missing", lambda row: cells.span(row, f"{prefix}least", f"{prefix}greatest")),
    )


def _group(head: str) -> Column:
    return Column(head, lambda row: cells.name(row["group"]), is_text=True)


def _standing(row: Row) -> str:
    if row["by"] == "all":
        return "\u00a0"
    return (
        text(row["standing"])
        if row["standing"]
        else cells.LEFT_OUT
        if cells.is_left_out(row, "standing", "share")
        else cells.NOTHING
    )


_STANDING = Column("Beside all", _standing, is_text=True)


def timeliness_table(name: str, caption: str, head: str, rows: Sequence[Row]) -> str:
    """Return how many windows had their study in time, by group."""
    columns = (
        _group(head),
        _count("Patients", "patients"),
        _count("Windows", "windows"),
        _count("Timely", "timely"),
        _count("Late", "late"),
        _count("Missed", "missed"),
        _count("Unknown", "unknown"),
        *_share_columns("Share timely"),
        _STANDING,
    )
    return table(name, caption, columns, rows, f"No windows: {caption}.")


def patients_table(name: str, caption: str, head: str, rows: Sequence[Row]) -> str:
    """Return how many patients had every window timely, by group."""
    columns = (
        _group(head),
        _count("Patients counted", "patients_counted"),
        _count("Every window timely", "patients_timely"),
        *_share_columns("Share", "patients_"),
    )
    return table(name, caption, columns, rows, f"No patients: {caption}.")


def funnel_table(name: str, caption: str, head: str, rows: Sequence[Row], whole: float) -> str:
    """Return the limits within which each group would lie by chance."""
    columns = (
        _group(head),
        Column("Windows counted", _size),
        Column("Share timely", cells.share),
        *(Column(f"{percents}\u00a0% limits", _limits(whole, quantiles)) for percents, quantiles in LIMITS.items()),
        _STANDING,
    )
    return table(name, caption, columns, rows, f"No groups: {caption}.")


def _size(row: Row) -> str:
    found = size(row, "timeliness")
    return cells.LEFT_OUT if found is None else f"{found:,}"


def _limits(whole: float, quantiles: tuple[float, float]) -> cells.Cell:
    def cell(row: Row) -> str:
        found = size(row, "timeliness")
        if found is None:
            return cells.LEFT_OUT
        return (
            cells.span_words(*(limits_of([found], whole, quantile)[0] for quantile in quantiles))
            if found
            else cells.NOTHING
        )

    return cell


def time_table(name: str, caption: str, head: str, rows: Sequence[Row]) -> str:
    """Return how long studies took, by group."""
    columns = (
        _group(head),
        _count("Patients", "patients"),
        _count("Windows", "windows"),
        _count("Done", "done"),
        _count("Without a study", "censored"),
        Column("Median days", lambda row: cells.days(row, "median")),
        Column("Done when the window closes", lambda row: cells.share_and_span(row, "by_closes")),
        *(Column(f"{days} days later", _done_by(days)) for days in (30, 60, 90)),
    )
    return table(name, caption, columns, rows, f"No windows: {caption}.")


def _done_by(days: int) -> cells.Cell:
    return lambda row: cells.share_and_span(row, f"by_{days}")


def curve_table(name: str, caption: str, rows: Sequence[Row]) -> tuple[str, int]:
    """Return the curve of the time to study at evenly spaced days, and the number of days between two lines."""
    last = rows[-1]["days"] if rows else 0
    step = next((days for days in (1, 7, 14, 28, 91, 182) if last <= days * _CURVE_LINES), 364)
    at_days = []
    for days in range(0, last + 1, step):
        known = [row for row in rows if row["days"] <= days]
        at_days += [{**known[-1], "days": days}] if known else []
    columns = (
        Column("Days", lambda row: f"{row['days']:,}", is_text=True),
        _count("Still without a study", "at_risk"),
        Column("Done", lambda row: cells.share(row, "done")),
        Column("Chance (95\u00a0%)", lambda row: cells.span(row, "done_low", "done_high")),
    )
    return table(
        name, caption, columns, at_days, "There is no curve: no window has a study, or too few patients have one."
    ), step


def use_table(name: str, caption: str, head: str, rows: Sequence[Row]) -> str:
    """Return how many studies are supported, by group."""
    columns = (
        _group(head),
        _count("Patients", "patients"),
        _count("Studies", "studies"),
        _count("Supported", "within"),
        _count("Not supported", "outside"),
        _count("Undecided", "undecided"),
        _count("Referred", "refer"),
        *_share_columns("Share"),
        _STANDING,
    )
    return table(name, caption, columns, rows, f"No studies: {caption}.")


def reasons_table(name: str, caption: str, rows: Sequence[Row]) -> str:
    """Return the reasons of decisions."""
    columns = (
        Column("Reason", lambda row: text(words(row["reason"])), is_text=True),
        Column("Decision", lambda row: text(words(row["decision"])), is_text=True),
        _count("Studies", "studies"),
        _count("Patients", "patients"),
        Column("Share of studies", cells.share),
    )
    return table(name, caption, columns, rows, "No study was performed in the observation.")


def early_table(name: str, caption: str, rows: Sequence[Row]) -> str:
    """Return by how many days early studies came too early."""
    columns = (
        Column("Days before the window opened", lambda row: text(row["days"]), is_text=True),
        _count("Studies", "studies"),
        _count("Patients", "patients"),
        Column("Share of early studies", cells.share),
    )
    return table(name, caption, columns, rows, "No study came too early.")


def burden_table(name: str, caption: str, rows: Sequence[Row]) -> str:
    """Return studies per patient-year, done and asked for."""
    columns = (
        Column("Studies by modality", lambda row: text(modality_words(row["modality"], row["what"])), is_text=True),
        _count("Studies", "studies"),
        _count("Patients", "patients"),
        Column("Patient-years", lambda row: cells.decimal(row, "patient_years")),
        Column("Per patient-year", lambda row: cells.decimal(row, "per_patient_year")),
    )
    return table(name, caption, columns, rows, "No patient was followed under a schedule.")


def outcomes_table(name: str, caption: str, rows: Sequence[Row], nothing: str) -> str:
    """Return windows that are unknown or do not count, and why."""
    columns = (
        Column("Why", lambda row: text(words(row["why"] or row["outcome"])), is_text=True),
        _count("Windows", "windows"),
        _count("Patients", "patients"),
    )
    return table(name, caption, columns, rows, nothing)


def courses_table(name: str, caption: str, rows: Sequence[Row]) -> str:
    """Return which courses have windows, and why others have none."""
    columns = (
        Column("Course of a patient", lambda row: text(course_words(row["standing"])), is_text=True),
        _count("Courses", "courses"),
        _count("Patients", "patients"),
    )
    return table(name, caption, columns, rows, "No course of a patient was read.")


def collect_table(name: str, caption: str, rows: Sequence[Row], fewest: int) -> str:
    """Return what would settle most studies that ask for information; items of less than `fewest` patients are not."""
    columns = (
        Column("Fact or date", lambda row: text(row["item"].replace("_", " ")), is_text=True),
        _count("Settles alone", "alone"),
        _count("Settles with those above", "together"),
        Column("Share of these studies", lambda row: cells.share(row, "together_share")),
    )
    patients = f" of {fewest} patients or more" if fewest > 1 else ""
    return table(name, caption, columns, rows, f"No fact or date that is missing would settle studies{patients}.")


def readings_table(name: str, caption: str, rows: Sequence[Row]) -> str:
    """Return what would change under other readings of the guideline."""
    columns = (
        Column("Read so", lambda row: cells.name(row["reading"]), is_text=True),
        _count("Decisions that differ", "differing"),
        Column("Not supported, as counted", lambda row: cells.share(row, "use_share")),
        Column("Not supported, read so", lambda row: cells.share(row, "use_share_read_so")),
        Column("Timely, as counted", lambda row: cells.share(row, "timeliness")),
        Column("Timely, read so", lambda row: cells.share(row, "timeliness_read_so")),
    )
    return table(name, caption, columns, rows, "No other reading was tried.")
