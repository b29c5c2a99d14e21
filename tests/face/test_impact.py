"""What a change of rules does to a cohort, against the audits, lists and calendars of either edition."""

from collections import Counter
from datetime import UTC, date, datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from support.overlays import OVERLAY
from support.paths import SAMPLES

import spine_vigil as vigil
from spine_vigil.impact import Outputs, compare_on_cohort, routes_of
from spine_vigil.notices import Silent
from spine_vigil.protocols import CURRENT, EDITIONS
from spine_vigil.scheduler.calendars.state import Horizon
from spine_vigil.scheduler.cohort.audit.audit import Audit
from spine_vigil.scheduler.cohort.impact.contacts import MOVEMENTS
from spine_vigil.scheduler.cohort.impact.decisions import COMPARED, SHOWN
from spine_vigil.scheduler.cohort.impact.rules import OTHER_RULES
from spine_vigil.scheduler.editions.comparing.differences import differences
from spine_vigil.scheduler.editions.toml_files.edition_file import edition_of
from spine_vigil.scheduler.errors import FileError
from spine_vigil.sources import CohortFiles

AS_OF = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
ROUTE = "bone.osteosarcoma/primary_site"
LOCAL = edition_of(
    f"""{OVERLAY}
[protocol."cns.brain_metastases"]
remove = true

[indication.scoliosis]
remove = true
""",
    "local.toml",
    EDITIONS,
)
RULES = (ROUTE, "cns.brain_metastases", "indication.scoliosis")


def compared(events, outputs, rules=RULES, before=CURRENT, after=LOCAL, patients=None):
    audits = (Audit(before, before.grace_of(None), AS_OF), Audit(after, after.grace_of(None), AS_OF))
    horizon = Horizon(AS_OF, date(2027, 11, 2))
    return compare_on_cohort(CohortFiles(events, patients), audits, rules, outputs, horizon, NOW, Silent())


def audited(events, edition):
    return vigil.audit(events, edition=edition, as_of=AS_OF, listener=Silent())


@pytest.mark.parametrize("name", ["auditor.csv", "clinic.csv"])
def test_the_rows_that_change_are_those_that_the_audits_decide_otherwise(name, tmp_path):
    events, output = SAMPLES / name, tmp_path / "rows.parquet"
    found = compared(events, Outputs(rows=output)).impact
    before, after = audited(events, CURRENT), audited(events, LOCAL)
    differs = pl.any_horizontal(pl.lit(before[n]).ne_missing(pl.lit(after[n])) for n in COMPARED)
    places = before.select(differs).to_series().arg_true()
    rows = pl.read_parquet(output)
    assert 0 < len(rows) == len(places) == found.changed < found.rows == len(before)
    own = [column for column in rows.columns if column in before.columns and column not in SHOWN]
    assert_frame_equal(rows.select(own), before[places].select(own))
    for prefix, decided in (("before_", before), ("after_", after)):
        said = rows.select(pl.col(f"{prefix}{n}").alias(n) for n in SHOWN)
        assert_frame_equal(said, decided[places].select(SHOWN))
    assert found.decisions == rows["before_decision"].ne_missing(rows["after_decision"]).sum()
    assert found.patients == rows["patient_id"].n_unique()
    assert found.performed == (rows["status"].str.to_lowercase() == "performed").sum()
    assert found.not_in_force == (rows["date"].cast(pl.String) < "2026-03-01").sum()
    decisions = [side["decision"].fill_null("not judged") for side in (before, after)]
    pairs = Counter(zip(*decisions, strict=True))
    matrix = Counter()
    for (_, *decisions), count in found.matrix.items():
        matrix[tuple(decisions)] += count
    assert matrix == pairs


def test_a_row_names_the_rule_by_which_it_changes(tmp_path):
    output = tmp_path / "rows.csv"
    found = compared(SAMPLES / "auditor.csv", Outputs(rows=output)).impact
    rows = pl.read_csv(output, infer_schema=False)
    by_rule = {
        rule: (len(part), part["patient_id"].n_unique())
        for (rule,), part in rows.with_columns(pl.col("changed_by").str.split(";"))
        .explode("changed_by")
        .group_by("changed_by")
    }
    assert found.rules == by_rule
    assert set(by_rule) <= set(RULES)
    unknown = rows.filter(pl.col("changed_by") == "cns.brain_metastases")
    assert set(unknown["after_decision"]) == {"invalid"}
    assert unknown["after_explanation"].str.contains("unknown protocol 'cns.brain_metastases'").all()
    others = compared(SAMPLES / "auditor.csv", Outputs(), rules=()).impact
    assert set(others.rules) == {OTHER_RULES}


def test_a_protocol_that_is_taken_away_leaves_rows_that_nobody_can_read(tmp_path):
    gone = OVERLAY.partition("[protocol")[0] + '[protocol."cns.brain_metastases"]\nremove = true\n'
    output = tmp_path / "rows.csv"
    found = compared(SAMPLES / "auditor.csv", Outputs(rows=output), after=edition_of(gone, "local.toml", EDITIONS))
    rows = pl.read_csv(output, infer_schema=False)
    assert len(rows) == found.impact.changed > 10
    assert set(rows["after_decision"]) == {"invalid"}
    assert rows["after_explanation"].str.contains("unknown protocol 'cns.brain_metastases'").all()
    assert rows["before_explanation"].str.starts_with("CNS 1: ").any()


def test_what_rests_on_a_contraindication_or_a_combination_names_it(tmp_path):
    head = OVERLAY.partition("[protocol")[0]
    claustrophobia = edition_of(
        f"""{head}
[fact.claustrophobia]
level = "patient"
meaning = "the patient cannot bear the scanner"
sections = ["C 1"]

[contraindication.claustrophobia]
section = "C 1"
modalities = ["MRI"]
hazard = "the patient cannot bear the scanner"
criterion = "claustrophobia"
""",
        "local.toml",
        EDITIONS,
    )
    events = tmp_path / "events.csv"
    events.write_text(
        "patient_id,date,status,modality,region,protocol,treatment_end_date,primary_site,claustrophobia\n"
        "P1,2026-04-15,requested,MRI,cervical_spine,bone.osteosarcoma,2026-01-15,cervical_spine,true\n",
        encoding="utf-8",
    )
    rules = routes_of(differences(CURRENT, claustrophobia))
    found = compared(events, Outputs(), rules, after=claustrophobia).impact
    assert found.rules == {"contraindication.claustrophobia": (1, 1)}


def test_each_result_that_is_compared_is_shown():
    assert set(COMPARED) < set(SHOWN)


def test_a_matrix_counts_rows_by_protocol_and_by_both_decisions():
    events = pl.DataFrame(
        {
            "patient_id": ["P1", "P2", "P3", "P4"],
            "date": ["2026-04-15"] * 4,
            "status": ["requested", "requested", "requested", "cancelled"],
            "modality": ["MRI", "CT", "MRI", "MRI"],
            "region": ["cervical_spine", "chest", "brain", "cervical_spine"],
            "protocol": ["bone.osteosarcoma", "bone.osteosarcoma", "cns.brain_metastases", None],
            "treatment_end_date": ["2026-01-15"] * 4,
            "primary_site": ["cervical_spine"] * 4,
        }
    )
    assert compared(events, Outputs()).impact.matrix == {
        ("bone.osteosarcoma", "within", "outside"): 1,
        ("bone.osteosarcoma", "within", "within"): 1,
        ("cns.brain_metastases", "within", "invalid"): 1,
        ("(no protocol)", "not judged", "not judged"): 1,
    }


def test_an_edition_changes_nothing_against_itself(tmp_path):
    outputs = Outputs(tmp_path / "r.csv", tmp_path / "c.csv", tmp_path / "c.ics", tmp_path / "secret")
    found = compared(SAMPLES / "clinic.csv", outputs, after=CURRENT)
    assert (found.impact.changed, found.contacts, found.patients, found.events) == (0, Counter(), 0, Counter())
    assert len((tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()) == 1
    assert "VEVENT" not in (tmp_path / "c.ics").read_text(encoding="utf-8")


def test_the_patients_to_contact_are_those_whose_window_differs_in_the_due_lists(tmp_path):
    events, output = SAMPLES / "clinic.csv", tmp_path / "contacts.parquet"
    found = compared(events, Outputs(contacts=output))
    listed = {(row["patient_id"], row["protocol"], row["schedule"]): row for row in pl.read_parquet(output).to_dicts()}
    lists = []
    for edition in (CURRENT, LOCAL):
        due = vigil.due(events, as_of=AS_OF, edition=edition, listener=Silent()).drop_nulls("schedule")
        due = due.filter(pl.col("status").is_in(["upcoming", "open", "overdue"]))
        lists.append({(row["patient_id"], row["protocol"], row["schedule"]): row for row in due.to_dicts()})
    before, after = lists
    dates = ("opens", "closes")
    for key in {*before, *after}:
        old, new = ({**dict.fromkeys(dates)} | side.get(key, {}) for side in (before, after))
        differs = [old[name] for name in dates] != [new[name] for name in dates]
        assert (key in listed) is differs
        if differs:
            assert [listed[key][f"before_{name}"] for name in dates] == [old[name] for name in dates]
            assert [listed[key][f"after_{name}"] for name in dates] == [new[name] for name in dates]
            assert listed[key]["movement"] == movement(old, new)
            route = f"{key[1]}/{key[2]}"
            assert listed[key]["changed_by"] == (route if route in RULES else key[1])
    assert {"moves", "goes"} <= {row["movement"] for row in listed.values()}
    assert found.contacts == Counter(row["movement"] for row in listed.values())
    assert found.patients == len({patient for patient, _, _ in listed})


def movement(old, new):
    """Return what became of a window that is due, as the words of MOVEMENTS have it."""
    if old["opens"] is None or new["opens"] is None:
        return "appears" if old["opens"] is None else "goes"
    begun = [side["opens"] <= AS_OF for side in (old, new)]
    return "moves" if begun[0] == begun[1] else "closes" if begun[0] else "opens"


CONDITIONAL = edition_of(
    OVERLAY.replace('"every 6 months until 2 years", "every 12 months"', '"every 3 months if clinically_indicated"'),
    "c.toml",
    EDITIONS,
)
ALWAYS = edition_of(
    OVERLAY.replace('"every 6 months until 2 years", "every 12 months"', '"every 3 months"'), "a.toml", EDITIONS
)


def test_a_window_that_is_due_only_where_a_condition_holds_goes_and_appears_again(tmp_path):
    events, contacts = tmp_path / "events.csv", tmp_path / "contacts.parquet"
    events.write_text(
        "patient_id,date,status,modality,region,protocol,treatment_end_date,primary_site,clinically_indicated\n"
        "P1,2026-10-15,performed,MRI,cervical_spine,bone.osteosarcoma,2026-01-15,cervical_spine,\n"  # to come
        "P2,2026-04-15,performed,MRI,cervical_spine,bone.osteosarcoma,2026-01-15,cervical_spine,\n"  # overdue
        "P3,2026-04-15,performed,MRI,cervical_spine,bone.osteosarcoma,2026-01-15,cervical_spine,true\n",
        encoding="utf-8",
    )
    for before, after, expected in ((ALWAYS, CONDITIONAL, "goes"), (CONDITIONAL, ALWAYS, "appears")):
        outputs = Outputs(contacts=contacts, calendar=tmp_path / "c.ics", secret=tmp_path / "secret")
        found = compared(events, outputs, before=before, after=after)
        listed = pl.read_parquet(contacts)
        assert dict(listed.select("patient_id", "movement").iter_rows()) == {"P1": expected, "P2": expected}
        assert found.events["cancelled" if expected == "goes" else "new"] > 0


def test_every_movement_has_its_case(tmp_path):
    events, output = tmp_path / "events.csv", tmp_path / "contacts.csv"
    events.write_text(
        "patient_id,date,status,modality,region,protocol,treatment_end_date,primary_site\n"
        "P1,2026-09-01,performed,MRI,cervical_spine,bone.osteosarcoma,2026-01-15,cervical_spine\n"  # 3 or 6 months
        "P2,2026-07-20,performed,MRI,cervical_spine,bone.osteosarcoma,2026-01-15,cervical_spine\n"
        "P3,2026-07-20,performed,MRI,brain,cns.brain_metastases,2026-01-15,\n",
        encoding="utf-8",
    )
    shorter = edition_of(OVERLAY.replace("every 6 months until", "every 3 months until"), "s.toml", EDITIONS)
    for before, after, expected in (
        (CURRENT, LOCAL, {"P1": "moves", "P2": "closes", "P3": "goes"}),
        (LOCAL, CURRENT, {"P1": "moves", "P2": "opens", "P3": "appears"}),
        (CURRENT, shorter, {}),
    ):
        compared(events, Outputs(contacts=output), before=before, after=after)
        rows = pl.read_csv(output, infer_schema=False)
        found = dict(rows.filter(schedule=pl.lit("primary_site")).select("patient_id", "movement").iter_rows())
        found |= dict(rows.filter(protocol=pl.lit("cns.brain_metastases")).select("patient_id", "movement").iter_rows())
        assert found == expected
        assert set(found.values()) <= set(MOVEMENTS)


def test_the_difference_of_the_calendar_is_what_a_run_by_the_new_rules_would_send(tmp_path, vigil_command):
    events, overlay, secret = SAMPLES / "clinic.csv", tmp_path / "local.toml", tmp_path / "secret"
    overlay.write_text(OVERLAY, encoding="utf-8")
    after = edition_of(OVERLAY, "local.toml", EDITIONS)
    options = ("--as-of", AS_OF, "--state", tmp_path / "state.json", "--secret-file", secret)
    unfolded = {}
    for name, edition in (("old", CURRENT.id), ("new", overlay)):
        calendar = tmp_path / f"{name}.ics"
        done = vigil_command("calendar", events, "-o", calendar, *options, "--edition", edition, "--force")
        assert done.exit_code == 0
        unfolded[name] = components(calendar)
    found = compared(events, Outputs(calendar=tmp_path / "differs.ics", secret=secret), after=after)
    differing = components(tmp_path / "differs.ics")
    assert {uid for uid, event in unfolded["new"].items() if event != unfolded["old"].get(uid)} == set(differing)
    assert found.events.total() == len(differing) > 0
    assert found.events["cancelled"] == sum("STATUS:CANCELLED" in event for event in differing.values()) > 0


def components(path):
    """Return the events of a calendar by UID, without the time of their revision."""
    text = path.read_text(encoding="utf-8").replace("\n ", "")
    events = [part.partition("END:VEVENT")[0] for part in text.split("BEGIN:VEVENT")[1:]]
    stamps = ("DTSTAMP", "LAST-MODIFIED", "CREATED")
    kept = ["\n".join(line for line in event.splitlines() if not line.startswith(stamps)) for event in events]
    return {event.partition("UID:")[2].split("\n")[0]: event for event in kept}


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        ({"rows": "rows.txt"}, "must end in .csv, .csv.gz or .parquet"),
        ({"calendar": "c.txt"}, "must be a file name that ends in .ics"),
        ({"rows": "a.csv", "contacts": "a.csv"}, "two outputs have the same name"),
    ],
)
def test_outputs_that_cannot_be_written_are_refused(outputs, words, tmp_path):
    paths = {name: tmp_path / path for name, path in outputs.items()}
    with pytest.raises(FileError, match=words):
        compared(SAMPLES / "clinic.csv", Outputs(**paths))


def test_a_column_that_is_a_result_is_refused(tmp_path):
    events = tmp_path / "events.csv"
    events.write_text("patient_id,date,cpt,after_reason\nP1,2026-01-01,72141,x\n", encoding="utf-8")
    with pytest.raises(FileError, match="has a column 'after_reason', which is one of the results"):
        compared(events, Outputs())


def test_what_a_spreadsheet_would_run_is_quoted(tmp_path):
    events, output = tmp_path / "events.csv", tmp_path / "rows.csv"
    events.write_text(
        "patient_id,date,status,modality,region,protocol,treatment_end_date,primary_site,memo\n"
        "=P1,2026-04-15,performed,MRI,cervical_spine,bone.osteosarcoma,2026-01-15,cervical_spine,+cmd\n",
        encoding="utf-8",
    )
    contacts = tmp_path / "contacts.csv"
    compared(events, Outputs(rows=output, contacts=contacts))
    assert output.read_text(encoding="utf-8").splitlines()[1].startswith("'=P1,")
    assert ",'+cmd," in output.read_text(encoding="utf-8")
    assert "'=P1" in contacts.read_text(encoding="utf-8")
