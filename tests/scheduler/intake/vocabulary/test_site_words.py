"""Primary sites in words, as regions."""

import pytest

from spine_vigil.scheduler.intake.vocabulary.site_words import is_place, site_of, site_within
from spine_vigil.scheduler.rules.studies import REGIONS


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Right lower leg", "lower_extremity"),
        ("Left femur", "lower_extremity"),
        ("Distal radius", "upper_extremity"),
        ("L upper arm", "upper_extremity"),
        ("Brain", "brain"),
        ("Posterior fossa", "brain"),
        ("C-spine", "cervical_spine"),
        ("C7", "cervical_spine"),
        ("Sacrum", "sacrum"),
        ("Pelvis", "pelvis"),
        ("Ilium", "pelvis"),
        ("Ileum", "abdomen"),
        ("Pancreas tail", "abdomen"),
        ("Adrenal", "abdomen"),
        ("rectum", "rectum"),
        ("Lung", "chest"),
        ("clivus", "skull"),
    ],
)
def test_a_place_lies_in_a_region(text, region):
    assert site_of(text) == region


@pytest.mark.parametrize("name", [name for name in REGIONS if name != "whole_body"])
def test_a_region_of_vigil_is_itself(name):
    assert site_of(name) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Spinal cord",
        "Spine",
        "Cervical",
        "Head",
        "clivus/cervical",
        "femur and humerus",
        "left",
        "Unknown",
        "femur foo",
    ],
)
def test_a_place_that_may_lie_in_several_regions_or_none_is_open(text):
    assert site_of(text) is None


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Osteosarcoma of tibia", "lower_extremity"),
        ("Chordoma, clivus", "skull"),
        ("Chordoma, clivus/cervical", None),
        ("Pancreatic NET T2", "abdomen"),
        ("Tumor T2", None),
        ("Glioblastoma", None),
    ],
)
def test_a_diagnosis_names_a_site(text, region):
    assert site_within(text) == region


def test_a_place_is_told_from_another_word():
    assert is_place("Distal radius")
    assert not is_place("glioma")
