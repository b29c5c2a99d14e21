"""Studies of one patient on one date that have criteria of their own (sections Combination)."""

from spine_vigil.protocols.healthhelp_mri_cspine_2025.indications.mri_18_trauma import (
    TRAUMA_KNOWN_ABNORMALITY,
    TRAUMA_RULE,
)
from spine_vigil.scheduler.editions.vocabulary import CT, MRI, Cite, Combination, Documented, all_of, any_of

CT_AND_MRI_CERVICAL = Combination(
    name="ct_and_mri_cervical",
    title="CT and MRI of the cervical spine",
    cite=Cite("Combination CT and MRI cervical spine"),
    modalities=frozenset({CT, MRI}),
    region="cervical_spine",
    of_each=True,
    criterion=any_of(
        all_of("bony_and_soft_tissue_abnormality_known", "treatment_depends_on_imaging"),
        "craniocervical_junction_unstable",
        "fracture_complex_or_pathological",
        all_of("malignant_spine_process", "bony_and_soft_tissue_involved"),
        "opll_suspected_or_known",
        TRAUMA_RULE,
        TRAUMA_KNOWN_ABNORMALITY,
    ),
)

METASTASES = Combination(
    name="metastases",
    title="several CT and MRI studies for metastases",
    cite=Cite("Combination CT and MRI for metastases"),
    modalities=frozenset({CT, MRI}),
    only_if=any_of("staging_evaluation", "known_malignancy"),
    or_protocol=True,
    most=5,
    by_surveillance=True,
    criterion=Documented("staging_evaluation"),
)

COMBINATIONS = (CT_AND_MRI_CERVICAL, METASTASES)
