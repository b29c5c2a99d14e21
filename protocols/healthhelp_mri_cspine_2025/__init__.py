"""HealthHelp, 2025 MRI Cervical Spine (reviewed 2025-05-16): the edition, put together from its sections."""

from datetime import date

from spine_vigil.scheduler.editions.vocabulary import MRI, Chapters, Constant, Edition, Source, Study
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
    facts=Constant(f"{__name__}.facts", "FACTS"),
    cpt_codes=Constant(f"{__name__}.cpt_codes", "CPT_CODES"),
    indications=Constant(f"{__name__}.indications", "INDICATIONS"),
    contraindications=Constant(f"{__name__}.contraindications", "CONTRAINDICATIONS"),
    combinations=Constant(f"{__name__}.combinations", "COMBINATIONS"),
    protocols=Chapters(
        bone=Constant(f"{__name__}.bone", "PROTOCOLS"),
        cns=Constant(f"{__name__}.cns", "PROTOCOLS"),
        neuroendocrine=Constant(f"{__name__}.neuroendocrine", "PROTOCOLS"),
        occult_primary=Constant(f"{__name__}.occult_primary", "PROTOCOLS"),
    ),
)
