"""SQL statements that read events in DuckDB, in order: macros, parsed cells, and the schedules that studies match.

They use the tables of `rule_tables.py`. Null stands for an unknown fact or date; comparisons with null are null.
"""

from __future__ import annotations

from rule_tables import facts_of_schedules

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.records.fields import INDEX_COLUMNS
from spine_vigil.scheduler.rules.dates import NO_DATES
from spine_vigil.scheduler.rules.studies import BITS, SPINE, UNKNOWN_SITE

_ALL = UNKNOWN_SITE - 1
_COVERS = CURRENT.covers
_COVERED = f"(modality = '{_COVERS.modality.value}' AND bits & {_COVERS.regions} = {_COVERS.regions})"
FACTS = facts_of_schedules(CURRENT)
_DATES = ("date", *INDEX_COLUMNS, "follow_up_end_date", "death_date")
KNOWN = (*INDEX_COLUMNS, "follow_up_end_date", *FACTS)
_NO_DATES = "(" + ", ".join(f"'{day}'" for day in sorted(NO_DATES)) + ")"

MACROS = f"""
CREATE MACRO plus(day, months, days) AS CAST(day + to_months(months) + to_days(days) AS date);
CREATE MACRO as_date(text) AS CASE
  WHEN length(text) = 10 AND text[5] = '-' AND text[8] = '-' AND text NOT IN {_NO_DATES}
   AND try_cast(text AS date) BETWEEN date '1900-01-01' AND date '2199-12-31' THEN try_cast(text AS date) END;
CREATE MACRO as_fact(text) AS CASE
  WHEN lower(text) IN ('true', 'yes', 'y', 't', '1') THEN true
  WHEN lower(text) IN ('false', 'no', 'n', 'f', '0') THEN false END;
CREATE MACRO joined(one, other, day) AS CASE
  WHEN one IS NULL OR other IS NULL THEN coalesce(one, other)
  WHEN plus(least(one, other), 6, 0) > greatest(one, other) OR greatest(one, other) <= day THEN greatest(one, other)
  ELSE least(one, other) END;
"""
"""`joined`: of two treatments less than 6 months apart the later, of others the latest that has passed."""


def events_sql(columns: list[str]) -> str:
    """Return the statement that makes the table `events` of parsed cells, from the columns of a file."""

    def cell(name: str) -> str:
        return f"nullif(trim({name}), '')" if name in columns else "CAST(NULL AS varchar)"

    names = ["protocol", "modality", "region", "cpt", "status", "primary_site", *_DATES, *FACTS]
    texts = ", ".join(f"{cell(name)} AS {name}" for name in names)
    dates = ", ".join(f"as_date(t.{name}) AS {name}" for name in _DATES)
    facts = ", ".join(f"as_fact(t.{name}) AS {name}" for name in FACTS)
    slips = " OR ".join(
        ["(t.date IS NOT NULL AND as_date(t.date) IS NULL)"]
        + [f"(t.{name} NOT IN {_NO_DATES} AND as_date(t.{name}) IS NULL)" for name in _DATES[1:]]
        + [f"(t.{name} IS NOT NULL AND as_fact(t.{name}) IS NULL)" for name in FACTS]
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
    OR (lower(t.status) = 'performed' AND as_date(t.date) > as_date(t.death_date))
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
SELECT context, protocol AS route, protocol_section AS section, is_covered, CASE
  WHEN protocol IS NULL THEN CASE WHEN is_covered THEN 'no_route' ELSE 'other_guideline' END
  WHEN stance IS NOT NULL THEN stance
  WHEN context IN (FROM doubtful) THEN 'missing_fact'
  WHEN is_covered THEN 'not_in_protocol' ELSE 'other_guideline' END AS reason
FROM contexts WHERE context NOT IN (SELECT context FROM matches)
""",
    f"""
CREATE TABLE judged AS
SELECT e.row, e.patient, c.context, e.date AS day, {", ".join(KNOWN)}, coalesce(e.date > death_date, false) AS is_dead,
  e.status = 'performed' AND NOT is_add_on AS was_performed,
  e.status IN ('performed', 'scheduled') AND NOT is_add_on AS is_history
FROM events e JOIN contexts c ON e.protocol IS NOT DISTINCT FROM c.protocol
  AND e.modality = c.modality AND e.bits = c.bits AND e.site IS NOT DISTINCT FROM c.site
WHERE is_judged
""",
    """
CREATE TABLE shared_lanes AS
SELECT context, schedule, modality_set, lane_bit FROM matches JOIN lanes ON shared & lane_bit > 0
""",
)
"""The schedules that a study matches, computed once for each distinct protocol, study and primary site."""
