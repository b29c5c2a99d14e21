"""Compression fracture (section MRI 7)."""

from spine_vigil.scheduler.editions.vocabulary import Cite, Indication, all_of, not_

INDICATIONS = (
    Indication(
        "compression_fracture_new",
        "new compression fracture",
        Cite("MRI 7.a"),
        leads=("compression_fracture_on_xray",),
        hints=("compression_fracture_new",),
        criterion=all_of(
            "compression_fracture_on_xray", "compression_fracture_new", "neck_pain_worsening", not_("known_malignancy")
        ),
    ),
    Indication(
        "compression_fracture_treated",
        "treated compression fracture with new pain",
        Cite("MRI 7.b"),
        leads=("compression_fracture_treated",),
        criterion=all_of("compression_fracture_treated", "neck_pain_new"),
    ),
)
