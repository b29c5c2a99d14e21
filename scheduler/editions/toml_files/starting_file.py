"""Files to start from: a whole edition and an overlay, made up, with a comment for every key."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import islice

from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.scheduler.editions.toml_files.edition_tables import FILE, edition_tables
from spine_vigil.scheduler.editions.toml_files.forms import Form
from spine_vigil.scheduler.editions.toml_files.overlays import overlay_forms
from spine_vigil.scheduler.editions.toml_files.toml_text import path_text, toml_text

_WIDTH = 120
_HEADER = re.compile(r"#?(\[.*\])")
_KEY = re.compile(r"#?([a-z_]+) = ")

_OVERLAY = """\
# An overlay of {base}: it says only what differs. Replace what it says by your own rules.
#
# A line that begins with "# " is a comment. Any other line that begins with # is something else that can be said:
# remove the # to say it. A table that begins so goes down to the next empty line; remove the # before each of its keys.
#
#   vigil editions validate FILE.toml     says all that is wrong with this file
#   vigil editions show FILE.toml         shows what it and its base hold, and marks what is its own
#   vigil check --edition FILE.toml ...   decides by it, as every command does
#
# How the base is written: vigil editions export {base}

[edition]
id = "our-policy-2026"
base = "{base}"
publisher = "Our Hospital"
#title = "Changes to the policy of the payer"
reviewed = 2026-01-01
#effective = 2026-02-01

#[grace]
#days = 14
"""


def starting_edition() -> str:
    """Return a whole edition, made up, as the text of a file; every key is explained where it first stands."""
    text = files(__package__).joinpath("starting", "edition.toml").read_text(encoding="utf-8")
    return "\n".join(_explained(text, _forms())) + "\n"


def starting_overlay(base: Edition) -> str:
    """Return an overlay of an edition as the text of a file; its rules are those of the base, to be replaced."""
    text = "\n".join((_OVERLAY.format(base=base.id), *_changes(base)))
    return "\n".join(_explained(text, _forms() | overlay_forms())).rstrip() + "\n"


def _forms() -> dict[str, Form]:
    return {name: key.read.form for name, key in FILE.keys.items() if key.read.form is not None}


def _changes(base: Edition) -> Iterator[str]:
    """Yield the tables of an overlay of a base, for each kind of change that is possible there."""
    for route, _ in islice(base.schedules(), 1):
        id_, _, name = route.partition("/")
        table = edition_tables(base)["protocol"][id_]["schedule"][name]
        yield "# Another rule in place of one of the base: with a section of its own, and the keys that differ."
        yield f"[{path_text(('protocol', id_, 'schedule', name))}]"
        yield 'section = "Our policy 1"'
        yield toml_text({"phases": table["phases"]}).strip()
        yield from (f"#{toml_text({key: table[key]}).strip()}" for key in ("study", "counted_from"))
        yield ""
    for route, name, says in islice(base.readings(), 1):
        yield f"# Another reading of a sentence of the base: {says[0].lower()}{says[1:]}."
        yield from (f"#[{path_text(('take', route))}]", f'#reading = "{name}"', "")
    last = [("protocol", each.id) for each in base.protocols[1:][-1:]]
    for path in [*last, *(("indication", each.name) for each in base.indications[-1:] if each.asks_with is None)]:
        yield f"# No {path[0]} of this name any more."
        yield from (f"#[{path_text(path)}]", "#remove = true", "")
    yield _OWN_RULE


_OWN_RULE = """\
# A rule of your own, with a fact that it asks for.
[fact.our_reason]
level = "event"
meaning = "there is a reason of our own"
denial = "there is no reason of our own"
sections = ["Our policy 2"]

[indication.our_reason]
title = "a reason of our own"
section = "Our policy 2"
leads = ["our_reason"]
criterion = "our_reason"
"""


def _explained(text: str, forms: Mapping[str, Form]) -> Iterator[str]:
    """Yield the lines of a text, with what each table and each key means above the first that there is."""
    told: set[tuple[str, str]] = set()
    form, comments = None, list[str]()
    for line in text.splitlines():
        if line.startswith("# "):
            comments.append(line)  # what the text says of a key stands behind what the key means
            continue
        header, key = _HEADER.fullmatch(line), _KEY.match(line)
        if header is not None:
            form = _form_at(header[1], forms)
            yield from _told_once(form.what, "", form.says, told)
        elif key is not None and form is not None and key[1] in form.keys:
            yield from _told_once(form.what, key[1], form.keys[key[1]].says, told)
        yield from (*comments, line)
        comments.clear()


def _told_once(what: str, key: str, says: str, told: set[tuple[str, str]]) -> Iterator[str]:
    if (what, key) not in told and says:
        yield from textwrap.wrap(says, _WIDTH, initial_indent="# ", subsequent_indent="# ")
    told.add((what, key))


def _form_at(header: str, forms: Mapping[str, Form]) -> Form:
    """Return the form of the table of a header; names stand there between the keys of tables."""
    first, *rest = (part.strip('"') for part in re.findall(r'"[^"]*"|[\w-]+', header))
    form = forms[first]
    for part in rest:
        key = form.keys.get(part)
        form = form if key is None or key.read.form is None else key.read.form
    return form
