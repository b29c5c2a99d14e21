"""Hereditary syndromes that are referred to other guidelines (NET tip)."""

from spine_vigil.scheduler.editions.vocabulary import Cite, referral

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

PROTOCOLS = (
    HEREDITARY_MEN2,
    HEREDITARY_PARAGANGLIOMA_PHEOCHROMOCYTOMA,
    HEREDITARY_TUBEROUS_SCLEROSIS,
    HEREDITARY_VON_HIPPEL_LINDAU,
    HEREDITARY_NEUROFIBROMATOSIS_1,
    HEREDITARY_LI_FRAUMENI,
    HEREDITARY_LYNCH,
    HEREDITARY_FAMILIAL_ADENOMATOUS_POLYPOSIS,
)
