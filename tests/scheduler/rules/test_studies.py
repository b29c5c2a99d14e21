"""Which regions a study shows, and which studies fit a rule."""

import pytest

from spine_vigil.scheduler.errors import RuleError, UnknownName, ValueProblem
from spine_vigil.scheduler.rules.studies import (
    ATOMIC_REGIONS,
    NAMED_MODALITIES,
    Modality,
    Place,
    Study,
    StudyPattern,
    parse_modality,
    parse_regions,
    parse_site,
    regions_text,
    study,
)

CT, MRI, PET_CT = Modality.CT, Modality.MRI, Modality.PET_CT
FITS = [
    # modality, region, rule's places, primary site, fits, why
    (MRI, "cervical_spine", "total_spine", None, True, "a part of the total spine"),
    (MRI, "total_spine", "cervical_spine", None, True, "the total spine holds its part"),
    (MRI, "whole_body", "pituitary", None, True, "a whole body holds every region"),
    (MRI, "pelvis", "rectum", None, True, "a pelvis shows the rectum"),
    (MRI, "pelvis", "sacrum", None, True, "and the sacrum"),
    (MRI, "brain", "pituitary", None, True, "a brain shows the pituitary"),
    (MRI, "rectum", "pelvis", None, False, "what a study shows besides widens the study, never the rule"),
    (MRI, "sacrum", "pelvis", None, False, "likewise"),
    (MRI, "pituitary", "brain", None, False, "likewise"),
    (MRI, "abdomen", ("abdomen", "pelvis"), None, True, "one of the regions is enough"),
    (MRI, "chest|pelvis", ("abdomen", "pelvis"), None, True, "one of its regions is enough"),
    (MRI, "chest", ("abdomen", "pelvis"), None, False, "none is shared"),
    (CT, "brain", "brain", None, False, "another modality"),
    (MRI, "sacrum", Place.PRIMARY_SITE, "sacrum", True, "the patient's own site"),
    (MRI, "pelvis", Place.PRIMARY_SITE, "sacrum", True, "a pelvis shows a tumor of the sacrum"),
    (MRI, "sacrum", Place.PRIMARY_SITE, "pelvis", False, "a sacrum does not show a tumor of the pelvis"),
    (MRI, "chest", Place.PRIMARY_SITE, "sacrum", False, "another site"),
    (MRI, "sacrum", Place.PRIMARY_SITE, None, False, "an unknown site fits no part of the body"),
    (MRI, "whole_body", Place.PRIMARY_SITE, None, True, "a whole body shows it wherever it is"),
    (MRI, "thoracic_spine", Place.SPINAL_PRIMARY_SITE, "thoracic_spine", True, "a site in the spine"),
    (MRI, "thoracic_spine", Place.SPINAL_PRIMARY_SITE, "total_spine", True, "a site in the spine"),
    (MRI, "sacrum", Place.SPINAL_PRIMARY_SITE, "sacrum", False, "the sacrum is not of the spine here"),
    (MRI, "brain", Place.SPINAL_PRIMARY_SITE, "brain", False, "a site outside the spine"),
    (MRI, "whole_body", Place.SPINAL_PRIMARY_SITE, None, False, "an unknown site may be outside the spine"),
    (MRI, "heart", Place.ANYWHERE, None, True, "any region"),
]


@pytest.mark.parametrize(("modality", "region", "places", "site", "fits", "why"), FITS, ids=str)
def test_a_study_fits_a_rule_where_they_share_a_region(modality, region, places, site, fits, why):
    asked = Study(modality, parse_regions(region))
    pattern = study(MRI, at=places)
    assert bool(pattern.shared_regions(asked, None if site is None else parse_site(site))) is fits, why


@pytest.mark.parametrize(
    ("modality", "region", "places", "site", "may_fit"),
    [
        (MRI, "sacrum", (Place.PRIMARY_SITE,), None, True),
        (MRI, "sacrum", (Place.PRIMARY_SITE,), "chest", False),
        (CT, "sacrum", (Place.PRIMARY_SITE,), None, False),
        (MRI, "lumbar_spine", ("brain", Place.SPINAL_PRIMARY_SITE), None, True),
        (MRI, "sacrum", ("brain", Place.SPINAL_PRIMARY_SITE), None, False),
        (MRI, "chest", ("brain",), None, False),
    ],
)
def test_whether_an_unknown_site_could_make_it_fit(modality, region, places, site, may_fit):
    asked = Study(modality, parse_regions(region))
    assert study(MRI, at=places).may_fit(asked, None if site is None else parse_site(site)) is may_fit


def test_a_rule_without_modalities_accepts_every_one():
    assert all(study(at=Place.ANYWHERE).accepts(modality) for modality in NAMED_MODALITIES)
    assert not study(at=Place.ANYWHERE).accepts(Modality.OTHER)
    assert [m for m in Modality if study(CT, PET_CT, at="chest").accepts(m)] == [CT, PET_CT]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("cervical_spine", "cervical_spine"),
        (" Cervical_Spine | BRAIN ", "brain|cervical_spine"),
        ("lumbar_spine|thoracic_spine|cervical_spine", "total_spine"),
        ("total_spine|brain", "brain|total_spine"),
        ("brain|brain", "brain"),
        ("|".join(ATOMIC_REGIONS), "whole_body"),
        ("whole_body|chest", "whole_body"),
    ],
)
def test_regions_are_sets(text, written):
    assert regions_text(parse_regions(text)) == written


def test_there_are_fifteen_atomic_regions():
    assert len(ATOMIC_REGIONS) == 15


@pytest.mark.parametrize(
    ("read", "text", "message"),
    [
        (parse_modality, "MRT", "unknown modality 'MRT'; did you mean 'MRI'?"),
        (parse_modality, "PET", "unknown modality 'PET'; did you mean 'PET/CT' or 'PET/MRI'?"),
        (parse_regions, "C-spine", "unknown region 'C-spine'; did you mean 'cervical_spine'?"),
        (parse_site, "head", "unknown primary site 'head'; did you mean 'brain'?"),
        (parse_modality, "PET-CT", "unknown modality 'PET-CT'; did you mean 'PET/CT'?"),
        (
            parse_modality,
            "fluoroscopy",
            "unknown modality 'fluoroscopy'; known are MRI, CT, PET/CT, PET/MRI, SPECT, SPECT/CT, ECHO",
        ),
        (parse_regions, "brain|cervical spine", "unknown region 'cervical spine'; did you mean 'cervical_spine'?"),
        (parse_site, "sacrun", "unknown primary site 'sacrun'; did you mean 'sacrum'?"),
        (parse_site, "brain|neck", "unknown primary site 'brain|neck'; did you mean 'brain' or 'neck'?"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(read, text, message):
    with pytest.raises(UnknownName) as told:
        read(text)
    assert str(told.value) == message


@pytest.mark.parametrize("text", ["brain|", "|brain", "brain||neck"])
def test_an_empty_part_of_a_region_is_refused(text):
    with pytest.raises(ValueProblem, match=r"has an empty part; join regions by a single \|$"):
        parse_regions(text)


def test_modalities_are_read_in_any_case():
    assert [parse_modality(text) for text in ("mri", " Pet/Ct ", "ECHO")] == [MRI, PET_CT, Modality.ECHO]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: StudyPattern(frozenset(), ("brain",)), "a study pattern needs at least one modality"),
        (lambda: StudyPattern(None, ()), "a study pattern needs at least one region"),
    ],
)
def test_a_pattern_that_fits_nothing_is_refused(build, message):
    with pytest.raises(RuleError, match=message):
        build()


def test_a_pattern_names_known_regions_only():
    with pytest.raises(UnknownName, match=r"^unknown region 'abdomem'; did you mean 'abdomen'\?$"):
        study(CT, at=("chest", "abdomem"))
