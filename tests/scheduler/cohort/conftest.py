"""Limits of the reader of events files, made small enough for a test."""

import pytest
from support.block_sizes import LONGEST

from spine_vigil.scheduler.cohort.events import csv_file


@pytest.fixture
def short_lines(monkeypatch):
    """Read lines up to LONGEST bytes, and say so of longer ones."""
    monkeypatch.setattr(csv_file, "LONGEST_LINE", LONGEST)
    monkeypatch.setattr("spine_vigil.scheduler.files.csv_text.LONGEST_LINE", LONGEST)
