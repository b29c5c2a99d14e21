"""Every field of every rule is compared, or listed here as one that means nothing."""

from collections.abc import Iterator
from datetime import date
from typing import get_args, get_type_hints

import pytest
from support.changed_editions import changed
from support.sound_edition import SOUND

from spine_vigil.scheduler.editions.comparing.differences import differences
from spine_vigil.scheduler.editions.edition import Caution, CptCode, Edition, OtherNames, Source
from spine_vigil.scheduler.editions.vocabulary import (
    CT,
    DATE,
    DIAGNOSIS,
    EVENT,
    MRI,
    PROGRESSION,
    SURGERY,
    TREATMENT_END,
    Advice,
    Cite,
    Combination,
    Condition,
    Contraindication,
    Documented,
    Fact,
    Implied,
    ImpliedByCourse,
    Indication,
    IndicationReading,
    Joined,
    Plan,
    Reading,
    Schedule,
    as_,
    every,
    months,
    once,
    study,
    years,
)
from spine_vigil.scheduler.rules import criteria
from spine_vigil.scheduler.rules.citations import AnswersFor, Authority
from spine_vigil.scheduler.rules.criteria import (
    Above,
    AgeAtMost,
    All,
    Any,
    Below,
    Criterion,
    Not,
    Ongoing,
    Since,
    Tried,
    UnderProtocol,
    UpTo,
)
from spine_vigil.scheduler.rules.dates import Duration
from spine_vigil.scheduler.rules.grace import GracePolicy
from spine_vigil.scheduler.rules.schedules import Phase, Protocol, Stance
from spine_vigil.scheduler.rules.studies import Place, Study, StudyPattern
from spine_vigil.scheduler.values import Frozen, replace

TRIED = Tried("onset", "pain", months(3), months(6))
OURS = Authority("St. Elsewhere", "Local rules", date(2026, 3, 1))
CHEST = SOUND.protocols[0].schedules[0]
PLAN = Plan(phases=(once(months(3), months(4), if_="pain"), every(months(6), until=years(5)), every(years(1))))
SCHEDULE = replace(
    CHEST,
    plan=PLAN,
    index=(Joined((SURGERY, TREATMENT_END)), DIAGNOSIS),
    when=Condition("weakness"),
    reading="Quarterly",
    others=(Reading("monthly", Plan(phases=(every(months(1)),)), "Every month"),),
)
WEAK = replace(
    SOUND.indications[0],
    advice=(Advice("Rest.", Documented("pain"), "weakness"),),
    reading="Weakness",
    others=(IndicationReading("strict", Documented("pain"), "Pain alone"),),
)
BASE = replace(
    SOUND,
    protocols=(replace(SOUND.protocols[0], schedules=(SCHEDULE,)), *SOUND.protocols[1:]),
    indications=(WEAK, *SOUND.indications[1:]),
    combinations=(replace(SOUND.combinations[0], only_if=Documented("pain")),),
    implied=(Implied("pain", ("weakness",)),),
    implied_by_course=(ImpliedByCourse(fact="onset", under=("bone.first",)),),
    cautions=(Caution("bone.first", "Others differ", "A book"),),
    other_names=(OtherNames("bone.first", ("primus", "one"), "A list"),),
)


def schedule(**changes: object) -> Edition:
    return changed("protocols", BASE, schedules=(replace(SCHEDULE, **changes),))


def plan(**changes: object) -> Edition:
    return schedule(plan=replace(PLAN, **changes))


def phase(number: int, **changes: object) -> Edition:
    changed = replace(PLAN.phases[number], **changes)
    return plan(phases=(*PLAN.phases[:number], changed, *PLAN.phases[number + 1 :]))


def of_first(kind: str, /, **values: object) -> dict[str, Edition]:
    """Return the edition with each field of its first rule of a kind changed, by the field."""
    return {field: changed(kind, BASE, **{field: value}) for field, value in values.items()}


CHANGED: dict[type[Frozen], dict[str, Edition]] = {
    Edition: {
        "grace": replace(BASE, grace=GracePolicy(7)),
        "covers": replace(BASE, covers=Study(CT, BASE.covers.regions)),
        **{
            name: replace(BASE, **{name: getattr(SOUND, name)})
            for name in ("protocols", "indications", "combinations", "implied", "implied_by_course")
        },
        "sources": replace(BASE, sources=()),
        "facts": replace(BASE, facts=(*BASE.facts, Fact("new", EVENT, "new", ("MRI 1",)))),
        "cpt_codes": replace(BASE, cpt_codes=()),
        "contraindications": replace(BASE, contraindications=()),
        "cautions": replace(BASE, cautions=()),
        "other_names": replace(BASE, other_names=()),
    },
    Protocol: of_first("protocols", title="another", cite=Cite("Bone 9"), note="A note", schedules=(CHEST,))
    | {
        "id": changed("protocols", BASE, id="bone.other"),
        "stance": changed("protocols", BASE, stance=Stance.NO_SURVEILLANCE, schedules=()),
        "refers_to": changed("protocols", BASE, stance=Stance.REFERRAL, schedules=(), refers_to=("Another",)),
    },
    Schedule: {
        "name": schedule(name="thorax"),
        "cite": schedule(cite=Cite("Bone 9")),
        "study": schedule(study=study(MRI, at="chest")),
        "index": schedule(index=(DIAGNOSIS, Joined((SURGERY, TREATMENT_END)))),
        "plan": plan(or_if="pain"),
        "stops_at": schedule(stops_at=(PROGRESSION,)),
        "when": schedule(when=None),
        "restarts": schedule(restarts=True),
        "complements": schedule(complements=True),
        "reading": schedule(reading="Otherwise"),
        "others": schedule(others=()),
    },
    Plan: {
        "phases": plan(phases=PLAN.phases[1:]),
        "or_if": plan(or_if="pain"),
        "more_often_if": plan(more_often_if="pain"),
    },
    Phase: {
        "kind": plan(phases=(*PLAN.phases[:2], as_("pain"))),
        "low": phase(1, low=months(4)),
        "high": phase(1, high=months(8)),
        "end": phase(1, end=years(4)),
        "fact": phase(0, fact=None),
        "late": phase(0, late=months(2)),
    },
    Reading: {
        name: schedule(others=(replace(SCHEDULE.others[0], **{name: value}),))
        for name, value in {"name": "weekly", "plan": CHEST.plan, "says": "Each month"}.items()
    },
    StudyPattern: {
        "modalities": schedule(study=study(at="chest")),
        "places": schedule(study=study(CT, at=("chest", Place.PRIMARY_SITE))),
    },
    Joined: {"kinds": schedule(index=(Joined((TREATMENT_END, SURGERY)), DIAGNOSIS))},
    Condition: {
        "fact": schedule(when=Condition("pain")),
        "negated": schedule(when=Condition("weakness", negated=True)),
    },
    Cite: {
        "section": schedule(cite=Cite("Bone 9")),
        "of": schedule(cite=Cite(CHEST.cite.section, OURS)),
        "how": schedule(cite=Cite("Local 1", OURS, AnswersFor.READ)),
    },
    Indication: of_first(
        "indications",
        name="feeble",
        title="another",
        cite=Cite("MRI 9"),
        criterion=Any((Documented("weakness"), Documented("pain"))),
        leads=(Documented("pain"),),
        hints=("pain",),
        asks_with="curved",
        advice=(),
        reading="Otherwise",
        others=(),
    ),
    IndicationReading: {
        name: changed("indications", BASE, others=(replace(WEAK.others[0], **{name: value}),))
        for name, value in {"name": "lax", "criterion": Documented("weakness"), "says": "Only pain"}.items()
    },
    Advice: {
        name: changed("indications", BASE, advice=(replace(WEAK.advice[0], **{name: value}),))
        for name, value in {"text": "Walk.", "fits": None, "unless": None}.items()
    },
    Contraindication: of_first(
        "contraindications",
        name="device",
        cite=Cite("MRI 9"),
        modalities=frozenset({CT}),
        criterion=Documented("pain"),
        hazard="a device",
        lead="pain",
        to_clear="Look.",
        advice="Wait.",
    ),
    Combination: of_first(
        "combinations",
        name="thrice",
        title="another",
        cite=Cite("MRI 9"),
        modalities=frozenset({CT}),
        criterion=Documented("pain"),
        region="brain",
        of_each=False,
        only_if=None,
        or_protocol=True,
        most=2,
        by_surveillance=True,
    ),
    Fact: {
        **of_first(
            "facts", meaning="it aches", sections=("MRI 9",), denial="no pain", happened="it began", level=EVENT
        ),
        "name": replace(BASE, facts=(*BASE.facts, Fact("new", EVENT, "new", ("MRI 1",)))),
        "kind": changed("facts", BASE, kind=DATE),
        "unit": replace(BASE, facts=tuple(replace(f, unit="rad") if f.unit else f for f in BASE.facts)),
    },
    CptCode: of_first("cpt_codes", code="71260", modality=MRI, regions=("brain",), contrast="with", is_add_on=True),
    Source: of_first("sources", name="Another book", body_version="2", reference_version="3"),
    Implied: of_first("implied", fact="angle", by=("onset",)),
    ImpliedByCourse: of_first(
        "implied_by_course",
        fact="angle",
        under=("bone.*",),
        except_under=("bone.second",),
        in_spine=True,
        overrides=True,
    ),
    Caution: of_first("cautions", rule="bone", says="Others agree", source="Another book"),
    OtherNames: of_first("other_names", rule="bone", names=("primus",), source="Another list"),
    Study: {"modality": replace(BASE, covers=Study(CT, 1)), "regions": replace(BASE, covers=Study(MRI, 1))},
    Authority: {
        name: schedule(cite=Cite("Local 1", replace(OURS, **{name: value})))
        for name, value in {"publisher": "Another", "reviewed": date(2026, 3, 2)}.items()
    },
    GracePolicy: {"days": replace(BASE, grace=GracePolicy(7))},
    Duration: {"count": phase(1, low=months(4)), "unit": phase(1, low=years(6), high=years(7))},
}

MEANINGLESS = {
    # which edition it is, and since when; the command prints them above
    Edition: {"id", "title", "publisher", "reviewed", "effective", "overlays"},
    Authority: {"title"},  # no answer that rests on a rule prints it
}

PART, OTHER = Documented("pain"), Documented("onset")
NODES: dict[type[Criterion], dict[str, tuple[Criterion, Criterion]]] = {
    Documented: {"fact": (PART, OTHER)},
    Below: {"fact": (Below("angle", 5), Below("pain", 5)), "bound": (Below("angle", 5), Below("angle", 5.5))},
    Above: {"fact": (Above("angle", 5), Above("pain", 5)), "bound": (Above("angle", 5), Above("angle", 6))},
    AgeAtMost: {
        "years": (AgeAtMost(5, "onset"), AgeAtMost(6, "onset")),
        "birth": (AgeAtMost(5, "onset"), AgeAtMost(5, "pain")),
    },
    Since: {
        "fact": (Since("onset", months(3)), Since("pain", months(3))),
        "span": (Since("onset", months(3)), Since("onset", months(4))),
        "longer": (Since("onset", months(3)), Since("onset", months(3), longer=True)),
    },
    UpTo: {
        "fact": (UpTo("onset", months(3)), UpTo("pain", months(3))),
        "span": (UpTo("onset", months(3)), UpTo("onset", months(4))),
    },
    Ongoing: {
        "start": (Ongoing("onset", "pain"), Ongoing("pain", "pain")),
        "end": (Ongoing("onset", "pain"), Ongoing("onset", "onset")),
    },
    Tried: {
        name: (TRIED, replace(TRIED, **{name: value}))
        for name, value in {"start": "pain", "end": "onset", "least": months(1), "recent": months(1)}.items()
    },
    UnderProtocol: {"(its kind)": (UnderProtocol(), PART)},
    All: {"parts": (All((PART, OTHER)), All((PART,))), "(its kind)": (All((PART, OTHER)), Any((PART, OTHER)))},
    Any: {"parts": (Any((PART, OTHER)), Any((OTHER,)))},
    Not: {"part": (Not(PART), Not(OTHER)), "(its kind)": (Not(PART), PART)},
}


def _classes(hint: object) -> Iterator[type[Frozen]]:
    """Yield the classes of values that a type names, and those of their fields."""
    for part in get_args(hint):
        yield from _classes(part)
    if isinstance(hint, type) and issubclass(hint, Frozen):
        yield hint
        for field in get_type_hints(hint).values():
            yield from _classes(field)


def test_no_class_and_no_field_of_an_edition_is_left_out():
    classes = {each for each in _classes(Edition) if not issubclass(each, Criterion)}
    for each in classes | CHANGED.keys():
        assert {*CHANGED[each], *MEANINGLESS.get(each, ())} == {*each.__struct_fields__}, each
    nodes = {each for each in vars(criteria).values() if isinstance(each, type) and issubclass(each, Criterion)}
    for node in nodes - {Criterion, criteria.Leaf, criteria.Bounded, criteria.Compound}:
        assert {name for name in NODES[node] if name.isidentifier()} == {*node.__struct_fields__}, node


FIELDS = [(each, name, edition) for each, names in CHANGED.items() for name, edition in names.items()]


@pytest.mark.parametrize(("of", "name", "edition"), FIELDS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_change_of_a_field_is_a_difference(of, name, edition):
    before = schedule(cite=Cite("Local 1", OURS)) if of is Authority else BASE
    assert differences(before, before) == ()
    assert differences(before, edition) != (), name


@pytest.mark.parametrize(("one", "other"), [pair for names in NODES.values() for pair in names.values()], ids=str)
def test_a_change_of_a_node_is_a_difference_of_the_criterion(one, other):
    before, after = (
        changed("indications", BASE, criterion=Any((Documented("weakness"), node))) for node in (one, other)
    )
    (found,) = differences(before, after)
    assert [what.value for what in found.what] == ["criterion"]
    assert found.before != found.after


def test_what_names_an_edition_is_no_rule():
    other = replace(BASE, id="x", title="x", publisher="x", reviewed=date(2026, 1, 1), effective=date(2026, 1, 2))
    assert differences(BASE, other) == ()
