"""Writing small events files line by line."""


def write_lines(path, *lines):
    """Write a CSV of these lines, the header first; return its path."""
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path
