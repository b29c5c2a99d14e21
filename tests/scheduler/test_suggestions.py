"""Suggestions for an unknown name: by words, by other names, by spelling, and never another thing than was meant."""

import subprocess
import sys

import pytest
from support.paths import ROOT

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.errors import UnknownName, nearest
from spine_vigil.scheduler.rules.studies import REGIONS, Modality
from spine_vigil.scheduler.rules.study_names import STUDY_NAMES
from spine_vigil.scheduler.suggestions import suggestions

MEN1 = [f"neuroendocrine.men1{part}" for part in ("", ".pancreas", ".parathyroid", ".pituitary", ".lung_thymus")]
PROTOCOLS = [
    # what is asked for, what is suggested, why
    ("bone.osteosarkoma", ["bone.osteosarcoma"], "a slip"),
    ("cns.meningeoma", ["cns.meningioma"], "another spelling"),
    ("brain_metastasis", ["cns.brain_metastases"], "one of several, and no other brain"),
    ("cns.lymphoma", ["cns.primary_cns_lymphoma"], "the name that contains the word, not the nearest spelling"),
    ("cns.brain", ["cns.brain_metastases"], "likewise"),
    ("men1", MEN1, "all that contain the word, the syndrome as a whole first"),
    ("MEN 1", MEN1, "as people write it"),
    ("neuroendocrine.hereditary.men1", MEN1, "in the wrong folder, and not MEN 2"),
    ("neuroendocrine.men2", ["neuroendocrine.hereditary.men2"], "MEN 2, and not MEN 1"),
    ("neuroendocrine.men3", [], "a digit is never corrected"),
    ("NF1", ["neuroendocrine.hereditary.neurofibromatosis_1"], "an abbreviation with a digit"),
    ("NF2", [], "another syndrome"),
    ("GBM", ["cns.glioblastoma"], "an abbreviation"),
    ("recurrent GBM", ["cns.glioblastoma"], "an abbreviation with a word that no name has"),
    ("CUP", ["occult_primary"], "an abbreviation of nothing that the name contains"),
    ("cns.osteosarcoma", ["bone.osteosarcoma"], "the tumor itself, in the wrong folder"),
    (
        "metastases",
        ["cns.brain_metastases", "cns.leptomeningeal_metastases", "cns.vertebral_metastases"],
        "several, since nothing says which",
    ),
    ("cns.astrocytoma.grade4.surgery", ["cns.astrocytoma.grade4"], "the same grade, and not grade 3"),
    (
        "cns.astrocytoma.grade2",
        [
            "cns.astrocytoma.grade2.surgery",
            "cns.astrocytoma.grade2.rt_and_chemo",
            "cns.astrocytoma.grade2.rt_or_chemo",
            "cns.astrocytoma.recurrent",
        ],
        "every part of the grade, and not grade 4",
    ),
    ("cns.astrocytoma.grade1", [], "a grade that no protocol has"),
    ("cns.oligodendroglioma.grade3.surgery", [], "grade 2 alone has surgery alone"),
    (
        "cns.astrocytoma.grade2.chemo",
        ["cns.astrocytoma.grade2.rt_and_chemo", "cns.astrocytoma.grade2.rt_or_chemo"],
        "both, since nothing says which",
    ),
    ("cns.astrocytoma.grade2.rt_plus_chemo", [], "and is not or"),
    ("cns.astrocytoma.grade2.rt_and_chem", ["cns.astrocytoma.grade2.rt_and_chemo"], "and stays and"),
    ("cns.astrocytoma.grade3.rt_or_chem", ["cns.astrocytoma.grade3.rt_or_chemo"], "or stays or"),
    ("neuroendocrine.grade1_2_resected", [], "not resected is the opposite"),
    ("neuroendocrine.pancreas_unresected", [], "likewise, the other way round"),
    ("neuroendocrine.pheochromocytoma.resectable", [], "neither resected nor unresectable"),
    ("not resected", ["neuroendocrine.grade1_2_unresected"], "a title that says so"),
    ("unresected", ["neuroendocrine.grade1_2_unresected"], "a word with its un-"),
    (
        "neuroendocrine.grade3.resctable",
        ["neuroendocrine.grade3.favorable.resectable", "neuroendocrine.grade3.locoregional"],
        "a slip in a word that has an opposite",
    ),
    ("neuroendocrine.grade3.unresctable", ["neuroendocrine.grade3.favorable.unresectable"], "and in the opposite"),
    ("neuroendocrine.grade3.unfavourable", ["neuroendocrine.grade3.unfavorable"], "the British spelling"),
    ("neuroendocrine.grade3.locoregional_unresectable", [], "the protocol is of what can be resected"),
    ("bone.chondrosarcoma.typical", [], "atypical is the opposite"),
    ("bone.chondrosarcoma.atipical", ["bone.chondrosarcoma.atypical_cartilaginous"], "a slip in it"),
    ("bone.chondrosarcoma.atypical", ["bone.chondrosarcoma.atypical_cartilaginous"], "not the one that is another"),
    ("csn.glioblastoma", ["cns.glioblastoma"], "letters change places in a short word"),
    ("orbital lymphoma", [], "a lymphoma of another place"),
    ("bone.chondroma", [], "a chordoma is another tumor"),
    ("cns.other", [], "other bone cancers are none of the brain"),
    ("neuroendocrine", [], "so many that none is likelier"),
    ("grade3", [], "likewise"),
    ("72156", [], "a code is no protocol"),
    ("", [], "nothing"),
    ("...", [], "no word"),
]


@pytest.mark.parametrize(("asked", "suggested", "why"), PROTOCOLS, ids=[f"{a}: {why}" for a, _, why in PROTOCOLS])
def test_protocols(asked, suggested, why):
    assert suggestions(asked, CURRENT.protocols_by_id, CURRENT.words) == suggested, why


REGIONS_ASKED = [
    ("cspine", ["cervical_spine"], "the nearest spelling is thoracic_spine"),
    ("c-spine", ["cervical_spine"], "as people write it"),
    ("T-spine", ["thoracic_spine"], "likewise"),
    ("LS spine", ["lumbar_spine"], "likewise"),
    ("head", ["brain"], "the nearest spelling is heart"),
    ("hand", ["upper_extremity"], "the nearest spelling is head"),
    ("sella", ["pituitary"], "the nearest spelling is skull"),
    ("skull base", ["skull"], "a part of it"),
    ("cervical", ["cervical_spine"], "a word of it"),
    ("spine", ["cervical_spine", "thoracic_spine", "lumbar_spine", "total_spine", "sacrum"], "every spine there is"),
    ("lumber_spine", ["lumbar_spine"], "a slip"),
    ("cervicalspine", ["cervical_spine"], "a mark left out"),
    ("brain|neck", ["brain", "neck"], "two where one is asked for"),
    ("upper_spine", [], "an upper extremity is no spine"),
    ("face", [], "no region of this guideline"),
    ("nose", [], "no neck"),
]


@pytest.mark.parametrize(("asked", "suggested", "why"), REGIONS_ASKED, ids=[asked for asked, *_ in REGIONS_ASKED])
def test_regions(asked, suggested, why):
    assert suggestions(asked, REGIONS, STUDY_NAMES) == suggested, why


MODALITIES_ASKED = [
    ("PET", ["PET/CT", "PET/MRI"], "the nearest spelling is SPECT"),
    ("pet ct", ["PET/CT"], "other marks"),
    ("CT/PET", ["PET/CT"], "the other way round"),
    ("MRT", ["MRI"], "German"),
    ("MR", ["MRI"], "as DICOM has it"),
    ("CT scan", ["CT"], "with a word that says nothing"),
    ("echocardiogram", ["ECHO"], "in full"),
    ("CTA", [], "an angiography is another study"),
    ("MRA", [], "likewise"),
    ("ultrasound", [], "no modality of this guideline"),
]


@pytest.mark.parametrize(("asked", "suggested", "why"), MODALITIES_ASKED, ids=[asked for asked, *_ in MODALITIES_ASKED])
def test_modalities(asked, suggested, why):
    assert suggestions(asked, [modality.value for modality in Modality], STUDY_NAMES) == suggested, why


OTHERS = [
    # what is asked for, known names, what is suggested, why
    ("not performed", ["performed", "scheduled"], [], "a study that was not performed is the opposite"),
    ("unperformed", ["performed", "scheduled"], [], "likewise"),
    ("canceled", ["performed", "cancelled"], ["cancelled"], "American"),
    ("radiation", ["radiation_start", "radiation_end"], ["radiation_end", "radiation_start"], "start or end"),
    ("radiation_strt", ["radiation_start", "radiation_end"], ["radiation_start"], "a slip"),
    ("last", ["latest", "earliest"], [], "first and last are opposites"),
    ("hypointense", ["hyperintense"], [], "so are these"),
    ("bone.chordoma/chst", ["bone.chordoma/chest", "bone.chordoma/primary_site"], ["bone.chordoma/chest"], "a route"),
]


@pytest.mark.parametrize(("asked", "known", "suggested", "why"), OTHERS, ids=[asked for asked, *_ in OTHERS])
def test_other_names(asked, known, suggested, why):
    assert sorted(suggestions(asked, known)) == suggested, why


FACTS = [
    ("high_garde", ["high_grade"], "a slip"),
    ("pacemaker", ["implanted_device"], "a word of its meaning"),
    ("no_trauma", [], "the opposite"),
    ("fever_absent", [], "likewise"),
    ("low_grade", [], "likewise"),
    ("ct_positive", [], "likewise"),
    ("neck_pain_old", ["neck_pain"], "less than was said, and not neck_pain_new"),
]


@pytest.mark.parametrize(("asked", "suggested", "why"), FACTS, ids=[asked for asked, *_ in FACTS])
def test_facts(asked, suggested, why):
    assert suggestions(asked, CURRENT.facts_by_name, CURRENT.words) == suggested, why


def test_at_most_six_names_are_suggested():
    names = [f"part_{letter}" for letter in "abcdefg"]
    assert suggestions("part", names[:6]) == names[:6]
    assert suggestions("part", names) == []


@pytest.mark.parametrize(
    ("known", "message"),
    [
        (["brain_a"], "unknown region 'brain'; did you mean 'brain_a'?"),
        (["brain_a", "brain_b"], "unknown region 'brain'; did you mean 'brain_a' or 'brain_b'?"),
        (["brain_a", "brain_b", "brain_c"], "unknown region 'brain'; did you mean 'brain_a', 'brain_b' or 'brain_c'?"),
        (["neck", "chest"], "unknown region 'brain'; known are neck, chest"),
        ([f"region{number}" for number in range(20)], f"known are {', '.join(f'region{n}' for n in range(20))}"),
        ([f"region{number}" for number in range(21)], "unknown region 'brain'"),
    ],
)
def test_the_message_lists_what_fits_else_all_where_they_are_few(known, message):
    assert str(UnknownName("region", "brain", known)).endswith(message)


NEAREST = [
    # column, known columns, the one that is meant, why
    ("BRIAN", ["cervical_spine", "Brain"], "Brain", "letters change places, in another case"),
    ("patient_idd", ["patient_id", "date"], "patient_id", "a letter too many"),
    ("treatment_end_dates", ["treatment_end_date", "surgery_date"], "treatment_end_date", "one of several words"),
    ("PatNr", ["PatNo"], "PatNo", "another letter"),
    ("birthdate", ["birth_date"], "birth_date", "a mark left out"),
    ("date", ["birth_date", "state"], None, "a column that has the word is another one"),
    ("radiation_end_date", ["radiation_start_date"], None, "the opposite"),
    ("grade_2", ["grade_3"], None, "another digit"),
    ("", ["brain"], None, "nothing"),
    ("brain", [], None, "nothing known"),
]


@pytest.mark.parametrize(("asked", "known", "meant", "why"), NEAREST, ids=[why for *_, why in NEAREST])
def test_the_nearest_name_differs_in_spelling_alone(asked, known, meant, why):
    assert nearest(asked, known) == meant, why


def test_what_suggests_is_loaded_where_a_name_is_unknown_alone():
    request = "check --study 72156 --date 2026-04-15 --protocol {} --index treatment_end=2026-01-15"
    program = (
        "import sys; from spine_vigil.cli.main import main; sys.argv = ['vigil', *'{}'.split()]\n"
        "try: main()\nexcept SystemExit: print([m for m in ('difflib', 'spine_vigil.scheduler.suggestions',"
        " 'spine_vigil.scheduler.rules.study_names') if m in sys.modules])"
    )
    for protocol, loaded in (
        ("bone.osteosarcoma", "[]"),
        ("bone.osteosarkoma", "['difflib', 'spine_vigil.scheduler.suggestions']"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", program.format(request.format(protocol))],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.splitlines()[-1] == loaded
