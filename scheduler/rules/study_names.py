"""What else modalities and regions are called: for suggestions only, no cell is read by such a name.

The words are those of orders and reports; most stand in the RadLex Playbook and among the body parts of DICOM (PS3.16).
"""

from __future__ import annotations

from collections.abc import Mapping

STUDY_NAMES: Mapping[str, tuple[str, ...]] = {
    "MRI": ("MR", "MRT", "NMR", "magnetic resonance imaging", "magnetic resonance tomography"),
    "CT": ("computed tomography", "computed axial tomography"),  # no CAT: letters of CTA, another study
    "PET/CT": ("positron emission tomography", "PET with CT"),
    "PET/MRI": ("PET/MR", "MRI/PET", "MR/PET", "positron emission tomography"),
    "SPECT": ("single photon emission computed tomography",),
    "ECHO": ("echocardiogram", "echocardiography", "TTE", "transthoracic echocardiogram"),
    "brain": ("head", "cerebrum", "intracranial", "brainstem"),
    "pituitary": ("sella", "sellar", "sella turcica", "hypophysis", "pituitary gland"),
    "neck": ("soft tissue of the neck",),
    "cervical_spine": ("c spine", "c sp", "cervical cord", "cervical vertebrae"),
    "thoracic_spine": ("t spine", "t sp", "dorsal spine", "thoracic cord", "thoracic vertebrae"),
    "lumbar_spine": ("l spine", "l sp", "ls spine", "lumbosacral spine", "lumbar vertebrae"),
    "total_spine": ("whole spine", "entire spine", "full spine", "complete spine", "pan spine"),
    "sacrum": ("sacral", "sacral spine", "sacrococcygeal"),
    "chest": ("thorax", "lung", "lungs", "mediastinum"),
    "abdomen": ("abd", "abdominal", "belly"),
    "pelvis": ("pelvic",),
    "rectum": ("rectal",),
    "heart": ("cardiac",),
    "upper_extremity": ("arm", "upper arm", "forearm", "elbow", "wrist", "hand", "shoulder", "humerus", "upper limb"),
    "lower_extremity": ("leg", "thigh", "lower leg", "knee", "ankle", "foot", "femur", "tibia", "lower limb"),
    "skull": ("cranium", "calvarium"),
    "whole_body": ("total body", "full body", "head to toe"),
}
"""By the name that files use."""
