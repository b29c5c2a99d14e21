"""Neuroendocrine and adrenal tumor surveillance (section NET), one file per group of diseases."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.neuroendocrine import (
    adrenal,
    appendix_small,
    carcinoid_syndrome,
    curative_surgery,
    gi_lung_thymus,
    grade3,
    hereditary_syndromes,
    lung_nodules_and_small_rectal,
    men1,
    not_covered,
    pancreas,
    pheochromocytoma,
    poorly_differentiated,
)

PROTOCOLS = (
    *adrenal.PROTOCOLS,
    *carcinoid_syndrome.PROTOCOLS,
    *lung_nodules_and_small_rectal.PROTOCOLS,
    *gi_lung_thymus.PROTOCOLS,
    *grade3.PROTOCOLS,
    *men1.PROTOCOLS,
    *poorly_differentiated.PROTOCOLS,
    *curative_surgery.PROTOCOLS,
    *pancreas.PROTOCOLS,
    *pheochromocytoma.PROTOCOLS,
    *appendix_small.PROTOCOLS,
    *hereditary_syndromes.PROTOCOLS,
    *not_covered.PROTOCOLS,
)
