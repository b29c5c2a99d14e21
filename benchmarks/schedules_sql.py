"""SQL statements that decide schedules in DuckDB, in order: references, what each schedule finds, decisions.

They use the tables of `rule_tables.py` and those of `events_sql.py`. Null stands for an unknown fact or date;
comparisons with null are null.
"""

from __future__ import annotations

from events_sql import FACTS, KNOWN
from references_sql import references_sql
from rule_tables import SPAN, IndexList, index_lists, stops_of_schedules

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.rules.facts import SYMPTOMS, IndexKind
from spine_vigil.scheduler.rules.index_dates import IndexChoice, Joined

_BOUNDARIES = " ".join(f"WHEN {n - 1} THEN plus(index, start_months_{n}, start_days_{n})" for n in range(1, SPAN))

_START = "plus(index, start_months_0, start_days_0)"


def _fact(name: str) -> str:
    """Return the value of the fact whose name a column holds."""
    choices = " ".join(f"WHEN '{fact}' THEN {fact}" for fact in FACTS)
    return f"CASE {name} {choices} END"


def _index() -> str:
    choices = (f"WHEN {number} THEN {_index_of(one)}" for number, one in enumerate(index_lists(CURRENT)))
    return f"CASE index_list {' '.join(choices)} END"


def _index_of(index_list: IndexList) -> str:
    """Return the index date of one list: the first known date, or where that restarts a treatment after progression."""
    choices, restarts = index_list
    first = f"coalesce({', '.join(map(_choice, choices))})"
    if not restarts:
        return first
    passed = ", ".join(
        f"CASE WHEN {_choice(choice)} BETWEEN progression_date AND day THEN {_choice(choice)} END"
        for choice in choices
        if choice is not IndexKind.DIAGNOSIS
    )
    has_relapsed = f"{first} < progression_date AND progression_date <= day"
    return f"CASE WHEN {has_relapsed} THEN coalesce({passed}, {first}) ELSE {first} END"


def _choice(choice: IndexChoice) -> str:
    if not isinstance(choice, Joined):
        return choice.column
    one, other = choice.kinds
    return f"joined({one.column}, {other.column}, day)"


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


def _windows_sql(cases: str, reference: str, own: str) -> str:
    """Return the query that adds the next window to the columns of `cases`, counted from `reference` and `own`."""
    return f"""
WITH placed AS (
  SELECT *, CASE WHEN {reference} >= starts THEN {reference} END AS study, {_place("study")} AS place,
    CASE WHEN study IS NULL THEN index ELSE {own} END AS last, coalesce(study, index) AS base FROM {cases}),
phased AS (
  SELECT placed.*, p.kind, p.grace AS own_grace, p.late_months AS own_late_months, p.late_days AS own_late_days,
    q.kind AS next_kind, q.grace AS next_grace, q.late_months AS next_late_months, q.late_days AS next_late_days,
    plus(CASE WHEN p.kind = 'once' THEN index ELSE base END, p.low_months, p.low_days) AS low,
    plus(CASE WHEN p.kind = 'once' THEN index ELSE last END, p.high_months, p.high_days) AS high,
    plus(CASE WHEN q.kind = 'once' THEN index ELSE base END, q.low_months, q.low_days) AS next_low,
    plus(CASE WHEN q.kind = 'once' THEN index ELSE last END, q.high_months, q.high_days) AS next_high,
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
    CASE WHEN is_satisfied THEN next_late_months ELSE own_late_months END AS late_months,
    CASE WHEN is_satisfied THEN next_late_days ELSE own_late_days END AS late_days,
    CASE WHEN kind = 'every' OR (is_satisfied AND next_kind = 'every') THEN base ELSE index END AS counted_from,
    plus(index, end_months, end_days) AS timed_end
  FROM phased)
SELECT * EXCLUDE (first_day), CASE WHEN timed_end IS NULL OR first_day <= timed_end THEN first_day END AS opens
FROM opened
"""


def _asked_sql(only: str = "") -> str:
    """Return the query of every event under every schedule that its study matches, with what is known of it."""
    return f"""
SELECT r.*, j.day, j.context, {", ".join(f"j.{name}" for name in KNOWN)},
  s.* EXCLUDE (schedule, protocol, section, route), {_index()} AS index, {_START} AS starts,
  {_fact("when_fact")} AS when_state, {_fact("or_fact")} AS or_state, {_fact("more_fact")} AS more_state,
  when_fact IS NOT NULL AND when_state IS NULL AS when_unknown,
  when_fact IS NULL OR coalesce(when_state = when_value, true) AS applies
FROM reference_days r JOIN judged j USING (row) JOIN schedules s USING (schedule) {only}
"""


def _found_sql(reference: str, own: str, only: str = "") -> str:
    """Return the query of what each schedule finds, counted from `reference` and `own`, before any clause softens it.

    An event after the window is measured on the day on which its round began, or the window opens.
    """
    return f"""
WITH asked AS ({_asked_sql(only)}),
windows AS ({_windows_sql("asked", reference, own)}),
dated AS (
  SELECT *, CASE WHEN day > closes THEN greatest(opens, coalesce(round_began, day)) ELSE day END AS day_of_round
  FROM windows),
measured AS (
  SELECT *, coalesce(opens IS NOT NULL AND (timed_end IS NULL OR day_of_round <= greatest(timed_end, closes + grace,
      plus(closes, late_months, late_days), CASE WHEN ends_once THEN plus(timed_end, late_months, late_days) END)),
      false) AS has_window,
    CASE WHEN day_of_round < opens THEN day_of_round - opens WHEN day_of_round > closes THEN day_of_round - closes
      ELSE 0 END AS off,
    CASE WHEN has_condition THEN phase_facts[least({_place("day_of_round")}, timed - 1) + 1] END AS condition_name,
    nullif(condition_name, '') AS condition_fact,
    {_fact("condition_fact")} AS condition_value, {_fact("trailing_fact")} AS trailing_value
  FROM dated),
stepped AS (
  SELECT *, CASE
    WHEN day > follow_up_end_date THEN 1 WHEN when_unknown THEN 2 WHEN index IS NULL AND NOT counts_nothing THEN 3
    WHEN day < starts THEN 4
    WHEN stops_by_progression AND progression_date > index AND progression_date <= day THEN 5
    WHEN {_stopped()} THEN 6 WHEN has_window THEN 7 ELSE 8 END AS step
  FROM measured)
SELECT row, schedule, context, reference, performed_reference, own, performed_own, applies, when_unknown,
  has_no_interval, or_state, or_reason, more_state, {SYMPTOMS} AS symptoms, step, step = 7 AS has_window,
  counted_from, opens, closes, off,
  CASE WHEN off < -grace THEN 'early' WHEN off > grace THEN 'overdue' ELSE 'on_time' END AS timing,
  CASE step
    WHEN 1 THEN 'follow_up_ended' WHEN 2 THEN 'missing_fact' WHEN 3 THEN 'no_index_date' WHEN 4 THEN 'before_index'
    WHEN 5 THEN 'progressed' WHEN 6 THEN 'ended'
    WHEN 7 THEN CASE
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


REFERENCES = references_sql(f"(SELECT index_of.starts FROM (SELECT {_index()} AS index, {_START} AS starts) index_of)")
"""Reference dates, before the cases; rounds of imaging need the first day of their schedule."""

CASES = (
    f"CREATE TABLE cases AS {_found_sql('reference', 'own')}",
    f"""
CREATE TABLE unconfirmed AS
WITH doubtful AS (
  SELECT row, schedule FROM cases
  WHERE (reference IS DISTINCT FROM performed_reference OR own IS DISTINCT FROM performed_own)
    AND (found = 'early' OR (step = 8 AND found IN ('ended', 'condition_not_met', 'interval_unspecified')))),
again AS ({_found_sql("performed_reference", "performed_own", "SEMI JOIN doubtful USING (row, schedule)")})
SELECT row, schedule FROM again
WHERE has_window AND found IN ('on_schedule', 'within_grace', 'overdue', 'missing_fact')
""",
    "DROP TABLE reference_days",
)
"""What each schedule finds, and where it rests on a booking that nobody confirmed."""

DECISIONS = (
    """
CREATE TABLE decided AS
WITH confirmed AS (
  SELECT cases.* EXCLUDE (found), CASE WHEN u.row IS NOT NULL THEN 'unconfirmed_prior' ELSE found END AS stern
  FROM cases LEFT JOIN unconfirmed u ON u.row = cases.row AND u.schedule = cases.schedule),
softened AS (
  SELECT *, CASE
    WHEN NOT when_unknown AND or_state
      AND stern IN ('early', 'ended', 'condition_not_met', 'unconfirmed_prior', 'interval_unspecified', 'missing_fact')
      THEN or_reason
    WHEN stern = 'early' AND more_state THEN 'interval_unspecified' ELSE stern END AS soft
  FROM confirmed),
routes AS (
  SELECT f.*, CASE WHEN symptoms AND NOT is_covered AND soft IN ('early', 'ended', 'condition_not_met')
      THEN 'other_guideline' ELSE soft END AS reason, s.route, s.section, s.protocol, m.schedules_of_context
  FROM softened f JOIN schedules s USING (schedule) JOIN contexts c ON c.context = f.context
    JOIN matches m ON m.context = f.context AND m.schedule = f.schedule),
competing AS (
  SELECT routes.*, r.reason_rank, bool_or(applies) OVER (PARTITION BY row) AS some_apply,
    bool_or(applies AND soft NOT IN ('ended', 'no_index_date')) OVER (PARTITION BY row) AS some_speak,
    bool_or(applies AND has_window) OVER (PARTITION BY row) AS some_window
  FROM routes JOIN reasons r USING (reason) WHERE schedules_of_context > 1),
best AS (
  SELECT * FROM competing
  WHERE applies AND NOT (some_speak AND soft = 'no_index_date') AND NOT (some_window AND has_no_interval)
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
UNION ALL SELECT row, route, section, CASE WHEN symptoms_new_or_progressing AND NOT is_covered
  AND reason = 'no_surveillance' THEN 'other_guideline' ELSE reason END, NULL, NULL, NULL, NULL, NULL
FROM judged JOIN answers USING (context) WHERE NOT is_dead
UNION ALL SELECT row, NULL, NULL, 'follow_up_ended', NULL, NULL, NULL, NULL, NULL FROM judged WHERE is_dead
UNION ALL SELECT row, NULL, NULL, CASE WHEN is_invalid THEN 'bad_row' ELSE 'cancelled' END, NULL, NULL, NULL, NULL, NULL
FROM events WHERE is_invalid OR (status = 'cancelled' AND NOT only_enrols)
""",
    "DROP TABLE cases",
    "DROP TABLE judged",
    "DROP TABLE events",
)
