"""SQL statements that look back from every event in DuckDB: the reference of each event under each schedule.

A schedule counts from the date of the round to which an earlier study belongs and to its own date; the two differ only
where the modalities of the schedule complement each other. Dates before the start of the schedule are left in; the
statements that use them ignore them.
"""

from __future__ import annotations

HISTORY = """
CREATE TABLE history AS
WITH shown_lanes AS (
  SELECT context, modality_set, lane_bit, modality
  FROM contexts JOIN accepted USING (modality) JOIN lanes ON shown & lane_bit > 0),
wanted_lanes AS (SELECT DISTINCT patient, modality_set, lane_bit FROM judged JOIN shared_lanes USING (context))
SELECT patient, modality_set, lane_bit, modality, day, was_performed
FROM judged JOIN shown_lanes USING (context) SEMI JOIN wanted_lanes USING (patient, modality_set, lane_bit)
WHERE is_history
"""
"""The earlier studies, once for each region that they show and each set of modalities that accepts them."""


def _same_lane(one: str, other: str) -> str:
    columns = ("patient", "modality_set", "lane_bit")
    return " AND ".join(f"{one}.{name} = {other}.{name}" for name in columns)


_ALONE = f"""
CREATE TABLE references_alone AS
WITH asking AS (
  SELECT row, patient, day, schedule, l.modality_set, lane_bit
  FROM judged JOIN shared_lanes l USING (context) JOIN schedules USING (schedule)
  WHERE NOT complements AND NOT is_dead),
looked_back AS (
  SELECT a.row, a.schedule, h.day AS latest, p.day AS latest_performed FROM asking a
  ASOF LEFT JOIN history h ON {_same_lane("a", "h")} AND a.day > h.day
  ASOF LEFT JOIN (FROM history WHERE was_performed) p ON {_same_lane("a", "p")} AND a.day > p.day)
SELECT row, schedule,
  CASE WHEN count(latest) = count(*) THEN min(latest) END AS reference,
  CASE WHEN count(latest_performed) = count(*) THEN min(latest_performed) END AS performed_reference
FROM looked_back GROUP BY row, schedule
"""
"""Where no modality complements another: the oldest of the latest studies of each common region."""

_ASKING_FOR_ROUNDS = """
CREATE TABLE asking_for_rounds AS
SELECT j.row, j.patient, j.day, c.modality, l.schedule, l.modality_set, l.lane_bit, {starts} AS starts
FROM judged j JOIN contexts c USING (context) JOIN shared_lanes l USING (context) JOIN schedules s USING (schedule)
WHERE complements AND NOT is_dead
"""


def _references_of_rounds(name: str, studies: str) -> str:
    """Return the statement that makes the table `name` of references among `studies`, a part of the history.

    A study of another modality than the event's counts only where it lies more than 20 days before it. Of the studies
    on the latest day of a region that one counts whose round began last.
    """
    return f"""
CREATE TABLE {name} AS
WITH looked_back AS (
  SELECT a.*, greatest(s.day, o.day) AS own FROM asking_for_rounds a
  ASOF LEFT JOIN ({studies}) s ON {_same_lane("a", "s")} AND a.modality = s.modality AND a.day > s.day
  ASOF LEFT JOIN ({studies}) o ON {_same_lane("a", "o")} AND a.day - 20 > o.day),
begun AS (
  SELECT l.row, l.schedule, l.lane_bit, l.own, h.modality, coalesce(min(p.day), l.own) AS began
  FROM looked_back l
  LEFT JOIN ({studies}) h ON {_same_lane("l", "h")} AND h.day = l.own
    AND (h.modality = l.modality OR h.day < l.day - 20)
  LEFT JOIN (FROM history WHERE was_performed) p ON {_same_lane("l", "p")} AND p.modality <> h.modality
    AND p.day BETWEEN greatest(l.own - 20, l.starts) AND l.own - 1
  GROUP BY l.row, l.schedule, l.lane_bit, l.own, h.modality),
latest AS (SELECT row, schedule, lane_bit, own, max(began) AS began FROM begun GROUP BY ALL)
SELECT row, schedule, CASE WHEN count(own) = count(*) THEN min(began) END AS reference,
  CASE WHEN count(own) = count(*) THEN (min({{'began': began, 'own': own}})).own END AS own
FROM latest GROUP BY row, schedule
"""


_ROUNDS = f"""
CREATE TABLE own_rounds AS
SELECT a.row, a.schedule, min(p.day) AS round_began
FROM asking_for_rounds a JOIN history p ON {_same_lane("a", "p")} AND p.was_performed AND p.modality <> a.modality
  AND p.day BETWEEN greatest(a.day - 20, a.starts) AND a.day - 1
GROUP BY a.row, a.schedule
"""

_TOGETHER = """
CREATE TABLE reference_days AS
SELECT row, schedule, reference, reference AS own, performed_reference, performed_reference AS performed_own,
  CAST(NULL AS date) AS round_began
FROM references_alone
UNION ALL
SELECT row, schedule, r.reference, r.own, p.reference, p.own, round_began
FROM references_of_rounds r JOIN performed_of_rounds p USING (row, schedule) LEFT JOIN own_rounds USING (row, schedule)
"""


def references_sql(starts: str) -> tuple[str, ...]:
    """Return the statements that make the table `reference_days`; `starts` gives the first day of a schedule.

    Its columns: row, schedule, the reference by all studies and by the performed ones (the date of the round, and the
    own date), and the day on which the event's own round began (null: it is alone).
    """
    return (
        HISTORY,
        _ALONE,
        _ASKING_FOR_ROUNDS.format(starts=starts),
        _references_of_rounds("references_of_rounds", "FROM history"),
        _references_of_rounds("performed_of_rounds", "FROM history WHERE was_performed"),
        _ROUNDS,
        _TOGETHER,
        "DROP TABLE history",
        *(f"DROP TABLE {name}" for name in ("references_alone", "references_of_rounds", "performed_of_rounds")),
        "DROP TABLE asking_for_rounds",
        "DROP TABLE own_rounds",
    )
