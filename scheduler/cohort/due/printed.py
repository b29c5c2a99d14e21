"""The due list as a page to print: self-contained HTML, patient by patient, with room to tick off and for notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from html import escape
from itertools import chain
from typing import IO

import polars as pl

from spine_vigil.scheduler.answers.due_status import URGENCY, DueStatus
from spine_vigil.scheduler.cohort.due.by_patient import Line, patients, span_words, summary, unread_words, was_words
from spine_vigil.scheduler.cohort.due.page_style import style
from spine_vigil.scheduler.rules.words import counted

PRIVACY = "This page holds patients' data. Keep it as you keep a record, and shred it when it is done."
"""The line of every page that says what it holds."""

_QUIET = (DueStatus.ENDED.value, DueStatus.STOPPED.value, DueStatus.NO_SCHEDULE.value)
"""The statuses that leave nothing to tick off."""

_COLUMNS = ("Done", "Study", "Status", "Window", "Booked", "Notes")


def write_page(
    frames: Iterable[pl.DataFrame], file: IO[bytes], about: Mapping[str, str], counts: Mapping[DueStatus, int]
) -> None:
    """Write a list by patient in pieces as a page; only the lines of one patient are in memory at a time.

    `about` is the metadata of the list, `counts` the numbers of its lines by status. Lines that are gone since an
    earlier list come last, as a table of their own. Raises OSError.
    """
    as_of = date.fromisoformat(about["as_of"])
    for text in chain(_head(about, counts), _tables(frames, as_of), _foot(about)):
        file.write(text.encode("utf-8"))


def _head(about: Mapping[str, str], counts: Mapping[DueStatus, int]) -> Iterator[str]:
    title = escape(f"Due on {about['as_of']}")
    told = [f"{counts[s]:,} {s.value.replace('_', ' ')}" for s in URGENCY if counts.get(s)]
    changes = f"<p>Changes {escape(about['changes'])}</p>\n" if "changes" in about else ""
    yield (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<style>\n{style(about['as_of'], about['edition'])}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n"
        f"<p>{escape(', '.join(told) or 'Nothing to list')}</p>\n"
        f'<p class="small">Edition {escape(about["edition"])}, grace {escape(about["grace"])}.'
        f" Listed: {escape(_listed(about['selected']))}.</p>\n{changes}"
        f'<p class="private"><strong>{escape(PRIVACY)}</strong></p>\n</header>\n<main>\n'
    )


def _listed(selected: str) -> str:
    """Return in words what a list says that it was asked for, such as `status=overdue,open; opens_by=2026-12-02`."""
    texts = []
    for part in selected.split("; "):
        key, _, values = part.partition("=")
        name = "windows that open by" if key == "opens_by" else key
        texts.append(f"{name} {' or '.join(values.split(','))}".replace("_", " ").strip())
    return "; ".join(texts)


def _foot(about: Mapping[str, str]) -> Iterator[str]:
    yield f'</main>\n<footer class="small"><p>{escape(about["note"])}</p></footer>\n</body>\n</html>\n'


def _tables(frames: Iterable[pl.DataFrame], as_of: date) -> Iterator[str]:
    is_gone, is_first = False, True
    for patient_id, lines in patients(frames):
        for gone, group in ((False, _with(lines, gone=False)), (True, _with(lines, gone=True))):
            if not group:
                continue
            if is_first or gone != is_gone:
                yield "" if is_first else "</table>\n"
                yield _table_head("Gone since the earlier list" if gone else "By patient, the most urgent first")
                is_gone, is_first = gone, False
            yield from _patient(patient_id, group, as_of, gone=gone)
    yield "" if is_first else "</table>\n"


def _with(lines: Iterable[Line], *, gone: bool) -> list[Line]:
    return [line for line in lines if (line.get("change") == "gone") is gone]


def _table_head(caption: str) -> str:
    cells = "".join(f'<th scope="col" class="{name.lower()}">{name}</th>' for name in _COLUMNS)
    return f"<table>\n<caption>{escape(caption)}</caption>\n<thead><tr>{cells}</tr></thead>\n"


def _patient(patient_id: str, lines: list[Line], as_of: date, *, gone: bool) -> Iterator[str]:
    """Yield the rows of a patient as a group that is not split where it fits on a page."""
    told = f"{counted(len(lines), 'line')} gone" if gone else summary(lines, as_of)
    unread = unread_words(lines)
    warning = f' <strong class="warning">{escape(unread)}</strong>' if unread else ""
    yield (
        f'<tbody>\n<tr class="patient"><th scope="rowgroup" colspan="{len(_COLUMNS)}">{escape(patient_id)}'
        f" <span>{escape(told)}</span>{warning}</th></tr>\n"
    )
    for line in lines:
        yield _row(line)
    yield "</tbody>\n"


def _row(line: Line) -> str:
    route = line["protocol"] if line["schedule"] is None else f"{line['protocol']}/{line['schedule']}"
    study = escape(line["study"] or "No schedule")
    where = escape(", ".join(filter(None, (route, line["section"]))))
    box = "" if line["status"] in _QUIET else '<span class="box" aria-hidden="true"></span>'
    return (
        f'<tr class="{escape(line["status"] or "gone")}"><td class="done">{box}</td>'
        f'<th scope="row" class="study">{study}<br><span class="small">{where}</span></th>'
        f'<td class="status">{_status(line)}</td><td class="window">{_window(line)}</td>'
        f'<td class="booked">{_booking(line)}</td><td class="notes"></td></tr>\n'
    )


def _status(line: Line) -> str:
    words = (line["status"] or "").replace("_", " ")
    days = f", {counted(line['days_overdue'], 'day')}" if line["days_overdue"] is not None else ""
    texts = [f"<strong>{escape(words)}</strong>{days}"] if words else []
    change = line.get("change")
    if change in ("new", "moved", "gone"):
        was = escape(was_words(line))
        texts.append(f'<span class="change">{escape(change)}</span>{f" {_dated(was)}" if was else ""}')
    missing = f"not documented: {line['missing'].replace(';', ', ')}" if line["missing"] else None
    texts += [f'<span class="small">{_dated(escape(text))}</span>' for text in (line["note"], missing) if text]
    return "<br>".join(texts)


def _window(line: Line) -> str:
    if line["opens"] is None:
        return ""
    span = span_words(line["opens"], line["closes"])
    return _dated(f'{span}<br><span class="small">last day {line["last_day"]}</span>')


def _booking(line: Line) -> str:
    advice = line["booking_advice"]
    texts = [str(line["booked"])] if line["booked"] else []
    texts += [f'<span class="small warning">{escape(advice)}</span>'] if advice else []
    return _dated("<br>".join(texts))


def _dated(text: str) -> str:
    """Return text of a page whose dates are not broken across lines."""
    return re.sub(r"\b\d{4}-\d\d-\d\d\b", r'<span class="date">\g<0></span>', text)
