"""Places where the payer's text visibly differs from what specialists publish; the text decides, and vigil says so."""

from spine_vigil.scheduler.editions.vocabulary import Caution

_NCCN_BONE = "public restatements of NCCN Bone Cancer"
_NCCN_NET = "public restatements of NCCN Neuroendocrine and Adrenal Tumors"
_GLIOMA_SYMPTOMS = (
    "The payer's text has no clause on symptoms; imaging for new symptoms between the timed studies is usual"
)
_GLIOMA_SOURCE = "Jo et al. 2022, on surveillance of gliomas"

CAUTIONS = (
    Caution(
        "bone.chordoma/primary_site",
        (
            "The payer's text images the primary site for symptoms alone; specialist guidance follows the "
            "treated site on a schedule"
        ),
        "Chordoma Foundation: follow-up after treatment",
    ),
    Caution(
        "bone.chondrosarcoma.other/primary_site",
        "The payer's text images the primary site for symptoms alone; specialists follow it as clinically indicated",
        _NCCN_BONE,
    ),
    Caution(
        "bone.giant_cell_tumor/primary_site",
        "The payer's text images the surgical site for symptoms alone; specialists follow it as clinically indicated",
        _NCCN_BONE,
    ),
    Caution(
        "cns.medulloblastoma/brain",
        "The payer's text names the brain alone and two years; specialists image the spine too, and the brain longer",
        "BMJ Best Practice: Medulloblastoma",
    ),
    Caution(
        "cns.glioblastoma/postoperative",
        "The payer's text asks for 48 hours; European guidance allows up to 72 hours in places",
        "EANO and NICE guidance on brain tumours",
    ),
    Caution("cns.astrocytoma", _GLIOMA_SYMPTOMS, _GLIOMA_SOURCE),
    Caution("cns.oligodendroglioma", _GLIOMA_SYMPTOMS, _GLIOMA_SOURCE),
    Caution(
        "neuroendocrine.rectal_small/rectum",
        (
            "The payer's text asks for MRI at 6 and 12 months; others ask once at 6 to 12 months, by MRI or "
            "endoscopic ultrasound"
        ),
        _NCCN_NET,
    ),
    Caution(
        "neuroendocrine.thymus_resected/abdomen_pelvis",
        "The payer's text times abdominal imaging for the thymus; others leave it to clinical indication",
        _NCCN_NET,
    ),
    Caution(
        "neuroendocrine.men1",
        (
            "The payer's text lists MEN1 under Grade 3 tumors and with longer intervals than specialists use "
            "(chest every 1 to 2 years, pancreas yearly, pituitary every 3 years)"
        ),
        "reviews of MEN1 surveillance (PMC6584804)",
    ),
    Caution(
        "neuroendocrine.pheochromocytoma.resected",
        (
            "The payer's text speaks of imaging alone; specialists time examination and metanephrines, and "
            "consider imaging"
        ),
        "public restatements of NCCN Neuroendocrine and Adrenal Tumors; BMJ Best Practice",
    ),
    Caution(
        "neuroendocrine.pheochromocytoma.unresectable",
        (
            "The payer's text prefers MRI without contrast where a hypertensive episode is feared; nonionic CT "
            "contrast has not been seen to cause one"
        ),
        "AJR 2007;188:970",
    ),
    Caution(
        "neuroendocrine.hereditary.paraganglioma_pheochromocytoma",
        "The payer's text refers to the kidney guideline; specialists use whole-body MRI every 2 to 3 years",
        "hereditary cancer reviews 2024",
    ),
)
