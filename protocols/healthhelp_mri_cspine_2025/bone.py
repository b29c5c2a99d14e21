"""Bone cancer surveillance (section Bone)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import AFTER_SURGERY, AFTER_TREATMENT, AT_PROGRESSION
from spine_vigil.protocols.healthhelp_mri_cspine_2025.facts.surveillance import CLINICALLY_INDICATED
from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    MRI,
    PET_CT,
    PRIMARY_SITE,
    SYMPTOMS,
    Cite,
    Plan,
    Reading,
    Schedule,
    as_,
    at_least_every,
    every,
    months,
    not_covered,
    protocol,
    study,
    unspecified,
    years,
)

CHONDROSARCOMA_ATYPICAL_CARTILAGINOUS = protocol(
    "bone.chondrosarcoma.atypical_cartilaginous",
    "atypical cartilaginous tumor",
    Schedule(
        "primary_site",
        Cite("Bone 1.a"),
        study(CT, MRI, at=PRIMARY_SITE),
        AFTER_SURGERY,
        Plan(phases=(every(months(6), months(12), until=years(2)), every(months(12), if_=CLINICALLY_INDICATED))),
        stops_at=AT_PROGRESSION,
        restarts=True,
        reading="The annual phase has no stated end; it asks for a clinical indication",
    ),
    cite=Cite("Bone 1.a"),
)

CHONDROSARCOMA_OTHER = protocol(
    "bone.chondrosarcoma.other",
    "chondrosarcoma other than atypical cartilaginous tumor",
    Schedule(
        "chest",
        Cite("Bone 1.b.i"),
        study(CT, at="chest"),
        AFTER_TREATMENT,
        Plan(
            phases=(
                at_least_every(months(6), until=years(5)),
                every(months(12), until=years(10)),
                unspecified(),
            ),
            or_if=SYMPTOMS,
        ),
        stops_at=AT_PROGRESSION,
        restarts=True,
        reading=(
            "'At least every 6 months' sets no earliest date. 'Annually for at least 10 years' is read as a minimum, "
            "counted in total: after year 10 the text sets no interval and no end"
        ),
        others=(
            Reading(
                "ten_more_years",
                Plan(
                    phases=(
                        at_least_every(months(6), until=years(5)),
                        every(months(12), until=years(15)),
                        unspecified(),
                    ),
                    or_if=SYMPTOMS,
                ),
                "Annually for at least ten years after the first five",
            ),
            Reading(
                "until_year_10",
                Plan(
                    phases=(at_least_every(months(6), until=years(5)), every(months(12), until=years(10))),
                    or_if=SYMPTOMS,
                ),
                "Timed imaging is over after year 10, then by symptoms alone",
            ),
        ),
    ),
    Schedule(
        "primary_site",
        Cite("Bone 1.b.ii"),
        study(CT, MRI, at=PRIMARY_SITE),
        AFTER_TREATMENT,
        Plan(phases=(as_(SYMPTOMS),)),
        stops_at=AT_PROGRESSION,
        restarts=True,
    ),
    cite=Cite("Bone 1.b"),
)

CHORDOMA = protocol(
    "bone.chordoma",
    "chordoma",
    Schedule(
        "chest",
        Cite("Bone 2.a"),
        study(CT, at="chest"),
        AFTER_TREATMENT,
        Plan(phases=(every(months(6), months(12), until=years(5)), every(months(12))), or_if=SYMPTOMS),
        stops_at=AT_PROGRESSION,
        restarts=True,
        reading=(
            "The text names 6 months and annually for the same 5 years: read as a range of 6 to 12 "
            "months, then annually"
        ),
        others=(
            Reading(
                "six_monthly",
                Plan(phases=(every(months(6), until=years(5)), every(months(12))), or_if=SYMPTOMS),
                "A chest CT every 6 months for 5 years",
            ),
            Reading(
                "annual_ct",
                Plan(phases=(every(months(12)),), or_if=SYMPTOMS),
                "Chest imaging every 6 months, of which the CT once a year",
            ),
        ),
    ),
    Schedule(
        "primary_site",
        Cite("Bone 2.b"),
        study(CT, MRI, at=PRIMARY_SITE),
        AFTER_TREATMENT,
        Plan(phases=(as_(SYMPTOMS, until=years(10)),)),
        stops_at=AT_PROGRESSION,
        restarts=True,
        reading="Timing and modality are left to symptoms, up to 10 years",
        others=(
            Reading(
                "symptoms_without_limit",
                Plan(phases=(as_(SYMPTOMS),)),
                "The 10 years bound routine imaging, not imaging for symptoms",
            ),
            Reading(
                "clinically_indicated",
                Plan(phases=(as_(CLINICALLY_INDICATED, until=years(10)),), or_if=SYMPTOMS),
                "Imaging of the primary site as clinically indicated up to 10 years, and for symptoms",
            ),
        ),
    ),
    cite=Cite("Bone 2"),
)

EWING_SARCOMA = protocol(
    "bone.ewing_sarcoma",
    "Ewing sarcoma",
    Schedule(
        "chest",
        Cite("Bone 3.a"),
        study(CT, at="chest"),
        AFTER_TREATMENT,
        Plan(
            phases=(every(months(3), until=years(2)), every(months(3), months(12), until=years(5)), every(months(12)))
        ),
        stops_at=AT_PROGRESSION,
        restarts=True,
        reading=(
            "The text gives the chest CT every 3 months and no end; the taper of the primary site is read "
            "as holding for the chest too"
        ),
        others=(
            Reading(
                "as_written",
                Plan(phases=(every(months(3)),)),
                "A chest CT every 3 months without end or taper, as the line stands",
            ),
        ),
    ),
    Schedule(
        "primary_site",
        Cite("Bone 3.b"),
        study(CT, MRI, PET_CT, at=PRIMARY_SITE),
        AFTER_TREATMENT,
        Plan(
            phases=(every(months(3), until=years(2)), every(months(3), months(12), until=years(5)), every(months(12))),
            or_if=SYMPTOMS,
        ),
        stops_at=AT_PROGRESSION,
        restarts=True,
        complements=True,
        reading=(
            "The text gives no first interval for the primary site: read as that of the chest CT. "
            "'Increase intervals after 24 months' is read as anything from 3 months up to the annual "
            "interval that follows"
        ),
        others=(
            Reading(
                "annual_after_24_months",
                Plan(phases=(every(months(3), until=years(2)), every(months(12))), or_if=SYMPTOMS),
                "The interval increases to a year after 24 months",
            ),
        ),
    ),
    cite=Cite("Bone 3"),
)

GIANT_CELL_TUMOR = protocol(
    "bone.giant_cell_tumor",
    "giant cell tumor of bone",
    Schedule(
        "chest",
        Cite("Bone 4.a"),
        study(CT, MRI, at="chest"),
        AFTER_TREATMENT,
        Plan(phases=(every(months(6), months(12), until=years(4)), every(months(12))), or_if=SYMPTOMS),
        stops_at=AT_PROGRESSION,
        restarts=True,
    ),
    Schedule(
        "primary_site",
        Cite("Bone 4.b"),
        study(CT, MRI, at=PRIMARY_SITE),
        AFTER_TREATMENT,
        Plan(phases=(as_(SYMPTOMS),)),
        stops_at=AT_PROGRESSION,
        restarts=True,
        reading="The surgical site is the primary site",
    ),
    cite=Cite("Bone 4"),
)

OSTEOSARCOMA = protocol(
    "bone.osteosarcoma",
    "osteosarcoma",
    Schedule(
        "primary_site",
        Cite("Bone 5"),
        study(CT, MRI, PET_CT, at=PRIMARY_SITE),
        AFTER_TREATMENT,
        Plan(
            phases=(
                every(months(3), until=years(2)),
                every(months(4), until=years(3)),
                every(months(6), until=years(5)),
                every(months(12)),
            ),
            or_if=SYMPTOMS,
        ),
        stops_at=AT_PROGRESSION,
        restarts=True,
        complements=True,
        reading="Same imaging as at the initial work-up; PET/CT head to toe is appropriate",
    ),
    Schedule(
        "chest",
        Cite("Bone 5"),
        study(CT, PET_CT, at="chest"),
        AFTER_TREATMENT,
        Plan(
            phases=(
                every(months(3), until=years(2)),
                every(months(4), until=years(3)),
                every(months(6), until=years(5)),
                every(months(12)),
            ),
            or_if=SYMPTOMS,
        ),
        stops_at=AT_PROGRESSION,
        restarts=True,
        complements=True,
    ),
    cite=Cite("Bone 5"),
)

CHONDROSARCOMA_DEDIFFERENTIATED = not_covered(
    "bone.chondrosarcoma.dedifferentiated",
    "dedifferentiated chondrosarcoma",
    cite=Cite("Bone 1"),
    note="Not named; NCCN treats it with osteosarcoma",
)

CHONDROSARCOMA_MESENCHYMAL = not_covered(
    "bone.chondrosarcoma.mesenchymal",
    "mesenchymal chondrosarcoma",
    cite=Cite("Bone 1"),
    note="Not named; NCCN treats it with Ewing sarcoma",
)

OTHER = not_covered(
    "bone.other",
    "other bone cancers",
    cite=Cite("Bone"),
    note="Adamantinoma, undifferentiated pleomorphic sarcoma and others are not named",
)

PROTOCOLS = (
    CHONDROSARCOMA_ATYPICAL_CARTILAGINOUS,
    CHONDROSARCOMA_OTHER,
    CHORDOMA,
    EWING_SARCOMA,
    GIANT_CELL_TUMOR,
    OSTEOSARCOMA,
    CHONDROSARCOMA_DEDIFFERENTIATED,
    CHONDROSARCOMA_MESENCHYMAL,
    OTHER,
)
