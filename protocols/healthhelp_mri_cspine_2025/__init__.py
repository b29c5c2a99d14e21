"""HealthHelp, 2025 MRI Cervical Spine (reviewed 2025-05-16): the edition, assembled from its sections."""

from datetime import date

from spine_vigil.protocols.healthhelp_mri_cspine_2025 import bone, cns, neuroendocrine, occult_primary
from spine_vigil.protocols.healthhelp_mri_cspine_2025.cautions import CAUTIONS
from spine_vigil.protocols.healthhelp_mri_cspine_2025.combinations import COMBINATIONS
from spine_vigil.protocols.healthhelp_mri_cspine_2025.contraindications import CONTRAINDICATIONS
from spine_vigil.protocols.healthhelp_mri_cspine_2025.cpt_codes import CPT_CODES
from spine_vigil.protocols.healthhelp_mri_cspine_2025.facts import FACTS
from spine_vigil.protocols.healthhelp_mri_cspine_2025.implied import IMPLIED, IMPLIED_BY_COURSE
from spine_vigil.protocols.healthhelp_mri_cspine_2025.indications import INDICATIONS
from spine_vigil.protocols.healthhelp_mri_cspine_2025.other_names import OTHER_NAMES
from spine_vigil.scheduler.editions.vocabulary import MRI, Edition, Source, Study
from spine_vigil.scheduler.rules.studies import BITS

EDITION = Edition(
    id="healthhelp-mri-cspine-2025",
    title="2025 MRI Cervical Spine",
    publisher="HealthHelp",
    reviewed=date(2025, 5, 16),
    covers=Study(MRI, BITS["cervical_spine"]),
    sources=(
        Source("NCCN Bone Cancer", body_version="1.2026", reference_version="2.2025"),
        Source("NCCN Central Nervous System Cancers", body_version=None, reference_version="1.2025"),
        Source("NCCN Neuroendocrine and Adrenal Tumors", body_version="3.2025", reference_version="2.2025"),
        Source("NCCN Occult Primary", body_version=None, reference_version="2.2025"),
    ),
    facts=FACTS,
    cpt_codes=CPT_CODES,
    indications=INDICATIONS,
    contraindications=CONTRAINDICATIONS,
    combinations=COMBINATIONS,
    implied=IMPLIED,
    implied_by_course=IMPLIED_BY_COURSE,
    cautions=CAUTIONS,
    other_names=OTHER_NAMES,
    protocols=(*bone.PROTOCOLS, *cns.PROTOCOLS, *neuroendocrine.PROTOCOLS, *occult_primary.PROTOCOLS),
)
