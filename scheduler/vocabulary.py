"""The words in which content is written: one import for the files of an edition."""

from spine_vigil.scheduler import schedule_vocabulary
from spine_vigil.scheduler.rules.criteria import (
    Above,
    AgeAtMost,
    Below,
    Documented,
    Ongoing,
    Since,
    Tried,
    UpTo,
    all_of,
    any_of,
    not_,
)
from spine_vigil.scheduler.rules.indications import Combination, Contraindication, Indication
from spine_vigil.scheduler.schedule_vocabulary import *  # noqa: F403 - all of its words are words here too

__all__ = [
    "Above",
    "AgeAtMost",
    "Below",
    "Combination",
    "Contraindication",
    "Documented",
    "Indication",
    "Ongoing",
    "Since",
    "Tried",
    "UpTo",
    "all_of",
    "any_of",
    "not_",
]
__all__ += schedule_vocabulary.__all__
