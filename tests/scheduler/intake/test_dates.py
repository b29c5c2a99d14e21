"""Dates as foreign files write them: formats, times, two-digit years, serial numbers, universal time."""

import re
from datetime import date, datetime
from itertools import product

import pytest

from spine_vigil.scheduler.errors import ValueProblem
from spine_vigil.scheduler.intake.dates import check_date_format, date_parser, is_iso_day, other_order
from spine_vigil.scheduler.intake.forms import EXCEL, DateForms

US, GERMAN = DateForms(("%m/%d/%Y",)), DateForms(("%d.%m.%Y",))
CLAIMS = DateForms(("%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d", "%d-%b-%Y", EXCEL), until=2036)
READ = [
    (US, "04/15/2026", date(2026, 4, 15), "as the format says"),
    (US, "4/5/2026", date(2026, 4, 5), "without leading zeros"),
    (US, "04/15/2026 00:00", date(2026, 4, 15), "with midnight"),
    (US, "04/15/2026 23:59:59", date(2026, 4, 15), "the civil day as written, whatever the time"),
    (US, "04/15/2026 9:30 PM", date(2026, 4, 15), "in halves of the day"),
    (US, "04/15/2026, 9:30 a.m.", date(2026, 4, 15), "with a comma"),
    (US, "12/31/9999", None, "a date by which databases mean none"),
    (US, "01/01/1900", None, "another one"),
    (US, "+002026-04-15", date(2026, 4, 15), "a typed date that came as text"),
    (GERMAN, "15.04.2026", date(2026, 4, 15), "day first"),
    (GERMAN, "15.4.2026 08.30", date(2026, 4, 15), "a time with points"),
    (DateForms(("%d. %B %Y",)), "15. März 2026", date(2026, 3, 15), "a German month"),
    (DateForms(("%d %b %Y",)), "15 Dez 2026", date(2026, 12, 15), "a short German month"),
    (DateForms(("%d-%b-%Y",)), "15-APR-2026", date(2026, 4, 15), "an English month, in capitals"),
    (DateForms(("%Y-%m-%d",)), "2026-04-15T09:30:00-05:00", date(2026, 4, 15), "an offset: the day that stands there"),
    (DateForms(("%Y-%m-%d",)), "2026-04-15T23:30:00+0900", date(2026, 4, 15), "an offset without colon"),
    (DateForms(("%Y%m%d%H%M%S",)), "20260415093000", date(2026, 4, 15), "a format with a time of its own"),
    (CLAIMS, "2026-04-15", date(2026, 4, 15), "a later format"),
    (CLAIMS, "46127", date(2026, 4, 15), "days since 1899-12-30"),
    (CLAIMS, "46127.75", date(2026, 4, 15), "with a time as a fraction"),
    (CLAIMS, "04/15/36", date(2036, 4, 15), "two digits: the last year"),
    (CLAIMS, "04/15/37", date(1937, 4, 15), "two digits: the year after it is the century before"),
    (DateForms(("%m/%d/%y",), until=2026), "02/29/24", date(2024, 2, 29), "a leap day"),
]


@pytest.mark.parametrize(("forms", "text", "day", "why"), READ)
def test_a_date_is_read_as_its_file_writes_it(forms, text, day, why):
    assert date_parser(forms)(text) == day, why


REFUSED = [
    (US, "15/04/2026", "write the format %m/%d/%Y", "a thirteenth month and more"),
    (US, "02/30/2026", "write the format %m/%d/%Y", "no such day"),
    (US, "2026-04-15", "write the format %m/%d/%Y", "another form, which nobody confirmed"),
    (US, "04/15/0204", "lies outside 1900 to 2199", "a slip in the year"),
    (US, "04/15/2026 late", "write the format", "no time"),
    (US, "+002026-02-30", "is not a date", "a typed date that no calendar has"),
    (CLAIMS, "soon", "one of the formats %m/%d/%Y, %m/%d/%y, %Y-%m-%d, %d-%b-%Y, a spreadsheet's number", "a word"),
    (DateForms(("%Y-%m-%d",)), "2026-04-15T23:30:00Z", "give the time zone of the site", "universal time"),
    (DateForms((EXCEL,)), "9999999", "is not a date", "more days than there are"),
]


@pytest.mark.parametrize(("forms", "text", "said", "why"), REFUSED)
def test_what_is_no_date_is_refused_with_the_way_to_write_it(forms, text, said, why):
    with pytest.raises(ValueProblem) as problem:
        date_parser(forms)(text)
    assert said in str(problem.value), why


@pytest.mark.parametrize(
    ("text", "day", "why"),
    [
        ("2026-04-15T03:59:00Z", date(2026, 4, 14), "before midnight in New York"),
        ("2026-04-15T04:00:00Z", date(2026, 4, 15), "midnight in New York"),
        ("2026-01-15T04:59:00Z", date(2026, 1, 14), "an hour later in winter"),
        ("2026-01-15 05:00 UTC", date(2026, 1, 15), "another name of universal time"),
        ("2026-01-15T04:00:00-05:00", date(2026, 1, 15), "an offset needs no zone"),
    ],
)
def test_universal_time_is_the_day_of_the_time_zone(text, day, why):
    assert date_parser(DateForms(("%Y-%m-%d",), timezone="America/New_York"))(text) == day, why


@pytest.mark.parametrize(
    ("text", "day", "why"),
    [
        ("03/30/41", date(1941, 3, 30), "nobody is born in the future"),
        ("11/30/26", date(2026, 11, 30), "born today"),
        ("12/01/26", date(1926, 12, 1), "tomorrow: a hundred years ago"),
        ("03/30/71", date(1971, 3, 30), "the century before"),
        ("02/29/27", None, "no year with these digits has such a day"),
    ],
)
def test_two_digits_of_a_birth_are_the_latest_year_that_is_not_in_the_future(text, day, why):
    read = date_parser(DateForms(("%m/%d/%y",), until=2036), births_until=date(2026, 11, 30))
    if day:
        assert read(text) == day, why
    else:
        with pytest.raises(ValueProblem, match="is not a date"):
            read(text)


@pytest.mark.parametrize(
    ("text", "is_read", "why"),
    [
        ("2026-04-15", True, "ISO"),
        ("2026-04-15 00:00:00", True, "midnight, as databases write days"),
        ("2026-04-15T00:00", True, "without seconds"),
        ("2026-04-15 00:00:00.000", True, "with fractions"),
        ("2026-04-15 00:00:01", False, "a time of the day needs a profile"),
        ("2026-04-15 09:30", False, "likewise"),
        ("20260415", False, "another form of ISO"),
    ],
)
def test_without_a_profile_a_date_is_iso_and_only_midnight_may_follow(text, is_read, why):
    if is_read:
        assert date_parser(None)(text) == date(2026, 4, 15), why
    else:
        with pytest.raises(ValueProblem, match="write YYYY-MM-DD"):
            date_parser(None)(text)


def test_a_hint_follows_where_a_text_is_no_date_and_only_there():
    read = date_parser(None, hint=", or say so")
    with pytest.raises(ValueProblem, match=r"and a day that exists, or say so$"):
        read("15.04.2026")
    with pytest.raises(ValueProblem, match=r"check the year$"):
        read("0204-01-01")


def test_texts_of_a_profile_that_mean_none_are_no_dates():
    assert date_parser(DateForms(("%m/%d/%Y",), none=frozenset({"00/00/0000"})))("00/00/0000") is None


@pytest.mark.parametrize("date_format", ["%d.%m.%Y", "%m/%d/%y", "%Y%m%d", EXCEL, None])
def test_a_format_that_holds_a_whole_date_is_taken(date_format):
    check_date_format(date_format)


@pytest.mark.parametrize("date_format", ["%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y%m%d", "%d%m%Y", "%d-%b-%Y"])
def test_dates_are_read_as_strptime_reads_them(date_format):
    parts = ("1", "01", "12", "13", "29", "30", "31", "00", "2024", "2023", "0204", "\u0661\u0662")
    texts = {sign.join(chosen) for chosen in product(parts, repeat=3) for sign in ("/", ".", "-", "")}
    for text in sorted(texts):
        try:
            expected = datetime.strptime(text, date_format).date()
        except ValueError:
            expected = None
        if not set(date_format) & set("/.-") and not re.fullmatch("[0-9]{8}", text):
            expected = None  # fewer digits can be divided in several ways
        try:
            found = date_parser(DateForms((date_format,)))(text)
        except ValueProblem as problem:
            found = expected if "lies outside 1900 to 2199" in str(problem) else None
        assert found == expected, text


@pytest.mark.parametrize(
    ("text", "is_day", "why"),
    [
        ("2000-01-01", True, "a day"),
        ("9999-12-31", False, "a date by which databases mean none"),
        ("2000-02-30", False, "no day of a calendar"),
        ("01/01/2000", False, "another form"),
        ("n/a", False, "a word"),
    ],
)
def test_an_iso_day_is_told_from_other_texts(text, is_day, why):
    assert is_iso_day(text) is is_day, why


@pytest.mark.parametrize(
    ("date_format", "other"),
    [
        ("%m/%d/%Y", "%d/%m/%Y"), ("%d/%m/%Y", "%m/%d/%Y"), ("%m-%d-%y", "%d-%m-%y"), ("%Y-%m-%d", "%Y-%d-%m"),
        ("%d-%b-%Y", "%m-%b-%Y"), (EXCEL, EXCEL),
    ],
)  # fmt: skip
def test_a_format_has_another_with_day_and_month_in_the_other_order(date_format, other):
    assert other_order(date_format) == other


@pytest.mark.parametrize("text", ["202611", "2026111", "20261111 "])
def test_a_date_of_digits_alone_needs_all_of_them(text):
    with pytest.raises(ValueProblem):
        date_parser(DateForms(("%Y%m%d",)))(text)
