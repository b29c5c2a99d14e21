"""Citations as values of an edition file, and who answers for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from spine_vigil.scheduler.editions.toml_files.forms import Form, Key, Place, Reader, one_of, parsed, plain
from spine_vigil.scheduler.rules.citations import AnswersFor, Authority, Cite

_KEYS = {
    "publisher": ("publisher", plain(str), "Who answers for the rules."),
    "title": ("title", plain(str), "The title of their text."),
    "reviewed": ("reviewed", plain(date), "The day on which they reviewed it."),
}

AUTHORITY = Form(
    "who answers for an overlay",
    {name: Key(attribute, read, says=says) for name, (attribute, read, says) in _KEYS.items()},
    Authority,
    "Who answers for what an overlay changed; `vigil editions export` writes it, the lowest overlay first.",
)
"""The table of an authority."""


def _cite(section: str, publisher: str, title: str, reviewed: date, how: AnswersFor) -> Cite:
    return Cite(section, Authority(publisher, title, reviewed), how)


CITE = Form(
    "a section",
    {
        "section": Key("section", plain(str), says="Where the rule stands in their text."),
        **{name: Key(f"of.{attribute}", read, says=says) for name, (attribute, read, says) in _KEYS.items()},
        "how": Key(
            "how",
            one_of("way to answer for a section", {each.value: each for each in AnswersFor}),
            lambda how: how.value,
            AnswersFor.OWN,
            "Whether it is their own, or the publisher's `as read by` or `as changed by` them.",
        ),
    },
    _cite,
    "A section of others than the publisher of the edition; `vigil editions export` writes it for rules of an overlay.",
)
"""The table of a citation that says who answers for it."""


def section_key() -> Key:
    """Return the key of a citation: a section, or a table that also says who answers for it."""
    own = parsed(Cite)

    def read(value: Any, place: Place) -> Any:
        return CITE.read(value, place) if isinstance(value, dict) else own(value, place)

    reader = Reader(read, {"anyOf": [own.schema, CITE.schema()]})
    return Key("cite", reader, _section_value, says="The section of the text where the rule stands.")


def _section_value(cite: Cite) -> Any:
    return cite.section if cite.of is None else CITE.write(cite)
