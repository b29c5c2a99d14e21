"""Random files as sites export them, each with a random profile: foreign columns, words, dates, codes and damage."""

import csv
from datetime import date
from io import BytesIO, StringIO
from random import Random

from spine_vigil.cohort_rows import _parsed
from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.cohort.decoding.decoding import Decoder
from spine_vigil.scheduler.cohort.events.opening import open_stream, whole_file
from spine_vigil.scheduler.intake.column_map import ColumnMap
from spine_vigil.scheduler.intake.forms import CodeForms, DateForms, IdForms
from spine_vigil.scheduler.intake.profile import FileForm, FileProfile
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS, MODALITIES, STATUSES
from spine_vigil.sources import CohortFiles, Source

AS_OF = date(2026, 11, 30)

BAD_BYTES = "\u2620"
"""Stands in a made-up cell for a byte that is no UTF-8."""

_COLUMNS = {
    "MRN": ("patient_id", ("P1", "P2", " P3", "0042"), ('="0042"', "42.0", "NULL", "", "P1\u200b", "0")),
    "Proc": (
        "cpt",
        ("72156", "72156", "72141-26", "72156 TC", "72156,72157", "CPT 72156", "H1", "h1", "", "", ""),
        ("72156 71250", "70553-52", "70553-53", "0649T", "93000", "99213", "73721", "X9", "NULL"),
    ),
    "Exam": ("study_text", ("MR C SPINE", "mr  c spine", "CT Chest", "", ""), ("US neck", "Consult", "soon", "N/A")),
    "Mod": ("modality", ("MRI", "mr", "", "", ""), ("MRT", "CT", "N/A")),
    "Part": ("region", ("cervical_spine", "HWS", "Hws ", "", ""), ("knee", "chest|abdomen")),
    "Done": (
        "date",
        ("04/15/2026", "4/5/2026 09:30", "04/20/2026 9:30 PM", "06/01/2026"),
        ("15.04.2026", "02/30/2026", "46127", "Done", "01/01/1900", "12/31/9999", "NULL", "2026-04-15", "04/15/26",
         "2026-04-15T23:30:00Z", ""),
    ),
    "State": ("status", ("COMPLETED", "completed ", "Com pleted", "performed", ""), ("DELETED", "gone", "?", "N/A")),
    "Dx": ("diagnosis", ("C40.2", "c40.2", "C79.31", "Z00", ""), ("GBM", "N/A")),
    "Dx 2": ("diagnosis", ("C79.31", "Z00", "", ""), ("GBM",)),
    "Class": ("protocol", ("bone.osteosarcoma", "", ""), ("sarkoma", "BONE.CHORDOMA|cns.ependymoma", "GBM", "-")),
    "Op": ("surgery_date", ("01/15/2026", "", ""), ("00/00/0000", "1900-01-01", "45672", "?")),
    "Born": ("birth_date", ("03/30/1941", "01/01/1900", ""), ("03/30/41", "12/01/26", "04/16/2026")),
    "Died": ("death_date", ("", "", "12/31/9999"), ("04/14/2026", "9999-12-31", "04/15/2026")),
    "Site": ("primary_site", ("chest", "Thorax", ""), ("N/A", "elsewhere")),
    "New pain": ("symptoms_new_or_progressing", ("true", "no", ""), ("J", "n", "maybe", "N/A")),
    "Loss": ("weight_loss_pct_6_months", ("12.5", ""), ("12 %", "none", "N/A")),
    "Mods": ("modifier", ("26", "26 59", "TC", "?", ""), ("52", "53", "TC,52")),
    "Type": ("Type", ("Imaging", "Phone", ""), ("consult", "Consult")),
    "Remark": ("Remark", ("na\u00efve", BAD_BYTES, "Done", ""), ("",)),
}  # fmt: skip
"""Columns of a site: the field that each holds, cells that most profiles read, and others."""

_ODD = 0.06
"""How likely a cell is one that few profiles read."""

_VALUES = {
    "status": {"completed": "performed", "gone": "cancelled", "?": ""},
    "modality": {"mr": "MRI"},
    "region": {"hws": "cervical_spine"},
    "protocol": {"sarkoma": "bone.osteosarcoma", "gbm": "cns.glioblastoma", "-": ""},
    "primary_site": {"thorax": "chest"},
    "symptoms_new_or_progressing": {"j": "true", "n": "false"},
    "weight_loss_pct_6_months": {"none": "0"},
    "cpt": {"h1": "MRI cervical_spine", "x9": "no imaging", "99213": "other study"},
    "study_text": {
        "mrcspine": "MRI cervical_spine", "ctchest": "CT chest", "usneck": "other study", "consult": "no imaging",
    },
    "diagnosis": {
        "c40.2": "bone.osteosarcoma", "c79.31": "cns.brain_metastases", "gbm": "bone.chordoma|cns.ependymoma",
    },
}  # fmt: skip

_CONSTANTS = {"status": "performed", "modality": "MRI", "region": "chest", "protocol": "bone.chordoma",
    "primary_site": "chest", "symptoms_new_or_progressing": "yes", "surgery_date": "2026-01-15"}  # fmt: skip


def random_profile(random: Random, columns: list[str]) -> FileProfile:
    """Return a random profile for some columns of the site."""
    fields = {name: _COLUMNS[name][0] for name in columns}
    values = {
        field: {word: ours for word, ours in words.items() if random.random() < 0.95}
        for field, words in _VALUES.items()
        if random.random() < 0.9
    }
    formats = random.choice(
        (("%m/%d/%Y",), ("%m/%d/%Y", "%m/%d/%y", "excel"), ("%m/%d/%Y", "%Y-%m-%d"), ("%d.%m.%Y",), ())
    )
    missing = [name for name in _CONSTANTS if name not in fields.values()]
    null = frozenset(word for word in ("null", "n/a", "?", "2026-04-15") if random.random() < 0.6)
    return FileProfile(
        form=FileForm(footer=("Total",) if random.random() < 0.7 else ()),
        columns=ColumnMap(fields),
        dates=DateForms(
            formats,
            until=random.choice((None, 2036)),
            timezone=random.choice((None, "America/New_York")),
            none=frozenset({"00/00/0000"} if random.random() < 0.5 else ()),
        ),
        date_columns={"Op": ("excel",)} if random.random() < 0.2 else {},
        births_until=random.choice((None, date(2026, 4, 15))),
        values=values,
        constants={name: _CONSTANTS[name] for name in missing if random.random() < 0.3},
        null=null,
        null_columns={"Proc": frozenset({"x9"})} if random.random() < 0.2 else {},
        ids=IdForms(clean=random.random() < 0.5, leading_zeros=random.random() < 0.5),
        codes=CodeForms(*(random.random() < 0.6 for _ in range(3))),
        leave_out={
            column: texts
            for column, texts in (("Type", frozenset({"consult"})), ("State", frozenset({"deleted"})))
            if random.random() < 0.5
        },
        is_profiled=random.random() < 0.9,
    )


def random_file(random: Random, rows: int = 8) -> tuple[bytes, FileProfile]:
    """Return a CSV of a site with some damaged lines, and a profile for it."""
    needed = ("MRN", "Proc", "Done")
    columns = [name for name in _COLUMNS if name in needed or random.random() < 0.7]
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    for _ in range(rows):
        kind = random.random()
        if kind < 0.04:
            writer.writerow(columns)  # exports that were joined
        elif kind < 0.08:
            writer.writerow(["Total rows: 12", *[""] * (len(columns) - 1)])
        else:
            cells = [random.choice(_COLUMNS[name][1 + (random.random() < _ODD)]) for name in columns]
            if random.random() < 0.06:
                cells[random.randrange(len(cells))] += BAD_BYTES
            if random.random() < 0.05:
                cells.append("too many")
            writer.writerow(cells)
    return file.getvalue().encode().replace(BAD_BYTES.encode(), b"\xff"), random_profile(random, columns)


Read = tuple[object, ...]
"""A row in one form for both readers: left out, its problems, else what it says and its event."""


def read_one_by_one(data: bytes, profile: FileProfile) -> list[Read]:
    """Return the rows of a file as the reader of single rows reads them."""
    with open_stream(BytesIO(data), "events", profile) as file:
        source = Source(CohortFiles(BytesIO(data)), CURRENT, file, None, AS_OF)
        rows = list(_parsed(whole_file(file).cells, source, file.forms))
    return [
        ("left out",)
        if row.is_left_out
        else ("problems", *((p.column, p.value, p.message) for p in row.problems))
        if row.problems
        else (
            "row",
            tuple(protocol.id for protocol in row.says.protocols),
            {kind.column: day for kind, day in row.says.index_dates.items()},
            row.says.primary_site,
            {name: value for name, value in row.says.facts.items() if value is not None},
            row.says.death,
            row.event
            and (row.event.study.modality, row.event.study.regions, row.event.date, row.event.status,
                 row.event.is_add_on),
        )
        for row in rows
    ]  # fmt: skip


def read_as_columns(data: bytes, profile: FileProfile) -> list[Read]:
    """Return the rows of a file as the decoder of cohorts reads them."""
    with open_stream(BytesIO(data), "events", profile) as file:
        decoder = Decoder(CURRENT, file.forms, AS_OF)
        decoded = decoder.decode(whole_file(file).text)
    problems: dict[int, list[tuple[str, str, str]]] = {}
    for row, *problem in decoded.problems.iter_rows():
        problems.setdefault(row, []).append(tuple(problem))
    found: list[Read] = []
    for number, row in enumerate(decoded.rows.iter_rows(named=True)):
        if row.get("is_left_out"):
            found.append(("left out",))
        elif number in problems:
            found.append(("problems", *problems[number]))
        else:
            found.append(_read(row, decoder))
    return found


def _read(row, decoder) -> Read:
    protocols = () if row["protocol"] is None else decoder.sets.protocols(row["protocol"])
    facts = {fact.name: row.get(fact.name) for fact in CURRENT.facts}
    return (
        "row",
        tuple(CURRENT.protocols[number].id for number in protocols),
        {kind.column: _day(row[kind.column]) for kind in INDEX_COLUMNS.values() if row[kind.column] is not None},
        row["primary_site"],
        {name: _fact(name, value) for name, value in facts.items() if value is not None},
        _day(row["death_date"]),
        None
        if row["date"] is None
        else (MODALITIES[row["modality"]], row["regions"], _day(row["date"]), STATUSES[row["status"]],
              row["is_add_on"]),
    )  # fmt: skip


def _fact(name, value):
    kind = CURRENT.facts_by_name[name].kind.value
    return _day(value) if kind == "date" else bool(value) if kind == "boolean" else value


def _day(number: int | None) -> date | None:
    return None if number is None else date.fromordinal(date(1970, 1, 1).toordinal() + number)
