"""Facts that other facts, or a course under a protocol, imply where they are unknown."""

from spine_vigil.scheduler.editions.vocabulary import Implied, ImpliedByCourse

IMPLIED = (
    Implied("neck_pain", by=("neck_pain_new", "neck_pain_worsening", "neck_pain_isolated")),
    Implied("scoliosis", by=("scoliosis_atypical_curve", "scoliosis_neuro_deficit")),
    Implied("brachial_plexopathy", by=("plexus_injury_includes_cervical_spine",)),
    Implied("spinal_infection_suspected_or_known", by=("prior_infection_imaging_abnormal_or_inconclusive",)),
    Implied("ms_suspected_or_known", by=("brain_mri_suspicious_for_ms", "ms_treatment_response")),
    Implied("myelopathy_suspected", by=("myelopathy_progressing",)),
    Implied("syrinx_suspected_or_known", by=("prior_syrinx_imaging_abnormal",)),
)

IMPLIED_BY_COURSE = (
    ImpliedByCourse(
        fact="spinal_tumor_known",
        under=("cns.primary_spinal_cord_tumor", "cns.vertebral_metastases", "cns.leptomeningeal_metastases"),
        overrides=True,
    ),
    ImpliedByCourse(
        fact="spinal_tumor_known", except_under=("occult_primary", "neuroendocrine.hereditary.*"), in_spine=True
    ),
    ImpliedByCourse(
        fact="known_malignancy",
        except_under=(
            "bone.giant_cell_tumor",
            "bone.chondrosarcoma.atypical_cartilaginous",
            "cns.meningioma",
            "neuroendocrine.men1*",
            "neuroendocrine.hereditary.*",
            "neuroendocrine.appendix_small",
            "neuroendocrine.lung_nodules",
            "neuroendocrine.pheochromocytoma.resected",
        ),
        overrides=True,
    ),
)
