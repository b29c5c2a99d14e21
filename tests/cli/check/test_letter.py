"""`vigil check --letter`: the decision as one paragraph to paste, in place of the text or beside the object."""

from __future__ import annotations

from support.checks import CERVICAL, OSTEOSARCOMA, Run

TOO_EARLY = (
    "MRI of the cervical spine on 2026-04-05 is not supported by the guideline as encoded: it is too early. It"
    " was checked against the guideline of HealthHelp, 2025 MRI Cervical Spine, reviewed 2025-05-16; the section"
    " that applies is Bone 5. The study is due every 3 months; counted from the end of treatment on 2026-01-15, it"
    " is due on 2026-04-15 (grace 9 days). 2026-04-05 is 10 days before that. Documented: surveillance of"
    " osteosarcoma; the end of treatment on 2026-01-15; a primary tumor of the cervical spine; an earlier MRI of"
    " the cervical spine, done on 2025-12-01; there is no fever. The study could be supported if it were"
    " documented that symptoms are new or progressing. With what is documented, the study first fits on"
    " 2026-04-15. The guideline is read as follows: Same imaging as at the initial work-up; PET/CT head to toe is"
    " appropriate. This is not a denial: the guideline's list of reasons is not complete, and the guideline does"
    " not replace clinical judgment."
)
REQUEST = (
    *CERVICAL, "--date", "2026-04-05", "--protocol", "bone.osteosarcoma", "--index", "treatment_end=2026-01-15",
    "--primary-site", "cervical_spine", "--prior", "2025-12-01", "--fact", "fever=no", "--birth-date", "1970-05-04",
)  # fmt: skip


def test_a_letter_is_one_paragraph_that_names_no_birth_date(check: Run) -> None:
    outcome = check(*REQUEST, "--letter")
    assert (outcome.exit_code, outcome.out, outcome.err) == (1, TOO_EARLY + "\n", "")
    assert "1970" not in outcome.out


def test_in_json_the_letter_is_the_last_field_and_is_there_only_where_asked_for(check: Run) -> None:
    with_letter, without = check(*REQUEST, "--letter", "--format", "json"), check(*REQUEST, "--format", "json")
    assert list(with_letter.object)[-1] == "letter"
    assert with_letter.object == without.object | {"letter": TOO_EARLY}


def test_a_request_that_cannot_be_read_has_no_letter_but_says_what_is_wrong(check: Run) -> None:
    request = (*CERVICAL, "--date", "2022-04-15", *OSTEOSARCOMA, "--birth-date", "2023-01-01")
    assert check(*request, "--letter") == check(*request)
    assert check(*request, "--letter", "--format", "json").object == check(*request, "--format", "json").object


def test_a_letter_names_what_contradicts_the_decision_under_another_reading(check: Run) -> None:
    request = (
        "--study",
        "CT chest",
        "--date",
        "2026-09-15",
        "--protocol",
        "bone.chordoma",
        "--index",
        "surgery=2026-01-15",
    )
    text, letter = check(*request).words, check(*request, "--letter").out
    assert text.count("Read otherwise (bone.chordoma/chest=") == letter.count("Read otherwise (") > 0
    assert "bone.chordoma" not in letter


def test_the_command_of_an_interview_stands_apart_from_the_letter(check: Run) -> None:
    outcome = check("--ask", *REQUEST, "--fact", "symptoms_new_or_progressing=yes", "--letter", stdin=b"")
    assert outcome.out.count("\n") == 1
    assert outcome.err.endswith(" --letter\n")
