"""Surveillance of IDH-mutant astrocytoma by grade and treatment (CNS 3.a)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.anchors import (
    AFTER_PROGRESSION,
    AFTER_SURGERY,
    AFTER_THERAPY,
    AT_PROGRESSION,
)
from spine_vigil.scheduler.editions.vocabulary import MRI, Cite, Plan, Schedule, every, months, protocol, study

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

PROTOCOLS = (
    ASTROCYTOMA_GRADE2_RT_AND_CHEMO,
    ASTROCYTOMA_GRADE2_RT_OR_CHEMO,
    ASTROCYTOMA_GRADE2_SURGERY,
    ASTROCYTOMA_GRADE3_RT_AND_CHEMO,
    ASTROCYTOMA_GRADE3_RT_OR_CHEMO,
    ASTROCYTOMA_RECURRENT,
)
