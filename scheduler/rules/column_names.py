"""The names of columns that are no facts: no fact may have one, since its cells would be read as something else."""

from __future__ import annotations

from collections.abc import Mapping

_OF_EVENTS = (
    *("patient_id", "protocol", "modality", "region", "cpt", "status", "primary_site", "date"),
    *("diagnosis_date", "treatment_end_date", "surgery_date", "radiation_start_date", "radiation_end_date"),
    *("progression_date", "follow_up_end_date", "death_date"),
)
"""The columns that an events file of any edition may have."""

_OF_AN_AUDIT = (
    *("decision", "reason", "timing", "route", "section", "reference_date", "opens", "closes", "days_from_window"),
    *("next_allowed", "missing", "undecided_regions", "unread_rows", "combination", "explanation"),
)
_OF_RESULTS = (
    *_OF_AN_AUDIT,
    *("contested", "changed_by"),
    *(f"{side}_{name}" for side in ("before", "after") for name in _OF_AN_AUDIT),
    *("schedule", "study", "last_day", "days_overdue", "booked", "booked_in_window", "grace_days", "note"),
    "booking_advice",
)
"""The columns that an audit, a comparison of two editions and a due list add."""

_OF_THE_PROGRAM = (
    *("at", "context", "course", "dates_at", "has_cpt", "has_date", "has_modality", "has_patient", "has_region"),
    *("has_study", "holds", "indication", "is_add_on", "is_covered", "is_hint", "is_left_out", "number"),
    *(
        "own_modality",
        "own_regions",
        "patient",
        "patient_check",
        "place",
        "regions",
        "row",
        "search_from",
        "study_text",
    ),
)
"""The columns that stand beside those of facts while a cohort is read and decided."""

RESERVED: Mapping[str, str] = {
    **dict.fromkeys(_OF_THE_PROGRAM, "is a name that the program uses itself"),
    **dict.fromkeys(_OF_RESULTS, "is a column of the results"),
    **dict.fromkeys(_OF_EVENTS, "is a column of every events file"),
}
"""The names that no fact may have, each with what it is."""

RESERVED_START = "modifier"
"""How the columns begin that say whether a row is left out."""
