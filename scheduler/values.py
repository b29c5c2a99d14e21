"""Frozen values: the base class of rules, records and answers, and `replace`."""

from __future__ import annotations

from typing import dataclass_transform

from msgspec import Struct, field
from msgspec.structs import replace

__all__ = ["Frozen", "field", "replace"]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Frozen(Struct, frozen=True):
    """An immutable value whose fields are the annotations of its class, those of its base first.

    Two values are equal where they are of one class and their fields are equal. Options stand beside the base:
    `kw_only=True` takes every field by name, `dict=True` admits `cached_property`. Annotations are not checked when a
    value is built. A class that can be built wrong raises in `__post_init__`, which `replace`, decoding and unpickling
    run as well.
    """
