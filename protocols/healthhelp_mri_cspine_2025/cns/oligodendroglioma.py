"""Surveillance of oligodendroglioma by grade and treatment (CNS 3.b)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import (
    AFTER_PROGRESSION,
    AFTER_SURGERY,
    AFTER_THERAPY,
    AT_PROGRESSION,
)
from spine_vigil.scheduler.editions.vocabulary import (
    MRI,
    Cite,
    Plan,
    Schedule,
    every,
    months,
    protocol,
    study,
    unspecified,
    years,
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

PROTOCOLS = (
    OLIGODENDROGLIOMA_GRADE2_RT_AND_CHEMO,
    OLIGODENDROGLIOMA_GRADE2_RT_OR_CHEMO,
    OLIGODENDROGLIOMA_GRADE2_SURGERY,
    OLIGODENDROGLIOMA_GRADE2_GROSS_TOTAL_RESECTION,
    OLIGODENDROGLIOMA_GRADE3_RT_AND_CHEMO,
    OLIGODENDROGLIOMA_GRADE3_RT_OR_CHEMO,
    OLIGODENDROGLIOMA_RECURRENT,
)
