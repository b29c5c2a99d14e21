"""Actions run with compiled loops and without, and small events files for them."""

import pytest

from spine_vigil.scheduler.cohort.events import csv_file

HEAD = "patient_id,date,cpt,protocol,treatment_end_date,status,note"
LINE = "{},2026-04-15,72141,bone.osteosarcoma,2026-01-15,{},{}"


def both(action, by_loops=None):
    """Run an action with compiled loops and without; return its result, which must be the same.

    `by_loops` says whether the loops have to read some block of what the action reads; None leaves that open.
    """
    compiled, blocks = _run(action, compiled_from=0)
    without, none = _run(action, compiled_from=1 << 40)
    assert compiled == without
    assert not none
    assert by_loops is None or any(blocks) == by_loops
    return without


def _run(action, compiled_from):
    """Run an action; return its result, and which of the blocks that the loops were given they read."""
    from spine_vigil.scheduler.cohort.compiled.csv_cells import PlainReader

    read, blocks = PlainReader.read, []

    def counted(self, body, first_line):
        text = read(self, body, first_line)
        blocks.append(text is not None)
        return text

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "COMPILED_BYTES", compiled_from)
        patch.setattr(PlainReader, "read", counted)
        return action(), blocks


def event(patient, note="", status="requested"):
    """Return the line of a request."""
    return LINE.format(patient, status, note)


def text_of(*lines, end="\n", is_ended=True):
    """Return an events file of these lines."""
    return end.join([HEAD, *lines]).encode() + end.encode() * is_ended
