"""The files of a made-up clinic for `vigil setup`; MARKERS are planted in its ids, names and births."""

from support.events_files import write_lines

MARKERS = ("ZQX-", "Jane", "Plantedmarker", "1961", "07/23")

EVENTS = (
    "MRN,Patient Name,DOB,Exam Description,Exam Dt,Exam Status",
    "ZQX-4711,Jane Plantedmarker,07/23/1961,CT CHEST W WO,04/15/2026,Completed",
    "ZQX-4711,Jane Plantedmarker,07/23/1961,CT CHEST W WO,07/15/2026,Sched",
    "ZQX-4712,Ann Plantedmarker,08/24/1961,MR BRAIN,03/28/2026,Completed",
    "ZQX-4712,Ann Plantedmarker,NULL,US NECK,03/29/2026,Completed",
)
PATIENTS = (
    "MRN,Diagnosis,ICD10,Tx End,Site",
    "ZQX-4711,Osteosarcoma of tibia,C40.21,01/15/2026,Right lower leg",
    "ZQX-4712,Glioblastoma IDH-wt,C71.2,12/15/2025,Brain",
)


def write_clinic(folder):
    """Write `events.csv` and `patients.csv`."""
    write_lines(folder / "events.csv", *EVENTS)
    write_lines(folder / "patients.csv", *PATIENTS)
