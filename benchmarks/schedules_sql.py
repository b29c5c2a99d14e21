"""SQL statements that decide schedules in DuckDB, in order: cells, contexts, references, windows, decisions.

They use the tables of `rule_tables.py`. Null stands for an unknown fact or date; comparisons with null are null.
"""

from __future__ import annotations

from rule_tables import SPAN, facts_of_schedules, index_lists, stops_of_schedules

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS
from spine_vigil.scheduler.rules.studies import BITS, SPINE, UNKNOWN_SITE

_ALL = UNKNOWN_SITE - 1
_COVERS = CURRENT.covers
_COVERED = f"(modality = '{_COVERS.modality.value}' AND bits & {_COVERS.regions} = {_COVERS.regions})"
_FACTS = facts_of_schedules(CURRENT)
_DATES = ("date", *INDEX_COLUMNS, "follow_up_end_date")
_INDEX = ", ".join(INDEX_COLUMNS)

_STARTS = ", ".join(f"start_months_{n}, start_days_{n}" for n in range(SPAN))
_BOUNDARIES = " ".join(f"WHEN {n - 1} THEN plus(index, start_months_{n}, start_days_{n})" for n in range(1, SPAN))

MACROS = """
CREATE MACRO plus(day, months, days) AS CAST(day + to_months(months) + to_days(days) AS date);
CREATE MACRO as_date(text) AS CASE
  WHEN length(text) = 10 AND text[5] = '-' AND text[8] = '-'
   AND try_cast(text AS date) BETWEEN date '1900-01-01' AND date '2199-12-31' THEN try_cast(text AS date) END;
CREATE MACRO as_fact(text) AS CASE
  WHEN lower(text) IN ('true', 'yes', 'y', 't', '1') THEN true
  WHEN lower(text) IN ('false', 'no', 'n', 'f', '0') THEN false END;
"""


def events_sql(columns: list[str]) -> str:
    """Return the statement that makes the table `events` of parsed cells, from the columns of a file."""

    def cell(name: str) -> str:
        return f"nullif(trim({name}), '')" if name in columns else "CAST(NULL AS varchar)"

    names = ["protocol", "modality", "region", "cpt", "status", "primary_site", *_DATES, *_FACTS]
    texts = ", ".join(f"{cell(name)} AS {name}" for name in names)
    dates = ", ".join(f"as_date(t.{name}) AS {name}" for name in _DATES)
    facts = ", ".join(f"as_fact(t.{name}) AS {name}" for name in _FACTS)
    slips = " OR ".join(
        [f"(t.{name} IS NOT NULL AND as_date(t.{name}) IS NULL)" for name in _DATES]
        + [f"(t.{name} IS NOT NULL AND as_fact(t.{name}) IS NULL)" for name in _FACTS]
    )
    return f"""
CREATE TABLE events AS
WITH texts AS (SELECT row, {cell("patient_id")} AS patient_id, {texts} FROM cells),
region_texts AS (SELECT DISTINCT region AS text FROM texts WHERE region IS NOT NULL),
region_parts AS (SELECT text, unnest(string_split(lower(text), '|')) AS part FROM region_texts),
region_sets AS (
  SELECT text, CASE WHEN count(bits) = count(*) THEN bit_or(bits) END AS bits
  FROM region_parts LEFT JOIN regions ON regions.region = trim(part) GROUP BY text),
joined AS (
  SELECT t.row, hash(t.patient_id) AS patient, p.protocol, p.stance, p.protocol_section,
    coalesce(c.code_modality, upper(t.modality)) AS modality, coalesce(c.code_bits, r.bits) AS bits,
    coalesce(c.is_add_on, false) AS is_add_on, coalesce(lower(t.status), 'requested') AS status,
    s.bits AS site, t.date IS NULL AND t.modality IS NULL AND t.region IS NULL AND t.cpt IS NULL AS only_enrols,
    {dates}, {facts},
    t.patient_id IS NULL
    OR (t.protocol IS NOT NULL AND p.protocol IS NULL)
    OR (t.primary_site IS NOT NULL AND s.bits IS NULL)
    OR (t.cpt IS NOT NULL AND c.cpt IS NULL)
    OR (t.region IS NOT NULL AND r.bits IS NULL)
    OR (t.modality IS NOT NULL AND upper(t.modality) NOT IN (SELECT modality FROM accepted))
    OR (t.status IS NOT NULL AND lower(t.status) NOT IN ('performed', 'scheduled', 'requested', 'cancelled'))
    OR (c.cpt IS NOT NULL AND upper(t.modality) <> c.code_modality)
    OR (c.cpt IS NOT NULL AND c.code_bits IS NULL AND t.region IS NULL)
    OR (c.cpt IS NOT NULL AND r.bits <> c.code_bits)
    OR (t.cpt IS NULL AND (t.region IS NULL) <> (t.modality IS NULL))
    OR (t.date IS NULL) <> (t.modality IS NULL AND t.region IS NULL AND t.cpt IS NULL)
    OR {slips} AS is_bad
  FROM texts t
  LEFT JOIN protocols p ON p.protocol = lower(t.protocol)
  LEFT JOIN codes c ON c.cpt = upper(t.cpt)
  LEFT JOIN region_sets r ON r.text = t.region
  LEFT JOIN regions s ON s.region = lower(t.primary_site))
SELECT *, coalesce(is_bad, false) AS is_invalid,
  NOT coalesce(is_bad, false) AND NOT only_enrols AND status <> 'cancelled' AS is_judged
FROM joined
"""


CONTEXTS = (
    f"""
CREATE TABLE contexts AS
WITH met AS (SELECT DISTINCT protocol, stance, protocol_section, modality, bits, site FROM events WHERE is_judged)
SELECT row_number() OVER () AS context, *, {_COVERED} AS is_covered,
  CASE WHEN bits = {_ALL} THEN {_ALL | UNKNOWN_SITE} ELSE bits
    | (CASE WHEN bits & {BITS["pelvis"]} > 0 THEN {BITS["rectum"] | BITS["sacrum"]} ELSE 0 END)
    | (CASE WHEN bits & {BITS["brain"]} > 0 THEN {BITS["pituitary"]} ELSE 0 END) END AS shown
FROM met
""",
    f"""
CREATE TABLE matches AS
WITH fits AS (
  SELECT context, schedule, modality_set, shown & (fixed_bits
    | (CASE WHEN takes_site THEN coalesce(site, {UNKNOWN_SITE}) ELSE 0 END)
    | (CASE WHEN takes_spine AND site & {_ALL & ~SPINE} = 0 THEN site ELSE 0 END)) AS shared
  FROM contexts JOIN schedules USING (protocol) JOIN accepted USING (modality_set, modality))
SELECT *, count(*) OVER (PARTITION BY context) AS schedules_of_context FROM fits WHERE shared <> 0
""",
    f"""
CREATE TABLE answers AS
WITH doubtful AS (
  SELECT DISTINCT context FROM contexts JOIN schedules USING (protocol) JOIN accepted USING (modality_set, modality)
  WHERE site IS NULL AND (takes_site OR (takes_spine AND shown & {SPINE} > 0)))
SELECT context, protocol AS route, protocol_section AS section, CASE
  WHEN protocol IS NULL THEN CASE WHEN is_covered THEN 'no_route' ELSE 'other_guideline' END
  WHEN stance IS NOT NULL THEN stance
  WHEN context IN (FROM doubtful) THEN 'missing_fact'
  WHEN is_covered THEN 'not_in_protocol' ELSE 'other_guideline' END AS reason
FROM contexts WHERE context NOT IN (SELECT context FROM matches)
""",
    f"""
CREATE TABLE judged AS
SELECT e.row, e.patient, c.context, e.date AS day, {_INDEX}, {", ".join(_FACTS)},
  e.status = 'performed' AND NOT is_add_on AS was_performed,
  e.status IN ('performed', 'scheduled') AND NOT is_add_on AS is_history
FROM events e JOIN contexts c ON e.protocol IS NOT DISTINCT FROM c.protocol
  AND e.modality = c.modality AND e.bits = c.bits AND e.site IS NOT DISTINCT FROM c.site
WHERE is_judged
""",
)
"""The schedules that a study matches, computed once for each distinct protocol, study and primary site."""

REFERENCES = """
CREATE TABLE reference_days AS
WITH shared_lanes AS (
  SELECT context, schedule, modality_set, lane_bit FROM matches JOIN lanes ON shared & lane_bit > 0),
shown_lanes AS (
  SELECT context, modality_set, lane_bit
  FROM contexts JOIN accepted USING (modality) JOIN lanes ON shown & lane_bit > 0),
asking AS (SELECT row, patient, day, schedule, modality_set, lane_bit FROM judged JOIN shared_lanes USING (context)),
wanted_lanes AS (SELECT DISTINCT patient, modality_set, lane_bit FROM asking),
history AS (
  SELECT patient, modality_set, lane_bit, day, was_performed
  FROM judged JOIN shown_lanes USING (context) SEMI JOIN wanted_lanes USING (patient, modality_set, lane_bit)
  WHERE is_history),
looked_back AS (
  SELECT a.row, a.schedule, h.day AS latest, p.day AS latest_performed FROM asking a
  ASOF LEFT JOIN history h
    ON a.patient = h.patient AND a.modality_set = h.modality_set AND a.lane_bit = h.lane_bit AND a.day > h.day
  ASOF LEFT JOIN (FROM history WHERE was_performed) p
    ON a.patient = p.patient AND a.modality_set = p.modality_set AND a.lane_bit = p.lane_bit AND a.day > p.day)
SELECT row, schedule,
  CASE WHEN count(latest) = count(*) THEN min(latest) END AS reference,
  CASE WHEN count(latest_performed) = count(*) THEN min(latest_performed) END AS performed_reference
FROM looked_back GROUP BY row, schedule
"""
"""Reference dates: the oldest of the latest studies of each common region, strictly before the date of the event."""


def _fact(name: str) -> str:
    """Return the value of the fact whose name a column holds."""
    choices = " ".join(f"WHEN '{fact}' THEN {fact}" for fact in _FACTS)
    return f"CASE {name} {choices} END"


def _index() -> str:
    choices = (f"WHEN '{','.join(dates)}' THEN coalesce({', '.join(dates)})" for dates in index_lists(CURRENT))
    return f"CASE index_columns {' '.join(choices)} END"


def _stopped() -> str:
    dates = stops_of_schedules(CURRENT)
    reached = [f"(contains(stops, '{name}') AND {name} > index AND {name} <= day)" for name in dates]
    return f"coalesce({' OR '.join(reached) or 'false'}, false)"


def _place(day: str) -> str:
    """Return the number (from 0) of the phase that contains a date; 0 before the first and for null."""
    reached = (
        f"coalesce(({day} >= plus(index, start_months_{n}, start_days_{n}))::integer, 0)" for n in range(1, SPAN)
    )
    return " + ".join(reached)


def windows_sql(cases: str, reference: str) -> str:
    """Return the query that adds the next window to the columns of `cases`, counted from `reference`."""
    return f"""
WITH placed AS (
  SELECT *, CASE WHEN {reference} >= starts THEN {reference} END AS study, {_place("study")} AS place FROM {cases}),
phased AS (
  SELECT placed.*, coalesce(study, index) AS base, p.kind, p.grace AS own_grace, p.stays_due AS own_stays_due,
    q.kind AS next_kind, q.grace AS next_grace, q.stays_due AS next_stays_due,
    plus(CASE WHEN p.kind = 'once' THEN index ELSE base END, p.low_months, p.low_days) AS low,
    plus(CASE WHEN p.kind = 'once' THEN index ELSE base END, p.high_months, p.high_days) AS high,
    plus(CASE WHEN q.kind = 'once' THEN index ELSE base END, q.low_months, q.low_days) AS next_low,
    plus(CASE WHEN q.kind = 'once' THEN index ELSE base END, q.high_months, q.high_days) AS next_high,
    CASE placed.place {_BOUNDARIES} END AS boundary,
    coalesce(p.kind = 'once' AND study >= low - own_grace, false) AS is_satisfied
  FROM placed
  LEFT JOIN phases p ON p.schedule = placed.schedule AND p.place = placed.place
  LEFT JOIN phases q ON q.schedule = placed.schedule AND q.place = placed.place + 1),
opened AS (
  SELECT *,
    CASE WHEN NOT is_satisfied AND kind = 'every' AND next_kind = 'every' THEN least(low, greatest(boundary, next_low))
      WHEN NOT is_satisfied THEN low
      WHEN next_kind = 'every' THEN greatest(boundary, next_low) ELSE next_low END AS first_day,
    CASE WHEN NOT is_satisfied AND kind = 'every' AND next_kind = 'every' AND high >= boundary
        THEN greatest(high, next_high)
      WHEN NOT is_satisfied THEN high
      WHEN next_kind = 'every' THEN greatest(boundary, next_high) ELSE next_high END AS closes,
    CASE WHEN is_satisfied THEN next_grace ELSE own_grace END AS grace,
    CASE WHEN is_satisfied THEN next_stays_due ELSE own_stays_due END AS stays_due,
    CASE WHEN kind = 'every' OR (is_satisfied AND next_kind = 'every') THEN base ELSE index END AS counted_from,
    plus(index, end_months, end_days) AS timed_end
  FROM phased)
SELECT * EXCLUDE (first_day), CASE WHEN timed_end IS NULL OR first_day <= timed_end THEN first_day END AS opens
FROM opened
"""


CASES = f"""
CREATE TABLE cases AS
WITH indexed AS (
  SELECT r.*, j.day, j.context, {", ".join(f"j.{name}" for name in (*INDEX_COLUMNS, *_FACTS))},
    s.* EXCLUDE (schedule, protocol, section, route), {_index()} AS index,
    plus(index, start_months_0, start_days_0) AS starts
  FROM reference_days r JOIN judged j USING (row) JOIN schedules s USING (schedule)),
windows AS ({windows_sql("indexed", "reference")}),
measured AS (
  SELECT *, coalesce(opens IS NOT NULL AND (timed_end IS NULL OR day <= greatest(timed_end, closes + grace,
      CASE WHEN stays_due THEN plus(closes, 12, 0) END)), false) AS has_window,
    CASE WHEN day < opens THEN day - opens WHEN day > closes THEN day - closes ELSE 0 END AS off,
    CASE WHEN has_condition THEN phase_facts[least({_place("day")}, timed - 1) + 1] END AS condition_name,
    nullif(condition_name, '') AS condition_fact,
    {_fact("condition_fact")} AS condition_value, {_fact("trailing_fact")} AS trailing_value,
    {_fact("when_fact")} AS when_state, {_fact("or_fact")} AS or_state, {_fact("more_fact")} AS more_state,
    when_fact IS NOT NULL AND when_state IS NULL AS when_unknown,
    when_fact IS NULL OR coalesce(when_state = when_value, true) AS applies
  FROM windows),
stepped AS (
  SELECT *, CASE
    WHEN when_unknown THEN 1 WHEN index IS NULL THEN 2 WHEN day < starts THEN 3
    WHEN stops_by_progression AND progression_date > index AND progression_date <= day THEN 4
    WHEN {_stopped()} THEN 5 WHEN has_window THEN 6 ELSE 7 END AS step
  FROM measured)
SELECT row, schedule, context, day, index, starts, {_STARTS},
  end_months, end_days, reference, performed_reference, applies, when_unknown, or_state, or_reason, more_state,
  step = 6 AS has_window, counted_from, opens, closes, off,
  CASE WHEN off < -grace THEN 'early' WHEN off > grace THEN 'overdue' ELSE 'on_time' END AS timing,
  CASE step
    WHEN 1 THEN 'missing_fact' WHEN 2 THEN 'no_index_date' WHEN 3 THEN 'before_index' WHEN 4 THEN 'progressed'
    WHEN 5 THEN 'ended'
    WHEN 6 THEN CASE
      WHEN off < -grace THEN 'early'
      WHEN condition_fact IS NOT NULL AND NOT condition_value THEN 'condition_not_met'
      WHEN condition_fact IS NOT NULL AND condition_value IS NULL THEN 'missing_fact'
      WHEN off > grace THEN 'overdue' WHEN off <> 0 THEN 'within_grace' ELSE 'on_schedule' END
    ELSE CASE
      WHEN trailing_kind IS NULL OR day > plus(index, trailing_months, trailing_days) THEN 'ended'
      WHEN trailing_kind = 'unspecified' THEN 'interval_unspecified'
      WHEN trailing_value THEN trailing_reason
      WHEN NOT trailing_value THEN 'condition_not_met' ELSE 'missing_fact' END END AS found
FROM stepped
"""

DECISIONS = (
    "DROP TABLE reference_days",
    f"""
CREATE TABLE unconfirmed AS
WITH doubtful AS (
  SELECT row, schedule, day, index, starts, end_months, end_days, performed_reference,
    {_STARTS}
  FROM cases WHERE found = 'early' AND reference IS DISTINCT FROM performed_reference),
again AS ({windows_sql("doubtful", "performed_reference")})
SELECT row, schedule FROM again WHERE opens IS NULL OR day >= opens - grace
""",
    """
CREATE TABLE decided AS
WITH confirmed AS (
  SELECT cases.* EXCLUDE (found), CASE WHEN u.row IS NOT NULL THEN 'unconfirmed_prior' ELSE found END AS stern
  FROM cases LEFT JOIN unconfirmed u ON u.row = cases.row AND u.schedule = cases.schedule),
softened AS (
  SELECT *, CASE
    WHEN NOT when_unknown AND or_state
      AND stern IN ('early', 'ended', 'condition_not_met', 'unconfirmed_prior', 'missing_fact') THEN or_reason
    WHEN stern = 'early' AND more_state THEN 'interval_unspecified' ELSE stern END AS reason
  FROM confirmed),
routes AS (
  SELECT f.*, s.route, s.section, s.protocol, r.reason_rank, m.schedules_of_context
  FROM softened f JOIN schedules s USING (schedule) JOIN reasons r USING (reason)
    JOIN matches m ON m.context = f.context AND m.schedule = f.schedule),
competing AS (
  SELECT *, bool_or(applies) OVER (PARTITION BY row) AS some_apply,
    bool_or(applies AND index IS NOT NULL) OVER (PARTITION BY row) AS some_index
  FROM routes WHERE schedules_of_context > 1),
best AS (
  SELECT * FROM competing WHERE applies AND NOT (some_index AND index IS NULL AND NOT when_unknown)
  QUALIFY row_number() OVER (
    PARTITION BY row ORDER BY reason_rank, CASE WHEN has_window THEN abs(off) ELSE 1000000 END, schedule) = 1),
chosen AS (
  SELECT row, route, section, reason, has_window, timing, counted_from, opens, closes, off
  FROM routes WHERE schedules_of_context = 1 AND applies
  UNION ALL SELECT row, route, section, reason, has_window, timing, counted_from, opens, closes, off FROM best),
none_apply AS (
  SELECT DISTINCT row, protocol FROM routes WHERE schedules_of_context = 1 AND NOT applies
  UNION SELECT DISTINCT row, protocol FROM competing WHERE NOT some_apply)
SELECT row, route, section, reason, CASE WHEN has_window THEN timing END AS timing,
  CASE WHEN has_window THEN counted_from END AS reference_date, CASE WHEN has_window THEN opens END AS opens,
  CASE WHEN has_window THEN closes END AS closes, CASE WHEN has_window THEN off END AS days_from_window
FROM chosen
UNION ALL SELECT row, protocol, protocol_section, 'not_in_protocol', NULL, NULL, NULL, NULL, NULL
FROM none_apply JOIN protocols USING (protocol)
UNION ALL SELECT row, route, section, reason, NULL, NULL, NULL, NULL, NULL FROM judged JOIN answers USING (context)
UNION ALL SELECT row, NULL, NULL, CASE WHEN is_invalid THEN 'bad_row' ELSE 'cancelled' END, NULL, NULL, NULL, NULL, NULL
FROM events WHERE is_invalid OR (status = 'cancelled' AND NOT only_enrols)
""",
    "DROP TABLE cases",
    "DROP TABLE judged",
    "DROP TABLE events",
)
