"""Billing codes as files write them, and what they bill."""

import pytest

from spine_vigil.scheduler.intake.vocabulary.billing_codes import (
    CodeKind,
    ModifierEffect,
    is_modifier,
    kind_of_code,
    modifier_meaning,
    read_codes,
)

NEITHER = "a part of the cell is neither a billing code nor a modifier"
NOTHING = "the cell holds no billing code"


@pytest.mark.parametrize(
    ("text", "codes", "modifiers"),
    [
        ("72156", "72156", ["", ""]),
        (" 72156 ", "72156", [""]),
        ('"72156"', "72156", [""]),
        ('="72156"', "72156", [""]),
        ("72156.0", "72156", [""]),
        ("72156.00", "72156", [""]),
        ("CPT 72156", "72156", [""]),
        ("CPT72156", "72156", [""]),
        ("CPT-4: 72156", "72156", [""]),
        ("HCPCS:A9552", "A9552", [""]),
        ("a9552", "A9552", [""]),
        ("0649T", "0649T", [""]),
        ("72156-26", "72156", ["26"]),
        ("72156 26", "72156", ["26"]),
        ("72156,26", "72156", ["26"]),
        ("72156TC", "72156", ["TC"]),
        ("72156 TC", "72156", ["TC"]),
        ("72156-lt", "72156", ["LT"]),
        ("7215626", "72156", ["26"]),
        ("72156-26-59", "72156", ["26 59"]),
        ("7215626TC", "72156", ["26 TC"]),
        ("72156,72157", "72156 72157", ["", ""]),
        ("72156;72157-26", "72156 72157", ["", "26"]),
        ("72156 | A9579", "72156 A9579", ["", ""]),
    ],
)
def test_codes_and_modifiers_are_read_in_their_order(text, codes, modifiers):
    cell = read_codes(text)
    assert cell.problem is None
    assert cell.codes == tuple(codes.split())
    assert cell.modifiers == tuple(tuple(each.split()) for each in modifiers[: len(cell.codes)])


@pytest.mark.parametrize(
    ("text", "codes", "problem"),
    [
        ("", (), NOTHING),
        ("CPT ", (), NEITHER),
        ("072156", (), NEITHER),
        ("721560", (), NEITHER),
        ("7215", (), NEITHER),
        ("72156.5", (), NEITHER),
        ("7.2156E+04", (), NEITHER),
        ("26", (), NEITHER),
        ("1234567", (), NEITHER),
        ("B0303ZZ", (), NEITHER),
        ("C40.21", (), NEITHER),
        ("72156-X1", ("72156",), NEITHER),
        ("72156 or 72157", ("72156",), NEITHER),
        ("72156 MRI", ("72156",), NEITHER),
    ],
)
def test_what_is_no_code_is_a_problem_without_the_cell(text, codes, problem):
    cell = read_codes(text)
    assert (cell.codes, cell.problem) == (codes, problem)


def test_every_code_of_a_cell_has_its_own_modifiers():
    cell = read_codes("72156-26, 72157, 72156-TC, 72156-26")
    assert cell.codes == ("72156", "72157", "72156", "72156")
    assert cell.modifiers == (("26",), (), ("TC",), ("26",))


@pytest.mark.parametrize(
    ("code", "effect"),
    [
        ("26", "part"),
        ("tc", "part"),
        ("52", "reduced"),
        ("53", "stopped"),
        ("76", "repeat"),
        ("77", "repeat"),
        ("50", "side"),
        ("RT", "side"),
        ("LT", "side"),
        ("59", "distinct"),
        ("XE", "distinct"),
        ("XP", "distinct"),
        ("XS", "distinct"),
        ("XU", "distinct"),
        ("GA", "coverage"),
        ("GZ", "coverage"),
        ("PI", "strategy"),
        ("PS", "strategy"),
        ("PO", "other"),
    ],
)
def test_a_modifier_says_what_it_means(code, effect):
    meaning = modifier_meaning(code)
    assert is_modifier(code)
    assert meaning.effect is ModifierEffect(effect)
    assert meaning.code == code.upper()
    assert meaning.says


@pytest.mark.parametrize("code", ["", "00", "X1", "OR", "262"])
def test_what_is_no_modifier_has_no_meaning(code):
    assert modifier_meaning(code) is None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("70009", "unknown"),
        ("70010", "imaging"),
        ("70450", "imaging"),
        ("72040", "imaging"),
        ("76140", "not_imaging"),
        ("76376", "not_imaging"),
        ("76499", "imaging"),
        ("76500", "unknown"),
        ("76506", "imaging"),
        ("76942", "not_imaging"),
        ("76999", "imaging"),
        ("77001", "not_imaging"),
        ("77022", "not_imaging"),
        ("77023", "unknown"),
        ("77046", "imaging"),
        ("77067", "imaging"),
        ("77071", "imaging"),
        ("77080", "imaging"),
        ("77261", "not_imaging"),
        ("77263", "not_imaging"),
        ("77799", "not_imaging"),
        ("78012", "not_imaging"),
        ("78013", "imaging"),
        ("78110", "not_imaging"),
        ("78140", "not_imaging"),
        ("78185", "imaging"),
        ("78191", "not_imaging"),
        ("78195", "imaging"),
        ("78306", "imaging"),
        ("78816", "imaging"),
        ("79005", "not_imaging"),
        ("80053", "not_imaging"),
        ("93302", "unknown"),
        ("93303", "imaging"),
        ("93320", "not_imaging"),
        ("93350", "imaging"),
        ("93355", "imaging"),
        ("93356", "not_imaging"),
        ("93880", "imaging"),
        ("93922", "not_imaging"),
        ("99213", "not_imaging"),
        ("00100", "not_imaging"),
        ("20610", "not_imaging"),
        ("36415", "not_imaging"),
        ("0042T", "imaging"),
        ("0043T", "unknown"),
        ("1036F", "not_imaging"),
        ("0001U", "not_imaging"),
        ("A9552", "not_imaging"),
        ("a9579", "not_imaging"),
        ("Q9967", "not_imaging"),
        ("C8900", "imaging"),
        ("C8937", "not_imaging"),
        ("G0008", "not_imaging"),
        ("G0202", "imaging"),
        ("G0297", "imaging"),
        ("G8420", "not_imaging"),
        ("J1100", "not_imaging"),
        ("M5412", "unknown"),
        ("R0070", "not_imaging"),
        ("S8037", "imaging"),
        ("T1015", "not_imaging"),
        ("D0330", "unknown"),
        ("B0303ZZ", "unknown"),
        ("7215", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_code_bills_imaging_or_something_else_or_nobody_knows(code, kind):
    assert kind_of_code(code) is CodeKind(kind)
