"""An edition: what is looked up in it, and that one that makes no sense is not built."""

import pytest

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.errors import RuleError, UnknownName
from spine_vigil.scheduler.values import replace


@pytest.mark.parametrize("protocol", CURRENT.protocols, ids=lambda protocol: protocol.id)
def test_every_protocol_of_the_edition_stands_where_its_id_is_looked_up(protocol):
    assert CURRENT.protocol(protocol.id.upper()) is protocol
    assert [CURRENT.schedule(protocol.route(s)) for s in protocol.schedules] == list(protocol.schedules)


@pytest.mark.parametrize("route", ["bone.osteosarcoma", "bone.osteosarcoma/hand", "indication.neck_pain", ""])
def test_a_route_that_is_no_schedule_has_none(route):
    assert CURRENT.schedule(route) is None


def test_an_unknown_protocol_is_answered_from_all_protocols():
    with pytest.raises(UnknownName, match=r"did you mean 'cns\.glioblastoma'"):
        CURRENT.protocol("csn.glioblastoma")


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("sources", "source NCCN Bone Cancer stands twice"),
        ("facts", "fact birth_date stands twice"),
        ("cpt_codes", "CPT code 72141 stands twice"),
        ("protocols", "protocol bone.chondrosarcoma.atypical_cartilaginous stands twice"),
        ("indications", "indication radiculopathy stands twice"),
        ("contraindications", "contraindication body_mass stands twice"),
        ("combinations", "combination ct_and_mri_cervical stands twice"),
    ],
)
def test_an_edition_in_which_a_name_stands_twice_is_not_built(part, says):
    parts = getattr(CURRENT, part)
    with pytest.raises(RuleError) as refused:
        replace(CURRENT, **{part: (*parts, parts[0])})
    assert str(refused.value) == f"edition '{CURRENT.id}': {says}"


def test_an_edition_whose_indications_ask_for_an_unknown_fact_is_not_built():
    facts = tuple(fact for fact in CURRENT.facts if fact.name != "scoliosis")
    assert len(facts) == 97
    with pytest.raises(RuleError, match=r"^scoliosis: unknown fact 'scoliosis'"):
        replace(CURRENT, facts=facts)
