"""The commands that documents show, and the output that is shown below them."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from support.paths import ROOT, SAMPLES

_BLOCK = re.compile(r"^(?:<!-- (?P<note>[^\n]*) -->\n)?```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the comment on the line above it."""

    kind: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Example:
    """A command as a document shows it, the output below it (None: not shown), and the exit code that it has."""

    command: str
    output: str | None
    code: int


def blocks(text):
    """Return the fenced blocks of a document, but for those that a comment `not run: WHY` precedes."""
    found = [Block(m["kind"], m["text"], m["note"] or "") for m in _BLOCK.finditer(text)]
    return [block for block in found if not re.match(r"not run: \w", block.note)]


def examples(text):
    """Return the commands of a document: lines of `sh` blocks, and those behind `$` in `console` blocks.

    A line that ends in a backslash goes on in the next one. A comment `exits with N` above a block is the exit code of
    its last command; the others exit with 0.
    """
    shown = []
    for block in blocks(text):
        if block.kind not in ("sh", "console"):
            continue
        text = re.sub(r" *\\\n *", " ", block.text)
        if block.kind == "sh":
            lines = [Example(line, None, 0) for line in text.splitlines()]
        else:
            parts = re.split(r"^\$ (.*)\n", text, flags=re.MULTILINE)
            assert parts[0] == "", f"a console block begins with a command: {text}"
            lines = [Example(*pair, 0) for pair in zip(parts[1::2], parts[2::2], strict=True)]
        code = re.fullmatch(r"exits with (\d+)", block.note)
        if code:
            lines[-1] = Example(lines[-1].command, lines[-1].output, int(code[1]))
        shown += lines
    return shown


def matches(shown, printed):
    """Tell whether an output is what is shown, where a `...` stands for any text, also of several lines."""
    return re.fullmatch(re.escape(shown).replace(re.escape("..."), ".*"), printed, flags=re.DOTALL) is not None


def folder_with_samples(folder):
    """Copy the sample cohorts into a folder, as a checkout has them; return the folder."""
    shutil.copytree(SAMPLES, folder / "sample_cohorts")
    return folder


def run_as_shown(command, folder):
    """Run a command by a shell that finds `vigil`; return its exit code and all that a terminal would show."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=folder, env=os.environ | {"PATH": path, "COLUMNS": "80"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


RENDERED = {"protocols.md", "indications.md", "proofs.md"}
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "docs").rglob("*.md"))
    if path.name not in RENDERED and "generated" not in path.parts
}
"""Every page of the documentation that is written by hand, by its path."""
