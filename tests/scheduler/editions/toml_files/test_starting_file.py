"""Files to start from: valid as they are and with each commented line in use, and silent about no key."""

import re
import tomllib
from random import Random

import pytest
from support.edition_files import COMMENTED, with_each_comment_in_use
from support.made_up_editions import random_edition

from spine_vigil.editions import edition
from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.editions.checking.checks import edition_issues
from spine_vigil.scheduler.editions.toml_files.citation_tables import AUTHORITY
from spine_vigil.scheduler.editions.toml_files.criteria_tables import criterion_kinds
from spine_vigil.scheduler.editions.toml_files.edition_file import edition_of, edition_text
from spine_vigil.scheduler.editions.toml_files.edition_tables import FILE
from spine_vigil.scheduler.editions.toml_files.overlays import overlay_forms
from spine_vigil.scheduler.editions.toml_files.starting_file import starting_edition, starting_overlay

WHOLE = starting_edition()
SMALL = random_edition(Random(19))  # noqa: S311 - not for secrets
OF_2024 = edition("healthhelp-mri-cspine-2024")
BASES = {base.id: base for base in (CURRENT, OF_2024, SMALL, edition_of(WHOLE, "whole.toml"))}
OVERLAYS = {id_: starting_overlay(base) for id_, base in BASES.items()}
IN_USE = [("edition", *used) for used in with_each_comment_in_use(WHOLE)]
IN_USE += [(id_, *used) for id_, text in OVERLAYS.items() for used in with_each_comment_in_use(text)]


def test_the_whole_edition_has_no_issue():
    assert edition_issues(edition_of(WHOLE, "new.toml")) == []


@pytest.mark.parametrize("id_", OVERLAYS)
def test_an_overlay_changes_nothing_but_the_section_of_one_schedule_and_adds_an_indication(id_):
    found, base = edition_of(OVERLAYS[id_], "new.toml", [BASES[id_]]), BASES[id_]
    changed = [
        route
        for (route, own), (_, its) in zip(found.schedules(), base.schedules(), strict=True)
        if own.plan.phases != its.plan.phases or own.cite != its.cite
    ]
    assert changed == [next(base.schedules())[0]]
    assert dict(found.schedules())[changed[0]].plan.phases == dict(base.schedules())[changed[0]].plan.phases
    assert {i.name for i in found.indications} - {i.name for i in base.indications} == {"our_reason"}


@pytest.mark.parametrize(("id_", "line", "text"), IN_USE, ids=[f"{used[0]} {used[1]}" for used in IN_USE])
def test_a_commented_line_is_valid_when_it_is_used_and_says_something_else(id_, line, text):
    before, bases = (WHOLE, []) if id_ == "edition" else (OVERLAYS[id_], [BASES[id_]])
    used = edition_of(text, "new.toml", bases)
    assert tomllib.loads(text) != tomllib.loads(before)
    # What a base says already, and what stands for a default, changes no rule.
    says_the_same = line.startswith(("#study", "#counted_from", "#stance"))
    assert (edition_text(used) == edition_text(edition_of(before, "new.toml", bases))) is says_the_same


def keys_of(form):
    for name, key in form.keys.items():
        if key.read.form is AUTHORITY:
            continue  # what `export` alone writes
        yield form.what, name
        if key.read.form is not None:
            yield from keys_of(key.read.form)


def test_every_key_and_every_kind_of_criterion_stands_in_the_whole_edition_with_what_it_means():
    every = "\n".join(COMMENTED.sub(r"\1\2", line) for line in WHOLE.splitlines())
    for what, name in keys_of(FILE):
        assert re.search(rf"^(\[+)?{name}\b|\.{name}\b", every, flags=re.MULTILINE), (what, name)
    for kind in criterion_kinds():
        assert re.search(rf"{{[^}}]*\b{kind} = ", every), kind


def test_every_key_of_an_overlay_stands_in_one():
    for form in overlay_forms().values():
        for name in form.keys:
            assert re.search(rf"^#?{name} = ", OVERLAYS[CURRENT.id], flags=re.MULTILINE), name


@pytest.mark.parametrize("text", [WHOLE, *OVERLAYS.values()], ids=["edition", *OVERLAYS])
def test_each_key_is_explained_where_it_first_stands(text):
    lines = text.splitlines()
    for name in {line.partition(" = ")[0] for line in lines if re.match(r"[a-z_]+ = ", line)}:
        first = next(number for number, line in enumerate(lines) if re.match(rf"#?{name} = ", line))
        assert lines[first - 1].startswith("# "), name
    assert max(map(len, lines)) <= 120
