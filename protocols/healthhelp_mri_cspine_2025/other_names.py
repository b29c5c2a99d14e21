"""What else tumors, syndromes and complaints are called, so that those who search find their protocol or indication."""

from spine_vigil.scheduler.editions.vocabulary import OtherNames

_BONE = "WHO Classification of Tumours: Soft Tissue and Bone Tumours, 5th edition"
_CNS = "WHO Classification of Tumours: Central Nervous System Tumours, 5th edition"
_NET = "WHO Classification of Tumours: Endocrine and Neuroendocrine Tumours, 5th edition"
_NCI = "NCI Thesaurus, synonyms"
_GENETICS = "MedlinePlus Genetics"
_MESH = "MeSH, entry terms"

OTHER_NAMES = (
    OtherNames("bone.chondrosarcoma.atypical_cartilaginous", ("ACT", "chondrosarcoma grade 1"), _BONE),
    OtherNames("bone.ewing_sarcoma", ("Ewing's sarcoma", "Ewing family of tumors", "ESFT"), _NCI),
    OtherNames("bone.giant_cell_tumor", ("GCTB", "GCT of bone", "osteoclastoma"), _NCI),
    OtherNames("bone.osteosarcoma", ("osteogenic sarcoma", "OGS"), _NCI),
    OtherNames("bone.other", ("adamantinoma", "undifferentiated pleomorphic sarcoma", "UPS of bone"), _BONE),
    OtherNames("cns.brain_metastases", ("brain mets", "cerebral metastases"), _NCI),
    OtherNames("cns.glioblastoma", ("GBM", "glioblastoma multiforme"), _NCI),
    OtherNames("cns.astrocytoma.grade2", ("diffuse astrocytoma", "WHO grade 2 astrocytoma"), _CNS),
    OtherNames("cns.astrocytoma.grade3", ("anaplastic astrocytoma", "WHO grade 3 astrocytoma"), _CNS),
    OtherNames("cns.astrocytoma.grade4", ("IDH-mutant glioblastoma", "secondary glioblastoma"), _CNS),
    OtherNames("cns.oligodendroglioma.grade3", ("anaplastic oligodendroglioma",), _CNS),
    OtherNames("cns.glioma.idh_wildtype_lower_grade", ("IDH-wildtype astrocytoma",), _CNS),
    OtherNames(
        "cns.leptomeningeal_metastases",
        ("leptomeningeal disease", "LMD", "leptomeningeal carcinomatosis", "carcinomatous meningitis"),
        _NCI,
    ),
    OtherNames("cns.primary_cns_lymphoma", ("PCNSL",), _NCI),
    OtherNames("cns.primary_spinal_cord_tumor", ("intramedullary tumor", "spinal cord neoplasm"), _MESH),
    OtherNames("cns.vertebral_metastases", ("spinal metastases", "spine mets"), _NCI),
    OtherNames("neuroendocrine.adrenal", ("adrenocortical carcinoma", "adrenal cortical carcinoma", "ACC"), _NCI),
    OtherNames("neuroendocrine.carcinoid_syndrome", ("carcinoid heart disease", "Hedinger syndrome"), _NCI),
    OtherNames(
        "neuroendocrine.lung_nodules",
        ("DIPNECH", "diffuse idiopathic pulmonary neuroendocrine cell hyperplasia", "carcinoid tumorlets"),
        _NCI,
    ),
    OtherNames("neuroendocrine.rectal_small", ("rectal carcinoid", "rectal NET"), _NCI),
    OtherNames("neuroendocrine.gi_thymus_resected", ("midgut carcinoid", "small bowel NET", "GI NET"), _NCI),
    OtherNames(
        "neuroendocrine.lung_thymus_resected",
        ("lung carcinoid", "bronchial carcinoid", "pulmonary carcinoid", "typical carcinoid", "atypical carcinoid"),
        _NET,
    ),
    OtherNames("neuroendocrine.thymus_resected", ("thymic carcinoid", "thymic NET"), _NET),
    OtherNames("neuroendocrine.grade3", ("NET G3", "well differentiated grade 3 NET"), _NET),
    OtherNames("neuroendocrine.men1", ("MEN 1", "multiple endocrine neoplasia type 1", "Wermer syndrome"), _GENETICS),
    OtherNames(
        "neuroendocrine.poorly_differentiated",
        ("NEC", "neuroendocrine carcinoma", "MiNEN", "mixed neuroendocrine non-neuroendocrine neoplasm"),
        _NET,
    ),
    OtherNames(
        "neuroendocrine.pancreas_resected",
        ("PanNET", "PNET", "islet cell tumor", "insulinoma", "gastrinoma", "glucagonoma", "VIPoma"),
        _NCI,
    ),
    OtherNames("neuroendocrine.pheochromocytoma", ("PPGL", "phaeochromocytoma", "PCC", "PGL"), _NCI),
    OtherNames("neuroendocrine.appendix_small", ("appendiceal carcinoid", "appendix NET"), _NCI),
    OtherNames("neuroendocrine.appendix_other", ("appendiceal carcinoid", "appendix NET"), _NCI),
    OtherNames("neuroendocrine.gastric", ("gastric carcinoid", "gastric NET", "stomach NET"), _NCI),
    OtherNames("neuroendocrine.hereditary.men2", ("MEN 2", "MEN2A", "MEN2B", "Sipple syndrome"), _GENETICS),
    OtherNames(
        "neuroendocrine.hereditary.paraganglioma_pheochromocytoma", ("SDHx", "hereditary PGL and PCC"), _GENETICS
    ),
    OtherNames("neuroendocrine.hereditary.tuberous_sclerosis", ("TSC", "Bourneville disease"), _GENETICS),
    OtherNames("neuroendocrine.hereditary.von_hippel_lindau", ("VHL",), _GENETICS),
    OtherNames("neuroendocrine.hereditary.neurofibromatosis_1", ("NF 1", "von Recklinghausen disease"), _GENETICS),
    OtherNames("neuroendocrine.hereditary.li_fraumeni", ("LFS", "TP53"), _GENETICS),
    OtherNames("neuroendocrine.hereditary.lynch", ("HNPCC",), _GENETICS),
    OtherNames("neuroendocrine.hereditary.familial_adenomatous_polyposis", ("FAP", "Gardner syndrome"), _GENETICS),
    OtherNames("occult_primary", ("CUP", "cancer of unknown primary", "carcinoma of unknown primary"), _NCI),
    OtherNames("indication.radiculopathy", ("radicular syndrome", "nerve root compression", "pinched nerve"), _MESH),
    OtherNames("indication.neck_pain", ("cervicalgia", "neck ache"), _MESH),
    OtherNames("indication.chiari", ("Arnold-Chiari malformation", "tonsillar herniation"), _MESH),
    OtherNames("indication.csf_leak", ("CSF leak", "spontaneous intracranial hypotension", "SIH"), _MESH),
    OtherNames("indication.compression_fracture_new", ("vertebral fracture",), _MESH),
    OtherNames("indication.compression_fracture_treated", ("vertebral fracture",), _MESH),
    OtherNames("indication.spinal_infection", ("discitis", "osteomyelitis", "epidural abscess"), _MESH),
    OtherNames("indication.rheumatoid_arthritis", ("RA",), _MESH),
    OtherNames("indication.spondyloarthropathy", ("spondyloarthritis", "ankylosing spondylitis"), _MESH),
    OtherNames("indication.multiple_sclerosis", ("MS", "demyelination"), _MESH),
    OtherNames("indication.myelopathy", ("cord compression", "cervical spondylotic myelopathy", "CSM"), _MESH),
    OtherNames("indication.syrinx", ("syringomyelia", "hydromyelia"), _MESH),
    OtherNames("indication.tethered_cord", ("spinal dysraphism", "spina bifida occulta"), _MESH),
    OtherNames("indication.trauma_rule", ("NEXUS", "Canadian C-Spine Rule", "CCR", "whiplash"), _MESH),
)
