"""Studies of one patient on one date that have criteria of their own (sections Combination)."""

from scheduler.vocabulary import Cite, Combination, Documented, all_of, any_of

CT_AND_MRI_CERVICAL = Combination(
    "ct_and_mri_cervical",
    "CT and MRI of the cervical spine",
    Cite("Combination CT and MRI cervical spine"),
    any_of(
        all_of("bony_and_soft_tissue_abnormality_known", "treatment_depends_on_imaging"),
        "craniocervical_junction_unstable",
        "fracture_complex_or_pathological",
        all_of("malignant_spine_process", "bony_and_soft_tissue_involved"),
        "opll_suspected_or_known",
    ),
)

METASTASES = Combination(
    "metastases",
    "several CT and MRI studies for metastases",
    Cite("Combination CT and MRI for metastases"),
    Documented("staging_evaluation"),
    most=5,
    by_surveillance=True,
)
