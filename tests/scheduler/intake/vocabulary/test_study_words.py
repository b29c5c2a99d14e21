"""Exam names: what is read, and what must not be."""

import pytest

from spine_vigil.scheduler.intake.vocabulary.study_words import StudyKind, modality_of, read_study, regions_of
from spine_vigil.scheduler.rules.studies import REGIONS, Modality, regions_text

TORSO = "neck sacrum chest abdomen pelvis total_spine"
UNDERSTOOD = [
    ("MR CERVICAL SPINE W WO CONTRAST", "MRI", "cervical_spine", "both", None),
    ("MRI C-SPINE", "MRI", "cervical_spine", None, None),
    ("MRI SPINE CERV W/O & W", "MRI", "cervical_spine", "both", None),
    ("MRI CERVICAL", "MRI", "cervical_spine", None, None),
    ("72141 - MRI CERVICAL SPINE W/O CONTRAST", "MRI", "cervical_spine", "without", None),
    ("MR C SPINE WO C", "MRI", "cervical_spine", "without", None),
    ("MRI THORACIC SPINE W/WO", "MRI", "thoracic_spine", "both", None),
    ("MRI SPINE THORACIC", "MRI", "thoracic_spine", None, None),
    ("CT L SPINE W/O", "CT", "lumbar_spine", "without", None),
    ("CT T SPINE", "CT", "thoracic_spine", None, None),
    ("MRI LUMBOSACRAL SPINE", "MRI", "lumbar_spine", None, None),
    ("MRI TOTAL SPINE", "MRI", "total_spine", None, None),
    ("MRI CTL SPINE", "MRI", "total_spine", None, None),
    ("MRI C/T/L SPINE W/WO", "MRI", "total_spine", "both", None),
    ("MRI CERVICAL/THORACIC/LUMBAR SPINE", "MRI", "total_spine", None, None),
    ("MRI SACRUM & COCCYX", "MRI", "sacrum", None, None),
    ("CT CHEST/ABD/PELVIS W", "CT", "chest abdomen pelvis", "with", None),
    ("CT CAP", "CT", "chest abdomen pelvis", None, None),
    ("CT ABD PELV", "CT", "abdomen pelvis", None, None),
    ("CT ABDOMEN AND PELVIS WITH CONTRAST", "CT", "abdomen pelvis", "with", None),
    ("CT A/P W CON", "CT", "abdomen pelvis", "with", None),
    ("Computed tomography of chest", "CT", "chest", None, None),
    ("CT CHEST +C", "CT", "chest", "with", None),
    ("CT CHEST NONCON", "CT", "chest", "without", None),
    ("CT HEAD WITHOUT CONTRAST", "CT", "brain", "without", None),
    ("CT NECK SOFT TISSUE", "CT", "neck", None, None),
    ("MRI BRAIN WITHOUT AND WITH CONTRAST", "MRI", "brain", "both", None),
    ("MRI BRAIN & ORBITS", "MRI", "brain", None, None),
    ("MRI PITUITARY/SELLA", "MRI", "pituitary", None, None),
    ("MRI LIVER W WO", "MRI", "abdomen", "both", None),
    ("MRI RECTUM W WO", "MRI", "rectum", "both", None),
    ("MR TIBIA FIBULA W WO CONTRAST RIGHT", "MRI", "lower_extremity", "both", "right"),
    ("MRI LOWER EXTREMITY OTHER THAN JOINT LEFT W/O", "MRI", "lower_extremity", "without", "left"),
    ("MRI SHOULDER LT", "MRI", "upper_extremity", None, "left"),
    ("PET CT SKULL BASE TO MID THIGH", "PET/CT", TORSO, None, None),
    ("PET/CT WHOLE BODY", "PET/CT", "whole_body", None, None),
    ("NM PET/CT VERTEX TO TOES", "PET/CT", "whole_body", None, None),
    ("GA-68 DOTATATE PET/CT SKULL TO THIGH", "PET/CT", TORSO, None, None),
    ("PET/MRI BRAIN", "PET/MRI", "brain", None, None),
    ("NM PARATHYROID SPECT/CT", "SPECT/CT", "neck", None, None),
    ("TTE", "ECHO", "heart", None, None),
    ("ECHO COMPLETE", "ECHO", "heart", None, None),
    ("ECHO LIMITED", "ECHO", "heart", None, None),
]
NOT_UNDERSTOOD = [
    ("MRI SPINE", StudyKind.STUDY, ("spine",)),
    ("CT THORACIC", StudyKind.STUDY, ("thoracic",)),
    ("CT CHEST AND SPINE", StudyKind.STUDY, ("spine",)),
    ("CT TORSO", StudyKind.STUDY, ("torso",)),
    ("MRI EXTREMITY", StudyKind.STUDY, ("extremity",)),
    ("MRI BRAIN FOO", StudyKind.STUDY, ("foo",)),
    ("MRI BRAIN LIMITED", StudyKind.STUDY, ("limited",)),
    ("MRI ORBITS", StudyKind.STUDY, ()),
    ("MRI BREAST", StudyKind.STUDY, ()),
    ("PET/CT", StudyKind.STUDY, ()),
    ("CT ABD, MRI PELVIS", StudyKind.UNKNOWN, ()),
    ("BRAIN", StudyKind.UNKNOWN, ()),
    ("", StudyKind.UNKNOWN, ()),
    ("NM PET BRAIN", StudyKind.OTHER_MODALITY, ()),
    ("XR CHEST", StudyKind.OTHER_MODALITY, ()),
    ("US ABDOMEN", StudyKind.OTHER_MODALITY, ()),
    ("MAMMO", StudyKind.OTHER_MODALITY, ()),
    ("DEXA", StudyKind.OTHER_MODALITY, ()),
    ("BONE SCAN", StudyKind.OTHER_MODALITY, ()),
    ("WHOLE BODY BONE SCAN", StudyKind.OTHER_MODALITY, ()),
    ("FLUORO", StudyKind.OTHER_MODALITY, ()),
    ("NM OCTREOTIDE SCAN", StudyKind.OTHER_MODALITY, ()),
    ("MRA HEAD", StudyKind.SPECIAL, ()),
    ("CTA CHEST", StudyKind.SPECIAL, ()),
    ("CT CHEST PE PROTOCOL", StudyKind.SPECIAL, ()),
    ("CT CHEST LUNG CANCER SCREENING", StudyKind.SPECIAL, ()),
    ("TEE", StudyKind.SPECIAL, ()),
    ("MR ARTHROGRAM SHOULDER", StudyKind.SPECIAL, ()),
    ("CT GUIDED BIOPSY", StudyKind.INTERVENTION, ()),
    ("MRI SAFETY SCREEN", StudyKind.NO_STUDY, ()),
    ("OUTSIDE FILMS REREAD", StudyKind.NO_STUDY, ()),
    ("3D RENDERING", StudyKind.NO_STUDY, ()),
]


@pytest.mark.parametrize(("text", "modality", "regions", "contrast", "side"), UNDERSTOOD)
def test_an_exam_name_is_read(text, modality, regions, contrast, side):
    study = read_study(text)
    assert study.modality is Modality(modality)
    assert study.regions == tuple(regions.split())
    assert (study.contrast, study.laterality) == (contrast, side)
    assert study.is_understood


@pytest.mark.parametrize(("text", "kind", "unread"), NOT_UNDERSTOOD)
def test_what_could_be_another_study_is_not_understood(text, kind, unread):
    study = read_study(text)
    assert (study.kind, study.unread) == (kind, unread)
    assert not study.is_understood


def test_parts_of_the_body_without_a_region_are_named():
    assert read_study("MRI BRAIN AND ORBITS").elsewhere == ("orbits",)


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("MR", "MRI"),
        (" mri ", "MRI"),
        ("CT", "CT"),
        ("PET/CT", "PET/CT"),
        ("PET-MR", "PET/MRI"),
        ("PT\\CT", "PET/CT"),
        ("CT\\PT\\SR", "PET/CT"),
        ("MR\\SR", "MRI"),
        ("SPECT-CT", "SPECT/CT"),
        ("echo", "ECHO"),
    ],
)
def test_a_modality_is_read_alone(text, modality):
    assert modality_of(text) is Modality(modality)


@pytest.mark.parametrize(
    "text", ["", "PT", "US", "CR", "DX", "NM", "MG", "MRA", "MR C-SPINE", "PET", "XYZ", "CT MR", "NM\\CT"]
)
def test_what_is_no_modality_of_vigil_is_none(text):
    assert modality_of(text) is None


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        ("CSPINE", "cervical_spine"),
        ("Cervical", "cervical_spine"),
        ("LSPINE", "lumbar_spine"),
        ("LE", "lower_extremity"),
        ("Right lower leg", "lower_extremity"),
        ("Pelvis", "pelvis"),
        ("HEAD", "brain"),
        ("WHOLEBODY", "whole_body"),
        ("Chest/Abd/Pelvis", "chest abdomen pelvis"),
        ("chest|abdomen", "chest abdomen"),
    ],
)
def test_regions_are_read_alone(text, regions):
    assert regions_of(text) == tuple(regions.split())


@pytest.mark.parametrize("name", REGIONS)
def test_a_region_of_vigil_is_itself(name):
    assert regions_of(name) == tuple(regions_text(REGIONS[name]).split("|"))


@pytest.mark.parametrize(
    "text", ["", "SPINE", "EXTREMITY", "BREAST", "Thoracic", "MRI BRAIN", "brain foo", "CTA", "XR"]
)
def test_what_is_no_region_is_none(text):
    assert regions_of(text) == ()
