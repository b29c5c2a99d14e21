"""A report with numbers as a region of hospitals could have them, all tables filled, and what tests alter of it."""

from dataclasses import replace
from datetime import date

import polars as pl
from scipy.stats import binom, norm

from spine_vigil.scheduler.report.model import SUPPRESSED, TABLES, About, InputFile, Report

ABOUT = About(
    edition="healthhelp_mri_cspine_2025",
    edition_title="HealthHelp, 2025 MRI Cervical Spine",
    reviewed=date(2025, 5, 16),
    grace="a tenth of the interval, at least 7 and at most 30 days",
    version="0.9.0",
    first_day=date(2023, 1, 1),
    last_day=date(2025, 12, 31),
    as_of=date(2026, 3, 31),
    made_on=date(2026, 4, 2),
    command_line="vigil report events.csv --from 2023-01-01 --to 2025-12-31 --by site --by payer -o report.html",
    small_cells=11,
    files=(InputFile("events.csv", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"), InputFile("-")),
    readings=("cns.ependymoma/surveillance=from_surgery",),
    by=("site", "payer"),
    counts={"rows": 9120, "patients": 812, "studies performed": 3204, "rows not readable": 37},
    cautions=("41 patients have two index dates that lie within a week of each other.",),
    not_an_order="Counts of imaging against a published guideline. No judgment of a clinician, and no order.",
)

SITES = (
    ("Eastfield General", 402, 336, 38),
    ("Harbour Oncology", 311, 231, 41),
    ("Lakeside Cancer Center", 268, 240, 17),
    ("Northgate Clinic", 240, 142, 52),
    ("Old Mill Practice", 34, 24, 5),
    ("St. Mary's", 372, 294, 40),
    ("Valley Imaging", 205, 146, 34),
    ("(others)", 19, 13, 2),
)
"""Sites with windows that are counted, timely and late."""

PAYERS = (("Alder Health", 861, 672, 98), ("Birch Mutual", 702, 538, 84), ("(none)", 288, 216, 47))

PROTOCOLS = (
    ("bone.chordoma", 331, 262, 40),
    ("bone.ewing_sarcoma", 412, 322, 52),
    ("bone.osteosarcoma", 603, 476, 70),
    ("cns.ependymoma", 287, 202, 44),
    ("cns.medulloblastoma", 218, 164, 23),
)
SCHEDULES = (
    ("bone.chordoma/primary_site", 331, 262, 40),
    ("bone.ewing_sarcoma/chest", 214, 172, 22),
    ("bone.ewing_sarcoma/primary_site", 198, 150, 30),
    ("bone.osteosarcoma/chest", 310, 256, 30),
    ("bone.osteosarcoma/primary_site", 293, 220, 40),
    ("cns.ependymoma/surveillance", 287, 202, 44),
    ("cns.medulloblastoma/brain", 118, 96, 9),
    ("cns.medulloblastoma/spine", 100, 68, 14),
)
YEARS = (("2023", 498, 362, 74), ("2024", 641, 494, 76), ("2025", 712, 570, 79))
TOTAL = (1851, 1426, 229)


def wilson(part, whole, percent=95):
    """Return the Wilson interval of a share."""
    z = norm.ppf(0.5 + percent / 200)
    middle = (part + z * z / 2) / (whole + z * z)
    half = z * (part * (whole - part) / whole + z * z / 4) ** 0.5 / (whole + z * z)
    return middle - half, middle + half


def share(part, whole, unknown=0):
    """Return the columns of a share, with `unknown` more that could go either way."""
    low, high = wilson(part, whole)
    both = whole + unknown
    return {"share": part / whole, "low": low, "high": high, "least": part / both, "greatest": (part + unknown) / both}


def standing(part, whole, of_all):
    """Return how a share stands beside that of all."""
    low, high = wilson(part, whole)
    if high - low > 0.3:
        return "too few to tell"
    for quantile, words in ((0.999, "above"), (0.975, "perhaps above")):
        if part > binom.ppf(quantile, whole, of_all):
            return words
    for quantile, words in ((0.001, "below"), (0.025, "perhaps below")):
        if part < binom.ppf(quantile, whole, of_all):
            return words
    return "as the whole"


def timeliness_row(by, group, windows, timely, late):
    unknown, patients = windows // 18, max(windows // 3, 1)
    every = int(patients * (timely / windows) ** 2)
    of_patients = share(every, patients, patients // 20)
    return {
        "by": by,
        "group": group,
        "patients": patients + patients // 20,
        "windows": windows + unknown,
        "timely": timely,
        "late": late,
        "missed": windows - timely - late,
        "unknown": unknown,
        **share(timely, windows, unknown),
        "standing": "" if by == "all" else standing(timely, windows, TOTAL[1] / TOTAL[0]),
        "patients_counted": patients,
        "patients_timely": every,
        **{f"patients_{name}": value for name, value in of_patients.items()},
    }


def use_row(by, group, windows, timely, late):
    studies, undecided, refer = windows * 3 // 2, windows // 12, windows // 30
    outside = (windows - timely) // 2 + late // 5
    within = studies - outside - undecided - refer
    told = share(outside, within + outside, undecided)
    return {
        "by": by,
        "group": group,
        "patients": windows // 3,
        "studies": studies,
        "within": within,
        "outside": outside,
        "undecided": undecided,
        "refer": refer,
        **told,
        "standing": "" if by == "all" else standing(outside, within + outside, 0.1),
    }


def time_row(by, group, windows, timely, late):
    done = timely + late
    columns = {"median": 12.0 + windows % 9, "median_low": 9.0, "median_high": 16.0}
    parts = {"by_closes": 0.62, "by_30": timely / windows, "by_60": 0.5 * (timely + done) / windows}
    parts["by_90"] = done / windows
    for name, part in parts.items():
        low, high = wilson(part * windows, windows)
        columns |= {name: part, f"{name}_low": low, f"{name}_high": high}
    return {
        "by": by,
        "group": group,
        "patients": windows // 3,
        "windows": windows,
        "done": done,
        "censored": windows - done,
        **columns,
    }


def groups():
    """Yield all groups as `by`, `group` and the numbers of their windows."""
    yield ("all", "all", *TOTAL)
    kinds = (("protocol", PROTOCOLS), ("schedule", SCHEDULES), ("year", YEARS), ("site", SITES), ("payer", PAYERS))
    for by, listed in kinds:
        yield from ((by, *numbers) for numbers in listed)


def curve():
    """Yield a curve that rises to 88 % over half a year, a step for every third day."""
    at_risk = 1851
    for days in range(0, 181, 3):
        done = 0.88 * (1 - 2.0 ** (-(days + 2) / 18))
        low, high = wilson(done * 1851, 1851)
        yield {"days": days, "at_risk": at_risk, "done": done, "done_low": low, "done_high": high}
        at_risk = round(1851 * (1 - done)) - days // 4


ROWS = {
    "timeliness": [timeliness_row(*numbers) for numbers in groups()],
    "time_to_study": [time_row(*numbers) for numbers in groups()],
    "time_curve": list(curve()),
    "not_counted": [
        {"outcome": "unknown", "why": "undocumented_fact", "windows": 51, "patients": 22},
        {"outcome": "unknown", "why": "unreadable_row", "windows": 29, "patients": 27},
        {"outcome": "unknown", "why": "unconfirmed_booking", "windows": 22, "patients": 22},
        {"outcome": "not_due_yet", "why": "", "windows": 402, "patients": 391},
        {"outcome": "not_counted", "why": "progressed", "windows": 88, "patients": 88},
        {"outcome": "not_counted", "why": "died", "windows": None, "patients": None, SUPPRESSED: "windows;patients"},
        {"outcome": "not_counted", "why": "schedule_ended", "windows": 31, "patients": 31},
    ],
    "courses": [
        {"standing": "has_windows", "courses": 655, "patients": 647},
        {"standing": "no_index_date", "courses": 84, "patients": 84},
        {"standing": "no_schedule", "courses": 47, "patients": 46},
        {"standing": "not_covered", "courses": None, "patients": None, SUPPRESSED: "courses;patients"},
    ],
    "use": [use_row(*numbers) for numbers in groups()],
    "use_reasons": [
        {"decision": "within", "reason": "on_schedule", "studies": 1821, "patients": 611, "share": 0.656},
        {"decision": "within", "reason": "symptomatic", "studies": 380, "patients": 288, "share": 0.137},
        {"decision": "needs_info", "reason": "missing_fact", "studies": 154, "patients": 120, "share": 0.055},
        {"decision": "refer", "reason": "progressed", "studies": 61, "patients": 40, "share": 0.022},
        {"decision": "outside", "reason": "early", "studies": 142, "patients": 119, "share": 0.051},
        {"decision": "outside", "reason": "not_in_protocol", "studies": 73, "patients": 61, "share": 0.026},
        {"decision": "outside", "reason": "ended", "studies": 42, "patients": 33, "share": 0.015},
        {"decision": "outside", "reason": "contraindicated", SUPPRESSED: "studies;patients;share"},
    ],
    "early_days": [
        {"days": "1 to 7", "studies": 31, "patients": 30, "share": 0.218},
        {"days": "8 to 14", "studies": 44, "patients": 41, "share": 0.31},
        {"days": "15 to 30", "studies": 39, "patients": 36, "share": 0.275},
        {"days": "31 to 60", "studies": 28, "patients": 24, "share": 0.197},
        {"days": "61 or more", SUPPRESSED: "studies;patients;share"},
    ],
    "collect_first": [
        {"item": "progression_date", "alone": 61, "together": 61, "together_share": 0.396},
        {"item": "treatment_end", "alone": 38, "together": 99, "together_share": 0.643},
        {"item": "contrast_allergy", "alone": 11, "together": 126, "together_share": 0.818},
    ],
    "readings": [
        {
            "reading": "cns.ependymoma/surveillance=from_radiation",
            "differing": 46,
            "use_share": 0.103,
            "use_share_read_so": 0.117,
            "timeliness": 0.770,
            "timeliness_read_so": 0.751,
        },
        {
            "reading": "bone.chordoma/primary_site=every_six_months",
            "differing": 12,
            "use_share": 0.103,
            "use_share_read_so": 0.101,
            "timeliness": 0.770,
            "timeliness_read_so": 0.782,
        },
    ],
    "burden": [
        {"modality": modality, "what": what, "studies": studies, "patients": 604, "patient_years": 1188.5}
        | {"per_patient_year": studies / 1188.5}
        for modality, what, studies in (
            ("all", "done", 2904),
            ("all", "asked", 1790),
            ("CT", "done", 802),
            ("MRI", "done", 1966),
            ("PET/CT", "done", 136),
            ("CT|MRI", "asked", 1118),
            ("CT|PET/CT", "asked", 672),
        )
    ],
}
"""The rows of every table."""


def frame(name, rows):
    """Return a table of a report; a column that a row lacks is null, and nothing is suppressed unless it says so."""
    return pl.DataFrame([{SUPPRESSED: ""} | row for row in rows], schema=TABLES[name])


def sample_report(rows=None, **about):
    """Return a report with the rows of some tables replaced, and with other things said of it."""
    tables = {name: frame(name, (rows or {}).get(name, ROWS[name])) for name in TABLES}
    return Report(replace(ABOUT, **about), tables)
