"""What rows need of a cohort's others, by cases worked out by hand, however the rows stand and are taken."""

from functools import partial
from itertools import chain

import pytest
from support import lookbacks

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.history.rows import ADD_ON, BOOKED, PERFORMED
from spine_vigil.scheduler.cohort.tables.rule_tables import RuleTables
from spine_vigil.scheduler.records.fields import MODALITIES
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.studies import REGIONS, Modality
from spine_vigil.scheduler.values import replace

REQUESTED = 0
NONE = -1_000_000
EDITION = replace(
    CURRENT,
    protocols=tuple(
        replace(p, schedules=tuple(replace(s, complements=False) for s in p.schedules)) for p in CURRENT.protocols
    ),
)
"""The edition without rounds of imaging, which have tests of their own."""
TABLES = RuleTables(EDITION, GracePolicy())
SARCOMA = "bone.osteosarcoma"
MRI, CT = MODALITIES.index(Modality.MRI), MODALITIES.index(Modality.CT)


looked_back = partial(lookbacks.looked_back, edition=EDITION)


def row(day, part=REQUESTED, at="cervical_spine", modality=MRI, *, patient=7, protocol=SARCOMA, site="cervical_spine"):
    place = next((n for n, p in enumerate(CURRENT.protocols) if p.id == protocol), None)
    context = {"protocol": place, "modality": modality, "regions": REGIONS[at], "primary_site": REGIONS.get(site)}
    return context | {"patient": patient, "date": day, "part": part}


def references(found):
    """Return the reference day and that by performed studies of each row of a block."""
    return list(zip(found.days.reference.tolist(), found.days.performed_reference.tolist(), strict=True))


def several(found):
    """Return the place, schedule and both reference days of what fits several schedules, or one in several regions."""
    names = [TABLES.routes[place].split("/")[1] for place in found.several.schedule]
    days = found.several.reference.tolist(), found.several.performed_reference.tolist()
    return list(zip(found.several.at.tolist(), names, *days, strict=True))


EARLIER = [
    # other rows, reference day of a request on day 100, that by performed studies alone, why
    ([], NONE, NONE, "there is no other row"),
    ([row(99, PERFORMED)], 99, 99, "the day before"),
    ([row(100, PERFORMED)], NONE, NONE, "studies of a day do not serve each other"),
    ([row(101, PERFORMED)], NONE, NONE, "the day after"),
    ([row(90, PERFORMED), row(80, PERFORMED)], 90, 90, "the latest counts"),
    ([row(90, PERFORMED), row(100, PERFORMED)], 90, 90, "the one before, past that of the day"),
    ([row(99, BOOKED)], 99, NONE, "a booking is no performed study"),
    ([row(99, BOOKED), row(90, PERFORMED)], 99, 90, "a booking after a study"),
    ([row(90, BOOKED), row(99, PERFORMED)], 99, 99, "a study after a booking"),
    ([row(99, BOOKED), row(99, PERFORMED)], 99, 99, "both on one day"),
    ([row(99, ADD_ON)], NONE, NONE, "an add-on is no study of its own"),
    ([row(99)], NONE, NONE, "a request shows nothing"),
    ([row(99, PERFORMED, patient=6), row(99, PERFORMED, patient=8)], NONE, NONE, "studies of others"),
    ([row(99, PERFORMED, "chest", CT)], NONE, NONE, "another region"),
    ([row(-5, PERFORMED)], -5, -5, "before 1970"),
    ([row(99, PERFORMED, protocol=None)], 99, 99, "an earlier row counts whatever protocol it carries"),
    ([row(99, PERFORMED, protocol="bone.chordoma")], 99, 99, "an earlier row counts under another protocol"),
    ([row(99, PERFORMED, site=None)], 99, 99, "history is matched with the primary site of the request"),
    ([row(99, PERFORMED, "total_spine", protocol=None)], 99, 99, "a study that shows the region among others"),
    ([row(99, PERFORMED, "chest", CT, protocol=None)], NONE, NONE, "another region under no protocol"),
    ([row(99, BOOKED, protocol=None), row(90, PERFORMED)], 99, 90, "a booking under no protocol after a study"),
    ([row(100, PERFORMED, protocol=None)], NONE, NONE, "the day itself under no protocol"),
]


@pytest.mark.parametrize(("others", "reference", "performed", "why"), EARLIER, ids=[why for *_, why in EARLIER])
def test_the_latest_study_before_the_day_is_the_reference(others, reference, performed, why):
    request = row(100)
    for rows in ([request, *others], [*others, request], [*others, request, row(70, patient=9)]):
        (found,) = looked_back([rows])
        assert references(found)[rows.index(request)] == (reference, performed), why


SPINE = {"at": "total_spine", "site": "total_spine"}

SEVERAL = [
    # other rows, request on day 100, what is found of it, why
    (
        [row(80, PERFORMED, "chest", CT), row(90, PERFORMED, modality=CT)],
        row(100, modality=CT, at="whole_body"),
        [("primary_site", 90, 90), ("chest", 80, 80)],
        "each schedule has a clock of its own",
    ),
    (
        [row(80, BOOKED, "chest", CT)],
        row(100, modality=CT, at="whole_body"),
        [("primary_site", NONE, NONE), ("chest", 80, NONE)],
        "no study of one, a booking of the other",
    ),
    (
        [row(d, PERFORMED, at, site="total_spine") for d, at in ((80, "cervical_spine"), (90, "thoracic_spine"))],
        row(100, **SPINE),
        [("primary_site", NONE, NONE)],
        "the lumbar spine was never shown",
    ),
    (
        [row(90, PERFORMED, **SPINE), row(70, PERFORMED, "lumbar_spine", site="total_spine")],
        row(100, **SPINE),
        [("primary_site", 90, 90)],
        "all regions were shown since",
    ),
    (
        [row(70, PERFORMED, **SPINE), row(90, BOOKED, "lumbar_spine", site="total_spine")],
        row(100, **SPINE),
        [("primary_site", 70, 70)],
        "the region that has waited longest decides",
    ),
    (
        [row(70, PERFORMED, "lumbar_spine", protocol=None), row(90, PERFORMED, **SPINE)],
        row(100, **SPINE),
        [("primary_site", 90, 90)],
        "the same among rows under no protocol",
    ),
]


@pytest.mark.parametrize(("others", "request_", "expected", "why"), SEVERAL, ids=[why for *_, why in SEVERAL])
def test_each_schedule_and_the_oldest_of_its_regions_counts(others, request_, expected, why):
    (found,) = looked_back([[*others, request_]])
    own = [rest for at, *rest in several(found) if at == len(others)]
    assert [tuple(rest) for rest in own] == expected, why
    assert references(found)[len(others)] == (NONE, NONE), "it is not the reference of a row under one schedule alone"


DAY = 100
TOGETHER = [
    # rows of the day, how many studies each of the edition's combinations has by row, why
    ([row(DAY), row(DAY, modality=CT)], [(2, 2), (2, 2)], "MRI and CT of the cervical spine"),
    ([row(DAY), row(DAY)], [], "the same study twice is one"),
    ([row(DAY), row(DAY + 1, modality=CT)], [], "another day"),
    ([row(DAY), row(DAY, modality=CT, patient=8)], [], "another patient"),
    ([row(DAY), row(DAY, ADD_ON, modality=CT)], [], "an add-on is no study of its own"),
    ([row(DAY), row(DAY, at="brain")], [(None, 2), (None, 2)], "two by MRI: for metastases alone"),
    (
        [row(DAY), row(DAY), row(DAY, modality=CT), row(DAY, at="chest", modality=CT)],
        [(2, 3), (2, 3), (2, 3), (None, 3)],
        "one twice, and one that is of another region",
    ),
    ([row(DAY), row(DAY, modality=MODALITIES.index(Modality.ECHO), at="heart")], [], "by ultrasound: in none"),
]


@pytest.mark.parametrize(("rows", "counts", "why"), TOGETHER, ids=[why for *_, why in TOGETHER])
def test_different_studies_of_a_day_are_counted(rows, counts, why):
    (found,) = looked_back([rows])
    assert found.together.drop("at").rows() == counts, why
    assert found.together["at"].to_list() == list(range(len(counts)))


COHORT = [row(10, PERFORMED), row(20, BOOKED), row(30), row(30, modality=CT), row(40, modality=CT, at="whole_body")]
FOUND = [(NONE, NONE), (10, 10), (20, 10), (20, 10), (NONE, NONE)]
"""The schedules of the primary site count MRI and CT alike; a CT of the whole body also fits that of the chest."""


def patients(count):
    """Return the rows of COHORT for so many patients, one after the other."""
    return [[one | {"patient": patient} for one in COHORT] for patient in range(count)]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("in_memory", [None, 1, 25, 61], ids=lambda rows: f"{rows or 'all'} in memory")
@pytest.mark.parametrize("rows_at_once", [1, 7, 1 << 18], ids=lambda rows: f"{rows} rows at once")
def test_neither_shares_nor_blocks_nor_order_change_what_is_found(rows_at_once, in_memory, workers):
    people = patients(12)
    by_patient, by_row = list(chain(*people)), list(chain(*zip(*people, strict=True)))
    for rows, expected in ((by_patient, FOUND * 12), (by_row, [found for found in FOUND for _ in range(12)])):
        for size in (1, 9, 60):
            blocks = [rows[start : start + size] for start in range(0, 60, size)]
            found = looked_back([*blocks[:1], [], *blocks[1:]], rows_at_once, workers, in_memory)
            assert list(chain(*map(references, found))) == expected
            places = [start + at for start, one in starts_of(found) for at, *_ in several(one)]
            of_several = [place for place, one in enumerate(rows) if one["regions"] == REGIONS["whole_body"]]
            assert places == [place for place in of_several for _ in range(2)]
            days = [(name, *days) for one in found for _, name, *days in several(one)]
            assert days == [("primary_site", 20, 10), ("chest", NONE, NONE)] * 12
            together = [start + at for start, one in starts_of(found) for at in one.together["at"]]
            assert together == [place for place, one in enumerate(rows) if one["date"] == 30]


def starts_of(found):
    """Yield what was found of each block with the place at which the block starts."""
    start = 0
    for one in found:
        yield start, one
        start += len(one.days.reference)


def test_a_cohort_without_rows_to_judge_is_looked_back_upon():
    (found,) = looked_back([[]])
    assert references(found) == []
    assert several(found) == []
    assert found.together.columns == ["at", "together_0", "together_1"]
    assert looked_back([]) == []
