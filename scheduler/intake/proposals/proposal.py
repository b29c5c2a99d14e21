"""One line that a profile could have: what is proposed, how sure it is, and what a person is asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from spine_vigil.scheduler.values import Frozen, replace

_MOST_OTHERS = 3
"""The most other answers that a line lists."""

Value = str | int | bool | tuple[str, ...]


class Proposal(Frozen):
    """A proposed line: `key = value` in a table `part` of a profile, such as `values.status`.

    `note` says in words what it rests on. With a `question` a person has to confirm it: `choices` are the answers,
    likeliest first, the value if there is one; a value of None proposes none of them. `is_word` says that the key is a
    word of the file. A `hidden` key is one that is not written: only who answers the question on a terminal sees it.
    """

    part: str
    key: str
    value: Value | None
    note: str = ""
    question: str | None = None
    choices: tuple[str, ...] = ()
    is_word: bool = True
    hidden: str | None = None

    def answered(self, value: Value) -> Proposal:
        """Return the line with the value that a person gave."""
        return replace(self, key=self.hidden or self.key, value=value, question=None, hidden=None)

    @property
    def is_open(self) -> bool:
        """Whether a person has to confirm the line."""
        return self.question is not None

    def line(self) -> str:
        """Return the line as TOML, a comment where it is open."""
        if self.hidden is not None:
            return f"# {self.note}"
        value = "…" if self.value is None else toml_value(self.value)
        key = toml_text(self.key) if self.is_word else self.key
        line = f"{key} = {value}"
        others = [choice for choice in self.choices[self.value is not None :] if choice] if self.is_open else []
        more = f" and {len(others) - _MOST_OTHERS} more" if len(others) > _MOST_OTHERS + 1 else ""
        shown = others[:_MOST_OTHERS] if more else others
        notes = "; ".join(filter(None, [self.note, f"or {', '.join(shown)}{more}" if shown else ""]))
        return f"{'# ' if self.is_open else ''}{line}{f'  # {notes}' if notes else ''}"


def toml_text(text: str) -> str:
    """Return a text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_value(value: Value) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    return toml_text(value) if isinstance(value, str) else f"[{', '.join(map(toml_text, value))}]"


def profile_text(proposals: Iterable[Proposal], head: Sequence[str]) -> str:
    """Return proposals as the text of a profile, table by table, below some lines of comment."""
    return "\n".join([*(f"# {line}".rstrip() for line in head), *_tables(list(proposals)), ""])


def _tables(proposals: Sequence[Proposal]) -> Iterator[str]:
    for part in dict.fromkeys(proposal.part for proposal in proposals):
        lines = [proposal.line() for proposal in proposals if proposal.part == part]
        yield ""
        yield f"[{part}]"
        yield from lines
