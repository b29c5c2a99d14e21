"""The pages of decided cases: made from every case table that names the section and says why."""

import pytest
from decided_cases import decided_cases, page_of
from support.paths import CASES

REQUESTS = """patient_id,modality,date,section,decision,why
P1,CT,2026-01-01,,,
P1,CT,2026-04-01,Bone 1.b.i,within,Three months | to the day
P2,CT,2026-04-01,Bone 10,outside,Too *early*
P3,CT,2026-04-01,,needs_info,No protocol is given
"""
ENDS = """route,section,date,why
bone.first/chest,Bone 1.a,2031-01-30,The day before
"""


@pytest.fixture
def pages(tmp_path):
    (tmp_path / "requests.csv").write_text(REQUESTS, encoding="utf-8")
    (tmp_path / "schedule_ends.csv").write_text(ENDS, encoding="utf-8")
    (tmp_path / "readings.csv").write_text("protocol,section\nbone.first,Bone 3\n", encoding="utf-8")
    (tmp_path / "cpt.csv").write_text("cpt,why\n72141,A code\n", encoding="utf-8")
    return decided_cases(tmp_path)


def test_each_section_has_a_page_in_the_order_of_the_guideline(pages):
    assert list(pages) == ["index.md", "bone-1.md", "bone-10.md"]
    assert pages["index.md"].partition(":maxdepth: 1\n\n")[2] == "bone-1\nbone-10\n```\n"


def test_a_page_has_the_rows_of_each_table_with_why_first_and_no_empty_column(pages):
    assert pages["bone-1.md"].splitlines() == [
        "# Bone 1",
        "",
        "## Requests",
        "",
        "| why | patient_id | modality | date | section | decision |",
        "| --- | --- | --- | --- | --- | --- |",
        "|  | P1 | CT | 2026-01-01 |  |  |",
        r"| Three months \| to the day | P1 | CT | 2026-04-01 | Bone 1.b.i | within |",
        "",
        "## Schedule ends",
        "",
        "| why | route | section | date |",
        "| --- | --- | --- | --- |",
        "| The day before | bone.first/chest | Bone 1.a | 2031-01-30 |",
    ]


def test_what_would_be_read_as_markup_is_shown_as_it_is(pages):
    assert r"Too \*early\*" in pages["bone-10.md"]


@pytest.mark.parametrize(
    ("section", "page"),
    [
        ("Bone 1.b.i", "Bone 1"),
        ("CNS 3.b.i.C note", "CNS 3"),
        ("MRI 12", "MRI 12"),
        ("CNS", "CNS"),
        ("NET footnote 2", "NET footnote 2"),
    ],
)
def test_a_subsection_is_on_the_page_of_its_numbered_section(section, page):
    assert page_of(section) == page


def test_the_committed_tables_give_pages():
    pages = decided_cases(CASES)
    assert {"index.md", "bone-5.md", "cns-2.md", "net-5.md"} <= pages.keys()
    assert "| neuroendocrine.grade3.locoregional |" in pages["net-5.md"].replace("\\_", "_")
