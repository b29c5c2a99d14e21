"""How a report was counted: definitions in short, the edition, the input, and the files."""

from __future__ import annotations

from collections.abc import Iterator

from spine_vigil.scheduler.report import page_cells as cells
from spine_vigil.scheduler.report.model import About
from spine_vigil.scheduler.report.page_cells import day, text
from spine_vigil.scheduler.report.page_parts import Column, bullets, heading, paragraph, table

_DEFINITIONS = {
    "Window": "The span of days in which a schedule asks for a study. The first one counts from the index date, such "
    "as the end of treatment. Each next one counts from the study that satisfied the one before or, where none came, "
    "from the day on which the missed window closed: one missed study is one miss.",
    "Counted": "A window counts where its last day lies in the observation while the patient is followed. The last day "
    "is the day on which it closes, and the grace after it.",
    "Timely, late, missed": "Timely: the imaging was complete on or before the last day. Late: after it, before the "
    "next window would open. Missed: neither.",
    "Unknown": "The window would be late or missed, but a row that cannot be read or a booking that is not confirmed "
    "could have been the study. Or it is not documented whether the study was due.",
    "Share timely": "Timely of timely, late and missed.",
    "Every window timely": "Patients all of whose counted windows are timely, of the patients with a counted window.",
    "Not supported": "Performed studies outside the guideline, of those within and outside. Each study of a patient "
    "on a day counts once. Studies that are undecided, or that are not for this guideline to decide, stand beside it.",
    "Chance": "The Wilson interval of 95\u00a0%. The windows of one patient are alike, so the interval of windows is "
    "too narrow; that of patients is not.",
    "What is missing": "The share if every unknown or undecided case turned out at its worst, and at its best. What "
    "cannot be read may also change which windows there are; the range does not show that.",
    "Beside all": "How a group stands beside the share of all. Above or below: outside the 99.8\u00a0% limits within "
    "which a group of its size would lie by chance. Perhaps: outside those of 95\u00a0%. Too few to tell: its own "
    "interval is wider than 30 points.",
    "Group, year": "A window belongs to the value of the patient\u2019s latest row before the window, so that the "
    "group does not depend on what became of it. A study belongs to the value of its own row. The year of a window is "
    "that of its last day. (none) is who has no value.",
    "Time to study": "Days from the day on which the window opens, by Kaplan and Meier, with log-log intervals. A "
    "window without a study is followed to the last day on which the patient is.",
    "Burden": "Studies per year in which a patient is followed, beside the fewest that the schedules ask for if every "
    "study is done on the last day of its window.",
}


def method(about: About) -> Iterator[str]:
    """Yield the parts of the section on how a report was counted."""
    yield heading("What the words mean")
    yield _listed(_DEFINITIONS | {"*": _small_cells(about.small_cells)})
    yield paragraph("The page \u201cHow a report counts\u201d of vigil\u2019s documentation has every rule.")
    yield heading("What was asked")
    yield _listed(
        {
            "Guideline": f"{text(about.edition_title)}, edition {text(about.edition)}, reviewed {day(about.reviewed)}",
            "Observation": f"{about.first_day} to {about.last_day}, both included",
            "As of": f"{about.as_of}",
            "Grace": text(about.grace),
            "Readings taken": "<br>".join(map(text, about.readings)) or "those of the edition",
            "Groups": "<br>".join(map(text, about.by)) or "none asked for",
            "Made": f"{'' if about.made_on is None else f'{about.made_on}, '}with vigil {text(about.version)}",
            "Command line": f"<code>{text(about.command_line)}</code>"
            if about.command_line
            else "none: made by Python",
        }
    )
    yield heading("Cautions")
    yield bullets(map(text, about.cautions)) or paragraph("None.")
    yield heading("What was read")
    counts = [
        {"what": what, "number": number, "suppressed": "number" if number is None else ""}
        for what, number in about.counts.items()
    ]
    columns = (
        Column("What", lambda row: text(row["what"]), is_text=True),
        Column("Number", lambda row: cells.count(row, "number")),
    )
    yield table("input", "Rows and studies of the input", columns, counts, "The input was not counted.")
    files = [{"name": file.name, "sha256": file.sha256} for file in about.files]
    columns = (
        Column("File", lambda row: text(row["name"]), is_text=True),
        Column("SHA-256", lambda row: _checksum(row["sha256"]), is_text=True),
    )
    yield table("files", "Files that were read", columns, files, "No file was read.")


def _listed(items: dict[str, str]) -> str:
    lines = "".join(f"<div><dt>{name}</dt><dd>{said}</dd></div>\n" for name, said in items.items())
    return f"<dl>\n{lines}</dl>\n"


def _checksum(sha256: str) -> str:
    return f"<code>{text(sha256)}</code>" if sha256 else "none: no file, but a stream or a frame"


def _small_cells(fewest: int) -> str:
    if fewest <= 1:
        return "Nothing is left out as small: this page can tell of single patients. Keep it as you keep a record."
    return (
        f"A number that stands for fewer than {fewest} patients is left out, and another one with it where the first "
        "could be worked out by subtraction. Groups with fewer patients are put together. Bounds, and numbers that "
        "stand beside others, are rounded to whole percents and to tens."
    )
