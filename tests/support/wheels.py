"""Wheels like those of an index, built from a source tree without leaving files in it."""

import shutil
import subprocess
import sys

from support.paths import ROOT


def run(*command, cwd):
    """Run a command; return what it prints."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(source, folder):
    """Build the wheel of a source tree in a folder; return its path."""
    options = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder)
    run(sys.executable, "-m", "pip", "wheel", *options, source, cwd=folder)
    return next(folder.glob("*.whl"))


def build_checkout(folder):
    """Build the wheel of this checkout in a folder, from a copy; return its path."""
    source = folder / "source"
    listed = run(shutil.which("git"), "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    return build(source, folder)


def install(wheel, folder):
    """Install a wheel alone into a folder of packages."""
    options = ("--quiet", "--no-deps", "--no-index", "--target", folder)
    run(sys.executable, "-m", "pip", "install", *options, wheel, cwd=folder)
