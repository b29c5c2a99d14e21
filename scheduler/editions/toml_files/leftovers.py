"""What a base says about rules that an overlay took away, or about sentences that it replaced: dropped with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from spine_vigil.scheduler.editions.edition import Caution, OtherNames
from spine_vigil.scheduler.rules.implied import matches

Table = dict[str, Any]


def drop_leftovers(tables: Table, gone: Collection[str], replaced: Collection[str]) -> None:
    """Drop from the tables of a base what is about rules that are no longer there, or about sentences replaced.

    `gone` are the names of indications that an overlay took away, `replaced` the routes whose sentence it replaced.
    """
    protocols, indications = tables.get("protocol", {}), tables.get("indication", {})
    routes = [*protocols, *(f"indication.{name}" for name in indications)]
    routes += [f"{id_}/{name}" for id_, table in protocols.items() for name in table.get("schedule", {})]
    kinds: Mapping[str, type[Caution | OtherNames]] = {"caution": Caution, "other_names": OtherNames}
    for kind, made in kinds.items():
        of_base = (table for table in tables.get(kind, []) if any(map(made(**table).concerns, routes)))
        tables[kind] = [table for table in of_base if kind != "caution" or table["rule"] not in replaced]
    for name, table in indications.items():
        if table.get("asks_with") in gone:
            indications[name] = {key: value for key, value in table.items() if key != "asks_with"}
    facts = tables.get("fact", {})

    def is_there(pattern: str) -> bool:
        return any(matches(pattern, id_) for id_ in protocols)

    for kind, keys in (
        ("implied", {"by": facts.__contains__}),
        ("implied_by_course", {"under": is_there, "except_under": is_there}),
    ):
        known = (table for table in tables.get(kind, []) if table["fact"] in facts)
        tables[kind] = [left for table in known if (left := _without_missing(table, keys)) is not None]


def _without_missing(table: Table, keys: Mapping[str, Callable[[str], bool]]) -> Table | None:
    """Return what implies a fact without the names of what is not there; None where nothing of it is left.

    A list of names that is left out stands for any protocol, and so must not become empty but for the exceptions.
    """
    left = dict(table)
    for key, is_there in keys.items():
        names = [name for name in table.get(key, []) if is_there(name)]
        if names:
            left[key] = names
        elif key in table and key != "except_under":
            return None
        else:
            left.pop(key, None)
    return left
