"""The facts that the rules of this edition ask for, each with its meaning and its denial in the project's own words.

A patient's facts are the lasting diagnoses and the dates of what was done; symptoms and their dates, examinations,
tests, the course of care, clinical judgments and plans belong to one event.
"""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.facts import (
    dates_and_numbers,
    mri_01_to_09,
    mri_10_to_18,
    safety_and_combinations,
    surveillance,
)

FACTS = (
    *dates_and_numbers.FACTS,
    *surveillance.FACTS,
    *mri_01_to_09.FACTS,
    *mri_10_to_18.FACTS,
    *safety_and_combinations.FACTS,
)
