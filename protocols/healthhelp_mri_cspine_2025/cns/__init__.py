"""Central nervous system cancer surveillance (section CNS), one file per group of diseases."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.cns import (
    astrocytoma,
    brain_metastases,
    glioblastoma,
    leptomeningeal_metastases,
    medulloblastoma,
    not_covered,
    oligodendroglioma,
    primary_cns_lymphoma,
)

PROTOCOLS = (
    *brain_metastases.PROTOCOLS,
    *glioblastoma.PROTOCOLS,
    *astrocytoma.PROTOCOLS,
    *oligodendroglioma.PROTOCOLS,
    *leptomeningeal_metastases.PROTOCOLS,
    *medulloblastoma.PROTOCOLS,
    *primary_cns_lymphoma.PROTOCOLS,
    *not_covered.PROTOCOLS,
)
