"""What has to be known of a comparison with an earlier due list, as notices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spine_vigil.notices import Notice, NoticeKind
from spine_vigil.scheduler.answers.due_status import URGENCY
from spine_vigil.scheduler.cohort.due.changes import UNCOMPARED, Changes
from spine_vigil.scheduler.rules.words import counted, listed


def earlier_notices(changes: Changes, about: Mapping[str, str]) -> Iterator[Notice]:
    """Yield what the earlier list cannot tell, or tells by other rules than this list, whose metadata is `about`."""
    for text in _texts(changes, about):
        yield Notice(NoticeKind.EARLIER_LIST, text)


def _texts(changes: Changes, about: Mapping[str, str]) -> Iterator[str]:
    earlier, as_of = changes.earlier, about["as_of"]
    if earlier.as_of is None:
        yield (
            f"{earlier.name} does not tell its date, since none of its lines is overdue; look whether it is the earlier"
            " list (.json, .parquet and .xlsx tell theirs)"
        )
    elif earlier.as_of.isoformat() > as_of:
        yield (
            f"{earlier.name} is of {earlier.as_of}, later than this list of {as_of}: what is called new was dropped"
            " since, and what is called gone was added; give an earlier list, or a later --as-of"
        )
    if earlier.edition is not None and earlier.edition != about["edition"]:
        yield (
            f"{earlier.name} was made by the edition {earlier.edition}, this list by {about['edition']};"
            " a line may have changed because the rules did"
        )
    if earlier.grace is not None and earlier.grace != about["grace"]:
        yield f"{earlier.name} was made with another grace ({earlier.grace}); statuses and last days may differ by that"
    if earlier.lacking:
        names = listed(earlier.lacking)
        yield f"{earlier.name} does not have {names}; these values are not compared"
    if changes.counts[UNCOMPARED]:
        yield _not_compared(changes)


def _not_compared(changes: Changes) -> str:
    earlier = changes.earlier
    count = counted(changes.counts[UNCOMPARED], "line")
    held_back = [status.value for status in URGENCY if changes.held_back[status.value]]
    where = f"{count} of this list ({listed(held_back)})"
    if earlier.scope.is_guessed:
        return (
            f"{earlier.name} holds no such lines as {where}, as if it was made with --status or --within; whether these"
            " are new is not said; make both lists with the same options"
        )
    return (
        f"{earlier.name} is a part of a list ({earlier.selected}); whether {where} are new is not said; make both lists"
        " with the same options"
    )
