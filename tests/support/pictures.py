"""Parsing of the SVG pictures that `vigil` draws."""

from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"


def parse_svg(svg: bytes) -> ET.Element:
    """Return the root of an SVG that the program has just written."""
    return ET.fromstring(svg)  # noqa: S314 - our own file, not one from outside


def texts_of(svg: bytes) -> set[str | None]:
    """Return every text that is drawn."""
    return {text.text for text in parse_svg(svg).iter(f"{SVG}text")}
