"""How a column seems to write dates: few formats, an order of day and month that a row settles or leaves open."""

import pytest

from spine_vigil.scheduler.intake.proposals.dates import read_dates
from spine_vigil.scheduler.intake.proposals.samples import ColumnSample


def read(*texts):
    lines = dict.fromkeys(texts, "line 2")
    return read_dates(ColumnSample("Exam Dt", len(texts), len(texts), dict.fromkeys(texts, 1), lines))


READ = (
    # texts, formats, those whose order is open, why
    (["2026-04-15"], ("%Y-%m-%d",), (), "ISO"),
    (["2026-04-15 00:00:00", "2026-04-16T09:30"], ("%Y-%m-%d",), (), "with times"),
    (["03/04/2026", "03/25/2026"], ("%m/%d/%Y",), (), "a 25 in one row tells"),
    (["03/04/2026", "25/03/2026"], ("%d/%m/%Y",), (), "a 25 in the other place"),
    (["03/04/2026"], ("%m/%d/%Y",), ("%m/%d/%Y",), "no row tells"),
    (["12/12/2026"], ("%m/%d/%Y",), ("%m/%d/%Y",), "even where both orders mean one day"),
    (["03/12/2026", "03/13/2026"], ("%m/%d/%Y",), (), "13 is no month"),
    (["03/25/2026", "25/03/2026"], ("%m/%d/%Y",), ("%m/%d/%Y",), "both orders in one column"),
    (["25/03/2026", "26/03/2026", "03/25/2026"], ("%d/%m/%Y",), ("%d/%m/%Y",), "both, and one of them more often"),
    (["04/15/26"], ("%m/%d/%y",), (), "two-digit years"),
    (["15.04.2026", "1.4.2026"], ("%d.%m.%Y",), (), "German, with and without zeros"),
    (["15. März 2026"], ("%d. %B %Y",), (), "a German month"),
    (["15-Apr-2026", "16-MAY-2026"], ("%d-%b-%Y",), (), "a named month"),
    (["Apr 15, 2026"], ("%b %d, %Y",), (), "a named month first"),
    (["20260415"], ("%Y%m%d",), (), "without signs"),
    (["46127", "2558"], ("excel",), (), "days of a spreadsheet, the first of 1907"),
    (["2026", "2199"], (), (), "years are no days of a spreadsheet"),
    (
        ["2026-04-15", "04/15/2026", "15-Apr-2026", "46127", "04/15/26"],
        ("%Y-%m-%d", "%m/%d/%Y", "%d-%b-%Y", "excel", "%m/%d/%y"), (), "five forms in one column",
    ),
    (["soon", "P1"], (), (), "no dates"),
    ([], (), (), "no texts"),
)  # fmt: skip


@pytest.mark.parametrize(("texts", "formats", "twins", "why"), READ, ids=[why for *_, why in READ])
def test_the_formats_of_a_column_are_seen(texts, formats, twins, why):
    found = read(*texts)
    assert (found.formats, found.twins) == (formats, twins), why


@pytest.mark.parametrize(
    ("texts", "fraction"),
    [(["2026-04-15", "soon"], 0.5), (["2026-04-15", "n/a"], 1.0), (["2026-02-30"], 0.0), (["00/00/0000"], 0.0)],
)
def test_how_much_can_be_read_is_said(texts, fraction):
    assert read(*texts).fraction == fraction


@pytest.mark.parametrize(
    ("text", "is_universal"),
    [("2026-04-15T23:30:00Z", True), ("2026-04-15 23:30 UTC", True), ("2026-04-15T23:30:00-05:00", False)],
)
def test_stamps_in_universal_time_are_seen(text, is_universal):
    found = read(text)
    assert (found.formats, found.is_universal) == (("%Y-%m-%d",), is_universal)


@pytest.mark.parametrize(
    ("texts", "is_mixed", "fraction"),
    [
        (["03/25/2026", "25/03/2026"], True, 0.5), (["03-25-26", "25-03-26", "03-04-26", "04-25-26"], True, 0.75),
        (["03/04/2026"], False, 1.0), (["03/25/2026", "03/04/2026"], False, 1.0),
        (["03/25/2026", "25.03.2026"], False, 1.0), (["2026-03-25"], False, 1.0),
    ],
)  # fmt: skip
def test_both_orders_of_day_and_month_in_one_column_are_seen(texts, is_mixed, fraction):
    found = read(*texts)
    assert (found.is_mixed, found.fraction) == (is_mixed, fraction)
