"""`vigil due -o list.html`: the page to print, with the lines of each patient together."""

import re
import stat

import pytest
from support.due_lists import ASKED
from support.pages import Page

EDITION = "healthhelp-mri-cspine-2025"
HEADER = "patient_id,protocol,modality,region,date,status,treatment_end_date,primary_site"
ROWS = [
    "<b>P1&</b>,bone.osteosarcoma,,,,,2022-01-31,sacrum",
    "<b>P1&</b>,bone.osteosarcoma,CT,chest,2022-05-02,performed,,",
    "<b>P1&</b>,bone.osteosarcoma,CT,chest,2022-08-30,scheduled,,",
    "P3,cns.leptomeningeal_metastases,,,,,2022-02-28,",
    "P3,cns.leptomeningeal_metastases,MRI,brain,2022-13-02,performed,,",
    "P5,cns.ependymoma,,,,,2022-01-31,",
]


@pytest.fixture
def page(due, events, tmp_path):
    def make(*options):
        exit_code, out, _ = due(events, *ASKED, "-o", tmp_path / "due.html", *options)
        assert (exit_code, out) == (0, "")
        return (tmp_path / "due.html").read_text(encoding="utf-8")

    return make


def test_patients_stand_together_the_most_urgent_first_with_a_summary(page):
    found = Page(page())
    assert [attributes["scope"] for attributes in found.of("th")][6:] == [
        "rowgroup", "row", "row", "rowgroup", "row", "row", "rowgroup", "row",
    ]  # fmt: skip
    assert len(found.of("tbody")) == 3
    texts = [text for text in found.texts if re.match(r"<b>P1|P3|P5|\d stud|no schedule$", text)]
    assert texts == [
        "<b>P1&</b>", "2 studies, 1 overdue, 1 upcoming, next booked 2022-08-30",
        "P3", "2 studies, 2 open",
        "P5", "no schedule", "no schedule",
    ]  # fmt: skip


def test_it_says_of_when_by_what_and_what_it_holds(page):
    found = Page(page("--status", "overdue,open"))
    assert found.texts[:5] == [
        "Due on 2022-05-10",
        "Due on 2022-05-10",
        "1 overdue, 2 open",
        f"Edition {EDITION}, grace a tenth of the interval, 7 to 30 days. Listed: status overdue or open.",
        "This page holds patients' data. Keep it as you keep a record, and shred it when it is done.",
    ]
    assert found.texts[-1].startswith("What is due is counted by this edition")


def test_rows_that_cannot_be_read_ask_to_check_the_record(page):
    assert Page(page()).texts.count("1 row of this patient cannot be read: check the record first") == 1


def test_nothing_of_a_cell_is_markup(page):
    text = page()
    assert "&lt;b&gt;P1&amp;&lt;/b&gt;" in text
    assert "<b>" not in text


def test_it_loads_nothing_and_runs_nothing(page):
    found = Page(page())
    assert {tag for tag, _ in found.elements} & {"script", "link", "img", "iframe", "object", "form"} == set()
    assert [name for _, attributes in found.elements for name in attributes if name in ("src", "href", "style")] == []
    assert [text for text in ("url(", "@import", "http") if text in page()] == []


def test_it_can_be_read_aloud_and_printed(page):
    text = page()
    found = Page(text)
    assert found.of("html") == [{"lang": "en"}]
    assert len(found.of("caption")) == len(found.of("table")) == 1
    assert all(attributes.get("scope") for attributes in found.of("th"))
    boxes = [attributes for attributes in found.of("span") if attributes.get("class") == "box"]
    assert boxes == [{"class": "box", "aria-hidden": "true"}] * 4  # what has no schedule leaves nothing to tick off
    for rule in ("tbody { break-inside: avoid; }", "table-header-group", "counter(page)", "prefers-color-scheme: dark"):
        assert rule in text


def test_changes_are_said_and_what_is_gone_has_a_table_of_its_own(page, due, events, tmp_path):
    due(events, *ASKED, "-o", tmp_path / "before.json")
    gone = events.read_text(encoding="utf-8").replace("P5,cns.ependymoma", "P6,cns.ependymoma")
    events.write_text(gone, encoding="utf-8")
    found = Page(page("--since", tmp_path / "before.json"))
    assert "Changes since the list of 2022-05-10: 1 new, 0 moved, 1 gone, 4 unchanged" in found.texts
    assert len(found.of("caption")) == 2
    last = found.texts[found.texts.index("Gone since the earlier list") :]
    assert last[7:9] == ["P5", "1 line gone"]
    assert [text for text in found.texts if text in ("new", "gone", "moved")] == ["new", "gone"]


def test_pieces_of_any_size_make_the_same_page(page, monkeypatch):
    whole = page()
    monkeypatch.setattr("spine_vigil.scheduler.files.merging.PIECE_ROWS", 1)
    monkeypatch.setattr("spine_vigil.scheduler.files.merging._SLICES_OF_A_PIECE", 1)
    assert page() == whole


def test_a_list_without_lines_is_a_page_too(page):
    found = Page(page("--status", "needs_info"))
    assert "Nothing to list" in found.texts
    assert found.of("table") == []


def test_it_is_its_owners_alone(page, tmp_path):
    page()
    assert stat.S_IMODE((tmp_path / "due.html").stat().st_mode) == 0o600
