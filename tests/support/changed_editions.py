"""The sound edition, or another, with one rule changed as its constructors allow."""

from typing import Any

from support.sound_edition import CHEST, SOUND, TAKEN

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.rules.schedules import Phase
from spine_vigil.scheduler.values import replace


def changed(kind: str, /, edition: Edition = SOUND, **changes: Any) -> Edition:
    """Return an edition with its first rule of a kind (`protocols`, `facts`, ...) changed."""
    rule, *others = getattr(edition, kind)
    return replace(edition, **{kind: (replace(rule, **changes), *others)})


def changed_schedule(**changes: Any) -> Edition:
    """Return the sound edition with its first schedule changed."""
    return changed("protocols", schedules=(replace(CHEST, **changes),))


def changed_phases(*phases: Phase) -> Edition:
    """Return the sound edition with other phases in its first schedule."""
    return changed_schedule(plan=replace(TAKEN, phases=phases))
