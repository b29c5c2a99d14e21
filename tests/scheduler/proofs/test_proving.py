"""All proofs of an edition: the shipped one passes them, and one that does not is told each place with an example."""

import pytest
from support.sound_edition import SOUND, WEAK, altered, with_indication, with_phases

from spine_vigil.editions import known_editions
from spine_vigil.scheduler.editions.vocabulary import Documented, IndicationReading, all_of, days, every, months, not_
from spine_vigil.scheduler.proofs.proving import refutations


def test_nothing_refutes_a_sound_edition():
    assert refutations(SOUND) == []


def test_what_refutes_a_schedule_names_its_route_and_the_example():
    (found,) = refutations(with_phases(every(months(3), days(91))))
    assert str(found) == (
        "bone.first/chest: counted from 2024-02-29, with studies on 2024-05-29:"
        " the window from 2024-08-29 to 2024-08-28 has no day left"
    )


def test_what_refutes_a_reading_of_an_indication_names_the_reading():
    never = IndicationReading("never", all_of("weakness", not_("weakness")), "Both")
    edition = with_indication(criterion=Documented("weakness"), reading="As it stands", others=(never,))
    assert [str(found) for found in refutations(edition)] == [
        "indication.weak read as never: no values of its facts meet it"
    ]
    assert refutations(altered(edition, indications=(WEAK,))) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "shipped", [known.edition for known in known_editions() if known.file is None], ids=lambda e: e.id
)
def test_nothing_refutes_a_shipped_edition(shipped):
    assert refutations(shipped) == []
