"""Known names that an unknown one may stand for: by the words that they share, and by spelling.

A suggestion that is wrong does more harm than none. So digits are never corrected, a word that some known name has is
never taken for a misspelt other one, and no name is suggested that says the opposite.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

_MOST = 6
"""The most names that are suggested; where more fit, none is likelier than the others."""

_WORD = re.compile(r"[^\W\d_]+|\d+")
_NEGATIONS = frozenset({"no", "non", "not", "than", "without"})
_NEGATION = "not "
_DENIALS = frozenset({"absent", "denied", "denies", "excluded", "free", "negative", "never", "none"})
"""Words after which a name says the opposite of its other words: fever absent."""

_OPPOSITE_STARTS = (("", "un"), ("", "in"), ("", "im"), ("", "ir"), ("", "non"), ("", "a"), ("hyper", "hypo"))
_NO_MATTER = frozenset({"a", "cancer", "disease", "hereditary", "in", "of", "syndrome", "the", "tumor", "tumour"})
"""Words that do not tell one name from another."""

Words = tuple[str, ...]
_Candidates = Mapping[str, Sequence[Words]]
"""The known names, each with its own words, and then those of its title and other names."""


def suggestions(name: str, known: Iterable[str], words: Mapping[str, Sequence[str]] | None = None) -> list[str]:
    """Return the known names that `name` may stand for, likeliest first; empty where none or too many fit.

    `words` are titles and other names of a known name. The first of these ways that finds a name counts: another way
    to write it, a name that has all the words, the same with misspelt words, and names of which all words are given.
    """
    asked = words_of(name)
    if not asked:
        return []
    other = words or {}
    candidates, vocabulary = _prepared(tuple((k, *other.get(k, ())) for k in known))
    for way in (_written_otherwise, _has_all_words, _has_all_words_misspelt, _is_all_given):
        found = way(asked, candidates, vocabulary)
        if found:
            return found if len(found) <= _MOST else []
    return []


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that differs from `name` in spelling alone, or None."""
    asked = words_of(name)
    names, vocabulary = _prepared(tuple((k,) for k in known) if asked else ())
    found = _written_otherwise(asked, names, vocabulary) or [
        k
        for k, [text] in names.items()
        if len(text) == len(asked) and all(is_like(*pair, vocabulary) for pair in zip(asked, text, strict=True))
    ]
    return found[0] if found else None


@lru_cache(maxsize=16)
def _prepared(names: tuple[tuple[str, ...], ...]) -> tuple[_Candidates, frozenset[str]]:
    """Return names with what else they are called as words, and all these words: a file may have many bad cells."""
    candidates = {name: [words_of(name), *map(words_of, other)] for name, *other in names}
    return candidates, frozenset(word for texts in candidates.values() for text in texts for word in text)


@lru_cache(maxsize=4096)
def words_of(text: str) -> Words:
    """Return the words and the numbers of a text; a word that is negated is another word."""
    words: list[str] = []
    is_negated = False
    for word in _WORD.findall(text.lower()):
        if word in _NEGATIONS:
            is_negated = True
        else:
            words.append(_NEGATION + word if is_negated else word)
            is_negated = False
    return tuple(words)


def _written_otherwise(asked: Words, candidates: _Candidates, vocabulary: frozenset[str]) -> list[str]:
    """Return the names that are the same but for marks and case, the shortest first; else but for one letter."""
    whole = "".join(asked)
    same = [k for k, texts in candidates.items() if any("".join(text) == whole for text in texts)]
    return sorted(same, key=lambda k: len(candidates[k][0])) or [
        k for k, (own, *_) in candidates.items() if _is_slip(asked, own, vocabulary)
    ]


def _is_slip(asked: Words, own: Words, vocabulary: frozenset[str]) -> bool:
    """Return whether one letter or mark makes one name of the other, and no word of them is known or the opposite."""
    odd = [word for word in asked if word not in own]
    return (
        _digits(asked) == _digits(own)
        and _is_typo("".join(asked), "".join(own), 1)
        and not any(word in vocabulary or _are_opposite(word, w) for word in odd for w in own)
    )


def _has_all_words(asked: Words, candidates: _Candidates, _vocabulary: frozenset[str]) -> list[str]:
    """Return the names that have every word, the name itself before its title, the shortest first."""
    wanted = set(asked) - _NO_MATTER or set(asked)
    found: list[tuple[bool, int, str]] = []
    for k, texts in candidates.items():
        own = set(texts[0])
        if wanted <= own:
            found.append((False, len(own), k))
        elif any(wanted <= own | set(text) for text in texts[1:]):
            found.append((True, len(own), k))
    by_name = [f for f in found if not f[0]]
    return [k for *_, k in sorted(found if len(found) <= _MOST else by_name or found, key=lambda f: f[:2])]


def _has_all_words_misspelt(asked: Words, candidates: _Candidates, vocabulary: frozenset[str]) -> list[str]:
    """Return the names that have every word but for its spelling, the name itself before its title."""
    meant = [{known for known in vocabulary if is_like(word, known, vocabulary)} for word in asked]
    found: list[tuple[bool, int, str]] = []
    for k, (own, *others) in candidates.items() if all(meant) else ():
        texts = [set(own), *({*own, *text} for text in others)]
        ways = [all(text & words for words in meant) for text in texts]
        if any(ways):
            found.append((not ways[0], abs(len(own) - len(asked)), k))
    of_equal_length = [f for f in found if not f[0] and f[1] == 0]
    return [k for *_, k in sorted(of_equal_length or found, key=lambda f: f[:2])]


def _is_all_given(asked: Words, candidates: _Candidates, _vocabulary: frozenset[str]) -> list[str]:
    """Return the names all of whose words are given, of those the longest, if what else is given contradicts none."""
    given = set(asked)
    found: list[tuple[int, str]] = []
    for k, texts in candidates.items():
        length = max((len(set(text)) for text in texts if text and set(text) <= given), default=0)
        said = {word for text in texts for word in text}
        beyond = given - said
        if length and not beyond & _DENIALS and not any(_are_opposite(a, b) for a in beyond for b in said):
            found.append((length, k))
    longest = max((length for length, _ in found), default=0)
    return [k for length, k in found if length == longest]


def _digits(words: Words) -> list[str]:
    return [word for word in words if word.isdigit()]


def is_like(word: str, known: str, vocabulary: frozenset[str]) -> bool:
    """Return whether a word is a known one, or a slip of it; a word that is known itself is no slip."""
    return word == known or (word not in vocabulary and _is_typo(word, known, 2) and not _are_opposite(word, known))


def _is_typo(word: str, known: str, most: int) -> bool:
    """Return whether two words differ by a slip: one letter, or up to `most` in a long word, but never the first.

    In a short word a letter may be missing, too many or in another place, but not another: a hand is no head.
    """
    longest, shortest = max(len(word), len(known)), min(len(word), len(known))
    if shortest < _SHORTEST or word[0] != known[0]:
        return False
    if longest <= _SHORT and longest == shortest:
        return sorted(word) == sorted(known)
    slips = most if longest >= _LONG else 1
    return longest > _SHORTEST and SequenceMatcher(None, word, known).ratio() >= (longest - slips) / longest


_SHORTEST, _SHORT, _LONG = 3, 4, 10
"""The letters of the shortest word that is corrected, of the longest short word, and of the shortest long one."""


def _are_opposite(word: str, other: str) -> bool:
    """Return whether two words say the opposite of each other, as `resected` and `unresected` do."""
    for a, b in ((word, other), (other, word)):
        if b == _NEGATION + a:
            return True
        for start, contrary in _OPPOSITE_STARTS:
            if a.startswith(start) and b == contrary + a.removeprefix(start):
                return True
    return False
