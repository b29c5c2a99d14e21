"""Writing small events files line by line."""

from io import BytesIO

from spine_vigil.scheduler.cohort.events.opening import open_stream, whole_file


def write_lines(path, *lines):
    """Write a CSV of these lines, the header first; return its path."""
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def parse_events(data, name, date_format=None, columns=None):
    """Return the events of a file whose bytes are given, read as a whole."""
    with open_stream(BytesIO(data), name, date_format, columns) as file:
        return whole_file(file)
