"""What `vigil check` suggests where a study or a protocol is not known: never another region, grade or opposite."""

import pytest

STUDIES = [
    # study, what is said
    ("MRI cervikal_spine", "unknown region 'cervikal_spine'; did you mean 'cervical_spine'?"),
    ("MRI pituitry", "unknown region 'pituitry'; did you mean 'pituitary'?"),
    ("PET chest", "unknown modality 'PET'; did you mean 'PET/CT' or 'PET/MRI'?"),
    ("CTA chest", "unknown modality 'CTA'; known are MRI, CT, PET/CT, PET/MRI, SPECT, SPECT/CT, ECHO"),
    ("72191", "unknown CPT code '72191'; give modality and region instead"),
    ("72198", "unknown CPT code '72198'; give modality and region instead"),
    ("70543", "unknown CPT code '70543'; give modality and region instead"),
    ("71275", "unknown CPT code '71275'; give modality and region instead"),
]


@pytest.mark.parametrize(("study", "said"), STUDIES)
def test_a_study(check, study, said):
    code, out, err = check("--study", study, "--date", "2026-04-15")
    assert (code, out, err) == (2, "", f"vigil: --study: {said}\n")


WAYS = " ('vigil protocols list' names them all, 'vigil protocols search' finds them by other words)"
NET3 = "neuroendocrine.grade3.favorable"
PROTOCOLS = [
    # protocol, what is suggested
    ("cns.astrocytoma.grade4.surgery", "; did you mean 'cns.astrocytoma.grade4'?"),
    (NET3, f"; did you mean '{NET3}.resectable' or '{NET3}.unresectable'?"),
    ("neuroendocrine.grade1_2_resected", ""),
    ("cns.lymphoma", "; did you mean 'cns.primary_cns_lymphoma'?"),
]


@pytest.mark.parametrize(("protocol", "suggested"), PROTOCOLS)
def test_a_protocol(check, protocol, suggested):
    code, out, err = check("--study", "72156", "--date", "2026-04-15", "--protocol", protocol)
    assert (code, out) == (2, "")
    assert err == f"vigil: --protocol: unknown protocol '{protocol}'{suggested}{WAYS}\n"


def test_a_code_in_place_of_a_protocol(check):
    err = check("--study", "72156", "--date", "2026-04-15", "--protocol", "72156")[2]
    assert err == f"vigil: --protocol: '72156' is a billing code, no protocol; give it as the study{WAYS}\n"
