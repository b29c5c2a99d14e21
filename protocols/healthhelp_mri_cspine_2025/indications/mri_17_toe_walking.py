"""Toe walking (section MRI 17)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.times import PEDIATRIC
from spine_vigil.scheduler.editions.vocabulary import Cite, Indication, all_of

INDICATIONS = (
    Indication(
        "toe_walking",
        "toe walking in a child",
        Cite("MRI 17"),
        leads=("toe_walking",),
        hints=("upper_motor_neuron_signs",),
        criterion=all_of("toe_walking", PEDIATRIC, "upper_motor_neuron_signs"),
    ),
)
