"""`vigil check --ask`: questions on standard error, answers from standard input, and the command that needs neither."""

from __future__ import annotations

import shlex

import pytest
from support.checks import CERVICAL, OSTEOSARCOMA, Run

COMMAND = "\nThe same without questions:\n"


def answers(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def questions(err: str) -> list[str]:
    """Return the questions that were asked, without what there was to choose from and how to answer."""
    return [line.partition("?")[0] for line in err.splitlines() if "? [" in line]


INTERVIEWS = [
    # options, answers, the questions, exit code, reason, why
    (
        (),
        ("c-spine MRI", "2026-04-15", "osteosarcoma", "C5", "", "2026-01-15", ""),
        [
            "Which study is requested",
            "For which date",
            "Which cancer or tumor is under surveillance, if any",
            "Where is the primary tumor",
            "What is the date of the end of treatment",
            "What is the date of the end of radiation",
            "When was the last such study done",
        ],
        (0, "on_schedule"),
        "nothing is given",
    ),
    (
        ("--study", "72141", "--date", "2026-04-15", "--protocol", "bone.osteosarcoma", "--primary-site", "C5"),
        ("2025-01-15", "2026-04-01 c-spine MRI", "no", "none"),
        [
            "What is the date of the end of treatment",
            "When was the last such study done",
            "Is it documented that symptoms are new or progressing",
            "Is one of these a reason for the study",
        ],
        (1, "early"),
        "too early, whatever is answered",
    ),
    (
        ("--study", "72141", "--date", "2026-04-15", "--fact", "neck_pain=yes"),
        ("1980-02-03", "2026-02-01", "yes"),
        [
            "What is the date of birth",
            "What is the first day of active conservative care",
            "Is it documented that symptoms persist or worsen after active conservative care",
        ],
        (0, "criteria_met"),
        "the age first, since it settles the questions about children",
    ),
    (
        ("--study", "72141", "--date", "2026-04-15"),
        ("none", "2", "1980-02-03", "", "no", "none"),
        [
            "Which cancer or tumor is under surveillance, if any",
            "Is one of these a reason for the study",
            "What is the date of birth",
            "What is the first day of active conservative care",
            "Is it documented that symptoms worsened during the current course of conservative care",
            "Is one of these a reason for the study",
        ],
        (3, "missing_fact"),
        "a reason, about which something stays unknown",
    ),
    (
        ("--study", "CT chest", "--date", "2026-04-15"),
        ("GBM", "1"),
        ["Which cancer or tumor is under surveillance, if any", "Which of these is it"],
        (4, "other_guideline"),
        "a disease with several candidates",
    ),
]


@pytest.mark.parametrize(
    ("options", "said", "asked", "outcome", "why"), INTERVIEWS, ids=[interview[-1] for interview in INTERVIEWS]
)
def test_the_questions_lead_to_a_decision_and_to_its_command(
    check: Run,
    vigil: Run,
    options: tuple[str, ...],
    said: tuple[str, ...],
    asked: list[str],
    outcome: tuple[int, str],
    why: str,
) -> None:
    found = check("--ask", *options, stdin=answers(*said))
    assert (found.exit_code, questions(found.err)) == (outcome[0], asked), why
    text, _, command = found.out.partition(COMMAND)
    assert command.count("\n") == 1
    again = vigil(*shlex.split(command)[1:])
    assert (again.exit_code, again.out, again.err) == (found.exit_code, text, "")
    assert vigil(*shlex.split(command)[1:], "--format", "json").object["reason"] == outcome[1]


def test_a_complete_request_is_decided_without_a_question(check: Run) -> None:
    request = (*CERVICAL, "--date", "2022-04-15", *OSTEOSARCOMA, "--prior", "2022-01-14")
    found = check("--ask", *request, stdin=b"")
    assert questions(found.err) == []
    assert found.out.partition(COMMAND)[0] == check(*request).out


@pytest.mark.parametrize("end", [answers("stop"), answers("STOP"), b""], ids=["stop", "in any case", "end of input"])
def test_stop_and_the_end_of_input_decide_with_what_is_known(check: Run, end: bytes) -> None:
    request = ("--study", "72141", "--date", "2026-04-15", "--fact", "neck_pain=yes", "--fact", "fever=yes")
    found = check("--ask", *request, stdin=answers("") + end)
    assert questions(found.err)[0] == "What is the date of birth"
    assert (found.exit_code, found.out.partition(COMMAND)[0]) == (3, check(*request).out)


def test_stop_before_study_and_date_leaves_nothing_to_decide(check: Run) -> None:
    found = check("--ask", stdin=answers("CT chest", "stop"))
    assert (found.exit_code, found.out) == (2, "")
    assert found.err.splitlines()[-1] == "vigil: Missing option '--date'. 'vigil check --ask' asks for what is missing."


def test_why_says_what_hangs_on_a_question_and_asks_it_again(check: Run) -> None:
    request = (*CERVICAL, "--date", "2022-02-01", *OSTEOSARCOMA, "--prior", "2022-01-31")
    found = check("--ask", *request, stdin=answers("why", "yes"))
    assert questions(found.err) == ["Is it documented that symptoms are new or progressing"] * 2
    assert [line for line in found.err.splitlines() if line.startswith("  ")] == [
        "  It is asked for by Bone, NET, Occult primary, MRI 5.b.",
        "  If it were yes: within the guideline: supported by new or progressing symptoms.",
        "  If it were no: outside the guideline as encoded: too early.",
        "  As long as it is unknown: outside the guideline as encoded: too early.",
    ]
    assert found.exit_code == 0


WRONG_ANSWERS = [
    # options, a wrong answer, what is said
    ((), "", "a study is needed; 'stop' ends the questions"),
    ((), "MRX knee", "unknown modality 'MRX'; known are MRI, CT, PET/CT, PET/MRI, SPECT, SPECT/CT, ECHO"),
    (("--study", "CT chest"), "soon", "'soon' is not a date; write YYYY-MM-DD, and a day that exists"),
    (
        ("--study", "CT chest", "--birth-date", "2010-05-01"),
        "2009-12-31",
        "the event is before the birth date 2010-05-01; correct one of them.",
    ),
    (
        ("--study", "72141", "--date", "2026-04-15", "--fact", "neck_pain=yes", "--birth-date", "1980-01-01"),
        "2026-02-30",
        "'2026-02-30' is not a date; write YYYY-MM-DD, and a day that exists",
    ),
    (
        ("--study", "72141", "--date", "2026-04-15", "--fact", "myelopathy_suspected=yes"),
        "perhaps",
        "'perhaps' is neither yes nor no; write yes, no, or ? where it is unknown",
    ),
    (
        ("--study", "72141", "--date", "2026-04-15", "--fact", "neck_pain=no"),
        "25",
        "'25' is none of the numbers; choose one, or press Enter for none",
    ),
]


@pytest.mark.parametrize(("options", "answer", "said"), WRONG_ANSWERS)
def test_an_answer_that_cannot_be_read_is_asked_for_again(
    check: Run, options: tuple[str, ...], answer: str, said: str
) -> None:
    found = check("--ask", *options, stdin=answers(answer))
    assert f"  {said}\n" in found.err
    first, second = questions(found.err)
    assert first == second


def test_a_misspelt_disease_is_offered_as_a_choice(check: Run) -> None:
    request = ("--study", "CT chest", "--date", "2026-04-15", "--ask")
    found = check(*request, stdin=answers("osteosarkoma", "1", "stop"))
    assert "   1  osteosarcoma (bone.osteosarcoma)\n" in found.err
    assert "--protocol bone.osteosarcoma" in found.out


def test_with_json_standard_output_is_the_object_alone(check: Run, vigil: Run) -> None:
    request = ("--study", "CT chest", "--date", "2022-04-15", "--protocol", "bone.osteosarcoma", "--format", "json")
    found = check("--ask", *request, stdin=answers("2022-01-15", "", ""))
    command = found.err.partition(COMMAND)[2]
    assert found.object["reason"] == "on_schedule"
    assert vigil(*shlex.split(command)[1:]).object == found.object


def test_grace_readings_and_status_are_part_of_the_command(check: Run) -> None:
    options = (
        "--study", "CT chest", "--date", "2022-04-15", "--protocol", "bone.chordoma", "--grace-days", "0",
        "--reading", "bone.chordoma/chest=six_monthly", "--status", "scheduled",
    )  # fmt: skip
    found = check("--ask", *options, stdin=b"")
    assert found.out.partition(COMMAND)[2] == shlex.join(["vigil", "check", *_in_order(options)]) + "\n"


def _in_order(options: tuple[str, ...]) -> list[str]:
    """Return options as the command writes them: what is asked, then status, grace and readings."""
    pairs = dict(zip(options[::2], options[1::2], strict=True))
    order = ("--study", "--date", "--protocol", "--status", "--grace-days", "--reading")
    return [text for name in order for text in (name, pairs[name])]


def test_answers_that_are_no_text_are_one_message(check: Run) -> None:
    found = check("--ask", stdin=b"\xff\xfe\n")
    assert (found.exit_code, found.out) == (2, "")
    assert "an answer on standard input is not text" in found.err
