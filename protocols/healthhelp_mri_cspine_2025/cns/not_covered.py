"""Tumors of the central nervous system that the section does not cover."""

from spine_vigil.scheduler.editions.vocabulary import Cite, not_covered

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
    ASTROCYTOMA_GRADE3_SURGERY,
    ASTROCYTOMA_GRADE4,
    GLIOMA_IDH_WILDTYPE_LOWER_GRADE,
    EPENDYMOMA,
    MENINGIOMA,
    PRIMARY_SPINAL_CORD_TUMOR,
    VERTEBRAL_METASTASES,
)
