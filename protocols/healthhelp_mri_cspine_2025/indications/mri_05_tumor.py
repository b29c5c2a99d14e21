"""Tumor (section MRI 5)."""

from spine_vigil.scheduler.editions.vocabulary import (
    SYMPTOMS,
    Advice,
    Cite,
    Documented,
    Indication,
    IndicationReading,
    UnderProtocol,
    all_of,
    any_of,
)

_X_RAYS = Advice("X-rays are needed at the initial diagnosis of cancer only.")

INDICATIONS = (
    Indication(
        "tumor_imaging_inconclusive",
        "earlier tumor imaging abnormal or inconclusive",
        Cite("MRI 5.a"),
        leads=("prior_tumor_imaging_abnormal_or_inconclusive",),
        hints=(all_of("compression_fracture_on_xray", "known_malignancy"),),
        criterion=Documented("prior_tumor_imaging_abnormal_or_inconclusive"),
        asks_with="spinal_tumor_symptomatic",
        advice=(_X_RAYS,),
        reading="Imaging of any region counts",
        others=(
            IndicationReading(
                "spine_imaging_alone",
                all_of("prior_tumor_imaging_abnormal_or_inconclusive", "prior_tumor_imaging_shows_spine"),
                "Imaging that shows the spine counts alone",
            ),
        ),
    ),
    Indication(
        "spinal_tumor_symptomatic",
        "known spinal tumor with new or progressing symptoms",
        Cite("MRI 5.b"),
        hints=(all_of(SYMPTOMS, any_of("known_malignancy", "spinal_tumor_known", UnderProtocol())),),
        criterion=all_of("spinal_tumor_known", SYMPTOMS),
        asks_with="tumor_imaging_inconclusive",
        advice=(_X_RAYS,),
    ),
)
