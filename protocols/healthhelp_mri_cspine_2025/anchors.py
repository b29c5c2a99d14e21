"""The events from which the schedules of this edition count, in order of preference, and those that end them.

The text names few of them; elsewhere the end of the latest treatment counts, and the diagnosis only where no later
event is known. Radiation and surgery that stand for the treatment together are joined.
"""

from spine_vigil.scheduler.editions.vocabulary import (
    DIAGNOSIS,
    PROGRESSION,
    RADIATION_END,
    RADIATION_START,
    SURGERY,
    TREATMENT_END,
    Joined,
)

AFTER_TREATMENT = (TREATMENT_END, Joined((RADIATION_END, SURGERY)), DIAGNOSIS)
AFTER_SURGERY = (SURGERY, TREATMENT_END, RADIATION_END, DIAGNOSIS)
AFTER_THERAPY = (TREATMENT_END, RADIATION_END, DIAGNOSIS)
AFTER_PROGRESSION = (PROGRESSION, TREATMENT_END, RADIATION_END, DIAGNOSIS)
FROM_DIAGNOSIS = (DIAGNOSIS,)
FROM_SURGERY = (SURGERY,)
FROM_RADIATION_END = (RADIATION_END,)

AT_PROGRESSION = (PROGRESSION,)
AT_NEXT_TREATMENT = (RADIATION_START, RADIATION_END, TREATMENT_END)
