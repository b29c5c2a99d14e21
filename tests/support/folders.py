"""The contents and the permissions of files in a folder."""

import stat


def contents(folder):
    """Return the text of every file by its name."""
    return {path.name: path.read_text() for path in folder.iterdir()}


def mode_of(path):
    """Return the permissions of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)
