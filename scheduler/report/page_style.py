"""The style of the page of a report: light and dark, narrow screens, and paper of A4 and Letter."""

from __future__ import annotations

import json

LIGHT = {
    "--ink": "#1a1a1a",
    "--paper": "#ffffff",
    "--quiet": "#595959",
    "--line": "#c8c8c8",
    "--band": "#eef2f6",
    "--link": "#0b5394",
    "--above": "#0072b2",
    "--below": "#b84a00",
}
DARK = {
    "--ink": "#ebebeb",
    "--paper": "#161616",
    "--quiet": "#b4b4b4",
    "--line": "#4a4a4a",
    "--band": "#24292f",
    "--link": "#8ab8f0",
    "--above": "#56b4e9",
    "--below": "#f0914c",
}
"""The colours of the page by the variables that bear them; those of figures from the palette of Okabe and Ito."""


def style(title: str) -> str:
    """Return the style sheet; the margins of printed pages bear the title and the number of the page."""
    # A JSON string is a CSS string too, but for `<`, which could end the style of the page.
    head = json.dumps(title).replace("<", "\\3c ")
    return (
        _STYLE.replace("LIGHT", _declared(LIGHT | {"color-scheme": "light"}))
        .replace("BOTH", _declared(LIGHT | {"color-scheme": "light dark"}))
        .replace("DARK", _declared(DARK))
        .replace("TITLE", head)
    )


def _declared(colours: dict[str, str]) -> str:
    return " ".join(f"{name}: {value};" for name, value in colours.items())


_STYLE = """\
@page { margin: 18mm 16mm 16mm;
  @top-left { content: TITLE; font: 8pt sans-serif; color: #444; }
  @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 8pt sans-serif; color: #444; } }
:root { BOTH }
@media (prefers-color-scheme: dark) { :root { DARK } }
@media print { :root { LIGHT } }
@media (forced-colors: active) { :root { --ink: CanvasText; --paper: Canvas; --quiet: CanvasText; --line: GrayText;
  --band: Canvas; --link: LinkText; --above: CanvasText; --below: CanvasText; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0.5rem 0; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 2.5rem 0 0.5rem; border-top: 2px solid var(--line);
  padding-top: 1rem; }
h3 { font-size: 1.1rem; margin: 1.5rem 0 0.3rem; }
p, ul, dl { margin: 0.5rem 0; max-width: 46rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { position: static; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.small { font-size: 0.875em; color: var(--quiet); }
.contents ul { padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; max-width: none; }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); gap: 1rem; }
.numbers > div { border: 1px solid var(--line); border-top: 4px solid var(--above); padding: 0.8rem 1rem;
  background: var(--band); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.numbers h3 { margin: 0; font-size: 1rem; }
.numbers .big { font-size: 2.4rem; font-weight: 700; line-height: 1.2; margin: 0.2rem 0; }
dt { font-weight: 600; }
dd { margin: 0 0 0.5rem; }
.numbers dl { margin: 0.6rem 0 0; }
.numbers dt { font-weight: 400; font-size: 0.875em; }
.numbers dd { margin-bottom: 0.2rem; font-weight: 600; }
figure { margin: 1rem 0; }
figcaption, caption { text-align: left; font-weight: 600; padding: 0.3rem 0; }
.scroll { overflow-x: auto; position: relative; }
.drawing { overflow-x: auto; }
.chart { display: block; width: 100%; min-width: 34rem; max-width: 42rem; height: auto; }
.chart * { stroke-linejoin: round; stroke-linecap: butt; }
.chart text { font-family: system-ui, sans-serif !important; }
.chart g[id*="-label-"] text { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
table { border-collapse: collapse; margin: 0.5rem 0 1rem; font-size: 0.9375rem; }
caption span { display: inline-block; position: sticky; left: 0; max-width: calc(100vw - 2rem); }
th, td { border-bottom: 1px solid var(--line); padding: 0.3rem 0.5rem; text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid var(--ink); vertical-align: bottom; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
tbody th { font-weight: 400; min-width: min(12rem, 40vw); max-width: 22rem; overflow-wrap: anywhere; }
tr.whole > * { font-weight: 600; }
.day { white-space: nowrap; }
code { font-size: 0.9em; overflow-wrap: anywhere; }
footer { margin-top: 2.5rem; border-top: 2px solid var(--line); }
@media print { body { max-width: none; padding: 0; font-size: 10pt; line-height: 1.35; }
  h2 { margin-top: 1.2rem; } h2, h3, figcaption, caption { break-after: avoid; }
  .skip, .contents { display: none; } p { orphans: 3; widows: 3; } a { color: inherit; text-decoration: none; }
  .scroll, .drawing { overflow: visible; } .chart { min-width: 0; max-width: 504pt; }
  figure, tr, .short, .numbers > div, dl > div { break-inside: avoid; }
  thead { display: table-header-group; } thead, tbody tr:first-child { break-after: avoid; }
  td.number { white-space: normal; }
  table { width: 100%; font-size: 8pt; } th, td { padding: 0.12rem 0.2rem; }
  caption span { position: static; max-width: none; } tbody th { min-width: 6rem; max-width: none; }
  .numbers { grid-template-columns: repeat(3, 1fr); gap: 0.5rem; } .numbers .big { font-size: 20pt; }
  tr.whole > * { border-bottom-color: var(--ink); } }
"""
