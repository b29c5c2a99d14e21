"""Citations as values of an edition file, and who answers for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from spine_vigil.scheduler.editions.forms import Form, Key, Place, parsed, plain
from spine_vigil.scheduler.rules.schedules import Authority, Cite

_KEYS = {
    "publisher": Key("publisher", plain(str)),
    "title": Key("title", plain(str)),
    "reviewed": Key("reviewed", plain(date)),
}

AUTHORITY = Form("who answers for an overlay", _KEYS, Authority)
"""The table of an authority."""


def section_key() -> Key:
    """Return the key of a citation: a section, or a table that also says who answers for it."""

    def read(value: Any, place: Place) -> Any:
        return _CITE.read(value, place) if isinstance(value, dict) else parsed(Cite)(value, place)

    return Key("cite", read, _section_value)


def _section_value(cite: Cite) -> Any:
    return cite.section if cite.of is None else _CITE.write(cite)


def _cite(section: str, publisher: str, title: str, reviewed: date) -> Cite:
    return Cite(section, Authority(publisher, title, reviewed))


_CITE = Form(
    "a section",
    {
        "section": Key("section", plain(str)),
        **{name: Key(f"of.{name}", key.read) for name, key in _KEYS.items()},
    },
    _cite,
)
