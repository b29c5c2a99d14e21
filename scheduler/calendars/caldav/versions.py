"""Versions of objects as servers call them (ETags), freed of what a proxy does to them on the way."""

from __future__ import annotations

import re

_CODING = re.compile(r"(?:--?|;)(?:br|deflate|gzip|zstd)$")
"""What marks a compressed answer: `-gzip`, `-br` and `-zstd` as Apache does, `--gzip` of Jetty, `;gzip` of Django."""


def plain_version(etag: str) -> str:
    """Return an ETag as the server itself calls the version, in quotes; empty for an empty one.

    A proxy that compresses marks the ETag as weak (`W/"abc"`), or adds the coding inside the quotes or behind them.
    Such an ETag never matches in `If-Match`, which the proxy passes on as it is; the one inside does. Some servers list
    ETags without quotes.
    """
    bare = _CODING.sub("", etag.strip().removeprefix("W/")).removeprefix('"').removesuffix('"')
    bare = _CODING.sub("", bare)
    return f'"{bare}"' if bare else ""
