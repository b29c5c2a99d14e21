"""Central nervous system cancer surveillance (section CNS)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import (
    AFTER_PROGRESSION,
    AFTER_SURGERY,
    AFTER_THERAPY,
    AT_PROGRESSION,
    AT_RADIATION,
    FROM_RADIATION_END,
    FROM_SURGERY,
)
from spine_vigil.protocols.healthhelp_mri_cspine_2025.facts import CLINICALLY_INDICATED
from spine_vigil.scheduler.editions.vocabulary import (
    MRI,
    SPINAL_PRIMARY_SITE,
    Cite,
    Plan,
    Reading,
    Schedule,
    as_,
    days,
    every,
    months,
    not_covered,
    once,
    protocol,
    study,
    unspecified,
    weeks,
    years,
)

BRAIN_METASTASES = protocol(
    "cns.brain_metastases",
    "brain metastases",
    Schedule(
        "brain",
        Cite("CNS 1"),
        study(MRI, at="brain"),
        AFTER_THERAPY,
        Plan(
            phases=(
                every(months(2), months(3), until=years(1)),
                every(months(2), months(6), until=years(2)),
                every(months(4), months(6)),
            )
        ),
        reading=(
            "'For 1 to 2 years': between 1 and 2 years either cadence follows the guideline, so the range spans both"
        ),
        others=(
            Reading(
                "switch_at_1_year",
                Plan(phases=(every(months(2), months(3), until=years(1)), every(months(4), months(6)))),
                "The longer interval starts after 1 year",
            ),
            Reading(
                "switch_at_2_years",
                Plan(phases=(every(months(2), months(3), until=years(2)), every(months(4), months(6)))),
                "The longer interval starts after 2 years",
            ),
        ),
    ),
    cite=Cite("CNS 1"),
)

GLIOBLASTOMA = protocol(
    "cns.glioblastoma",
    "glioblastoma, IDH wild-type",
    Schedule(
        "preoperative",
        Cite("CNS 2.a"),
        study(MRI, at="brain"),
        FROM_SURGERY,
        Plan(phases=(once(days(-2), days(0)),)),
        reading="Within 48 hours before surgery; civil dates",
    ),
    Schedule(
        "postoperative",
        Cite("CNS 2.a"),
        study(MRI, at="brain"),
        FROM_SURGERY,
        Plan(phases=(once(days(0), days(2)),)),
        reading="Within 48 hours after surgery; civil dates",
    ),
    Schedule(
        "preradiation",
        Cite("CNS 2.b"),
        study(MRI, at="brain"),
        FROM_SURGERY,
        Plan(phases=(once(weeks(3), weeks(5)),)),
        stops_at=AT_RADIATION,
        reading="'Every 3 to 5 weeks, post-operatively', for planning radiation: read as one planning study",
        others=(
            Reading(
                "repeating",
                Plan(phases=(every(weeks(3), weeks(5), until=weeks(12)),)),
                "Repeated every 3 to 5 weeks until radiation starts (12 weeks at most)",
            ),
        ),
    ),
    Schedule(
        "postradiation",
        Cite("CNS 2.c"),
        study(MRI, at="brain"),
        FROM_RADIATION_END,
        Plan(
            phases=(once(weeks(3), weeks(6)), every(months(2), months(3), until=years(3)), every(months(2), months(4)))
        ),
    ),
    cite=Cite("CNS 2"),
)

ASTROCYTOMA_GRADE2_RT_AND_CHEMO = protocol(
    "cns.astrocytoma.grade2.rt_and_chemo",
    "IDH-mutant astrocytoma, grade 2, after radiation and chemotherapy",
    Schedule(
        "brain",
        Cite("CNS 3.a.i.A"),
        study(MRI, at="brain"),
        AFTER_THERAPY,
        Plan(phases=(every(months(6)),)),
        stops_at=AT_PROGRESSION,
    ),
    cite=Cite("CNS 3.a.i.A"),
)

ASTROCYTOMA_GRADE2_RT_OR_CHEMO = protocol(
    "cns.astrocytoma.grade2.rt_or_chemo",
    "IDH-mutant astrocytoma, grade 2, after radiation or chemotherapy alone",
    Schedule(
        "brain",
        Cite("CNS 3.a.i.B"),
        study(MRI, at="brain"),
        AFTER_THERAPY,
        Plan(phases=(every(months(3), months(4)),)),
        stops_at=AT_PROGRESSION,
        reading="The text gives the same interval before and after 5 years",
    ),
    cite=Cite("CNS 3.a.i.B"),
)

ASTROCYTOMA_GRADE2_SURGERY = protocol(
    "cns.astrocytoma.grade2.surgery",
    "IDH-mutant astrocytoma, grade 2, after surgery alone",
    Schedule(
        "brain",
        Cite("CNS 3.a.i.C"),
        study(MRI, at="brain"),
        AFTER_SURGERY,
        Plan(phases=(every(months(3), months(4)),)),
        stops_at=AT_PROGRESSION,
    ),
    cite=Cite("CNS 3.a.i.C"),
)

ASTROCYTOMA_GRADE3_RT_AND_CHEMO = protocol(
    "cns.astrocytoma.grade3.rt_and_chemo",
    "IDH-mutant astrocytoma, grade 3, after radiation and chemotherapy",
    Schedule(
        "brain",
        Cite("CNS 3.a.ii.A"),
        study(MRI, at="brain"),
        AFTER_THERAPY,
        Plan(phases=(every(months(6)),)),
        stops_at=AT_PROGRESSION,
    ),
    cite=Cite("CNS 3.a.ii.A"),
)

ASTROCYTOMA_GRADE3_RT_OR_CHEMO = protocol(
    "cns.astrocytoma.grade3.rt_or_chemo",
    "IDH-mutant astrocytoma, grade 3, after radiation or chemotherapy alone",
    Schedule(
        "brain",
        Cite("CNS 3.a.ii.B"),
        study(MRI, at="brain"),
        AFTER_THERAPY,
        Plan(phases=(every(months(3), months(4)),)),
        stops_at=AT_PROGRESSION,
        reading="The text gives the same interval before and after 5 years",
    ),
    cite=Cite("CNS 3.a.ii.B"),
)

ASTROCYTOMA_RECURRENT = protocol(
    "cns.astrocytoma.recurrent",
    "IDH-mutant astrocytoma, grade 2 or 3, recurrent",
    Schedule(
        "brain",
        Cite("CNS 3.a.iii"),
        study(MRI, at="brain"),
        AFTER_PROGRESSION,
        Plan(phases=(every(months(2), months(3)),)),
    ),
    cite=Cite("CNS 3.a.iii"),
)

OLIGODENDROGLIOMA_GRADE2_RT_AND_CHEMO = protocol(
    "cns.oligodendroglioma.grade2.rt_and_chemo",
    "oligodendroglioma, grade 2, after radiation and chemotherapy",
    Schedule(
        "brain",
        Cite("CNS 3.b.i.A"),
        study(MRI, at="brain"),
        AFTER_THERAPY,
        Plan(phases=(every(months(6), months(9)),)),
        stops_at=AT_PROGRESSION,
    ),
    cite=Cite("CNS 3.b.i.A"),
)

OLIGODENDROGLIOMA_GRADE2_RT_OR_CHEMO = protocol(
    "cns.oligodendroglioma.grade2.rt_or_chemo",
    "oligodendroglioma, grade 2, after radiation or chemotherapy alone",
    Schedule(
        "brain",
        Cite("CNS 3.b.i.B"),
        study(MRI, at="brain"),
        AFTER_THERAPY,
        Plan(phases=(every(months(3), months(4)),)),
        stops_at=AT_PROGRESSION,
        reading="The text gives the same interval before and after 5 years",
    ),
    cite=Cite("CNS 3.b.i.B"),
)

OLIGODENDROGLIOMA_GRADE2_SURGERY = protocol(
    "cns.oligodendroglioma.grade2.surgery",
    "oligodendroglioma, grade 2, after surgery alone, tumor left behind",
    Schedule(
        "brain",
        Cite("CNS 3.b.i.C"),
        study(MRI, at="brain"),
        AFTER_SURGERY,
        Plan(phases=(every(months(3), months(4)),)),
        stops_at=AT_PROGRESSION,
    ),
    cite=Cite("CNS 3.b.i.C"),
)

OLIGODENDROGLIOMA_GRADE2_GROSS_TOTAL_RESECTION = protocol(
    "cns.oligodendroglioma.grade2.gross_total_resection",
    "oligodendroglioma, grade 2, after gross total resection alone",
    Schedule(
        "brain",
        Cite("CNS 3.b.i.C note"),
        study(MRI, at="brain"),
        AFTER_SURGERY,
        Plan(phases=(every(months(6), months(9), until=years(5)), unspecified())),
        stops_at=AT_PROGRESSION,
        reading="The note gives no interval after 5 years",
    ),
    cite=Cite("CNS 3.b.i.C note"),
)

OLIGODENDROGLIOMA_GRADE3_RT_AND_CHEMO = protocol(
    "cns.oligodendroglioma.grade3.rt_and_chemo",
    "oligodendroglioma, grade 3, after radiation and chemotherapy",
    Schedule(
        "brain",
        Cite("CNS 3.b.ii.A"),
        study(MRI, at="brain"),
        AFTER_THERAPY,
        Plan(phases=(every(months(6), months(9)),)),
        stops_at=AT_PROGRESSION,
    ),
    cite=Cite("CNS 3.b.ii.A"),
)

OLIGODENDROGLIOMA_GRADE3_RT_OR_CHEMO = protocol(
    "cns.oligodendroglioma.grade3.rt_or_chemo",
    "oligodendroglioma, grade 3, after radiation or chemotherapy alone",
    Schedule(
        "brain",
        Cite("CNS 3.b.ii.B"),
        study(MRI, at="brain"),
        AFTER_THERAPY,
        Plan(phases=(every(months(3), months(4)),)),
        stops_at=AT_PROGRESSION,
        reading="The text gives the same interval before and after 5 years",
    ),
    cite=Cite("CNS 3.b.ii.B"),
)

OLIGODENDROGLIOMA_RECURRENT = protocol(
    "cns.oligodendroglioma.recurrent",
    "oligodendroglioma, grade 2 or 3, recurrent",
    Schedule(
        "brain",
        Cite("CNS 3.b.iii"),
        study(MRI, at="brain"),
        AFTER_PROGRESSION,
        Plan(phases=(every(months(3), months(4)),)),
    ),
    cite=Cite("CNS 3.b.iii"),
)

LEPTOMENINGEAL_METASTASES = protocol(
    "cns.leptomeningeal_metastases",
    "leptomeningeal metastases",
    Schedule(
        "brain",
        Cite("CNS 4"),
        study(MRI, at="brain"),
        AFTER_THERAPY,
        Plan(phases=(every(months(2), months(3), until=years(2)), every(months(6), until=years(5)), every(months(12)))),
        reading="Brain 'and/or' total spine: two schedules with clocks of their own",
    ),
    Schedule(
        "spine",
        Cite("CNS 4"),
        study(MRI, at="total_spine"),
        AFTER_THERAPY,
        Plan(phases=(every(months(2), months(3), until=years(2)), every(months(6), until=years(5)), every(months(12)))),
        reading="Brain 'and/or' total spine: two schedules with clocks of their own",
        others=(
            Reading(
                "brain_alone_suffices",
                Plan(phases=(as_(CLINICALLY_INDICATED),)),
                "Or: the brain alone is imaged on schedule, the spine when indicated",
            ),
        ),
    ),
    cite=Cite("CNS 4"),
)

MEDULLOBLASTOMA = protocol(
    "cns.medulloblastoma",
    "medulloblastoma",
    Schedule(
        "brain",
        Cite("CNS 5"),
        study(MRI, at="brain"),
        AFTER_THERAPY,
        Plan(phases=(every(months(2), months(3), until=years(2)), unspecified())),
        stops_at=AT_PROGRESSION,
        reading=(
            "This edition names the brain alone and gives no interval after 2 years: read as going on at "
            "an interval that the text does not give"
        ),
        others=(
            Reading(
                "as_written",
                Plan(phases=(every(months(2), months(3), until=years(2)),)),
                "Surveillance is over after 2 years",
            ),
        ),
    ),
    cite=Cite("CNS 5"),
)

PRIMARY_CNS_LYMPHOMA = protocol(
    "cns.primary_cns_lymphoma",
    "primary CNS lymphoma",
    Schedule(
        "cns",
        Cite("CNS 6"),
        study(MRI, at=("brain", SPINAL_PRIMARY_SITE)),
        AFTER_THERAPY,
        Plan(phases=(every(months(2), months(3), until=years(2)), unspecified())),
        stops_at=AT_PROGRESSION,
        reading=(
            "The text names no region: read as the brain, and the spine where the primary site is in it; "
            "no interval is given after 2 years"
        ),
        others=(
            Reading(
                "as_written",
                Plan(phases=(every(months(2), months(3), until=years(2)),)),
                "Surveillance is over after 2 years",
            ),
        ),
    ),
    cite=Cite("CNS 6"),
)

ASTROCYTOMA_GRADE3_SURGERY = not_covered(
    "cns.astrocytoma.grade3.surgery",
    "IDH-mutant astrocytoma, grade 3, after surgery alone",
    cite=Cite("CNS 3.a.ii"),
    note="Grade 3 has no surgery-only line",
)

ASTROCYTOMA_GRADE4 = not_covered(
    "cns.astrocytoma.grade4",
    "IDH-mutant astrocytoma, grade 4",
    cite=Cite("CNS 3.a"),
    note="IDH-mutant grade 4 is not named",
)

GLIOMA_IDH_WILDTYPE_LOWER_GRADE = not_covered(
    "cns.glioma.idh_wildtype_lower_grade",
    "IDH-wildtype glioma, grade 2 or 3",
    cite=Cite("CNS 3"),
    note="IDH-wildtype grade 2 and 3 are not named",
)

EPENDYMOMA = not_covered("cns.ependymoma", "ependymoma", cite=Cite("CNS"), note="Not named")

MENINGIOMA = not_covered("cns.meningioma", "meningioma", cite=Cite("CNS"), note="Not named")

PRIMARY_SPINAL_CORD_TUMOR = not_covered(
    "cns.primary_spinal_cord_tumor", "primary spinal cord tumor", cite=Cite("CNS"), note="Not named"
)

VERTEBRAL_METASTASES = not_covered(
    "cns.vertebral_metastases", "vertebral metastases", cite=Cite("CNS"), note="Not named"
)

PROTOCOLS = (
    BRAIN_METASTASES,
    GLIOBLASTOMA,
    ASTROCYTOMA_GRADE2_RT_AND_CHEMO,
    ASTROCYTOMA_GRADE2_RT_OR_CHEMO,
    ASTROCYTOMA_GRADE2_SURGERY,
    ASTROCYTOMA_GRADE3_RT_AND_CHEMO,
    ASTROCYTOMA_GRADE3_RT_OR_CHEMO,
    ASTROCYTOMA_RECURRENT,
    OLIGODENDROGLIOMA_GRADE2_RT_AND_CHEMO,
    OLIGODENDROGLIOMA_GRADE2_RT_OR_CHEMO,
    OLIGODENDROGLIOMA_GRADE2_SURGERY,
    OLIGODENDROGLIOMA_GRADE2_GROSS_TOTAL_RESECTION,
    OLIGODENDROGLIOMA_GRADE3_RT_AND_CHEMO,
    OLIGODENDROGLIOMA_GRADE3_RT_OR_CHEMO,
    OLIGODENDROGLIOMA_RECURRENT,
    LEPTOMENINGEAL_METASTASES,
    MEDULLOBLASTOMA,
    PRIMARY_CNS_LYMPHOMA,
    ASTROCYTOMA_GRADE3_SURGERY,
    ASTROCYTOMA_GRADE4,
    GLIOMA_IDH_WILDTYPE_LOWER_GRADE,
    EPENDYMOMA,
    MENINGIOMA,
    PRIMARY_SPINAL_CORD_TUMOR,
    VERTEBRAL_METASTASES,
)
