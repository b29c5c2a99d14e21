"""All problems of a command line are told at once, one line each, in the order in which they stand there."""

from __future__ import annotations

from support.checks import CERVICAL, Run


def told(err: str) -> list[str]:
    """Return the option or the value that each line is about."""
    return [line.removeprefix("vigil: ").partition(": ")[0] for line in err.splitlines()]


def test_all_problems_are_told_in_the_order_of_the_command_line(check: Run) -> None:
    outcome = check(
        "--fact", "high_grade=maybe", "--index", "surgry=2022-01-01", "--study", "MRX knee", "--date", "2026-4-5",
        "--protocol", "bone.osteosarkoma", "--fact", "hi_grade=true", "--prior", "2022-01-01 MRI brian",
        "--index", "treatment_end=today", "--primary-site=nowhere", "--prior", "2022-01-01", "--prior", "then",
    )  # fmt: skip
    assert (outcome.exit_code, outcome.out) == (2, "")
    assert told(outcome.err) == [
        "--fact high_grade",
        "--index",
        "--study",
        "--date",
        "--protocol",
        "--fact",
        '--prior "2022-01-01 MRI brian"',
        "--index treatment_end",
        "--primary-site",
        '--prior "then"',
    ]


def test_what_an_option_cannot_take_is_told_beside_what_its_values_say(check: Run) -> None:
    outcome = check(
        "--grace-days", "-1", "--study", "MRX knee", "--date", "2026-04-15", "--date", "2026-04-16",
        "--reading", "bone.chordoma/chest=monthly", "--status", "done",
    )  # fmt: skip
    assert (outcome.exit_code, outcome.out) == (2, "")
    lines = outcome.err.splitlines()
    assert [line[:45] for line in lines] == [
        "vigil: Invalid value for '--grace-days': -1 i",
        "vigil: --study: unknown modality 'MRX'; known",
        "vigil: --date is given twice; give it once",
        "vigil: bone.chordoma/chest has no reading 'mo",
        "vigil: Invalid value for '--status': 'done' i",
    ]


def test_an_empty_date_is_told_beside_another_problem(check: Run) -> None:
    outcome = check("--date", "", "--study", " ")
    assert (outcome.exit_code, outcome.out) == (2, "")
    assert told(outcome.err) == ["--date", "--study"]


def test_missing_options_stand_last(check: Run) -> None:
    outcome = check("--protocol", "nothing")
    assert (outcome.exit_code, outcome.out) == (2, "")
    assert [line[:44] for line in outcome.err.splitlines()] == [
        "vigil: --protocol: unknown protocol 'nothing",
        "vigil: Missing option '--study'. 'vigil chec",
        "vigil: Missing option '--date'. 'vigil check",
    ]


def test_a_missing_option_is_no_decision_in_json_either(check: Run) -> None:
    outcome = check("--date", "2026-04-15", "--format", "json")
    assert (outcome.exit_code, outcome.out) == (2, "")
    assert outcome.err == "vigil: Missing option '--study'. 'vigil check --ask' asks for what is missing.\n"


def test_values_that_cannot_be_read_are_one_invalid_decision_in_json(check: Run) -> None:
    found = check(*CERVICAL, "--date", "soon", "--fact", "fever=hot", "--format", "json")
    assert (found.exit_code, found.err) == (2, "")
    assert (found.object["decision"], found.object["reason"]) == ("invalid", "bad_row")
    assert found.object["explanation"] == (
        "--date: 'soon' is not a date; write YYYY-MM-DD, and a day that exists."
        " --fact fever: 'hot' is neither true nor false; write true, false, or nothing where it is unknown"
    )


def test_a_fact_that_cannot_be_read_and_is_given_again_is_told_twice(check: Run) -> None:
    outcome = check(*CERVICAL, "--date", "2026-04-15", "--fact", "fever=hot", "--fact", "fever=no")
    assert outcome.err.splitlines() == [
        "vigil: --fact fever: 'hot' is neither true nor false; write true, false, or nothing where it is unknown",
        "vigil: --fact fever is given twice; give each fact once",
    ]


def test_coming_windows_tell_all_problems_too(vigil: Run) -> None:
    outcome = vigil(
        "windows", "--as-of", "soon", "--protocol", "bone.osteosarkoma", "--index", "surgry=2022-01-01",
        "--months", "-2", "--primary-site", "nowhere", "--fact", "fever", "--prior", "2022-01-01 MRI",
    )  # fmt: skip
    assert (outcome.exit_code, outcome.out) == (2, "")
    assert told(outcome.err) == [
        "Invalid value for '--as-of'",
        "--protocol",
        "--index",
        "Invalid value for '--months'",
        "--primary-site",
        "--fact",
        '--prior "2022-01-01 MRI"',
    ]
