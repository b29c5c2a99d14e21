"""Writing small events files line by line."""

from io import BytesIO

from spine_vigil.scheduler.cohort.events.opening import open_events, open_stream, whole_file
from spine_vigil.scheduler.intake.column_map import ColumnMap
from spine_vigil.scheduler.intake.profile import FileProfile, with_options


def write_lines(path, *lines):
    """Write a CSV of these lines, the header first; return its path."""
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def read_events(path, profile=None):
    """Return the rows of an events file."""
    with open_events(path, profile) as file:
        return whole_file(file)


def parse_events(data, name, date_format=None, columns=None):
    """Return the events of a file whose bytes are given, read as a whole; `columns` None offers no mapping."""
    profile = (
        None
        if columns is None and date_format is None
        else with_options(FileProfile(), columns or ColumnMap(), date_format)
    )
    with open_stream(BytesIO(data), name, profile) as file:
        return whole_file(file)
