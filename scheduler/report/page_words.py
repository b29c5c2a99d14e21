"""Words of the page of a report: codes in plain words, and sentences made from numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from spine_vigil.scheduler.pictures.charts import percent
from spine_vigil.scheduler.report.page_cells import Row, text
from spine_vigil.scheduler.rules.words import listed

_WORDS = {
    "early": "too early",
    "ended": "after the end of the schedule",
    "not_in_protocol": "not in the protocol",
    "no_surveillance": "no surveillance in the guideline",
    "contraindicated": "contraindicated",
    "within_grace": "in the grace of its window",
    "overdue": "after its window",
    "on_schedule": "in its window",
    "missing_fact": "a fact is not documented",
    "no_index_date": "no index date is documented",
    "unconfirmed_prior": "an earlier study is not confirmed",
    "before_index": "before the index date",
    "other_guideline": "another guideline decides",
    "bad_row": "the row cannot be read",
    "needs_info": "information is missing",
    "refer": "for the treating team or another guideline",
    "within": "supported",
    "outside": "not supported",
    "undocumented_fact": "not documented whether it was due",
    "primary_site": "primary site not documented",
    "unreadable_row": "a row that cannot be read could be the study",
    "unconfirmed_booking": "a booking not confirmed could be the study",
    "not_due_yet": "not due yet at the end of the observation",
    "not_counted": "does not count",
    "before_observation": "due before the observation",
    "died": "the patient died first",
    "follow_up_ended": "the follow-up ended first",
    "progressed": "the disease progressed first",
    "stopped": "another event stopped the schedule first",
    "restarted": "a new index date came first",
    "schedule_ended": "closes after the end of the schedule",
    "condition_not_met": "the condition of the schedule is not met",
}

_OF_COURSES = {
    "has_windows": "with windows",
    "no_index_date": "without: no index date is documented",
    "no_interval": "without: no schedule that applies has an interval",
    "no_schedule": "without: the protocol has no schedule",
}

_NAMED = 10
"""The most groups that a sentence names; the table has all."""


def words(code: str | None) -> str:
    """Return a code of the engine in plain words."""
    return _WORDS.get(code or "", (code or "").replace("_", " "))


def course_words(standing: str) -> str:
    """Return whether a course has windows, and why not."""
    return _OF_COURSES.get(standing, words(standing))


def what_words(what: str) -> str:
    """Return what a line of the burden counts."""
    return {"asked": "fewest asked for"}.get(what, what)


def modality_words(modality: str, what: str) -> str:
    """Return the label of a line of the burden: `MRI, done`."""
    name = "all studies" if modality == "all" else modality.replace("|", " or ")
    return f"{name}, {what_words(what)}"


def per_hundred(share: float) -> str:
    """Return a share as people say it: `77 of 100`."""
    whole = round(100 * share)
    if whole == 0:
        return "none" if share == 0 else "fewer than 1 of 100"
    return ("all" if share == 1 else "more than 99 of 100") if whole == 100 else f"{whole} of 100"  # noqa: PLR2004 - percent


def standing_sentences(rows: Sequence[Row], column: str, apart: Mapping[str, str]) -> Iterator[str]:
    """Yield which groups of a column stand apart from all, and which cannot be told; HTML.

    `apart` says for each standing apart what it means, such as IN_TIME.
    """
    by = {standing: [row for row in rows if row["standing"] == standing] for standing in apart}
    for standing, sentence in apart.items():
        if by[standing]:
            yield f"<strong>{sentence}:</strong> {_named(by[standing])}."
    within = sum(row["standing"] == "as the whole" for row in rows)
    if within and not any(by.values()):
        yield f"No {text(column)} stands apart from the whole by more than chance explains."
    elif within:
        verb = "other differs" if within == 1 else "others differ"
        yield f"{within} {verb} from the whole by no more than chance explains."
    few = [row for row in rows if row["standing"] == "too few to tell"]
    if few:
        told = _named(few) if len(few) <= _NAMED else f"{len(few):,} (see the table)"
        yield f"<strong>Too few to tell:</strong> {told}. Their numbers neither clear nor accuse them."
    untold = sum(not row["standing"] for row in rows)
    if untold:
        yield f"{untold} {'is' if untold == 1 else 'are'} not compared: the numbers are left out, or there are none."


IN_TIME = {
    "below": "In time less often than all together, by more than chance",
    "above": "In time more often than all together, by more than chance",
    "perhaps below": "Perhaps less often in time",
    "perhaps above": "Perhaps more often in time",
}
"""What it means that a share of windows in time stands apart."""

NOT_SUPPORTED = {
    "above": "More studies not supported than in all together, by more than chance",
    "below": "Fewer studies not supported than in all together, by more than chance",
    "perhaps above": "Perhaps more studies not supported",
    "perhaps below": "Perhaps fewer studies not supported",
}
"""What it means that a share of studies that are not supported stands apart."""


def chance_sentence(rows: Sequence[Row]) -> str:
    """Return how many groups lie outside the inner limits by chance alone, where it matters."""
    compared = sum(row["standing"] not in ("", None, "too few to tell") for row in rows)
    if not any("perhaps" in (row["standing"] or "") for row in rows):
        return ""
    expected = max(round(compared * 0.05), 1)
    return f"Of {compared} groups, about {expected} would be marked \u201cperhaps\u201d by chance alone."


def _named(rows: Sequence[Row]) -> str:
    told = [
        text(row["group"]) if row["share"] is None else f"{text(row['group'])} ({percent(row['share'])})"
        for row in rows[:_NAMED]
    ]
    more = len(rows) - len(told)
    return listed([*told, f"{more:,} more (see the table)"]) if more else listed(told)


def curve_words(row: Row | None) -> Iterator[str]:
    """Yield what the time to study was, in sentences of HTML."""
    if row is None:
        return
    if row["median"] is not None:
        yield f"Half of the windows had their study within {row['median']:g} days after they opened."
    if row["by_closes"] is not None:
        yield f"By the day on which a window closed, {per_hundred(row['by_closes'])} had their study."
    if row["by_90"] is not None:
        yield f"90 days later it was {per_hundred(row['by_90'])}."


def groups_heading(columns: Sequence[str]) -> str:
    """Return the heading of the section that compares groups, as HTML."""
    return f"By {listed([text(column) for column in columns])}" if columns else "By place"
