"""The style of the printed due list: A4 and Letter, light and dark, without anything from elsewhere."""

from __future__ import annotations

import json


def style(as_of: str, edition: str) -> str:
    """Return the style sheet; the margins of printed pages name the date, the edition and the page."""
    # A JSON string is a CSS string too, but for `<`, which could end the style of the page.
    left = json.dumps(f"Due on {as_of}, {edition}. Patients' data.").replace("<", "\\3c ")
    return _STYLE.replace("LEFT", left)


_STYLE = """\
@page { size: landscape; margin: 16mm 12mm 14mm;
  @top-left { content: LEFT; font: 8pt sans-serif; }
  @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 8pt sans-serif; } }
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #fff; --line: #b5b5b5; --band: #eef1f4; --quiet: #555;
  --late: #a40000; --open: #1d5c1d; --ask: #7a4b00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --paper: #161616; --line: #555; --band: #262a2e;
  --quiet: #b0b0b0; --late: #ff8f8f; --open: #8fd48f; --ask: #f0c070; } }
@media print { :root { color-scheme: light; --ink: #000; --paper: #fff; --line: #888; --band: #eee; --quiet: #333;
  --late: #900; --open: #040; --ask: #530; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 80rem; padding: 1rem; color: var(--ink); background: var(--paper);
  font: 0.95rem/1.35 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 0.3rem; }
header p { margin: 0.2rem 0; }
.private { border-left: 0.25rem solid var(--late); padding-left: 0.5rem; }
.small { font-size: 0.85em; color: var(--quiet); font-weight: normal; }
table { width: 100%; border-collapse: collapse; margin: 1rem 0; table-layout: fixed; }
caption { text-align: left; font-weight: bold; padding: 0.3rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: 0.3rem 0.4rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
thead th { border-bottom: 2px solid var(--ink); }
th.done { width: 4.2em; } th.study { width: 26%; } th.status { width: 24%; } th.window { width: 10.5em; }
th.booked { width: 18%; }
.date { white-space: nowrap; }
tbody { break-inside: avoid; }
tr { break-inside: avoid; }
.patient th { background: var(--band); border-top: 2px solid var(--line); break-after: avoid;
  print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.patient span { font-weight: normal; margin-left: 0.6em; }
.patient .warning { margin-left: 0.6em; }
th.study { font-weight: 600; }
.box { display: inline-block; width: 1.1em; height: 1.1em; border: 1.5px solid var(--ink); border-radius: 2px; }
.overdue .status strong { color: var(--late); } .open .status strong { color: var(--open); }
.needs_info .status strong, .warning { color: var(--ask); }
.change { border: 1px solid currentColor; border-radius: 3px; padding: 0 0.3em; font-size: 0.85em; }
@media print { body { max-width: none; padding: 0; font-size: 8.5pt; line-height: 1.25; }
  th, td { padding: 0.15rem 0.3rem; } thead { display: table-header-group; }
  td.notes { border-left: 1px dotted var(--line); } }
@media (max-width: 50rem) { main { overflow-x: auto; } table { min-width: 64rem; } }
"""
