"""What all pictures share: the settings of matplotlib, and an SVG with an accessible name and description."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from spine_vigil.scheduler.extras import MissingLibrary

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SETTINGS: Any = {
    "svg.hashsalt": "vigil",  # without a salt, the ids within the file are random
    "svg.fonttype": "none",  # text stays text, for search and screen readers
    "text.parse_math": False,  # a $ in an id starts no formula
    "hatch.linewidth": 0.6,
}

INK, PAPER, QUIET, LINE = "#010101", "#fefefe", "#020202", "#030303"
ABOVE, BELOW = "#0172b2", "#c14f00"
"""Colours of a figure that is part of a page: the page says what they are, see `VARIABLES`."""

VARIABLES: Mapping[str, str] = {
    INK: "currentColor",
    PAPER: "var(--paper)",
    QUIET: "var(--quiet)",
    LINE: "var(--line)",
    ABOVE: "var(--above)",
    BELOW: "var(--below)",
}
"""What stands in an inlined SVG for each colour. The style sheet of the page defines the variables, light and dark."""

_TAG = re.compile(r"<[^>]+>")
_ID = re.compile(r'\b(id="|href="#|url\(#)')
_AROUND = re.compile(r"^.*?(?=<svg )|<metadata>.*?</metadata>\s*|<style type=\"text/css\">.*?</style>", re.DOTALL)
_SVG = re.compile(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>')


def require(part: str, libraries: Sequence[str], extra: str) -> None:
    """Raise MissingLibrary if a library is not installed; the message holds the command that installs it."""
    missing = [library for library in libraries if find_spec(library) is None]
    if missing:
        raise MissingLibrary(part, missing, extra=extra)


@contextmanager
def settings(**more: Any) -> Iterator[None]:
    """Draw with settings of our own, whatever the user's are. `more` are those of one kind of picture."""
    import matplotlib as mpl

    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it logs which fonts it lacks
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the font lacks a character of an id
        mpl.rcdefaults()  # ignore the user's matplotlibrc
        mpl.rcParams.update(_SETTINGS | more)
        yield


def described(svg: bytes, title: str, text: str) -> bytes:
    """Return an SVG with an accessible name and description."""
    plain = f"<title>{escape(title)}</title>"
    accessible = f'<title id="title">{escape(title)}</title>\n <desc id="desc">{escape(text)}</desc>'
    image = svg.decode("utf-8").replace(plain, accessible, 1)
    return image.replace("<svg ", '<svg role="img" aria-labelledby="title desc" ', 1).encode("utf-8")


def inlined(figure: Figure, name: str, title: str, text: str) -> str:
    """Return a figure as an SVG element that can stand in a page beside others.

    Every id begins with `name`, colours are those of the page, and nothing outside is named. The page gives the size.
    """
    file = BytesIO()
    figure.savefig(file, format="svg", metadata={"Title": title, "Creator": None, "Date": None})
    svg = _AROUND.sub("", described(file.getvalue(), title, text).decode("utf-8"))
    svg = _SVG.sub(r'<svg class="chart" role="img" aria-labelledby="title desc" viewBox="\1">', svg, count=1)
    return _TAG.sub(lambda tag: _of_page(tag[0], name), svg).strip()


def _of_page(tag: str, name: str) -> str:
    """Return a tag with the ids and colours of a page; what stands between tags is text, and stays as it is."""
    tag = tag.replace("xlink:href=", "href=").replace('"title desc"', f'"{name}-title {name}-desc"')
    tag = _ID.sub(rf"\1{name}-", tag)
    for colour, variable in VARIABLES.items():
        tag = tag.replace(colour, variable)
    return tag
