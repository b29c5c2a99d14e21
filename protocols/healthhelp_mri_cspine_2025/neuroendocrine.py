"""Neuroendocrine and adrenal tumor surveillance (section NET)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import (
    AFTER_SURGERY,
    AFTER_THERAPY,
    AFTER_TREATMENT,
    AT_PROGRESSION,
    FROM_DIAGNOSIS,
    FROM_SURGERY,
)
from spine_vigil.protocols.healthhelp_mri_cspine_2025.facts import (
    CALCIUM_RISING,
    CARCINOID_HEART_DISEASE,
    CLINICALLY_INDICATED,
    HIGH_GRADE,
)
from spine_vigil.scheduler.editions.vocabulary import (
    ANYWHERE,
    CT,
    ECHO,
    MRI,
    PET_CT,
    PET_MRI,
    SPECT,
    SPECT_CT,
    SYMPTOMS,
    Cite,
    Condition,
    Plan,
    Reading,
    Schedule,
    as_,
    at_least_every,
    every,
    months,
    no_surveillance,
    not_covered,
    once,
    protocol,
    referral,
    study,
    unspecified,
    weeks,
    years,
)

ADRENAL_LOCALIZED = protocol(
    "neuroendocrine.adrenal.localized",
    "adrenal tumor, localized",
    Schedule(
        "chest",
        Cite("NET 1.a"),
        study(CT, at="chest"),
        AFTER_TREATMENT,
        Plan(phases=(every(months(3), months(12), until=years(5)),), or_if=SYMPTOMS),
        stops_at=AT_PROGRESSION,
    ),
    Schedule(
        "abdomen",
        Cite("NET 1.a"),
        study(CT, MRI, at="abdomen"),
        AFTER_TREATMENT,
        Plan(phases=(every(months(3), months(12), until=years(5)),), or_if=SYMPTOMS),
        stops_at=AT_PROGRESSION,
    ),
    cite=Cite("NET 1.a"),
)

ADRENAL_ADVANCED = protocol(
    "neuroendocrine.adrenal.advanced",
    "adrenal tumor, locoregional unresectable or metastatic",
    Schedule(
        "chest",
        Cite("NET 1.b"),
        study(CT, PET_CT, at="chest"),
        AFTER_THERAPY,
        Plan(phases=(every(months(3), months(12), until=years(5)),), or_if=SYMPTOMS),
        reading="FDG PET/CT may stand in for both",
    ),
    Schedule(
        "abdomen_pelvis",
        Cite("NET 1.b"),
        study(CT, MRI, PET_CT, at=("abdomen", "pelvis")),
        AFTER_THERAPY,
        Plan(phases=(every(months(3), months(12), until=years(5)),), or_if=SYMPTOMS),
        reading="FDG PET/CT may stand in for both",
    ),
    cite=Cite("NET 1.b"),
)

CARCINOID_SYNDROME = protocol(
    "neuroendocrine.carcinoid_syndrome",
    "carcinoid syndrome",
    Schedule(
        "abdomen_pelvis",
        Cite("NET 2.a"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        FROM_DIAGNOSIS,
        Plan(phases=(every(months(3), months(12)),)),
    ),
    Schedule("chest", Cite("NET 2.a"), study(CT, at="chest"), FROM_DIAGNOSIS, Plan(phases=(as_(SYMPTOMS),))),
    Schedule(
        "heart",
        Cite("NET 2.b"),
        study(ECHO, at="heart"),
        FROM_DIAGNOSIS,
        Plan(phases=(every(months(12), months(36)),), or_if=CLINICALLY_INDICATED),
        when=Condition(CARCINOID_HEART_DISEASE, negated=True),
        reading="'Every 1 to 3 years or as clinically indicated': sooner with an indication",
    ),
    Schedule(
        "heart_disease",
        Cite("NET 2.b"),
        study(ECHO, at="heart"),
        FROM_DIAGNOSIS,
        Plan(phases=(at_least_every(months(12)),)),
        when=Condition(CARCINOID_HEART_DISEASE),
        reading="'At least annually' sets no earliest date",
    ),
    cite=Cite("NET 2"),
)

LUNG_NODULES = protocol(
    "neuroendocrine.lung_nodules",
    "multiple lung nodules or tumorlets of neuroendocrine disease",
    Schedule(
        "chest",
        Cite("NET 3.a"),
        study(CT, at="chest"),
        FROM_DIAGNOSIS,
        Plan(phases=(every(months(12), months(24)),), or_if=SYMPTOMS),
        reading=(
            "'If symptoms are new or progressing' opens an extra study and does not gate the timed ones; "
            "nodules or tumorlets in the setting of neuroendocrine disease"
        ),
        others=(
            Reading(
                "symptoms_gate",
                Plan(phases=(every(months(12), months(24), if_=SYMPTOMS),)),
                "Imaged every 12 to 24 months only while symptoms are new or progressing",
            ),
        ),
    ),
    cite=Cite("NET 3.a"),
)

RECTAL_SMALL = protocol(
    "neuroendocrine.rectal_small",
    "rectal neuroendocrine tumor of 1 to 2 cm",
    Schedule(
        "rectum",
        Cite("NET 3.b"),
        study(MRI, at="rectum"),
        AFTER_SURGERY,
        Plan(phases=(once(months(6), months(6)), once(months(12), months(12))), or_if=SYMPTOMS),
        stops_at=AT_PROGRESSION,
        reading=(
            "Tumor of 1 to 2 cm. 'If symptoms are new or progressing' opens an extra study and does not "
            "gate the timed ones"
        ),
        others=(
            Reading(
                "symptoms_gate",
                Plan(phases=(once(months(6), months(6), if_=SYMPTOMS), once(months(12), months(12), if_=SYMPTOMS))),
                "Imaged at 6 and 12 months only where symptoms are new or progressing",
            ),
        ),
    ),
    cite=Cite("NET 3.b"),
)

GI_THYMUS_RESECTED = protocol(
    "neuroendocrine.gi_thymus_resected",
    "gastrointestinal or thymic neuroendocrine tumor, resected",
    Schedule(
        "abdomen_pelvis",
        Cite("NET 4.a"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        FROM_SURGERY,
        Plan(
            phases=(once(months(3), months(12)), every(months(12), months(24), until=years(10))),
            or_if=SYMPTOMS,
            more_often_if=HIGH_GRADE,
        ),
        stops_at=AT_PROGRESSION,
        reading="Jejunum, ileum, colon, duodenum, rectum and thymus",
        others=(
            Reading(
                "ten_years_after_month_12",
                Plan(
                    phases=(once(months(3), months(12)), every(months(12), months(24), until=years(11))),
                    or_if=SYMPTOMS,
                    more_often_if=HIGH_GRADE,
                ),
                "The 10 years count from month 12",
            ),
        ),
    ),
    cite=Cite("NET 4.a"),
)

LUNG_THYMUS_RESECTED = protocol(
    "neuroendocrine.lung_thymus_resected",
    "lung or thymic neuroendocrine tumor, resected",
    Schedule(
        "chest",
        Cite("NET 4.b"),
        study(CT, at="chest"),
        FROM_SURGERY,
        Plan(
            phases=(once(weeks(12), months(12)), every(months(12), months(24), until=years(10))),
            or_if=SYMPTOMS,
            more_often_if=HIGH_GRADE,
        ),
        stops_at=AT_PROGRESSION,
        reading="The interval after month 12 runs to year 10 after surgery",
        others=(
            Reading(
                "ten_years_after_month_12",
                Plan(
                    phases=(once(weeks(12), months(12)), every(months(12), months(24), until=years(11))),
                    or_if=SYMPTOMS,
                    more_often_if=HIGH_GRADE,
                ),
                "The 10 years count from month 12",
            ),
        ),
    ),
    cite=Cite("NET 4.b"),
)

GRADE3_FAVORABLE_RESECTABLE = protocol(
    "neuroendocrine.grade3.favorable.resectable",
    "grade 3 neuroendocrine tumor of favorable biology, resectable",
    Schedule(
        "abdomen_pelvis",
        Cite("NET 5.a.i"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        AFTER_TREATMENT,
        Plan(phases=(every(months(3), months(6), until=years(2)), every(months(6), months(12), until=years(10)))),
        stops_at=AT_PROGRESSION,
    ),
    Schedule(
        "chest",
        Cite("NET 5.a.i"),
        study(CT, at="chest"),
        AFTER_TREATMENT,
        Plan(phases=(as_(SYMPTOMS),)),
        stops_at=AT_PROGRESSION,
    ),
    cite=Cite("NET 5.a.i"),
)

GRADE3_FAVORABLE_UNRESECTABLE = protocol(
    "neuroendocrine.grade3.favorable.unresectable",
    "grade 3 neuroendocrine tumor of favorable biology, unresectable",
    Schedule(
        "abdomen_pelvis",
        Cite("NET 5.a.ii"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        AFTER_THERAPY,
        Plan(phases=(every(weeks(12), weeks(24)),)),
    ),
    Schedule(
        "chest_or_pet",
        Cite("NET 5.a.ii"),
        study(CT, PET_CT, PET_MRI, at="chest"),
        AFTER_THERAPY,
        Plan(phases=(as_(SYMPTOMS),)),
    ),
    cite=Cite("NET 5.a.ii"),
)

GRADE3_UNFAVORABLE = protocol(
    "neuroendocrine.grade3.unfavorable",
    "grade 3 neuroendocrine tumor of unfavorable biology",
    Schedule(
        "abdomen_pelvis",
        Cite("NET 5.b.i"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        AFTER_THERAPY,
        Plan(phases=(every(weeks(8), weeks(12)),)),
    ),
    Schedule(
        "pet",
        Cite("NET 5.b.i"),
        study(PET_CT, at=ANYWHERE),
        AFTER_THERAPY,
        Plan(phases=(as_(CLINICALLY_INDICATED),), or_if=SYMPTOMS),
        reading="5.b.iii adds symptoms as a reason of their own",
    ),
    Schedule("chest", Cite("NET 5.b.ii"), study(CT, at="chest"), AFTER_THERAPY, Plan(phases=(as_(SYMPTOMS),))),
    cite=Cite("NET 5.b"),
)

GRADE3_LOCOREGIONAL = protocol(
    "neuroendocrine.grade3.locoregional",
    "grade 3 neuroendocrine tumor, locoregional and resectable",
    Schedule(
        "abdomen_pelvis",
        Cite("NET 5.c"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        AFTER_TREATMENT,
        Plan(phases=(every(months(3), months(6), until=years(2)), every(months(6), months(12), until=years(10)))),
        stops_at=AT_PROGRESSION,
    ),
    Schedule(
        "chest",
        Cite("NET 5.c"),
        study(CT, at="chest"),
        AFTER_TREATMENT,
        Plan(phases=(as_(CLINICALLY_INDICATED),)),
        stops_at=AT_PROGRESSION,
    ),
    cite=Cite("NET 5.c"),
)

MEN1_LUNG_THYMUS = protocol(
    "neuroendocrine.men1.lung_thymus",
    "MEN1, lung and thymus",
    Schedule(
        "chest",
        Cite("NET 5.d.i"),
        study(CT, MRI, at="chest"),
        FROM_DIAGNOSIS,
        Plan(phases=(every(months(12), months(36)),)),
        reading="Prefer imaging without radiation",
    ),
    cite=Cite("NET 5.d.i"),
)

MEN1_PANCREAS = protocol(
    "neuroendocrine.men1.pancreas",
    "MEN1, pancreas",
    Schedule(
        "abdomen_pelvis",
        Cite("NET 5.d.ii"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        FROM_DIAGNOSIS,
        Plan(phases=(every(months(12), months(36)),)),
        reading="Prefer imaging without radiation",
    ),
    cite=Cite("NET 5.d.ii"),
)

MEN1_PARATHYROID = protocol(
    "neuroendocrine.men1.parathyroid",
    "MEN1, parathyroid",
    Schedule(
        "parathyroid",
        Cite("NET 5.d.iii"),
        study(SPECT, SPECT_CT, CT, at="neck"),
        FROM_DIAGNOSIS,
        Plan(phases=(as_(CALCIUM_RISING),)),
        reading="SPECT/CT preferred; 4D-CT is a CT of the neck",
    ),
    cite=Cite("NET 5.d.iii"),
)

MEN1_PITUITARY = protocol(
    "neuroendocrine.men1.pituitary",
    "MEN1, pituitary",
    Schedule(
        "pituitary",
        Cite("NET 5.d.iv"),
        study(MRI, at="pituitary"),
        FROM_DIAGNOSIS,
        Plan(phases=(every(months(36), months(60)),)),
    ),
    cite=Cite("NET 5.d.iv"),
)

POORLY_DIFFERENTIATED_UNRESECTABLE = protocol(
    "neuroendocrine.poorly_differentiated.unresectable",
    "poorly differentiated neuroendocrine or mixed carcinoma, unresectable or metastatic",
    Schedule(
        "chest", Cite("NET 5.e.i"), study(CT, at="chest"), AFTER_THERAPY, Plan(phases=(every(weeks(6), weeks(16)),))
    ),
    Schedule(
        "abdomen_pelvis",
        Cite("NET 5.e.i"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        AFTER_THERAPY,
        Plan(phases=(every(weeks(6), weeks(16)),)),
    ),
    cite=Cite("NET 5.e.i"),
)

POORLY_DIFFERENTIATED_RESECTABLE = protocol(
    "neuroendocrine.poorly_differentiated.resectable",
    "poorly differentiated neuroendocrine or mixed carcinoma, resectable",
    Schedule(
        "chest",
        Cite("NET 5.e.ii"),
        study(CT, at="chest"),
        AFTER_TREATMENT,
        Plan(phases=(every(weeks(12), until=years(1)), every(months(6)))),
        stops_at=AT_PROGRESSION,
    ),
    Schedule(
        "abdomen_pelvis",
        Cite("NET 5.e.ii"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        AFTER_TREATMENT,
        Plan(phases=(every(weeks(12), until=years(1)), every(months(6)))),
        stops_at=AT_PROGRESSION,
    ),
    cite=Cite("NET 5.e.ii"),
)

CURATIVE_SURGERY = protocol(
    "neuroendocrine.curative_surgery",
    "neuroendocrine tumor after potentially curative surgery",
    Schedule(
        "body",
        Cite("NET 5.f"),
        study(CT, MRI, at=("chest", "abdomen", "pelvis")),
        FROM_SURGERY,
        Plan(phases=(unspecified(),)),
        reading="At least 10 years, longer if high-risk; no interval is given",
    ),
    cite=Cite("NET 5.f"),
)

PANCREAS_RESECTED = protocol(
    "neuroendocrine.pancreas_resected",
    "pancreatic neuroendocrine tumor, resected",
    Schedule(
        "abdomen",
        Cite("NET 6"),
        study(CT, MRI, at="abdomen"),
        FROM_SURGERY,
        Plan(
            phases=(once(months(3), months(12)), every(months(6), months(12), until=years(10))),
            or_if=SYMPTOMS,
            more_often_if=HIGH_GRADE,
        ),
        stops_at=AT_PROGRESSION,
        reading="The interval after month 12 runs to year 10 after surgery",
        others=(
            Reading(
                "ten_years_after_month_12",
                Plan(
                    phases=(once(months(3), months(12)), every(months(6), months(12), until=years(11))),
                    or_if=SYMPTOMS,
                    more_often_if=HIGH_GRADE,
                ),
                "The 10 years count from month 12",
            ),
        ),
    ),
    Schedule(
        "chest",
        Cite("NET 6"),
        study(CT, at="chest"),
        FROM_SURGERY,
        Plan(phases=(as_(CLINICALLY_INDICATED),)),
        stops_at=AT_PROGRESSION,
    ),
    cite=Cite("NET 6"),
)

PHEOCHROMOCYTOMA_UNRESECTABLE = protocol(
    "neuroendocrine.pheochromocytoma.unresectable",
    "pheochromocytoma or paraganglioma, unresectable or metastatic",
    Schedule(
        "body",
        Cite("NET 7.a"),
        study(CT, MRI, PET_CT, PET_MRI, at=("chest", "abdomen", "pelvis")),
        AFTER_THERAPY,
        Plan(phases=(every(weeks(12), months(12)),)),
        reading=(
            "'Every 12 weeks for 12 months' is read as every 12 weeks to 12 months, without end: stopping "
            "at a year cannot be meant for unresectable disease"
        ),
        others=(
            Reading(
                "as_written",
                Plan(phases=(every(weeks(12), until=years(1)),)),
                "Every 12 weeks for 12 months, then no more",
            ),
        ),
    ),
    cite=Cite("NET 7.a"),
)

PHEOCHROMOCYTOMA_RESECTED = protocol(
    "neuroendocrine.pheochromocytoma.resected",
    "pheochromocytoma or paraganglioma, resected",
    Schedule(
        "chest",
        Cite("NET 7.b"),
        study(CT, at="chest"),
        FROM_SURGERY,
        Plan(
            phases=(
                once(weeks(12), months(12)),
                every(months(6), months(12), until=years(3)),
                every(months(12), until=years(10)),
                as_(CLINICALLY_INDICATED),
            )
        ),
        stops_at=AT_PROGRESSION,
        reading=(
            "'If clinically indicated' is read as speaking of the time after year 10; the studies up to then are timed"
        ),
        others=(
            Reading(
                "if_indicated",
                Plan(
                    phases=(
                        once(weeks(12), months(12), if_=CLINICALLY_INDICATED),
                        every(months(6), months(12), until=years(3), if_=CLINICALLY_INDICATED),
                        every(months(12), until=years(10), if_=CLINICALLY_INDICATED),
                        as_(CLINICALLY_INDICATED),
                    )
                ),
                "All of it only if clinically indicated",
            ),
        ),
    ),
    Schedule(
        "abdomen_pelvis",
        Cite("NET 7.b"),
        study(CT, MRI, at=("abdomen", "pelvis")),
        FROM_SURGERY,
        Plan(
            phases=(
                once(weeks(12), months(12)),
                every(months(6), months(12), until=years(3)),
                every(months(12), until=years(10)),
                as_(CLINICALLY_INDICATED),
            )
        ),
        stops_at=AT_PROGRESSION,
        reading=(
            "'If clinically indicated' is read as speaking of the time after year 10; the studies up to then are timed"
        ),
        others=(
            Reading(
                "if_indicated",
                Plan(
                    phases=(
                        once(weeks(12), months(12), if_=CLINICALLY_INDICATED),
                        every(months(6), months(12), until=years(3), if_=CLINICALLY_INDICATED),
                        every(months(12), until=years(10), if_=CLINICALLY_INDICATED),
                        as_(CLINICALLY_INDICATED),
                    )
                ),
                "All of it only if clinically indicated",
            ),
        ),
    ),
    cite=Cite("NET 7.b"),
)

APPENDIX_SMALL = no_surveillance(
    "neuroendocrine.appendix_small",
    "small appendiceal tumor without aggressive features",
    cite=Cite("NET footnote 2"),
    note="Appendiceal tumor of 2 cm or smaller without aggressive features: no surveillance",
)

HEREDITARY_MEN2 = referral(
    "neuroendocrine.hereditary.men2", "multiple endocrine neoplasia type 2", "Thyroid cancer", cite=Cite("NET tip")
)

HEREDITARY_PARAGANGLIOMA_PHEOCHROMOCYTOMA = referral(
    "neuroendocrine.hereditary.paraganglioma_pheochromocytoma",
    "hereditary paraganglioma and pheochromocytoma syndrome",
    "Kidney cancer",
    cite=Cite("NET tip"),
)

HEREDITARY_TUBEROUS_SCLEROSIS = referral(
    "neuroendocrine.hereditary.tuberous_sclerosis", "tuberous sclerosis complex", "Kidney cancer", cite=Cite("NET tip")
)

HEREDITARY_VON_HIPPEL_LINDAU = referral(
    "neuroendocrine.hereditary.von_hippel_lindau", "von Hippel-Lindau syndrome", "Kidney cancer", cite=Cite("NET tip")
)

HEREDITARY_NEUROFIBROMATOSIS_1 = referral(
    "neuroendocrine.hereditary.neurofibromatosis_1",
    "neurofibromatosis type 1",
    "Genetic/Familial High-Risk Assessment: Breast, Ovarian, and Pancreatic",
    cite=Cite("NET tip"),
)

HEREDITARY_LI_FRAUMENI = referral(
    "neuroendocrine.hereditary.li_fraumeni",
    "Li-Fraumeni syndrome",
    "Genetic/Familial High-Risk Assessment: Breast, Ovarian, and Pancreatic",
    cite=Cite("NET tip"),
)

HEREDITARY_LYNCH = referral(
    "neuroendocrine.hereditary.lynch",
    "Lynch syndrome",
    "Genetic/Familial High-Risk Assessment: Breast, Ovarian, and Pancreatic",
    "Genetic/Familial High-Risk Assessment: Colorectal",
    cite=Cite("NET tip"),
    note="Named under both guidelines",
)

HEREDITARY_FAMILIAL_ADENOMATOUS_POLYPOSIS = referral(
    "neuroendocrine.hereditary.familial_adenomatous_polyposis",
    "familial adenomatous polyposis",
    "Genetic/Familial High-Risk Assessment: Colorectal",
    cite=Cite("NET tip"),
)

GASTRIC = not_covered("neuroendocrine.gastric", "gastric neuroendocrine tumor", cite=Cite("NET 4"), note="Not named")

APPENDIX_OTHER = not_covered(
    "neuroendocrine.appendix_other",
    "appendiceal tumor over 2 cm or with aggressive features",
    cite=Cite("NET footnote 2"),
    note="Appendiceal tumor over 2 cm or with aggressive features: named nowhere else",
)

GRADE1_2_UNRESECTED = not_covered(
    "neuroendocrine.grade1_2_unresected",
    "neuroendocrine tumor of grade 1 or 2, not resected",
    cite=Cite("NET 4"),
    note="Item 4 covers resected tumors only",
)

PROTOCOLS = (
    ADRENAL_LOCALIZED,
    ADRENAL_ADVANCED,
    CARCINOID_SYNDROME,
    LUNG_NODULES,
    RECTAL_SMALL,
    GI_THYMUS_RESECTED,
    LUNG_THYMUS_RESECTED,
    GRADE3_FAVORABLE_RESECTABLE,
    GRADE3_FAVORABLE_UNRESECTABLE,
    GRADE3_UNFAVORABLE,
    GRADE3_LOCOREGIONAL,
    MEN1_LUNG_THYMUS,
    MEN1_PANCREAS,
    MEN1_PARATHYROID,
    MEN1_PITUITARY,
    POORLY_DIFFERENTIATED_UNRESECTABLE,
    POORLY_DIFFERENTIATED_RESECTABLE,
    CURATIVE_SURGERY,
    PANCREAS_RESECTED,
    PHEOCHROMOCYTOMA_UNRESECTABLE,
    PHEOCHROMOCYTOMA_RESECTED,
    APPENDIX_SMALL,
    HEREDITARY_MEN2,
    HEREDITARY_PARAGANGLIOMA_PHEOCHROMOCYTOMA,
    HEREDITARY_TUBEROUS_SCLEROSIS,
    HEREDITARY_VON_HIPPEL_LINDAU,
    HEREDITARY_NEUROFIBROMATOSIS_1,
    HEREDITARY_LI_FRAUMENI,
    HEREDITARY_LYNCH,
    HEREDITARY_FAMILIAL_ADENOMATOUS_POLYPOSIS,
    GASTRIC,
    APPENDIX_OTHER,
    GRADE1_2_UNRESECTED,
)
