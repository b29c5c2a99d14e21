"""Rounds of imaging in cohorts, held against rules 4 read study by study."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.lookbacks import looked_back

from spine_vigil.scheduler.cohort.arrays import NO_DAY
from spine_vigil.scheduler.cohort.history.rounds import ANY_STATUS, OF_THE_REQUEST, PERFORMED_ALONE
from spine_vigil.scheduler.cohort.history.rows import ADD_ON, BOOKED, PERFORMED
from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    MRI,
    PET_CT,
    Cite,
    Edition,
    Plan,
    Schedule,
    every,
    months,
    protocol,
    study,
)
from spine_vigil.scheduler.records.fields import MODALITIES
from spine_vigil.scheduler.rules.facts import IndexKind
from spine_vigil.scheduler.rules.studies import BITS, REGIONS, Place, Study

REQUESTED = 0


def schedule(name, *modalities, at, complements=True):
    plan = Plan(phases=(every(months(3)),))
    return Schedule(name, Cite("M 1"), study(*modalities, at=at), (IndexKind.SURGERY,), plan, complements=complements)


SCHEDULES = {
    "a": (schedule("site", MRI, CT, PET_CT, at=Place.PRIMARY_SITE), schedule("chest", CT, MRI, at="chest")),
    "b": (schedule("body", at=Place.ANYWHERE, complements=False), schedule("spine", MRI, CT, at="total_spine")),
    "c": (schedule("one", MRI, CT, at="chest"),),
}
EDITION = Edition(
    id="made-up",
    title="Made up",
    publisher="Nobody",
    reviewed=date(2025, 1, 1),
    covers=Study(MRI, BITS["cervical_spine"]),
    sources=(),
    facts=(),
    cpt_codes=(),
    protocols=tuple(protocol(name, name, *some, cite=Cite("M")) for name, some in SCHEDULES.items()),
)
SITES = (None, REGIONS["chest"], REGIONS["total_spine"], REGIONS["cervical_spine"])
STUDIES = ("chest", "total_spine", "cervical_spine", "whole_body", "lumbar_spine")
PARTS = (PERFORMED, PERFORMED, BOOKED, REQUESTED, ADD_ON)


def random_rows(random, patients, rows):
    found = []
    for patient in range(patients):
        usual = random.randrange(3), random.choice(SITES)
        for _ in range(rows):
            named, site = usual if random.random() < 0.8 else (random.choice((None, 0, 1, 2)), random.choice(SITES))
            found.append(
                {
                    "patient": patient,
                    "protocol": named,
                    "primary_site": site,
                    "modality": MODALITIES.index(random.choice((MRI, CT, CT, PET_CT))),
                    "regions": REGIONS[random.choice(STUDIES)],
                    "date": random.choice((0, 5, 19, 20, 21, 39, 40, 41, 60, 80)),
                    "part": random.choice(PARTS),
                }
            )
    random.shuffle(found)
    return found


def study_of(row):
    return Study(MODALITIES[row["modality"]], row["regions"])


def by_the_text(rows, request, pattern, start, parts):
    """Return the reference of a request, its own date and the date of the request's round, read as rules 4 is."""
    site, day, modality = request["primary_site"], request["date"], request["modality"]
    mates = [row for row in rows if row["patient"] == request["patient"]]

    def before(until, region, among):
        fitting = [row for row in mates if row["part"] in among and start <= row["date"] < until]
        return [row for row in fitting if pattern.shared_regions(study_of(row), site) >> region & 1]

    def round_date(row_day, row_modality, region):
        of_round = [
            other["date"]
            for other in before(row_day, region, (PERFORMED,))
            if other["modality"] != row_modality and row_day - 20 <= other["date"] < row_day
        ]
        return min(of_round, default=row_day)

    regions = [bit for bit in range(16) if pattern.shared_regions(study_of(request), site) >> bit & 1]
    latest = []
    for region in regions:
        earlier = [
            row
            for row in before(day, region, parts)
            if not (row["modality"] != modality and day - 20 <= row["date"] < day)
        ]
        own = max((row["date"] for row in earlier), default=None)
        of_day = [round_date(own, row["modality"], region) for row in earlier if row["date"] == own]
        latest.append(None if own is None else (max(of_day), own))
    reference = None if None in latest else min(latest)
    return reference, min(round_date(day, modality, region) for region in regions)


def by_entries(entries, start, row_day):
    """Return the same from the entries of Rounds for one row and schedule, as `kind`, `region`, `day` and `mask`."""

    def round_date(day, mask):
        return min([day - bit - 1 for bit in range(20) if mask >> bit & 1 and day - bit - 1 >= start], default=day)

    def reference(kind):
        regions = {}
        for of_kind, region, day, mask in entries:
            if of_kind & kind:
                regions.setdefault(region, []).append((round_date(day, mask), day) if day >= start else None)
        latest = [None if None in found else max(found) for found in regions.values()]
        return None if None in latest else min(latest)

    own = min((round_date(day, mask) for kind, _, day, mask in entries if kind & OF_THE_REQUEST), default=row_day)
    return reference(ANY_STATUS), reference(PERFORMED_ALONE), own


def expected(rows, request, start):
    """Yield the route of every schedule with rounds that a request fits, and what is found of it."""
    named = request["protocol"]
    if named is None:
        return
    for one in EDITION.protocols[named].schedules:
        if one.complements and one.study.shared_regions(study_of(request), request["primary_site"]):
            reference, own = by_the_text(rows, request, one.study, start, (PERFORMED, BOOKED))
            performed, _ = by_the_text(rows, request, one.study, start, (PERFORMED,))
            yield EDITION.protocols[named].route(one), (reference, performed, own)


ROUTES = [route for route, _ in EDITION.schedules()]


def check(random, patients, rows_of_each, start, blocks, **sizes):
    rows = random_rows(random, patients, rows_of_each)
    size = -(-len(rows) // blocks)
    parts = [rows[at : at + size] for at in range(0, len(rows), size)]
    for part, found in zip(parts, looked_back(parts, edition=EDITION, **sizes), strict=True):
        rounds = found.rounds
        entries = {}
        for at, number, *entry in zip(
            rounds.at, rounds.schedule, rounds.kind, rounds.region, rounds.day, rounds.mask, strict=True
        ):
            entries.setdefault((int(at), ROUTES[number]), []).append(tuple(map(int, entry)))
        order = [(at, ROUTES.index(route), *e[1::-1]) for (at, route), of_row in entries.items() for e in of_row]
        assert order == sorted(order), "they stand in order"
        assert all((day == NO_DAY) <= (mask == 0) for of_row in entries.values() for _, _, day, mask in of_row)
        wanted = {(at, route): what for at, row in enumerate(part) for route, what in expected(rows, row, start)}
        found_by_entries = {
            place: by_entries(of_row, start, part[place[0]]["date"]) for place, of_row in entries.items()
        }
        assert found_by_entries == wanted


@given(st.randoms(use_true_random=False), st.sampled_from([-1000, 5, 20, 41]))
def test_candidates_of_rounds_give_what_the_text_says(random, start):
    check(random, 2, 6, start, 1)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("blocks", [1, 3, 40])
@pytest.mark.parametrize(("rows_at_once", "in_memory"), [(1 << 18, None), (50, None), (20, 200)])
def test_neither_blocks_nor_partitions_change_the_rounds(rows_at_once, in_memory, blocks, workers):
    random = Random(f"{rows_at_once} {blocks}")  # noqa: S311 - not for secrets
    check(random, 60, 9, 10, blocks, rows_at_once=rows_at_once, workers=workers, in_memory=in_memory)


LITERAL = [
    # other rows as (day, modality, part), the request's modality on day 100, candidates (day, mask), own mask, why
    ([(80, CT, PERFORMED)], MRI, [(NO_DAY, 0)], 1 << 19, "a CT 20 days before an MRI is of its round"),
    ([(79, CT, PERFORMED)], MRI, [(79, 0)], 0, "a CT 21 days before is not"),
    ([(99, CT, PERFORMED)], MRI, [(NO_DAY, 0)], 1, "a CT on the day before is"),
    ([(99, CT, BOOKED)], MRI, [(NO_DAY, 0)], 0, "a booking is of the round and does not begin it"),
    ([(99, MRI, PERFORMED)], MRI, [(99, 0)], 0, "a study by the same modality is an earlier one"),
    ([(50, CT, PERFORMED), (60, MRI, PERFORMED)], MRI, [(60, 1 << 9)], 0, "an earlier round began with a CT"),
    (
        [(50, CT, PERFORMED), (60, MRI, PERFORMED), (60, CT, PERFORMED)],
        MRI,
        [(60, 0), (60, 1 << 9)],
        0,
        "two studies of one day, of which the CT is of no earlier round",
    ),
]


@pytest.mark.parametrize(("others", "by", "candidates", "own", "why"), LITERAL, ids=[why for *_, why in LITERAL])
def test_the_studies_of_a_round(others, by, candidates, own, why):
    def row(day, modality, part):
        study_ = {"modality": MODALITIES.index(modality), "regions": REGIONS["chest"]}
        return study_ | {"patient": 1, "protocol": 2, "primary_site": None, "date": day, "part": part}

    (found,) = looked_back([[row(100, by, REQUESTED), *(row(*other) for other in others)]], edition=EDITION)
    rounds = found.rounds
    of_request = [
        (int(kind), int(day), int(mask))
        for at, kind, day, mask in zip(rounds.at, rounds.kind, rounds.day, rounds.mask, strict=True)
        if at == 0
    ]
    assert sorted(e[1:] for e in of_request if e[0] & ANY_STATUS) == candidates, why
    assert [e[1:] for e in of_request if e[0] & OF_THE_REQUEST] == ([(100, own)] if own else []), why
