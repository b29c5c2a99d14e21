"""Inspections: what would be read of a cohort's files before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from spine_vigil.notices import Listener, tell
from spine_vigil.scheduler.cohort.survey.inspection import Inspection, Inspector
from spine_vigil.scheduler.editions.edition import Edition
from spine_vigil.sources import CohortFiles, open_source


@dataclass(frozen=True, slots=True)
class Inspected:
    """What would be read of the events, and of each patients file."""

    events: Inspection
    patients: tuple[Inspection, ...] = ()


def inspect_files(files: CohortFiles, edition: Edition, as_of: date, listener: Listener) -> Inspected:
    """Return what would be read of a cohort's files. Raises VigilError if one cannot be read."""
    with open_source(files, edition, as_of) as source:
        tell(listener, source.notices())
        inspector = Inspector(edition, as_of)
        events = inspector.inspect(source.file, lambda rows: listener.show(f"reading {files.name}", rows, 0.5))
        patients = []
        if source.patients is not None:
            names = [files.patients_name, *map(str, files.more_patients)]
            for part, name in zip((source.patients, *source.patients.more), names, strict=True):
                rows = part.rows[0]
                patients.append(inspector.inspect_patients(rows, name, dict(part.own_names)))
        listener.done()
        inspector.finish(events)
    return Inspected(events, tuple(patients))
