"""The events from which the schedules of this edition count, in order of preference, and those that end them.

The text names few of them; elsewhere the end of the latest treatment counts, and the diagnosis only where no later
event is known.
"""

from spine_vigil.scheduler.editions.vocabulary import (
    DIAGNOSIS,
    PROGRESSION,
    RADIATION_END,
    RADIATION_START,
    SURGERY,
    TREATMENT_END,
)

AFTER_TREATMENT = (TREATMENT_END, SURGERY, DIAGNOSIS)
AFTER_SURGERY = (SURGERY, TREATMENT_END, DIAGNOSIS)
AFTER_THERAPY = (TREATMENT_END, DIAGNOSIS)
AFTER_PROGRESSION = (PROGRESSION, TREATMENT_END, DIAGNOSIS)
FROM_DIAGNOSIS = (DIAGNOSIS,)
FROM_SURGERY = (SURGERY,)
FROM_RADIATION_END = (RADIATION_END,)

AT_PROGRESSION = (PROGRESSION,)
AT_RADIATION = (RADIATION_START, RADIATION_END)
