"""Facts that other facts, or a course under a protocol, imply."""

from __future__ import annotations

from spine_vigil.scheduler.errors import RuleError
from spine_vigil.scheduler.rules.studies import SPINE
from spine_vigil.scheduler.values import Frozen


class Implied(Frozen):
    """A boolean fact that is true where it is unknown and one of the facts `by` is true, which are kinds of it."""

    fact: str
    by: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.by or self.fact in self.by:
            raise RuleError(f"'{self.fact}' is implied by other facts, at least one")


class ImpliedByCourse(Frozen, kw_only=True):
    """A boolean fact that a course under certain protocols implies, from the first of the course's index dates on.

    `under` and `except_under` are ids of protocols, where a `*` at the end stands for any ending; an empty `under` is
    any protocol. With `in_spine` the primary site must be a part of the spine above the sacrum. The fact is true where
    it is unknown; with `overrides` also where it is documented false, since the course contradicts that.
    """

    fact: str
    under: tuple[str, ...] = ()
    except_under: tuple[str, ...] = ()
    in_spine: bool = False
    overrides: bool = False

    def is_implied(self, protocol_id: str, site: int | None) -> bool:
        """Return whether a course under this protocol implies the fact; `site` is a bit set (None: unknown)."""
        if self.in_spine and (site is None or site & ~SPINE):
            return False
        is_named = not self.under or _is_any_of(protocol_id, self.under)
        return is_named and not _is_any_of(protocol_id, self.except_under)


def _is_any_of(protocol_id: str, patterns: tuple[str, ...]) -> bool:
    return any(matches(pattern, protocol_id) for pattern in patterns)


def matches(pattern: str, protocol_id: str) -> bool:
    """Return whether a protocol's id is `pattern`, where a `*` at the end stands for any ending."""
    return protocol_id.startswith(pattern[:-1]) if pattern.endswith("*") else protocol_id == pattern
