"""One line that a profile could have: what is proposed, how sure it is, and what a person is asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from spine_vigil.scheduler.values import Frozen, replace

_TO_SAY = "?"
"""Stands in a line whose answer is one of several: no command takes it for a value."""

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
        key = toml_text(self.key) if self.is_word else self.key
        is_list = isinstance(self.value, tuple)
        choices = self.choices if self.is_open and not self.is_choice_of_keys else ()
        value = _TO_SAY if self.value is None or len(choices) > 1 else self.value
        line = f"{key} = {toml_value(value)}"
        answers = [toml_value(tuple(each.split(", "))) if is_list else each or '""' for each in choices]
        shown = f"one of {', '.join(answers)}" if len(answers) > 1 else "".join(f"perhaps {each}" for each in answers)
        notes = "; ".join(filter(None, [self.note, shown if value == _TO_SAY else ""]))
        return f"{'# ' if self.is_open else ''}{line}{f'  # {notes}' if notes else ''}"

    @property
    def is_choice_of_keys(self) -> bool:
        """Whether the answers are columns of the file, which are the keys of their table."""
        return self.part.rpartition("patients.")[2] == "columns"


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
