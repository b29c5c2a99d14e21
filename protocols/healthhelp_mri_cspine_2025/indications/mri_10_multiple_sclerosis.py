"""Multiple sclerosis (section MRI 10)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.times import PEDIATRIC
from spine_vigil.scheduler.editions.vocabulary import Cite, Indication, IndicationReading, all_of, any_of, not_

IN_A_CHILD = all_of(PEDIATRIC, "pediatric_demyelinating_disease")

INDICATIONS = (
    Indication(
        "multiple_sclerosis",
        "multiple sclerosis or demyelinating disease of childhood",
        Cite("MRI 10"),
        leads=("ms_suspected_or_known", "pediatric_demyelinating_disease"),
        hints=("cord_symptoms_new_or_worsening", "ms_signs_new_or_progressing"),
        criterion=any_of(
            all_of(
                "ms_suspected_or_known",
                any_of(
                    "brain_mri_suspicious_for_ms",
                    "cord_symptoms_new_or_worsening",
                    "ms_signs_new_or_progressing",
                    "ms_treatment_response",
                ),
            ),
            IN_A_CHILD,
        ),
        reading="A brain MRI that is suspicious counts whenever it was done",
        others=(
            IndicationReading(
                "baseline_alone",
                any_of(
                    all_of(
                        "ms_suspected_or_known",
                        any_of(
                            all_of("brain_mri_suspicious_for_ms", not_("ms_baseline_done")),
                            "cord_symptoms_new_or_worsening",
                            "ms_signs_new_or_progressing",
                            "ms_treatment_response",
                        ),
                    ),
                    IN_A_CHILD,
                ),
                "A brain MRI that is suspicious is a reason for the first MRI of the cervical spine alone",
            ),
        ),
    ),
)
